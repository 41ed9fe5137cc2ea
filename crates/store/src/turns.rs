//! Turns: the making of a reply, owned by one node at a time.
//!
//! A queued reply is claimed with a lease and a fence. Progress is appended in chunks, many turns in one transaction, and
//! renews the lease. Whoever finds a lease expired ends the turn visibly; the old owner's fence then no longer fits.

use async_trait::async_trait;
use domain::chats::{FailureCode, Message, MessageStatus, Session};
use domain::events::SessionEvent;
use domain::ids::{MessageId, NodeId, SessionId, UserId};
use domain::models::{FinishReason, TokenUsage};
use domain::traces::ReplyTrace;
use time::OffsetDateTime;

use crate::StoreResult;

/// A reply that now is this node's to write.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// The session it belongs to.
    pub session: Session,
    /// The reply; its content is what it begins with.
    pub reply: Message,
    /// Shown with every further call.
    pub fence: u64,
    /// The event `ReplyStarted`.
    pub event: SessionEvent,
}

/// What was written since the last call. An empty text only renews the lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The reply.
    pub reply_id: MessageId,
    /// From the claim.
    pub fence: u64,
    /// How many bytes of the reply stand before `text`.
    pub position: u64,
    /// The new text.
    pub text: String,
}

/// What became of progress.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Saved {
    /// The replies that are no longer the caller's.
    pub lost: Vec<MessageId>,
    /// Those that are, and whose person wants them stopped.
    pub stopped: Vec<MessageId>,
}

/// How a turn ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Finish {
    /// The reply.
    pub reply_id: MessageId,
    /// From the claim.
    pub fence: u64,
    /// The whole text.
    pub content: String,
    /// `Complete`, `Stopped` or `Failed`.
    pub status: MessageStatus,
    /// Why it failed.
    pub failure: Option<FailureCode>,
    /// The model that wrote it.
    pub model: Option<String>,
    /// Why the model ended.
    pub finish_reason: Option<FinishReason>,
    /// What it cost.
    pub usage: Option<TokenUsage>,
    /// What it was made from.
    pub trace: Option<ReplyTrace>,
}

/// Which turns nobody writes any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Orphans {
    /// Those whose lease has expired.
    Expired,
    /// Those of all nodes but this one: it alone has the store.
    AllBut(NodeId),
}

/// An event of a turn, with whom to tell.
#[derive(Debug, Clone, PartialEq)]
pub struct TurnEvent {
    /// Whose session it is.
    pub owner: UserId,
    /// The event.
    pub event: SessionEvent,
}

/// Keeps turns.
#[async_trait]
pub trait TurnStore: Send + Sync {
    /// Claims the oldest queued reply of a session, unless one is being written there under a live lease. A node that
    /// holds that lease gets its claim once more, with a new fence: it asks again only when it lost the answer.
    async fn claim_reply(
        &self,
        session: SessionId,
        node: NodeId,
        now: OffsetDateTime,
        lease_until: OffsetDateTime,
    ) -> StoreResult<Option<Claim>>;
    /// Saves progress and renews leases, all in one transaction; says which replies to go on with no more.
    async fn save_progress(&self, progress: &[Progress], lease_until: OffsetDateTime) -> StoreResult<Saved>;
    /// Asks the node that writes a reply to stop it: it learns of that when it saves. False when nobody writes it.
    async fn request_stop(&self, owner: UserId, reply: MessageId) -> StoreResult<bool>;
    /// Ends a turn, or a queued reply before its turn (fence 0). The event is `ReplyCompleted` or `ReplyFailed`; `None`
    /// when the reply is no longer the caller's. Repeating the same call gives the event again, at its first place.
    async fn finish_reply(&self, finish: &Finish, now: OffsetDateTime) -> StoreResult<Option<SessionEvent>>;
    /// Ends up to `limit` turns that nobody writes any more as failed (`Interrupted`), keeping what was saved.
    async fn end_orphans(&self, orphans: Orphans, now: OffsetDateTime, limit: u32) -> StoreResult<Vec<TurnEvent>>;
    /// Up to `limit` sessions that have a queued reply and no live turn.
    async fn waiting_sessions(&self, now: OffsetDateTime, limit: u32) -> StoreResult<Vec<SessionId>>;
}
