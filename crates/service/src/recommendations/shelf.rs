//! The snapshots in this node's memory: the newest, from which pages are made, and those before it, for lists that were begun.
//!
//! Where there is little to learn, there is soon something new, and a snapshot is small: then many are held, for half an hour of
//! looking. Where one is large, it is learned seldom, and few are held.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use recommend::Snapshot;
use tokio::time::MissedTickBehavior;

use super::Inner;
use crate::ServiceResult;
use crate::error::ServiceError;

/// How many are held at most.
const HELD: usize = 200;

/// The bytes of all but the newest, as they are kept in the store.
const BEFORE: usize = 64 * 1024 * 1024;

/// A snapshot and its version.
pub(super) struct Held {
    pub(super) version: u64,
    pub(super) snapshot: Snapshot,
    size: usize,
}

/// The newest first.
#[derive(Default)]
pub(super) struct Shelf {
    held: Mutex<VecDeque<Arc<Held>>>,
}

impl Shelf {
    pub(super) fn newest(&self) -> Option<Arc<Held>> {
        self.held.lock().front().cloned()
    }

    /// That of this version, or the newest when it is gone.
    pub(super) fn find(&self, version: u64) -> Option<Arc<Held>> {
        let held = self.held.lock();
        held.iter().find(|held| held.version == version).or(held.front()).cloned()
    }

    fn put(&self, new: Held) {
        let mut held = self.held.lock();
        if held.front().is_none_or(|newest| newest.version < new.version) {
            held.push_front(Arc::new(new));
            let mut before = 0;
            let sizes = held.iter().skip(1).map(|held| held.size);
            let fitting = sizes.take_while(|size| {
                before += size;
                before <= BEFORE
            });
            let kept = 1 + fitting.count();
            held.truncate(kept.min(HELD));
        }
    }
}

/// Looks for newer snapshots, until it is told to end.
pub(super) async fn keep_looking(inner: Arc<Inner>) {
    let mut every = tokio::time::interval(inner.config.look_every);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // What cannot be read is not read again and again.
    let mut refused = None;
    loop {
        tokio::select! {
            _ = every.tick() => {}
            () = inner.closing.cancelled() => return,
        }
        let looked = tokio::select! {
            looked = look(&inner, &mut refused) => looked,
            () = inner.closing.cancelled() => return,
        };
        if let Err(error) = looked {
            tracing::warn!(error = %error, "what was learned for recommendations could not be read");
        }
    }
}

async fn look(inner: &Inner, refused: &mut Option<u64>) -> ServiceResult<()> {
    let Some(head) = inner.stores.snapshots.newest_snapshot().await? else { return Ok(()) };
    let is_known = inner.shelf.newest().is_some_and(|newest| newest.version >= head.version);
    if is_known || *refused == Some(head.version) {
        return Ok(());
    }
    let Some(bytes) = inner.stores.snapshots.read_snapshot(head.version).await? else { return Ok(()) };
    // Checking and unfolding it takes a while where there are many characters.
    let size = bytes.len();
    let read = tokio::task::spawn_blocking(move || Snapshot::from_bytes(&bytes)).await;
    match read.map_err(|_| ServiceError::Internal("the reading of a snapshot broke off".to_owned()))? {
        Ok(snapshot) => inner.shelf.put(Held { version: head.version, snapshot, size }),
        Err(error) => {
            *refused = Some(head.version);
            tracing::warn!(version = head.version, error = %error, "a snapshot of recommendations is of no use here");
        }
    }
    Ok(())
}
