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

/// What a text must be like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextForm {
    /// As [`line`] has it.
    Line,
    /// As [`optional_line`] has it.
    OptionalLine,
    /// As [`text`] has it.
    Text,
    /// As [`required_text`] has it.
    RequiredText,
}

/// What is wrong with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextFault {
    /// There is nothing in it.
    Empty,
    /// It has more characters than this.
    TooLong(usize),
    /// It is no single line without control characters.
    NotOneLine,
    /// It holds control characters.
    ControlCharacters,
}

impl fmt::Display for TextFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("must not be empty"),
            Self::TooLong(max) => write!(f, "must have at most {max} characters"),
            Self::NotOneLine => f.write_str("must be a single line without control characters"),
            Self::ControlCharacters => f.write_str("must not contain control characters"),
        }
    }
}

impl TextForm {
    /// The text in this form, of at most `max` characters.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn take(self, text: &str, max: usize) -> Result<String, TextFault> {
        let is_line = matches!(self, Self::Line | Self::OptionalLine);
        let text = if is_line { text.trim() } else { text };
        if matches!(self, Self::Line | Self::RequiredText) && text.trim().is_empty() {
            return Err(TextFault::Empty);
        }
        // Bytes are never fewer than characters: most texts need no count.
        if text.len() > max && text.chars().count() > max {
            return Err(TextFault::TooLong(max));
        }
        if is_line && text.chars().any(char::is_control) {
            return Err(TextFault::NotOneLine);
        }
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return Err(TextFault::ControlCharacters);
        }
        Ok(text.to_owned())
    }

    fn of(self, field: &str, text: &str, max: usize) -> Result<String, FieldError> {
        self.take(text, max).map_err(|fault| FieldError::new(field, fault.to_string()))
    }
}

/// A line of text for people: trimmed, 1 to `max` characters, no control characters.
///
/// # Errors
/// When it is empty, too long or not a single line.
pub fn line(field: &str, text: &str, max: usize) -> Result<String, FieldError> {
    TextForm::Line.of(field, text, max)
}

/// Like [`line`], but may be empty.
///
/// # Errors
/// When it is too long or not a single line.
pub fn optional_line(field: &str, text: &str, max: usize) -> Result<String, FieldError> {
    TextForm::OptionalLine.of(field, text, max)
}

/// A longer text, kept as it is: 0 to `max` characters; line breaks and tabs are its only control characters.
///
/// # Errors
/// When it is too long or holds other control characters.
pub fn text(field: &str, text: &str, max: usize) -> Result<String, FieldError> {
    TextForm::Text.of(field, text, max)
}

/// Like [`text`], but with something in it besides white space.
///
/// # Errors
/// When it is empty, too long or holds control characters.
pub fn required_text(field: &str, value: &str, max: usize) -> Result<String, FieldError> {
    TextForm::RequiredText.of(field, value, max)
}
