//! The suite of `QueueStore`.

use domain::ClosedSet;
use domain::audit::{Actor, AuditAction, AuditEntry, AuditFilter};
use domain::ids::JobId;
use domain::jobs::{JobKind, JobState, QueueFilter, QueuedJob, Task};
use domain::pages::PageRequest;
use time::Duration;

use super::making::Making;
use super::people::entry;
use crate::jobs::{JobOutcome, Wanted};
use crate::{Conflict, StoreError, Stores};

/// Runs it.
pub async fn queue(stores: &Stores) {
    let making = Making::new(stores);
    let key = making.uuid();
    let tasks = [JobKind::Remember, JobKind::Learn, JobKind::Retell].map(|kind| Task { kind, key });
    let now = making.now();
    let wanted: Vec<Wanted> = tasks.iter().map(|task| Wanted { task: *task, run_at: now }).collect();
    let before = waiting(stores, JobKind::Retell).await;
    stores.jobs.want_jobs(&wanted, now).await.unwrap();
    assert_eq!(waiting(stores, JobKind::Retell).await, before + 1);
    // All of one moment and one key: pages of one meet each of them once.
    let mine = all(stores, QueueFilter::default(), 1, key).await;
    assert_eq!(mine.len(), 3);
    assert!(mine.iter().all(|job| job.state == JobState::Waiting && job.attempts == 0 && job.due_at == now));
    let only = QueueFilter { kind: Some(JobKind::Learn), state: Some(JobState::Waiting) };
    assert_eq!(all(stores, only, 100, key).await.len(), 1);

    let claimed =
        stores.jobs.claim_jobs(JobKind::ALL, making.node(), now, now + Duration::seconds(30), 10_000).await.unwrap();
    let learn = *claimed.iter().find(|job| job.task == tasks[1]).unwrap();
    let audit = |action| entry(&making, Actor::Cli, action, domain::ids::UserId(key));
    let (retry, discard) = (audit(AuditAction::JobRetried), audit(AuditAction::JobDiscarded));
    let running = StoreError::Conflict(Conflict::JobRunning);
    assert_eq!(stores.queue.retry_job(learn.id, now, &retry).await.unwrap_err(), running);
    assert_eq!(stores.queue.discard_job(learn.id, &discard).await.unwrap_err(), running);
    assert_eq!(log(stores, key).await, []);

    stores.jobs.finish_job(&learn, &JobOutcome::Parked("no model".into()), making.now()).await.unwrap();
    let parked = QueueFilter { state: Some(JobState::Parked), kind: None };
    let found = all(stores, parked, 100, key).await;
    assert_eq!((found.len(), found[0].fault.as_deref(), found[0].attempts), (1, Some("no model"), 1));
    let later = making.now();
    let retried = stores.queue.retry_job(learn.id, later, &retry).await.unwrap();
    assert_eq!((retried.state, retried.due_at, retried.attempts), (JobState::Waiting, later, 0));
    let again = stores
        .jobs
        .claim_jobs(JobKind::ALL, making.node(), later, later + Duration::seconds(30), 10_000)
        .await
        .unwrap();
    let again = *again.iter().find(|job| job.task == tasks[1]).unwrap();
    assert!(again.fence > learn.fence);
    stores.jobs.finish_job(&again, &JobOutcome::Again(later), later).await.unwrap();
    stores.queue.discard_job(learn.id, &discard).await.unwrap();
    assert_eq!(stores.queue.discard_job(learn.id, &discard).await, Err(StoreError::NotFound));
    assert_eq!(stores.queue.retry_job(JobId(making.uuid()), later, &retry).await, Err(StoreError::NotFound));
    assert_eq!(log(stores, key).await, [AuditAction::JobDiscarded, AuditAction::JobRetried]);
    let nonsense = PageRequest { cursor: Some("learn.nonsense".into()), limit: 1 };
    assert_eq!(stores.queue.page_jobs(parked, &nonsense).await.unwrap_err(), StoreError::InvalidCursor);
    for job in claimed.iter().filter(|job| job.task != tasks[1]) {
        stores.jobs.finish_job(job, &JobOutcome::Done, now).await.unwrap();
    }
}

async fn waiting(stores: &Stores, kind: JobKind) -> u64 {
    let counts = stores.queue.count_queue().await.unwrap();
    assert!(counts.iter().all(|count| count.jobs > 0));
    counts.iter().filter(|count| count.kind == kind && count.state == JobState::Waiting).map(|count| count.jobs).sum()
}

async fn all(stores: &Stores, filter: QueueFilter, limit: u32, key: uuid::Uuid) -> Vec<QueuedJob> {
    let (mut met, mut cursor) = (Vec::new(), None);
    loop {
        let page = stores.queue.page_jobs(filter, &PageRequest { cursor, limit }).await.unwrap();
        met.extend(page.items.into_iter().filter(|job| job.task.key == key));
        cursor = page.next_cursor;
        if cursor.is_none() {
            return met;
        }
    }
}

async fn log(stores: &Stores, key: uuid::Uuid) -> Vec<AuditAction> {
    let filter = AuditFilter { user: Some(domain::ids::UserId(key)), action: None };
    let page = stores.audit.page_audit(&filter, &PageRequest { cursor: None, limit: 10 }).await.unwrap();
    page.items.into_iter().map(|entry: AuditEntry| entry.action).collect()
}
