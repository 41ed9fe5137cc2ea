//! The queue of jobs, as it is looked after.

use async_trait::async_trait;
use domain::ClosedSet;
use domain::audit::AuditEntry;
use domain::ids::JobId;
use domain::jobs::{JobKind, JobState, QueueFilter, QueuedJob, Task};
use domain::pages::{Page, PageRequest};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, QueryResult, Value};
use time::OffsetDateTime;
use uuid::Uuid;

use super::cursors::{self, Cursor};
use super::{SqlStore, audit, jobs, query, rows};
use crate::queue::{QueueCount, QueueStore};
use crate::{Conflict, StoreError, StoreResult};

const COLUMNS: &str = "kind, key, state, attempts, due_at, fault, created_at";

fn queued(row: &QueryResult) -> StoreResult<QueuedJob> {
    let task = Task { kind: rows::closed(&row.try_get::<String>("", "kind")?)?, key: row.try_get("", "key")? };
    Ok(QueuedJob {
        id: jobs::id(task),
        task,
        state: rows::closed(&row.try_get::<String>("", "state")?)?,
        attempts: rows::number(row.try_get("", "attempts")?)?,
        due_at: rows::time(row.try_get("", "due_at")?)?,
        fault: row.try_get("", "fault")?,
        created_at: rows::time(row.try_get("", "created_at")?)?,
    })
}

#[async_trait]
impl QueueStore for SqlStore {
    async fn count_queue(&self) -> StoreResult<Vec<QueueCount>> {
        let sql = "SELECT kind, state, COUNT(*) AS jobs FROM jobs GROUP BY kind, state ORDER BY kind, state";
        let count = |row: &QueryResult| {
            Ok(QueueCount {
                kind: rows::closed(&row.try_get::<String>("", "kind")?)?,
                state: rows::closed(&row.try_get::<String>("", "state")?)?,
                jobs: rows::number(row.try_get("", "jobs")?)?,
            })
        };
        query::rows(self.read(), sql, []).await?.iter().map(count).collect()
    }

    async fn page_jobs(&self, filter: QueueFilter, page: &PageRequest) -> StoreResult<Page<QueuedJob>> {
        let mut values: Vec<Value> = Vec::new();
        let mut sql = format!("SELECT {COLUMNS} FROM jobs WHERE TRUE");
        let mut place = |value: Value| {
            values.push(value);
            format!("${}", values.len())
        };
        if let Some(state) = filter.state {
            sql += &format!(" AND state = {}", place(state.as_str().into()));
        }
        if let Some(kind) = filter.kind {
            sql += &format!(" AND kind = {}", place(kind.as_str().into()));
        }
        if let Some((kind, cursor)) = page.cursor.as_deref().map(read_cursor).transpose()? {
            let (time, key) = (place(cursor.time.into()), place(cursor.id.into()));
            let kind = place(kind.as_str().into());
            sql += &format!(" AND (due_at, key, kind) > ({time}, {key}, {kind})");
        }
        sql += &format!(" ORDER BY due_at, key, kind LIMIT {}", place((i64::from(page.limit) + 1).into()));
        let found = query::rows(self.read(), sql, values).await?;
        let found: Vec<QueuedJob> = found.iter().map(queued).collect::<StoreResult<_>>()?;
        let place = |job: &QueuedJob| Cursor { first: false, time: rows::micros(job.due_at), id: job.task.key };
        let (items, next) = cursors::cut(found, page.limit, place);
        let next_cursor = next.zip(items.last()).map(|(cursor, last)| format!("{}.{cursor}", last.task.kind));
        Ok(Page { items, next_cursor })
    }

    async fn retry_job(&self, id: JobId, now: OffsetDateTime, audit: &AuditEntry) -> StoreResult<QueuedJob> {
        let tx = self.begin().await?;
        let task = hold(&tx, id).await?;
        let sql = format!(
            "UPDATE jobs SET state = 'waiting', due_at = $3, attempts = 0, again_at = NULL WHERE kind = $1 AND key = $2 RETURNING {COLUMNS}"
        );
        let values = [task.kind.as_str().into(), task.key.into(), rows::micros(now).into()];
        let row = query::row(&tx, sql, values).await?.ok_or(StoreError::NotFound)?;
        audit::write(&tx, audit).await?;
        tx.commit().await?;
        queued(&row)
    }

    async fn discard_job(&self, id: JobId, audit: &AuditEntry) -> StoreResult<()> {
        let tx = self.begin().await?;
        let task = hold(&tx, id).await?;
        let sql = "DELETE FROM jobs WHERE kind = $1 AND key = $2";
        query::run(&tx, sql, [task.kind.as_str().into(), task.key.into()]).await?;
        audit::write(&tx, audit).await?;
        tx.commit().await
    }
}

/// The kind of the last job, then its due time and key: what the order of a page goes by.
fn read_cursor(text: &str) -> StoreResult<(JobKind, Cursor)> {
    let (kind, place) = text.split_once('.').ok_or(StoreError::InvalidCursor)?;
    Ok((kind.parse().map_err(|_| StoreError::InvalidCursor)?, Cursor::read(place)?))
}

/// The task of a job that does not run, held to the end of the transaction.
async fn hold(tx: &DatabaseTransaction, id: JobId) -> StoreResult<Task> {
    let lock = if tx.get_database_backend() == DbBackend::Postgres { " FOR UPDATE" } else { "" };
    // An id follows from kind and key, so for each kind there is one key that makes it.
    for kind in JobKind::ALL {
        let task = Task { kind: *kind, key: key(*kind, id) };
        let sql = format!("SELECT state FROM jobs WHERE kind = $1 AND key = $2{lock}");
        if let Some(row) = query::row(tx, sql, [kind.as_str().into(), task.key.into()]).await? {
            let state: JobState = rows::closed(&row.try_get::<String>("", "state")?)?;
            let running = state == JobState::Running;
            return if running { Err(StoreError::Conflict(Conflict::JobRunning)) } else { Ok(task) };
        }
    }
    Err(StoreError::NotFound)
}

/// What a job of this kind with this id is for; see [`jobs::id`].
fn key(kind: JobKind, id: JobId) -> Uuid {
    Uuid::from_u128(jobs::id(Task { kind, key: id.0 }).0.as_u128())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_a_job_leads_back_to_its_task() {
        for kind in JobKind::ALL {
            let task = Task { kind: *kind, key: Uuid::from_u128(0x018f_0000_0000_7000_8000_0000_0000_0001) };
            assert_eq!(key(*kind, jobs::id(task)), task.key);
        }
    }
}
