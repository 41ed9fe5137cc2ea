//! Who may write first to whom, and what was written so: each thing once, whoever looks at the same time.

use async_trait::async_trait;
use domain::chats::MessageStatus;
use domain::ids::{CharacterId, InitiativeId, MessageId, UserId};
use domain::initiatives::{FirstMessage, FirstState, Initiative};
use domain::models::{FinishReason, TokenUsage};
use domain::traces::ReplyTrace;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::StoreResult;
use crate::turns::Finish;

/// What is on its way into a session.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    /// The words.
    pub content: String,
    /// The model that wrote them.
    pub model: String,
    /// Why it ended.
    pub finish_reason: FinishReason,
    /// What it cost; `None` is not known.
    pub usage: Option<TokenUsage>,
    /// What it was made from.
    pub trace: ReplyTrace,
}

impl Draft {
    /// The end of the reply that it becomes.
    #[must_use]
    pub fn ended(&self, reply: MessageId) -> Finish {
        Finish {
            reply_id: reply,
            fence: 0,
            content: self.content.clone(),
            status: MessageStatus::Complete,
            failure: None,
            model: Some(self.model.clone()),
            finish_reason: Some(self.finish_reason),
            usage: self.usage,
            trace: Some(self.trace.clone()),
        }
    }
}

/// How an initiative stands when it is looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// It.
    pub initiative: Initiative,
    /// What is on its way, and not at its end.
    pub open: Option<(FirstMessage, Option<Draft>)>,
    /// When she wrote first: the last time, and all times since the one that was asked for; the newest first.
    pub wrote_at: Vec<OffsetDateTime>,
    /// The slots that were taken last, whatever became of them.
    pub taken: Vec<String>,
}

/// Keeps who may write first.
#[async_trait]
pub trait InitiativeStore: Send + Sync {
    /// What a person allows a character; `None` when they never said.
    async fn find_initiative(&self, user: UserId, character: CharacterId) -> StoreResult<Option<Initiative>>;
    /// Keeps what a person allows a character, under this id where it is new; when they first talked stays as it was first said. What
    /// is looked at with the revision before is looked at anew.
    async fn save_initiative(&self, initiative: &Initiative, now: OffsetDateTime) -> StoreResult<Initiative>;
    /// Up to `limit` that are switched on and whose time had come by `now`, and those that have something on its way for longer than
    /// since `stale`.
    async fn initiatives_due(
        &self,
        now: OffsetDateTime,
        stale: OffsetDateTime,
        limit: u32,
    ) -> StoreResult<Vec<InitiativeId>>;
    /// How an initiative stands; `None` when it is gone.
    async fn find_standing(&self, id: InitiativeId, since: OffsetDateTime) -> StoreResult<Option<Standing>>;
    /// Looks again at another time; `false` when another was faster, or it was changed.
    async fn put_off(&self, initiative: &Initiative, next: OffsetDateTime) -> StoreResult<bool>;
}

/// Keeps what was written first.
#[async_trait]
pub trait FirstMessageStore: Send + Sync {
    /// Claims the slot of something that was written, and looks again at another time; `false` when the slot was taken before, another
    /// was faster, or the initiative was changed or switched off meanwhile.
    async fn claim_first(
        &self,
        initiative: &Initiative,
        first: &FirstMessage,
        draft: &Draft,
        next: OffsetDateTime,
    ) -> StoreResult<bool>;
    /// Says how it ended: `Written` or `Dropped`. Its draft is forgotten. Whether that is news.
    async fn end_first(&self, id: MessageId, state: FirstState, now: OffsetDateTime) -> StoreResult<bool>;
}
