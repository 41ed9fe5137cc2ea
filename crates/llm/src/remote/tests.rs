//! Bytes as providers send them, replayed by a server of our own, which also looks at what it is asked.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Response, Uri};
use domain::models::{FinishReason, TokenUsage};
use domain::prompt::{PromptMessage, PromptRole};
use domain::sampling::Sampling;
use futures_util::{StreamExt, stream};
use parking_lot::Mutex;
use serde_json::{Value, json};

use super::*;
use crate::ChatDelta;

/// One answer of the server.
#[derive(Clone)]
struct Answer {
    status: u16,
    headers: Vec<(&'static str, &'static str)>,
    before: Duration,
    chunks: Vec<String>,
    between: Duration,
    cut: bool,
}

impl Answer {
    fn new(status: u16, chunks: &[&str]) -> Self {
        let chunks = chunks.iter().map(|chunk| (*chunk).to_owned()).collect();
        Self { status, headers: Vec::new(), before: Duration::ZERO, chunks, between: Duration::ZERO, cut: false }
    }

    fn events(chunks: &[&str]) -> Self {
        Self::new(200, chunks)
    }
}

/// One request.
struct Asked {
    method: Method,
    path: String,
    key: Option<String>,
    body: Value,
}

#[derive(Clone, Default)]
struct Provider {
    answers: Arc<Mutex<VecDeque<Answer>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
    /// Alive while the last answer is being sent.
    sending: Arc<Mutex<std::sync::Weak<()>>>,
}

async fn answer(
    State(provider): State<Provider>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let key = headers.get("authorization").and_then(|key| key.to_str().ok()).map(str::to_owned);
    let body = serde_json::from_slice(&body).unwrap_or_default();
    provider.asked.lock().push(Asked { method, path: uri.path().to_owned(), key, body });
    let answer = provider.answers.lock().pop_front().expect("an answer");
    tokio::time::sleep(answer.before).await;
    let mut response = Response::builder().status(answer.status).header("content-type", "text/event-stream");
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    let mut items: Vec<Result<String, std::io::Error>> = answer.chunks.into_iter().map(Ok).collect();
    if answer.cut {
        items.push(Err(std::io::Error::other("cut")));
    }
    let between = answer.between;
    let open = Arc::new(());
    *provider.sending.lock() = Arc::downgrade(&open);
    let chunks = stream::iter(items).then(move |item| {
        let open = Arc::clone(&open);
        async move {
            tokio::time::sleep(between).await;
            drop(open);
            item
        }
    });
    response.body(Body::from_stream(chunks)).unwrap()
}

/// A provider that gives these answers, and a server of ours that asks it.
async fn provider(kind: ModelProvider, answers: Vec<Answer>) -> (Provider, RemoteServer, String) {
    let provider = Provider { answers: Arc::new(Mutex::new(answers.into())), ..Provider::default() };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = axum::Router::new().fallback(answer).with_state(provider.clone());
    tokio::spawn(async move { axum::serve(listener, app).await });
    let base = if kind == ModelProvider::Ollama { url.clone() } else { format!("{url}/api/v1/") };
    let key = (kind == ModelProvider::OpenAi).then(|| "sk-test".to_owned());
    let options = RemoteOptions {
        first_token: Duration::from_millis(500),
        next_token: Duration::from_millis(500),
        ..RemoteOptions::new(kind, base, key)
    };
    (provider, RemoteServer::new(options).unwrap(), url)
}

fn request() -> ChatRequest {
    let says = |role, content: &str| PromptMessage { role, content: content.to_owned() };
    let messages = vec![says(PromptRole::System, "You are Mira."), says(PromptRole::User, "Hi")];
    ChatRequest { cache_key: 1, messages, continue_last: false, sampling: Sampling::default(), format: None }
}

struct Reply {
    texts: Vec<String>,
    end: Result<(FinishReason, TokenUsage), ModelError>,
}

async fn read(server: &RemoteServer, request: ChatRequest) -> Reply {
    let mut stream = server.model("mira-1-high").chat(request).await.unwrap();
    let mut texts = Vec::new();
    while let Some(delta) = stream.next().await {
        let end = match delta {
            Ok(ChatDelta::Text(text)) => {
                assert!(!text.is_empty());
                texts.push(text);
                continue;
            }
            Ok(ChatDelta::Done { finish, usage }) => Ok((finish, usage)),
            Err(error) => Err(error),
        };
        assert!(stream.next().await.is_none());
        return Reply { texts, end };
    }
    panic!("a stream without an end");
}

