//! What is learned of whom people like: a job, for all people at once.
//!
//! It goes on from the last event it has seen, as long as the process lives; one that begins anew reads all that is kept. Only the
//! end of a run leaves something behind, a snapshot with the next version: a run that dies is done again, and of two that run at
//! once one finds its version taken.

use std::num::NonZero;
use std::time::Duration;

use domain::ids::CharacterId;
use domain::recommendations::Event;
use recommend::{Character, Model, Parameters};
use serde::{Deserialize, Serialize};
use store::recommendations::{SnapshotHead, TrainingMark};
use store::{Conflict, StoreError, StoreResult};
use time::OffsetDateTime;
use tokio::sync::Mutex;
use tokio::time::Instant;
use uuid::Uuid;

use super::{Inner, Recommendations};
use crate::jobs::{JobFault, Run};

/// Events that are read at a time.
const EVENTS: u32 = 5_000;
/// The newest events that are learned from, at most.
const NEWEST: u64 = 5_000_000;
/// Characters that are read at a time, and at most.
const OFFERED: u32 = 500;
const CATALOGUE: usize = 200_000;
/// With so many events it is worth while to choose parameters, and again when there are twice as many.
const TUNED_FROM: u64 = 500;
/// As long as this passes between two runs, unless less is configured.
const LEAST: Duration = Duration::from_secs(10);
/// The regressions are learned anew when there is so much more to learn from.
const GROWN: f64 = 1.1;

/// What the job has in its hands from run to run; nothing before the first, and after one that broke off.
#[derive(Default)]
pub(super) struct Learner {
    held: Mutex<Option<Learned>>,
}

struct Learned {
    model: Model,
    /// The last event it has taken in.
    seq: u64,
    /// How many people had gone with their events when it began.
    erased: u64,
    /// How many events it has taken in, and had at the last full training.
    events: u64,
    trained: u64,
    tuning: Tuning,
}

/// What the next run wants to know of the one before, also in another process. Kept with the snapshot.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Tuning {
    /// Parameters that were chosen by the data.
    parameters: Parameters,
    /// By how many events of it.
    events: u64,
    /// How long the run took, in milliseconds.
    took: u64,
}

impl Tuning {
    fn of(head: &SnapshotHead) -> Self {
        serde_json::from_str(&head.tuning).unwrap_or_default()
    }

    /// How long the next run waits: what is learned in a moment is learned soon, so that a small place feels alive.
    fn pause(&self, every: Duration) -> Duration {
        every.min(LEAST.max(Duration::from_millis(self.took.saturating_mul(100))))
    }
}

impl Learned {
    fn new(mark: &TrainingMark, before: Option<&SnapshotHead>) -> Self {
        let tuning = before.map(Tuning::of).unwrap_or_default();
        // One is left to those who answer.
        let threads = std::thread::available_parallelism().map_or(1, NonZero::get).saturating_sub(1).max(1);
        let model = Model::new(Parameters { threads, ..tuning.parameters });
        let seq = mark.seq.saturating_sub(NEWEST);
        Self { model, seq, erased: mark.erased, events: 0, trained: 0, tuning }
    }

    fn take_in(&mut self, events: &[Event]) {
        self.model.update(events);
        self.events += events.len() as u64;
    }

    /// Learns as much as is worth while. Takes long.
    fn learn(&mut self) {
        if self.events >= TUNED_FROM.max(2 * self.tuning.events) {
            self.model.tune();
            self.tuning = Tuning { parameters: self.model.parameters(), events: self.events, ..self.tuning };
            self.trained = 0;
        }
        if self.trained == 0 || self.events as f64 >= self.trained as f64 * GROWN {
            self.model.train();
            self.trained = self.events.max(1);
        } else {
            self.model.refresh();
        }
    }
}

