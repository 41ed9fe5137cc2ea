//! Recommendations: what people do with characters, what is learned from it, and the pages that come of it.
//!
//! ```text
//!   a client tells, a chat goes on ──> events (store) ──> learn (a job) ──> a snapshot (store)
//!   somebody looks ──> her own events, fresh ──> the snapshot in this node's memory ──> a page, and why
//! ```
//!
//! The job is the only one that reads the events of all people. A page is made from a snapshot, which holds nothing of anybody,
//! and from the events of the person who asks.

mod events;
mod notes;
mod pages;
mod place;
mod regards;
mod shelf;
mod training;

use std::sync::Arc;
use std::time::Duration;

use bus::{Bus, Rate};
use domain::ids::{CharacterId, UserId};
use domain::recommendations::RecommendationEventType;
use store::Stores;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::AppParts;
use crate::clock::Clock;
use crate::embedding::Embedding;
use crate::mint::Mint;

pub use self::events::{Recorded, RefusedEvent, ToldEvent};
pub use self::pages::{Because, RecommendedView};
pub use ::recommend::Weights;

/// Settings of recommendations.
#[derive(Debug, Clone)]
pub struct RecommendationsConfig {
    /// How often is learned at most; `None` is never: then what others learned is served.
    pub learn_every: Option<Duration>,
    /// How often it is looked whether another node has learned something.
    pub look_every: Duration,
    /// How long what the server tells of itself is gathered before it is written down.
    pub gather: Duration,
    /// How often a person may tell events.
    pub batches: Rate,
    /// How often in a day.
    pub batches_of_a_day: Rate,
    /// How often a person may change what they make of characters.
    pub changes: Rate,
    /// How the voices are weighed when a page is made.
    pub weights: Weights,
}

impl Default for RecommendationsConfig {
    fn default() -> Self {
        let minute = Duration::from_secs(60);
        Self {
            learn_every: Some(5 * minute),
            look_every: Duration::from_secs(5),
            gather: Duration::from_millis(500),
            batches: Rate { burst: 60, per: minute },
            batches_of_a_day: Rate { burst: 2_000, per: 24 * 60 * minute },
            changes: Rate { burst: 120, per: 10 * minute },
            weights: Weights::default(),
        }
    }
}

/// The use cases of recommendations. Cloning is cheap.
#[derive(Clone)]
pub struct Recommendations {
    inner: Arc<Inner>,
}

/// What all parts of this room share.
struct Inner {
    stores: Stores,
    bus: Bus,
    clock: Arc<dyn Clock>,
    mint: Mint,
    embedding: Embedding,
    config: RecommendationsConfig,
    shelf: shelf::Shelf,
    notes: notes::Notes,
    learner: training::Learner,
    closing: CancellationToken,
    keepers: TaskTracker,
}

impl Recommendations {
    /// Starts the service.
    pub(crate) fn start(parts: &AppParts, mint: Mint, embedding: Embedding) -> Self {
        let inner = Arc::new(Inner {
            stores: parts.stores.clone(),
            bus: parts.bus.clone(),
            clock: Arc::clone(&parts.clock),
            mint,
            embedding,
            config: parts.recommendations.clone(),
            shelf: shelf::Shelf::default(),
            notes: notes::Notes::default(),
            learner: training::Learner::default(),
            closing: CancellationToken::new(),
            keepers: TaskTracker::new(),
        });
        inner.keepers.spawn(notes::keep_writing(Arc::clone(&inner)));
        inner.keepers.spawn(shelf::keep_looking(Arc::clone(&inner)));
        Self { inner }
    }

    /// The version of the snapshot that serves here; `None` before the first.
    #[must_use]
    pub fn version(&self) -> Option<u64> {
        self.inner.shelf.newest().map(|held| held.version)
    }

    /// Something was done here that says what a person likes. It is written down a moment later; asks nothing.
    pub(crate) fn note(&self, person: UserId, character: CharacterId, kind: RecommendationEventType) {
        self.inner.notes.add(person, character, kind, self.inner.clock.now());
    }

    /// The same of what is said once only: it is written down at once, and a moment later where the store is away.
    pub(crate) async fn write(&self, person: UserId, character: CharacterId, kind: RecommendationEventType) {
        let event = notes::note(person, character, kind, self.inner.clock.now());
        if let Err(error) = self.inner.stores.tastes.record_events(&[event]).await {
            tracing::warn!(error = %error, "what a person did could not be written down yet");
            self.note(person, character, kind);
        }
    }

    /// Writes down what is noted, and ends.
    pub(crate) async fn shutdown(&self) {
        self.inner.closing.cancel();
        self.inner.keepers.close();
        self.inner.keepers.wait().await;
    }
}
