//! Puts a chat together, message by message, within the bounds.

use domain::imports::ChatSource;
use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::{Chat, Node, Speaker};
use crate::error::{ExchangeError, ExchangeResult, Fault};
use crate::limits;

/// A message of a program that writes one after the other.
pub(super) struct Said {
    pub(super) speaker: Speaker,
    pub(super) name: String,
    pub(super) text: String,
    pub(super) at: Option<OffsetDateTime>,
    /// Whether it is kept from the model.
    pub(super) hidden: bool,
    /// All that the program says of it.
    pub(super) entry: Map<String, Value>,
}

impl Said {
    pub(super) fn new(speaker: Speaker, name: &str, text: impl Into<String>) -> Self {
        Self { speaker, name: name.to_owned(), text: text.into(), at: None, hidden: false, entry: Map::new() }
    }
}

impl Chat {
    pub(super) fn empty(source: ChatSource) -> Self {
        Self {
            source,
            title: String::new(),
            user_name: String::new(),
            character_name: String::new(),
            header: None,
            nodes: Vec::new(),
            leaf: None,
        }
    }

    /// Adds a node, and gives its place.
    pub(super) fn push(&mut self, node: Node) -> ExchangeResult<usize> {
        if self.nodes.len() >= limits::CHAT_NODES {
            let message = format!("has more than {} messages, swipes included", limits::CHAT_NODES);
            return Err(ExchangeError::new(Fault::TooMany, "", message));
        }
        self.nodes.push(node);
        Ok(self.nodes.len() - 1)
    }

    /// Adds what was said next. A blank message was not said.
    pub(super) fn say(&mut self, said: Said) -> ExchangeResult<()> {
        if said.text.trim().is_empty() {
            return Ok(());
        }
        let mut row = Map::new();
        if !said.entry.is_empty() {
            // Where SillyTavern keeps what it does not know itself.
            let mut extra = Map::new();
            extra.insert(self.source.to_string(), Value::Object(said.entry));
            row.insert("extra".to_owned(), Value::Object(extra));
        }
        let node = Node {
            parent: self.leaf,
            speaker: said.speaker,
            name: said.name,
            text: said.text,
            hidden: said.hidden,
            at: said.at,
            row,
            swipe: None,
        };
        self.leaf = Some(self.push(node)?);
        Ok(())
    }

    /// What was said from the root to the leaf: all that a program without swipes can be told.
    pub(super) fn said(&self) -> impl Iterator<Item = &Node> {
        let way = self.way().into_iter().filter_map(move |at| self.nodes.get(at));
        way.filter(|node| !node.text.trim().is_empty())
    }

    /// The name of whoever speaks; where several characters do, none of them is the one.
    pub(super) fn name_of(&self, speaker: Speaker) -> &str {
        let mut names = self.nodes.iter().filter(|node| node.speaker == speaker).map(|node| node.name.as_str());
        let first = names.next().unwrap_or_default();
        if speaker == Speaker::Character && names.any(|name| name != first) { "" } else { first }
    }

    /// The same with the names of those who speak.
    pub(super) fn with_names(self) -> Self {
        let user_name = self.name_of(Speaker::Person).to_owned();
        let character_name = self.name_of(Speaker::Character).to_owned();
        Self { user_name, character_name, ..self }
    }
}
