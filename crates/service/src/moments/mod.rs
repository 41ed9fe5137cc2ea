//! Moments: posted, read, liked and talked about, by people and by characters.
//!
//! ```text
//!   a person posts ──> one transaction: the moment, its images, and the job by which characters take it up
//!                        └──> comment: who of those they talk with says something, when, and how much (`domain::taking_part`)
//!   somebody comments ──> answer: the character whose moment or comment it is says something back
//!   a character's time has come ──> post: a moment of her own, where her maker lets her
//! ```
//!
//! What characters say here is read by others: no prompt holds anything that they remember.

mod cast;
mod posting;
pub(crate) mod prompts;
mod reading;
mod responding;
mod telling;
mod workshop;

use std::sync::Arc;
use std::time::Duration;

use bus::{Bus, Rate};
use domain::ids::UserId;
use domain::moments::SeenMoment;
use domain::pages::Page;
use domain::taking_part::Caps;
use store::Stores;
use time::Date;

use crate::ServiceResult;
use crate::app::{AppParts, Below};
use crate::catalog::Catalog;
use crate::clock::Clock;
use crate::jobs::{Jobs, JobsConfig};
use crate::media::{ImageView, Looker, Looking, MediaLibrary};
use crate::mint::Mint;
use crate::moderation::Moderation;
use crate::notifications::Notifications;
use crate::social::Social;
use crate::usage::Usages;

pub use posting::{PostMoment, PostedMoment};
pub use responding::{SaidComment, SayComment};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// How often one person may post a moment.
const POSTS: Rate = Rate { burst: 60, per: HOUR };
/// How often one person may like a moment, or no more.
const LIKES: Rate = Rate { burst: 1_000, per: HOUR };
/// How often one person may say something about a moment.
const COMMENTS: Rate = Rate { burst: 200, per: HOUR };

/// Settings of moments.
#[derive(Debug, Clone)]
pub struct MomentsConfig {
    /// Whether characters take part.
    pub take_part: bool,
    /// How much they say, at most.
    pub caps: Caps,
    /// How likely one of them says something about a moment of its own accord, in percent.
    pub eagerness: u8,
    /// After about how long the first does.
    pub pause: Duration,
    /// How many moments a character posts by herself in a week, at most, where her maker lets her.
    pub posts_per_week: u32,
    /// Settings of the jobs.
    pub jobs: JobsConfig,
}

impl Default for MomentsConfig {
    fn default() -> Self {
        Self {
            take_part: true,
            caps: Caps { commenters: 2, on_moment: 6, by_character: 40, for_person: 20 },
            eagerness: 60,
            pause: Duration::from_secs(90),
            posts_per_week: 3,
            jobs: JobsConfig { concurrent: 2, limit: Duration::from_secs(180), ..JobsConfig::default() },
        }
    }
}

/// The use cases of moments. Cloning is cheap.
#[derive(Clone)]
pub struct Moments {
    inner: Arc<Inner>,
    jobs: Jobs,
}

/// What all parts of this room share.
struct Inner {
    stores: Stores,
    bus: Bus,
    clock: Arc<dyn Clock>,
    mint: Mint,
    media: MediaLibrary,
    social: Social,
    catalog: Catalog,
    usages: Usages,
    notifications: Notifications,
    moderation: Moderation,
    config: MomentsConfig,
}

/// A moment as somebody sees it, with its images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MomentView {
    /// The moment.
    pub seen: SeenMoment,
    /// Its images.
    pub images: Vec<ImageView>,
}

impl Moments {
    /// Starts the service with its jobs.
    pub(crate) fn start(parts: &AppParts, below: Below, media: MediaLibrary, social: Social) -> Self {
        let Below { mint, catalog, usages, notifications, moderation, .. } = below;
        let config = parts.moments.clone();
        let jobs = Jobs::new(Arc::clone(&parts.stores.jobs), Arc::clone(&parts.clock), parts.node, config.jobs.clone());
        let inner = Arc::new(Inner {
            stores: parts.stores.clone(),
            bus: parts.bus.clone(),
            clock: Arc::clone(&parts.clock),
            mint,
            media,
            social,
            catalog,
            usages,
            notifications,
            moderation,
            config,
        });
        jobs.start(Arc::new(workshop::Cast { inner: Arc::clone(&inner) }));
        Self { inner, jobs }
    }

    /// Stops the jobs.
    pub(crate) async fn shutdown(&self) {
        self.jobs.shutdown().await;
    }
}

impl Inner {
    fn today(&self) -> Date {
        self.clock.now().date()
    }

    /// A moment as this viewer sees it.
    fn view(&self, viewer: UserId, seen: SeenMoment) -> ServiceResult<MomentView> {
        let looker = Looker { user: viewer, looking: Looking::Seeing };
        Ok(MomentView { images: self.media.views(&seen.moment.images, looker)?, seen })
    }

    fn views(&self, viewer: UserId, page: Page<SeenMoment>) -> ServiceResult<Page<MomentView>> {
        let items = page.items.into_iter().map(|seen| self.view(viewer, seen)).collect::<ServiceResult<_>>()?;
        Ok(Page { items, next_cursor: page.next_cursor })
    }
}
