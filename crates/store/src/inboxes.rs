//! Inboxes: how far they have come, what their people want to be told, and by whom notifications are.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::ids::{MediaId, UserId};
use domain::notifications::{Inbox, Notification, NotificationSettings, Notifier};

use time::OffsetDateTime;

use crate::StoreResult;

/// How somebody is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Face {
    /// The name.
    pub name: String,
    /// The picture.
    pub avatar: Option<MediaId>,
}

/// Keeps inboxes.
#[async_trait]
pub trait InboxStore: Send + Sync {
    /// How an inbox stands; an empty one for who has none yet.
    async fn find_inbox(&self, user: UserId) -> StoreResult<Inbox>;
    /// The latest `limit` that are unread and changed after a place, in the order of their places.
    async fn unread_after(&self, user: UserId, after: u64, limit: u32) -> StoreResult<Vec<Notification>>;
    /// The places of these people's inboxes, without those who have none. It serves nodes, not people.
    async fn inbox_places(&self, people: &[UserId]) -> StoreResult<Vec<(UserId, u64)>>;
    /// What somebody wants to be told.
    async fn find_settings(&self, user: UserId) -> StoreResult<NotificationSettings>;
    /// Keeps what somebody wants to be told; what waits for their devices is looked at anew.
    async fn save_settings(
        &self,
        user: UserId,
        settings: &NotificationSettings,
        now: OffsetDateTime,
    ) -> StoreResult<()>;
    /// How these are shown to somebody, without those who are gone, and characters who are not for them.
    async fn faces(&self, viewer: UserId, of: &[Notifier]) -> StoreResult<HashMap<Notifier, Face>>;
}
