//! Jobs: work that goes on behind a person's back, and outlives the process that began it.
//!
//! There is at most one job of a kind for a key. It is claimed with a lease, tried again with growing pauses when it fails,
//! and parked when it keeps failing. What there is to do follows from the data, so that a job may run twice, or be lost and
//! found again.

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::ids::{CharacterId, CommentId, DiaryEntryId, InitiativeId, JobId, MomentId, SessionId, SubscriptionId};

closed_set! {
    /// The kinds of jobs.
    pub enum JobKind {
        /// Turns what was said in a session into episodes.
        Remember = "remember",
        /// Learns facts from a session, and sums it up.
        Learn = "learn",
        /// Tells the story of a person and a character anew.
        Retell = "retell",
        /// Judges how what was said in a session moved the bond of the two.
        Judge = "judge",
        /// Lets a character look back on a day with somebody.
        KeepDiary = "keep_diary",
        /// Makes the vectors that are missing.
        Embed = "embed",
        /// Hands the messages of a subscription to its push service.
        Push = "push",
        /// Learns who likes whom, for recommendations.
        Recommend = "recommend",
        /// Lets characters say something about a moment.
        CommentMoment = "comment_moment",
        /// Lets a character answer a comment.
        AnswerComment = "answer_comment",
        /// Lets a character post a moment of her own.
        PostMoment = "post_moment",
        /// Lets a character write first.
        WriteFirst = "write_first",
    }
}

closed_set! {
    /// How a job stands.
    pub enum JobState {
        /// Waits for its time.
        Waiting = "waiting",
        /// Runs under a lease.
        Running = "running",
        /// Failed so often that somebody should look.
        Parked = "parked",
    }
}

/// What a job is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Task {
    /// What is to be done.
    pub kind: JobKind,
    /// For what.
    pub key: Uuid,
}

impl Task {
    /// Work on a session, or on the person and character of a session.
    #[must_use]
    pub fn on(kind: JobKind, session: SessionId) -> Self {
        Self { kind, key: session.0 }
    }

    /// What waits for a device that subscribed to it.
    #[must_use]
    pub fn push(subscription: SubscriptionId) -> Self {
        Self { kind: JobKind::Push, key: subscription.0 }
    }

    /// The vectors of all memories.
    #[must_use]
    pub fn embed() -> Self {
        Self { kind: JobKind::Embed, key: Uuid::nil() }
    }

    /// What characters say about a moment.
    #[must_use]
    pub fn comment(moment: MomentId) -> Self {
        Self { kind: JobKind::CommentMoment, key: moment.0 }
    }

    /// What a character answers to a comment.
    #[must_use]
    pub fn answer(comment: CommentId) -> Self {
        Self { kind: JobKind::AnswerComment, key: comment.0 }
    }

    /// A moment of a character's own.
    #[must_use]
    pub fn post(character: CharacterId) -> Self {
        Self { kind: JobKind::PostMoment, key: character.0 }
    }

    /// What a character writes first.
    #[must_use]
    pub fn write_first(initiative: InitiativeId) -> Self {
        Self { kind: JobKind::WriteFirst, key: initiative.0 }
    }

    /// A page of a diary.
    #[must_use]
    pub fn diary(page: DiaryEntryId) -> Self {
        Self { kind: JobKind::KeepDiary, key: page.0 }
    }

    /// The recommendations of all people.
    #[must_use]
    pub fn recommend() -> Self {
        Self { kind: JobKind::Recommend, key: Uuid::nil() }
    }
}

/// A claimed job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What is to be done.
    pub task: Task,
    /// How often it was tried, this time included.
    pub attempts: u32,
    /// Shown with every further call.
    pub fence: u64,
}

/// A job as whoever looks after the queue sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedJob {
    /// Its id.
    pub id: JobId,
    /// What is to be done, and for what.
    pub task: Task,
    /// How it stands.
    pub state: JobState,
    /// How often it was tried.
    pub attempts: u32,
    /// When it runs next; of a running one, when its lease ends; of a parked one, when it was parked.
    pub due_at: OffsetDateTime,
    /// Why it failed last. Holds nothing of people.
    pub fault: Option<String>,
    /// When it was first wanted.
    pub created_at: OffsetDateTime,
}

/// Which jobs are looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueueFilter {
    /// Those in this state.
    pub state: Option<JobState>,
    /// Those of this kind.
    pub kind: Option<JobKind>,
}

/// How often a job is tried before it is parked.
pub const ATTEMPTS: u32 = 8;

/// How long to wait after the `attempts`-th failure: 5 seconds, doubled each time, an hour at most.
#[must_use]
pub fn backoff(attempts: u32) -> Duration {
    let doubled = 5_i64.saturating_mul(1_i64 << attempts.saturating_sub(1).min(16));
    Duration::seconds(doubled.min(3_600))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_stay_bounded() {
        let pauses: Vec<i64> = (1..=4).map(|attempt| backoff(attempt).whole_seconds()).collect();
        assert_eq!(pauses, [5, 10, 20, 40]);
        assert_eq!(backoff(u32::MAX), Duration::HOUR);
    }
}
