//! The lists of `RisuAI`: `{"type": "risu", "data": […]}`, with keys between commas.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::{bounded, card, fields, not_a_book};
use crate::lore::book::{Book, Entry, LoreMode};
use crate::validation::FieldError;

const OF_ENTRY: [&str; 10] = [
    "key",
    "secondkey",
    "comment",
    "content",
    "alwaysActive",
    "selective",
    "insertorder",
    "useRegex",
    "activationPercent",
    "extentions",
];

pub(super) fn read(data: &Value) -> Result<Book, FieldError> {
    read_list(data.as_array().ok_or_else(not_a_book)?)
}

/// Whether a value is an entry: folders hold nothing themselves.
pub(super) fn is_entry(value: &Value) -> bool {
    value.is_object() && value.get("mode").and_then(Value::as_str) != Some("folder")
}

pub(super) fn read_list(entries: &[Value]) -> Result<Book, FieldError> {
    bounded(entries.len())?;
    let mut taken = HashSet::new();
    let entries = entries.iter().filter(|entry| is_entry(entry)).filter_map(Value::as_object);
    let entries = entries.map(|entry| read_entry(entry, &mut taken)).collect();
    Ok(Book { mode: LoreMode::Risu, entries, ..Book::default() })
}

fn read_entry(object: &Map<String, Value>, taken: &mut HashSet<u32>) -> Entry {
    let get = |key: &str| object.get(key);
    let percent = get("activationPercent").and_then(fields::number);
    Entry {
        name: get("comment").and_then(fields::text).unwrap_or_default(),
        keys: get("key").map(fields::texts).unwrap_or_default(),
        secondary_keys: get("secondkey").map(fields::texts).unwrap_or_default(),
        selective: get("selective").and_then(fields::flag).unwrap_or(false),
        content: get("content").and_then(fields::text).unwrap_or_default(),
        constant: get("alwaysActive").and_then(fields::flag).unwrap_or(false),
        use_regex: get("useRegex").and_then(fields::flag).unwrap_or(false),
        insertion_order: get("insertorder").and_then(fields::order).unwrap_or(100),
        probability: percent.map_or(100, |percent| percent.clamp(0, 100) as u8),
        extensions: fields::object(object, "extentions"),
        extra: fields::without(object, &OF_ENTRY),
        ..Entry::new(card::number(None, taken))
    }
}

/// An entry as it stands in such a list; what the list has no field for stays out of it.
pub(super) fn write_entry(entry: &Entry) -> Map<String, Value> {
    let mut map = entry.extra.clone();
    for (key, value) in [
        ("key", json!(entry.keys.join(", "))),
        ("secondkey", json!(entry.secondary_keys.join(", "))),
        ("comment", json!(if entry.name.is_empty() { &entry.comment } else { &entry.name })),
        ("content", json!(entry.content)),
        ("alwaysActive", json!(entry.constant)),
        ("selective", json!(entry.selective)),
        ("insertorder", json!(entry.insertion_order)),
    ] {
        map.insert(key.to_owned(), value);
    }
    map.entry("mode").or_insert(json!("normal"));
    if entry.use_regex {
        map.insert("useRegex".to_owned(), json!(true));
    }
    let chance = if entry.use_probability { entry.probability } else { 100 };
    // There is no field for what is off: what fires none of a hundred times is.
    let chance = if entry.enabled { chance } else { 0 };
    if chance < 100 {
        map.insert("activationPercent".to_owned(), json!(chance));
    }
    if !entry.extensions.is_empty() {
        map.insert("extentions".to_owned(), Value::Object(entry.extensions.clone()));
    }
    map
}
