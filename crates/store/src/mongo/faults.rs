//! For tests: a process that dies after a step towards a change, so that another must go on from there.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use crate::{StoreError, StoreResult};

/// How many more steps this process takes.
#[derive(Debug, Clone)]
pub struct Faults {
    left: Arc<AtomicI64>,
    taken: Arc<AtomicU64>,
}

impl Default for Faults {
    fn default() -> Self {
        Self { left: Arc::new(AtomicI64::new(i64::MAX)), taken: Arc::default() }
    }
}

impl Faults {
    /// Takes so many more steps, and none after them.
    pub fn die_after(&self, steps: i64) {
        self.left.store(steps, Ordering::SeqCst);
    }

    /// How many steps were taken.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.taken.load(Ordering::SeqCst)
    }

    pub(super) async fn through<T>(&self, step: impl Future<Output = StoreResult<T>>) -> StoreResult<T> {
        let dead = || StoreError::Unavailable("this process is dead in this test".into());
        if self.left.load(Ordering::SeqCst) <= 0 {
            return Err(dead());
        }
        let answer = step.await;
        self.taken.fetch_add(1, Ordering::SeqCst);
        // Whoever dies hears no answer.
        if self.left.fetch_sub(1, Ordering::SeqCst) <= 1 { Err(dead()) } else { answer }
    }
}
