//! Images of an archive: each is drawn anew, and one that cannot be taken is named and left out, alone.

use domain::limits;
use domain::media::{ImageSize, Media};

use super::Coming;
use crate::takeout::Takeout;
use crate::{ServiceError, ServiceResult};

/// The form in which an image is kept.
pub(super) enum Form {
    /// The middle of it.
    Square,
    /// All of it.
    Whole,
}

impl Takeout {
    /// An image, and how large it is; none where it is not there, or cannot be taken.
    pub(super) async fn image(
        &self,
        coming: &mut Coming,
        path: &str,
        form: Form,
    ) -> ServiceResult<Option<(Media, ImageSize)>> {
        let bytes = match coming.read(path, limits::IMAGE_BYTES as u64).await {
            Ok(Some(bytes)) => bytes,
            Ok(None) => {
                coming.leave(path, "is not there");
                return Ok(None);
            }
            Err(ServiceError::Unreadable(error)) => {
                coming.leave(path, error.to_string());
                return Ok(None);
            }
            Err(other) => return Err(other),
        };
        let drawn = match form {
            Form::Square => self.images.avatar(bytes).await,
            Form::Whole => self.images.picture(bytes).await,
        };
        let drawn = match drawn {
            Ok(drawn) => drawn,
            Err(ServiceError::Invalid(_)) => {
                coming.leave(path, "is a picture that cannot be taken");
                return Ok(None);
            }
            Err(other) => return Err(other),
        };
        let media = Media {
            id: self.mint.id(),
            owner: Some(coming.person),
            media_type: drawn.media_type,
            bytes: drawn.bytes,
            created_at: self.clock.now(),
        };
        Ok(Some((media, drawn.size)))
    }
}
