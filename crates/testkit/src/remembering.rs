//! What tests of memories do: say something, look into the book, see what the model was told.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::prompt::PromptRole;
use llm::ChatRequest;
use serde_json::Value;

use crate::{Person, TestApp};

/// Keys of messages, different within a test.
static SAID: AtomicU64 = AtomicU64::new(0);

impl Person<'_> {
    /// Says something at the leaf of a session and waits for the whole reply; the ids of message and reply.
    pub async fn say(&self, session: &str, content: &str) -> (String, String) {
        let mut socket = self.socket().await;
        socket.say(session, &format!("said-{}", SAID.fetch_add(1, Ordering::Relaxed)), content).await;
        let message = crate::app::id(&socket.expect("message.accepted").await["message"]);
        let reply = crate::app::id(&socket.expect("reply.completed").await["message"]);
        (message, reply)
    }

    /// What a character remembers of them, as a query asks for it.
    pub async fn book(&self, character: &str, query: &str) -> Vec<Value> {
        let page = self.get(&format!("/characters/{character}/memories?limit=100&{query}")).await;
        page["items"].as_array().cloned().unwrap_or_default()
    }
}

impl TestApp {
    /// What the model was told to remember, and the date, before its last reply; empty when nothing.
    pub fn told(&self) -> String {
        let reply = self.model.requests().into_iter().rev().find(|request| request.format.is_none());
        reply.map(|request| told(&request)).unwrap_or_default()
    }
}

fn told(request: &ChatRequest) -> String {
    let systems = request.messages.iter().skip(1).filter(|message| message.role == PromptRole::System);
    systems.map(|message| message.content.as_str()).collect::<Vec<_>>().join("\n")
}

/// The texts of memories.
pub fn texts(memories: &[Value]) -> Vec<&str> {
    memories.iter().filter_map(|memory| memory["text"].as_str()).collect()
}
