//! What all ports of this bus share: the connection for commands, what waits to be sent, who is subscribed to, and how it
//! all is.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::ids::{DeviceId, NodeId, UserId};
use parking_lot::Mutex;
use redis::Client;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use tokio::sync::{Notify, mpsc, oneshot, watch};

use super::InvalidAddress;
use super::calls::Call;
use super::keys::Keys;
use crate::local::LocalNotices;
use crate::{BusState, Received};

/// What waits to be sent; more is dropped, and those it was for are told to read the store.
const WAITING: usize = 8_192;

/// People whose losses are remembered; beyond, everybody has lost something.
const LOSERS: usize = 1_024;

/// How long a command may take, and a connection.
pub(super) const WITHIN: Duration = Duration::from_millis(500);

/// How long a device that opens its socket waits to be heard of everywhere.
const SUBSCRIBED_WITHIN: Duration = Duration::from_secs(1);

/// Something to send.
pub(super) enum Outgoing {
    /// A notice to a person.
    Notice(UserId, String),
    /// A call on a channel.
    Call(String, String),
    /// A device came.
    Enter(UserId, DeviceId, Duration),
    /// A device went.
    Leave(UserId, DeviceId),
    /// Others believe that somebody is here, or no more.
    Believed(UserId, bool),
    /// Nothing; told when all before it is sent.
    Mark(oneshot::Sender<()>),
}

/// Who is subscribed to.
#[derive(Default)]
struct Subscribed {
    users: HashSet<UserId>,
    /// Those to look at, with who waits for that.
    pending: HashMap<UserId, Vec<oneshot::Sender<()>>>,
}

/// A change of what is subscribed to.
pub(super) struct Change {
    pub(super) enter: Vec<UserId>,
    pub(super) leave: Vec<UserId>,
    pub(super) waiting: Vec<(UserId, oneshot::Sender<()>)>,
}

pub(super) struct Link {
    pub(super) node: NodeId,
    pub(super) keys: Keys,
    pub(super) commands: ConnectionManager,
    outbox: mpsc::Sender<Outgoing>,
    state: watch::Sender<BusState>,
    lost: Mutex<(HashSet<UserId>, bool)>,
    subscribed: Mutex<Subscribed>,
    /// Told when [`Self::changes`] has something.
    pub(super) changed: Notify,
}

