//! The token endpoint as RFC 6749 writes it, tokens that are none, rotation, and guessing.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use testkit::app::{Options, PASSWORD, SECRET_KEY};
use testkit::http::{Answer, send};
use testkit::{Person, TestApp};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn by_password(app: &TestApp, login: &str, password: &str) -> Answer {
    app.token(&[("grant_type", "password"), ("username", login), ("password", password)]).await
}

async fn by_refresh(app: &TestApp, token: &str) -> Answer {
    app.token(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await
}

/// An error in the words of RFC 6749, section 5.2.
#[track_caller]
fn refused(answer: &Answer, status: u16, error: &str) {
    assert_eq!((answer.status.as_u16(), answer.body["error"].as_str()), (status, Some(error)), "{}", answer.body);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!((answer.header("cache-control"), answer.header("pragma")), ("no-store", "no-cache"));
    let description = answer.body["error_description"].as_str().unwrap();
    assert!(description.bytes().all(|b| matches!(b, 0x20..=0x21 | 0x23..=0x5B | 0x5D..=0x7E)), "{description}");
}

/// The tokens in an answer, as a device of somebody who is signed in.
fn device<'a>(person: &Person<'a>, tokens: &Value) -> Person<'a> {
    let mut device = person.showing(tokens["access_token"].as_str().unwrap());
    tokens["refresh_token"].as_str().unwrap().clone_into(&mut device.refresh);
    device
}

#[tokio::test]
async fn a_password_gets_tokens() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let answer = by_password(&app, "aya", PASSWORD).await;
    assert_eq!(
        (answer.header("content-type"), answer.header("cache-control"), answer.header("pragma")),
        ("application/json", "no-store", "no-cache")
    );
    let tokens = answer.with(200);
    assert_eq!(
        (&tokens["token_type"], &tokens["expires_in"], &tokens["scope"]),
        (&json!("bearer"), &json!(900), &json!("talker"))
    );
    assert_eq!(tokens.as_object().unwrap().len(), 5);
    device(&aya, &tokens).ask("GET /users/me").await.with(200);
}

#[tokio::test]
async fn one_signs_in_by_name_or_address_in_any_case() {
    let app = TestApp::start().await;
    app.person("aya").await;
    for login in ["aya", "AYA", " aya ", "aya@example.org", "Aya@Example.Org"] {
        by_password(&app, login, PASSWORD).await.with(200);
    }
    refused(&by_password(&app, "aya", &PASSWORD.to_uppercase()).await, 400, "invalid_grant");
    refused(&by_password(&app, "aya", &format!(" {PASSWORD}")).await, 400, "invalid_grant");
}

