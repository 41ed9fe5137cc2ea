//! Chats of other programs, each a JSON text of its own form: told by its keys, never by a name.

use domain::imports::ChatSource;
use serde_json::{Map, Value};

use super::building::Said;
use super::{Chat, Speaker, open_webui, silly_tavern, times};
use crate::error::{ExchangeError, ExchangeResult, Fault};
use crate::limits;

/// The chats in a JSON text.
pub(super) fn read(value: Value) -> ExchangeResult<Vec<Chat>> {
    match value {
        Value::Array(items) => of_array(items),
        Value::Object(object) => of_object(&object),
        _ => Err(unknown()),
    }
}

fn unknown() -> ExchangeError {
    ExchangeError::new(Fault::Unrecognised, "", "is none of the formats of chats")
}

fn of_array(items: Vec<Value>) -> ExchangeResult<Vec<Chat>> {
    if items.iter().any(|item| item.get("chat").is_some_and(open_webui::is)) {
        let chats = items.iter().filter_map(|item| item.get("chat"));
        return many(chats, open_webui::read);
    }
    // Rows of SillyTavern in one array.
    let rows: Option<Vec<(String, Map<String, Value>)>> = items
        .into_iter()
        .enumerate()
        .map(|(index, item)| match item {
            Value::Object(row) if row.contains_key("mes") || index == 0 => Some((format!("item {index}"), row)),
            _ => None,
        })
        .collect();
    let mut rows = rows.filter(|rows| !rows.is_empty()).ok_or_else(unknown)?;
    let head = match rows.first() {
        Some((_, first)) if !first.contains_key("mes") => {
            if !first.contains_key("chat_metadata") && !first.contains_key("user_name") {
                return Err(unknown());
            }
            Some(rows.remove(0).1)
        }
        _ => None,
    };
    Ok(vec![silly_tavern::of_rows(head, rows)?])
}

fn of_object(object: &Map<String, Value>) -> ExchangeResult<Vec<Chat>> {
    let array = |value: Option<&Value>| value.is_some_and(Value::is_array);
    if array(object.get("data_visible")) || array(object.get("visible")) {
        return Ok(vec![ooba(object)?]);
    }
    if let Some(Value::Array(histories)) = object.get("histories").and_then(|histories| histories.get("histories")) {
        return many(histories.iter(), |history| cai(object, history));
    }
    if array(object.get("actions")) && object.get("savedsettings").is_some() {
        return Ok(vec![kobold(object)?]);
    }
    if array(object.get("data").and_then(|data| data.get("message"))) {
        return Ok(vec![risu(object)?]);
    }
    if object.get("chat").is_some_and(open_webui::is) {
        return many(object.get("chat").into_iter(), open_webui::read);
    }
    if array(object.get("messages")) {
        return Ok(vec![agnai(object)?]);
    }
    Err(unknown())
}

fn many<'a>(
    chats: impl Iterator<Item = &'a Value>,
    read: impl Fn(&'a Value) -> ExchangeResult<Chat>,
) -> ExchangeResult<Vec<Chat>> {
    let mut all = Vec::new();
    for (index, chat) in chats.enumerate() {
        let place = format!("chat {index}");
        if index >= limits::CHATS {
            return Err(ExchangeError::new(Fault::TooMany, place, "is one chat too many"));
        }
        all.push(read(chat).map_err(|error| error.within(&place))?);
    }
    Ok(all)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn array<'a>(object: &'a Map<String, Value>, key: &str) -> &'a [Value] {
    object.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// An entry without its words.
fn rest(entry: &Value, words: &str) -> Map<String, Value> {
    let mut rest = entry.as_object().cloned().unwrap_or_default();
    rest.shift_remove(words);
    rest
}

/// What stands in the place of a person who has not begun.
const BEGIN: &str = "<|BEGIN-VISIBLE-CHAT|>";

fn ooba(object: &Map<String, Value>) -> ExchangeResult<Chat> {
    let mut chat = Chat::empty(ChatSource::Ooba);
    let pairs = if object.contains_key("data_visible") { "data_visible" } else { "visible" };
    for pair in array(object, pairs) {
        let side = |index: usize| pair.get(index).and_then(Value::as_str).unwrap_or_default();
        if side(0) != BEGIN {
            chat.say(Said::new(Speaker::Person, "", side(0)))?;
        }
        chat.say(Said::new(Speaker::Character, "", side(1)))?;
    }
    Ok(chat)
}

