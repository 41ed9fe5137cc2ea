//! Accounts over HTTP: signing up, one's own account, devices, signing out, leaving.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use testkit::app::{Options, PASSWORD, id};
use testkit::http::send;
use testkit::{Person, TestApp};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A registration that is good, with these changes.
fn registration(changes: Value) -> Value {
    let mut body =
        json!({"username": "aya", "email": "aya@example.org", "password": PASSWORD, "birth_date": "2000-02-29"});
    for (field, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => drop(body.as_object_mut().unwrap().remove(field)),
            value => body[field] = value.clone(),
        }
    }
    body
}

/// Whether the tokens of this device still open anything.
async fn is_signed_in(app: &TestApp, device: &Person<'_>) -> bool {
    let with_access = device.ask("GET /users/me").await;
    let with_refresh = app.token(&[("grant_type", "refresh_token"), ("refresh_token", &device.refresh)]).await;
    match (with_access.status.as_u16(), with_refresh.status.as_u16()) {
        (200, 200) => true,
        (401, 400) => {
            assert_eq!(with_refresh.body["error"], "invalid_grant");
            false
        }
        other => panic!("half signed in: {other:?}"),
    }
}

async fn signs_in_with(app: &TestApp, login: &str, password: &str) -> bool {
    app.token(&[("grant_type", "password"), ("username", login), ("password", password)]).await.status == 200
}

#[tokio::test]
async fn an_account_is_made_and_its_names_are_put_in_order() {
    let app = TestApp::start().await;
    let body = registration(
        json!({"username": " Aya.K ", "email": "Aya@Example.ORG", "display_name": " Aya  ", "timezone": "Asia/Tokyo"}),
    );
    let answer = app.tell("POST /auth/register", body).await;
    let mut user = answer.with(201);
    assert!(id(&user).starts_with("usr_"));
    for taken in ["id", "created_at"] {
        user[taken].take();
    }
    let expected = json!({
        "id": null, "username": "aya.k", "email": "aya@example.org", "display_name": "Aya", "age_class": "adult", "role": "member", "timezone": "Asia/Tokyo", "sees_mature": false, "created_at": null,
    });
    assert_eq!(user, expected, "and nothing else, the password least of all");

    let plain = app
        .tell("POST /auth/register", registration(json!({"username": "Ben", "email": "ben@example.org"})))
        .await
        .with(201);
    assert_eq!((plain["display_name"].as_str(), &plain["timezone"]), (Some("Ben"), &Value::Null));
}

#[tokio::test]
async fn every_wrong_field_of_a_registration_is_named_at_once() {
    let app = TestApp::start().await;
    let all_wrong = json!({"username": "a", "email": "nowhere", "password": "short", "birth_date": "2030-01-01", "display_name": "\u{7}", "timezone": "no zone"});
    let mut fields = app.tell("POST /auth/register", all_wrong.clone()).await.fields();
    fields.sort();
    assert_eq!(fields, ["birth_date", "display_name", "email", "password", "timezone", "username"]);
    let problem = app.tell("POST /auth/register", all_wrong).await;
    for secret in ["short", "nowhere", "no zone"] {
        assert!(
            !problem.body.to_string().contains(secret),
            "a problem does not repeat what was sent: {}",
            problem.body
        );
    }

    for (field, value) in [
        ("username", json!("ab")),
        ("username", json!("a".repeat(33))),
        ("username", json!(".aya")),
        ("username", json!("aya k")),
        ("username", json!("あや子")),
        ("username", Value::Null),
        ("username", json!(7)),
        ("email", json!("aya@host")),
        ("email", json!("a@b@c.org")),
        ("email", json!(format!("{}@example.org", "a".repeat(250)))),
        ("email", Value::Null),
        ("password", json!("seven77")),
        ("password", json!("x".repeat(257))),
        ("password", json!("AYA@example.org")),
        ("password", Value::Null),
        ("birth_date", json!("2026-04-07")),
        ("birth_date", json!("1890-01-01")),
        ("birth_date", json!("2001-02-29")),
        ("birth_date", json!("29.02.2000")),
        ("birth_date", json!(20_000_229)),
        ("birth_date", Value::Null),
        ("display_name", json!("x".repeat(65))),
        ("display_name", json!("two\nlines")),
        ("timezone", json!("")),
        ("timezone", json!("x".repeat(65))),
    ] {
        let answer = app.tell("POST /auth/register", registration(json!({ field: value }))).await;
        assert_eq!(answer.fields(), [field], "{field}: {value}");
    }
    app.tell("POST /auth/register", registration(json!({}))).await.with(201);
}

