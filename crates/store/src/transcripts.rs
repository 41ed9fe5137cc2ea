//! The chat log as memory reads it: what stands, in its order, without what screens need.

use async_trait::async_trait;
use domain::chats::{Author, Role};
use domain::ids::{MessageId, SessionId, UserId};
use domain::memories::Scope;
use time::OffsetDateTime;

use crate::StoreResult;

/// A session, as memory sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TranscriptHead {
    /// Whose it is.
    pub scope: Scope,
    /// The place of its newest event.
    pub seq: u64,
    /// When something was last said in it.
    pub last_message_at: OffsetDateTime,
}

/// A message in view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Its id.
    pub id: MessageId,
    /// How many messages stand above it.
    pub depth: u32,
    /// Who says it.
    pub role: Role,
    /// Which of several.
    pub author: Option<Author>,
    /// What it says.
    pub content: String,
    /// Whether nothing more will come.
    pub is_final: bool,
    /// When it was said.
    pub created_at: OffsetDateTime,
}

/// Reads the chat log.
#[async_trait]
pub trait TranscriptStore: Send + Sync {
    /// What is known of a session; `None` when it is gone, or when several share it: it is in nobody's memory.
    async fn transcript(&self, session: SessionId) -> StoreResult<Option<TranscriptHead>>;
    /// The messages in view from `depth` on, in their order, at most `limit`. The content of a reply that is being written
    /// may be missing.
    async fn said_from(&self, owner: UserId, session: SessionId, depth: u32, limit: u32) -> StoreResult<Vec<Said>>;
    /// The messages that lead to `message`, itself included: its last `limit`, oldest first. `NotFound` when it is not there.
    async fn said_before(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        limit: u32,
    ) -> StoreResult<Vec<Said>>;
    /// Those of these messages that the person still has and has in view.
    async fn standing(&self, owner: UserId, messages: &[MessageId]) -> StoreResult<Vec<MessageId>>;
}
