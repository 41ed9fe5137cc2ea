//! Profiles: how people show themselves, and how they are found.
//!
//! Whoever reads names the viewer and the day: what comes back tells how the viewer stands to each person at their ages of that
//! day, and people whom the viewer must not see are not among those that are listed.

use async_trait::async_trait;
use domain::ids::UserId;
use domain::media::Media;
use domain::profiles::{PersonRef, ProfilePatch, SeenPerson, WholeProfile};
use time::Date;

use crate::StoreResult;

/// Keeps profiles.
#[async_trait]
pub trait ProfileStore: Send + Sync {
    /// One's own, which is made where there is none yet.
    async fn open_profile(&self, user: UserId, today: Date) -> StoreResult<WholeProfile>;
    /// Changes one's own. Conflict: `HandleTaken`.
    async fn update_profile(&self, user: UserId, patch: &ProfilePatch, today: Date) -> StoreResult<WholeProfile>;
    /// Puts a picture in the place of one's own, or none.
    async fn set_portrait(&self, user: UserId, picture: Option<&Media>, today: Date) -> StoreResult<WholeProfile>;
    /// Anybody's, whether the viewer may see it or not: what they may see is for the caller to ask it.
    async fn find_profile(&self, viewer: UserId, person: &PersonRef, today: Date) -> StoreResult<Option<WholeProfile>>;
    /// Up to `limit` people whose handle or name begins so, in lower case, and who can be found by the viewer: friends first,
    /// then by handle.
    async fn search_profiles(
        &self,
        viewer: UserId,
        prefix: &str,
        limit: u32,
        today: Date,
    ) -> StoreResult<Vec<SeenPerson>>;
    /// Those of these people whom the viewer sees, in the order given.
    async fn people(&self, viewer: UserId, ids: &[UserId], today: Date) -> StoreResult<Vec<SeenPerson>>;
}
