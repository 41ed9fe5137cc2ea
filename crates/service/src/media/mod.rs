//! Images: kept encoded anew, never as they came. Pictures of people and characters are given to all who know their id; those that
//! stand in moments to whoever sees the moment.

mod images;
mod tickets;

use std::sync::Arc;
use std::time::Duration;

use bus::{Bus, Rate};
use domain::ids::{MediaId, UserId};
use domain::media::Media;
use domain::moments::MomentImage;
use store::Stores;

use crate::app::AppParts;
use crate::clock::Clock;
use crate::mint::Mint;
use crate::{ServiceError, ServiceResult};

pub(crate) use images::Images;
pub use tickets::{Looker, Looking};

/// How often one person may upload an image.
const UPLOADS: Rate = Rate { burst: 200, per: Duration::from_secs(60 * 60) };

/// The images of this server. Cloning is cheap.
#[derive(Clone)]
pub struct MediaLibrary {
    stores: Stores,
    bus: Bus,
    clock: Arc<dyn Clock>,
    mint: Mint,
    images: Images,
    tickets: Arc<tickets::Tickets>,
}

/// An image with the ticket by which somebody may look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageView {
    /// The image.
    pub image: MomentImage,
    /// The ticket.
    pub ticket: String,
}

/// An image that is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The image.
    pub media: Media,
    /// Whether it is for everybody who knows its id.
    pub public: bool,
}

impl MediaLibrary {
    /// A library over these parts.
    #[must_use]
    pub(crate) fn new(parts: &AppParts, mint: Mint) -> Self {
        Self {
            stores: parts.stores.clone(),
            bus: parts.bus.clone(),
            clock: Arc::clone(&parts.clock),
            mint,
            images: Images::default(),
            tickets: Arc::new(tickets::Tickets::new(&parts.accounts.secret_key)),
        }
    }

    /// An image, for everybody or for this one.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn get(&self, id: MediaId, looker: Option<Looker>) -> ServiceResult<Given> {
        if let Some(media) = self.stores.media.find_media(id).await? {
            return Ok(Given { media, public: true });
        }
        let found = match looker {
            None => None,
            Some(Looker { user, looking: Looking::Seeing }) => {
                self.stores.media.find_upload(user, id, self.clock.now().date()).await?
            }
            Some(Looker { user, looking: Looking::Unlocked }) => self.stores.routes.find_route_image(user, id).await?,
            Some(Looker { looking: Looking::Moderating, .. }) => self.stores.reported.find_reported_image(id).await?,
        };
        found.map(|media| Given { media, public: false }).ok_or(ServiceError::NotFound)
    }

    /// Who looks at an image with this ticket.
    #[must_use]
    pub fn looker(&self, id: MediaId, ticket: &str) -> Option<Looker> {
        self.tickets.read(id, ticket, self.clock.now())
    }

    /// Takes an image for a moment: a PNG, JPEG or WebP, which is encoded anew. Until it stands in one, only its owner sees it.
    ///
    /// # Errors
    /// `Invalid` when it is no such image, `Throttled`.
    pub async fn upload(&self, owner: UserId, bytes: Vec<u8>) -> ServiceResult<ImageView> {
        self.bus.rates.take(&format!("upload:{owner}"), UPLOADS).await?;
        let drawn = self.images.picture(bytes).await?;
        let media = Media {
            id: self.mint.id(),
            owner: Some(owner),
            media_type: drawn.media_type,
            bytes: drawn.bytes,
            created_at: self.clock.now(),
        };
        self.stores.media.keep_upload(owner, &media, drawn.size).await?;
        self.view(MomentImage { id: media.id, size: drawn.size }, Looker { user: owner, looking: Looking::Seeing })
    }

    /// These images, with the tickets by which somebody may look at them.
    pub(crate) fn views(&self, images: &[MomentImage], looker: Looker) -> ServiceResult<Vec<ImageView>> {
        images.iter().map(|image| self.view(*image, looker)).collect()
    }

    /// An image that somebody sends, encoded anew.
    pub(crate) async fn drawn(&self, bytes: Vec<u8>) -> ServiceResult<images::EncodedImage> {
        self.images.picture(bytes).await
    }

    /// The ticket by which somebody may look at an image.
    pub(crate) fn ticket(&self, id: MediaId, looker: Looker) -> ServiceResult<String> {
        self.tickets.write(id, looker, self.clock.now())
    }

    fn view(&self, image: MomentImage, looker: Looker) -> ServiceResult<ImageView> {
        Ok(ImageView { image, ticket: self.ticket(image.id, looker)? })
    }
}
