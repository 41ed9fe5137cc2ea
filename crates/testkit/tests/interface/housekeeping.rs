//! What holds for every request: problems, trailing slashes, limits; what operators learn, and the pages of the client.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use api::{ApiConfig, PartStatus};
use futures_util::FutureExt;
use reqwest::Method;
use serde_json::json;
use testkit::app::Options;
use testkit::http::{Answer, send};
use testkit::{Socket, TestApp};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

async fn at_root(app: &TestApp, path: &str) -> Answer {
    send(app.root(Method::GET, path)).await
}

#[tokio::test]
async fn where_there_is_no_route_there_is_a_problem() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    for line in [
        "GET /nothing",
        "POST /nothing",
        "GET /users",
        "GET /users/you",
        "DELETE /characters/x/y/z",
        "GET /chat",
        "PUT /media/x/y",
        "GET /%00",
        "GET /%FF",
        "GET /users%2Fme",
    ] {
        app.ask(line).await.problem(404, "not_found");
        aya.ask(line).await.problem(404, "not_found");
    }
    for path in ["/api", "/api/", "/api/v1", "/api/v2/users/me", "/api/v1/../v1/nothing"] {
        at_root(&app, path).await.problem(404, "not_found");
    }
    at_root(&app, "/nothing.png").await.problem(404, "not_found");
    send(app.root(Method::POST, "/")).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    for (line, allowed) in [
        ("POST /users/me".to_owned(), &["GET", "HEAD", "PATCH", "DELETE"] as &[&str]),
        ("GET /auth/token".into(), &["POST"]),
        ("GET /auth/register".into(), &["POST"]),
        ("DELETE /characters".into(), &["GET", "HEAD", "POST"]),
        (format!("POST /sessions/{session}"), &["GET", "HEAD", "PATCH", "DELETE"]),
        (format!("GET /sessions/{session}/leaf"), &["PUT"]),
        (format!("PATCH /sessions/{session}/messages"), &["GET", "HEAD", "POST"]),
        ("POST /models".into(), &["GET", "HEAD"]),
        ("POST /chat/ws".into(), &["GET", "HEAD"]),
    ] {
        let answer = aya.ask(&line).await;
        let told: BTreeSet<&str> = answer.header("allow").split(',').map(str::trim).collect();
        assert_eq!(told, allowed.iter().copied().collect(), "{line}");
        answer.problem(405, "method_not_allowed");
    }
    let probe = send(app.root(Method::POST, "/healthz")).await;
    assert!(probe.header("allow").contains("GET"));
    probe.problem(405, "method_not_allowed");
}

