//! Chats: sessions, and the tree of messages in each.
//!
//! A message points at its parent. Messages with the same parent are siblings (swipes). Each message remembers which
//! child was last in view (`active child`), so a session's way from the root to its one leaf can be walked both ways.
//! A character's message is made, empty and queued, together with the message it answers: so it has a place in the tree
//! before a word of it is known, and whatever is sent meanwhile hangs below it.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::ids::{CharacterId, MessageId, SessionId, UserId};
use crate::limits;
use crate::memories::Scope;
use crate::models::{FinishReason, TokenUsage};
use crate::sampling::Sampling;
use crate::speaking::SpeakingReason;
use crate::validation::FieldError;

closed_set! {
    /// Who says a message.
    pub enum Role {
        /// The person.
        User = "user",
        /// The character.
        Character = "character",
    }
}

/// Who said a message, where several could have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Author {
    /// A person.
    Person(UserId),
    /// A character.
    Character(CharacterId),
}

impl Author {
    /// The author with this id of a message in this role.
    #[must_use]
    pub fn of(role: Role, id: Uuid) -> Self {
        match role {
            Role::User => Self::Person(UserId(id)),
            Role::Character => Self::Character(CharacterId(id)),
        }
    }

    /// The id alone.
    #[must_use]
    pub fn uuid(self) -> Uuid {
        match self {
            Self::Person(user) => user.0,
            Self::Character(character) => character.0,
        }
    }
}

closed_set! {
    /// How far a message has come.
    pub enum MessageStatus {
        /// A reply that waits for its turn.
        Queued = "queued",
        /// A reply that is being written.
        Streaming = "streaming",
        /// Said.
        Complete = "complete",
        /// A reply that the person stopped; what was written stays.
        Stopped = "stopped",
        /// A reply that could not be finished; what was written stays.
        Failed = "failed",
    }
}

impl MessageStatus {
    /// Whether nothing more will come.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Complete | Self::Stopped | Self::Failed)
    }
}

closed_set! {
    /// Why a reply could not be finished; each tells the person what can be done.
    pub enum FailureCode {
        /// The server that made it went away; regenerate.
        Interrupted = "interrupted",
        /// The model cannot be reached or answers with errors; try later.
        ModelUnavailable = "model_unavailable",
        /// The model took too long; try again.
        ModelTimeout = "model_timeout",
        /// The model takes no more requests now; try later.
        ModelBusy = "model_busy",
        /// The provider does not accept the key; the operator must act.
        ModelCredentials = "model_credentials",
        /// There is no such model; choose another.
        ModelUnknown = "model_unknown",
        /// The provider's quota is used up; the operator must act.
        ModelQuota = "model_quota",
        /// The provider refuses this content; change the message.
        ContentRefused = "content_refused",
        /// Character and message do not fit the model; shorten them.
        ContextTooLong = "context_too_long",
        /// A fault of this server; try again.
        Internal = "internal",
    }
}

impl FailureCode {
    /// Whether the same request may succeed later.
    #[must_use]
    pub fn retryable(self) -> bool {
        matches!(
            self,
            Self::Interrupted | Self::ModelUnavailable | Self::ModelTimeout | Self::ModelBusy | Self::Internal
        )
    }
}

/// A chat: of one person with one character, or of several (see [`crate::groups`]).
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Under whom it is kept. In a session of several that gives no rights: its members have them.
    pub owner: UserId,
    /// Who answers; `None` where several can, or nobody. What is remembered is kept by person and character, so such a session
    /// has no place in anybody's memory.
    pub character_id: Option<CharacterId>,
    /// Its title; empty until somebody names it.
    pub title: String,
    /// Kept at the top of the list.
    pub pinned: bool,
    /// Out of the list.
    pub archived: bool,
    /// The model that answers here; `None` is the character's, else the server's.
    pub model: Option<String>,
    /// How words are chosen here.
    pub sampling: Sampling,
    /// The last message in view; `None` in an empty session.
    pub leaf_id: Option<MessageId>,
    /// The place of the newest event; grows by one with each.
    pub seq: u64,
    /// When it began.
    pub created_at: OffsetDateTime,
    /// When something was last said in it; lists are in this order.
    pub last_message_at: OffsetDateTime,
}

impl Session {
    /// Whose memory it is in; that of one that several share is nobody's.
    #[must_use]
    pub fn scope(&self) -> Option<Scope> {
        Some(Scope { user: self.owner, character: self.character_id? })
    }
}

/// What a person changes about a session; `None` leaves as is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SessionPatch {
    /// A new title.
    pub title: Option<String>,
    /// Keep at the top or not.
    pub pinned: Option<bool>,
    /// Put away or take back.
    pub archived: Option<bool>,
    /// Another model, or `Some(None)` for the default.
    pub model: Option<Option<String>>,
    /// Other sampling.
    pub sampling: Option<Sampling>,
    /// Under whom it is kept from now on.
    pub owner: Option<UserId>,
}