impl Recommendations {
    /// Whether there is something to learn, and it is time.
    pub(crate) async fn is_behind(&self, now: OffsetDateTime) -> StoreResult<bool> {
        let Some(every) = self.inner.config.learn_every else { return Ok(false) };
        let Some(newest) = self.inner.stores.snapshots.newest_snapshot().await? else { return Ok(true) };
        // A clock that went back is no reason to wait.
        let age = (now - newest.made_at).unsigned_abs();
        Ok(age >= Tuning::of(&newest).pause(every) && self.inner.mark().await? != newest.mark)
    }

    /// Learns what there is to learn, and keeps a snapshot of it.
    pub(crate) async fn learn(&self) -> Result<Run, JobFault> {
        let inner = &self.inner;
        let mut hands = inner.learner.held.lock().await;
        let before = inner.stores.snapshots.newest_snapshot().await?;
        let mark = inner.mark().await?;
        if before.as_ref().is_some_and(|head| head.mark == mark) {
            return Ok(Run::Done);
        }
        let held = hands.take().filter(|held| held.erased == mark.erased);
        let mut learned = held.unwrap_or_else(|| Learned::new(&mark, before.as_ref()));
        inner.read_events(&mut learned, mark.seq).await?;
        let catalogue = inner.catalogue().await?;
        let made = tokio::task::spawn_blocking(move || {
            let began = Instant::now();
            learned.learn();
            learned.tuning.took = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
            let bytes = learned.model.snapshot(&catalogue).to_bytes();
            (learned, bytes)
        });
        let broke_off = |_| JobFault::Passing("the learning broke off".to_owned());
        let (learned, bytes) = made.await.map_err(broke_off)?;
        let tuning = serde_json::to_string(&learned.tuning).map_err(|error| JobFault::Lasting(error.to_string()))?;
        *hands = Some(learned);
        let version = before.map_or(0, |head| head.version) + 1;
        let head = SnapshotHead { version, made_at: inner.clock.now(), mark, tuning };
        match inner.stores.snapshots.keep_snapshot(&head, &bytes).await {
            // Another was faster: what it has not seen is seen next time.
            Err(StoreError::Conflict(Conflict::Outdated)) => Ok(Run::Again(Duration::from_secs(1))),
            kept => Ok(kept.map(|()| Run::Done)?),
        }
    }
}

impl Inner {
    /// The embedder whose vectors count; the empty name is nobody's.
    fn embedder(&self) -> String {
        self.embedding.info().map(|info| info.name).unwrap_or_default()
    }

    async fn mark(&self) -> StoreResult<TrainingMark> {
        self.stores.training.training_mark(&self.embedder()).await
    }

    /// Takes in what was done since, up to a place; what comes after it is for the next run.
    async fn read_events(&self, learned: &mut Learned, until: u64) -> StoreResult<()> {
        loop {
            let placed = self.stores.training.placed_events(learned.seq, EVENTS).await?;
            let events: Vec<Event> =
                placed.iter().take_while(|placed| placed.seq <= until).map(|placed| placed.event).collect();
            learned.take_in(&events);
            let Some(last) = placed.get(events.len().saturating_sub(1)).filter(|_| !events.is_empty()) else { break };
            learned.seq = last.seq;
            if events.len() < EVENTS as usize {
                break;
            }
            // A long history is no reason to hold up others.
            tokio::task::yield_now().await;
        }
        learned.seq = learned.seq.max(until);
        Ok(())
    }

    /// The characters that can be recommended.
    async fn catalogue(&self) -> StoreResult<Vec<Character>> {
        let (embedder, mut catalogue) = (self.embedder(), Vec::new());
        let mut after = CharacterId(Uuid::nil());
        while catalogue.len() < CATALOGUE {
            let offered = self.stores.training.offered_after(after, &embedder, OFFERED).await?;
            let Some(last) = offered.last() else { break };
            after = last.id;
            catalogue.extend(offered.into_iter().map(|one| Character {
                id: one.id,
                created_at: Some(one.created_at),
                tags: one.tags,
                vector: one.vector,
            }));
        }
        Ok(catalogue)
    }
}
