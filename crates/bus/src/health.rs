//! How the bus is: whether what is told here is heard on other nodes.

use std::time::Instant;

use tokio::sync::{oneshot, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Whether other nodes are reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BusState {
    /// There is nothing that reaches further than this process.
    Local,
    /// What is told here is heard everywhere.
    Connected,
    /// What should carry it cannot be reached, since then.
    Degraded {
        /// Since when.
        since: Instant,
    },
}

/// How the bus is, now and as it changes.
#[derive(Debug, Clone)]
pub struct Health {
    state: watch::Receiver<BusState>,
}

impl Health {
    /// A bus that never reaches further.
    #[must_use]
    pub fn local() -> Self {
        Self { state: watch::channel(BusState::Local).1 }
    }

    /// A bus whose state is told so.
    #[must_use]
    pub fn told_by(state: watch::Receiver<BusState>) -> Self {
        Self { state }
    }

    /// How it is now.
    #[must_use]
    pub fn state(&self) -> BusState {
        *self.state.borrow()
    }

    /// Whether what is told here is heard everywhere.
    #[must_use]
    pub fn reaches_others(&self) -> bool {
        self.state() == BusState::Connected
    }

    /// Waits until it is as `wanted`; for ever when the bus has ended before.
    pub async fn until(&self, wanted: impl Fn(BusState) -> bool) {
        let mut state = self.state.clone();
        if state.wait_for(|state| wanted(*state)).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Owns the tasks of a bus; they end with it.
pub(crate) struct Keeper {
    /// Lets go what waits to be sent.
    pub(crate) flush: Option<Box<dyn Fn() -> oneshot::Receiver<()> + Send + Sync>>,
    pub(crate) closing: CancellationToken,
    pub(crate) tasks: TaskTracker,
}

impl Keeper {
    /// A keeper that lets go what waits before it ends its tasks.
    pub(crate) fn flushing(flush: impl Fn() -> oneshot::Receiver<()> + Send + Sync + 'static) -> Self {
        Self { flush: Some(Box::new(flush)), closing: CancellationToken::new(), tasks: TaskTracker::new() }
    }

    /// Runs a task until the bus ends.
    pub(crate) fn keep(&self, task: impl Future<Output = ()> + Send + 'static) {
        let closing = self.closing.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                () = closing.cancelled() => {}
                () = task => {}
            }
        });
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.closing.cancel();
    }
}