fn agnai(object: &Map<String, Value>) -> ExchangeResult<Chat> {
    let mut chat = Chat::empty(ChatSource::Agnai);
    object.get("name").and_then(Value::as_str).unwrap_or_default().clone_into(&mut chat.title);
    if let Some(greeting) = object.get("greeting").and_then(Value::as_str) {
        let said_already = array(object, "messages").first().is_some_and(|first| text(first, "msg") == greeting);
        if !said_already {
            chat.say(Said::new(Speaker::Character, "", greeting))?;
        }
    }
    for message in array(object, "messages") {
        let person = message.get("userId").is_some_and(|id| id.as_str().is_some_and(|id| !id.is_empty()));
        let speaker = if person { Speaker::Person } else { Speaker::Character };
        let at = times::read(message.get("createdAt"));
        let said = Said::new(speaker, text(message, "handle"), text(message, "msg"));
        chat.say(Said { at, entry: rest(message, "msg"), ..said })?;
    }
    Ok(chat)
}

fn cai(object: &Map<String, Value>, history: &Value) -> ExchangeResult<Chat> {
    let mut chat = Chat::empty(ChatSource::CaiTools);
    let character = object.get("info").and_then(|info| info.get("character"));
    character.map(|character| text(character, "name")).unwrap_or_default().clone_into(&mut chat.character_name);
    let messages = history.get("msgs").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for message in messages {
        let source = message.get("src");
        let person = source.and_then(|source| source.get("is_human")).and_then(Value::as_bool).unwrap_or(false);
        let speaker = if person { Speaker::Person } else { Speaker::Character };
        let at = times::read(message.get("created"));
        let name = source.map(|source| text(source, "name")).unwrap_or_default();
        chat.say(Said { at, entry: rest(message, "text"), ..Said::new(speaker, name, text(message, "text")) })?;
    }
    Ok(chat)
}

fn risu(object: &Map<String, Value>) -> ExchangeResult<Chat> {
    let mut chat = Chat::empty(ChatSource::Risu);
    let Some(data) = object.get("data").and_then(Value::as_object) else { return Ok(chat) };
    data.get("name").and_then(Value::as_str).unwrap_or_default().clone_into(&mut chat.title);
    for message in array(data, "message") {
        let speaker = if text(message, "role") == "user" { Speaker::Person } else { Speaker::Character };
        let at = times::read(message.get("time"));
        let said = Said::new(speaker, text(message, "name"), text(message, "data"));
        chat.say(Said { at, entry: rest(message, "data"), ..said })?;
    }
    Ok(chat)
}

const INPUT: &str = "{{[INPUT]}}";
const OUTPUT: &str = "{{[OUTPUT]}}";
const INPUT_END: &str = "{{[INPUT_END]}}";
const OUTPUT_END: &str = "{{[OUTPUT_END]}}";

fn kobold(object: &Map<String, Value>) -> ExchangeResult<Chat> {
    let mut chat = Chat::empty(ChatSource::Kobold);
    let settings = object.get("savedsettings");
    settings.map(|settings| text(settings, "chatname")).unwrap_or_default().clone_into(&mut chat.user_name);
    let opponent = settings.map(|settings| text(settings, "chatopponent")).unwrap_or_default();
    // Several share one field.
    opponent.split("||$||").next().unwrap_or_default().clone_into(&mut chat.character_name);
    let first = object.get("prompt").and_then(Value::as_str).unwrap_or_default();
    let actions = array(object, "actions").iter().filter_map(Value::as_str);
    let mut speaker = Speaker::Character;
    for action in std::iter::once(first).chain(actions) {
        let action = action.replace(INPUT_END, "").replace(OUTPUT_END, "");
        let mut rest = action.as_str();
        // An action without a mark is written by the model.
        if !rest.trim_start().starts_with("{{[") {
            speaker = Speaker::Character;
        }
        while !rest.is_empty() {
            if let Some(after) = rest.trim_start().strip_prefix(INPUT) {
                (speaker, rest) = (Speaker::Person, after);
            } else if let Some(after) = rest.trim_start().strip_prefix(OUTPUT) {
                (speaker, rest) = (Speaker::Character, after);
            }
            let end = [INPUT, OUTPUT].iter().filter_map(|mark| rest.find(mark)).min().unwrap_or(rest.len());
            let (words, after) = rest.split_at(end);
            let name = if speaker == Speaker::Person { chat.user_name.clone() } else { chat.character_name.clone() };
            chat.say(Said::new(speaker, &name, words.trim()))?;
            rest = after;
        }
    }
    Ok(chat)
}
