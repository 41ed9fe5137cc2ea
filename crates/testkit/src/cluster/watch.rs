//! How far a device has heard each chat, what of a reply it shows, and what it must ask for: the part of
//! `web/src/lib/connection.ts` that listens. No I/O and no clock of its own.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::tree::{Seen, Tree};

/// How long an answer to a resume may take.
const RESUME: Duration = Duration::from_secs(4);

/// How long after a resume it is looked whether it was of use.
const SETTLE: Duration = Duration::from_millis(400);

/// Resumes without use, after which the chat is read anew.
const FRUITLESS: u32 = 3;

/// A chat on a screen.
#[derive(Default)]
pub struct Watch {
    /// The place of the last event heard without a gap.
    pub seq: u64,
    /// What is shown.
    pub tree: Tree,
    /// Whether it must be read anew.
    pub lost: bool,
    /// Texts that were shown and were not those that were stored.
    pub wrong: Vec<String>,
    heard: u64,
    running: HashMap<String, Vec<u16>>,
    beyond: HashMap<String, usize>,
    over: HashSet<String>,
    wanted: bool,
    asked: Option<Instant>,
    look: Option<Instant>,
    fruitless: u32,
}

impl Watch {
    /// A chat of which nothing is known yet.
    pub fn new() -> Self {
        Self { lost: true, ..Self::default() }
    }

    /// The chat as it was read, and the place of what was read.
    pub fn read(&mut self, history: &[Value], seq: u64) {
        self.tree = Tree::of(history);
        self.seq = seq;
        self.heard = self.heard.max(seq);
        let path = self.tree.path();
        let written = path.iter().filter(|message| message.status == "streaming" && !self.over.contains(&message.id));
        self.running = written.map(|message| (message.id.clone(), utf16(&message.content))).collect();
        self.beyond.clear();
        (self.lost, self.wanted, self.asked, self.look) = (false, true, None, None);
    }

    /// A new connection: what was asked is not answered any more.
    pub fn reconnect(&mut self) {
        (self.wanted, self.asked, self.look) = (true, None, None);
    }

    /// How much is shown of replies that are being written.
    pub fn shows(&self) -> usize {
        self.running.values().map(Vec::len).sum()
    }

    /// Whether something is known to be missing.
    pub fn behind(&self) -> bool {
        let short = |(id, end): (&String, &usize)| self.running.get(id).map_or(0, Vec::len) < *end;
        self.lost || self.heard > self.seq || self.beyond.iter().any(short)
    }

    /// Whether a reply is still being written, as far as is known.
    pub fn waits(&self) -> bool {
        self.tree.messages.values().any(|message| !message.is_final())
    }

    /// What is to be asked now.
    pub fn due(&mut self, session: &str, now: Instant) -> Option<Value> {
        if self.asked.is_some_and(|asked| now > asked + RESUME) {
            self.asked = None;
            self.again();
        }
        if self.look.is_some_and(|look| now > look) {
            self.look = None;
            if self.behind() { self.again() } else { self.fruitless = 0 }
        }
        if !self.wanted || self.lost || self.asked.is_some() {
            return None;
        }
        (self.wanted, self.asked) = (false, Some(now));
        let mut frame = json!({"type": "session.resume", "session_id": session, "after_seq": self.seq});
        if let Some((id, text)) = self.running.iter().next() {
            frame["message_id"] = json!(id);
            frame["offset"] = json!(text.len());
        }
        Some(frame)
    }

    fn again(&mut self) {
        self.fruitless += 1;
        if self.fruitless > FRUITLESS {
            (self.fruitless, self.lost) = (0, true);
        } else {
            self.wanted = true;
        }
    }

    /// The replay is over.
    pub fn resumed(&mut self, seq: u64, now: Instant) {
        self.asked = None;
        self.heard = self.heard.max(seq);
        self.look = Some(now + SETTLE);
    }

    /// Something happened; whether it was the next thing.
    pub fn event(&mut self, event: &Value) -> bool {
        let seq = event["seq"].as_u64().unwrap_or_default();
        if seq <= self.seq || self.lost {
            self.heard = self.heard.max(seq);
            return false;
        }
        self.heard = self.heard.max(seq);
        if seq > self.seq + 1 {
            self.wanted = true;
            return false;
        }
        (self.seq, self.fruitless) = (seq, 0);
        self.follow(event);
        if !self.tree.apply(event) {
            self.lost = true;
        }
        true
    }

    /// Which replies are being written after this event.
    fn follow(&mut self, event: &Value) {
        let message = match event["type"].as_str().unwrap_or_default() {
            "message.deleted" => {
                self.running.clear();
                self.beyond.clear();
                return;
            }
            "message.accepted" | "reply.queued" => &event["reply"],
            _ => &event["message"],
        };
        let message = Seen::of(message);
        if message.role != "character" {
            return;
        }
        if message.is_final() {
            if let Some(shown) = self.running.remove(&message.id) {
                self.compare(&message, &shown);
            }
            self.beyond.remove(&message.id);
            self.over.insert(message.id);
        } else if message.status == "streaming" && !self.over.contains(&message.id) {
            let content = utf16(&message.content);
            let known = self.running.get(&message.id);
            if known.is_none_or(|known| !known.starts_with(&content)) {
                self.running.insert(message.id, content);
            }
        }
    }

    /// What was shown must be what was stored; where a reply was cut, one may be longer than the other.
    fn compare(&mut self, message: &Seen, shown: &[u16]) {
        let stored = utf16(&message.content);
        let same = stored.starts_with(shown) || (message.status != "complete" && shown.starts_with(&stored));
        if !same {
            let shown = String::from_utf16_lossy(shown);
            self.wrong
                .push(format!("{} showed '{shown}' and is {} with '{}'", message.id, message.status, message.content));
        }
    }

    /// A piece of a reply.
    pub fn delta(&mut self, frame: &Value) {
        let id = frame["message_id"].as_str().unwrap_or_default();
        if self.lost || self.over.contains(id) {
            return;
        }
        let offset = frame["offset"].as_u64().and_then(|offset| usize::try_from(offset).ok()).unwrap_or_default();
        let delta = utf16(frame["delta"].as_str().unwrap_or_default());
        let text = self.running.entry(id.to_owned()).or_default();
        if offset > text.len() {
            let end = self.beyond.entry(id.to_owned()).or_default();
            *end = (*end).max(offset + delta.len());
            self.wanted = true;
            return;
        }
        let known = text.len() - offset;
        if let Some(fresh) = delta.get(known..) {
            text.extend_from_slice(fresh);
        }
        if self.beyond.get(id).is_some_and(|end| *end <= text.len()) {
            self.beyond.remove(id);
        }
    }
}

fn utf16(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}
