//! Cards of characters: versions 1 to 3, as JSON, in PNG, as CHARX; in and out.
//!
//! A [`Card`] is the JSON object as it came, and what was read of it. Whoever changes a character changes the fields, and
//! [`Card::laid_over`] puts only what changed back into the object: all else leaves as it came. Read `reading`, then `writing`;
//! `file` knows the containers.

mod assets;
mod charx;
mod file;
mod own;
mod pictures;
mod png;
mod reading;
mod risum;
mod writing;

use domain::cards::{CardVersion, CardWarning};
use domain::characters::DepthPrompt;
use serde_json::{Map, Value};

pub use assets::{Asset, AssetPlace};
pub use file::{CardFile, ImageKind, Portrait, read};
pub use pictures::Picture;
pub use risum::{MODULE, RisuModule};
pub use writing::{Versions, write_charx, write_json, write_png};

/// What a card says of a character. A text that is not there is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CardFields {
    /// Her name; may be empty, as it is in some cards.
    pub name: String,
    /// What `{{char}}` stands for, if not her name.
    pub nickname: String,
    /// Who she is.
    pub description: String,
    /// What she is like, in short.
    pub personality: String,
    /// Where the two meet.
    pub scenario: String,
    /// Her first message.
    pub first_mes: String,
    /// How she talks.
    pub mes_example: String,
    /// Words for her players.
    pub creator_notes: String,
    /// Instructions in place of the program's own.
    pub system_prompt: String,
    /// Instructions behind the history.
    pub post_history_instructions: String,
    /// A note in the history.
    pub depth_prompt: DepthPrompt,
    /// Other first messages.
    pub alternate_greetings: Vec<String>,
    /// First messages in groups alone.
    pub group_only_greetings: Vec<String>,
    /// What she is found by.
    pub tags: Vec<String>,
    /// Who made her, as the card says.
    pub creator: String,
    /// Which version of her it is, as the card says.
    pub character_version: String,
}

/// A card.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// Its form.
    pub version: CardVersion,
    /// The object as it came.
    pub raw: Map<String, Value>,
    /// What was read of it.
    pub fields: CardFields,
    /// What to know about it.
    pub warnings: Vec<CardWarning>,
}

impl Card {
    /// The lorebook in the card, as it stands there.
    #[must_use]
    pub fn book(&self) -> Option<&Map<String, Value>> {
        self.body().get("character_book").or_else(|| self.raw.get("characterBook"))?.as_object()
    }

    /// How many entries the lorebook has.
    #[must_use]
    pub fn book_entries(&self) -> usize {
        match self.book().and_then(|book| book.get("entries")) {
            Some(Value::Array(entries)) => entries.len(),
            Some(Value::Object(entries)) => entries.len(),
            _ => 0,
        }
    }

    /// The object that holds the fields.
    #[must_use]
    pub fn body(&self) -> &Map<String, Value> {
        self.raw.get("data").and_then(Value::as_object).unwrap_or(&self.raw)
    }
}
