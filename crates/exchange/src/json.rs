//! JSON from strangers: bounded in size, depth and number of values before a value is made of it.
//!
//! Programs cut texts in the middle of a character and write the half that is left as an escape, which is not Unicode; such
//! halves become `U+FFFD`, as in a browser, and everything else of the file lives.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::error::{ExchangeError, ExchangeResult, Fault};
use crate::limits;

/// JSON that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// What it says.
    pub value: Value,
    /// Whether halves of characters were replaced.
    pub mended: bool,
}

/// The value of a JSON text of at most `most` bytes.
///
/// # Errors
/// `TooLarge`, `TooMany`, `TooDeep`, `NotText`, `NotJson`.
pub fn parse(bytes: &[u8], most: usize) -> Result<Parsed, ExchangeError> {
    if bytes.len() > most {
        return Err(ExchangeError::new(Fault::TooLarge, "", format!("has more than {most} bytes")));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let halves = scan(bytes)?;
    let mended = !halves.is_empty();
    let bytes = if mended { Cow::Owned(mend(bytes, &halves)) } else { Cow::Borrowed(bytes) };
    let text = std::str::from_utf8(&bytes)
        .map_err(|error| ExchangeError::new(Fault::NotText, at_byte(error.valid_up_to()), "is not UTF-8"))?;
    let value = serde_json::from_str(text).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        ExchangeError::new(Fault::NotJson, place, "is not JSON")
    })?;
    Ok(Parsed { value, mended })
}

/// The same where it must be an object.
///
/// # Errors
/// As [`parse`], and `Form`.
pub fn parse_object(bytes: &[u8], most: usize) -> Result<(Map<String, Value>, bool), ExchangeError> {
    let Parsed { value, mended } = parse(bytes, most)?;
    match value {
        Value::Object(object) => Ok((object, mended)),
        _ => Err(ExchangeError::new(Fault::Form, "", "is not a JSON object")),
    }
}

/// An object as text, without a line break in it.
#[must_use]
pub fn write(object: &Map<String, Value>) -> String {
    serde_json::to_string(object).unwrap_or_default()
}

/// The same for people to read.
#[must_use]
pub fn write_pretty(object: &Map<String, Value>) -> String {
    serde_json::to_string_pretty(object).unwrap_or_default()
}

pub(crate) fn at_byte(byte: usize) -> String {
    format!("byte {byte}")
}

/// Counts values and depth, and finds the escapes of halves that have no other half.
fn scan(bytes: &[u8]) -> ExchangeResult<Vec<usize>> {
    let (mut values, mut depth, mut at) = (1_usize, 0_usize, 0_usize);
    let mut halves = Vec::new();
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at = string_end(bytes, at + 1, &mut halves);
                continue;
            }
            b'[' | b'{' => {
                depth += 1;
                values += 1;
                if depth > limits::JSON_DEPTH {
                    let message = format!("is nested deeper than {}", limits::JSON_DEPTH);
                    return Err(ExchangeError::new(Fault::TooDeep, at_byte(at), message));
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            b',' => {
                values += 1;
                if values > limits::JSON_VALUES {
                    let message = format!("has more than {} values", limits::JSON_VALUES);
                    return Err(ExchangeError::new(Fault::TooMany, at_byte(at), message));
                }
            }
            _ => {}
        }
        at += 1;
    }
    Ok(halves)
}

/// One behind the end of a string that begins before `at`.
fn string_end(bytes: &[u8], mut at: usize, halves: &mut Vec<usize>) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => match escaped(bytes, at) {
                Some(0xD800..=0xDBFF) if matches!(escaped(bytes, at + 6), Some(0xDC00..=0xDFFF)) => at += 12,
                Some(0xD800..=0xDFFF) => {
                    halves.push(at);
                    at += 6;
                }
                _ => at += 2,
            },
            _ => at += 1,
        }
    }
    at
}

/// The code unit of an escape `\uXXXX` that begins at `at`.
fn escaped(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

fn mend(bytes: &[u8], halves: &[usize]) -> Vec<u8> {
    let mut mended = bytes.to_vec();
    for at in halves {
        if let Some(escape) = mended.get_mut(*at..at + 6) {
            escape.copy_from_slice(b"\\ufffd");
        }
    }
    mended
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> Fault {
        parse(text.as_bytes(), 1024 * 1024).unwrap_err().fault
    }

    #[test]
    fn halves_of_characters_are_replaced_and_whole_ones_are_not() {
        let parsed = parse(br#"{"a":"\ud83c\udf38 \ud83d \udc00 \\ud83d"}"#, 100).unwrap();
        assert!(parsed.mended);
        assert_eq!(parsed.value["a"], "🌸 \u{fffd} \u{fffd} \\ud83d");
        assert!(!parse(br#"{"a":"\ud83c\udf38"}"#, 100).unwrap().mended);
        // The half at the very end, with nothing behind it.
        assert_eq!(fault(r#""\ud83d"#), Fault::NotJson);
    }

    #[test]
    fn bounds_hold_before_anything_is_made() {
        assert_eq!(fault(&"[".repeat(100_000)), Fault::TooDeep);
        assert_eq!(fault(&format!("[{}0]", "0,".repeat(limits::JSON_VALUES))), Fault::TooMany);
        assert_eq!(parse(b"[1,2]", 4).unwrap_err().fault, Fault::TooLarge);
        assert_eq!(parse(b"\"\xff\"", 100).unwrap_err().fault, Fault::NotText);
        // Brackets and commas in strings are text.
        assert!(parse(format!("\"{}\"", "[,".repeat(100_000)).as_bytes(), 1024 * 1024).is_ok());
    }

    #[test]
    fn a_mark_of_byte_order_is_no_part_of_it() {
        assert_eq!(parse(b"\xef\xbb\xbf{}", 100).unwrap().value, serde_json::json!({}));
    }
}
