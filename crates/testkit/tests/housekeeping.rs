//! What holds for every request: problems, trailing slashes, limits, headers, compression; and that nothing breaks it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use api::{ApiConfig, PartStatus};
use futures_util::FutureExt;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use reqwest::Method;
use reqwest::header::{HeaderName, HeaderValue};
use serde_json::{Value, json};
use testkit::app::Options;
use testkit::http::{Answer, send};
use testkit::{Person, Socket, TestApp};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
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
async fn every_answer_keeps_browsers_safe() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let answers = [
        at_root(&app, "/").await,
        at_root(&app, "/healthz").await,
        at_root(&app, "/docs").await,
        at_root(&app, "/nothing.png").await,
        aya.ask("GET /users/me").await,
        app.ask("GET /users/me").await,
        app.ask("GET /nothing").await,
        app.ask("GET /auth/token").await,
        app.tell("POST /auth/register", json!({})).await,
        app.token(&[]).await,
    ];
    for answer in answers {
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{name}");
        }
        let policy = answer.header("content-security-policy");
        for rule in ["default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(policy.contains(rule), "{policy}");
        }
        let scripts = policy.split(';').find(|rule| rule.trim().starts_with("script-src")).unwrap_or_default();
        assert!(!scripts.contains("unsafe") && !policy.contains("http:") && !policy.contains('*'), "{policy}");
        assert_eq!(answer.header("server"), "", "nobody needs to know");
    }
    for line in ["GET /users/me", "GET /characters", "GET /sessions"] {
        assert_eq!(aya.ask(line).await.header("cache-control"), "no-store", "{line}");
    }
}

#[tokio::test]
async fn a_request_has_an_id_in_its_answer() {
    let app = TestApp::start().await;
    let own = app.ask("GET /nothing").await;
    assert_eq!(own.body["request_id"], own.header("x-request-id"));
    assert_ne!(own.header("x-request-id"), app.ask("GET /nothing").await.header("x-request-id"));
    let with = async |id: &str| send(app.request(Method::GET, "/nothing").header("x-request-id", id)).await;
    let given = with("proxy-7_a.B").await;
    assert_eq!((given.header("x-request-id"), &given.body["request_id"]), ("proxy-7_a.B", &json!("proxy-7_a.B")));
    for bad in ["", "two words", "a\"b", "<script>", &"x".repeat(65)] {
        let answer = with(bad).await;
        assert!(!answer.header("x-request-id").is_empty());
        assert_ne!(answer.header("x-request-id"), bad);
    }
    assert!(!at_root(&app, "/healthz").await.header("x-request-id").is_empty());
}

async fn preflight(app: &TestApp, origin: &str) -> Answer {
    let request = app
        .request(Method::OPTIONS, "/users/me")
        .header("origin", origin)
        .header("access-control-request-method", "PATCH");
    send(request.header("access-control-request-headers", "authorization,content-type")).await
}

