//! What people do to the tree of messages. Every method appends one event to its session, in the same transaction.

use async_trait::async_trait;
use domain::chats::RegenerateMode;
use domain::events::SessionEvent;
use domain::ids::{MessageId, SessionId, UserId};
use time::OffsetDateTime;

use crate::StoreResult;

/// A message to take, with the reply to queue for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// Its id, if it is new.
    pub id: MessageId,
    /// The id of its reply, if it is new.
    pub reply_id: MessageId,
    /// What it follows.
    pub parent: Parent,
    /// The client's id of it, unique in the session.
    pub client_message_id: String,
    /// What it says.
    pub content: String,
}

/// Where a message is hung.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parent {
    /// Below the session's leaf.
    Leaf,
    /// Below this message; `None` makes a root.
    Message(Option<MessageId>),
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// The event `MessageAccepted`: of now, or of the first time.
    pub event: SessionEvent,
    /// Whether it had been taken before; then nothing was changed.
    pub repeated: bool,
}

/// Changes the tree.
#[async_trait]
pub trait ChatStore: Send + Sync {
    /// Takes a person's message, makes its queued reply, and moves the leaf to that reply. With a client id that was
    /// taken before, answers with the first outcome, whatever else is said. Conflicts: `TooManyQueued`,
    /// `TooManySiblings`, `MessageDeleted`.
    async fn accept_message(
        &self,
        owner: UserId,
        session: SessionId,
        message: &NewMessage,
        now: OffsetDateTime,
    ) -> StoreResult<Accepted>;
    /// Queues another reply: a sibling of the reply `message`, or a child of the person's message `message`; the leaf
    /// moves to it. `Continue` begins with the text of `message`, which must be a reply. The event is `ReplyQueued`.
    /// Conflicts: `ReplyRunning` while `message` is queued or streaming, `NotAReply`, `TooManyQueued`, `TooManySiblings`.
    async fn queue_reply(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        mode: RegenerateMode,
        reply_id: MessageId,
        now: OffsetDateTime,
    ) -> StoreResult<SessionEvent>;
    /// Changes a text and keeps the one before as a revision. Conflict: `ReplyRunning`. The event is `MessageEdited`.
    async fn edit_message(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        content: &str,
        now: OffsetDateTime,
    ) -> StoreResult<SessionEvent>;
    /// Erases a message and all below it, with their revisions; replies being written there end without a trace. When the
    /// leaf was among them it moves to the newest sibling's end, else to the parent. The event is `MessageDeleted`.
    async fn delete_message(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        now: OffsetDateTime,
    ) -> StoreResult<SessionEvent>;
    /// Brings a message into view: the way to the leaf now leads through it, and on as it last did. The event is
    /// `SessionUpdated`.
    async fn select_message(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        now: OffsetDateTime,
    ) -> StoreResult<SessionEvent>;
}
