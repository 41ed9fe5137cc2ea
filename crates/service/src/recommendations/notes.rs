//! What the server itself tells: that a chat was begun, that a message was sent. A client is not believed in this.
//!
//! It is put on a list, so that no reply waits for it, and written down a moment later for all who talked meanwhile. Its name
//! follows from what it says, so a repeat says nothing. A process that dies loses what is on the list, no more.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use domain::ids::{CharacterId, UserId};
use domain::recommendations::{Event, EventKind};
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
    known: HashSet<(UserId, CharacterId, EventKind)>,
}

impl Notes {
    pub(super) fn add(&self, person: UserId, character: CharacterId, kind: EventKind, at: OffsetDateTime) {
        let day = Day::of(at);
        let mut list = self.list.lock();
        if list.day != Some(day) || list.known.len() >= KNOWN {
            list.known.clear();
            list.day = Some(day);
        }
        if list.waiting.len() >= LIST || !list.known.insert((person, character, kind)) {
            return;
        }
        let id = format!(":{kind}:{character}:{}", day.0);
        list.waiting.push(NewEvent { id, event: Event { person, character, kind, at }, surface: None });
        drop(list);
        self.due.notify_one();
    }
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