#[tokio::test]
async fn a_name_or_an_address_is_taken_in_any_case() {
    let app = TestApp::start().await;
    app.person("aya").await;
    for name in ["aya", "AYA", " Aya "] {
        let body = registration(json!({"username": name, "email": "other@example.org"}));
        app.tell("POST /auth/register", body).await.problem(409, "username_taken");
    }
    for address in ["aya@example.org", "AYA@EXAMPLE.org"] {
        let body = registration(json!({"username": "other", "email": address}));
        app.tell("POST /auth/register", body).await.problem(409, "email_taken");
    }
}

#[tokio::test]
async fn of_many_who_want_one_name_at_once_one_gets_it() {
    let app = TestApp::start().await;
    let wishes =
        (0..4).map(|n| app.tell("POST /auth/register", registration(json!({"email": format!("aya{n}@example.org")}))));
    let answers = futures_util::future::join_all(wishes).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409]);
}

#[tokio::test]
async fn an_age_class_turns_on_the_birthday() {
    let app = TestApp::start().await;
    for (n, (born, class)) in [
        ("2026-04-06", "child"),
        ("2013-04-07", "child"),
        ("2013-04-06", "teen"),
        ("2008-04-07", "teen"),
        ("2008-04-06", "adult"),
        ("1950-01-01", "adult"),
    ]
    .into_iter()
    .enumerate()
    {
        let body = registration(
            json!({"username": format!("aya{n}"), "email": format!("aya{n}@example.org"), "birth_date": born}),
        );
        assert_eq!(app.tell("POST /auth/register", body).await.with(201)["age_class"], class, "{born}");
    }
    app.clock.advance(DAY);
    let aya = app.sign_in("aya3").await;
    assert_eq!(aya.get("/users/me").await["age_class"], "adult", "her birthday was the night");
}

#[tokio::test]
async fn one_changes_what_one_says_and_the_rest_stays() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    app.person("ben").await;
    let before = aya.get("/users/me").await;
    let changed =
        aya.tell("PATCH /users/me", json!({"display_name": "Aya K", "timezone": "Europe/Paris"})).await.with(200);
    assert_eq!(
        (&changed["display_name"], &changed["timezone"], &changed["email"]),
        (&json!("Aya K"), &json!("Europe/Paris"), &before["email"])
    );
    let forgotten = aya.tell("PATCH /users/me", json!({"timezone": null})).await.with(200);
    assert_eq!(
        (&forgotten["display_name"], &forgotten["timezone"]),
        (&json!("Aya K"), &Value::Null),
        "null forgets, absence does not"
    );
    assert_eq!(aya.tell("PATCH /users/me", json!({})).await.with(200), forgotten);

    aya.tell("PATCH /users/me", json!({"email": "BEN@example.org"})).await.problem(409, "email_taken");
    aya.tell("PATCH /users/me", json!({"email": "aya@example.org"})).await.with(200);
    let mut fields =
        aya.tell("PATCH /users/me", json!({"email": "x", "display_name": "", "timezone": "?"})).await.fields();
    fields.sort();
    assert_eq!(fields, ["display_name", "email", "timezone"]);
    assert_eq!(aya.get("/users/me").await, forgotten, "what was refused changed nothing");

    aya.tell("PATCH /users/me", json!({"email": "New@example.org"})).await.with(200);
    assert!(signs_in_with(&app, "new@example.org", PASSWORD).await);
    assert!(!signs_in_with(&app, "aya@example.org", PASSWORD).await, "the old address opens nothing");
}

