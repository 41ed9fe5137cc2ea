//! The queue of background work: rows, claimed by lease and fence.

use async_trait::async_trait;
use domain::ids::NodeId;
use domain::jobs::{Job, JobKind, JobState, Task};
use time::OffsetDateTime;

use crate::StoreResult;

/// A job that is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// What is to be done.
    pub task: Task,
    /// Not before then.
    pub run_at: OffsetDateTime,
}

/// How a run of a job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobOutcome {
    /// It is done.
    Done,
    /// It goes on then, as good as new: there is more to do.
    Again(OffsetDateTime),
    /// It failed and is tried again then. The text names the fault and holds nothing of people.
    Failed(OffsetDateTime, String),
    /// It failed for good.
    Parked(String),
}

/// How many jobs there are in each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobCount {
    /// The state.
    pub state: JobState,
    /// How many.
    pub jobs: u64,
}

/// Keeps jobs.
#[async_trait]
pub trait JobStore: Send + Sync {
    /// Wants these done: a waiting one keeps the earlier time, unless it waits after a failure; a running one runs once more
    /// afterwards; a parked one waits again, for an hour more than wanted and with one attempt left.
    async fn want_jobs(&self, wanted: &[Wanted], now: OffsetDateTime) -> StoreResult<()>;
    /// Claims up to `limit` jobs of these kinds whose time has come or whose lease has expired, the longest due first. One whose lease
    /// expired on its last attempt is parked instead: it may be what kills whoever runs it.
    async fn claim_jobs(
        &self,
        kinds: &[JobKind],
        node: NodeId,
        now: OffsetDateTime,
        lease_until: OffsetDateTime,
        limit: u32,
    ) -> StoreResult<Vec<Job>>;
    /// Renews a lease; `false` when the job has passed to another.
    async fn renew_job(&self, job: &Job, lease_until: OffsetDateTime) -> StoreResult<bool>;
    /// Ends a run. Nothing happens when the job has passed to another. One that was wanted meanwhile is as if that came right
    /// afterwards.
    async fn finish_job(&self, job: &Job, outcome: &JobOutcome, now: OffsetDateTime) -> StoreResult<()>;
    /// How many jobs there are, by state; every state is told.
    async fn count_jobs(&self) -> StoreResult<Vec<JobCount>>;
}
