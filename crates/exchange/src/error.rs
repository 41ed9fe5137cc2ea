//! Why a file was not taken: what, and where. Never with a text from the file.

use std::fmt;

/// What is wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// It is none of the formats that are known.
    Unrecognised,
    /// It is a file of a known format without anything of ours in it.
    Empty,
    /// It, or a part of it, is larger than is taken.
    TooLarge,
    /// It has more parts than are taken.
    TooMany,
    /// It is nested deeper than is taken.
    TooDeep,
    /// It unpacks to far more than it is.
    Bomb,
    /// It ends early, or lies about its own lengths.
    Broken,
    /// A checksum does not fit.
    Checksum,
    /// A path leads out of the archive.
    UnsafePath,
    /// It uses something that is not supported, such as encryption.
    Unsupported,
    /// It is not text where text should be.
    NotText,
    /// It is not JSON where JSON should be.
    NotJson,
    /// It is JSON of another form.
    Form,
}

/// A file that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeError {
    /// What is wrong.
    pub fault: Fault,
    /// Where: a chunk, an entry, a line, a field. Empty for the whole file.
    pub place: String,
    /// What is wrong, as the rest of a sentence about the place.
    pub message: String,
}

impl ExchangeError {
    pub(crate) fn new(fault: Fault, place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { fault, place: place.into(), message: message.into() }
    }

    /// The same, further out: `place` is put before the place.
    pub(crate) fn within(mut self, place: &str) -> Self {
        self.place = if self.place.is_empty() { place.to_owned() } else { format!("{place}, {}", self.place) };
        self
    }
}

impl fmt::Display for ExchangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.place.is_empty() {
            write!(f, "{}", self.message)
        } else {
            write!(f, "{}: {}", self.place, self.message)
        }
    }
}

impl std::error::Error for ExchangeError {}

pub(crate) type ExchangeResult<T> = Result<T, ExchangeError>;
