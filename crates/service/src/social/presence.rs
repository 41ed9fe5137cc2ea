//! Who is here, told to friends as it happens.
//!
//! ```text
//!   a socket opens, or the last one closes ──> a time at which somebody looks: soon, or after a pause
//!   that time comes ──> is the person here, on any node? is that other than what was told?
//!                         └──> their friends who have not muted them, of those the ones who are here
//!                                └──> what privacy says now ──> a notice to each
//! ```
//!
//! People of a node that dies are taken over by another, which looks at them the same way. A phone that changes its network goes and
//! comes within the pause, and nobody hears of it. What gets lost, friends read with the list: nothing here is kept.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use bus::{Bus, Here, Notice};
use domain::ids::UserId;
use domain::privacy::{Facet, Viewer, ViewerKind, sees};
use domain::profiles::WholeProfile;
use parking_lot::Mutex;
use store::{StoreResult, Stores};
use tokio::sync::Notify;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::accounts::Caller;
use crate::app::AppParts;
use crate::clock::Clock;

/// Settings of people among each other.
#[derive(Debug, Clone, Copy)]
pub struct SocialConfig {
    /// How soon friends are told that somebody came: those who come at once are looked at together.
    pub told_after: Duration,
    /// How long somebody must be without a socket before friends are told that they went; and how often somebody looks whom nodes that
    /// died left behind.
    pub gone_after: Duration,
}

impl Default for SocialConfig {
    fn default() -> Self {
        Self { told_after: Duration::from_millis(250), gone_after: Duration::from_secs(10) }
    }
}

/// How many are looked at together.
const AT_ONCE: usize = 256;

/// The least time between two looks for those whom nodes left behind.
const LEAST_PAUSE: Duration = Duration::from_millis(100);

/// How somebody stands on this node.
#[derive(Debug, Default)]
struct Standing {
    /// Their sockets here.
    sockets: usize,
    /// Whether friends were told that they are here, by this node or another.
    told: bool,
    /// When somebody looks.
    due: Option<Instant>,
}

#[derive(Default)]
struct Board {
    people: HashMap<UserId, Standing>,
    due: BTreeSet<(Instant, UserId)>,
}

impl Board {
    /// Looks at somebody at `at`; where that was planned for later, then.
    fn plan(&mut self, user: UserId, at: Instant) {
        let standing = self.people.entry(user).or_default();
        if let Some(before) = standing.due.replace(at) {
            self.due.remove(&(before, user));
        }
        self.due.insert((at, user));
    }

    /// Those whose time has come, at most so many.
    fn take(&mut self, now: Instant) -> Vec<UserId> {
        let mut taken = Vec::new();
        while taken.len() < AT_ONCE {
            let Some(first) = self.due.first().copied().filter(|(at, _)| *at <= now) else { break };
            self.due.remove(&first);
            if let Some(standing) = self.people.get_mut(&first.1) {
                standing.due = None;
            }
            taken.push(first.1);
        }
        taken
    }

    /// Notes what is told of somebody now. Who has no socket here is another node's.
    fn note(&mut self, user: UserId, online: bool) -> Noted {
        let Some(standing) = self.people.get_mut(&user) else { return Noted { before: false, ours: false } };
        let before = std::mem::replace(&mut standing.told, online);
        if standing.sockets == 0 && standing.due.is_none() {
            self.people.remove(&user);
            return Noted { before, ours: false };
        }
        Noted { before, ours: true }
    }
}

struct Noted {
    /// What friends believed before.
    before: bool,
    /// Whether this node goes on to look after them.
    ours: bool,
}

/// Tells friends who is here. Cloning is cheap.
#[derive(Clone)]
pub(super) struct Presences {
    inner: Arc<Inner>,
}

struct Inner {
    stores: Stores,
    bus: Bus,
    clock: Arc<dyn Clock>,
    config: SocialConfig,
    board: Mutex<Board>,
    look: Notify,
    closing: CancellationToken,
    tasks: TaskTracker,
}

impl Presences {
    /// Starts the task that tells. Must be called within a Tokio runtime.
    pub(super) fn start(parts: &AppParts) -> Self {
        let inner = Arc::new(Inner {
            stores: parts.stores.clone(),
            bus: parts.bus.clone(),
            clock: Arc::clone(&parts.clock),
            config: parts.social,
            board: Mutex::default(),
            look: Notify::new(),
            closing: CancellationToken::new(),
            tasks: TaskTracker::new(),
        });
        inner.tasks.spawn(Arc::clone(&inner).keep_looking());
        Self { inner }
    }

    /// A device of this person has a socket here, for as long as what this returns is kept.
    pub(super) fn enter(&self, caller: &Caller) -> Here {
        let user = caller.user_id;
        let here = self.inner.bus.presence.enter(user, caller.device_id);
        self.inner.came(user);
        let inner = Arc::clone(&self.inner);
        Here::new(move || {
            drop(here);
            inner.went(user);
        })
    }

