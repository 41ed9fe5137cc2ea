//! The images of the story that a character carries: in with her card, drawn anew, and out with it as far as there is room.

use std::collections::BTreeMap;

use domain::cards::{CardNotice, CardWarning};
use domain::ids::{CharacterId, UserId};
use domain::limits;
use domain::media::Media;
use domain::routes::Route;
use exchange::cards::Picture;
use futures_util::future::join_all;

use super::Cards;
use super::exporting::Outgoing;
use crate::{ServiceError, ServiceResult};

/// Images that are drawn at a time.
const AT_ONCE: usize = 4;

/// What all images of one card may have once they are drawn, in bytes: an image may grow by being drawn.
const DRAWN: usize = 2 * limits::CARD_BYTES;

/// Where a card holds the story.
const PLACE: &str = "extensions.talker.route";

/// What is to be said where a story names pictures that have no image.
pub(super) fn missing(route: Option<&Route>, has_image: impl Fn(&str) -> bool) -> Option<CardWarning> {
    let is_whole = route.is_none_or(|route| route.pictures().into_iter().all(has_image));
    (!is_whole).then(|| CardWarning::new(CardNotice::PicturesMissing, PLACE))
}

impl Cards {
    /// The images of pictures, by their keys. One that cannot be taken does not keep her from coming.
    pub(super) async fn draw(&self, owner: UserId, pictures: &[Picture]) -> ServiceResult<BTreeMap<String, Media>> {
        let (mut images, mut room) = (BTreeMap::new(), DRAWN);
        for few in pictures.chunks(AT_ONCE) {
            let drawing = few.iter().map(|picture| self.images.picture(picture.bytes.clone()));
            for (picture, drawn) in few.iter().zip(join_all(drawing).await) {
                let drawn = match drawn {
                    Ok(drawn) if drawn.bytes.len() <= room => drawn,
                    Ok(_) | Err(ServiceError::Invalid(_)) => continue,
                    Err(other) => return Err(other),
                };
                room -= drawn.bytes.len();
                let image = Media {
                    id: self.mint.id(),
                    owner: Some(owner),
                    media_type: drawn.media_type,
                    bytes: drawn.bytes,
                    created_at: self.clock.now(),
                };
                images.insert(picture.key.clone(), image);
            }
        }
        Ok(images)
    }

    /// As many pictures of a character's story as there is room for beside `written` bytes.
    pub(super) async fn pictures(
        &self,
        owner: UserId,
        id: CharacterId,
        route: &Route,
        outgoing: &Outgoing,
        written: usize,
    ) -> ServiceResult<Vec<Picture>> {
        let (mut room, most) = (outgoing.room(written), outgoing.places());
        let mut pictures = Vec::new();
        if room == 0 {
            return Ok(pictures);
        }
        let images = self.stores.routes.route_images(id).await?;
        let named = route.pictures();
        for (key, image) in images.into_iter().filter(|(key, _)| named.contains(key.as_str())).take(most) {
            let Some(media) = self.stores.routes.find_route_image(owner, image).await? else { continue };
            let Some(picture) = Picture::new(key, media.bytes) else { continue };
            let weight = outgoing.weight(&picture);
            if weight <= room {
                room -= weight;
                pictures.push(picture);
            }
        }
        Ok(pictures)
    }
}
