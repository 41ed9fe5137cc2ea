//! Chats of other programs, as one plain tree, in and out: a file for each program, and in it how its chats are read and written.
//!
//! Programs write a chat as a row of messages, each with swipes beside it. Here a swipe is a node beside the one that was in
//! view, and what follows hangs below that one. What a program says beside the words is kept with the node, so that
//! SillyTavern's own files leave as they came.

mod agnai;
mod building;
mod character_ai;
mod entries;
mod kobold;
mod ooba;
mod open_webui;
mod programs;
mod risu;
mod silly_tavern;
mod times;

use domain::imports::{ChatFormat, ChatSource};
use serde_json::{Map, Value};
use time::OffsetDateTime;

use crate::error::{ExchangeError, Fault};
use crate::{json, limits};

/// Who says something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Speaker {
    /// The person.
    Person,
    /// A character.
    Character,
    /// Nobody: a narrator, or a comment.
    Narrator,
}

/// Something that was said.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it follows, by its place in [`Chat::nodes`].
    pub parent: Option<usize>,
    /// Who says it.
    pub speaker: Speaker,
    /// Their name, where the file has it.
    pub name: String,
    /// The words.
    pub text: String,
    /// Whether it is kept from the model.
    pub hidden: bool,
    /// When it was said, where the file says so.
    pub at: Option<OffsetDateTime>,
    /// Its row in SillyTavern's form, without the words: `null` stands where words, swipes and their number go. Of swipes, the one
    /// that was in view has it.
    pub row: Map<String, Value>,
    /// What is said of it as a swipe.
    pub swipe: Option<Map<String, Value>>,
}

/// A chat: a tree of nodes.
#[derive(Debug, Clone, PartialEq)]
pub struct Chat {
    /// Which program wrote it.
    pub source: ChatSource,
    /// Its title; may be empty.
    pub title: String,
    /// The person's name; may be empty.
    pub user_name: String,
    /// The character's name; may be empty, and is where several speak.
    pub character_name: String,
    /// The first line of a file of SillyTavern, as it came.
    pub header: Option<Map<String, Value>>,
    /// The nodes, parents before their children.
    pub nodes: Vec<Node>,
    /// The node in view at the end.
    pub leaf: Option<usize>,
}

impl Chat {
    /// The nodes from the root to the leaf.
    #[must_use]
    pub fn way(&self) -> Vec<usize> {
        let mut way = Vec::new();
        let mut next = self.leaf;
        while let Some(at) = next {
            way.push(at);
            // A parent stands before its child, so this ends.
            next = self.nodes.get(at).and_then(|node| node.parent).filter(|parent| *parent < at);
        }
        way.reverse();
        way
    }

    /// How many nodes are beside others.
    #[must_use]
    pub fn swipes(&self) -> usize {
        self.nodes.len().saturating_sub(self.way().len())
    }
}

/// The chats in a file, whichever program wrote it.
///
/// # Errors
/// What is wrong with it, and where.
pub fn read(bytes: &[u8]) -> Result<Vec<Chat>, ExchangeError> {
    if bytes.len() > limits::CHAT_FILE {
        return Err(ExchangeError::new(Fault::TooLarge, "", format!("has more than {} bytes", limits::CHAT_FILE)));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let chats = if silly_tavern::is(bytes) {
        vec![silly_tavern::read(bytes)?]
    } else {
        let value = json::parse(bytes, limits::CHAT_FILE)?.value;
        programs::read(value)?
    };
    let said: Vec<Chat> = chats.into_iter().filter(|chat| !chat.nodes.is_empty()).collect();
    if said.is_empty() {
        return Err(ExchangeError::new(Fault::Empty, "", "has no message in it"));
    }
    Ok(said)
}

/// The chat as a program writes it. [`read`] gives the same again, as far as the format can hold it: SillyTavern's holds the way in
/// view with what is beside each of its messages as swipes, and all that it said itself; the others hold the way alone. Agnai and
/// RisuAI know what is hidden, Character.AI's tools do not; nobody but SillyTavern knows narrators. What a program said of a message
/// that came from it is said again.
#[must_use]
pub fn write(chat: &Chat, format: ChatFormat) -> String {
    match format {
        ChatFormat::SillyTavern => silly_tavern::write(chat),
        ChatFormat::Agnai => agnai::write(chat),
        ChatFormat::Risu => risu::write(chat),
        ChatFormat::CharacterAi => character_ai::write(chat),
    }
}
