//! Images.

use async_trait::async_trait;
use domain::ids::{MediaId, UserId};
use domain::media::{ImageSize, Media};
use time::{Date, OffsetDateTime};

use crate::StoreResult;

/// Keeps images: pictures of people and characters, which are written with what they belong to, and those that people upload for
/// their moments.
#[async_trait]
pub trait MediaStore: Send + Sync {
    /// The image with this id, if it is for everybody who knows that: ids are not guessable, and pictures are shown to all who see
    /// whose they are.
    async fn find_media(&self, id: MediaId) -> StoreResult<Option<Media>>;
    /// The image with this id that was uploaded, if the viewer sees the moment in which it stands; until it stands in one, only
    /// its owner does.
    async fn find_upload(&self, viewer: UserId, id: MediaId, today: Date) -> StoreResult<Option<Media>>;
    /// Keeps an upload. Of those that stand in nothing yet, the oldest of its owner go.
    async fn keep_upload(&self, owner: UserId, image: &Media, size: ImageSize) -> StoreResult<()>;
    /// Forgets up to `limit` uploads from before `before` that stand in nothing; how many.
    async fn sweep_uploads(&self, before: OffsetDateTime, limit: u32) -> StoreResult<u64>;
}
