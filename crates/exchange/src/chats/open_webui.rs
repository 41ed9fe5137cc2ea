//! Chats of Open WebUI: a tree already, each message with its parent's id.

use std::collections::HashMap;

use domain::imports::ChatSource;
use serde_json::{Map, Value};

use super::{Chat, Node, Speaker, times};
use crate::error::ExchangeResult;

/// Whether a value is such a chat.
pub(super) fn is(chat: &Value) -> bool {
    chat.get("history").and_then(|history| history.get("messages")).is_some_and(Value::is_object)
}

pub(super) fn read(chat: &Value) -> ExchangeResult<Chat> {
    let mut read = Chat::empty(ChatSource::OpenWebui);
    chat.get("title").and_then(Value::as_str).unwrap_or_default().clone_into(&mut read.title);
    let history = chat.get("history");
    let Some(messages) = history.and_then(|history| history.get("messages")).and_then(Value::as_object) else {
        return Ok(read);
    };
    let parent_of = |message: &Value| {
        let parent = message.get("parentId").and_then(Value::as_str)?;
        messages.contains_key(parent).then(|| parent.to_owned())
    };
    let mut children: HashMap<Option<String>, Vec<(&str, &Value)>> = HashMap::new();
    for (id, message) in messages {
        children.entry(parent_of(message)).or_default().push((id, message));
    }
    // From the roots down: what is in a circle hangs on no root, and is not reached.
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut next: Vec<(Option<usize>, &str, &Value)> = roots(&mut children, None, None);
    while let Some((parent, id, message)) = next.pop() {
        let place = read.push(node(parent, message))?;
        places.insert(id, place);
        next.extend(roots(&mut children, Some(id), Some(place)));
    }
    let current = history.and_then(|history| history.get("currentId")).and_then(Value::as_str);
    let last = read.nodes.len().checked_sub(1);
    read.leaf = current.and_then(|id| places.get(id).copied()).or(last);
    Ok(read)
}

/// The children of a message, the last first: they are taken from the end.
fn roots<'a>(
    children: &mut HashMap<Option<String>, Vec<(&'a str, &'a Value)>>,
    of: Option<&str>,
    place: Option<usize>,
) -> Vec<(Option<usize>, &'a str, &'a Value)> {
    let found = children.remove(&of.map(str::to_owned)).unwrap_or_default();
    found.into_iter().rev().map(|(id, message)| (place, id, message)).collect()
}

fn node(parent: Option<usize>, message: &Value) -> Node {
    let speaker = match message.get("role").and_then(Value::as_str) {
        Some("user") => Speaker::Person,
        Some("system") => Speaker::Narrator,
        _ => Speaker::Character,
    };
    let content = message.get("content");
    let parts = content.and_then(Value::as_array).into_iter().flatten();
    let text = match content.and_then(Value::as_str) {
        Some(text) => text.to_owned(),
        // Words beside images.
        None => parts.filter_map(|part| part.get("text")?.as_str()).collect::<Vec<_>>().join("\n"),
    };
    let mut entry = message.as_object().cloned().unwrap_or_default();
    for known in ["content", "id", "parentId", "childrenIds"] {
        entry.shift_remove(known);
    }
    let mut row = Map::new();
    if !entry.is_empty() {
        row.insert("extra".to_owned(), serde_json::json!({ "open_webui": entry }));
    }
    Node {
        parent,
        speaker,
        name: String::new(),
        text,
        hidden: false,
        at: times::read(message.get("timestamp")),
        row,
        swipe: None,
    }
}