async fn answered(answers: Vec<Answer>) -> (Reply, usize) {
    let (provider, server, _) = provider(ModelProvider::OpenAi, answers).await;
    let reply = read(&server, request()).await;
    let asked = provider.asked.lock().len();
    (reply, asked)
}

/// As OpenAI sends it: a chunk with the role alone first, the usage in a chunk without choices.
const GOOD: [&str; 6] = [
    "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n",
    ": a comment\n\ndata: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hel\"},\"finish_reason\":null}],\"usage\":null}\n\nda",
    "ta: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"lo \u{1f33b}\"},\"finish_reason\":null}],\"usage\":null}\n\n",
    "data: {\"choices\":[{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"length\"}],\"usage\":null}\n\n",
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":3,\"total_tokens\":15,\"prompt_tokens_details\":{\"cached_tokens\":8}}}\n\n",
    "data: [DONE]\n\n",
];

const DONE: &str = "data: [DONE]\n\n";

fn says(text: &str) -> String {
    format!("data: {}\n\n", json!({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": null}]}))
}

#[tokio::test]
async fn a_reply_comes_as_it_was_sent_and_is_asked_for_as_it_should() {
    let (provider, server, _) = provider(ModelProvider::OpenAi, vec![Answer::events(&GOOD)]).await;
    let sampling = Sampling {
        temperature: Some(0.7),
        top_p: Some(0.95),
        top_k: Some(40),
        max_tokens: Some(200),
        seed: Some(5),
        stop: ["a", "b", "c", "d", "e"].map(|stop| format!("<{stop}>")).to_vec(),
        ..Sampling::default()
    };
    let reply = read(&server, ChatRequest { sampling, ..request() }).await;
    assert_eq!(reply.texts, ["Hel", "lo \u{1f33b}"]);
    assert_eq!(
        reply.end,
        Ok((FinishReason::Length, TokenUsage { prompt_tokens: 12, cached_tokens: 8, completion_tokens: 3 }))
    );
    let asked = provider.asked.lock();
    let [asked] = asked.as_slice() else { panic!("asked once") };
    assert_eq!(
        (&asked.method, asked.path.as_str(), asked.key.as_deref()),
        (&Method::POST, "/api/v1/chat/completions", Some("Bearer sk-test"))
    );
    let expected = json!({
        "model": "mira-1-high",
        "stream": true,
        "stream_options": {"include_usage": true},
        "messages": [{"role": "system", "content": "You are Mira."}, {"role": "user", "content": "Hi"}],
        "temperature": 0.7,
        "top_p": 0.95,
        "top_k": 40,
        "max_tokens": 200,
        "seed": 5,
        "stop": ["<a>", "<b>", "<c>", "<d>"],
    });
    assert_eq!(asked.body, expected);
}

#[tokio::test]
async fn ollama_is_asked_without_a_key() {
    let (provider, server, _) = provider(ModelProvider::Ollama, vec![Answer::events(&GOOD)]).await;
    let mut request = request();
    request.messages.push(PromptMessage { role: PromptRole::Assistant, content: "I was".to_owned() });
    let reply = read(&server, ChatRequest { continue_last: true, ..request }).await;
    assert_eq!(reply.texts.concat(), "Hello \u{1f33b}");
    let asked = provider.asked.lock();
    assert_eq!((asked[0].path.as_str(), asked[0].key.as_deref()), ("/v1/chat/completions", None));
    assert_eq!(asked[0].body["messages"][2], json!({"role": "assistant", "content": "I was"}));
    assert_eq!(asked[0].body["continue_final_message"], json!(true));
    assert_eq!(server.model("qwen3:8b").info().name, "ollama/qwen3:8b");
}

#[tokio::test]
async fn what_fails_before_the_first_token_is_tried_again() {
    let busy = Answer {
        headers: vec![("retry-after", "0")],
        ..Answer::new(429, &["{\"error\":{\"message\":\"slow down\",\"code\":\"rate_limit_exceeded\"}}"])
    };
    let (reply, asked) = answered(vec![busy, Answer::new(503, &["<html>"]), Answer::events(&GOOD)]).await;
    assert_eq!((reply.texts.concat().as_str(), asked), ("Hello \u{1f33b}", 3));
    // Three tries are all there are.
    let (reply, asked) = answered(vec![Answer::new(502, &[]), Answer::new(502, &[]), Answer::new(502, &[])]).await;
    assert!(matches!(reply.end, Err(ModelError::Unavailable(_))));
    assert_eq!(asked, 3);
    // A provider that wants to rest for long is left alone.
    let resting = Answer { headers: vec![("retry-after", "60")], ..Answer::new(429, &["{}"]) };
    let (reply, asked) = answered(vec![resting]).await;
    assert!(matches!(reply.end, Err(ModelError::Busy(_))));
    assert_eq!(asked, 1);
}

#[tokio::test]
async fn what_fails_later_is_not_tried_again() {
    let broken = "data: {\"error\":{\"code\":502,\"message\":\"Provider disconnected\"}}\n\n";
    let (reply, asked) = answered(vec![Answer::events(&[GOOD[0], GOOD[1], "ta: [1]\n\n", broken])]).await;
    assert_eq!((reply.texts.concat().as_str(), asked), ("Hel", 1));
    assert!(matches!(reply.end, Err(ModelError::Unavailable(_))), "{:?}", reply.end);
}

#[tokio::test]
async fn a_connection_that_is_cut_is_no_end() {
    let cut = Answer { cut: true, ..Answer::events(&[GOOD[0], &says("Hel")]) };
    let (reply, asked) = answered(vec![cut]).await;
    assert_eq!((reply.texts.concat().as_str(), asked), ("Hel", 1));
    assert!(matches!(reply.end, Err(ModelError::Unavailable(_))), "{:?}", reply.end);
    // Also where it ends politely.
    let (reply, _) = answered(vec![Answer::events(&[&says("Hel")])]).await;
    assert!(matches!(reply.end, Err(ModelError::Unavailable(_))), "{:?}", reply.end);
}

/// Status, body, and whether the error is the right one.
type Case = (u16, &'static str, fn(&ModelError) -> bool);

#[tokio::test]
async fn every_error_has_its_meaning() {
    let cases: [Case; 12] = [
        (
            401,
            r#"{"error":{"message":"Incorrect API key","type":"invalid_request_error","code":"invalid_api_key"}}"#,
            |error| matches!(error, ModelError::Credentials(_)),
        ),
        (403, r#"{"error":{"message":"no"}}"#, |error| matches!(error, ModelError::Credentials(_))),
        (
            403,
            r#"{"error":{"code":403,"message":"flagged","metadata":{"reasons":["violence"],"flagged_input":"..."}}}"#,
            |error| matches!(error, ModelError::ContentRefused(_)),
        ),
        (404, r#"{"error":{"message":"model \"x\" not found, try pulling it first","type":"api_error"}}"#, |error| {
            matches!(error, ModelError::UnknownModel(_))
        }),
        (
            400,
            r#"{"error":{"message":"no such","type":"invalid_request_error","param":"model","code":"model_not_found"}}"#,
            |error| matches!(error, ModelError::UnknownModel(_)),
        ),
        (402, r#"{"error":{"code":402,"message":"Insufficient credits"}}"#, |error| {
            matches!(error, ModelError::Quota(_))
        }),
        (429, r#"{"error":{"message":"quota","type":"insufficient_quota","code":"insufficient_quota"}}"#, |error| {
            matches!(error, ModelError::Quota(_))
        }),
        (
            400,
            r#"{"error":{"message":"too long","type":"invalid_request_error","code":"context_length_exceeded"}}"#,
            |error| matches!(error, ModelError::ContextTooLong(_)),
        ),
        (
            400,
            r#"{"object":"error","message":"This model's maximum context length is 4096 tokens.","type":"BadRequestError","code":400}"#,
            |error| matches!(error, ModelError::ContextTooLong(_)),
        ),
        (400, r#"{"error":{"message":"filtered","code":"content_filter","status":400}}"#, |error| {
            matches!(error, ModelError::ContentRefused(_))
        }),
        (422, r#"{"detail":[{"type":"missing"}]}"#, |error| matches!(error, ModelError::Internal(_))),
        (302, "", |error| matches!(error, ModelError::Unavailable(_))),
    ];
    for (status, body, expected) in cases {
        let answers =
            if status == 302 { vec![Answer::new(status, &[]); 3] } else { vec![Answer::new(status, &[body])] };
        let (reply, _) = answered(answers).await;
        let error = reply.end.unwrap_err();
        assert!(expected(&error), "{status} {body}: {error:?}");
        assert!(!error.to_string().contains("flagged"));
    }
}

#[tokio::test]
async fn nobody_there_is_unavailable() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let server = RemoteServer::new(RemoteOptions::new(ModelProvider::OpenAi, url.clone(), None)).unwrap();
    assert!(matches!(read(&server, request()).await.end, Err(ModelError::Unavailable(_))));
    assert!(matches!(list_models(&url, None).await, Err(ModelError::Unavailable(_))));
    assert!(RemoteServer::new(RemoteOptions::new(ModelProvider::OpenAi, "here", None)).is_err());
}

#[tokio::test]
async fn slowness_is_a_timeout() {
    let slow = Answer { before: Duration::from_secs(5), ..Answer::events(&GOOD) };
    let (reply, asked) = answered(vec![slow.clone(), slow.clone(), slow]).await;
    assert!(matches!(reply.end, Err(ModelError::Timeout(_))), "{:?}", reply.end);
    assert_eq!(asked, 3);
    let stalled = Answer {
        between: Duration::from_millis(350),
        ..Answer::events(&[&says("a"), &says("b"), ": wait\n\n", ": wait\n\n"])
    };
    let (reply, asked) = answered(vec![stalled]).await;
    assert_eq!((reply.texts.concat().as_str(), asked), ("ab", 1));
    assert!(matches!(reply.end, Err(ModelError::Timeout(_))), "{:?}", reply.end);
}

#[tokio::test]
async fn thinking_is_no_part_of_a_reply() {
    let reasoning = "data: {\"choices\":[{\"index\":0,\"delta\":{\"reasoning_content\":\"She greets me.\"}}]}\n\n";
    let pieces = [says("<th"), says("ink>Hm. </thi"), says("nk>\n\nHello"), says(" you")];
    let (reply, _) =
        answered(vec![Answer::events(&[reasoning, &pieces[0], &pieces[1], &pieces[2], &pieces[3], DONE])]).await;
    assert_eq!(reply.texts, ["Hello", " you"]);
    assert!(reply.end.is_ok());
}

#[tokio::test]
async fn a_stop_string_holds_also_where_the_provider_does_not_know_it() {
    let (_, server, _) = provider(
        ModelProvider::OpenAi,
        vec![Answer::events(&[&says("Hi.\nAn"), &says("na: ok"), &says("more"), DONE])],
    )
    .await;
    let sampling = Sampling { stop: vec!["\nAnna:".to_owned()], ..Sampling::default() };
    let reply = read(&server, ChatRequest { sampling, ..request() }).await;
    assert_eq!(reply.texts.concat(), "Hi.");
    assert!(matches!(reply.end, Ok((FinishReason::Stop, usage)) if usage.prompt_tokens > 0));
}

#[tokio::test]
async fn a_dropped_stream_closes_the_connection() {
    let endless = Answer { between: Duration::from_millis(20), ..Answer::events(&vec![GOOD[0]; 200]) };
    let (provider, server, _) = provider(ModelProvider::OpenAi, vec![endless]).await;
    let mut stream = server.model("m").chat(request()).await.unwrap();
    let waited = tokio::time::timeout(Duration::from_millis(100), stream.next()).await;
    assert!(waited.is_err());
    assert_eq!(provider.asked.lock().len(), 1);
    let sending = provider.sending.lock().clone();
    assert!(sending.upgrade().is_some());
    drop(stream);
    let closed = async {
        while sending.upgrade().is_some() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(2), closed).await.unwrap();
}

#[tokio::test]
async fn models_are_listed_and_found() {
    let list = r#"{"object":"list","data":[{"id":"gpt-5-mini","object":"model"},{"id":"x/y","object":"model"}]}"#;
    let tags = r#"{"models":[{"name":"qwen3:8b","size":1}]}"#;
    let late = Answer { before: Duration::from_secs(3), ..Answer::new(200, &[list]) };
    let (provider, server, url) = provider(
        ModelProvider::OpenAi,
        vec![Answer::new(200, &[list]), Answer::new(200, &[tags]), Answer::new(401, &["{}"]), late],
    )
    .await;
    let names = list_models(&format!("{url}/api/v1"), Some("sk-test")).await.unwrap();
    assert_eq!(names, ["gpt-5-mini", "x/y"]);
    assert_eq!(ollama_models(&url).await.unwrap(), ["qwen3:8b"]);
    assert!(matches!(list_models(&url, None).await, Err(ModelError::Credentials(_))));
    let began = Instant::now();
    assert!(matches!(list_models(&url, None).await, Err(ModelError::Timeout(_))));
    assert!(began.elapsed() < Duration::from_secs(2));
    let asked = provider.asked.lock();
    assert_eq!((asked[0].path.as_str(), asked[0].key.as_deref()), ("/api/v1/models", Some("Bearer sk-test")));
    assert_eq!((asked[1].path.as_str(), asked[1].key.as_deref()), ("/api/tags", None));
    server.show(names);
    let shown: Vec<String> = server.list().into_iter().map(|info| info.name).collect();
    assert_eq!(shown, ["openai/gpt-5-mini", "openai/x/y"]);
    assert_eq!(server.find("openai/any").map(|model| model.info().label), Some("any".to_owned()));
    assert!(server.find("ollama/any").is_none() && server.find("openai/").is_none());
}
