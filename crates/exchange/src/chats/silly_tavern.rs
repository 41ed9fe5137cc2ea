//! Chats of SillyTavern, and of Chub, which writes the same with objects where texts are: one JSON object a line, in and out.
//!
//! The first line is a head where it has no words. Its names are often the word `unused`: the rows know better. A row that
//! is hidden from the model, or that a narrator says, is a row like any other and never left out.

use domain::imports::ChatSource;
use serde_json::{Map, Value, json};

use super::{Chat, Node, Speaker, times};
use crate::error::{ExchangeError, ExchangeResult, Fault};
use crate::{json, limits};

/// A name in the head that is none.
const UNUSED: &str = "unused";

/// Whether the first line is one of SillyTavern's.
pub(super) fn is(bytes: &[u8]) -> bool {
    let Some(first) = lines(bytes).map(|(_, line)| line).next().filter(|line| line.len() <= limits::CHAT_LINE) else {
        return false;
    };
    let object = json::parse_object(first, limits::CHAT_LINE);
    object.is_ok_and(|(object, _)| is_head(&object) || object.contains_key("mes"))
}

fn is_head(object: &Map<String, Value>) -> bool {
    (object.contains_key("chat_metadata") || object.contains_key("user_name")) && !object.contains_key("mes")
}

/// The lines that hold something, with their numbers from one.
fn lines(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let lines = bytes.split(|byte| *byte == b'\n').enumerate();
    lines.map(|(index, line)| (index + 1, line.trim_ascii())).filter(|(_, line)| !line.is_empty())
}

pub(super) fn read(bytes: &[u8]) -> ExchangeResult<Chat> {
    let mut objects = Vec::new();
    let mut head = None;
    for (number, line) in lines(bytes) {
        let place = format!("line {number}");
        let (object, _) = json::parse_object(line, limits::CHAT_LINE).map_err(|error| error.within(&place))?;
        if objects.is_empty() && head.is_none() && is_head(&object) {
            head = Some(object);
            continue;
        }
        if objects.len() >= limits::CHAT_NODES {
            return Err(ExchangeError::new(Fault::TooMany, place, "is one message too many"));
        }
        objects.push((place, object));
    }
    of_rows(head, objects)
}

/// A chat of rows, each with its place in the file.
pub(super) fn of_rows(
    head: Option<Map<String, Value>>,
    rows: Vec<(String, Map<String, Value>)>,
) -> ExchangeResult<Chat> {
    let mut chat = Chat::empty(ChatSource::SillyTavern);
    for (place, row) in rows {
        add_row(&mut chat, row).map_err(|error| error.within(&place))?;
    }
    let named =
        |key: &str| head.as_ref().and_then(|head| head.get(key)).and_then(Value::as_str).filter(|name| *name != UNUSED);
    let user_name = named("user_name").unwrap_or(chat.name_of(Speaker::Person)).to_owned();
    let character_name = named("character_name").unwrap_or(chat.name_of(Speaker::Character)).to_owned();
    Ok(Chat { user_name, character_name, header: head, ..chat })
}

/// Takes the words out of a row: `null` keeps their place in it.
fn take(row: &mut Map<String, Value>, key: &str) -> Option<Value> {
    row.get_mut(key).map(Value::take)
}

/// A text, or what Chub writes in its place.
fn words(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value.get("message").and_then(Value::as_str))
}

fn add_row(chat: &mut Chat, mut row: Map<String, Value>) -> ExchangeResult<()> {
    let said = take(&mut row, "mes").unwrap_or_default();
    let Some(text) = words(&said).map(str::to_owned) else {
        return Err(ExchangeError::new(Fault::Form, "", "has no words in `mes`"));
    };
    if said.is_object() {
        chat.source = ChatSource::Chub;
    }
    let swipes: Vec<String> = match take(&mut row, "swipes") {
        Some(Value::Array(swipes)) => swipes.iter().map(|swipe| words(swipe).unwrap_or_default().to_owned()).collect(),
        _ => Vec::new(),
    };
    let infos = match take(&mut row, "swipe_info") {
        Some(Value::Array(infos)) => infos,
        _ => Vec::new(),
    };
    let chosen = take(&mut row, "swipe_id").as_ref().and_then(Value::as_u64).and_then(|id| usize::try_from(id).ok());
    let flag = |key: &str| row.get(key).and_then(Value::as_bool).unwrap_or(false);
    let kind = row.get("extra").and_then(|extra| extra.get("type")).and_then(Value::as_str);
    let speaker = match (flag("is_user"), kind) {
        (true, _) => Speaker::Person,
        (false, Some("narrator" | "comment")) => Speaker::Narrator,
        (false, _) => Speaker::Character,
    };
    let node = Node {
        parent: chat.leaf,
        speaker,
        name: row.get("name").and_then(Value::as_str).unwrap_or_default().to_owned(),
        text,
        hidden: flag("is_system"),
        at: times::read(row.get("send_date")),
        row,
        swipe: None,
    };
    chat.leaf = Some(add_with_swipes(chat, node, &swipes, infos, chosen)?);
    Ok(())
}

