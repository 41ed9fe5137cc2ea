//! What people do to the tree of messages. Every method appends one event to its session, in the same transaction.

use async_trait::async_trait;
use domain::chats::RegenerateMode;
use domain::events::SessionEvent;
use domain::ids::{CharacterId, MessageId, SessionId, UserId};
use domain::speaking::SpeakingReason;
use time::OffsetDateTime;

use crate::StoreResult;
use crate::turns::Finish;

/// A reply to queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewReply {
    /// Its id, if it is new.
    pub id: MessageId,
    /// Who speaks, where several could.
    pub author: Option<CharacterId>,
    /// Why she does.
    pub reason: Option<SpeakingReason>,
}

impl NewReply {
    /// A reply of the session's one character.
    #[must_use]
    pub fn of_the_character(id: MessageId) -> Self {
        Self { id, author: None, reason: None }
    }
}

/// A message to take, with the replies to queue for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// Its id, if it is new.
    pub id: MessageId,
    /// Who says it, where several could.
    pub author: Option<UserId>,
    /// Its replies, if it is new: each hangs below the one before, so each reads what was said before it.
    pub replies: Vec<NewReply>,
    /// What it follows.
    pub parent: Parent,
    /// The client's id of it, unique in the session, or among what its author says there.
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

/// Where a reply is queued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Queueing {
    /// Beside the reply, by the same character, or below the person's message.
    Again(RegenerateMode),
    /// Below the message, whoever said it.
    Next,
    /// The same, while the session's way ends there.
    Last,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Accepted {
    /// The event `MessageAccepted`: of now, or of the first time. It names the first reply.
    pub event: SessionEvent,
    /// The events `ReplyQueued` of the further replies, in their order; of now only.
    pub queued: Vec<SessionEvent>,
    /// Whether it had been taken before; then nothing was changed.
    pub repeated: bool,
}

/// Changes the tree.
#[async_trait]
pub trait ChatStore: Send + Sync {
    /// Takes a person's message, makes its queued replies, and moves the leaf to the last of them. With a client id that
    /// was taken before, answers with the first outcome, whatever else is said. Conflicts: `TooManyQueued`,
    /// `TooManySiblings`, `MessageDeleted`.
    async fn accept_message(
        &self,
        owner: UserId,
        session: SessionId,
        message: &NewMessage,
        now: OffsetDateTime,
    ) -> StoreResult<Accepted>;
    /// Queues another reply; the leaf moves to it. `Again` makes a sibling of the reply `message`, by the same author where
    /// `reply` names none, or a child of the person's message `message`; `Continue` begins with the text of `message`, which must
    /// be a reply. `Next` makes a child of `message`, and `Last` too, unless the leaf has moved: then it is `NotFound`. The event is `ReplyQueued`.
    /// Conflicts: `ReplyRunning` while `message` is queued or streaming, `NotAReply`, `TooManyQueued`, `TooManySiblings`.
    async fn queue_reply(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        how: Queueing,
        reply: NewReply,
        now: OffsetDateTime,
    ) -> StoreResult<SessionEvent>;
    /// Puts a reply that is written already below `message`, while the session's way ends there: queued and ended in one, so that
    /// nobody has to write it, and nobody can die over it. `written` is its end, before its turn (fence 0). The events are `ReplyQueued`
    /// and that of its end; none when it was there before, whatever became of it since. Otherwise as `queue_reply` with `Last`.
    async fn put_reply(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        written: &Finish,
        now: OffsetDateTime,
    ) -> StoreResult<Vec<SessionEvent>>;
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
    /// Takes a message back, and leaves what follows it: its text goes with its revisions, its place stays. Conflict:
    /// `ReplyRunning`. The event is `MessageEdited`.
    async fn retract_message(
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
