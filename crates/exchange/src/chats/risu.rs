//! Chats of RisuAI, in and out, as its "Export as JSON" writes them:
//!
//! ```json
//! {"type": "risuChat", "ver": 1, "data": {"name": "A storm", "note": "", "localLore": [], "fmIndex": -1, "message": [
//!   {"role": "char", "data": "Come in.", "time": 1727536920000, "name": "Iris"},
//!   {"role": "user", "data": "Thank you.", "time": 1727536980000, "name": "Mara", "disabled": true}
//! ]}}
//! ```
//!
//! A message that is `disabled` is told to no model, one that says `allBefore` neither with all before it; comments (`isComment`) are
//! not told either.

use domain::imports::ChatSource;
use serde_json::{Map, Value, json};

use super::building::Said;
use super::entries::{self, array, text};
use super::{Chat, Node, Speaker, times};
use crate::error::ExchangeResult;

/// What keeps a message from the model.
const HIDING: [&str; 2] = ["disabled", "isComment"];

pub(super) fn read(object: &Map<String, Value>) -> ExchangeResult<Chat> {
    let mut chat = Chat::empty(ChatSource::Risu);
    let Some(data) = object.get("data").and_then(Value::as_object) else { return Ok(chat) };
    data.get("name").and_then(Value::as_str).unwrap_or_default().clone_into(&mut chat.title);
    let messages = array(data, "message");
    let last_cut = messages.iter().rposition(|message| text(message, "disabled") == "allBefore");
    for (index, message) in messages.iter().enumerate() {
        let entry = entries::rest(message, "data");
        let speaker = if text(message, "role") == "user" { Speaker::Person } else { Speaker::Character };
        let at = times::read(message.get("time"));
        let hidden = entries::marked(&entry, &HIDING) || last_cut.is_some_and(|cut| index <= cut);
        chat.say(Said { at, hidden, entry, ..Said::new(speaker, text(message, "name"), text(message, "data")) })?;
    }
    Ok(chat.with_names())
}

/// The way in view, in the first version of the format, which every RisuAI takes. It has no room for swipes, which stay here; times are
/// kept to the millisecond, and a narrator speaks as the character. RisuAI shows the first message of its own character above.
pub(super) fn write(chat: &Chat) -> String {
    let file = json!({
        "type": "risuChat",
        "ver": 1,
        "data": {
            "name": chat.title,
            "note": "",
            "localLore": [],
            "fmIndex": -1,
            "message": chat.said().map(entry_of).collect::<Vec<_>>(),
        },
    });
    file.to_string()
}

fn entry_of(node: &Node) -> Map<String, Value> {
    let mut entry = entries::kept(node, ChatSource::Risu);
    entry.insert("role".to_owned(), Value::from(if node.speaker == Speaker::Person { "user" } else { "char" }));
    entry.insert("data".to_owned(), Value::from(node.text.as_str()));
    if let Some(at) = node.at {
        entry.entry("time").or_insert_with(|| Value::from(times::milliseconds(at)));
    }
    if !node.name.is_empty() {
        entry.entry("name").or_insert_with(|| Value::from(node.name.as_str()));
    }
    entries::mark(&mut entry, &HIDING, node.hidden);
    entry
}
