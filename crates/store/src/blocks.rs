//! Blocks and mutes.

use async_trait::async_trait;
use domain::blocks::Shunning;
use domain::ids::UserId;
use domain::pages::{Page, PageRequest};
use domain::profiles::ListedPerson;
use time::{Date, OffsetDateTime};

use crate::StoreResult;

/// Keeps people apart.
#[async_trait]
pub trait BlockStore: Send + Sync {
    /// Blocks or mutes somebody; whether that is news. A block ends friendship, requests and follows of the two, both ways.
    /// Conflict: `TooManyBlocks`.
    async fn shun(&self, user: UserId, other: UserId, how: Shunning, now: OffsetDateTime) -> StoreResult<bool>;
    /// Ends it; whether there was any.
    async fn unshun(&self, user: UserId, other: UserId, how: Shunning) -> StoreResult<bool>;
    /// Whom one blocks or mutes, the newest first.
    async fn page_shunned(
        &self,
        user: UserId,
        how: Shunning,
        page: &PageRequest,
        today: Date,
    ) -> StoreResult<Page<ListedPerson>>;
}
