//! Sessions: the chats of a person, and what happened in each, in order.

use async_trait::async_trait;
use domain::characters::CharacterBrief;
use domain::chats::{Message, Session, SessionFilter, SessionPatch};
use domain::events::SessionEvent;
use domain::ids::{SessionId, UserId};
use domain::pages::{Page, PageRequest};
use time::OffsetDateTime;

use crate::StoreResult;

/// A session as it stands in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct SessionListing {
    /// The session.
    pub session: Session,
    /// Who answers in it, where that is one.
    pub character: Option<CharacterBrief>,
    /// The message in view at its end.
    pub last_message: Option<Message>,
}

/// Keeps sessions.
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// Keeps a new session; `greetings` are its roots, and the first of them its leaf. One that several share may be there
    /// already: then it stays as it is.
    async fn create_session(&self, session: &Session, greetings: &[Message]) -> StoreResult<()>;
    /// The person's session with this id.
    async fn find_session(&self, owner: UserId, id: SessionId) -> StoreResult<Option<Session>>;
    /// The sessions in which the person talks, pinned first, then by the last message, the newest first. What is pinned or put
    /// away of a shared one is so for this member.
    async fn page_sessions(
        &self,
        owner: UserId,
        filter: SessionFilter,
        page: &PageRequest,
    ) -> StoreResult<Page<SessionListing>>;
    /// Changes a session. The event is `SessionUpdated`.
    async fn update_session(
        &self,
        owner: UserId,
        id: SessionId,
        patch: &SessionPatch,
        now: OffsetDateTime,
    ) -> StoreResult<SessionEvent>;
    /// Deletes a session with all its messages. The event is `SessionDeleted`, one place after the last.
    async fn delete_session(&self, owner: UserId, id: SessionId, now: OffsetDateTime) -> StoreResult<SessionEvent>;
    /// Up to `limit` events after `after_seq`, in order, told by the messages as they are now: events of messages deleted
    /// since are told as `MessageDeleted`, so that no place is missing.
    async fn events_after(
        &self,
        owner: UserId,
        id: SessionId,
        after_seq: u64,
        limit: u32,
    ) -> StoreResult<Vec<SessionEvent>>;
}
