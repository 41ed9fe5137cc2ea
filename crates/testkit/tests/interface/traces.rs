//! Traces of the real binary, sent to a collector of the test: what took how long is in them, and nothing that was said.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use testkit::process::{Process, binary, client};
use testkit::visitor::Visitor;

/// What the collector was sent.
#[derive(Clone, Default)]
struct Collected(Arc<Mutex<Vec<(HeaderMap, Bytes)>>>);

async fn collect(State(collected): State<Collected>, headers: HeaderMap, body: Bytes) {
    collected.0.lock().unwrap().push((headers, body));
}

fn attribute(span: &Span, key: &str) -> Option<Value> {
    span.attributes.iter().find(|attribute| attribute.key == key)?.value.clone()?.value
}

fn text(span: &Span, key: &str) -> String {
    match attribute(span, key) {
        Some(Value::StringValue(text)) => text,
        other => panic!("{key} of {} is {other:?}", span.name),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn spans_arrive_and_hold_nothing_that_was_said() {
    let Some(binary) = binary() else { return };
    let collected = Collected::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().route("/v1/traces", post(collect)).with_state(collected.clone());
    tokio::spawn(axum::serve(listener, router).into_future());

    let data = tempfile::tempdir().unwrap();
    let environment = [
        ("TALKER_CHAT_MODEL", "scripted"),
        ("TALKER_EMBEDDING_MODEL", "scripted"),
        ("TALKER_LEARN_EVERY", "2"),
        ("TALKER_SCRIPTED_TOKENS", "5"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-collector-key=hunter2"),
        ("OTEL_SERVICE_NAME", "talker-in-a-test"),
    ];
    let process = Process::start(&binary, data.path(), &environment).await;
    let (trace, parent) = ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331");
    let url = format!("http://{}/api/v1/models", process.address);
    let answer = client().get(url).header("traceparent", format!("00-{trace}-{parent}-01")).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 401);
    let aya = Visitor::sign_up(process.address, "secretname").await;
    let session = aya.session("Secretrin", "secret-persona").await;
    let mut said: Vec<String> =
        ["secret", session.as_str(), aya.token.as_str(), "@example", "hunter2"].map(str::to_lowercase).to_vec();
    for words in ["a secret-word for nobody else", "and one secret-word more", "the third secret-word"] {
        said.push(aya.say(&session, words).await.to_lowercase());
    }
    for path in ["characters?search=secret-search", "sessions"] {
        aya.get(&format!("/{path}")).await;
    }
    // The background has its say, too.
    tokio::time::sleep(std::time::Duration::from_secs(4)).await;
    assert!(process.stop().await.success());

    let sent = collected.0.lock().unwrap().clone();
    assert!(!sent.is_empty(), "nothing was sent");
    let mut spans: Vec<Span> = Vec::new();
    for (headers, body) in sent {
        assert_eq!(headers["content-type"], "application/x-protobuf");
        assert_eq!(headers["x-collector-key"], "hunter2");
        let raw = String::from_utf8_lossy(&body).to_lowercase();
        for words in &said {
            assert!(!raw.contains(words.as_str()), "{words} was sent: {raw}");
        }
        for resource in ExportTraceServiceRequest::decode(body).unwrap().resource_spans {
            let name = resource.resource.unwrap().attributes.into_iter().find(|given| given.key == "service.name");
            assert_eq!(name.unwrap().value.unwrap().value, Some(Value::StringValue("talker-in-a-test".into())));
            spans.extend(resource.scope_spans.into_iter().flat_map(|scope| scope.spans));
        }
    }
    let named = |name: &str| -> Vec<&Span> { spans.iter().filter(|span| span.name == name).collect() };
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();

    let request = named("GET /api/v1/models");
    let request =
        request.first().unwrap_or_else(|| panic!("{:?}", spans.iter().map(|span| &span.name).collect::<Vec<_>>()));
    assert_eq!((hex(&request.trace_id), hex(&request.parent_span_id)), (trace.to_owned(), parent.to_owned()));
    assert_eq!(text(request, "http.route"), "/api/v1/models");
    assert_eq!(attribute(request, "http.response.status_code"), Some(Value::IntValue(401)));

    let turns = named("invoke_agent");
    assert_eq!(turns.len(), 3);
    assert!(turns.iter().all(|turn| text(turn, "talker.outcome") == "complete"));
    let chats = named("chat scripted/model");
    let chat = chats.iter().find(|chat| chat.parent_span_id == turns[0].span_id).unwrap();
    assert_eq!(chat.trace_id, turns[0].trace_id);
    assert_eq!(
        (text(chat, "gen_ai.operation.name"), text(chat, "gen_ai.provider.name")),
        ("chat".into(), "scripted".into())
    );
    assert_eq!(text(chat, "gen_ai.request.model"), "scripted/model");
    assert!(
        matches!(attribute(chat, "gen_ai.response.finish_reasons"), Some(Value::ArrayValue(reasons)) if reasons.values.len() == 1)
    );
    assert_eq!(attribute(chat, "gen_ai.usage.output_tokens"), Some(Value::IntValue(5)));
    assert!(chat.events.iter().any(|event| event.name == "first token"), "{:?}", chat.events);
    assert!(named("recall").iter().any(|recall| recall.parent_span_id == turns[0].span_id));
    assert!(!named("job remember").is_empty() && !named("job embed").is_empty());
}
