//! Chats of Kobold Lite: one text in pieces, with marks where somebody begins to speak.

use domain::imports::ChatSource;
use serde_json::{Map, Value};

use super::building::Said;
use super::entries::{array, text};
use super::{Chat, Speaker};
use crate::error::ExchangeResult;

const INPUT: &str = "{{[INPUT]}}";
const OUTPUT: &str = "{{[OUTPUT]}}";
const INPUT_END: &str = "{{[INPUT_END]}}";
const OUTPUT_END: &str = "{{[OUTPUT_END]}}";

pub(super) fn read(object: &Map<String, Value>) -> ExchangeResult<Chat> {
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
