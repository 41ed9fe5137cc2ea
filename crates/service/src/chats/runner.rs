//! Who writes replies on this node: one worker for each session that has something to answer, and tasks beside them: one
//! saves what is being written, one hears when to save at once, one looks for turns that nobody writes, and the tracker
//! ends them all.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bus::ReplyWriter;
use domain::chats::{Message, MessageStatus, Session};
use domain::ids::{MessageId, NodeId, SessionId, UserId};
use parking_lot::Mutex;
use store::StoreError;
use store::turns::{Claim, Finish, Orphans, Progress};
use tokio::sync::{Notify, Semaphore, SemaphorePermit, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{ChatsConfig, Inner, answering, prompts, turn};
use crate::{ServiceError, ServiceResult, measures};

/// How many orphans and waiting sessions one sweep takes up.
const SWEEP: u32 = 500;

/// How often a silent reply is looked at in the store while other nodes cannot tell that it is to be stopped.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How long turns that were cut at shutdown may take to store their end.
const CUT_WITHIN: Duration = Duration::from_secs(5);

/// Why a turn is to end before its model does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// The person stopped it.
    Stopped,
    /// The server goes away.
    Shutdown,
    /// It is another's, or its message was deleted.
    Lost,
}

/// A turn that is being written here.
pub(super) struct Active {
    /// The text.
    pub(super) writer: ReplyWriter,
    session: SessionId,
    fence: u64,
    /// Bytes of the text that the store has.
    saved: AtomicUsize,
    renewed: Mutex<Instant>,
    cut: watch::Sender<Option<Cut>>,
}

impl Active {
    /// Resolves when the turn is to end early.
    pub(super) async fn cut(&self) -> Cut {
        let mut cut = self.cut.subscribe();
        match cut.wait_for(Option::is_some).await {
            Ok(reason) => reason.unwrap_or(Cut::Lost),
            Err(_) => Cut::Lost,
        }
    }

    fn end(&self, reason: Cut) {
        self.cut.send_if_modified(|cut| cut.is_none() && cut.replace(reason).is_none());
    }
}

/// One turn, shared with those who save or cut it.
type SharedActive = Arc<Active>;

/// Writes the replies of this node.
#[derive(Clone)]
pub(super) struct Runner {
    shared: Arc<Shared>,
}

struct Shared {
    inner: Arc<Inner>,
    node: NodeId,
    config: ChatsConfig,
    active: Mutex<HashMap<MessageId, SharedActive>>,
    /// Sessions that have a worker; true when it must look once more before it goes.
    workers: Mutex<HashMap<SessionId, bool>>,
    slots: Semaphore,
    save: Notify,
    closing: CancellationToken,
    /// What is written for nobody's chat is to end now.
    cutting: CancellationToken,
    closed: CancellationToken,
    tasks: TaskTracker,
    keepers: TaskTracker,
}

impl Runner {
    /// A runner whose tasks run until [`Self::shutdown`].
    pub(super) fn start(inner: Arc<Inner>, node: NodeId, config: ChatsConfig) -> Self {
        let shared = Arc::new(Shared {
            inner,
            node,
            slots: Semaphore::new(config.concurrent_replies),
            config,
            active: Mutex::default(),
            workers: Mutex::default(),
            save: Notify::new(),
            closing: CancellationToken::new(),
            cutting: CancellationToken::new(),
            closed: CancellationToken::new(),
            tasks: TaskTracker::new(),
            keepers: TaskTracker::new(),
        });
        let runner = Self { shared };
        if runner.shared.config.writes {
            runner.shared.keepers.spawn(runner.clone().keep_saving());
            runner.shared.keepers.spawn(runner.clone().keep_sweeping());
            runner.shared.keepers.spawn(runner.clone().keep_hearing());
        }
        runner
    }

    /// Lets a worker look for queued replies of `session`.
    pub(super) fn wake(&self, session: SessionId) {
        if self.shared.closing.is_cancelled() || !self.shared.config.writes {
            return;
        }
        let mut workers = self.shared.workers.lock();
        if let Some(again) = workers.get_mut(&session) {
            *again = true;
            return;
        }
        workers.insert(session, false);
        self.shared.tasks.spawn(self.clone().work(session));
    }

    /// Prepares the model for a session that has just begun.
    pub(super) fn warm(&self, session: Session) {
        let runner = self.clone();
        self.shared.tasks.spawn(async move {
            tokio::select! {
                () = runner.shared.closing.cancelled() => {}
                () = prompts::warm(&runner.shared.inner, &session) => {}
            }
        });
    }

    /// Writes an answer that belongs to no session, or watches one that does: a task that a stop of the server waits for, and then cuts.
    pub(super) fn aside(&self, write: impl Future<Output = ()> + Send + 'static) -> ServiceResult<()> {
        if self.shared.closing.is_cancelled() {
            return Err(ServiceError::Unavailable("the server goes away".into()));
        }
        self.shared.tasks.spawn(write);
        Ok(())
    }

