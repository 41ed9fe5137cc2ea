//! What was said: read along the tree, never as a whole.

use async_trait::async_trait;
use domain::chats::{History, HistoryAnchor, Message};
use domain::ids::{MessageId, SessionId, UserId};
use domain::traces::ReplyTrace;
use time::OffsetDateTime;

use crate::StoreResult;

/// A text that a message had before an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// Its number; the first text is 0.
    pub revision: u32,
    /// The text.
    pub content: String,
    /// When it was replaced.
    pub replaced_at: OffsetDateTime,
}

/// Reads messages. The content of a reply that is being written is what has been saved of it so far.
#[async_trait]
pub trait HistoryStore: Send + Sync {
    /// A stretch of at most `limit` messages of the way to the leaf. An anchor that is not on that way, or not in the
    /// session, is `NotFound`.
    async fn history(
        &self,
        owner: UserId,
        session: SessionId,
        anchor: HistoryAnchor,
        limit: u32,
    ) -> StoreResult<History>;
    /// One message.
    async fn find_message(&self, owner: UserId, id: MessageId) -> StoreResult<Option<Message>>;
    /// The way to `message`, itself included: its last `limit` messages, oldest first. For the prompt.
    async fn ancestry(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        limit: u32,
    ) -> StoreResult<Vec<Message>>;
    /// All messages of a session that stand and have ended, in view or not, in the order of their ids; none
    /// of a session that is not there.
    async fn tree(&self, owner: UserId, session: SessionId) -> StoreResult<Vec<MessageId>>;
    /// Those of these that stand in a session, in the order of their ids. Which siblings they have is not told.
    async fn messages_of(&self, owner: UserId, session: SessionId, ids: &[MessageId]) -> StoreResult<Vec<Message>>;
    /// The texts a message had before, oldest first.
    async fn revisions(&self, owner: UserId, id: MessageId) -> StoreResult<Vec<Revision>>;
    /// What a reply was made from; `None` where that was not kept. `NotFound` when there is no such message.
    async fn trace(&self, owner: UserId, id: MessageId) -> StoreResult<Option<ReplyTrace>>;
}
