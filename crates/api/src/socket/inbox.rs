//! The inbox over the socket: what came into it, and what of it was read, on whichever device and node.

use super::connection::Connection;
use super::door::Bye;
use super::frames::ServerFrame;
use crate::notifications::NotificationOut;
use crate::sittings::ReminderOut;

impl Connection {
    /// Tells from the store what happened in the inbox up to a place that somebody saw.
    pub(super) async fn look_into_inbox(&mut self, seq: u64) -> Result<(), Bye> {
        let told = self.inbox.unwrap_or_default();
        if seq <= told {
            return Ok(());
        }
        let (inbox, missed) = match self.state.app.notifications.since(self.caller.user_id, told).await {
            Ok(found) => found,
            Err(error) => {
                // The next look finds it, or the client when it reads the list.
                tracing::warn!(error = %error, "an inbox could not be read");
                return Ok(());
            }
        };
        // Each place that is no notification's is something that was read or removed, or has grown since.
        let other = inbox.seq.saturating_sub(told) > missed.len() as u64;
        for view in missed {
            let notification = NotificationOut::from(view);
            self.tell(&ServerFrame::Notification { notification: &notification, unread: inbox.unread }).await?;
        }
        if other {
            self.tell(&ServerFrame::NotificationsRead { up_to: inbox.read_up_to, unread: inbox.unread }).await?;
        }
        self.inbox = Some(inbox.seq.max(told));
        Ok(())
    }

    /// Tells that the person has talked for long, once on each socket, until this device has said that it was seen.
    pub(super) async fn remind(&mut self) -> Result<(), Bye> {
        let open = match self.state.app.sittings.open(&self.caller).await {
            Ok(open) => open,
            Err(error) => {
                tracing::warn!(error = %error, "a reminder could not be read");
                return Ok(());
            }
        };
        let device = self.caller.device_id;
        let Some(view) = open.filter(|view| self.reminded != Some((device, view.reminder.id))) else { return Ok(()) };
        self.reminded = Some((device, view.reminder.id));
        self.tell(&ServerFrame::Reminder { reminder: &ReminderOut::from(view) }).await
    }
}
