//! Chats of Character.AI, in and out, as CAI Tools and the CharacterAI Dumper save them, all that somebody had with one character:
//!
//! ```json
//! {"info": {"character": {"name": "Iris"}}, "histories": {"histories": [{"msgs": [
//!   {"text": "Come in.", "created": "2024-09-28T15:20:00Z", "is_alternative": false, "src": {"is_human": false, "name": "Iris"}},
//!   {"text": "Thank you.", "is_alternative": false, "src": {"is_human": true, "name": "Mara"}}
//! ]}]}}
//! ```

use domain::imports::ChatSource;
use serde_json::{Map, Value, json};

use super::building::Said;
use super::entries::{self, text};
use super::{Chat, Node, Speaker, times};
use crate::error::ExchangeResult;

/// One of the histories of a file.
pub(super) fn read(object: &Map<String, Value>, history: &Value) -> ExchangeResult<Chat> {
    let mut chat = Chat::empty(ChatSource::CaiTools);
    let messages = history.get("msgs").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for message in messages {
        let source = message.get("src");
        let person = source.and_then(|source| source.get("is_human")).and_then(Value::as_bool).unwrap_or(false);
        let speaker = if person { Speaker::Person } else { Speaker::Character };
        let at = times::read(message.get("created"));
        let name = source.map(|source| text(source, "name")).unwrap_or_default();
        let entry = entries::rest(message, "text");
        chat.say(Said { at, entry, ..Said::new(speaker, name, text(message, "text")) })?;
    }
    let chat = chat.with_names();
    let character = object.get("info").and_then(|info| info.get("character"));
    let character_name = match character.map(|character| text(character, "name")) {
        None | Some("") => chat.character_name,
        Some(name) => name.to_owned(),
    };
    Ok(Chat { character_name, ..chat })
}

/// The way in view, as the one history of the file. It has no room for the title of a chat, for swipes and for what is hidden: swipes
/// stay here, and hidden messages go as any other, for nothing that was said is left out. A narrator speaks as the character.
pub(super) fn write(chat: &Chat) -> String {
    let file = json!({
        "info": { "character": { "name": chat.character_name } },
        "histories": { "histories": [{ "msgs": chat.said().map(entry_of).collect::<Vec<_>>() }] },
    });
    file.to_string()
}

fn entry_of(node: &Node) -> Map<String, Value> {
    let mut entry = entries::kept(node, ChatSource::CaiTools);
    entry.insert("text".to_owned(), Value::from(node.text.as_str()));
    if let Some(at) = node.at {
        entry.entry("created").or_insert_with(|| Value::from(times::write(at)));
    }
    // Readers of these files pass over what does not say that it is no alternative.
    entry.insert("is_alternative".to_owned(), Value::from(false));
    let mut source = entry.get("src").and_then(Value::as_object).cloned().unwrap_or_default();
    source.insert("is_human".to_owned(), Value::from(node.speaker == Speaker::Person));
    if !node.name.is_empty() {
        source.entry("name").or_insert_with(|| Value::from(node.name.as_str()));
    }
    entry.insert("src".to_owned(), Value::Object(source));
    entry
}
