//! What is said and liked of moments. Whoever does not see the moment sees none of it, and can add nothing.

use async_trait::async_trait;
use domain::ids::{CommentId, MomentId, UserId};
use domain::moments::{NewComment, SeenComment};
use domain::pages::{Page, PageRequest};
use domain::profiles::ListedPerson;
use time::{Date, OffsetDateTime};

use crate::StoreResult;
use crate::jobs::Wanted;
use crate::moments::Kept;

/// How a moment is liked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Liked {
    /// Whether the person likes it.
    pub liked: bool,
    /// How many do.
    pub likes: u64,
    /// Whether that is news.
    pub news: bool,
}

/// Keeps what is said and liked of moments.
#[async_trait]
pub trait ResponseStore: Send + Sync {
    /// Likes a moment, or no more. `NotFound` when the person does not see it.
    async fn set_like(
        &self,
        user: UserId,
        moment: MomentId,
        like: bool,
        now: OffsetDateTime,
        today: Date,
    ) -> StoreResult<Liked>;
    /// Those who like a moment and whom the viewer sees, the newest first. `NotFound` when the viewer does not see it. A page may be
    /// short though there are more.
    async fn page_likes(
        &self,
        viewer: UserId,
        moment: MomentId,
        page: &PageRequest,
        today: Date,
    ) -> StoreResult<Page<ListedPerson>>;
    /// Keeps a comment, and what it calls for, in one step. `NotFound` when the person does not see the moment, or the comment it
    /// answers. Conflict: `TooManyComments`.
    async fn add_comment(
        &self,
        user: UserId,
        new: &NewComment,
        then: &[Wanted],
        today: Date,
    ) -> StoreResult<Kept<CommentId>>;
    /// The comments on a moment of those whom the viewer sees, the oldest first. `NotFound` when the viewer does not see the moment.
    /// A page may be short though there are more.
    async fn page_comments(
        &self,
        viewer: UserId,
        moment: MomentId,
        page: &PageRequest,
        today: Date,
    ) -> StoreResult<Page<SeenComment>>;
    /// A comment that the viewer sees.
    async fn find_comment(&self, viewer: UserId, id: CommentId, today: Date) -> StoreResult<Option<SeenComment>>;
    /// Deletes a comment with what answers it. `NotFound` unless `user` answers for it, or for the moment.
    async fn delete_comment(&self, user: UserId, moment: MomentId, id: CommentId) -> StoreResult<()>;
}
