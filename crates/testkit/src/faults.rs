//! Stores that fail when told to: before the call, so that nothing happened, or after it, so that only the answer is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use async_trait::async_trait;
use domain::chats::{History, HistoryAnchor, Message, RegenerateMode, Session, SessionFilter, SessionPatch};
use domain::events::SessionEvent;
use domain::ids::{MessageId, NodeId, SessionId, UserId};
use domain::pages::{Page, PageRequest};
use parking_lot::Mutex;
use store::chats::{Accepted, ChatStore, NewMessage};
use store::history::{HistoryStore, Revision};
use store::sessions::{SessionListing, SessionStore};
use store::turns::{Claim, Finish, Orphans, Progress, TurnEvent, TurnStore};
use store::{StoreError, StoreResult, Stores};
use time::OffsetDateTime;

/// Whether a failing call has done its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// It failed before.
    Before,
    /// It was done, and the answer was lost.
    After,
}

/// Which calls fail.
#[derive(Clone, Default)]
pub struct Faults {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    calls: AtomicU64,
    plan: Mutex<Option<(u64, When)>>,
    all: AtomicBool,
}

impl Faults {
    /// The `n`-th call from now (0 is the next) fails, and no other.
    pub fn fail_call(&self, n: u64, when: When) {
        *self.shared.plan.lock() = Some((self.calls() + n, when));
    }

    /// Every call fails from now on.
    pub fn fail_everything(&self) {
        self.shared.all.store(true, Ordering::SeqCst);
    }

    /// Calls work again.
    pub fn heal(&self) {
        self.shared.all.store(false, Ordering::SeqCst);
        *self.shared.plan.lock() = None;
    }

    /// How many calls there were.
    pub fn calls(&self) -> u64 {
        self.shared.calls.load(Ordering::SeqCst)
    }

    /// Whether the planned fault has happened.
    pub fn happened(&self) -> bool {
        self.shared.plan.lock().is_none()
    }

    async fn through<T>(&self, call: impl Future<Output = StoreResult<T>>) -> StoreResult<T> {
        let n = self.shared.calls.fetch_add(1, Ordering::SeqCst);
        if self.shared.all.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable("all calls fail in this test".into()));
        }
        let due = self.shared.plan.lock().take_if(|(at, _)| *at == n);
        match due {
            Some((_, When::Before)) => Err(StoreError::Unavailable("this call fails in this test".into())),
            Some((_, When::After)) => {
                call.await.and(Err(StoreError::Unavailable("this answer is lost in this test".into())))
            }
            None => call.await,
        }
    }

    /// The stores of chats with these faults.
    pub fn wrap(&self, stores: Stores) -> Stores {
        let faulty = Arc::new(Faulty { faults: self.clone(), stores: stores.clone() });
        Stores { sessions: faulty.clone(), chats: faulty.clone(), history: faulty.clone(), turns: faulty, ..stores }
    }
}

struct Faulty {
    faults: Faults,
    stores: Stores,
}

#[async_trait]
impl SessionStore for Faulty {
    async fn create_session(&self, session: &Session, greetings: &[Message]) -> StoreResult<()> {
        self.faults.through(self.stores.sessions.create_session(session, greetings)).await
    }
    async fn find_session(&self, owner: UserId, id: SessionId) -> StoreResult<Option<Session>> {
        self.faults.through(self.stores.sessions.find_session(owner, id)).await
    }
    async fn page_sessions(
        &self,
        owner: UserId,
        filter: SessionFilter,
        page: &PageRequest,
    ) -> StoreResult<Page<SessionListing>> {
        self.faults.through(self.stores.sessions.page_sessions(owner, filter, page)).await
    }
    async fn update_session(
        &self,
        owner: UserId,
        id: SessionId,
        patch: &SessionPatch,
        now: OffsetDateTime,
    ) -> StoreResult<SessionEvent> {
        self.faults.through(self.stores.sessions.update_session(owner, id, patch, now)).await
    }
    async fn delete_session(&self, owner: UserId, id: SessionId, now: OffsetDateTime) -> StoreResult<SessionEvent> {
        self.faults.through(self.stores.sessions.delete_session(owner, id, now)).await
    }
    async fn events_after(
        &self,
        owner: UserId,
        id: SessionId,
        after_seq: u64,
        limit: u32,
    ) -> StoreResult<Vec<SessionEvent>> {
        self.faults.through(self.stores.sessions.events_after(owner, id, after_seq, limit)).await
    }
}