    /// Somebody lets others see another part of them than before: friends learn whether they are here, or that it is not for them.
    pub(super) async fn shown_otherwise(&self, profile: &WholeProfile) -> StoreResult<()> {
        let inner = &self.inner;
        let user = profile.person.profile.user;
        let shown = is_shown(profile);
        let online = shown && inner.bus.presence.present(&[user]).await.contains_key(&user);
        inner.note(user, online);
        inner.tell(user, shown.then_some(online)).await
    }

    /// Tells nobody any more: whoever was here comes back elsewhere, or after the next start.
    pub(super) async fn shutdown(&self) {
        self.inner.closing.cancel();
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
    }
}

impl Inner {
    fn came(&self, user: UserId) {
        {
            let mut board = self.board.lock();
            let standing = board.people.entry(user).or_default();
            standing.sockets += 1;
            // Of whom friends know already, and who is not about to be looked at, there is nothing to tell.
            if standing.sockets > 1 || (standing.told && standing.due.is_none()) {
                return;
            }
            board.plan(user, Instant::now() + self.config.told_after);
        }
        self.look.notify_one();
    }

    fn went(&self, user: UserId) {
        {
            let mut board = self.board.lock();
            let Some(standing) = board.people.get_mut(&user) else { return };
            standing.sockets = standing.sockets.saturating_sub(1);
            if standing.sockets > 0 {
                return;
            }
            board.plan(user, Instant::now() + self.config.gone_after);
        }
        self.look.notify_one();
    }

    async fn keep_looking(self: Arc<Self>) {
        let mut rounds = tokio::time::interval(self.config.gone_after.max(LEAST_PAUSE));
        rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let next = self.board.lock().due.first().map(|(at, _)| *at);
            tokio::select! {
                () = self.closing.cancelled() => return,
                () = self.look.notified() => {}
                () = sleep_until(next) => self.look_at_those_due().await,
                _ = rounds.tick() => self.look_at_those_left_behind().await,
            }
        }
    }

    async fn look_at_those_due(&self) {
        let taken = self.board.lock().take(Instant::now());
        if taken.is_empty() {
            return;
        }
        let here = self.bus.presence.present(&taken).await;
        for user in taken {
            let online = here.contains_key(&user);
            if self.note(user, online) != online {
                self.look_at(user, online).await;
            }
        }
    }

    /// Notes what is told of somebody now; what friends believed before.
    fn note(&self, user: UserId, online: bool) -> bool {
        let Noted { before, ours } = self.board.lock().note(user, online);
        self.bus.presence.believed(user, online && ours);
        before
    }

    /// Friends believe of them that they are here.
    async fn look_at_those_left_behind(&self) {
        let left = self.bus.presence.left_behind().await;
        if left.is_empty() {
            return;
        }
        let here = self.bus.presence.present(&left).await;
        for user in left.into_iter().filter(|user| !here.contains_key(user)) {
            self.look_at(user, false).await;
        }
    }

    async fn look_at(&self, user: UserId, online: bool) {
        if let Err(error) = self.tell_as_shown(user, online).await {
            tracing::debug!(error = %error, "who is here could not be told; friends read it with the list");
        }
    }

    /// Tells friends that somebody came or went, as far as it is for them.
    async fn tell_as_shown(&self, user: UserId, online: bool) -> StoreResult<()> {
        let listening = self.listening(user).await?;
        if listening.is_empty() {
            return Ok(());
        }
        let profile = self.stores.profiles.open_profile(user, self.clock.now().date()).await?;
        let told = match (is_shown(&profile), profile.person.profile.disabled) {
            (true, _) => Some(online),
            // Who was kept out must not seem to be here for ever.
            (false, true) if !online => None,
            // Who is not shown comes and goes unseen.
            (false, _) => return Ok(()),
        };
        self.publish(user, told, &listening);
        Ok(())
    }

    async fn tell(&self, user: UserId, online: Option<bool>) -> StoreResult<()> {
        let listening = self.listening(user).await?;
        self.publish(user, online, &listening);
        Ok(())
    }

    fn publish(&self, user: UserId, online: Option<bool>, listening: &[UserId]) {
        for friend in listening {
            self.bus.notices.publish(*friend, Notice::Presence { user_id: user, online });
        }
    }

    /// The friends of somebody who are here and want to hear of them.
    async fn listening(&self, user: UserId) -> StoreResult<Vec<UserId>> {
        let circle = self.stores.circles.circle(user).await?;
        let mut listening = Vec::new();
        for friends in circle.chunks(AT_ONCE) {
            listening.extend(self.bus.presence.present(friends).await.into_keys());
        }
        Ok(listening)
    }
}

/// Waits for that time; for ever where there is none.
async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}

/// Whether friends may know if somebody is here. Of what age a friend is, or whom they follow, decides nothing there.
fn is_shown(profile: &WholeProfile) -> bool {
    let friend = Viewer { kind: ViewerKind::Friend, minor: false, near: false, follows: false };
    sees(friend, &profile.person.owner(), Facet::Presence)
}
