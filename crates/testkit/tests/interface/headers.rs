//! What stands in the headers of every answer: what keeps browsers safe, ids, other origins, compression.

use api::ApiConfig;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::TestApp;
use testkit::app::Options;
use testkit::http::{Answer, raw, send};

async fn at_root(app: &TestApp, path: &str) -> Answer {
    send(app.root(Method::GET, path)).await
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