/// Which sessions are wanted in a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SessionFilter {
    /// Those put away instead of the others.
    pub archived: bool,
    /// Only those with this character.
    pub character_id: Option<CharacterId>,
}

/// A message: a node in the tree of a session.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// Where it was said.
    pub session_id: SessionId,
    /// What it follows; `None` for a greeting.
    pub parent_id: Option<MessageId>,
    /// How many messages stand above it.
    pub depth: u32,
    /// Who says it.
    pub role: Role,
    /// Which of several; `None` is the session's person or character.
    pub author: Option<Author>,
    /// Why this character speaks, where several could.
    pub reason: Option<SpeakingReason>,
    /// What it says, as far as it is written.
    pub content: String,
    /// How far it has come.
    pub status: MessageStatus,
    /// Why it failed.
    pub failure: Option<FailureCode>,
    /// The id the client gave it.
    pub client_message_id: Option<String>,
    /// The model that wrote it.
    pub model: Option<String>,
    /// Why the model ended.
    pub finish_reason: Option<FinishReason>,
    /// What it cost.
    pub usage: Option<TokenUsage>,
    /// How often it was edited.
    pub revision: u32,
    /// The place of the event that told it whole; `None` while it is written.
    pub place: Option<u64>,
    /// It and its siblings, oldest first.
    pub siblings: Vec<MessageId>,
    /// Whether it is kept from the model: it is shown, and stands in no prompt and no memory. So are rows of imported chats that
    /// were hidden where they came from.
    pub hidden: bool,
    /// When it was said.
    pub created_at: OffsetDateTime,
    /// When it was last edited.
    pub edited_at: Option<OffsetDateTime>,
}

/// Which way a history is read from its anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryAnchor {
    /// The newest messages on the way to the leaf.
    Newest,
    /// Those above this message, the nearest first in time order.
    Before(MessageId),
    /// Those below this message on the way to the leaf.
    After(MessageId),
}

/// A stretch of the way from the root to the leaf, oldest first.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// The messages.
    pub messages: Vec<Message>,
    /// Whether there are older ones.
    pub has_before: bool,
    /// Whether there are newer ones.
    pub has_after: bool,
    /// The session's newest event when this was read: resume from here.
    pub seq: u64,
}

closed_set! {
    /// How a reply is made again.
    pub enum RegenerateMode {
        /// From nothing, as a new sibling.
        New = "new",
        /// A new sibling that begins with what is written and goes on.
        Continue = "continue",
    }
}

/// What a person may say.
///
/// # Errors
/// When it is blank, too long or holds control characters.
pub fn message_content(text: &str) -> Result<String, FieldError> {
    crate::validation::required_text("content", text, limits::MESSAGE)
}

/// A client's own id of a message: 1 to 64 printable ASCII characters.
///
/// # Errors
/// When it has another form.
pub fn client_message_id(text: &str) -> Result<String, FieldError> {
    if text.is_empty() || text.len() > limits::CLIENT_MESSAGE_ID_BYTES || !text.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(FieldError::new("client_message_id", "must be 1 to 64 printable ASCII characters"));
    }
    Ok(text.to_owned())
}

impl Message {
    /// Whether its words were taken back, or from it: nobody changes a text to nothing.
    #[must_use]
    pub fn is_retracted(&self) -> bool {
        self.content.is_empty() && self.edited_at.is_some()
    }
}

/// The length of a text in UTF-16 code units, the unit of every offset on the wire (what `length` is in JavaScript and Dart).
#[must_use]
pub fn utf16_len(text: &str) -> u64 {
    // ASCII, the usual case, has one unit a byte.
    if text.is_ascii() { text.len() as u64 } else { text.chars().map(|c| c.len_utf16() as u64).sum() }
}

/// The byte index of UTF-16 `offset` in `text`, moved back to a character's start; the text's length when beyond it.
#[must_use]
pub fn utf16_to_byte(text: &str, offset: u64) -> usize {
    let mut units = 0;
    for (index, c) in text.char_indices() {
        if units + c.len_utf16() as u64 > offset {
            return index;
        }
        units += c.len_utf16() as u64;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_count_utf16_units_and_never_split_a_character() {
        let text = "aé漢🌸z";
        assert_eq!(utf16_len(text), 6);
        let cut: Vec<&str> = (0..=7).map(|offset| text.get(utf16_to_byte(text, offset)..).unwrap()).collect();
        assert_eq!(cut, ["aé漢🌸z", "é漢🌸z", "漢🌸z", "🌸z", "🌸z", "z", "", ""]);
    }
}
