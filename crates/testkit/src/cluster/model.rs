//! A model of the test's own, behind OpenAI's interface: what it says follows from what it is asked, so that a reply shows
//! whose it is and whether it is whole; and it remembers what it was asked, so that nothing is said twice unnoticed.
//!
//! Each message of a test carries a mark, `zz` and letters or digits. The reply to it is [`reply_to`] that mark. A mark
//! that begins with `zzslow` is answered slowly. What it is asked for behind people's backs is in [`super::errands`].

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use futures_util::stream;
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::errands::{self, Errand, Errands};

/// What a mark begins with.
pub const MARK: &str = "zz";

/// Words of a usual reply, and the time between two of them.
const USUAL: (u32, Duration) = (20, Duration::from_millis(30));

/// The same of a slow one.
const SLOW: (u32, Duration) = (160, Duration::from_millis(50));

/// One request.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The mark of the last message.
    pub mark: String,
    /// All marks in the prompt.
    pub marks: Vec<String>,
    /// When.
    pub at: Instant,
}

/// The model, as a server.
pub struct Echo {
    /// `http://…/v1`.
    pub url: String,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    asked: Mutex<Vec<Asked>>,
    errands: Errands,
}

fn pace(mark: &str) -> (u32, Duration) {
    if mark.starts_with("zzslow") { SLOW } else { USUAL }
}

/// The whole reply to a message with this mark.
pub fn reply_to(mark: &str) -> String {
    words(mark).concat()
}

fn words(mark: &str) -> Vec<String> {
    let (count, _) = pace(mark);
    let word = |n: u32| match n {
        0 => format!("re:{mark}"),
        // Two UTF-16 code units, four bytes.
        n if n % 7 == 0 => " \u{1F30A}".to_owned(),
        n => format!(" w{n}"),
    };
    (0..count).map(word).collect()
}

/// The marks in a text, in their order.
pub fn marks(text: &str) -> Vec<String> {
    let words = text.split(|character: char| !character.is_ascii_alphanumeric());
    words.filter(|word| word.len() > 4 && word.starts_with(MARK)).map(str::to_owned).collect()
}

impl Echo {
    /// Starts it.
    pub async fn start() -> Self {
        let shared = Arc::new(Shared::default());
        let router = Router::new()
            .route("/v1/models", get(async || axum::Json(json!({"data": [{"id": "echo"}]}))))
            .route("/v1/chat/completions", post(answer))
            .with_state(Arc::clone(&shared));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/v1", listener.local_addr().expect("an address"));
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") });
        Self { url, shared, serving }
    }

    /// How often it was asked to answer a message with this mark.
    pub fn times(&self, mark: &str) -> usize {
        self.shared.asked.lock().iter().filter(|asked| asked.mark == mark).count()
    }

    /// Everything it was asked since `then`.
    pub fn asked_since(&self, then: Instant) -> Vec<Asked> {
        self.shared.asked.lock().iter().filter(|asked| asked.at >= then).cloned().collect()
    }

    /// Keeps everybody waiting who asks for this, from now on.
    pub fn hold(&self, errand: Errand) {
        self.shared.errands.hold(Some(errand));
    }

    /// Keeps nobody waiting.
    pub fn release(&self) {
        self.shared.errands.hold(None);
    }

    /// The names of the processes that asked for this, in their order.
    pub fn asked_for(&self, errand: Errand) -> Vec<String> {
        self.shared.errands.asked_for(errand)
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn answer(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: String) -> Response {
    let request: Value = serde_json::from_str(&body).unwrap_or_default();
    if let Some(errand) = Errand::of(&request) {
        let said = shared.errands.run(errand, errands::by(&headers)).await;
        return speak(vec![said], Duration::ZERO).into_response();
    }
    let messages = request["messages"].as_array().cloned().unwrap_or_default();
    let said = |role: &str| {
        let of_role = messages.iter().rev().find(|message| message["role"] == role);
        of_role.and_then(|message| message["content"].as_str()).unwrap_or_default()
    };
    let mark = marks(said("user")).into_iter().next().unwrap_or_default();
    shared.asked.lock().push(Asked { mark: mark.clone(), marks: marks(&body), at: Instant::now() });
    let begun = messages.last().filter(|message| message["role"] == "assistant").map_or("", |_| said("assistant"));
    let whole = words(&mark);
    let from = (0..=whole.len()).find(|n| whole[..*n].concat().len() >= begun.len()).unwrap_or(0);
    speak(whole[from..].to_vec(), pace(&mark).1).into_response()
}

fn speak(words: Vec<String>, pause: Duration) -> Response {
    let count = words.len();
    let chunk = |delta: Value, finish: Value| {
        let chunk = json!({"id": "echo", "object": "chat.completion.chunk", "created": 1, "model": "echo",
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]});
        format!("data: {chunk}\n\n")
    };
    let pieces = stream::unfold(0, move |n| {
        let words = words.clone();
        async move {
            let piece = match n {
                n if n < count => {
                    tokio::time::sleep(pause).await;
                    chunk(json!({"content": words[n]}), Value::Null)
                }
                n if n == count => chunk(json!({}), json!("stop")),
                n if n == count + 1 => "data: [DONE]\n\n".to_owned(),
                _ => return None,
            };
            Some((Ok::<_, Infallible>(piece), n + 1))
        }
    });
    ([("content-type", "text/event-stream")], Body::from_stream(pieces)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_and_answers_follow_from_them() {
        assert_eq!(marks("she said: zzaya7 (and zzslow12)."), ["zzaya7", "zzslow12"]);
        assert!(reply_to("zzaya7").starts_with("re:zzaya7 w1 "));
        assert_eq!(marks(&reply_to("zzslow12")), ["zzslow12"]);
    }
}
