//! What other nodes do, read from the store while the bus does not tell: how far the sessions have come that sockets of
//! this node show, and how far the replies that they follow, and the inboxes of their people.
//!
//! The cost is that of the node, whatever its sockets: one question a second for all places, and a few a second for all
//! texts. While the bus tells, nothing is asked.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use bus::{BusState, Notice};
use domain::ids::{SessionId, UserId};
use parking_lot::Mutex;
use store::StoreResult;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::Inner;

/// How often places are asked for; a little more or less, so that nodes do not ask together.
const PLACES_EVERY: Duration = Duration::from_millis(900);
const JITTER: Duration = Duration::from_millis(200);

/// How often texts are asked for.
const TEXTS_EVERY: Duration = Duration::from_millis(400);

/// How far back is looked for sessions that are not known here: what was begun before may be written after.
const OVERLAP: Duration = Duration::from_secs(10);

/// What the sockets of this node show.
#[derive(Default)]
struct Watched {
    // Each with whose it is.
    sessions: HashMap<(SessionId, UserId), usize>,
    people: HashMap<UserId, usize>,
}

type Shared = Arc<Mutex<Watched>>;

/// What one socket shows, for as long as this is kept.
#[derive(Default)]
pub struct Watch {
    // None where nobody else writes.
    watched: Option<(Shared, UserId)>,
    sessions: HashSet<SessionId>,
}

impl Watch {
    /// The socket shows this session, too.
    pub fn add(&mut self, session: SessionId) {
        if let Some((watched, user)) = &self.watched
            && self.sessions.insert(session)
        {
            *watched.lock().sessions.entry((session, *user)).or_default() += 1;
        }
    }

    /// It does not any more.
    pub fn remove(&mut self, session: SessionId) {
        if let Some((watched, user)) = &self.watched
            && self.sessions.remove(&session)
        {
            leave(&mut watched.lock().sessions, &(session, *user));
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some((watched, user)) = &self.watched {
            let mut watched = watched.lock();
            for session in self.sessions.drain() {
                leave(&mut watched.sessions, &(session, *user));
            }
            leave(&mut watched.people, user);
        }
    }
}

fn leave<K: std::hash::Hash + Eq>(counts: &mut HashMap<K, usize>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}

/// Reads from the store what the bus does not tell.
pub(super) struct Watcher {
    watched: Option<Shared>,
    closed: CancellationToken,
    tasks: TaskTracker,
}

impl Watcher {
    /// A watcher that runs until [`Self::shutdown`]; one that does nothing where nobody else writes.
    pub(super) fn start(inner: &Arc<Inner>) -> Self {
        let watcher = Self {
            watched: (!inner.alone).then(Shared::default),
            closed: CancellationToken::new(),
            tasks: TaskTracker::new(),
        };
        if let Some(watched) = &watcher.watched {
            let watching = Watching { inner: Arc::clone(inner), watched: Arc::clone(watched) };
            let filling = Arc::clone(inner);
            let closed = watcher.closed.clone();
            watcher.tasks.spawn(closed.run_until_cancelled_owned(watching.run()));
            let closed = watcher.closed.clone();
            watcher.tasks.spawn(closed.run_until_cancelled_owned(fill(filling)));
        }
        watcher
    }

    /// What a socket of `user` shows.
    pub(super) fn watch(&self, user: UserId) -> Watch {
        let watched = self.watched.clone();
        if let Some(watched) = &watched {
            *watched.lock().people.entry(user).or_default() += 1;
        }
        Watch { watched: watched.map(|watched| (watched, user)), sessions: HashSet::new() }
    }

    pub(super) async fn shutdown(&self) {
        self.closed.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// Waits until the bus does not reach the others.
async fn until_deaf(inner: &Inner) {
    inner.bus.health.until(|state| state != BusState::Connected).await;
}

/// How far things had come at the last look.
#[derive(Default)]
struct Seen {
    sessions: HashMap<(SessionId, UserId), u64>,
    inboxes: HashMap<UserId, u64>,
}

struct Watching {
    inner: Arc<Inner>,
    watched: Shared,
}

impl Watching {
    async fn run(self) {
        loop {
            until_deaf(&self.inner).await;
            // Everything is told once: a socket that knows it passes over it.
            let mut seen = Seen::default();
            while !self.inner.bus.health.reaches_others() {
                if let Err(error) = self.look(&mut seen).await {
                    tracing::warn!(error = %error, "what other nodes did could not be read yet");
                }
                let chance = f64::from(self.inner.mint.secret().first().copied().unwrap_or_default()) / 255.0;
                tokio::time::sleep(PLACES_EVERY + JITTER.mul_f64(chance)).await;
            }
        }
    }

    /// Tells what moved since the last look.
    async fn look(&self, seen: &mut Seen) -> StoreResult<()> {
        let (shown, people): (Vec<(SessionId, UserId)>, Vec<UserId>) = {
            let watched = self.watched.lock();
            (watched.sessions.keys().copied().collect(), watched.people.keys().copied().collect())
        };
        if people.is_empty() {
            *seen = Seen::default();
            return Ok(());
        }
        let places = &self.inner.stores.places;
        let since = self.inner.clock.now() - OVERLAP;
        let sessions: Vec<SessionId> = shown.iter().map(|(session, _)| *session).collect();
        let (known, lately, inboxes) = tokio::try_join!(
            places.places(&sessions),
            places.lately(&people, since),
            self.inner.stores.inboxes.inbox_places(&people)
        )?;
        // Those who show a session may be several, and others than the one under whom it is kept.
        let known: HashMap<SessionId, u64> = known.into_iter().map(|place| (place.session_id, place.seq)).collect();
        let mut now: HashMap<(SessionId, UserId), u64> = HashMap::with_capacity(shown.len() + lately.len());
        now.extend(shown.iter().filter_map(|shown| Some((*shown, *known.get(&shown.0)?))));
        now.extend(lately.into_iter().map(|place| ((place.session_id, place.owner), place.seq)));
        for ((session_id, user), seq) in &now {
            if *seq > 0 && seen.sessions.get(&(*session_id, *user)).is_none_or(|before| before < seq) {
                self.inner.bus.notices.tell_here(*user, Notice::Moved { session_id: *session_id, seq: *seq });
            }
        }
        for (session_id, user) in shown.iter().filter(|shown| !now.contains_key(shown)) {
            // It is gone, beyond every place: who looks finds out, and shows it no more.
            self.inner.bus.notices.tell_here(*user, Notice::Moved { session_id: *session_id, seq: u64::MAX });
        }
        for (user, seq) in &inboxes {
            if seen.inboxes.get(user).is_none_or(|before| before < seq) {
                self.inner.bus.notices.tell_here(*user, Notice::Inbox { seq: *seq });
            }
        }
        *seen = Seen { sessions: now, inboxes: inboxes.into_iter().collect() };
        Ok(())
    }
}

/// Fills the replies that are followed here and written elsewhere with what is saved of them.
async fn fill(inner: Arc<Inner>) {
    loop {
        until_deaf(&inner).await;
        while !inner.bus.health.reaches_others() {
            let replies = inner.bus.streams.mirrored();
            if !replies.is_empty() {
                match inner.stores.places.written(&replies).await {
                    Ok(written) => {
                        for reply in written {
                            inner.bus.streams.fill(reply.reply_id, &reply.content, reply.status.is_final());
                        }
                    }
                    Err(error) => tracing::warn!(error = %error, "what other nodes write could not be read yet"),
                }
            }
            tokio::time::sleep(TEXTS_EVERY).await;
        }
    }
}