#[tokio::test]
async fn what_client_libraries_add_is_tolerated() {
    let app = TestApp::start().await;
    app.person("aya").await;
    let form = [
        ("grant_type", "password"),
        ("username", "aya"),
        ("password", PASSWORD),
        ("scope", "talker"),
        ("client_id", "any"),
        ("client_secret", ""),
        ("audience", "https://example.org"),
        ("include_granted_scopes", "true"),
    ];
    let request = app
        .request(Method::POST, "/auth/token")
        .basic_auth("client", Some("secret"))
        .header("accept", "application/json")
        .form(&form);
    let tokens = send(request).await.with(200);
    let form =
        [("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap()), ("scope", "")];
    let typed = app
        .request(Method::POST, "/auth/token")
        .form(&form)
        .header("content-type", "application/x-www-form-urlencoded;charset=UTF-8");
    send(typed).await.with(200);
}

#[tokio::test]
async fn what_a_token_request_lacks_is_said_in_the_words_of_the_standard() {
    let app = TestApp::start().await;
    app.person("aya").await;
    for (body, error) in [
        ("", "invalid_request"),
        ("grant_type=", "invalid_request"),
        ("username=aya&password=x", "invalid_request"),
        ("grant_type=password", "invalid_request"),
        ("grant_type=password&username=aya", "invalid_request"),
        ("grant_type=password&username=&password=x", "invalid_request"),
        ("grant_type=password&password=x", "invalid_request"),
        ("grant_type=refresh_token", "invalid_request"),
        ("grant_type=refresh_token&refresh_token=", "invalid_request"),
        ("grant_type=password&grant_type=password&username=aya&password=x", "invalid_request"),
        ("grant_type=password&username=aya&username=aya&password=x", "invalid_request"),
        ("grant_type=password&username=aya&password=x&extra=1&extra=2", "invalid_request"),
        ("grant_type=client_credentials", "unsupported_grant_type"),
        ("grant_type=authorization_code&code=x", "unsupported_grant_type"),
        ("grant_type=Password&username=aya&password=x", "unsupported_grant_type"),
        ("grant_type=password&username=aya&password=x", "invalid_grant"),
        ("grant_type=password&username=nobody&password=x", "invalid_grant"),
        ("grant_type=password&username=aya&password=%FF%FE", "invalid_grant"),
        ("grant_type=password&username=a%00ya&password=x", "invalid_grant"),
        ("grant_type=refresh_token&refresh_token=nonsense", "invalid_grant"),
        ("grant_type=password&username=aya&password=a+quiet+harbour+at+dawn&scope=admin", "invalid_scope"),
        ("grant_type=password&username=aya&password=a+quiet+harbour+at+dawn&scope=talker+admin", "invalid_scope"),
    ] {
        let request = app
            .request(Method::POST, "/auth/token")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        let answer = send(request).await;
        assert_eq!(answer.body["error"], error, "{body}");
        refused(&answer, 400, error);
    }
    let long = format!("grant_type=password&username={}&password=x", "a".repeat(100_000));
    let request =
        app.request(Method::POST, "/auth/token").header("content-type", "application/x-www-form-urlencoded").body(long);
    refused(&send(request).await, 400, "invalid_grant");
}

#[tokio::test]
async fn only_a_form_in_the_body_is_taken() {
    let app = TestApp::start().await;
    app.person("aya").await;
    let pairs = [("grant_type", "password"), ("username", "aya"), ("password", PASSWORD)];
    let post = || app.request(Method::POST, "/auth/token");
    refused(
        &send(post().json(&json!({"grant_type": "password", "username": "aya", "password": PASSWORD}))).await,
        400,
        "invalid_request",
    );
    refused(
        &send(post().body("grant_type=password&username=aya&password=a+quiet+harbour+at+dawn")).await,
        400,
        "invalid_request",
    );
    refused(&send(post().query(&pairs)).await, 400, "invalid_request");
    refused(
        &send(post().query(&pairs).header("content-type", "application/x-www-form-urlencoded")).await,
        400,
        "invalid_request",
    );
    let form = pairs.iter().fold(reqwest::multipart::Form::new(), |form, (name, value)| form.text(*name, *value));
    refused(&send(post().multipart(form)).await, 400, "invalid_request");
    send(app.request(Method::GET, "/auth/token").query(&pairs)).await.problem(405, "method_not_allowed");
}

#[tokio::test]
async fn a_refresh_token_is_good_once_and_the_access_tokens_stay_good() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let second = device(&aya, &by_refresh(&app, &aya.refresh).await.with(200));
    assert_ne!((&second.access, &second.refresh), (&aya.access, &aya.refresh));
    for known in [&aya, &second] {
        known.ask("GET /users/me").await.with(200);
    }
    assert_eq!(second.get("/users/me/devices").await["items"].as_array().unwrap().len(), 1, "it is the same device");
    let third = device(&aya, &by_refresh(&app, &second.refresh).await.with(200));
    third.ask("GET /users/me").await.with(200);
}

#[tokio::test]
async fn a_refresh_token_used_again_ends_its_whole_family() {
    let app = TestApp::start().await;
    let (aya, laptop) = (app.person("aya").await, app.sign_in("aya").await);
    let second = device(&aya, &by_refresh(&app, &aya.refresh).await.with(200));
    app.clock.advance(Duration::from_secs(1));
    let newest = device(&aya, &by_refresh(&app, &second.refresh).await.with(200));
    let mut socket = newest.socket().await;
    refused(&by_refresh(&app, &aya.refresh).await, 400, "invalid_grant");
    assert_eq!(socket.closed().await, Some(4403));
    for token in [&newest.refresh, &second.refresh, &aya.refresh] {
        refused(&by_refresh(&app, token).await, 400, "invalid_grant");
    }
    for member in [&aya, &second, &newest] {
        member.ask("GET /users/me").await.problem(401, "unauthenticated");
    }
    laptop.ask("GET /users/me").await.with(200);
    by_refresh(&app, &laptop.refresh).await.with(200);
}

#[tokio::test]
async fn a_refresh_whose_answer_was_lost_is_asked_for_again() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    // Twice the answer does not arrive.
    by_refresh(&app, &aya.refresh).await.with(200);
    app.clock.advance(Duration::from_secs(4 * 60));
    by_refresh(&app, &aya.refresh).await.with(200);
    app.clock.advance(Duration::from_secs(4 * 60));
    let second = device(&aya, &by_refresh(&app, &aya.refresh).await.with(200));
    second.ask("GET /users/me").await.with(200);
    assert_eq!(second.get("/users/me/devices").await["items"].as_array().unwrap().len(), 1, "it is the same device");
    // It arrived: the old one is nobody's any more.
    app.clock.advance(Duration::from_secs(1));
    let third = device(&aya, &by_refresh(&app, &second.refresh).await.with(200));
    refused(&by_refresh(&app, &aya.refresh).await, 400, "invalid_grant");
    third.ask("GET /users/me").await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn two_who_share_a_refresh_token_find_each_other_out() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let answers: [Answer; 2] = tokio::join!(by_refresh(&app, &aya.refresh), by_refresh(&app, &aya.refresh)).into();
    let [one, two] = answers.map(|answer| device(&aya, &answer.with(200)));
    app.clock.advance(Duration::from_secs(14 * 60));
    let one = by_refresh(&app, &one.refresh).await;
    let two = by_refresh(&app, &two.refresh).await;
    assert!(one.status != 200 || two.status != 200, "both go on");
    refused(&by_refresh(&app, &aya.refresh).await, 400, "invalid_grant");
    aya.ask("GET /users/me").await.problem(401, "unauthenticated");
}

