//! Who does the background work of moments.

use std::sync::Arc;

use async_trait::async_trait;
use domain::ids::{CharacterId, CommentId, MomentId};
use domain::jobs::{JobKind, Task};
use store::StoreResult;
use store::jobs::Wanted;
use time::OffsetDateTime;

use super::Inner;
use crate::jobs::{JobFault, Run, Workshop};

/// How many characters whose time to post has come one sweep takes up.
const SWEEP: u32 = 200;

/// The characters, as far as they take part.
pub(super) struct Cast {
    pub(super) inner: Arc<Inner>,
}

#[async_trait]
impl Workshop for Cast {
    fn kinds(&self) -> &'static [JobKind] {
        &[JobKind::CommentMoment, JobKind::AnswerComment, JobKind::PostMoment]
    }

    fn waits(&self, _: Task) -> bool {
        true
    }

    async fn run(&self, task: Task) -> Result<Run, JobFault> {
        match task.kind {
            JobKind::CommentMoment => self.inner.comment_moment(MomentId(task.key)).await,
            JobKind::AnswerComment => self.inner.answer_comment(CommentId(task.key)).await,
            JobKind::PostMoment => self.inner.post_moment(CharacterId(task.key)).await,
            JobKind::Remember
            | JobKind::Learn
            | JobKind::Retell
            | JobKind::Judge
            | JobKind::KeepDiary
            | JobKind::Embed
            | JobKind::Push
            | JobKind::Recommend
            | JobKind::WriteFirst => Err(JobFault::Lasting("it is not done here".to_owned())),
        }
    }

    async fn sweep(&self, now: OffsetDateTime) -> StoreResult<Vec<Wanted>> {
        if !self.inner.config.take_part || self.inner.config.posts_per_week == 0 {
            return Ok(Vec::new());
        }
        let due = self.inner.stores.posting.posting_due(now, SWEEP).await?;
        Ok(due.into_iter().map(|id| Wanted { task: Task::post(id), run_at: now }).collect())
    }
}