#[tokio::test]
async fn pages_of_other_origins_may_not_call_unless_they_are_named() {
    let app = TestApp::start().await;
    for origin in ["https://evil.example", "null", "http://localhost:5173"] {
        assert_eq!(preflight(&app, origin).await.header("access-control-allow-origin"), "");
        let read = send(app.request(Method::GET, "/nothing").header("origin", origin)).await;
        assert_eq!(
            (read.header("access-control-allow-origin"), read.header("access-control-allow-credentials")),
            ("", "")
        );
    }
    let config = ApiConfig { origins: vec!["https://app.example.org".into()], ..ApiConfig::default() };
    let app = TestApp::with(Options { api: Some(config), ..Options::default() }).await;
    let allowed = preflight(&app, "https://app.example.org").await;
    assert!(allowed.status.is_success());
    assert_eq!(allowed.header("access-control-allow-origin"), "https://app.example.org");
    assert!(allowed.header("access-control-allow-methods").contains("PATCH"));
    assert!(allowed.header("access-control-allow-headers").to_lowercase().contains("authorization"));
    for origin in ["https://evil.example", "https://app.example.org.evil.example", "http://app.example.org"] {
        assert_eq!(preflight(&app, origin).await.header("access-control-allow-origin"), "", "{origin}");
    }
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

/// What the server answers to what is written to it as it is: no client library unpacks or repairs anything.
async fn raw(app: &TestApp, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    answer
}

#[tokio::test]
async fn who_asks_for_it_gets_less_to_load() {
    let app = TestApp::start().await;
    let get = async |header: &str| {
        let answer =
            raw(&app, format!("GET /api/v1/openapi.json HTTP/1.0\r\nhost: x\r\n{header}\r\n").as_bytes()).await;
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
        (String::from_utf8_lossy(&answer[..end]).to_lowercase(), answer[end + 4..].to_vec())
    };
    let ((head, plain), (packed_head, packed)) = (get("").await, get("accept-encoding: gzip\r\n").await);
    assert!(
        !head.contains("content-encoding") && packed_head.contains("content-encoding: gzip"),
        "{head}\n{packed_head}"
    );
    assert!(packed_head.contains("vary: ") && head.contains("accept-encoding"), "caches keep them apart: {head}");
    assert!(packed.starts_with(&[0x1F, 0x8B]) && packed.len() < plain.len() / 3);
    let document: Value = serde_json::from_slice(&plain).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
}

#[tokio::test]
async fn what_is_no_http_breaks_nothing() {
    let app = TestApp::start().await;
    for bytes in [
        &b"nonsense\r\n\r\n"[..], b"\x16\x03\x01\x02\x00", b"GET / HTTP/9.9\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/1.1\r\nhost: x\r\nbad header\r\n\r\n",
        b"POST /api/v1/auth/register HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{",
        b"POST /api/v1/auth/register HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"GET /api/v1/chat/ws HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
        b"GET /\xFF\xFE HTTP/1.1\r\nhost: x\r\n\r\n", b"GET /api/v1/users/me HTTP/1.1\r\nhost: x\r\nauthorization: Bearer \xFF\r\nconnection: close\r\n\r\n",
    ] {
        let answer = String::from_utf8_lossy(&raw(&app, bytes).await).into_owned();
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4") || answer.starts_with("HTTP/1.0 4"), "{:?} -> {answer}", String::from_utf8_lossy(bytes));
    }
    assert_eq!(at_root(&app, "/healthz").await.status, 200);
}

/// A part of a path: a name the server knows, an id, or anything.
fn segment(ids: Vec<String>) -> impl Strategy<Value = String> {
    let names = [
        "users",
        "me",
        "devices",
        "characters",
        "sessions",
        "messages",
        "events",
        "leaf",
        "media",
        "models",
        "avatar",
        "revisions",
        "regenerate",
        "stop",
        "password",
        "chat",
        "ws",
        "auth",
        "token",
        "register",
        "openapi.json",
    ];
    let escaped = "\\PC{0,12}".prop_map(|text| text.bytes().map(|byte| format!("%{byte:02X}")).collect());
    prop_oneof![
        6 => proptest::sample::select(names.map(str::to_owned).to_vec()),
        4 => proptest::sample::select(ids),
        2 => "(ses|msg|chr|med|dev|usr)_[0-9a-f]{0,33}",
        1 => escaped,
        1 => "[!-~&&[^?#]]{0,20}",
    ]
}

/// JSON of fields the server knows and values it may not expect.
fn body(ids: Vec<String>) -> impl Strategy<Value = Vec<u8>> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,30}".prop_map(Value::from),
        Just(json!("a\u{0}b")),
        proptest::sample::select(ids).prop_map(Value::from),
        Just(json!("x".repeat(20_000))),
    ];
    let fields = [
        "username",
        "email",
        "password",
        "birth_date",
        "display_name",
        "timezone",
        "name",
        "tagline",
        "tags",
        "visibility",
        "model",
        "sampling",
        "temperature",
        "stop",
        "character_id",
        "title",
        "pinned",
        "archived",
        "client_message_id",
        "content",
        "parent_id",
        "message_id",
        "mode",
        "alternate_greetings",
        "greeting",
    ];
    let value = leaf.prop_recursive(3, 24, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(proptest::sample::select(fields.map(str::to_owned).to_vec()), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    });
    prop_oneof![8 => value.prop_map(|value| value.to_string().into_bytes()), 1 => proptest::collection::vec(any::<u8>(), 0..200)]
}