#[tokio::test]
async fn another_password_ends_the_other_devices() {
    let app = TestApp::start().await;
    let (aya, laptop, ben) = (app.person("aya").await, app.sign_in("aya").await, app.person("ben").await);
    let change = |current: &str, new: &str| json!({"current_password": current, "new_password": new});
    aya.tell("POST /users/me/password", change("not mine", "another harbour"))
        .await
        .problem(401, "invalid_credentials");
    for weak in ["short", "aya@example.org", &"x".repeat(257)] {
        let answer = aya.tell("POST /users/me/password", change(PASSWORD, weak)).await;
        assert_eq!(answer.fields(), ["new_password"], "{weak}");
    }
    assert!(laptop.ask("GET /users/me").await.status == 200, "nothing has happened yet");
    aya.tell("POST /users/me/password", change(PASSWORD, "another harbour")).await.with(204);
    assert!(!is_signed_in(&app, &laptop).await);
    assert!(is_signed_in(&app, &aya).await && is_signed_in(&app, &ben).await);
    assert!(!signs_in_with(&app, "aya", PASSWORD).await && signs_in_with(&app, "aya", "another harbour").await);
}

#[tokio::test]
async fn a_stolen_token_is_not_enough_to_guess_the_password() {
    let app = TestApp::with(Options {
        accounts: Some(|accounts| accounts.logins_per_account.burst = 3),
        ..Options::default()
    })
    .await;
    let aya = app.person("aya").await;
    let guess = json!({"current_password": "a guess", "new_password": "another harbour"});
    for _ in 0..3 {
        aya.tell("POST /users/me/password", guess.clone()).await.problem(401, "invalid_credentials");
    }
    let answer = aya.tell("DELETE /users/me", json!({"password": "a guess"})).await;
    assert!(answer.header("retry-after").parse::<u64>().unwrap() > 0);
    answer.problem(429, "rate_limited");
}

#[tokio::test]
async fn one_signs_out_here_elsewhere_or_everywhere() {
    let app = TestApp::start().await;
    let (phone, laptop, tablet, ben) =
        (app.person("aya").await, app.sign_in("aya").await, app.sign_in("aya").await, app.person("ben").await);
    phone.ask("POST /auth/logout").await.with(204);
    assert!(!is_signed_in(&app, &phone).await);
    phone.ask("POST /auth/logout").await.problem(401, "unauthenticated");

    let devices = laptop.get("/users/me/devices").await;
    let other = devices["items"].as_array().unwrap().iter().find(|device| device["current"] == false).unwrap();
    let path = format!("/users/me/devices/{}", id(other));
    ben.ask(&format!("DELETE {path}")).await.problem(404, "not_found");
    assert!(tablet.ask("GET /users/me").await.status == 200, "another's wish ends nothing");
    laptop.ask(&format!("DELETE {path}")).await.with(204);
    assert!(!is_signed_in(&app, &tablet).await);
    laptop.ask(&format!("DELETE {path}")).await.problem(404, "not_found");

    let desk = app.sign_in("aya").await;
    desk.ask("POST /auth/logout-all").await.with(204);
    assert!(!is_signed_in(&app, &desk).await);
    assert_eq!(laptop.ask("GET /users/me").await.status, 401);
    assert!(is_signed_in(&app, &ben).await);
}

#[tokio::test]
async fn devices_are_listed_newest_first_under_the_names_they_gave() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let form = [("grant_type", "password"), ("username", "aya"), ("password", PASSWORD)];
    let named = |device: &'static str| [form.as_slice(), &[("device", device)]].concat();
    app.token(&named(" Aya's \u{7}phone ")).await.with(200);
    send(app.request(Method::POST, "/auth/token").form(&form).header("user-agent", "Talker/1.0 (tablet)"))
        .await
        .with(200);
    app.token(&[form.as_slice(), &[("device", "x".repeat(500).as_str())]].concat()).await.with(200);

    let devices = aya.get("/users/me/devices").await;
    assert_eq!(devices["next_cursor"], Value::Null);
    let items = devices["items"].as_array().unwrap();
    let labels: Vec<&str> = items.iter().map(|device| device["label"].as_str().unwrap()).collect();
    assert_eq!(labels, [&"x".repeat(128), "Talker/1.0 (tablet)", "Aya's phone", "Unknown device"]);
    let current: Vec<bool> = items.iter().map(|device| device["current"].as_bool().unwrap()).collect();
    assert_eq!(current, [false, false, false, true]);
    assert!(items.iter().all(|device| id(device).starts_with("dev_")));

    app.clock.advance(DAY);
    app.token(&[("grant_type", "refresh_token"), ("refresh_token", &aya.refresh)]).await.with(200);
    let again = app.sign_in("aya").await;
    let devices = again.get("/users/me/devices").await;
    let first = devices["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|device| device["label"] == "Unknown device" && device["current"] == false)
        .unwrap();
    assert_ne!(first["last_seen_at"], first["created_at"], "it got new tokens meanwhile");
}

