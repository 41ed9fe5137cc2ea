//! Jobs, as leases on rows. A job that is done has no row.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::ClosedSet;
use domain::ids::{JobId, NodeId};
use domain::jobs::{ATTEMPTS, Job, JobKind, JobState, Task};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, QueryResult, Value};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{SqlStore, query, rows};
use crate::StoreResult;
use crate::jobs::{JobCount, JobOutcome, JobStore, Wanted};

/// How often a parked job that is wanted again counts as tried: one attempt is left.
const ALL_BUT_ONE: i64 = ATTEMPTS as i64 - 1;

/// How much later than it is wanted a parked job runs, in microseconds: what always fails must not fail all the time.
const PAROLE: i64 = 60 * 60 * 1_000_000;

/// Wants these done within a transaction of another change, so that both are kept or neither.
pub(super) async fn want(tx: &DatabaseTransaction, wanted: &[Wanted], now: OffsetDateTime) -> StoreResult<()> {
    // Each once, and in one order for all nodes, so that no two wait for each other.
    let mut times: BTreeMap<(JobKind, Uuid), i64> = BTreeMap::new();
    for wanted in wanted {
        let time = times.entry((wanted.task.kind, wanted.task.key)).or_insert(i64::MAX);
        *time = rows::micros(wanted.run_at).min(*time);
    }
    let wanted: Vec<((JobKind, Uuid), i64)> = times.into_iter().collect();
    for block in query::blocks(&wanted, 7) {
        let values: Vec<Value> =
            block.iter().flat_map(|((kind, key), time)| new_row(*kind, *key, *time, rows::micros(now))).collect();
        let sql = format!(
            "INSERT INTO jobs (kind, key, state, due_at, attempts, fence, created_at) VALUES {}
            ON CONFLICT (kind, key) DO UPDATE SET
                state = CASE jobs.state WHEN 'parked' THEN 'waiting' ELSE jobs.state END,
                attempts = CASE jobs.state WHEN 'parked' THEN {ALL_BUT_ONE} ELSE jobs.attempts END,
                due_at = CASE WHEN jobs.state = 'parked' THEN excluded.due_at + {PAROLE}
                    WHEN jobs.state = 'waiting' AND jobs.attempts = 0 AND excluded.due_at < jobs.due_at THEN excluded.due_at
                    ELSE jobs.due_at END,
                again_at = CASE WHEN jobs.state = 'running' AND (jobs.again_at IS NULL OR excluded.due_at < jobs.again_at)
                    THEN excluded.due_at ELSE jobs.again_at END",
            query::tuples(1, 7, block.len())
        );
        query::run(tx, sql, values).await?;
    }
    Ok(())
}

#[async_trait]
impl JobStore for SqlStore {
    async fn want_jobs(&self, wanted: &[Wanted], now: OffsetDateTime) -> StoreResult<()> {
        if wanted.is_empty() {
            return Ok(());
        }
        let tx = self.begin().await?;
        want(&tx, wanted, now).await?;
        tx.commit().await
    }

    async fn claim_jobs(
        &self,
        kinds: &[JobKind],
        node: NodeId,
        now: OffsetDateTime,
        lease_until: OffsetDateTime,
        limit: u32,
    ) -> StoreResult<Vec<Job>> {
        let now = rows::micros(now);
        let due = format!(
            "SELECT kind, key, state, attempts, fence, again_at FROM jobs
            WHERE state <> 'parked' AND due_at <= $1 AND kind IN ({}) ORDER BY due_at, created_at, kind, key LIMIT $2",
            query::places(3, kinds.len())
        );
        let asked = |limit: i64| {
            let kinds = kinds.iter().map(|kind| Value::from(kind.as_str()));
            [now.into(), limit.into()].into_iter().chain(kinds)
        };
        // Most looks find nothing, and hold up no writer.
        if query::row(self.read(), due.as_str(), asked(1)).await?.is_none() {
            return Ok(Vec::new());
        }
        let tx = self.begin().await?;
        let lock = if tx.get_database_backend() == DbBackend::Postgres { " FOR UPDATE SKIP LOCKED" } else { "" };
        let found = query::rows(&tx, format!("{due}{lock}"), asked(i64::from(limit))).await?;
        let mut jobs = Vec::with_capacity(found.len());
        for row in &found {
            if park_fatal(&tx, row, now).await? {
                continue;
            }
            let sql = "UPDATE jobs SET state = 'running', due_at = $3, lease_node = $4, attempts = attempts + 1, fence = fence + 1
                WHERE kind = $1 AND key = $2 RETURNING kind, key, attempts, fence";
            let (kind, key): (String, Uuid) = (row.try_get("", "kind")?, row.try_get("", "key")?);
            let values = [kind.into(), key.into(), rows::micros(lease_until).into(), node.0.into()];
            jobs.extend(query::row(&tx, sql, values).await?.as_ref().map(job).transpose()?);
        }
        // Lost, they are claimed again.
        tx.commit_unsettled().await?;
        Ok(jobs)
    }

    async fn renew_job(&self, job: &Job, lease_until: OffsetDateTime) -> StoreResult<bool> {
        let tx = self.begin().await?;
        let sql = format!("UPDATE jobs SET due_at = $4 WHERE {OURS}");
        let values = ours(job).into_iter().chain([rows::micros(lease_until).into()]);
        let renewed = query::run(&tx, sql, values).await?;
        tx.commit_unsettled().await?;
        Ok(renewed > 0)
    }

