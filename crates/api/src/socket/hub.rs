//! The sockets of this node: counted by person, ended together.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use domain::ids::UserId;
use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// Bounds of a socket.
#[derive(Debug, Clone, Copy)]
pub struct SocketLimits {
    /// How long a socket may take to show its token.
    pub auth_within: Duration,
    /// How often the server pings; it closes after two without an answer.
    pub heartbeat: Duration,
    /// How long a slow reader may keep one frame from being sent.
    pub send_within: Duration,
    /// Sockets of one person.
    pub per_person: usize,
    /// Frames at once.
    pub frames_burst: u32,
    /// Frames a second in the long run.
    pub frames_per_second: u32,
}

impl Default for SocketLimits {
    fn default() -> Self {
        Self {
            auth_within: Duration::from_secs(10),
            heartbeat: Duration::from_secs(25),
            send_within: Duration::from_secs(30),
            per_person: 32,
            frames_burst: 200,
            frames_per_second: 20,
        }
    }
}

/// All sockets of this node.
#[derive(Clone, Default)]
pub struct Sockets {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    people: Mutex<HashMap<UserId, usize>>,
    closing: CancellationToken,
    tasks: TaskTracker,
}

impl Sockets {
    /// Closes all sockets with 1001 and waits, for at most `limit`, until they are gone.
    pub async fn close(&self, limit: Duration) {
        self.shared.closing.cancel();
        self.shared.tasks.close();
        if tokio::time::timeout(limit, self.shared.tasks.wait()).await.is_err() {
            tracing::warn!("some sockets did not close in time");
        }
    }

    /// Counts a task that serves a socket.
    pub(super) fn track(&self) -> TaskTrackerToken {
        self.shared.tasks.token()
    }

    /// Resolves when all sockets are to close.
    pub(super) async fn closing(&self) {
        self.shared.closing.cancelled().await;
    }

    /// Takes one of a person's places; `None` when all are taken.
    pub(super) fn admit(&self, user: UserId, limit: usize) -> Option<Admission> {
        let mut people = self.shared.people.lock();
        let count = people.entry(user).or_default();
        if *count >= limit {
            return None;
        }
        *count += 1;
        Some(Admission { shared: Arc::clone(&self.shared), user })
    }
}

/// One of a person's places, given back when dropped.
pub(super) struct Admission {
    shared: Arc<Shared>,
    user: UserId,
}

impl Drop for Admission {
    fn drop(&mut self) {
        let mut people = self.shared.people.lock();
        if let Some(count) = people.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                people.remove(&self.user);
            }
        }
    }
}