#[tokio::test]
async fn a_device_that_is_silent_for_a_month_is_gone() {
    let app = TestApp::start().await;
    let silent = app.person("aya").await;
    app.clock.advance(30 * DAY);
    let aya = app.sign_in("aya").await;
    assert!(!is_signed_in(&app, &silent).await);
    assert_eq!(aya.get("/users/me/devices").await["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn who_leaves_takes_everything_along() {
    let app = TestApp::start().await;
    let (aya, laptop, ben) = (app.person("aya").await, app.sign_in("aya").await, app.person("ben").await);
    let character = aya.character("public").await;
    let (hers, his) = (aya.session_with(&character).await, ben.session_with(&character).await);
    let secret = aya.character("private").await;
    let mut socket = aya.socket().await;

    aya.tell("DELETE /users/me", json!({"password": "not mine"})).await.problem(401, "invalid_credentials");
    aya.tell("DELETE /users/me", json!({"password": PASSWORD})).await.with(204);
    assert_eq!(socket.closed().await, Some(4403));
    assert!(!is_signed_in(&app, &aya).await && !is_signed_in(&app, &laptop).await);
    assert!(!signs_in_with(&app, "aya", PASSWORD).await);

    let found = ben.get("/characters").await;
    assert_eq!(found["items"], json!([]), "what she made is found no more");
    let other = app.person("cho").await;
    other.ask(&format!("GET /characters/{character}")).await.problem(404, "not_found");
    other.tell("POST /sessions", json!({"character_id": character})).await.problem(404, "not_found");

    let session = ben.get(&format!("/sessions/{his}")).await;
    assert_eq!(
        (session["character"]["deleted"].as_bool(), session["character"]["name"].as_str()),
        (Some(true), Some("Rin"))
    );
    assert_eq!(ben.messages(&his).await.len(), 1, "his chat can still be read");
    let kept = ben.get(&format!("/characters/{character}")).await;
    assert_eq!(
        (kept["persona"].as_str(), kept["greeting"].as_str(), kept["deleted"].as_bool()),
        (Some(""), Some(""), Some(true))
    );
    let body = json!({"client_message_id": "a", "content": "Are you there?"});
    ben.tell(&format!("POST /sessions/{his}/messages"), body).await.problem(409, "character_unavailable");

    let again = app.person("aya").await;
    assert_eq!(again.get("/sessions").await["items"], json!([]));
    for path in [format!("/sessions/{hers}"), format!("/characters/{secret}"), format!("/characters/{character}")] {
        again.ask(&format!("GET {path}")).await.problem(404, "not_found");
    }
    assert_eq!(again.get("/characters?mine=true").await["items"], json!([]));
}

#[tokio::test]
async fn one_address_makes_so_many_accounts_and_no_more() {
    let app = TestApp::with(Options {
        accounts: Some(|accounts| accounts.registrations_per_address.burst = 2),
        ..Options::default()
    })
    .await;
    let register =
        |n: u32| registration(json!({"username": format!("aya{n}"), "email": format!("aya{n}@example.org")}));
    app.tell("POST /auth/register", registration(json!({"email": "x"}))).await.fields();
    app.tell("POST /auth/register", register(1)).await.with(201);
    app.tell("POST /auth/register", register(2)).await.with(201);
    let answer = app.tell("POST /auth/register", register(3)).await;
    assert!(answer.header("retry-after").parse::<u64>().unwrap() > 60);
    answer.problem(429, "rate_limited");
}
