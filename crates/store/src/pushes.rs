//! Devices that are woken: where they subscribed, and what waits for them.

use async_trait::async_trait;
use domain::ids::{DeviceId, NotificationId, SubscriptionId, UserId};
use domain::notifications::{Notification, NotificationSettings};
use time::OffsetDateTime;

use crate::StoreResult;

/// A device that wants to be woken.
#[derive(Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Its id.
    pub id: SubscriptionId,
    /// Whose it is.
    pub user: UserId,
    /// Which device.
    pub device: DeviceId,
    /// Where its push service takes messages. A secret.
    pub endpoint: String,
    /// The browser's public key.
    pub p256dh: String,
    /// The browser's secret.
    pub auth: String,
    /// Since when.
    pub created_at: OffsetDateTime,
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subscription").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A notification for which a device is to be woken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wake {
    /// As it is now.
    pub notification: Notification,
    /// Since when it waits.
    pub wanted_at: OffsetDateTime,
}

/// What waits for a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The device.
    pub subscription: Subscription,
    /// How often in a row it could not be reached.
    pub failures: u32,
    /// What its person wants.
    pub settings: NotificationSettings,
    /// The time zone where they live.
    pub timezone: Option<String>,
    /// How many of their notifications are not read.
    pub unread: u64,
    /// Those whose time has come, the longest due first.
    pub wakes: Vec<Wake>,
    /// When the next of the others is due.
    pub next_due: Option<OffsetDateTime>,
}

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WakeEnd {
    /// The push service took this one, as it was at this place.
    Taken(NotificationId, u64),
    /// This one, as it was at this place, is not told any more.
    Dropped(NotificationId, u64),
    /// All wait until then at least; nobody is to blame.
    Later(OffsetDateTime),
    /// The push service was not reached: all wait until then at least.
    Failed(OffsetDateTime),
    /// The device subscribes no more.
    Gone,
}

/// Keeps subscriptions, and what waits for them.
#[async_trait]
pub trait PushStore: Send + Sync {
    /// Keeps a subscription in place of the device's last one, and of any other with the same address. Of too many, the oldest
    /// goes.
    async fn subscribe(&self, subscription: &Subscription) -> StoreResult<()>;
    /// The subscription of a device.
    async fn find_subscription(&self, user: UserId, device: DeviceId) -> StoreResult<Option<Subscription>>;
    /// Forgets the subscription of a device; whether there was one.
    async fn unsubscribe(&self, user: UserId, device: DeviceId, now: OffsetDateTime) -> StoreResult<bool>;
    /// What waits for a device, up to `limit` of it; `None` when it subscribes no more.
    async fn waiting(&self, id: SubscriptionId, now: OffsetDateTime, limit: u32) -> StoreResult<Option<Waiting>>;
    /// Writes down how it went.
    async fn settle_wake(&self, id: SubscriptionId, end: WakeEnd, now: OffsetDateTime) -> StoreResult<()>;
    /// Devices for which something has been due since `since`; of one person, all for which anything waits.
    async fn overdue(&self, of: Option<UserId>, since: OffsetDateTime, limit: u32) -> StoreResult<Vec<SubscriptionId>>;
}
