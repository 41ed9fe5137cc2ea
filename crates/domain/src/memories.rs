//! Memories: what a character knows of one person, where she knows it from, and since when.
//!
//! Everything here belongs to a [`Scope`], one person with one character; nothing is ever looked for across scopes.
//! Episodes are what was said, word for word. Facts and summaries are made from them by a model; notes are the person's own.
//! A newer fact ends the older one and nothing is overwritten, so that "what did I use to do?" has an answer.

use time::OffsetDateTime;

use crate::chats::{Author, Role};
use crate::ids::{CharacterId, MemoryId, MessageId, SessionId, UserId};
use crate::limits;
use crate::validation::{FieldError, required_text};

/// Whose memories: one person with one character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scope {
    /// The person.
    pub user: UserId,
    /// The character.
    pub character: CharacterId,
}

closed_set! {
    /// What a memory is.
    pub enum MemoryKind {
        /// What was said, word for word: a message, or a stretch of a long one.
        Episode = "episode",
        /// Something that is so, or was.
        Fact = "fact",
        /// What happened, told short.
        Summary = "summary",
        /// What the person wrote into the book.
        Note = "note",
    }
}

closed_set! {
    /// What a fact is about.
    pub enum FactSubject {
        /// The person.
        Person = "person",
        /// The two of them.
        Relationship = "relationship",
        /// The character: what she said of herself.
        Character = "character",
    }
}

closed_set! {
    /// How much a summary covers.
    pub enum SummaryScale {
        /// One session.
        Session = "session",
        /// All that was between the two.
        Story = "story",
    }
}

closed_set! {
    /// Why a memory no longer counts.
    pub enum EndReason {
        /// Something newer took its place: it was so until then.
        Superseded = "superseded",
        /// The person put it right: it never was so.
        Corrected = "corrected",
    }
}

/// How a memory ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ended {
    /// When.
    pub at: OffsetDateTime,
    /// Why.
    pub reason: EndReason,
    /// What took its place.
    pub by: MemoryId,
}

/// Where an episode stands in its session, so that its neighbours are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EpisodePlace {
    /// The depth of its message.
    pub depth: u32,
    /// Which stretch of the message it is; the first is 0.
    pub part: u32,
}

/// A memory.
#[derive(Debug, Clone, PartialEq)]
pub struct Memory {
    /// Its id.
    pub id: MemoryId,
    /// Whose it is.
    pub scope: Scope,
    /// What it is.
    pub kind: MemoryKind,
    /// What it is about; facts only.
    pub subject: Option<FactSubject>,
    /// How much it covers; summaries only.
    pub scale: Option<SummaryScale>,
    /// Who said it; episodes only.
    pub speaker: Option<Role>,
    /// Which of several said it. Only where a character of a group looks back on what was said there, of which nothing is kept
    /// but the chat log.
    pub author: Option<Author>,
    /// Where it stands in its session; episodes only.
    pub place: Option<EpisodePlace>,
    /// What is remembered.
    pub text: String,
    /// From 1, a trifle, to 5, what must not be forgotten.
    pub importance: u8,
    /// Always told to the character.
    pub pinned: bool,
    /// When it was said, or has been so since.
    pub happened_at: OffsetDateTime,
    /// When and why it no longer counts.
    pub ended: Option<Ended>,
    /// The session it was made from; `None` for notes and for the story.
    pub session_id: Option<SessionId>,
    /// The messages it was made from, in their order. For the story, the last message of each session in it.
    pub sources: Vec<MessageId>,
    /// The model that made it; `None` for what was said and for what the person wrote.
    pub model: Option<String>,
    /// When it was made.
    pub created_at: OffsetDateTime,
}

impl Memory {
    /// The messages that must still stand for this memory to hold. The last source is enough where all of them are of one
    /// session: whoever is in view has all above it in view.
    #[must_use]
    pub fn anchors(&self) -> &[MessageId] {
        match (self.scale, self.sources.split_last()) {
            (Some(SummaryScale::Story), _) | (_, None) => &self.sources,
            (_, Some((last, _))) => std::slice::from_ref(last),
        }
    }
}

/// Which memories a list shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MemoryFilter {
    /// Only these.
    pub kind: Option<MemoryKind>,
    /// Only those pinned, or only those not.
    pub pinned: Option<bool>,
    /// Also those that no longer count.
    pub ended: bool,
}

