//! Who does the work of the background: each kind of job has a room of its own, and what is behind is found in the data.

use std::sync::Arc;

use async_trait::async_trait;
use domain::ids::{DiaryEntryId, SessionId};
use domain::jobs::{JobKind, Task};
use store::StoreResult;
use store::jobs::Wanted;
use store::remembering::Lag;
use time::OffsetDateTime;

use super::{Inner, embed, learn, remember, retell};
use crate::ServiceError;
use crate::bonds::Bonds;
use crate::diaries::Diaries;
use crate::jobs::{JobFault, Jobs, Run, Workshop};
use crate::recommendations::Recommendations;
use crate::routes::Routes;

/// How many sessions one sweep takes up.
const SWEEP: u32 = 500;

/// The makers of memories, of bonds, of diaries, of what is unlocked on routes, and of recommendations.
pub(super) struct Makers {
    pub(super) inner: Arc<Inner>,
    pub(super) jobs: Jobs,
    pub(super) recommendations: Recommendations,
    pub(super) bonds: Bonds,
    pub(super) diaries: Diaries,
    pub(super) routes: Routes,
}

#[async_trait]
impl Workshop for Makers {
    fn kinds(&self) -> &'static [JobKind] {
        &[
            JobKind::Remember,
            JobKind::Learn,
            JobKind::Retell,
            JobKind::Judge,
            JobKind::KeepDiary,
            JobKind::Embed,
            JobKind::Recommend,
        ]
    }

    fn waits(&self, task: Task) -> bool {
        matches!(task.kind, JobKind::Learn | JobKind::Retell | JobKind::Judge | JobKind::KeepDiary | JobKind::Recommend)
    }

    async fn run(&self, task: Task) -> Result<Run, JobFault> {
        let session = SessionId(task.key);
        match task.kind {
            JobKind::Remember => remember::run(self, session).await,
            JobKind::Learn => learn::run(self, session).await,
            JobKind::Retell => retell::run(self, session).await,
            JobKind::Judge => {
                self.bonds.judge(session).await?;
                // What was unlocked by it is known once it is judged.
                self.routes.follow(session).await
            }
            JobKind::KeepDiary => self.diaries.keep(DiaryEntryId(task.key)).await,
            JobKind::Embed => embed::run(self).await,
            JobKind::Recommend => self.recommendations.learn().await,
            JobKind::Push
            | JobKind::CommentMoment
            | JobKind::AnswerComment
            | JobKind::PostMoment
            | JobKind::WriteFirst => Err(JobFault::Lasting("it is not done here".to_owned())),
        }
    }

    async fn sweep(&self, now: OffsetDateTime) -> StoreResult<Vec<Wanted>> {
        let config = &self.inner.config;
        let lag = Lag { facts: config.learn.then_some(config.learn_every), quiet_since: now - config.quiet };
        let behind = self.inner.stores.remembering.behind(lag, SWEEP).await?;
        let mut wanted = Vec::new();
        for session in behind {
            if session.unseen {
                wanted.push(Task::on(JobKind::Remember, session.session));
            }
            // A model that is too small now may be another tomorrow: the watermark waits.
            if session.facts && learn::can(&self.inner, session.session).await {
                wanted.push(Task::on(JobKind::Learn, session.session));
            }
        }
        if embed::is_behind(&self.inner).await? {
            wanted.push(Task::embed());
        }
        wanted.extend(self.diaries.due(now, SWEEP).await?.into_iter().map(Task::diary));
        if self.recommendations.is_behind(now).await? {
            wanted.push(Task::recommend());
        }
        Ok(wanted.into_iter().map(|task| Wanted { task, run_at: now }).collect())
    }
}

impl From<ServiceError> for JobFault {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Internal(fault) => Self::Lasting(fault),
            ServiceError::NotFound => Self::Gone,
            other => Self::Passing(other.to_string()),
        }
    }
}
