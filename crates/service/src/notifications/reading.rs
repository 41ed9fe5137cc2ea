//! What a person does with their inbox: reads it, says what is read, takes something out, and says what they want to be told.

use domain::ClosedSet;
use domain::ids::{NotificationId, UserId};
use domain::jobs::Task;
use domain::limits;
use domain::notifications::{Inbox, NotificationKind, NotificationSettings};
use domain::pages::{Page, PageRequest};
use domain::validation::FieldError;
use store::jobs::Wanted;
use store::notifications::ReadMark;

use super::{NotificationView, Notifications};
use crate::{ServiceError, ServiceResult};

/// How many notifications a socket is told one by one; who missed more reads the list.
const MISSED: u32 = 20;

impl Notifications {
    /// Notifications, the newest first.
    ///
    /// # Errors
    /// `InvalidCursor`.
    pub async fn page(&self, user: UserId, unread: bool, page: &PageRequest) -> ServiceResult<Page<NotificationView>> {
        let found = self.inner.stores.notifications.page_notifications(user, unread, page).await?;
        Ok(Page { items: self.inner.views(found.items).await?, next_cursor: found.next_cursor })
    }

    /// How an inbox stands.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn inbox(&self, user: UserId) -> ServiceResult<Inbox> {
        Ok(self.inner.stores.inboxes.find_inbox(user).await?)
    }

    /// How an inbox stands, and the latest that are unread and came after a place.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn since(&self, user: UserId, after: u64) -> ServiceResult<(Inbox, Vec<NotificationView>)> {
        // First how far it is: what comes meanwhile is told the next time.
        let inbox = self.inbox(user).await?;
        let mut missed = self.inner.stores.inboxes.unread_after(user, after, MISSED).await?;
        missed.retain(|notification| notification.seq <= inbox.seq);
        Ok((inbox, self.inner.views(missed).await?))
    }

    /// Marks as read.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn mark_read(&self, user: UserId, mark: &ReadMark) -> ServiceResult<Inbox> {
        if let ReadMark::These(ids) = mark
            && (ids.is_empty() || ids.len() > limits::READ_AT_ONCE)
        {
            return Err(FieldError::new("ids", format!("must be 1 to {} ids", limits::READ_AT_ONCE)).into());
        }
        let inner = &self.inner;
        let inbox = inner.stores.notifications.mark_read(user, mark, inner.clock.now()).await?;
        inner.moved(user, inbox.seq);
        Ok(inbox)
    }

    /// Takes one out.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete(&self, user: UserId, id: NotificationId) -> ServiceResult<()> {
        let inbox = self.inner.stores.notifications.delete_notification(user, id).await?;
        self.inner.moved(user, inbox.seq);
        Ok(())
    }

    /// What a person wants to be told.
    ///
    /// # Errors
    /// `NotFound` when they are gone.
    pub async fn settings(&self, user: UserId) -> ServiceResult<NotificationSettings> {
        Ok(self.inner.stores.inboxes.find_settings(user).await?)
    }

    /// Keeps what a person wants to be told; what waits for their devices is looked at anew.
    ///
    /// # Errors
    /// `Invalid` when something is to be off that is always told.
    pub async fn save_settings(&self, user: UserId, settings: &NotificationSettings) -> ServiceResult<()> {
        if let Some(kind) = NotificationKind::ALL.iter().find(|kind| settings.off.contains(kind) && !kind.is_optional())
        {
            return Err(ServiceError::Invalid(vec![FieldError::new("kinds", format!("{kind} is always told"))]));
        }
        let inner = &self.inner;
        let now = inner.clock.now();
        inner.stores.inboxes.save_settings(user, settings, now).await?;
        let waiting = inner.stores.pushes.overdue(Some(user), now, limits::SUBSCRIPTIONS).await?;
        let wanted: Vec<Wanted> = waiting.into_iter().map(|id| Wanted { task: Task::push(id), run_at: now }).collect();
        Ok(self.jobs.want(&wanted).await?)
    }
}
