//! Background work on this node: claims jobs, runs them, renews their leases, and writes down how they ended.
//!
//! Whoever wants something done says so with [`Jobs::want`], which writes a row, or with [`Jobs::soon`], which does so a
//! moment later for all who asked meanwhile. What a job does is up to its [`Workshop`].

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::ids::NodeId;
use domain::jobs::{ATTEMPTS, Job, JobKind, Task, backoff};
use parking_lot::Mutex;
use store::jobs::{JobOutcome, JobStore, Wanted};
use store::{StoreError, StoreResult};
use time::OffsetDateTime;
use tokio::sync::{Notify, Semaphore, SemaphorePermit};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use crate::clock::Clock;
use crate::{measures, spans};

/// Settings of background work.
#[derive(Debug, Clone)]
pub struct JobsConfig {
    /// Whether this process does jobs. One that does not still writes down what is wanted, and leaves the rest to others.
    pub works: bool,
    /// Jobs that run at the same time on this node. A job that waits for a model is one of them, but never takes the last place:
    /// what needs none goes on meanwhile.
    pub concurrent: usize,
    /// How long a job lives without a sign of its node.
    pub lease: Duration,
    /// How often jobs whose time has come are looked for.
    pub poll_every: Duration,
    /// How often work that nobody has asked for is looked for.
    pub sweep_every: Duration,
    /// How long what is wanted soon is gathered before it is written down.
    pub gather: Duration,
    /// How long one run may take.
    pub limit: Duration,
}

impl Default for JobsConfig {
    fn default() -> Self {
        Self {
            works: true,
            concurrent: 4,
            lease: Duration::from_secs(30),
            poll_every: Duration::from_secs(2),
            sweep_every: Duration::from_secs(60),
            gather: Duration::from_millis(500),
            limit: Duration::from_secs(900),
        }
    }
}

/// How long a job that found no place waits.
const POSTPONED: Duration = Duration::from_secs(2);

/// How a run went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Run {
    /// There is nothing more to do.
    Done,
    /// There is more to do, after this pause.
    Again(Duration),
}

/// Why a run failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum JobFault {
    /// Another attempt may succeed. The text holds nothing of people.
    #[error("{0}")]
    Passing(String),
    /// No attempt will.
    #[error("{0}")]
    Lasting(String),
    /// What it was about is no longer there: there is nothing to do.
    #[error("it is gone")]
    Gone,
}

impl From<StoreError> for JobFault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::Gone,
            error => Self::Passing(error.to_string()),
        }
    }
}

/// Who does the work.
#[async_trait]
pub(crate) trait Workshop: Send + Sync {
    /// The kinds of jobs that are done here.
    fn kinds(&self) -> &'static [JobKind];
    /// Whether a job waits for a model, which may take long.
    fn waits(&self, task: Task) -> bool;
    /// Does a job, or a part of it. May be dropped at any await, and run again: every step must stand for itself.
    async fn run(&self, task: Task) -> Result<Run, JobFault>;
    /// Work that the data says is behind.
    async fn sweep(&self, now: OffsetDateTime) -> StoreResult<Vec<Wanted>>;
}

/// The background work of this node. Cloning is cheap.
#[derive(Clone)]
pub(crate) struct Jobs {
    shared: Arc<Shared>,
}

struct Shared {
    store: Arc<dyn JobStore>,
    clock: Arc<dyn Clock>,
    node: NodeId,
    config: JobsConfig,
    soon: Mutex<HashMap<Task, OffsetDateTime>>,
    gathering: Notify,
    look: Notify,
    closing: CancellationToken,
    /// Places for jobs that wait for a model.
    patience: Semaphore,
    runs: TaskTracker,
    keepers: TaskTracker,
}

