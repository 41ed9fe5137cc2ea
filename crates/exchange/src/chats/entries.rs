//! Entries: what a program says of one message, as a JSON object. The words become a message; the rest is kept with it, and is said
//! again when the message leaves for the same program.

use domain::imports::ChatSource;
use serde_json::{Map, Value};

use super::Node;

pub(super) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

pub(super) fn array<'a>(object: &'a Map<String, Value>, key: &str) -> &'a [Value] {
    object.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// An entry without its words.
pub(super) fn rest(entry: &Value, words: &str) -> Map<String, Value> {
    let mut rest = entry.as_object().cloned().unwrap_or_default();
    rest.shift_remove(words);
    rest
}

/// What was kept of the entry of a message that came from this program; nothing of any other.
pub(super) fn kept(node: &Node, program: ChatSource) -> Map<String, Value> {
    let said = node.row.get("extra").and_then(|extra| extra.get(program.to_string()));
    said.and_then(Value::as_object).cloned().unwrap_or_default()
}

/// Whether an entry has one of these marks.
pub(super) fn marked(entry: &Map<String, Value>, marks: &[&str]) -> bool {
    marks.iter().any(|mark| entry.get(*mark).is_some_and(is_set))
}

/// Gives an entry the first of these marks where it has none of them, or takes all of them from it.
pub(super) fn mark(entry: &mut Map<String, Value>, marks: &[&str], on: bool) {
    if !on {
        entry.retain(|key, value| !(marks.contains(&key.as_str()) && is_set(value)));
    } else if let Some(first) = marks.first().filter(|_| !marked(entry, marks)) {
        entry.insert((*first).to_owned(), Value::from(true));
    }
}

fn is_set(mark: &Value) -> bool {
    !matches!(mark, Value::Null | Value::Bool(false))
}