impl Link {
    /// A link that is not connected yet, and what it sends.
    pub(super) fn new(
        client: &Client,
        prefix: &str,
        node: NodeId,
    ) -> Result<(Arc<Self>, mpsc::Receiver<Outgoing>), InvalidAddress> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(WITHIN))
            .set_response_timeout(Some(WITHIN))
            .set_number_of_retries(1)
            .set_min_delay(Duration::from_millis(50));
        let commands = client.get_connection_manager_lazy(config).map_err(|_| InvalidAddress)?;
        let (outbox, outgoing) = mpsc::channel(WAITING);
        let (state, _) = watch::channel(BusState::Degraded { since: Instant::now() });
        let link = Self {
            node,
            keys: Keys::new(prefix),
            commands,
            outbox,
            state,
            lost: Mutex::default(),
            subscribed: Mutex::default(),
            changed: Notify::new(),
        };
        Ok((Arc::new(link), outgoing))
    }

    /// Whether the others are reached, as far as is known.
    pub(super) fn is_connected(&self) -> bool {
        *self.state.borrow() == BusState::Connected
    }

    /// How it is, as it changes.
    pub(super) fn state(&self) -> watch::Receiver<BusState> {
        self.state.subscribe()
    }

    /// The others are not reached.
    pub(super) fn degrade(&self) {
        let since = Instant::now();
        let changed = self.state.send_if_modified(|state| {
            let was_connected = *state == BusState::Connected;
            if was_connected {
                *state = BusState::Degraded { since };
            }
            was_connected
        });
        if changed {
            tracing::warn!("Redis cannot be reached; this node reads the store for news of the others");
        }
    }

    /// The others are reached again, and told whose notices they missed. Whether that is news.
    pub(super) fn heal(&self) -> bool {
        let healed =
            self.state.send_if_modified(|state| std::mem::replace(state, BusState::Connected) != BusState::Connected);
        if healed {
            tracing::info!("Redis is reached");
            self.confess();
        }
        healed
    }

    /// Tells the other nodes whose notices were lost here.
    pub(super) fn confess(&self) {
        let (users, everybody) = std::mem::take(&mut *self.lost.lock());
        if everybody || !users.is_empty() {
            let users = (!everybody).then(|| users.into_iter().collect());
            self.call_all(&Call::Lost { node: self.node, users });
        }
    }

    /// Remembers that something was not sent.
    pub(super) fn lose(&self, outgoing: &Outgoing) {
        if let Outgoing::Notice(user, _) = outgoing {
            let (users, everybody) = &mut *self.lost.lock();
            if users.len() >= LOSERS {
                *everybody = true;
            } else {
                users.insert(*user);
            }
        }
    }

    /// Whether something is to be confessed.
    pub(super) fn has_lost(&self) -> bool {
        let lost = self.lost.lock();
        lost.1 || !lost.0.is_empty()
    }

    /// Sends when it can; never waits.
    pub(super) fn send(&self, outgoing: Outgoing) {
        use mpsc::error::TrySendError;
        if let Err(TrySendError::Full(lost) | TrySendError::Closed(lost)) = self.outbox.try_send(outgoing) {
            self.lose(&lost);
        }
    }

    /// Resolves when all that waits now has been sent, or lost.
    pub(super) fn flush(&self) -> oneshot::Receiver<()> {
        let (mark, sent) = oneshot::channel();
        self.send(Outgoing::Mark(mark));
        sent
    }

    /// Calls one node.
    pub(super) fn call(&self, node: NodeId, call: &Call) {
        self.send_call(self.keys.node(node), call);
    }

    /// Calls all nodes, this one included.
    pub(super) fn call_all(&self, call: &Call) {
        self.send_call(self.keys.nodes(), call);
    }

    fn send_call(&self, channel: String, call: &Call) {
        if let Ok(text) = serde_json::to_string(call) {
            self.send(Outgoing::Call(channel, text));
        }
    }

    /// Waits until what is published for `user` is heard here; for a moment at most, and not while nothing is heard: then
    /// all devices read the store when that has passed.
    pub(super) async fn hear_of(&self, user: UserId) {
        let subscribed = {
            let mut subscribed = self.subscribed.lock();
            if subscribed.users.contains(&user) && !subscribed.pending.contains_key(&user) {
                return;
            }
            let (sender, receiver) = oneshot::channel();
            subscribed.pending.entry(user).or_default().push(sender);
            receiver
        };
        self.changed.notify_one();
        if self.is_connected() {
            let _ = tokio::time::timeout(SUBSCRIBED_WITHIN, subscribed).await;
        }
    }

    /// The last device of `user` has left this node.
    pub(super) fn left(&self, user: UserId) {
        self.subscribed.lock().pending.entry(user).or_default();
        self.changed.notify_one();
    }

    /// What is to be subscribed to and what no more. Those who leave count as unsubscribed from now on.
    pub(super) fn changes(&self, notices: &LocalNotices) -> Option<Change> {
        let mut subscribed = self.subscribed.lock();
        if subscribed.pending.is_empty() {
            return None;
        }
        let mut change = Change { enter: Vec::new(), leave: Vec::new(), waiting: Vec::new() };
        for (user, waiting) in std::mem::take(&mut subscribed.pending) {
            change.waiting.extend(waiting.into_iter().map(|waiting| (user, waiting)));
            match (notices.has(user), subscribed.users.contains(&user)) {
                (true, false) => change.enter.push(user),
                (false, true) => {
                    subscribed.users.remove(&user);
                    change.leave.push(user);
                }
                _ => {}
            }
        }
        Some(change)
    }

    /// A change was made. Those who did not wait for it may have missed something.
    pub(super) fn changed(&self, change: Change, notices: &LocalNotices) {
        self.subscribed.lock().users.extend(change.enter);
        for (user, waiting) in change.waiting {
            if waiting.send(()).is_err() {
                notices.give(user, Received::Lagged);
            }
        }
    }

    /// Nobody is subscribed to: everybody who is here is to be.
    pub(super) fn subscribe_anew(&self, notices: &LocalNotices) -> Change {
        let waiting = {
            let mut subscribed = self.subscribed.lock();
            subscribed.users.clear();
            let pending = std::mem::take(&mut subscribed.pending);
            pending.into_iter().flat_map(|(user, all)| all.into_iter().map(move |one| (user, one))).collect()
        };
        Change { enter: notices.people(), leave: Vec::new(), waiting }
    }
}
