//! Fields of JSON, read with patience: files are written by many hands.

use serde_json::{Map, Value};

/// A yes or no, also as a number or a word.
pub(super) fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::Number(number) => number.as_f64().map(|number| number != 0.0),
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => Some(true),
            "false" | "no" | "0" | "" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// A whole number, also as a fraction or a text; yes is 1.
pub(super) fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().map(|number| number.round() as i64)),
        Value::String(text) => text.trim().parse::<f64>().ok().filter(|n| n.is_finite()).map(|n| n.round() as i64),
        Value::Bool(value) => Some(i64::from(*value)),
        _ => None,
    }
}

/// A number from 0 on.
pub(super) fn count(value: &Value) -> Option<u32> {
    number(value).map(|number| u32::try_from(number.max(0)).unwrap_or(u32::MAX))
}

/// A number of either sign.
pub(super) fn order(value: &Value) -> Option<i32> {
    number(value).map(|number| i32::try_from(number).unwrap_or(if number < 0 { i32::MIN } else { i32::MAX }))
}

/// A text, also a number.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Texts in a list, or in one text between commas.
pub(super) fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().filter_map(text).collect(),
        Value::String(text) => split(text),
        _ => Vec::new(),
    }
}

/// The texts between commas; a regular expression `/so, or so/` is one text.
pub(super) fn split(text: &str) -> Vec<String> {
    if super::super::script::looks_like_one(text) {
        return vec![text.trim().to_owned()];
    }
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// All of `map` but these keys.
pub(super) fn without(map: &Map<String, Value>, keys: &[&str]) -> Map<String, Value> {
    map.iter()
        .filter(|(key, _)| !keys.contains(&key.as_str()))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// The object under a key.
pub(super) fn object(map: &Map<String, Value>, key: &str) -> Map<String, Value> {
    map.get(key).and_then(Value::as_object).cloned().unwrap_or_default()
}
