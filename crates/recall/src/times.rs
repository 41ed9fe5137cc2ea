//! Which time a question asks about, and how long ago something was.
//!
//! English, Chinese and Japanese, and the commonest words of Korean. Days begin at midnight in the offset of `now`, weeks
//! on Monday, seasons are those of the northern hemisphere, and a month without a year is the last one that has begun.

mod ago;
mod calendar;
mod dense;
mod english;

use time::OffsetDateTime;

pub use ago::ago;

use calendar::Calendar;

/// How many characters of a question are read for times.
const TEXT: usize = 4_000;
/// How many times one question asks about at most.
const SPANS: usize = 8;

/// A stretch of time, without its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Its first moment.
    pub from: OffsetDateTime,
    /// The first moment after it.
    pub to: OffsetDateTime,
}

/// The times a text asks about, in their order, each once.
#[must_use]
pub fn spans(text: &str, now: OffsetDateTime) -> Vec<Span> {
    let calendar = Calendar::new(now);
    let lower: String = text.chars().take(TEXT).flat_map(char::to_lowercase).collect();
    let mut spans = english::spans(&lower, calendar);
    if !lower.is_ascii() {
        spans.extend(dense::spans(&lower, calendar));
    }
    let mut each: Vec<Span> = Vec::new();
    for span in spans {
        if !each.contains(&span) && each.len() < SPANS {
            each.push(span);
        }
    }
    each
}

#[cfg(test)]
mod tests;
