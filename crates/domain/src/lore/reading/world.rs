//! The world file of `SillyTavern`: entries under their numbers, every setting written out.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::settings::{self, Spelling};
use super::{card, fields};
use crate::lore::book::{Book, Entry};

/// What a world file calls what a card has beside its extensions.
const OF_ENTRY: [&str; 13] = [
    "uid",
    "key",
    "keysecondary",
    "comment",
    "content",
    "constant",
    "selective",
    "order",
    "disable",
    "caseSensitive",
    "extensions",
    "useRegex",
    "priority",
];

/// What only a card has: not written to a world file.
const OF_CARD: [&str; 10] = [
    "id",
    "name",
    "enabled",
    "insertion_order",
    "use_regex",
    "case_sensitive",
    "position",
    "uid",
    "secondary_keys",
    "keys",
];

pub(super) fn read(book: &Map<String, Value>, entries: &Map<String, Value>) -> Book {
    let extensions = fields::object(book, "extensions");
    let keys = in_order(entries);
    let entries = keys.into_iter().filter_map(|key| entries.get(key).and_then(Value::as_object));
    let known = settings::world_names();
    let known: Vec<&str> = known.iter().map(String::as_str).chain(OF_ENTRY).collect();
    let mut taken = HashSet::new();
    Book {
        name: book.get("name").and_then(fields::text).unwrap_or_default(),
        description: book.get("description").and_then(fields::text).unwrap_or_default(),
        mode: card::mode(&extensions),
        scan_depth: book.get("scan_depth").and_then(fields::count),
        token_budget: book.get("token_budget").and_then(fields::count),
        recursive_scanning: book.get("recursive_scanning").and_then(fields::flag),
        entries: entries.map(|entry| read_entry(entry, &known, &mut taken)).collect(),
        extensions,
        extra: fields::without(book, &["entries", "extensions"]),
    }
}

/// The keys of the entries: by number where they are numbers, else as they stand.
pub(super) fn in_order(entries: &Map<String, Value>) -> Vec<&String> {
    let mut keys: Vec<&String> = entries.iter().filter(|(_, entry)| entry.is_object()).map(|(key, _)| key).collect();
    keys.sort_by_key(|key| key.parse::<u64>().unwrap_or(u64::MAX));
    keys
}

fn read_entry(object: &Map<String, Value>, known: &[&str], taken: &mut HashSet<u32>) -> Entry {
    let get = |key: &str| object.get(key);
    let mut entry = Entry {
        comment: get("comment").and_then(fields::text).unwrap_or_default(),
        keys: get("key").map(fields::texts).unwrap_or_default(),
        secondary_keys: get("keysecondary").map(fields::texts).unwrap_or_default(),
        selective: get("selective").and_then(fields::flag).unwrap_or(true),
        content: get("content").and_then(fields::text).unwrap_or_default(),
        enabled: !get("disable").and_then(fields::flag).unwrap_or(false),
        constant: get("constant").and_then(fields::flag).unwrap_or(false),
        use_regex: get("useRegex").and_then(fields::flag).unwrap_or(false),
        insertion_order: get("order").and_then(fields::order).unwrap_or(100),
        priority: get("priority").and_then(fields::order),
        case_sensitive: get("caseSensitive").and_then(fields::flag),
        ..Entry::new(card::number(get("uid"), taken))
    };
    settings::read(Spelling::World, object, &mut entry);
    Entry { extensions: fields::object(object, "extensions"), extra: fields::without(object, known), ..entry }
}

pub(super) fn write(book: &Book) -> Map<String, Value> {
    let mut map =
        fields::without(&book.extra, &["name", "description", "scan_depth", "token_budget", "recursive_scanning"]);
    for (key, value) in [
        ("name", (!book.name.is_empty()).then(|| json!(book.name))),
        ("description", (!book.description.is_empty()).then(|| json!(book.description))),
        ("scan_depth", book.scan_depth.map(|value| json!(value))),
        ("token_budget", book.token_budget.map(|value| json!(value))),
        ("recursive_scanning", book.recursive_scanning.map(|value| json!(value))),
        ("extensions", (!book.extensions.is_empty()).then(|| Value::Object(book.extensions.clone()))),
    ] {
        if let Some(value) = value {
            map.insert(key.to_owned(), value);
        }
    }
    let entries = book.entries.iter().map(|entry| (entry.uid.to_string(), Value::Object(write_entry(entry))));
    map.insert("entries".to_owned(), Value::Object(entries.collect()));
    map
}

pub(super) fn write_entry(entry: &Entry) -> Map<String, Value> {
    let mut map = settings::write(Spelling::World, entry, fields::without(&entry.extra, &OF_CARD));
    let comment = if entry.comment.is_empty() { &entry.name } else { &entry.comment };
    for (key, value) in [
        ("uid", json!(entry.uid)),
        ("key", json!(entry.keys)),
        ("keysecondary", json!(entry.secondary_keys)),
        ("comment", json!(comment)),
        ("content", json!(entry.content)),
        ("constant", json!(entry.constant)),
        ("selective", json!(entry.selective)),
        ("order", json!(entry.insertion_order)),
        ("disable", json!(!entry.enabled)),
        ("caseSensitive", json!(entry.case_sensitive)),
    ] {
        map.insert(key.to_owned(), value);
    }
    if entry.use_regex {
        map.insert("useRegex".to_owned(), json!(true));
    }
    if let Some(priority) = entry.priority {
        map.insert("priority".to_owned(), json!(priority));
    }
    if !entry.extensions.is_empty() {
        map.insert("extensions".to_owned(), Value::Object(entry.extensions.clone()));
    }
    map
}