#[tokio::test]
async fn a_body_that_is_no_json_is_malformed_and_one_of_another_type_is_not_taken() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let post = |kind: &'static str, body: &'static [u8]| {
        send(aya.request(Method::POST, "/characters").header("content-type", kind).body(body))
    };
    for body in [
        &b""[..],
        b"{",
        b"nonsense",
        b"{\"name\":\"Rin\"",
        b"{\"name\":\"Rin\"} more",
        b"{'name':'Rin'}",
        b"{\"name\":\"\xFF\"}",
        b"\x00",
        b"{\"name\":\"\\ud800\"}",
    ] {
        post("application/json", body).await.problem(400, "malformed");
    }
    for body in [&b"[]"[..], b"null", b"7", b"\"text\""] {
        assert_eq!(post("application/json", body).await.fields(), ["body"]);
    }
    let nested = "[".repeat(100_000);
    send(aya.request(Method::POST, "/characters").header("content-type", "application/json").body(nested))
        .await
        .problem(400, "malformed");
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/xml", "json", ""] {
        post(kind, br#"{"name":"Rin"}"#).await.problem(415, "unsupported_media_type");
    }
    send(aya.request(Method::POST, "/characters").body(r#"{"name":"Rin"}"#))
        .await
        .problem(415, "unsupported_media_type");
    for kind in ["application/json; charset=utf-8", "APPLICATION/JSON", "application/merge-patch+json"] {
        post(kind, br#"{"name":"Rin"}"#).await.with(201);
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let body = |length: usize| format!(r#"{{"name":"Rin","unknown":"{}"}}"#, "x".repeat(length));
    let post = |path: &str, body: String| {
        aya.request(Method::POST, path).header("content-type", "application/json").body(body)
    };
    send(post("/characters", body(1024 * 1024))).await.problem(413, "payload_too_large");
    send(post("/auth/register", body(1024 * 1024))).await.problem(413, "payload_too_large");
    send(post("/characters", body(1000 * 1024))).await.with(201);
    let form = app.request(Method::POST, "/auth/token").form(&[
        ("grant_type", "password"),
        ("username", "aya"),
        ("password", &"x".repeat(1024 * 1024)),
    ]);
    let refused = send(form).await;
    assert_eq!((refused.status.as_u16(), refused.body["error"].as_str()), (400, Some("invalid_request")));
}

#[tokio::test]
async fn what_is_no_id_is_the_id_of_nothing() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    let hex = "0".repeat(32);
    for bad in [
        "x",
        "1",
        "ses_",
        "%20",
        "null",
        "..%2F..%2Fetc",
        "%E6%B5%B7",
        &hex,
        &format!("chr_{hex}"),
        &format!("SES_{hex}"),
        &format!("ses_{hex}0"),
        &session.to_uppercase(),
        &"x".repeat(3_000),
    ] {
        for line in [
            format!("GET /sessions/{bad}"),
            format!("DELETE /sessions/{bad}"),
            format!("GET /sessions/{bad}/messages"),
            format!("GET /sessions/{bad}/events"),
            format!("GET /sessions/{session}/messages/{bad}"),
            format!("DELETE /sessions/{session}/messages/{bad}"),
            format!("POST /sessions/{session}/messages/{bad}/stop"),
            format!("GET /media/{bad}"),
            format!("DELETE /users/me/devices/{bad}"),
        ] {
            aya.ask(&line).await.problem(404, "not_found");
        }
        if !bad.starts_with("chr_") {
            aya.ask(&format!("GET /characters/{bad}")).await.problem(404, "not_found");
        }
        aya.tell(&format!("PATCH /characters/{bad}"), json!({"name": "x"})).await.problem(404, "not_found");
    }
}

#[tokio::test]
async fn limits_and_cursors_are_checked_in_every_list() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    for list in ["/characters", "/sessions", &format!("/sessions/{session}/events")] {
        for limit in ["0", "101", "4294967296", "-1", "1.5", "many", ""] {
            assert_eq!(aya.ask(&format!("GET {list}?limit={limit}")).await.fields(), ["limit"], "{list} {limit}");
        }
        for limit in [1, 100] {
            aya.ask(&format!("GET {list}?limit={limit}")).await.with(200);
        }
        for cursor in ["x", "%00", "====", "bm9uc2Vuc2U", &"x".repeat(600), "9223372036854775808999"] {
            aya.ask(&format!("GET {list}?cursor={cursor}")).await.problem(400, "invalid_cursor");
        }
        let answer = aya.ask(&format!("GET {list}?limit=1&limit=2")).await;
        assert_eq!(answer.fields(), ["limit"], "{list}: given twice");
        aya.ask(&format!("GET {list}?unknown=1")).await.with(200);
    }
}

#[tokio::test]
async fn a_slash_at_the_end_makes_no_difference() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let token = send(app.request(Method::POST, "/auth/token/").form(&[
        ("grant_type", "password"),
        ("username", "aya"),
        ("password", testkit::app::PASSWORD),
    ]));
    token.await.with(200);
    let rin = testkit::app::id(
        &aya.tell("POST /characters/", json!({"name": "Rin", "visibility": "public"})).await.with(201),
    );
    assert_eq!(aya.ask("GET /characters/?limit=1&search=rin").await.with(200)["items"][0]["id"], rin.as_str());
    aya.tell(&format!("PATCH /characters/{rin}/"), json!({"tagline": "x"})).await.with(200);
    let session = testkit::app::id(&aya.tell("POST /sessions/", json!({"character_id": rin})).await.with(201));
    let greeting = aya
        .tell(&format!("POST /sessions/{session}/messages/"), json!({"client_message_id": "a", "content": "Hello"}))
        .await
        .with(202);
    aya.ask(&format!("GET /sessions/{session}/messages/{}/", testkit::app::id(&greeting["message"]))).await.with(200);
    aya.tell(&format!("PUT /sessions/{session}/leaf/"), json!({"message_id": greeting["message"]["id"]}))
        .await
        .with(200);
    aya.ask(&format!("DELETE /sessions/{session}/")).await.with(204);
    aya.ask("POST /models/").await.problem(405, "method_not_allowed");
    app.ask("GET /users/me/").await.problem(401, "unauthenticated");
    for path in ["/healthz/", "/readyz/", "/docs/", "/api/v1/openapi.json/"] {
        assert_eq!(at_root(&app, path).await.status, 200, "{path}");
    }
    let mut request = format!("ws://{}/api/v1/chat/ws/", app.address).into_client_request().unwrap();
    request.headers_mut().insert("authorization", format!("Bearer {}", aya.access).parse().unwrap());
    Socket::connect(request).await.unwrap().expect("ready").await;
}

#[tokio::test]
async fn operators_learn_whether_it_lives_and_what_it_is_ready_for() {
    let ready = Arc::new(AtomicBool::new(true));
    let now = Arc::clone(&ready);
    let readiness: api::Readiness = Arc::new(move || {
        let part = PartStatus { name: "store", ready: now.load(Ordering::SeqCst), degraded: false, detail: None };
        async move { vec![part] }.boxed()
    });
    let app =
        TestApp::with(Options { api: Some(ApiConfig { readiness, ..ApiConfig::default() }), ..Options::default() })
            .await;
    assert_eq!(at_root(&app, "/healthz").await.with(200), json!({"status": "ok"}));
    assert_eq!(
        at_root(&app, "/readyz").await.with(200),
        json!({"ready": true, "parts": [{"name": "store", "ready": true}]})
    );
    ready.store(false, Ordering::SeqCst);
    assert_eq!(
        at_root(&app, "/readyz").await.with(503),
        json!({"ready": false, "parts": [{"name": "store", "ready": false}]})
    );
    assert_eq!(at_root(&app, "/healthz").await.status, 200, "it lives all the same");
}

/// The values of attributes that a browser would fetch.
fn references(html: &str) -> Vec<&str> {
    let after = |attribute: &'static str| html.split(attribute).skip(1).filter_map(|rest| rest.split('"').next());
    after("src=\"").chain(after("href=\"")).collect()
}

#[tokio::test]
async fn the_documentation_needs_nothing_from_elsewhere() {
    let app = TestApp::start().await;
    let page = at_root(&app, "/docs").await;
    assert!(page.header("content-type").starts_with("text/html"));
    let html = page.body.as_str().unwrap();
    let references = references(html);
    assert!(references.len() >= 3, "{html}");
    for reference in references {
        assert!(reference.starts_with("/docs/"), "{reference} is elsewhere");
        let file = at_root(&app, reference).await;
        assert_eq!(file.status, 200, "{reference}");
        assert!(!file.bytes.is_empty() && !file.header("content-type").starts_with("text/html"), "{reference}");
        if let Some(css) = file.body.as_str().filter(|_| reference.ends_with(".css")) {
            assert!(!css.contains("@import") && !css.contains("url(http") && !css.contains("url(//"), "{reference}");
        }
        if reference.ends_with("initializer.js") {
            let script = file.body.as_str().unwrap();
            assert!(
                script.contains("/api/v1/openapi.json") && !script.contains("http://") && !script.contains("https://"),
                "{script}"
            );
        }
    }
    assert!(!html.contains("http://") && !html.contains("https://") && !html.contains("src=\"//"), "{html}");
    assert!(!html.contains("<script>"), "the policy forbids scripts in the page: {html}");
    at_root(&app, "/docs/nothing.js").await.problem(404, "not_found");
    at_root(&app, "/docs/..%2F..%2Fetc%2Fpasswd").await.problem(404, "not_found");
}

#[tokio::test]
async fn paths_of_the_client_are_its_first_page() {
    let app = TestApp::start().await;
    let get = |path: &'static str, accept: &'static str| send(app.root(Method::GET, path).header("accept", accept));
    let first = get("/", "text/html").await;
    assert_eq!((first.status.as_u16(), first.header("content-type")), (200, "text/html; charset=utf-8"));
    assert_eq!(first.header("cache-control"), "no-cache");
    let html = first.body.as_str().unwrap().to_owned();
    if html.contains("not part of this build") {
        get("/chats/ses_1", "text/html").await.problem(404, "not_found");
        println!("SKIPPED: the web client is not built");
        return;
    }
    let path = get("/chats/ses_1", "text/html,application/xhtml+xml;q=0.9").await;
    assert_eq!((path.status.as_u16(), path.bytes == first.bytes), (200, true));
    for (path, accept) in [
        ("/chats/ses_1", "application/json"),
        ("/assets/gone.js", "text/html"),
        ("/api/v1/nothing", "text/html"),
        ("/api/nothing", "text/html"),
    ] {
        get(path, accept).await.problem(404, "not_found");
    }
    let asset = references(&html).into_iter().find(|reference| reference.contains("assets/")).unwrap().to_owned();
    let file = at_root(&app, &format!("/{}", asset.trim_start_matches("./").trim_start_matches('/'))).await;
    assert_eq!((file.status.as_u16(), file.header("cache-control")), (200, "public, max-age=31536000, immutable"));
    let known = send(app.root(Method::GET, "/").header("if-none-match", first.header("etag"))).await;
    assert_eq!((known.status.as_u16(), known.bytes.len()), (304, 0));
    for outside in ["/..%2F..%2FCargo.toml", "/%2e%2e/Cargo.toml", "/assets/..%2F..%2F..%2FCargo.toml"] {
        assert!(!String::from_utf8_lossy(&get(outside, "*/*").await.bytes).contains("[workspace]"), "{outside}");
    }
}
