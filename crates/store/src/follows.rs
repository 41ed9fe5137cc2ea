//! Who follows whom, and which characters.

use async_trait::async_trait;
use domain::characters::Character;
use domain::follows::CharacterFollow;
use domain::ids::{CharacterId, UserId};
use domain::pages::{Page, PageRequest};
use domain::profiles::ListedPerson;
use time::{Date, OffsetDateTime};

use crate::StoreResult;

/// Which end of a follow is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FollowSide {
    /// Those who follow.
    Followers,
    /// Those who are followed.
    Following,
}

/// What came of following a character, or of doing so no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CharacterFollowSet {
    /// How the two stand now.
    pub stands: CharacterFollow,
    /// Whether they stood otherwise before.
    pub news: bool,
}

/// Keeps follows.
#[async_trait]
pub trait FollowStore: Send + Sync {
    /// Follows a person, or no more; whether that is news. `NotFound` across a block. Conflict: `TooManyFollows`.
    async fn set_follow(&self, user: UserId, other: UserId, follow: bool, now: OffsetDateTime) -> StoreResult<bool>;
    /// The followers of `of`, or those they follow, whom the viewer sees, the newest first. A page may be short though there
    /// are more.
    async fn page_follows(
        &self,
        viewer: UserId,
        of: UserId,
        side: FollowSide,
        page: &PageRequest,
        today: Date,
    ) -> StoreResult<Page<ListedPerson>>;
    /// Follows a character, or no more. `NotFound` when the person does not see her. Conflict: `TooManyFollows`.
    async fn set_character_follow(
        &self,
        user: UserId,
        character: CharacterId,
        follow: bool,
        now: OffsetDateTime,
    ) -> StoreResult<CharacterFollowSet>;
    /// How somebody stands to a character.
    async fn character_follow(&self, user: UserId, character: CharacterId) -> StoreResult<CharacterFollow>;
    /// The characters that `of` follows and the viewer finds, the newest first. A page may be short though there are more.
    async fn page_followed_characters(
        &self,
        viewer: UserId,
        of: UserId,
        page: &PageRequest,
    ) -> StoreResult<Page<Character>>;
}
