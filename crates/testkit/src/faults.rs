//! Stores that fail when told to: before the call, so that nothing happened, or after it, so that only the answer is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use async_trait::async_trait;
use domain::chats::{History, HistoryAnchor, Message, Session, SessionFilter, SessionPatch};
use domain::events::SessionEvent;
use domain::ids::{MemoryId, MessageId, NodeId, SessionId, UserId};
use domain::jobs::{Job, JobKind};
use domain::memories::{Memory, MemoryFilter, Scope};
use domain::pages::{Page, PageRequest};
use domain::traces::ReplyTrace;
use parking_lot::Mutex;
use store::chats::{Accepted, ChatStore, NewMessage, NewReply, Queueing};
use store::history::{HistoryStore, Revision};
use store::jobs::{JobCount, JobOutcome, JobStore, Wanted};
use store::memories::{Forgetting, MemoryPatch, MemoryStore, ScopeChanges, ScopeVersion};
use store::remembering::{Behind, Lag, NewVector, Remembered, RememberingStore, Step, Trail, Unembedded};
use store::sessions::{SessionListing, SessionStore};
use store::transcripts::{Said, TranscriptHead, TranscriptStore};
use store::turns::{Claim, Finish, Orphans, Progress, Saved, TurnEvent, TurnStore};
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
    claims: Mutex<Vec<Vec<JobKind>>>,
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

    /// The kinds of jobs that were claimed together, each such list once.
    pub fn claims(&self) -> Vec<Vec<JobKind>> {
        self.shared.claims.lock().clone()
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

    /// The stores of memories with these faults. Apart from those of chats, because jobs call them in their own time.
    pub fn wrap_memories(&self, stores: Stores) -> Stores {
        let faulty = Arc::new(Faulty { faults: self.clone(), stores: stores.clone() });
        Stores {
            transcripts: faulty.clone(),
            memories: faulty.clone(),
            remembering: faulty.clone(),
            jobs: faulty,
            ..stores
        }
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
        how: Queueing,
        reply: NewReply,
        now: OffsetDateTime,
    ) -> StoreResult<SessionEvent> {
        self.faults.through(self.stores.chats.queue_reply(owner, session, message, how, reply, now)).await
    }
    async fn put_reply(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        written: &Finish,
        now: OffsetDateTime,
    ) -> StoreResult<Vec<SessionEvent>> {
        self.faults.through(self.stores.chats.put_reply(owner, session, message, written, now)).await
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
    async fn retract_message(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        now: OffsetDateTime,
    ) -> StoreResult<SessionEvent> {
        self.faults.through(self.stores.chats.retract_message(owner, session, message, now)).await
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
    async fn tree(&self, owner: UserId, session: SessionId) -> StoreResult<Vec<MessageId>> {
        self.faults.through(self.stores.history.tree(owner, session)).await
    }
    async fn messages_of(&self, owner: UserId, session: SessionId, ids: &[MessageId]) -> StoreResult<Vec<Message>> {
        self.faults.through(self.stores.history.messages_of(owner, session, ids)).await
    }
    async fn revisions(&self, owner: UserId, id: MessageId) -> StoreResult<Vec<Revision>> {
        self.faults.through(self.stores.history.revisions(owner, id)).await
    }
    async fn trace(&self, owner: UserId, id: MessageId) -> StoreResult<Option<ReplyTrace>> {
        self.faults.through(self.stores.history.trace(owner, id)).await
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
    async fn save_progress(&self, progress: &[Progress], lease_until: OffsetDateTime) -> StoreResult<Saved> {
        self.faults.through(self.stores.turns.save_progress(progress, lease_until)).await
    }
    async fn request_stop(&self, owner: UserId, reply: MessageId) -> StoreResult<bool> {
        self.faults.through(self.stores.turns.request_stop(owner, reply)).await
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

#[async_trait]
impl TranscriptStore for Faulty {
    async fn transcript(&self, session: SessionId) -> StoreResult<Option<TranscriptHead>> {
        self.faults.through(self.stores.transcripts.transcript(session)).await
    }
    async fn said_from(&self, owner: UserId, session: SessionId, depth: u32, limit: u32) -> StoreResult<Vec<Said>> {
        self.faults.through(self.stores.transcripts.said_from(owner, session, depth, limit)).await
    }
    async fn said_before(
        &self,
        owner: UserId,
        session: SessionId,
        message: MessageId,
        limit: u32,
    ) -> StoreResult<Vec<Said>> {
        // Replies read this, not jobs; what a reply does about a fault is another test.
        self.stores.transcripts.said_before(owner, session, message, limit).await
    }
    async fn standing(&self, owner: UserId, messages: &[MessageId]) -> StoreResult<Vec<MessageId>> {
        self.faults.through(self.stores.transcripts.standing(owner, messages)).await
    }
}

#[async_trait]
impl MemoryStore for Faulty {
    async fn page_memories(&self, scope: Scope, filter: MemoryFilter, page: &PageRequest) -> StoreResult<Page<Memory>> {
        self.faults.through(self.stores.memories.page_memories(scope, filter, page)).await
    }
    async fn find_memory(&self, scope: Scope, id: MemoryId) -> StoreResult<Option<(Memory, Vec<Memory>)>> {
        self.faults.through(self.stores.memories.find_memory(scope, id)).await
    }
    async fn add_memory(&self, memory: &Memory, corrects: Option<MemoryId>) -> StoreResult<()> {
        self.faults.through(self.stores.memories.add_memory(memory, corrects)).await
    }
    async fn change_memory(&self, scope: Scope, id: MemoryId, patch: MemoryPatch) -> StoreResult<Memory> {
        self.faults.through(self.stores.memories.change_memory(scope, id, patch)).await
    }
    async fn forget(&self, scope: Scope, what: Forgetting, now: OffsetDateTime) -> StoreResult<u64> {
        self.faults.through(self.stores.memories.forget(scope, what, now)).await
    }
    async fn changed_memories(
        &self,
        scope: Scope,
        since: ScopeVersion,
        embedder: Option<&str>,
        limit: u32,
    ) -> StoreResult<Option<ScopeChanges>> {
        self.faults.through(self.stores.memories.changed_memories(scope, since, embedder, limit)).await
    }
}

#[async_trait]
impl RememberingStore for Faulty {
    async fn behind(&self, lag: Lag, limit: u32) -> StoreResult<Vec<Behind>> {
        self.faults.through(self.stores.remembering.behind(lag, limit)).await
    }
    async fn remembered(&self, session: SessionId) -> StoreResult<Remembered> {
        self.faults.through(self.stores.remembering.remembered(session)).await
    }
    async fn trail(&self, session: SessionId, depth: u32) -> StoreResult<Option<Trail>> {
        self.faults.through(self.stores.remembering.trail(session, depth)).await
    }
    async fn step(&self, step: &Step) -> StoreResult<()> {
        self.faults.through(self.stores.remembering.step(step)).await
    }
    async fn unembedded(&self, embedder: &str, limit: u32) -> StoreResult<Vec<Unembedded>> {
        self.faults.through(self.stores.remembering.unembedded(embedder, limit)).await
    }
    async fn save_vectors(&self, embedder: &str, vectors: &[NewVector]) -> StoreResult<()> {
        self.faults.through(self.stores.remembering.save_vectors(embedder, vectors)).await
    }
}

#[async_trait]
impl JobStore for Faulty {
    async fn want_jobs(&self, wanted: &[Wanted], now: OffsetDateTime) -> StoreResult<()> {
        self.faults.through(self.stores.jobs.want_jobs(wanted, now)).await
    }
    async fn claim_jobs(
        &self,
        kinds: &[JobKind],
        node: NodeId,
        now: OffsetDateTime,
        lease_until: OffsetDateTime,
        limit: u32,
    ) -> StoreResult<Vec<Job>> {
        {
            let mut claims = self.faults.shared.claims.lock();
            if !claims.iter().any(|known| known == kinds) {
                claims.push(kinds.to_vec());
            }
        }
        self.faults.through(self.stores.jobs.claim_jobs(kinds, node, now, lease_until, limit)).await
    }
    async fn renew_job(&self, job: &Job, lease_until: OffsetDateTime) -> StoreResult<bool> {
        self.faults.through(self.stores.jobs.renew_job(job, lease_until)).await
    }
    async fn finish_job(&self, job: &Job, outcome: &JobOutcome, now: OffsetDateTime) -> StoreResult<()> {
        self.faults.through(self.stores.jobs.finish_job(job, outcome, now)).await
    }
    async fn count_jobs(&self) -> StoreResult<Vec<JobCount>> {
        self.faults.through(self.stores.jobs.count_jobs()).await
    }
}
