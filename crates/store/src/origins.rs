//! What other programs said of chats that nobody here knows. Kept beside the sessions in the relational store, wherever the chat log
//! is; what is said of a message goes with its words.

use async_trait::async_trait;
use domain::ids::{SessionId, UserId};
use domain::imports::ChatOrigin;

use crate::StoreResult;

/// Keeps where chats came from.
#[async_trait]
pub trait OriginStore: Send + Sync {
    /// Keeps it of a person's session that is there, once. `NotFound` when it is not.
    async fn keep_origin(&self, owner: UserId, session: SessionId, origin: &ChatOrigin) -> StoreResult<()>;
    /// Where a person's session came from, if from anywhere; messages in no order.
    async fn find_origin(&self, owner: UserId, session: SessionId) -> StoreResult<Option<ChatOrigin>>;
}