#[tokio::test]
async fn tokens_end_in_time_and_a_used_device_goes_on() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    app.clock.advance(Duration::from_secs(14 * 60));
    aya.ask("GET /users/me").await.with(200);
    app.clock.advance(Duration::from_secs(60));
    let answer = aya.ask("GET /users/me").await;
    assert_eq!(answer.header("www-authenticate"), r#"Bearer realm="talker", error="invalid_token""#);
    answer.problem(401, "unauthenticated");
    app.clock.advance(20 * DAY);
    let later = device(&aya, &by_refresh(&app, &aya.refresh).await.with(200));
    app.clock.advance(20 * DAY);
    let latest = device(&aya, &by_refresh(&app, &later.refresh).await.with(200));
    latest.ask("GET /users/me").await.with(200);
    app.clock.advance(30 * DAY);
    refused(&by_refresh(&app, &latest.refresh).await, 400, "invalid_grant");
}

/// The claims of a token.
fn claims(token: &str) -> Value {
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice(&payload).unwrap()
}

fn signed(claims: &Value, algorithm: Algorithm, key: &str) -> String {
    jsonwebtoken::encode(&Header::new(algorithm), claims, &EncodingKey::from_secret(key.as_bytes())).unwrap()
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

#[tokio::test]
async fn what_is_no_token_of_ours_opens_nothing() {
    let app = TestApp::start().await;
    let (aya, eve) = (app.person("aya").await, app.person("eve").await);
    let (hers, other) = (claims(&aya.access), claims(&eve.access));
    let with = |field: &str, value: Value| {
        let mut claims = hers.clone();
        claims[field] = value;
        claims
    };
    let own = signed(&hers, Algorithm::HS256, SECRET_KEY);
    aya.showing(&own).ask("GET /users/me").await.with(200);

    let [header, payload, signature]: [&str; 3] = own.split('.').collect::<Vec<_>>().try_into().unwrap();
    let forged = part(&with("sub", other["sub"].clone()));
    let cases = [
        ("a refresh token", aya.refresh.clone()),
        ("the algorithm none", format!("{}.{payload}.", part(&json!({"alg": "none", "typ": "JWT"})))),
        (
            "the algorithm None with the signature",
            format!("{}.{payload}.{signature}", part(&json!({"alg": "None", "typ": "JWT"}))),
        ),
        ("another algorithm with our key", signed(&hers, Algorithm::HS512, SECRET_KEY)),
        (
            "another algorithm named in the header",
            format!("{}.{payload}.{signature}", part(&json!({"alg": "RS256", "typ": "JWT"}))),
        ),
        ("another key", signed(&hers, Algorithm::HS256, "another secret that is long enough")),
        ("an empty key", signed(&hers, Algorithm::HS256, "")),
        ("another kind of token", signed(&with("typ", json!("refresh")), Algorithm::HS256, SECRET_KEY)),
        ("another issuer", signed(&with("iss", json!("other")), Algorithm::HS256, SECRET_KEY)),
        ("a token that has ended", signed(&with("exp", json!(0)), Algorithm::HS256, SECRET_KEY)),
        ("a token without an end", signed(&with("exp", Value::Null), Algorithm::HS256, SECRET_KEY)),
        ("somebody on another's device", signed(&with("sub", other["sub"].clone()), Algorithm::HS256, SECRET_KEY)),
        (
            "a device that is none",
            signed(&with("sid", json!(format!("dev_{}", "0".repeat(32)))), Algorithm::HS256, SECRET_KEY),
        ),
        ("a changed payload", format!("{header}.{forged}.{signature}")),
        ("a cut signature", own[..own.len() - 2].to_owned()),
        ("no signature", format!("{header}.{payload}")),
        ("one part more", format!("{own}.{signature}")),
        ("a very long text", "x".repeat(7_000)),
        ("nonsense", "nonsense".to_owned()),
    ];
    for (what, token) in cases {
        let answer = aya.showing(token).ask("GET /users/me").await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("www-authenticate")),
            (401, r#"Bearer realm="talker", error="invalid_token""#),
            "{what}"
        );
        answer.problem(401, "unauthenticated");
    }
    refused(&by_refresh(&app, &aya.access).await, 400, "invalid_grant");
    aya.ask("GET /users/me").await.with(200);
}

