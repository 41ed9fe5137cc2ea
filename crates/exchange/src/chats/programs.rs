//! Chats of other programs, each a JSON text of its own form: told by its keys, never by a name.

use serde_json::{Map, Value};

use super::{Chat, agnai, character_ai, kobold, ooba, open_webui, risu, silly_tavern};
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
        return Ok(vec![ooba::read(object)?]);
    }
    if let Some(Value::Array(histories)) = object.get("histories").and_then(|histories| histories.get("histories")) {
        return many(histories.iter(), |history| character_ai::read(object, history));
    }
    if array(object.get("actions")) && object.get("savedsettings").is_some() {
        return Ok(vec![kobold::read(object)?]);
    }
    if array(object.get("data").and_then(|data| data.get("message"))) {
        return Ok(vec![risu::read(object)?]);
    }
    if object.get("chat").is_some_and(open_webui::is) {
        return many(object.get("chat").into_iter(), open_webui::read);
    }
    if array(object.get("messages")) {
        return Ok(vec![agnai::read(object)?]);
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
