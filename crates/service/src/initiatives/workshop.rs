//! Who does the background work of characters who write first.

use std::sync::Arc;

use async_trait::async_trait;
use domain::ids::InitiativeId;
use domain::jobs::{JobKind, Task};
use store::StoreResult;
use store::jobs::Wanted;
use time::OffsetDateTime;

use super::Inner;
use crate::jobs::{JobFault, Run, Workshop};

/// How many one sweep takes up.
const SWEEP: u32 = 200;

/// What is on its way for so long has nobody who carries it.
const STALE: time::Duration = time::Duration::MINUTE;

/// The characters who write first.
pub(super) struct Writers {
    pub(super) inner: Arc<Inner>,
}

#[async_trait]
impl Workshop for Writers {
    fn kinds(&self) -> &'static [JobKind] {
        &[JobKind::WriteFirst]
    }

    fn waits(&self, _: Task) -> bool {
        true
    }

    async fn run(&self, task: Task) -> Result<Run, JobFault> {
        self.inner.write_first(InitiativeId(task.key)).await
    }

    async fn sweep(&self, now: OffsetDateTime) -> StoreResult<Vec<Wanted>> {
        let due = self.inner.stores.initiatives.initiatives_due(now, now - STALE, SWEEP).await?;
        Ok(due.into_iter().map(|id| Wanted { task: Task::write_first(id), run_at: now }).collect())
    }
}
