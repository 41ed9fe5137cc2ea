//! Requests as nobody would write them, and bytes that are none: nothing breaks the server.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use reqwest::Method;
use reqwest::header::{HeaderName, HeaderValue};
use serde_json::{Value, json};
use testkit::http::{raw, send};
use testkit::keyed::Program;
use testkit::{Person, TestApp};

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
    assert_eq!(send(app.root(Method::GET, "/healthz")).await.status, 200);
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

/// A value as a program would hardly send it.
fn odd_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,30}".prop_map(Value::from),
        Just(json!("a\u{0}b")),
        Just(json!("x".repeat(20_000))),
    ];
    leaf.prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map("[a-z_]{1,12}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// A conversation that is good, or nearly so.
fn conversation() -> impl Strategy<Value = Value> {
    let role = proptest::sample::select(vec!["system", "developer", "user", "assistant", "tool", "function", ""]);
    let content = prop_oneof![
        4 => "\\PC{0,40}".prop_map(Value::from),
        1 => "\\PC{0,20}".prop_map(|text| json!([{"type": "text", "text": text}])),
        1 => Just(json!([{"type": "image_url", "image_url": {"url": "http://169.254.169.254/"}}])),
        1 => odd_value(),
    ];
    let message = prop_oneof![
        8 => (role, content).prop_map(|(role, content)| json!({"role": role, "content": content})),
        1 => odd_value(),
    ];
    proptest::collection::vec(message, 0..6).prop_map(Value::from)
}

/// What a program may ask of a character: the fields that are known, with what fits and what does not.
fn completion(model: String, session: String) -> impl Strategy<Value = Vec<u8>> {
    let fields = [
        "model",
        "messages",
        "stream",
        "stream_options",
        "session_id",
        "temperature",
        "top_p",
        "frequency_penalty",
        "presence_penalty",
        "max_completion_tokens",
        "max_tokens",
        "seed",
        "stop",
        "n",
        "tools",
        "response_format",
        "logprobs",
        "user",
    ];
    let odd = proptest::collection::btree_map(
        proptest::sample::select(fields.map(str::to_owned).to_vec()),
        odd_value(),
        0..3,
    );
    let asked = (conversation(), any::<bool>(), any::<bool>(), odd).prop_map(move |(messages, stream, kept, odd)| {
        let mut body = json!({"model": model, "messages": messages, "stream": stream});
        if kept {
            body["session_id"] = json!(session);
        }
        for (field, value) in odd {
            body[field] = value;
        }
        body.to_string().into_bytes()
    });
    prop_oneof![12 => asked, 1 => proptest::collection::vec(any::<u8>(), 0..200)]
}

/// One request to `/v1`; a fault of the server is told with it, and every error has the form that programs know.
async fn survives_there(program: &Program<'_>, path: &str, body: Vec<u8>) -> Result<(), TestCaseError> {
    let method = if path == "/chat/completions" { Method::POST } else { Method::GET };
    let request = program.request(method, path).header("content-type", "application/json").body(body);
    let Ok(answer) = request.send().await else { return Ok(()) };
    let status = answer.status();
    let kind = answer.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned()).unwrap_or_default();
    let body = answer.bytes().await.unwrap_or_default();
    let text = String::from_utf8_lossy(&body);
    prop_assert!(status.as_u16() < 500, "{status}: {text}");
    if status.is_client_error() {
        prop_assert_eq!(kind.as_str(), "application/json");
        let error: Value = serde_json::from_slice(&body).unwrap_or_default();
        let is_whole = error["error"]["message"].is_string() && error["error"]["type"].is_string();
        prop_assert!(is_whole && error["error"]["code"].is_string(), "{error}");
    } else if kind.starts_with("text/event-stream") {
        prop_assert!(text.trim_end().ends_with("data: [DONE]"), "{text}");
    }
    Ok(())
}

#[test]
fn no_completion_whatever_is_in_it_is_a_fault_of_the_server() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let app = TestApp::start().await;
        let aya = app.person("aya").await;
        let character = aya.character("private").await;
        let session = aya.session_with(&character).await;
        let key = json!({"name": "x", "scopes": ["chat", "recall", "sessions"]});
        let program = Program::of(&app, &aya, key).await;
        let models = prop_oneof![3 => Just(character.clone()), 1 => Just("Rin".to_owned()), 1 => "\\PC{0,40}"];
        let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
        for n in 0..400 {
            let model = models.new_tree(&mut runner).unwrap().current();
            let escaped: String = model.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let path = if n % 8 == 0 { format!("/models/{escaped}") } else { "/chat/completions".to_owned() };
            let body = completion(model, session.clone()).new_tree(&mut runner).unwrap().current();
            if let Err(TestCaseError::Fail(reason)) = survives_there(&program, &path, body.clone()).await {
                panic!("{reason} after {path} {:?}", String::from_utf8_lossy(&body));
            }
        }
        // Whoever asks well is answered still.
        assert_eq!(program.ask(&character, "Hello").await.status, 200);
    });
}
