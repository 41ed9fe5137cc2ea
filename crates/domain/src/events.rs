//! What happens in a session, in order: each event has a place (`seq`), without gaps.
//!
//! The store keeps kind and ids only. What an event says is read from the messages as they are when it is told, so a
//! deleted text is in no log, and whoever replays old events ends at the present state.

use time::OffsetDateTime;

use crate::chats::{Message, Session};
use crate::ids::{MessageId, SessionId};

closed_set! {
    /// The kinds of events, as they stand in the store.
    pub enum EventKind {
        /// A person's message was taken; its reply is queued.
        MessageAccepted = "message_accepted",
        /// A reply was queued without a new message: regenerate, continue.
        ReplyQueued = "reply_queued",
        /// A reply begins.
        ReplyStarted = "reply_started",
        /// A reply is there, whole or stopped.
        ReplyCompleted = "reply_completed",
        /// A reply ended with a failure.
        ReplyFailed = "reply_failed",
        /// A text was changed.
        MessageEdited = "message_edited",
        /// A message and all below it are gone.
        MessageDeleted = "message_deleted",
        /// Title, leaf, settings.
        SessionUpdated = "session_updated",
        /// The session is gone.
        SessionDeleted = "session_deleted",
    }
}

/// One event of a session.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionEvent {
    /// Where.
    pub session_id: SessionId,
    /// Its place.
    pub seq: u64,
    /// When.
    pub at: OffsetDateTime,
    /// What.
    pub body: EventBody,
}

/// What an event tells.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "events are told one by one, and shared behind a pointer")]
pub enum EventBody {
    /// A person's message was taken.
    MessageAccepted {
        /// The message.
        message: Message,
        /// The first reply that was queued for it, if any was.
        reply: Option<Message>,
    },
    /// A reply was queued.
    ReplyQueued {
        /// The reply.
        reply: Message,
    },
    /// A reply begins.
    ReplyStarted {
        /// The reply; its content is what it begins with.
        reply: Message,
    },
    /// A reply is there.
    ReplyCompleted {
        /// The reply.
        reply: Message,
    },
    /// A reply failed.
    ReplyFailed {
        /// The reply.
        reply: Message,
    },
    /// A text was changed.
    MessageEdited {
        /// The message as it is now.
        message: Message,
    },
    /// A message and all below it are gone.
    MessageDeleted {
        /// The topmost of the deleted.
        message_id: MessageId,
        /// The leaf now in view.
        leaf_id: Option<MessageId>,
    },
    /// Title, leaf or settings changed.
    SessionUpdated {
        /// The session as it is now.
        session: Session,
    },
    /// The session is gone.
    SessionDeleted,
}
