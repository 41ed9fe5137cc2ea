//! One broadcast channel for each person who has a device here.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use async_trait::async_trait;
use domain::ids::UserId;
use parking_lot::Mutex;
use tokio::sync::broadcast;

use crate::{Notice, Notices, Received, Subscription};

/// Notices that wait for a slow device; one more and it reads the store instead. Each person who is here pays for these
/// places, said or not.
pub(crate) const BACKLOG: usize = 16;

type Channels = Mutex<HashMap<UserId, Weak<Channel>>>;

/// Called when the last device of a person has left.
type OnLeft = dyn Fn(UserId) + Send + Sync;

struct Channel {
    user: UserId,
    sender: broadcast::Sender<Received>,
    channels: Weak<Channels>,
    on_left: Option<Arc<OnLeft>>,
}

impl Drop for Channel {
    fn drop(&mut self) {
        if let Some(channels) = self.channels.upgrade() {
            let mut channels = channels.lock();
            // Another may have come in its place meanwhile.
            if channels.get(&self.user).is_some_and(|channel| channel.strong_count() == 0) {
                channels.remove(&self.user);
            }
        }
        if let Some(left) = &self.on_left {
            left(self.user);
        }
    }
}

/// The notices of one process.
#[derive(Default)]
pub(crate) struct LocalNotices {
    channels: Arc<Channels>,
    on_left: Option<Arc<OnLeft>>,
}

impl LocalNotices {
    /// Calls `on_left` when the last device of a person has left.
    pub(crate) fn hearing_of_leaves(on_left: impl Fn(UserId) + Send + Sync + 'static) -> Self {
        Self { channels: Arc::default(), on_left: Some(Arc::new(on_left)) }
    }

    /// Listens to what `user` is told here.
    pub(crate) fn listen(&self, user: UserId) -> Subscription {
        let mut channels = self.channels.lock();
        let channel = channels.get(&user).and_then(Weak::upgrade).unwrap_or_else(|| {
            let channel = Arc::new(Channel {
                user,
                sender: broadcast::Sender::new(BACKLOG),
                channels: Arc::downgrade(&self.channels),
                on_left: self.on_left.clone(),
            });
            channels.insert(user, Arc::downgrade(&channel));
            channel
        });
        Subscription::new(channel.sender.subscribe(), channel)
    }

    /// Whether `user` has a device here.
    pub(crate) fn has(&self, user: UserId) -> bool {
        self.channels.lock().get(&user).is_some_and(|channel| channel.strong_count() > 0)
    }

    /// All who have a device here.
    pub(crate) fn people(&self) -> Vec<UserId> {
        self.channels.lock().keys().copied().collect()
    }

    /// Gives something to all devices of `user` here.
    pub(crate) fn give(&self, user: UserId, received: Received) {
        let channel = self.channels.lock().get(&user).and_then(Weak::upgrade);
        if let Some(channel) = channel {
            // It fails only when nobody listens any more.
            let _ = channel.sender.send(received);
        }
    }

    /// Tells all devices here that notices were lost.
    pub(crate) fn lag_all(&self) {
        for user in self.people() {
            self.give(user, Received::Lagged);
        }
    }
}

#[async_trait]
impl Notices for LocalNotices {
    fn publish(&self, user: UserId, notice: Notice) {
        self.give(user, Received::Notice(notice));
    }

    fn tell_here(&self, user: UserId, notice: Notice) {
        self.give(user, Received::Notice(notice));
    }

    async fn subscribe(&self, user: UserId) -> Subscription {
        self.listen(user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const AYA: UserId = UserId(Uuid::from_u128(1));

    #[tokio::test]
    async fn a_channel_goes_with_the_last_device() {
        let notices = LocalNotices::default();
        let (phone, laptop) = (notices.listen(AYA), notices.listen(AYA));
        drop(phone);
        assert_eq!(notices.people(), [AYA]);
        drop(laptop);
        assert_eq!(notices.people(), []);
    }

    #[tokio::test]
    async fn a_slow_device_is_told_that_it_lags() {
        let notices = LocalNotices::default();
        let mut slow = notices.listen(AYA);
        for _ in 0..BACKLOG * 3 {
            notices.publish(AYA, Notice::SignedOut { device_id: None });
        }
        assert!(matches!(slow.next().await, Received::Lagged));
        assert!(matches!(slow.next().await, Received::Notice(_)));
    }
}
