//! Moments: posted once, shown to those whom they are for, newest first.
//!
//! Whoever reads names the viewer and the day: whether they see a moment is decided by `domain::privacy` on how they stand to its
//! author at their ages of that day.

use async_trait::async_trait;
use domain::chats::Author;
use domain::ids::{MomentId, UserId};
use domain::moments::{MomentPatch, NewMoment, SeenMoment};
use domain::pages::{Page, PageRequest};
use time::{Date, OffsetDateTime};

use crate::StoreResult;
use crate::jobs::Wanted;

/// What became of something that was named by its author.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept<I> {
    /// The one that counts: the first of its name.
    pub id: I,
    /// Whether it was there before.
    pub repeated: bool,
}

/// Keeps moments.
#[async_trait]
pub trait MomentStore: Send + Sync {
    /// Posts a moment with its images, and what it calls for, in one step. `NotFound` when the character is not the sender's.
    /// Conflicts: `ImageUnavailable`, `MomentDeleted`.
    async fn post_moment(&self, new: &NewMoment, then: &[Wanted]) -> StoreResult<Kept<MomentId>>;
    /// A moment that the viewer sees.
    async fn find_moment(&self, viewer: UserId, id: MomentId, today: Date) -> StoreResult<Option<SeenMoment>>;
    /// The moments of an author that the viewer sees, the newest first.
    async fn page_moments(
        &self,
        viewer: UserId,
        author: Author,
        page: &PageRequest,
        today: Date,
    ) -> StoreResult<Page<SeenMoment>>;
    /// One's own moments, and those of friends and of whom one follows, as far as one sees them, the newest first. Whom one has
    /// muted is left out. A page may be short though there are more.
    async fn page_feed(&self, viewer: UserId, page: &PageRequest, today: Date) -> StoreResult<Page<SeenMoment>>;
    /// Changes a moment that `user` answers for, and wants what that calls for, in one step.
    async fn update_moment(
        &self,
        user: UserId,
        id: MomentId,
        patch: &MomentPatch,
        then: &[Wanted],
        now: OffsetDateTime,
    ) -> StoreResult<()>;
    /// Deletes a moment that `user` answers for, with its images, what is liked and said of it, and what was told of that.
    async fn delete_moment(&self, user: UserId, id: MomentId) -> StoreResult<()>;
}