    /// Resolves when an aside is to end.
    pub(super) fn cutting(&self) -> CancellationToken {
        self.shared.cutting.clone()
    }

    /// A place among the replies that are written at the same time; `None` when the server goes away.
    pub(super) async fn place(&self) -> Option<SemaphorePermit<'_>> {
        let _waiting = measures::waiting();
        self.shared.slots.acquire().await.ok()
    }

    /// How long a reply may take.
    pub(super) fn reply_limit(&self) -> Duration {
        self.shared.config.reply_limit
    }

    /// Stops a reply: cut when it is written here, ended in the store when it still waits, asked for through the store
    /// when another node writes it.
    pub(super) async fn stop(&self, owner: UserId, reply: &Message) -> ServiceResult<()> {
        // Between two looks a queued reply may be claimed.
        for _ in 0..3 {
            if let Some(active) = self.shared.active.lock().get(&reply.id) {
                active.end(Cut::Stopped);
                return Ok(());
            }
            let finish = Finish {
                reply_id: reply.id,
                fence: 0,
                content: reply.content.clone(),
                status: MessageStatus::Stopped,
                failure: None,
                model: None,
                finish_reason: None,
                usage: None,
                trace: None,
            };
            let _turn = self.shared.inner.gates.enter(reply.session_id).await;
            if let Some(event) =
                self.shared.inner.stores.turns.finish_reply(&finish, self.shared.inner.clock.now()).await?
            {
                let payer = answering::payer(&self.shared.inner, owner, reply).await;
                self.shared.inner.tell(owner, &event).await;
                self.shared.inner.usages.release(payer, reply.id);
                return Ok(());
            }
            if self.shared.inner.stores.turns.request_stop(owner, reply.id).await? {
                self.shared.inner.bus.streams.nudge(reply.session_id);
                return Ok(());
            }
        }
        // It ended in between, which was the wish.
        Ok(())
    }

    /// Ends all tasks; see [`super::Chats::shutdown`].
    pub(super) async fn shutdown(&self, limit: Duration) {
        let shared = &self.shared;
        shared.closing.cancel();
        shared.tasks.close();
        if tokio::time::timeout(limit, shared.tasks.wait()).await.is_err() {
            shared.cutting.cancel();
            for active in shared.active.lock().values() {
                active.end(Cut::Shutdown);
            }
            if tokio::time::timeout(CUT_WITHIN, shared.tasks.wait()).await.is_err() {
                tracing::error!("some replies could not be ended before the server went away");
            }
        }
        shared.closed.cancel();
        shared.keepers.close();
        shared.keepers.wait().await;
    }

    /// Answers what is queued in a session, one reply after the other, then goes.
    async fn work(self, session: SessionId) {
        let mut wait = Duration::from_millis(20);
        loop {
            let waiting = measures::waiting();
            let Ok(_slot) = self.shared.slots.acquire().await else { return };
            drop(waiting);
            if self.shared.closing.is_cancelled() {
                self.shared.workers.lock().remove(&session);
                return;
            }
            match self.claim(session).await {
                Ok(Some((claim, active))) => {
                    turn::run(&self.shared.inner, &self.shared.config, claim, &active).await;
                    wait = Duration::from_millis(20);
                }
                Ok(None) if self.leave(session) => return,
                Ok(None) => {}
                Err(error) => {
                    tracing::warn!(session.id = %session, error = %error, "a reply could not be claimed yet");
                    tokio::select! {
                        () = tokio::time::sleep(wait) => {}
                        () = self.shared.closing.cancelled() => {}
                    }
                    wait = (wait * 2).min(Duration::from_secs(5));
                }
            }
        }
    }

    /// Ends the worker of a session, unless it was woken meanwhile.
    fn leave(&self, session: SessionId) -> bool {
        let mut workers = self.shared.workers.lock();
        match workers.get_mut(&session) {
            Some(again) if *again => {
                *again = false;
                false
            }
            _ => {
                workers.remove(&session);
                true
            }
        }
    }

    /// Claims the next reply of a session and begins its stream before anybody hears of it.
    async fn claim(&self, session: SessionId) -> Result<Option<(Claim, Written)>, StoreError> {
        let shared = &self.shared;
        let _turn = shared.inner.gates.enter(session).await;
        let now = shared.inner.clock.now();
        let Some(claim) =
            shared.inner.stores.turns.claim_reply(session, shared.node, now, now + shared.config.lease).await?
        else {
            return Ok(None);
        };
        let id = claim.reply.id;
        let active = Arc::new(Active {
            writer: shared.inner.bus.streams.open(id, &claim.reply.content),
            session,
            fence: claim.fence,
            saved: AtomicUsize::new(claim.reply.content.len()),
            renewed: Mutex::new(Instant::now()),
            cut: watch::Sender::new(None),
        });
        shared.active.lock().insert(id, Arc::clone(&active));
        shared.inner.tell(claim.session.owner, &claim.event).await;
        Ok(Some((claim, Written { shared: Arc::clone(shared), id, active })))
    }

    /// Saves progress every now and then, until the node is closed.
    async fn keep_saving(self) {
        let mut every = tokio::time::interval(self.shared.config.save_every);
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let all = tokio::select! {
                _ = every.tick() => false,
                () = self.shared.save.notified() => true,
                () = self.shared.closed.cancelled() => return,
            };
            self.save(all).await;
        }
    }

    /// Saves at once when somebody, here or on another node, stopped or deleted what is written here.
    async fn keep_hearing(self) {
        use tokio::sync::broadcast::error::RecvError;
        let mut nudges = self.shared.inner.bus.streams.nudges();
        loop {
            let nudged = tokio::select! {
                nudged = nudges.recv() => nudged,
                () = self.shared.closed.cancelled() => return,
            };
            let concerned = match nudged {
                Ok(session) => self.shared.active.lock().values().any(|active| active.session == session),
                Err(RecvError::Lagged(_)) => true,
                Err(RecvError::Closed) => return,
            };
            if concerned {
                self.shared.save.notify_one();
            }
        }
    }

    /// Saves what was written since the last time, of all replies at once. With `all`, those that said nothing more are
    /// asked about as well: whether they are still this node's.
    async fn save(&self, all: bool) {
        let shared = &self.shared;
        let active: Vec<(MessageId, SharedActive)> =
            shared.active.lock().iter().map(|(id, active)| (*id, Arc::clone(active))).collect();
        let mut progress = Vec::with_capacity(active.len());
        // Where nobody nudges, a stop asked for on another node is looked for.
        let silent = if shared.inner.is_deaf() { LOOK_EVERY } else { shared.config.lease / 3 };
        for (id, active) in &active {
            let position = active.saved.load(Ordering::Relaxed);
            let text = active.writer.since(position);
            if all || !text.is_empty() || active.renewed.lock().elapsed() > silent {
                progress.push(Progress { reply_id: *id, fence: active.fence, position: position as u64, text });
            }
        }
        if progress.is_empty() {
            return;
        }
        let lease_until = shared.inner.clock.now() + shared.config.lease;
        match shared.inner.stores.turns.save_progress(&progress, lease_until).await {
            Ok(outcome) => {
                let by_id: HashMap<MessageId, SharedActive> = active.into_iter().collect();
                for saved in progress {
                    let Some(active) = by_id.get(&saved.reply_id) else { continue };
                    *active.renewed.lock() = Instant::now();
                    active.saved.store(
                        saved.text.len() + usize::try_from(saved.position).unwrap_or_default(),
                        Ordering::Relaxed,
                    );
                }
                for active in outcome.lost.iter().filter_map(|id| by_id.get(id)) {
                    active.end(Cut::Lost);
                }
                for active in outcome.stopped.iter().filter_map(|id| by_id.get(id)) {
                    active.end(Cut::Stopped);
                }
            }
            Err(error) => {
                tracing::warn!(error = %error, replies = progress.len(), "what is being written could not be saved yet");
            }
        }
    }

    /// Takes up what others left, at once and then every now and then, until the node closes.
    async fn keep_sweeping(self) {
        let mut orphans = if self.shared.inner.alone { Orphans::AllBut(self.shared.node) } else { Orphans::Expired };
        let mut every = tokio::time::interval(self.shared.config.sweep_every);
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = every.tick() => {}
                () = self.shared.closing.cancelled() => return,
            }
            match self.sweep(orphans).await {
                Ok(()) => orphans = Orphans::Expired,
                Err(error) => tracing::warn!(error = %error, "turns that nobody writes could not be looked for"),
            }
        }
    }

    async fn sweep(&self, orphans: Orphans) -> Result<(), StoreError> {
        let inner = &self.shared.inner;
        loop {
            let ended = inner.stores.turns.end_orphans(orphans, inner.clock.now(), SWEEP).await?;
            for turn in &ended {
                inner.tell(turn.owner, &turn.event).await;
            }
            if ended.len() < SWEEP as usize {
                break;
            }
        }
        for session in inner.stores.turns.waiting_sessions(inner.clock.now(), SWEEP).await? {
            self.wake(session);
        }
        Ok(())
    }
}

/// Takes a turn off the list when its writing is over.
struct Written {
    shared: Arc<Shared>,
    id: MessageId,
    active: SharedActive,
}

impl std::ops::Deref for Written {
    type Target = Active;

    fn deref(&self) -> &Active {
        &self.active
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        self.shared.active.lock().remove(&self.id);
    }
}