/// Adds a node with its swipes beside it, in their order; gives the place of the one in view.
fn add_with_swipes(
    chat: &mut Chat,
    node: Node,
    swipes: &[String],
    infos: Vec<Value>,
    chosen: Option<usize>,
) -> ExchangeResult<usize> {
    // The words in view are right where the number is not.
    let by_number = chosen.filter(|id| *id < swipes.len());
    let by_words = || swipes.iter().position(|swipe| *swipe == node.text);
    let in_view = by_number.or_else(by_words);
    let mut infos = infos.into_iter().map(|info| match info {
        Value::Object(info) => Some(info),
        _ => None,
    });
    let mut leaf = None;
    for (index, swipe) in swipes.iter().enumerate() {
        let info = infos.next().flatten();
        if in_view == Some(index) {
            leaf = Some(chat.push(Node { swipe: info, ..node.clone() })?);
            continue;
        }
        let at = info.as_ref().and_then(|info| times::read(info.get("send_date"))).or(node.at);
        let beside = Node { text: swipe.clone(), at, swipe: info, row: Map::new(), ..node.clone() };
        chat.push(beside)?;
    }
    match leaf {
        Some(leaf) => Ok(leaf),
        None => chat.push(node),
    }
}

/// The chat as SillyTavern writes it: the way in view, with what is beside each of its messages as swipes.
pub(super) fn write(chat: &Chat) -> String {
    let mut lines = Vec::new();
    match &chat.header {
        Some(header) => lines.push(json::write(header)),
        // Old groups have none.
        None if chat.source == ChatSource::SillyTavern => {}
        None => lines.push(json::write(&head(chat))),
    }
    let mut beside: std::collections::HashMap<Option<usize>, Vec<&Node>> = std::collections::HashMap::new();
    for node in &chat.nodes {
        beside.entry(node.parent).or_default().push(node);
    }
    for at in chat.way() {
        let Some(node) = chat.nodes.get(at) else { continue };
        let siblings = beside.get(&node.parent).map(Vec::as_slice).unwrap_or_default();
        lines.push(json::write(&row(node, siblings)));
    }
    lines.join("\n")
}

fn head(chat: &Chat) -> Map<String, Value> {
    let mut head = Map::new();
    let name = |name: &str| Value::from(if name.is_empty() { UNUSED } else { name });
    head.insert("user_name".to_owned(), name(&chat.user_name));
    head.insert("character_name".to_owned(), name(&chat.character_name));
    if let Some(at) = chat.nodes.iter().find_map(|node| node.at) {
        head.insert("create_date".to_owned(), Value::from(times::write(at)));
    }
    head.insert("chat_metadata".to_owned(), json!({}));
    head
}

/// The row of a node: its own, or that of the swipe which was in view when it came.
fn row(node: &Node, siblings: &[&Node]) -> Map<String, Value> {
    let mut row = if node.row.is_empty() {
        let mut row = siblings.iter().find(|sibling| !sibling.row.is_empty()).map(|sibling| sibling.row.clone());
        for (key, value) in node.swipe.iter().flatten() {
            if let Some(row) = &mut row {
                row.insert(key.clone(), value.clone());
            }
        }
        row.unwrap_or_default()
    } else {
        node.row.clone()
    };
    // Rows that came from there are whole; what they leave out they leave out again.
    if !row.contains_key("mes") {
        let mut set = |key: &str, value: Value| {
            if !row.contains_key(key) {
                row.insert(key.to_owned(), value);
            }
        };
        set("name", Value::from(node.name.as_str()));
        set("is_user", Value::from(node.speaker == Speaker::Person));
        set("is_system", Value::from(node.hidden));
        if let Some(at) = node.at {
            set("send_date", Value::from(times::write(at)));
        }
        set("extra", json!({}));
    }
    if row.get("is_system").and_then(Value::as_bool).unwrap_or(false) != node.hidden {
        row.insert("is_system".to_owned(), Value::from(node.hidden));
    }
    row.insert("mes".to_owned(), Value::from(node.text.as_str()));
    if siblings.len() > 1 || row.contains_key("swipes") {
        let chosen = siblings.iter().position(|sibling| std::ptr::eq(*sibling, node)).unwrap_or(0);
        let texts: Vec<&str> = siblings.iter().map(|sibling| sibling.text.as_str()).collect();
        row.insert("swipe_id".to_owned(), Value::from(chosen));
        row.insert("swipes".to_owned(), Value::from(texts));
        let told = siblings.iter().rposition(|sibling| sibling.swipe.is_some()).map_or(0, |last| last + 1);
        if told > 0 || row.contains_key("swipe_info") {
            let infos = siblings.iter().take(told).map(|sibling| sibling.swipe.clone().unwrap_or_default());
            row.insert("swipe_info".to_owned(), infos.map(Value::Object).collect());
        }
    }
    row
}