#[derive(Debug, Clone)]
struct AnyRequest {
    method: &'static str,
    path: Vec<String>,
    query: Vec<(String, String)>,
    kind: &'static str,
    body: Vec<u8>,
    header: (&'static str, Vec<u8>),
}

fn any_request(ids: Vec<String>) -> impl Strategy<Value = AnyRequest> {
    let names =
        ["cursor", "limit", "search", "tag", "mine", "before", "after", "after_seq", "archived", "character_id"];
    let header = [
        "range",
        "accept",
        "if-none-match",
        "origin",
        "x-forwarded-for",
        "x-request-id",
        "accept-encoding",
        "expect",
        "user-agent",
        "cookie",
        "sec-websocket-key",
        "upgrade",
    ];
    (
        proptest::sample::select(vec!["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW"]),
        proptest::collection::vec(segment(ids.clone()), 0..6),
        proptest::collection::vec(
            (
                proptest::sample::select(names.map(str::to_owned).to_vec()),
                prop_oneof!["\\PC{0,20}".boxed(), proptest::sample::select(ids.clone()).boxed()],
            ),
            0..3,
        ),
        proptest::sample::select(vec![
            "application/json",
            "application/json",
            "application/json",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "image/png",
            "text/plain",
        ]),
        body(ids),
        (
            proptest::sample::select(header.to_vec()),
            proptest::collection::vec(prop_oneof![0x20_u8..0x7F, 0x80_u8..=0xFF], 0..40),
        ),
    )
        .prop_map(|(method, path, query, kind, body, header)| AnyRequest {
            method,
            path,
            query,
            kind,
            body,
            header,
        })
}

/// One request as nobody would write it; a fault of the server is told with it.
async fn survives(person: &Person<'_>, request: AnyRequest) -> Result<(), TestCaseError> {
    let path = request.path.join("/");
    // Whoever signs out or leaves is a stranger from then on.
    prop_assume!(!path.contains("logout"));
    let Ok(header) = HeaderValue::from_bytes(&request.header.1) else { return Ok(()) };
    let sent = person
        .request(Method::from_bytes(request.method.as_bytes()).unwrap(), &format!("/{path}"))
        .query(&request.query)
        .header("content-type", request.kind)
        .header(HeaderName::from_static(request.header.0), header)
        .body(request.body.clone());
    let (client, built) = sent.build_split();
    let Ok(built) = built else { return Ok(()) };
    // A request that HTTP itself cannot carry has no answer, and that is one.
    let Ok(answer) = client.execute(built).await else { return Ok(()) };
    let status = answer.status();
    let kind = answer.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned());
    let body = answer.bytes().await.unwrap_or_default();
    prop_assert!(status.as_u16() < 500, "{status}: {}", String::from_utf8_lossy(&body));
    if status.is_client_error() && request.method != "HEAD" && !path.contains("chat/ws") && !path.contains("auth/token")
    {
        prop_assert_eq!(kind.as_deref(), Some("application/problem+json"));
        let problem: Value = serde_json::from_slice(&body).unwrap_or_default();
        prop_assert_eq!(problem["status"].as_u64(), Some(u64::from(status.as_u16())));
    }
    Ok(())
}

#[test]
fn no_request_whatever_is_in_it_is_a_fault_of_the_server() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let app = TestApp::start().await;
        let aya = app.person("aya").await;
        let session = aya.session().await;
        let greeting = testkit::app::id(&aya.messages(&session).await[0]);
        let character = testkit::app::id(&aya.get(&format!("/sessions/{session}")).await["character"]);
        let requests = any_request(vec![session, greeting, character]);
        let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
        for _ in 0..600 {
            let request = requests.new_tree(&mut runner).unwrap().current();
            if let Err(TestCaseError::Fail(reason)) = survives(&aya, request.clone()).await {
                panic!("{reason} after {request:?}");
            }
        }
        aya.ask("GET /users/me").await.with(200);
    });
}
