//! Chats of the web UI called Oobabooga: pairs of what the person and the character say.

use domain::imports::ChatSource;
use serde_json::{Map, Value};

use super::building::Said;
use super::entries::array;
use super::{Chat, Speaker};
use crate::error::ExchangeResult;

/// What stands in the place of a person who has not begun.
const BEGIN: &str = "<|BEGIN-VISIBLE-CHAT|>";

pub(super) fn read(object: &Map<String, Value>) -> ExchangeResult<Chat> {
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
