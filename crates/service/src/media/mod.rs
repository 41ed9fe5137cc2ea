//! Images: kept encoded anew, never as they came, and given to all who know their id.

mod images;

use domain::ids::MediaId;
use domain::media::Media;
use store::Stores;

use crate::{ServiceError, ServiceResult};

pub(crate) use images::Images;

/// The images of this server.
#[derive(Clone)]
pub struct MediaLibrary {
    stores: Stores,
}

impl MediaLibrary {
    /// A library over these stores.
    #[must_use]
    pub fn new(stores: Stores) -> Self {
        Self { stores }
    }

    /// An image.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get(&self, id: MediaId) -> ServiceResult<Media> {
        self.stores.media.find_media(id).await?.ok_or(ServiceError::NotFound)
    }
}
