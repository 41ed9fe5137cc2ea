//! A chat as a client knows it, in the way of `web/src/lib/tree.ts`: messages by their id, and the leaf.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

/// A message as a client sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its id.
    pub id: String,
    /// What it hangs on.
    pub parent: Option<String>,
    /// `user` or `character`.
    pub role: String,
    /// What it says.
    pub content: String,
    /// How it stands.
    pub status: String,
    /// The name the client gave it.
    pub client_id: Option<String>,
    /// Why it failed.
    pub failure: Option<String>,
}

impl Seen {
    /// A message of the wire.
    pub fn of(message: &Value) -> Self {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        Self {
            id: text(&message["id"]).unwrap_or_default(),
            parent: text(&message["parent_id"]),
            role: text(&message["role"]).unwrap_or_default(),
            content: text(&message["content"]).unwrap_or_default(),
            status: text(&message["status"]).unwrap_or_default(),
            client_id: text(&message["client_message_id"]),
            failure: text(&message["failure"]["code"]),
        }
    }

    /// Whether it can no longer change by itself.
    pub fn is_final(&self) -> bool {
        matches!(self.status.as_str(), "complete" | "stopped" | "failed")
    }
}

/// A chat.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// All messages that are known.
    pub messages: HashMap<String, Seen>,
    /// Where the way in view ends.
    pub leaf: Option<String>,
}

impl Tree {
    /// The chat that a history tells, oldest first.
    pub fn of(history: &[Value]) -> Self {
        let messages: Vec<Seen> = history.iter().map(Seen::of).collect();
        let leaf = messages.last().map(|message| message.id.clone());
        Self { messages: messages.into_iter().map(|message| (message.id.clone(), message)).collect(), leaf }
    }

    fn put(&mut self, message: &Value) {
        let seen = Seen::of(message);
        self.messages.insert(seen.id.clone(), seen);
    }

    /// A message and all below it.
    pub fn below(&self, id: &str) -> HashSet<String> {
        let mut found = HashSet::from([id.to_owned()]);
        loop {
            let more: Vec<String> = self
                .messages
                .values()
                .filter(|message| !found.contains(&message.id))
                .filter(|message| message.parent.as_ref().is_some_and(|parent| found.contains(parent)))
                .map(|message| message.id.clone())
                .collect();
            if more.is_empty() {
                return found;
            }
            found.extend(more);
        }
    }

    /// Takes an event; `false` when the way in view is no longer known whole.
    pub fn apply(&mut self, event: &Value) -> bool {
        let leaf = |value: &Value| value.as_str().map(str::to_owned);
        match event["type"].as_str().unwrap_or_default() {
            "message.accepted" => {
                self.put(&event["message"]);
                self.put(&event["reply"]);
                self.leaf = leaf(&event["reply"]["id"]);
            }
            "reply.queued" => {
                self.put(&event["reply"]);
                self.leaf = leaf(&event["reply"]["id"]);
            }
            "reply.started" | "reply.completed" | "reply.failed" | "message.edited" => self.put(&event["message"]),
            "message.deleted" => {
                for gone in self.below(event["message_id"].as_str().unwrap_or_default()) {
                    self.messages.remove(&gone);
                }
                self.leaf = leaf(&event["leaf_id"]);
            }
            "session.updated" => self.leaf = leaf(&event["session"]["leaf_id"]),
            _ => {}
        }
        self.leaf.is_none() || self.path().first().is_some_and(|top| top.parent.is_none())
    }

    /// The way from the root to the leaf, as far as it is known.
    pub fn path(&self) -> Vec<Seen> {
        let mut way = Vec::new();
        let mut at = self.leaf.clone();
        while let Some(message) = at.and_then(|id| self.messages.get(&id)) {
            way.push(message.clone());
            at = message.parent.clone();
            if way.len() > self.messages.len() {
                break;
            }
        }
        way.reverse();
        way
    }
}
