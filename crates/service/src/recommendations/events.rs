//! What clients tell: batches of events, each kept once.

use std::collections::HashSet;

use domain::ids::{CharacterId, UserId};
use domain::limits;
use domain::recommendations::{Event, RecommendationEventType, RefusalReason, Surface, event_id, event_time};
use domain::validation::FieldError;
use store::recommendations::{EventOutcome, NewEvent};
use time::OffsetDateTime;

use super::Recommendations;
use crate::{ServiceError, ServiceResult};

/// An event as a client tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldEvent {
    /// What the client calls it.
    pub id: String,
    /// What was done.
    pub kind: RecommendationEventType,
    /// With whom.
    pub character: CharacterId,
    /// When; now if it does not say.
    pub at: Option<OffsetDateTime>,
    /// Where the character was shown.
    pub surface: Option<Surface>,
}

/// An event that is not kept, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedEvent {
    /// What the client calls it.
    pub id: String,
    /// Why.
    pub reason: RefusalReason,
}

/// What became of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recorded {
    /// How many are kept.
    pub kept: usize,
    /// How many were kept before, or say nothing new.
    pub repeated: usize,
    /// Those that are not kept.
    pub refused: Vec<RefusedEvent>,
}

impl Recommendations {
    /// Keeps what a person did, each event once.
    ///
    /// # Errors
    /// `Invalid`, `Throttled`; then nothing is kept.
    pub async fn record(&self, person: UserId, told: Vec<ToldEvent>) -> ServiceResult<Recorded> {
        check(&told)?;
        self.take_turn(person, told.iter().any(|told| told.kind.changes().is_some())).await?;
        let now = self.inner.clock.now();
        let mut recorded = Recorded::default();
        let (mut new, mut ids) = (Vec::with_capacity(told.len()), HashSet::with_capacity(told.len()));
        for told in told {
            if told.kind.is_told_by_server() {
                recorded.refused.push(RefusedEvent { id: told.id, reason: RefusalReason::ToldByServer });
            } else if !ids.insert(told.id.clone()) {
                recorded.repeated += 1;
            } else {
                let at = event_time(told.at, now);
                let event = Event { person, character: told.character, kind: told.kind, at };
                new.push(NewEvent { id: told.id, event, surface: told.surface });
            }
        }
        let outcomes = self.inner.stores.tastes.record_events(&new).await?;
        for (new, outcome) in new.into_iter().zip(outcomes) {
            match outcome {
                EventOutcome::Kept => recorded.kept += 1,
                EventOutcome::Repeated => recorded.repeated += 1,
                EventOutcome::Refused => {
                    recorded.refused.push(RefusedEvent { id: new.id, reason: RefusalReason::NotFound });
                }
            }
        }
        Ok(recorded)
    }

    async fn take_turn(&self, person: UserId, changes: bool) -> ServiceResult<()> {
        let (rates, config) = (&self.inner.bus.rates, &self.inner.config);
        rates.take(&format!("events:{person}"), config.batches).await?;
        rates.take(&format!("events-day:{person}"), config.batches_of_a_day).await?;
        if changes {
            rates.take(&format!("regards:{person}"), config.changes).await?;
        }
        Ok(())
    }
}

fn check(told: &[ToldEvent]) -> ServiceResult<()> {
    if !(1..=limits::EVENTS).contains(&told.len()) {
        return Err(FieldError::new("events", "must be 1 to 100 events").into());
    }
    let wrong =
        told.iter().enumerate().filter_map(|(n, told)| event_id(&format!("events.{n}.event_id"), &told.id).err());
    let errors: Vec<FieldError> = wrong.collect();
    if errors.is_empty() { Ok(()) } else { Err(ServiceError::Invalid(errors)) }
}
