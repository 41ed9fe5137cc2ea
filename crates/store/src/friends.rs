//! Friends, and those who would be.

use async_trait::async_trait;
use domain::friends::{Asked, Parted, RequestDirection};
use domain::ids::UserId;
use domain::pages::{Page, PageRequest};
use domain::profiles::ListedPerson;
use time::{Date, OffsetDateTime};

use crate::StoreResult;

/// Somebody whom a person may know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acquaintance {
    /// Who.
    pub user: UserId,
    /// Friends in common, among those looked at.
    pub common_friends: u64,
    /// Characters both follow, among those looked at.
    pub common_characters: u64,
}

/// Knows who hears of a person. It serves nodes: whether there is anything to hear is for `domain::privacy` to say.
#[async_trait]
pub trait CircleStore: Send + Sync {
    /// All friends of a person who have not muted them, in no order; there are [`domain::limits::FRIENDS`] at most.
    async fn circle(&self, user: UserId) -> StoreResult<Vec<UserId>>;
}

/// Keeps friendships and the requests that lead to them. Of all that changes, the two people are held, so that what both do at once
/// happens one after the other.
#[async_trait]
pub trait FriendStore: Send + Sync {
    /// Asks for a friendship; when the other has asked as well, they are friends. Whoever was declined waits like everybody.
    /// `NotFound` across a block. Conflicts: `TooManyFriends`, `TooManyRequests`.
    async fn ask_friend(&self, user: UserId, other: UserId, now: OffsetDateTime) -> StoreResult<Asked>;
    /// Says yes to a request; once more is no news. `NotFound` when there is none. Conflict: `TooManyFriends`.
    async fn accept_friend(&self, user: UserId, other: UserId, now: OffsetDateTime) -> StoreResult<Asked>;
    /// Ends what there is: a friendship, or a request of either. The one who was declined does not learn of it.
    async fn part_friends(&self, user: UserId, other: UserId) -> StoreResult<Parted>;
    /// The friends of `of` whom the viewer sees, the newest first. A page may be short though there are more.
    async fn page_friends(
        &self,
        viewer: UserId,
        of: UserId,
        page: &PageRequest,
        today: Date,
    ) -> StoreResult<Page<ListedPerson>>;
    /// One's requests that wait, the newest first.
    async fn page_requests(
        &self,
        user: UserId,
        direction: RequestDirection,
        page: &PageRequest,
        today: Date,
    ) -> StoreResult<Page<ListedPerson>>;
    /// Up to `limit` people who are friends of friends or follow the same characters, those with most in common first: no
    /// friends, and none who was asked by either. As many are looked at as can be within a bound.
    async fn acquaintances(&self, user: UserId, limit: u32) -> StoreResult<Vec<Acquaintance>>;
}
