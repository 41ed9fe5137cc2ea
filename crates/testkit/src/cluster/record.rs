//! What a session says happened in it: all its events, as anybody may read them.

use std::collections::{HashMap, HashSet};

use reqwest::Method;
use serde_json::Value;

use super::client::{Answer, Device};
use super::tree::Tree;

/// The life of one reply, in numbers of events.
#[derive(Debug, Clone, Default)]
pub struct Life {
    /// What it answers.
    pub parent: String,
    /// How often it began to wait, to be written, and ended.
    pub queued: u32,
    /// How often it began to be written.
    pub started: u32,
    /// How often it ended.
    pub ended: u32,
}

/// A session, told from its beginning.
pub struct Record {
    /// All events.
    pub events: Vec<Value>,
    /// The chat after the last of them.
    pub tree: Tree,
    /// Messages that were deleted.
    pub deleted: HashSet<String>,
    /// Replies, by id.
    pub replies: HashMap<String, Life>,
}

impl Record {
    /// Reads all events of a session that began with these messages.
    pub async fn read(device: &Device, session: &str, beginning: &[Value]) -> Result<Self, String> {
        let mut events: Vec<Value> = Vec::new();
        loop {
            let after = events.last().and_then(|event| event["seq"].as_u64()).unwrap_or_default();
            let path = format!("/sessions/{session}/events?after_seq={after}&limit=100");
            let page = match device.insist(Method::GET, &path, None, std::time::Duration::from_secs(10)).await {
                Answer::Good(page) => page,
                other => return Err(format!("events of {session} cannot be read: {other:?}")),
            };
            let items = page["items"].as_array().cloned().unwrap_or_default();
            if items.is_empty() {
                return Ok(Self::of(events, beginning));
            }
            events.extend(items);
        }
    }

    fn of(events: Vec<Value>, beginning: &[Value]) -> Self {
        let mut record =
            Self { tree: Tree::of(beginning), events: Vec::new(), deleted: HashSet::new(), replies: HashMap::new() };
        for event in &events {
            record.take(event);
        }
        record.events = events;
        record
    }

    fn take(&mut self, event: &Value) {
        let kind = event["type"].as_str().unwrap_or_default();
        let message = if event["reply"].is_object() { &event["reply"] } else { &event["message"] };
        let id = message["id"].as_str().unwrap_or_default().to_owned();
        let mut life = |change: fn(&mut Life)| {
            let life = self.replies.entry(id.clone()).or_default();
            life.parent = message["parent_id"].as_str().unwrap_or_default().to_owned();
            change(life);
        };
        match kind {
            "message.accepted" | "reply.queued" => life(|life| life.queued += 1),
            "reply.started" => life(|life| life.started += 1),
            "reply.completed" | "reply.failed" => life(|life| life.ended += 1),
            // What was deleted later is told so from its beginning on.
            "message.deleted" => {
                self.deleted.extend(self.tree.below(event["message_id"].as_str().unwrap_or_default()));
            }
            _ => {}
        }
        self.tree.apply(event);
    }

    /// Whether the event at a place says that this message was deleted.
    pub fn says_deleted(&self, seq: &Value, message: &Value) -> bool {
        let at = seq.as_u64().and_then(|seq| usize::try_from(seq).ok()).and_then(|seq| seq.checked_sub(1));
        let event = at.and_then(|at| self.events.get(at));
        event.is_some_and(|event| event["type"] == "message.deleted" && event["message_id"] == *message)
    }

    /// Client ids of accepted messages, in the order in which they were accepted.
    pub fn accepted(&self) -> Vec<(&str, &Value)> {
        let accepted = self.events.iter().filter(|event| event["type"] == "message.accepted");
        accepted.map(|event| (event["client_message_id"].as_str().unwrap_or_default(), event)).collect()
    }
}
