//! Macros in texts of characters and lorebooks: `{{char}}`, `{{random::a::b}}`, `{{if …}}…{{/if}}` and the rest of what cards use.
//!
//! Only what makers write is expanded, never what a person says: a name, a message or a persona that a macro puts in is not read again,
//! so nobody writes into the instructions by saying a macro. Chance comes from two seeds: one of the turn, for `random` and `roll`, and
//! one of the chat, for `pick`, which so stays what it is when a reply is made again. What is unknown stays as it is, and the
//! macros of one prompt are limited in number, depth and output.

mod chance;
mod expanding;
mod parsing;
mod times;

pub use times::spoken;
mod values;

use std::collections::BTreeMap;

use time::{Duration, OffsetDateTime};

use crate::ids::SessionId;

pub use expanding::{Expanded, Expander};

/// The two names.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    /// The character's.
    pub char: &'a str,
    /// The person's.
    pub user: &'a str,
}

/// Where chance comes from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Seeds {
    /// Another for each reply.
    pub turn: u64,
    /// The same for a whole chat.
    pub chat: u64,
}

/// What macros stand for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Env<'a> {
    /// The character's name.
    pub char: &'a str,
    /// The person's name.
    pub user: &'a str,
    /// The names of the others in a group; empty where the two are alone.
    pub company: &'a [String],
    /// Texts of the character's maker, in which macros are expanded.
    pub card: CardTexts<'a>,
    /// What the person says of themselves, as it is.
    pub persona: &'a str,
    /// What was said last, as it is.
    pub last: LastSaid<'a>,
    /// The model's name.
    pub model: &'a str,
    /// How many tokens a prompt may have.
    pub max_prompt: u32,
    /// What time it is for the person; `None`: the character does not know.
    pub now: Option<OffsetDateTime>,
    /// How long nothing was said before.
    pub idle: Option<Duration>,
    /// What `{{original}}` stands for.
    pub original: Option<&'a str>,
    /// What stands at the outlets of lorebooks.
    pub outlets: Option<&'a BTreeMap<String, String>>,
    /// Where chance comes from.
    pub seeds: Seeds,
}

/// Texts of a character.
#[derive(Debug, Clone, Copy, Default)]
pub struct CardTexts<'a> {
    /// Who she is.
    pub description: &'a str,
    /// What she is like.
    pub personality: &'a str,
    /// Where the two meet.
    pub scenario: &'a str,
    /// How she talks.
    pub examples: &'a str,
    /// Her first message.
    pub first_message: &'a str,
}

/// What was said last.
#[derive(Debug, Clone, Copy, Default)]
pub struct LastSaid<'a> {
    /// By anybody.
    pub message: &'a str,
    /// By the person.
    pub by_user: &'a str,
    /// By the character.
    pub by_char: &'a str,
}

impl<'a> From<Names<'a>> for Env<'a> {
    fn from(names: Names<'a>) -> Self {
        Self { char: names.char, user: names.user, ..Self::default() }
    }
}

/// `text` with its macros replaced, where only the names are known.
#[must_use]
pub fn expand(text: &str, names: Names<'_>) -> String {
    Expander::new(names.into()).expand(text).text
}

/// A greeting, as it stands in a session: chance in it is that of the session, so that it is known again.
#[must_use]
pub fn expand_greeting(text: &str, names: Names<'_>, session: SessionId) -> String {
    // The low half of a UUIDv7 is random.
    let seed = session.0.as_u64_pair().1;
    Expander::new(Env { seeds: Seeds { turn: seed, chat: seed }, ..names.into() }).expand(text).text
}

/// A text where only the names are known, with `{{original}}` replaced by `original`.
#[must_use]
pub fn expand_over(text: &str, original: &str, names: Names<'_>) -> String {
    Expander::new(Env { original: Some(original), ..names.into() }).expand(text).text
}

/// Whether a text may hold macros.
#[must_use]
pub fn has_macros(text: &str) -> bool {
    text.contains("{{") || parsing::OLD_NAMES.iter().any(|(name, _)| find_old(text, name))
}

fn find_old(text: &str, name: &str) -> bool {
    text.match_indices('<')
        .any(|(at, _)| text.get(at..at + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)))
}

#[cfg(test)]
mod tests;