#[async_trait]
impl ChatStore for Faulty {
    async fn accept_message(
        &self,
        owner: UserId,
        session: SessionId,
        message: &NewMessage,
        now: OffsetDateTime,
    ) -> StoreResult<Accepted> {
        self.faults.through(self.stores.chats.accept_message(owner, session, message, now)).await
    }
    async fn queue_reply(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        mode: RegenerateMode,
        reply_id: MessageId,
        now: OffsetDateTime,
    ) -> StoreResult<SessionEvent> {
        self.faults.through(self.stores.chats.queue_reply(owner, session, message, mode, reply_id, now)).await
    }
    async fn edit_message(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        content: &str,
        now: OffsetDateTime,
    ) -> StoreResult<SessionEvent> {
        self.faults.through(self.stores.chats.edit_message(owner, session, message, content, now)).await
    }
    async fn delete_message(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        now: OffsetDateTime,
    ) -> StoreResult<SessionEvent> {
        self.faults.through(self.stores.chats.delete_message(owner, session, message, now)).await
    }
    async fn select_message(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        now: OffsetDateTime,
    ) -> StoreResult<SessionEvent> {
        self.faults.through(self.stores.chats.select_message(owner, session, message, now)).await
    }
}

#[async_trait]
impl HistoryStore for Faulty {
    async fn history(
        &self,
        owner: UserId,
        session: SessionId,
        anchor: HistoryAnchor,
        limit: u32,
    ) -> StoreResult<History> {
        self.faults.through(self.stores.history.history(owner, session, anchor, limit)).await
    }
    async fn find_message(&self, owner: UserId, id: MessageId) -> StoreResult<Option<Message>> {
        self.faults.through(self.stores.history.find_message(owner, id)).await
    }
    async fn ancestry(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        limit: u32,
    ) -> StoreResult<Vec<Message>> {
        self.faults.through(self.stores.history.ancestry(owner, session, message, limit)).await
    }
    async fn revisions(&self, owner: UserId, id: MessageId) -> StoreResult<Vec<Revision>> {
        self.faults.through(self.stores.history.revisions(owner, id)).await
    }
}

#[async_trait]
impl TurnStore for Faulty {
    async fn claim_reply(
        &self,
        session: SessionId,
        node: NodeId,
        now: OffsetDateTime,
        lease_until: OffsetDateTime,
    ) -> StoreResult<Option<Claim>> {
        self.faults.through(self.stores.turns.claim_reply(session, node, now, lease_until)).await
    }
    async fn save_progress(&self, progress: &[Progress], lease_until: OffsetDateTime) -> StoreResult<Vec<MessageId>> {
        self.faults.through(self.stores.turns.save_progress(progress, lease_until)).await
    }
    async fn finish_reply(&self, finish: &Finish, now: OffsetDateTime) -> StoreResult<Option<SessionEvent>> {
        self.faults.through(self.stores.turns.finish_reply(finish, now)).await
    }
    async fn end_orphans(&self, orphans: Orphans, now: OffsetDateTime, limit: u32) -> StoreResult<Vec<TurnEvent>> {
        self.faults.through(self.stores.turns.end_orphans(orphans, now, limit)).await
    }
    async fn waiting_sessions(&self, now: OffsetDateTime, limit: u32) -> StoreResult<Vec<SessionId>> {
        self.faults.through(self.stores.turns.waiting_sessions(now, limit)).await
    }
}