#[tokio::test]
async fn without_a_token_one_is_told_how_to_sign_in() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let get = || app.request(Method::GET, "/users/me");
    for request in [
        get(),
        get().header("authorization", ""),
        get().header("authorization", "Bearer"),
        get().header("authorization", "Bearer "),
        get().basic_auth("aya", Some(PASSWORD)),
        get().query(&[("access_token", &aya.access)]),
    ] {
        let answer = send(request).await;
        assert_eq!(answer.header("www-authenticate"), r#"Bearer realm="talker""#);
        answer.problem(401, "unauthenticated");
    }
    send(get().header("authorization", format!("bearer {}", aya.access))).await.with(200);
}

#[tokio::test]
async fn guessing_at_one_account_is_ended() {
    let app = TestApp::with(Options {
        accounts: Some(|accounts| accounts.logins_per_account.burst = 3),
        ..Options::default()
    })
    .await;
    app.person("aya").await;
    app.person("ben").await;
    for round in 0..2 {
        for _ in 0..2 {
            refused(&by_password(&app, "aya", "a guess").await, 400, "invalid_grant");
        }
        assert_eq!(
            by_password(&app, "aya", PASSWORD).await.status,
            200,
            "round {round}: the right one is taken, and counts anew"
        );
    }
    for guess in ["aya", "AYA", " Aya"] {
        refused(&by_password(&app, guess, "a guess").await, 400, "invalid_grant");
    }
    let answer = by_password(&app, "aya", PASSWORD).await;
    refused(&answer, 429, "rate_limited");
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=300).contains(&wait), "a third of a quarter of an hour, not {wait} s");
    by_password(&app, "ben", PASSWORD).await.with(200);
}

#[tokio::test]
async fn guessing_from_one_address_is_ended_whatever_it_says_of_itself() {
    let app = TestApp::with(Options {
        accounts: Some(|accounts| accounts.logins_per_address.burst = 4),
        ..Options::default()
    })
    .await;
    app.person("aya").await;
    for n in 0..3 {
        refused(&by_password(&app, &format!("nobody{n}"), "a guess").await, 400, "invalid_grant");
    }
    let form = [("grant_type", "password"), ("username", "aya"), ("password", PASSWORD)];
    for forwarded in ["10.1.2.3", "10.1.2.4, 10.1.2.5"] {
        let request = app
            .request(Method::POST, "/auth/token")
            .header("x-forwarded-for", forwarded)
            .header("x-real-ip", "10.1.2.3")
            .header("forwarded", "for=10.1.2.3");
        let answer = send(request.form(&form)).await;
        assert!(answer.header("retry-after").parse::<u64>().unwrap() > 0);
        refused(&answer, 429, "rate_limited");
    }
    let elsewhere =
        Client::builder().local_address(std::net::IpAddr::from(Ipv4Addr::new(127, 0, 0, 2))).build().unwrap();
    let url = format!("http://{}/api/v1/auth/token", app.address);
    send(elsewhere.post(url).form(&form)).await.with(200);
}

#[tokio::test]
async fn whether_an_account_exists_shows_neither_in_the_answer_nor_in_its_time() {
    let app = TestApp::start().await;
    app.person("aya").await;
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        for (login, times) in [("aya", &mut known), ("nobody", &mut unknown)] {
            let begun = Instant::now();
            let answer = by_password(&app, login, "a guess").await;
            times.push(begun.elapsed());
            refused(&answer, 400, "invalid_grant");
        }
    }
    let of = async |login: &str| {
        let mut answer = by_password(&app, login, "a guess").await;
        for own in ["date", "x-request-id"] {
            answer.headers.remove(own);
        }
        (answer.status, answer.headers, answer.bytes)
    };
    assert_eq!(of("aya").await, of("nobody").await);
    known.sort();
    unknown.sort();
    // A real check takes tens of milliseconds here, a mere look-up less than one: the medians are alike or far apart.
    let (known, unknown) = (known[2], unknown[2]);
    assert!(unknown > known / 3 && known > unknown / 3, "known {known:?}, unknown {unknown:?}");
}
