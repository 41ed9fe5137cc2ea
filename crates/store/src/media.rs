//! Images.

use async_trait::async_trait;
use domain::ids::MediaId;
use domain::media::Media;

use crate::StoreResult;

/// Reads images; they are written with what they belong to.
#[async_trait]
pub trait MediaStore: Send + Sync {
    /// The image with this id. Ids are not guessable, and avatars are shown to all who see their owner.
    async fn find_media(&self, id: MediaId) -> StoreResult<Option<Media>>;
}