impl Jobs {
    /// Jobs that nobody does yet.
    pub(crate) fn new(store: Arc<dyn JobStore>, clock: Arc<dyn Clock>, node: NodeId, config: JobsConfig) -> Self {
        let shared = Shared {
            store,
            clock,
            node,
            soon: Mutex::default(),
            gathering: Notify::new(),
            look: Notify::new(),
            patience: Semaphore::new(config.concurrent.saturating_sub(1).max(1)),
            closing: CancellationToken::new(),
            runs: TaskTracker::new(),
            keepers: TaskTracker::new(),
            config,
        };
        Self { shared: Arc::new(shared) }
    }

    /// Lets `workshop` do them, until [`Self::shutdown`]; where jobs are left to others, they are only written down.
    pub(crate) fn start(&self, workshop: Arc<dyn Workshop>) {
        let shared = &self.shared;
        shared.keepers.spawn(self.clone().keep_gathering());
        if shared.config.works {
            shared.keepers.spawn(self.clone().keep_sweeping(Arc::clone(&workshop)));
            shared.keepers.spawn(self.clone().keep_claiming(workshop));
        }
    }

    /// Wants something done, and knows it written down.
    pub(crate) async fn want(&self, wanted: &[Wanted]) -> StoreResult<()> {
        if wanted.is_empty() {
            return Ok(());
        }
        self.shared.store.want_jobs(wanted, self.shared.clock.now()).await?;
        self.shared.look.notify_one();
        Ok(())
    }

    /// Wants something done, and does not wait: should the process end before it is written down, the sweep finds it.
    pub(crate) fn soon(&self, task: Task) {
        let now = self.shared.clock.now();
        self.shared.soon.lock().entry(task).or_insert(now);
        self.shared.gathering.notify_one();
    }

    /// Something was wanted by whoever wrote it down with another change: looks for it at once.
    pub(crate) fn look(&self) {
        self.shared.look.notify_one();
    }

    /// Ends all work; what is in the middle of a job goes on elsewhere, or after the next start.
    pub(crate) async fn shutdown(&self) {
        self.shared.closing.cancel();
        self.shared.keepers.close();
        self.shared.runs.close();
        self.shared.keepers.wait().await;
        self.shared.runs.wait().await;
    }

    /// Writes down what is wanted soon, many at once.
    async fn keep_gathering(self) {
        let shared = &self.shared;
        loop {
            tokio::select! {
                () = shared.gathering.notified() => {}
                () = shared.closing.cancelled() => return,
            }
            tokio::select! {
                () = tokio::time::sleep(shared.config.gather) => {}
                () = shared.closing.cancelled() => {}
            }
            let soon = std::mem::take(&mut *shared.soon.lock());
            let wanted: Vec<Wanted> = soon.into_iter().map(|(task, run_at)| Wanted { task, run_at }).collect();
            if let Err(error) = self.want(&wanted).await {
                tracing::warn!(error = %error, jobs = wanted.len(), "background work could not be written down; the sweep will find it");
            }
        }
    }

