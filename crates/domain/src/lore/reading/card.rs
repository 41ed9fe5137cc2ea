//! The book of a card, as V2 and V3 specify it.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::fields;
use super::settings::{self, Spelling};
use crate::closed_set::ClosedSet;
use crate::lore::book::{Book, Entry, LoreMode, LorePosition};

/// What of a book is written anew each time; of all else what was read is the beginning.
const OF_BOOK: [&str; 2] = ["entries", "extensions"];

/// The same of an entry.
const OF_ENTRY: [&str; 4] = ["keys", "secondary_keys", "content", "extensions"];

/// Where we keep what no format has, below the extensions of a book.
const OURS: &str = "talker";

pub(super) fn read(book: &Map<String, Value>, entries: &[Value]) -> Book {
    let extensions = fields::object(book, "extensions");
    let get = |key: &str| book.get(key);
    let mut taken = HashSet::new();
    Book {
        name: get("name").and_then(fields::text).unwrap_or_default(),
        description: get("description").and_then(fields::text).unwrap_or_default(),
        mode: mode(&extensions),
        scan_depth: get("scan_depth").and_then(fields::count),
        token_budget: get("token_budget").and_then(fields::count),
        recursive_scanning: get("recursive_scanning").and_then(fields::flag),
        entries: entries.iter().filter_map(Value::as_object).map(|entry| read_entry(entry, &mut taken)).collect(),
        extensions,
        extra: fields::without(book, &OF_BOOK),
    }
}

pub(super) fn mode(extensions: &Map<String, Value>) -> LoreMode {
    let named = extensions.get(OURS).and_then(|ours| ours.get("mode")).and_then(Value::as_str);
    named.and_then(|name| name.parse().ok()).unwrap_or_default()
}

/// A number for an entry that says `wanted`: that one, or else the next that is free.
pub(super) fn number(wanted: Option<&Value>, taken: &mut HashSet<u32>) -> u32 {
    let own = wanted.and_then(fields::number).and_then(|number| u32::try_from(number).ok());
    let free = || (0..u32::MAX).skip(taken.len().saturating_sub(1)).find(|uid| !taken.contains(uid)).unwrap_or(0);
    let uid = own.filter(|uid| !taken.contains(uid)).unwrap_or_else(free);
    taken.insert(uid);
    uid
}

fn read_entry(object: &Map<String, Value>, taken: &mut HashSet<u32>) -> Entry {
    let get = |key: &str| object.get(key);
    let extensions = fields::object(object, "extensions");
    let position = get("position").and_then(Value::as_str).and_then(|name| name.parse().ok());
    let case = extensions.get("case_sensitive").and_then(fields::flag);
    let mut entry = Entry {
        name: get("name").and_then(fields::text).unwrap_or_default(),
        comment: get("comment").and_then(fields::text).unwrap_or_default(),
        // Agnai has other words for these.
        keys: get("keys").or_else(|| get("keywords")).map(fields::texts).unwrap_or_default(),
        secondary_keys: get("secondary_keys").map(fields::texts).unwrap_or_default(),
        selective: get("selective").and_then(fields::flag).unwrap_or(false),
        content: get("content").or_else(|| get("entry")).and_then(fields::text).unwrap_or_default(),
        enabled: get("enabled").and_then(fields::flag).unwrap_or(true),
        constant: get("constant").and_then(fields::flag).unwrap_or(false),
        use_regex: get("use_regex").and_then(fields::flag).unwrap_or(false),
        insertion_order: get("insertion_order").or_else(|| get("weight")).and_then(fields::order).unwrap_or(100),
        priority: get("priority").and_then(fields::order),
        case_sensitive: get("case_sensitive").and_then(fields::flag).or(case),
        position: position.unwrap_or(LorePosition::BeforeChar),
        ..Entry::new(number(get("id").or_else(|| get("uid")), taken))
    };
    settings::read(Spelling::Card, &extensions, &mut entry);
    Entry { extensions, extra: fields::without(object, &OF_ENTRY), ..entry }
}

pub(super) fn write(book: &Book) -> Map<String, Value> {
    let mut map = book.extra.clone();
    put(&mut map, "name", &book.name, String::new(), fields::text);
    put(&mut map, "description", &book.description, String::new(), fields::text);
    put(&mut map, "scan_depth", &book.scan_depth, None, |value| Some(fields::count(value)));
    put(&mut map, "token_budget", &book.token_budget, None, |value| Some(fields::count(value)));
    put(&mut map, "recursive_scanning", &book.recursive_scanning, None, |value| Some(fields::flag(value)));
    let mut extensions = book.extensions.clone();
    if mode(&extensions) != book.mode {
        let mut ours = fields::object(&extensions, OURS);
        ours.insert("mode".to_owned(), json!(book.mode.as_str()));
        extensions.insert(OURS.to_owned(), Value::Object(ours));
    }
    map.insert("extensions".to_owned(), Value::Object(extensions));
    map.insert("entries".to_owned(), book.entries.iter().map(|entry| Value::Object(write_entry(entry))).collect());
    map
}

pub(super) fn write_entry(entry: &Entry) -> Map<String, Value> {
    let mut map = entry.extra.clone();
    let mut always = |key: &str, value: Value| map.insert(key.to_owned(), value);
    always("keys", json!(entry.keys));
    always("content", json!(entry.content));
    let extensions = settings::write(Spelling::Card, entry, entry.extensions.clone());
    always("extensions", Value::Object(extensions));
    if entry.selective || !entry.secondary_keys.is_empty() {
        always("secondary_keys", json!(entry.secondary_keys));
    }
    for (key, usual) in [("enabled", json!(true)), ("insertion_order", json!(100)), ("use_regex", json!(false))] {
        map.entry(key).or_insert(usual);
    }
    if !map.contains_key("uid") {
        map.entry("id").or_insert(json!(entry.uid));
    }
    put(&mut map, "enabled", &entry.enabled, true, fields::flag);
    put(&mut map, "insertion_order", &entry.insertion_order, 100, fields::order);
    put(&mut map, "use_regex", &entry.use_regex, false, fields::flag);
    put(&mut map, "name", &entry.name, String::new(), fields::text);
    put(&mut map, "comment", &entry.comment, String::new(), fields::text);
    put(&mut map, "selective", &entry.selective, false, fields::flag);
    put(&mut map, "constant", &entry.constant, false, fields::flag);
    put(&mut map, "priority", &entry.priority, None, |value| Some(fields::order(value)));
    let case = entry.extensions.get("case_sensitive").and_then(fields::flag);
    put(&mut map, "case_sensitive", &entry.case_sensitive, case, |value| Some(fields::flag(value).or(case)));
    // Of a place that has no name here, what stands says nothing.
    if settings::beside(entry.position) == entry.position {
        let usual = LorePosition::BeforeChar.as_str().to_owned();
        put(&mut map, "position", &entry.position.as_str().to_owned(), usual, fields::text);
    }
    map
}

/// Writes a field, unless what stands there, or its absence, says the same.
fn put<T: PartialEq + serde::Serialize>(
    map: &mut Map<String, Value>,
    key: &str,
    value: &T,
    usual: T,
    read: impl Fn(&Value) -> Option<T>,
) {
    if map.get(key).and_then(read).unwrap_or(usual) != *value {
        map.insert(key.to_owned(), json!(value));
    }
}
