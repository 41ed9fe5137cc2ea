//! What the server itself tells: that a chat was begun, that a message was sent. A client is not believed in this.
//!
//! That somebody talked is put on a list, so that no reply waits for it, and written down a moment later for all who talked
//! meanwhile. Its name follows from what it says, so a repeat says nothing: should a process die with the list, the next message of
//! the day says it again. What is said once only, that a chat was begun or a character is followed, is written at once.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use domain::ids::{CharacterId, UserId};
use domain::recommendations::{Event, RecommendationEventType};
use domain::usage::Day;
use parking_lot::Mutex;
use store::StoreResult;
use store::recommendations::NewEvent;
use time::OffsetDateTime;
use tokio::sync::Notify;

use super::Inner;

/// How many notes wait at most for a store that is away; one more is forgotten.
const LIST: usize = 20_000;

/// How many notes of today are remembered as written, so that the hundredth message of a chat asks nothing.
const KNOWN: usize = 100_000;

/// How many are written down at a time.
const BATCH: usize = 200;

/// How long a store that does not answer is left alone, at most.
const LONGEST: Duration = Duration::from_secs(10);

#[derive(Default)]
pub(super) struct Notes {
    list: Mutex<List>,
    due: Notify,
}

#[derive(Default)]
struct List {
    waiting: Vec<NewEvent>,
    day: Option<Day>,
    known: HashSet<(UserId, CharacterId, RecommendationEventType)>,
}

impl Notes {
    pub(super) fn add(
        &self,
        person: UserId,
        character: CharacterId,
        kind: RecommendationEventType,
        at: OffsetDateTime,
    ) {
        let day = Day::of(at);
        let mut list = self.list.lock();
        if list.day != Some(day) || list.known.len() >= KNOWN {
            list.known.clear();
            list.day = Some(day);
        }
        if list.waiting.len() >= LIST || !list.known.insert((person, character, kind)) {
            return;
        }
        list.waiting.push(note(person, character, kind, at));
        drop(list);
        self.due.notify_one();
    }
}

/// What is written down: of one kind once a day for each two.
pub(super) fn note(
    person: UserId,
    character: CharacterId,
    kind: RecommendationEventType,
    at: OffsetDateTime,
) -> NewEvent {
    let id = format!(":{kind}:{character}:{}", Day::of(at).0);
    NewEvent { id, event: Event { person, character, kind, at }, surface: None }
}

/// Writes down what is noted, until it is told to end.
pub(super) async fn keep_writing(inner: Arc<Inner>) {
    let gather = inner.config.gather;
    let mut wait = gather;
    loop {
        tokio::select! {
            () = inner.notes.due.notified() => {}
            () = inner.closing.cancelled() => {}
        }
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = inner.closing.cancelled() => {}
        }
        let closing = inner.closing.is_cancelled();
        wait = match write(&inner).await {
            Ok(()) => gather,
            Err(error) => {
                tracing::warn!(error = %error, "what people talked about could not be written down yet");
                inner.notes.due.notify_one();
                (wait * 2).min(LONGEST)
            }
        };
        if closing {
            return;
        }
    }
}

async fn write(inner: &Inner) -> StoreResult<()> {
    loop {
        let batch: Vec<NewEvent> = inner.notes.list.lock().waiting.iter().take(BATCH).cloned().collect();
        if batch.is_empty() {
            return Ok(());
        }
        inner.stores.tastes.record_events(&batch).await?;
        inner.notes.list.lock().waiting.drain(..batch.len());
    }
}