    /// Looks for work that is behind, at once and then every now and then.
    async fn keep_sweeping(self, workshop: Arc<dyn Workshop>) {
        let shared = &self.shared;
        let mut every = tokio::time::interval(shared.config.sweep_every);
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = every.tick() => {}
                () = shared.closing.cancelled() => return,
            }
            let swept = async { self.want(&workshop.sweep(shared.clock.now()).await?).await };
            if let Err(error) = swept.await {
                tracing::warn!(error = %error, "work that is behind could not be looked for");
            }
        }
    }

    /// Claims jobs as long as there are hands free.
    async fn keep_claiming(self, workshop: Arc<dyn Workshop>) {
        let shared = &self.shared;
        let mut every = tokio::time::interval(shared.config.poll_every);
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = every.tick() => {}
                () = shared.look.notified() => {}
                () = shared.closing.cancelled() => return,
            }
            let free = shared.config.concurrent.saturating_sub(shared.runs.len());
            if free == 0 {
                continue;
            }
            let now = shared.clock.now();
            let limit = u32::try_from(free).unwrap_or(u32::MAX);
            match shared.store.claim_jobs(workshop.kinds(), shared.node, now, now + shared.config.lease, limit).await {
                Ok(jobs) => {
                    for job in jobs {
                        let (jobs, workshop) = (self.clone(), Arc::clone(&workshop));
                        let run = shared.runs.spawn(jobs.clone().run(job, workshop));
                        // Only when it is over there is a hand free.
                        shared.keepers.spawn(async move {
                            if run.await.is_err() {
                                jobs.end(&job, Some(failed(&job, "it broke off".to_owned(), jobs.shared.clock.now())))
                                    .await;
                            }
                            jobs.shared.look.notify_one();
                        });
                    }
                }
                Err(error) => tracing::warn!(error = %error, "jobs could not be claimed"),
            }
        }
    }

    /// Runs a job to its end and writes it down.
    async fn run(self, job: Job, workshop: Arc<dyn Workshop>) {
        let shared = &self.shared;
        let now = || shared.clock.now();
        let (began, span) = (Instant::now(), spans::job(job.task.kind, job.attempts));
        let run = async {
            let Some(_place) = self.place(workshop.waits(job.task)) else { return Ok(Run::Again(POSTPONED)) };
            workshop.run(job.task).instrument(span.clone()).await
        };
        let outcome = tokio::select! {
            biased;
            () = shared.closing.cancelled() => Some(JobOutcome::Again(now())),
            () = self.lose(&job) => None,
            () = tokio::time::sleep(shared.config.limit) => Some(failed(&job, "it took too long".to_owned(), now())),
            run = run => Some(match run {
                Ok(Run::Done) | Err(JobFault::Gone) => JobOutcome::Done,
                Ok(Run::Again(pause)) => JobOutcome::Again(now() + pause),
                Err(JobFault::Passing(fault)) => failed(&job, fault, now()),
                Err(JobFault::Lasting(fault)) => JobOutcome::Parked(fault),
            }),
        };
        let told = told(outcome.as_ref());
        measures::job(job.task.kind, told, began.elapsed());
        spans::ended(&span, told, matches!(outcome, Some(JobOutcome::Failed(..) | JobOutcome::Parked(_))));
        self.end(&job, outcome).await;
    }

    /// A place for a job: there always is one, but for those that wait for a model.
    fn place(&self, waits: bool) -> Option<Option<SemaphorePermit<'_>>> {
        if waits { self.shared.patience.try_acquire().ok().map(Some) } else { Some(None) }
    }

    /// Writes down how a run ended; `None` when the job is another's now.
    async fn end(&self, job: &Job, outcome: Option<JobOutcome>) {
        let shared = &self.shared;
        let Some(outcome) = outcome else { return };
        if let JobOutcome::Failed(_, fault) | JobOutcome::Parked(fault) = &outcome {
            tracing::warn!(job = %job.id, kind = %job.task.kind, attempts = job.attempts, fault, "background work failed");
        }
        if let Err(error) = shared.store.finish_job(job, &outcome, shared.clock.now()).await {
            // Its lease will expire, and it runs again: every step stands for itself.
            tracing::warn!(job = %job.id, error = %error, "the end of a job could not be written down");
        }
    }

    /// Renews the lease of a job; resolves when it has passed to another.
    async fn lose(&self, job: &Job) {
        let shared = &self.shared;
        loop {
            tokio::time::sleep(shared.config.lease / 3).await;
            match shared.store.renew_job(job, shared.clock.now() + shared.config.lease).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => tracing::warn!(job = %job.id, error = %error, "a lease could not be renewed yet"),
            }
        }
    }
}

/// How a run is said to have ended.
fn told(outcome: Option<&JobOutcome>) -> &'static str {
    match outcome {
        Some(JobOutcome::Done) => "done",
        Some(JobOutcome::Again(_)) => "again",
        Some(JobOutcome::Failed(..)) => "failed",
        Some(JobOutcome::Parked(_)) => "parked",
        None => "lost",
    }
}

fn failed(job: &Job, fault: String, now: OffsetDateTime) -> JobOutcome {
    if job.attempts < ATTEMPTS {
        JobOutcome::Failed(now + backoff(job.attempts), fault)
    } else {
        JobOutcome::Parked(fault)
    }
}
