//! Chats of Agnai, in and out, as its "Export Chat" writes and its "Import Chat" takes them:
//!
//! ```json
//! {"name": "A storm", "greeting": "Come in.", "sampleChat": "", "scenario": "", "messages": [
//!   {"msg": "Come in.", "characterId": "imported", "handle": "Iris", "createdAt": "2024-09-28T15:20:00Z"},
//!   {"msg": "Thank you.", "userId": "anon", "handle": "Mara", "ooc": true}
//! ]}
//! ```
//!
//! What is out of character (`ooc`) is shown there and told to no model.

use domain::imports::ChatSource;
use serde_json::{Map, Value, json};

use super::building::Said;
use super::entries::{self, array, text};
use super::{Chat, Node, Speaker, times};
use crate::error::ExchangeResult;

/// Whoever imports the file, in the place of a user's id.
const PERSON: &str = "anon";

/// The character for whom it is imported, in the place of a character's id.
const CHARACTER: &str = "imported";

/// What keeps a message from the model.
const HIDING: [&str; 1] = ["ooc"];

pub(super) fn read(object: &Map<String, Value>) -> ExchangeResult<Chat> {
    let mut chat = Chat::empty(ChatSource::Agnai);
    object.get("name").and_then(Value::as_str).unwrap_or_default().clone_into(&mut chat.title);
    if let Some(greeting) = object.get("greeting").and_then(Value::as_str) {
        let said_already = array(object, "messages").first().is_some_and(|first| text(first, "msg") == greeting);
        if !said_already {
            chat.say(Said::new(Speaker::Character, "", greeting))?;
        }
    }
    for message in array(object, "messages") {
        let entry = entries::rest(message, "msg");
        let speaker = if is_person(&entry) { Speaker::Person } else { Speaker::Character };
        let at = times::read(message.get("createdAt"));
        let hidden = entries::marked(&entry, &HIDING);
        chat.say(Said { at, hidden, entry, ..Said::new(speaker, text(message, "handle"), text(message, "msg")) })?;
    }
    Ok(chat.with_names())
}

fn is_person(entry: &Map<String, Value>) -> bool {
    entry.get("userId").and_then(Value::as_str).is_some_and(|id| !id.is_empty())
}

/// The way in view. Agnai exports no other branches, so swipes stay here; a narrator speaks as the character.
pub(super) fn write(chat: &Chat) -> String {
    let greeting = chat.said().next().filter(|first| first.speaker == Speaker::Character);
    let file = json!({
        "name": chat.title,
        "greeting": greeting.map_or("", |first| first.text.as_str()),
        "sampleChat": "",
        "scenario": "",
        "messages": chat.said().map(entry_of).collect::<Vec<_>>(),
    });
    file.to_string()
}

fn entry_of(node: &Node) -> Map<String, Value> {
    let mut entry = entries::kept(node, ChatSource::Agnai);
    // The list has the order. What points to the message before there would pass over what was said since.
    entry.shift_remove("parent");
    entry.insert("msg".to_owned(), Value::from(node.text.as_str()));
    if node.speaker == Speaker::Person {
        if !is_person(&entry) {
            entry.insert("userId".to_owned(), Value::from(PERSON));
        }
    } else {
        entry.shift_remove("userId");
        entry.entry("characterId").or_insert_with(|| Value::from(CHARACTER));
    }
    if !node.name.is_empty() {
        entry.entry("handle").or_insert_with(|| Value::from(node.name.as_str()));
    }
    if let Some(at) = node.at {
        entry.entry("createdAt").or_insert_with(|| Value::from(times::write(at)));
    }
    entries::mark(&mut entry, &HIDING, node.hidden);
    entry
}
