//! Places: how far sessions and replies have come, asked for many at once by a node that hears of others by the store alone.

use async_trait::async_trait;
use domain::chats::MessageStatus;
use domain::ids::{MessageId, SessionId, UserId};
use time::OffsetDateTime;

use crate::StoreResult;

/// How far a session has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Which.
    pub session_id: SessionId,
    /// Whose, or who is in it.
    pub owner: UserId,
    /// The place of its newest event.
    pub seq: u64,
}

/// How far a reply has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Which.
    pub reply_id: MessageId,
    /// What is saved of it.
    pub content: String,
    /// Whether it still waits, is being written, or has ended.
    pub status: MessageStatus,
}

/// Tells how far things have come. It serves nodes, not people: what it says is shown only to those who may read it.
#[async_trait]
pub trait PlaceStore: Send + Sync {
    /// The places of these sessions, without those that are gone.
    async fn places(&self, sessions: &[SessionId]) -> StoreResult<Vec<Place>>;
    /// The place of the session in which a message is, where several share it; of messages of one person's sessions nothing is
    /// told. Who may see the message is to be asked there.
    async fn place_of_shared(&self, message: MessageId) -> StoreResult<Option<Place>>;
    /// How much was said in each of these sessions after a place, by anybody; a few hundred are not told from more.
    async fn unread(&self, since: &[(SessionId, u64)]) -> StoreResult<Vec<(SessionId, u64)>>;
    /// The sessions of these people, or in which they are, not put away, in which something was said after `since`.
    async fn lately(&self, people: &[UserId], since: OffsetDateTime) -> StoreResult<Vec<Place>>;
    /// How far these replies are saved, without those that are gone.
    async fn written(&self, replies: &[MessageId]) -> StoreResult<Vec<Written>>;
}
