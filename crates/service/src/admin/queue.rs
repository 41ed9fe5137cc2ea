//! The queue of background work: looked into, tried again, thinned out.

use domain::audit::{AuditAction, AuditTarget, TargetKind};
use domain::ids::JobId;
use domain::jobs::{QueueFilter, QueuedJob};
use domain::pages::{Page, PageRequest};
use store::queue::QueueCount;

use super::Admin;
use crate::ServiceResult;
use crate::audit::{Acting, detail, tell};

impl Admin {
    /// How many jobs there are, by kind and state.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn count_queue(&self) -> ServiceResult<Vec<QueueCount>> {
        Ok(self.stores.queue.count_queue().await?)
    }

    /// Jobs, the longest due first.
    ///
    /// # Errors
    /// `InvalidCursor`.
    pub async fn page_jobs(&self, filter: QueueFilter, page: &PageRequest) -> ServiceResult<Page<QueuedJob>> {
        Ok(self.stores.queue.page_jobs(filter, page).await?)
    }

    /// Lets a job run at once, as good as new.
    ///
    /// # Errors
    /// `NotFound`, `Conflict(JobRunning)`.
    pub async fn retry_job(&self, acting: &Acting, id: JobId) -> ServiceResult<QueuedJob> {
        let entry = self.audit.entry(acting, AuditAction::JobRetried, target(id), detail([]));
        let job = self.stores.queue.retry_job(id, self.clock.now(), &entry).await?;
        tell(&entry);
        Ok(job)
    }

    /// Takes a job off the queue. What the data says is behind comes back, as good as new.
    ///
    /// # Errors
    /// `NotFound`, `Conflict(JobRunning)`.
    pub async fn discard_job(&self, acting: &Acting, id: JobId) -> ServiceResult<()> {
        let entry = self.audit.entry(acting, AuditAction::JobDiscarded, target(id), detail([]));
        self.stores.queue.discard_job(id, &entry).await?;
        tell(&entry);
        Ok(())
    }
}

fn target(id: JobId) -> AuditTarget {
    AuditTarget::new(TargetKind::Job, &id)
}
