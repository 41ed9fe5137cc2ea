//! Notifications: told once each, those alike in one, the newest at the top.

use async_trait::async_trait;
use domain::ids::{NotificationId, SubscriptionId, UserId};
use domain::notifications::{Inbox, News, Notification};
use domain::pages::{Page, PageRequest};
use time::OffsetDateTime;

use crate::StoreResult;

/// News that was put into an inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The notification it became, or became a part of.
    pub notification: Notification,
    /// The devices that wait to be woken for it.
    pub wakes: Vec<SubscriptionId>,
}

/// What is marked as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadMark {
    /// All up to this place.
    UpTo(u64),
    /// These.
    These(Vec<NotificationId>),
}

/// Keeps notifications.
#[async_trait]
pub trait NotificationStore: Send + Sync {
    /// Tells news: a notification of its own, with this id, or a part of the one that is alike and unread. Who should be
    /// woken for it is written down as well. `None` when it was told before, is not wanted, or there is nobody to tell.
    async fn tell_news(&self, id: NotificationId, news: &News, now: OffsetDateTime) -> StoreResult<Option<Told>>;
    /// The notifications of a person, the newest first.
    async fn page_notifications(
        &self,
        user: UserId,
        unread: bool,
        page: &PageRequest,
    ) -> StoreResult<Page<Notification>>;
    /// Marks as read, and wakes nobody for it any more. What is not theirs is passed over.
    async fn mark_read(&self, user: UserId, mark: &ReadMark, now: OffsetDateTime) -> StoreResult<Inbox>;
    /// Removes one, and returns how the inbox stands.
    async fn delete_notification(&self, user: UserId, id: NotificationId) -> StoreResult<Inbox>;
    /// Forgets up to `limit` that nothing has happened to since `before`, and as many names of what was told before
    /// `sources`; how many in all.
    async fn sweep_notifications(
        &self,
        before: OffsetDateTime,
        sources: OffsetDateTime,
        limit: u32,
    ) -> StoreResult<u64>;
}
