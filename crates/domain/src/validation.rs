//! Checks shared by all nouns: which field is wrong, and why, in words for people.

use std::fmt;

/// One field that cannot be accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field, as the client wrote it (`alternate_greetings.2`).
    pub field: String,
    /// What is wrong, as a sentence without the value.
    pub message: String,
}

impl FieldError {
    /// An error of `field`.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

impl std::error::Error for FieldError {}

/// A line of text for people: trimmed, 1 to `max` characters, no control characters.
///
/// # Errors
/// When it is empty, too long or not a single line.
pub fn line(field: &str, text: &str, max: usize) -> Result<String, FieldError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(FieldError::new(field, "must not be empty"));
    }
    optional_line(field, text, max)
}

/// Like [`line`], but may be empty.
///
/// # Errors
/// When it is too long or not a single line.
pub fn optional_line(field: &str, text: &str, max: usize) -> Result<String, FieldError> {
    let text = text.trim();
    if text.chars().any(char::is_control) {
        return Err(FieldError::new(field, "must be a single line without control characters"));
    }
    at_most(field, text, max)?;
    Ok(text.to_owned())
}

/// A longer text, kept as it is: 0 to `max` characters; line breaks and tabs are its only control characters.
///
/// # Errors
/// When it is too long or holds other control characters.
pub fn text(field: &str, text: &str, max: usize) -> Result<String, FieldError> {
    at_most(field, text, max)?;
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(FieldError::new(field, "must not contain control characters"));
    }
    Ok(text.to_owned())
}

/// Like [`text`], but with something in it besides white space.
///
/// # Errors
/// When it is empty, too long or holds control characters.
pub fn required_text(field: &str, value: &str, max: usize) -> Result<String, FieldError> {
    if value.trim().is_empty() {
        return Err(FieldError::new(field, "must not be empty"));
    }
    text(field, value, max)
}

fn at_most(field: &str, text: &str, max: usize) -> Result<(), FieldError> {
    // Bytes are never fewer than characters: most texts need no count.
    if text.len() > max && text.chars().count() > max {
        return Err(FieldError::new(field, format!("must have at most {max} characters")));
    }
    Ok(())
}