    async fn finish_job(&self, job: &Job, outcome: &JobOutcome, now: OffsetDateTime) -> StoreResult<()> {
        let tx = self.begin().await?;
        // Held from here on, so that nobody wants it unheard.
        let sql = format!("UPDATE jobs SET lease_node = NULL WHERE {OURS} RETURNING again_at, attempts");
        let Some(row) = query::row(&tx, sql, ours(job)).await? else { return Ok(()) };
        let again_at: Option<i64> = row.try_get("", "again_at")?;
        let attempts: i64 = row.try_get("", "attempts")?;
        match next(outcome, attempts, again_at, rows::micros(now)) {
            Some(next) => put(&tx, job, next).await?,
            None => {
                query::run(&tx, format!("DELETE FROM jobs WHERE {OURS}"), ours(job)).await?;
            }
        }
        tx.commit().await
    }

    async fn count_jobs(&self) -> StoreResult<Vec<JobCount>> {
        let found = query::rows(self.read(), "SELECT state, COUNT(*) AS jobs FROM jobs GROUP BY state", []).await?;
        let mut counts: Vec<JobCount> = JobState::ALL.iter().map(|state| JobCount { state: *state, jobs: 0 }).collect();
        for row in &found {
            let state: JobState = rows::closed(&row.try_get::<String>("", "state")?)?;
            let jobs = rows::number(row.try_get("", "jobs")?)?;
            counts.iter_mut().filter(|count| count.state == state).for_each(|count| count.jobs = jobs);
        }
        Ok(counts)
    }
}

fn new_row(kind: JobKind, key: Uuid, time: i64, now: i64) -> [Value; 7] {
    // Its fences begin where no run of a job of the same name that was done before has come.
    let fence = now;
    [
        kind.as_str().into(),
        key.into(),
        JobState::Waiting.as_str().into(),
        time.into(),
        0_i64.into(),
        fence.into(),
        now.into(),
    ]
}

/// The job with the claim that was shown.
const OURS: &str = "kind = $1 AND key = $2 AND fence = $3 AND state = 'running'";

fn ours(job: &Job) -> [Value; 3] {
    [job.task.kind.as_str().into(), job.task.key.into(), rows::signed(job.fence).into()]
}

fn job(row: &QueryResult) -> StoreResult<Job> {
    let task = Task { kind: rows::closed(&row.try_get::<String>("", "kind")?)?, key: row.try_get("", "key")? };
    Ok(Job {
        id: id(task),
        task,
        attempts: rows::number(row.try_get("", "attempts")?)?,
        fence: rows::number(row.try_get("", "fence")?)?,
    })
}

/// There is one job for a task, so its id follows from it.
pub(super) fn id(task: Task) -> JobId {
    JobId(Uuid::from_u128(task.key.as_u128() ^ (task.kind as u128 + 1)))
}

/// How a job stands after a run.
struct Next {
    state: JobState,
    due_at: i64,
    attempts: i64,
    fault: Option<String>,
}

/// What becomes of a job that ended so; `None` when it is done. Wanted meanwhile, it is as if that came right afterwards.
fn next(outcome: &JobOutcome, attempts: i64, again_at: Option<i64>, now: i64) -> Option<Next> {
    let waiting = |due_at, attempts, fault| Next { state: JobState::Waiting, due_at, attempts, fault };
    match outcome {
        JobOutcome::Done => again_at.map(|again| waiting(again, 0, None)),
        JobOutcome::Again(time) => {
            let time = rows::micros(*time);
            Some(waiting(again_at.map_or(time, |again| again.min(time)), 0, None))
        }
        JobOutcome::Failed(time, fault) => Some(waiting(rows::micros(*time), attempts, Some(fault.clone()))),
        JobOutcome::Parked(fault) => Some(match again_at {
            Some(again) => waiting(again + PAROLE, ALL_BUT_ONE, Some(fault.clone())),
            None => Next { state: JobState::Parked, due_at: now, attempts, fault: Some(fault.clone()) },
        }),
    }
}

/// Parks a job whose last attempt never came to an end, and says so: it may be what kills whoever runs it.
async fn park_fatal(tx: &DatabaseTransaction, row: &QueryResult, now: i64) -> StoreResult<bool> {
    let state: JobState = rows::closed(&row.try_get::<String>("", "state")?)?;
    let job = job(row)?;
    if state != JobState::Running || job.attempts < ATTEMPTS {
        return Ok(false);
    }
    let fault = JobOutcome::Parked("no attempt came to an end".into());
    if let Some(next) = next(&fault, i64::from(job.attempts), row.try_get("", "again_at")?, now) {
        put(tx, &job, next).await?;
    }
    Ok(true)
}

async fn put(tx: &DatabaseTransaction, job: &Job, next: Next) -> StoreResult<()> {
    let sql = format!(
        "UPDATE jobs SET state = $4, due_at = $5, attempts = $6, fault = $7, lease_node = NULL, again_at = NULL WHERE {OURS}"
    );
    let values = [next.state.as_str().into(), next.due_at.into(), next.attempts.into(), next.fault.into()];
    query::run(tx, sql, ours(job).into_iter().chain(values)).await.map(|_| ())
}
