//! Lorebooks in the formats that are about, in and out: a card's `character_book`, the stand-alone file of V3, the world
//! file of `SillyTavern`, the lists of `RisuAI`.
//!
//! What has a field of its own here is read with patience (a number in a string, a list in one); all else is kept as it
//! was. Written back in its own format, a book that nobody changed is the value it was.

mod card;
mod fields;
mod laid_over;
mod risu;
mod settings;
mod world;

use serde_json::{Map, Value, json};

pub use self::laid_over::{laid_over, list_laid_over};
use super::book::Book;
use crate::limits;
use crate::validation::FieldError;

closed_set! {
    /// A format in which lorebooks are written.
    #[derive(Default)]
    pub enum LoreFormat {
        /// The object `character_book` of a card.
        CharacterBook = "character_book",
        /// A file of its own, as V3 has it: `{"spec": "lorebook_v3", "data": …}`.
        #[default]
        LorebookV3 = "lorebook_v3",
        /// The world file of `SillyTavern`.
        World = "world",
    }
}

/// The book in `json`, whichever format it has; a whole card is read for its book.
///
/// # Errors
/// When there is no book in it, or it is too large.
pub fn read(json: &Value) -> Result<Book, FieldError> {
    let object = json.as_object().ok_or_else(not_a_book)?;
    if let Some(data) = object.get("data").filter(|_| object.get("type").and_then(Value::as_str) == Some("risu")) {
        return risu::read(data);
    }
    let data = object.get("data").and_then(Value::as_object);
    let card = data.unwrap_or(object);
    if let Some(book) = card.get("character_book").and_then(Value::as_object) {
        return read_book(book);
    }
    read_book(if object.contains_key("entries") { object } else { card })
}

/// The book of a card: its object `character_book`.
///
/// # Errors
/// When there is no book in it, or it is too large.
pub fn read_book(book: &Map<String, Value>) -> Result<Book, FieldError> {
    match book.get("entries") {
        Some(Value::Array(entries)) => {
            bounded(entries.len())?;
            Ok(card::read(book, entries))
        }
        Some(Value::Object(entries)) => {
            bounded(entries.len())?;
            Ok(world::read(book, entries))
        }
        _ => Err(not_a_book()),
    }
}

/// The book of a module of `RisuAI`: its list of entries.
///
/// # Errors
/// When it is too large.
pub fn read_list(entries: &[Value]) -> Result<Book, FieldError> {
    risu::read_list(entries)
}

/// The book in a format.
#[must_use]
pub fn write(book: &Book, format: LoreFormat) -> Value {
    match format {
        LoreFormat::CharacterBook => Value::Object(card::write(book)),
        LoreFormat::LorebookV3 => json!({ "spec": "lorebook_v3", "data": card::write(book) }),
        LoreFormat::World => Value::Object(world::write(book)),
    }
}

/// Reads the settings of an entry that had no field when it was kept.
pub(super) fn later_settings(entry: &mut super::book::Entry) {
    settings::later(entry);
}

fn bounded(entries: usize) -> Result<(), FieldError> {
    if entries > limits::LORE_ENTRIES {
        return Err(FieldError::new("entries", format!("must be at most {} entries", limits::LORE_ENTRIES)));
    }
    Ok(())
}

fn not_a_book() -> FieldError {
    FieldError::new("entries", "must be the entries of a lorebook, as a list or as an object")
}

#[cfg(test)]
mod tests;
