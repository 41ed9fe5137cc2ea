//! The queue of background work, as those see it who look after the server.
//!
//! What the data says is behind is wanted again by the sweep: a job that is discarded may come back, as good as new.

use async_trait::async_trait;
use domain::audit::AuditEntry;
use domain::ids::JobId;
use domain::jobs::{JobKind, JobState, QueueFilter, QueuedJob};
use domain::pages::{Page, PageRequest};
use time::OffsetDateTime;

use crate::StoreResult;

/// How many jobs of a kind stand so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueCount {
    /// The kind.
    pub kind: JobKind,
    /// The state.
    pub state: JobState,
    /// How many; never none.
    pub jobs: u64,
}

/// Looks after the queue.
#[async_trait]
pub trait QueueStore: Send + Sync {
    /// How many jobs there are, by kind and state.
    async fn count_queue(&self) -> StoreResult<Vec<QueueCount>>;
    /// Jobs, the longest due first.
    async fn page_jobs(&self, filter: QueueFilter, page: &PageRequest) -> StoreResult<Page<QueuedJob>>;
    /// Lets a job run at once, as good as new. Conflict: `JobRunning`.
    async fn retry_job(&self, id: JobId, now: OffsetDateTime, audit: &AuditEntry) -> StoreResult<QueuedJob>;
    /// Takes a job off the queue. Conflict: `JobRunning`.
    async fn discard_job(&self, id: JobId, audit: &AuditEntry) -> StoreResult<()>;
}