closed_set! {
    /// Whether a character learns facts and tells summaries, or why not.
    pub enum Learning {
        /// She does.
        On = "on",
        /// The model that speaks is too small to be trusted with it; what was said is remembered word for word.
        TinyModel = "tiny_model",
        /// The operator turned it off.
        Off = "off",
    }
}

/// How many importance grades there are; the lowest is 1.
pub const IMPORTANCE: std::ops::RangeInclusive<u8> = 1..=5;

/// What a person writes into the book.
///
/// # Errors
/// When it is blank, too long or holds control characters.
pub fn memory_text(text: &str) -> Result<String, FieldError> {
    required_text("text", text, limits::MEMORY)
}

/// A grade.
///
/// # Errors
/// When there is no such grade.
pub fn importance(grade: u8) -> Result<u8, FieldError> {
    if IMPORTANCE.contains(&grade) { Ok(grade) } else { Err(FieldError::new("importance", "must be from 1 to 5")) }
}

/// The longest episode in characters: about what an embedder reads in one go. Longer messages become several.
const STRETCH: usize = 600;

/// A message as episodes of bounded length, cut between sentences where that is possible, else between words, else anywhere.
#[must_use]
pub fn stretches(text: &str) -> Vec<&str> {
    let mut rest = text.trim();
    let mut stretches = Vec::new();
    while !rest.is_empty() {
        let (stretch, after) = rest.split_at(first_cut(rest));
        stretches.push(stretch.trim_end());
        rest = after.trim_start();
    }
    stretches
}

/// Where the first stretch of `text` ends, in bytes.
fn first_cut(text: &str) -> usize {
    let Some((limit, _)) = text.char_indices().nth(STRETCH) else { return text.len() };
    let window = text.get(..limit).unwrap_or(text);
    let after =
        |ends: fn(char) -> bool| window.char_indices().rev().find(|(_, c)| ends(*c)).map(|(at, c)| at + c.len_utf8());
    let sentence = after(|c| matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '\n'));
    // A stretch of a few words would stand for nothing.
    sentence
        .filter(|cut| *cut > limit / 4)
        .or_else(|| after(char::is_whitespace).filter(|cut| *cut > limit / 4))
        .unwrap_or(limit)
}

/// How much an episode weighs until somebody says otherwise: little when next to nothing is said, more where something is
/// asked to be remembered or promised.
#[must_use]
pub fn weight_of(text: &str) -> u8 {
    const KEEP: [&str; 14] = [
        "remember",
        "promise",
        "never forget",
        "don't forget",
        "swear",
        "secret",
        "my name is",
        "记住",
        "答应",
        "约定",
        "秘密",
        "覚えて",
        "約束",
        "忘れないで",
    ];
    let lower = text.to_lowercase();
    if KEEP.iter().any(|word| lower.contains(word)) {
        return 3;
    }
    // Han and Kana say in one character what takes a word elsewhere.
    let wide = text.chars().filter(|c| *c >= '\u{2e80}').count();
    if text.split_whitespace().count() + wide <= 2 { 1 } else { 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_messages_are_cut_between_sentences_and_nothing_is_lost() {
        assert_eq!(stretches("  Hi there.  "), ["Hi there."]);
        assert!(stretches(" \n ").is_empty());
        let sentence = "The sea was quiet that night and nobody spoke of it. ";
        let long = sentence.repeat(40);
        let cut = stretches(&long);
        assert!(cut.len() > 3);
        assert!(cut.iter().all(|stretch| stretch.chars().count() <= STRETCH && stretch.ends_with('.')));
        assert_eq!(cut.join(" "), long.trim());
        for unbroken in ["あ".repeat(2_000), "x".repeat(2_000), "🌸".repeat(1_500)] {
            assert_eq!(stretches(&unbroken).concat(), unbroken);
        }
    }

    #[test]
    fn promises_weigh_more_than_nods() {
        assert_eq!(weight_of("Ok."), 1);
        assert_eq!(weight_of("I went to the market with my sister."), 2);
        assert_eq!(weight_of("我今天去了东京"), 2);
        assert_eq!(weight_of("好"), 1);
        assert_eq!(weight_of("Remember: the 4th of May."), 3);
        assert_eq!(weight_of("約束だよ"), 3);
    }
}
