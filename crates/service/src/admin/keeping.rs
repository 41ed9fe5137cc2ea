//! What goes on by itself: sockets of people whom another process disabled are ended, and what is old is forgotten.

use std::sync::Arc;
use std::time::Duration;

use bus::{Bus, Notice};
use domain::usage::Day;
use store::{StoreResult, Stores};
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::app::AppParts;
use crate::clock::Clock;

/// Settings of administration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdminConfig {
    /// How long the audit log is kept.
    pub keep_audit: Duration,
    /// How often it is looked whom another process has disabled.
    pub look_every: Duration,
    /// How often what is old is forgotten.
    pub sweep_every: Duration,
}

impl Default for AdminConfig {
    fn default() -> Self {
        Self {
            keep_audit: Duration::from_secs(400 * 86_400),
            look_every: Duration::from_secs(3),
            sweep_every: Duration::from_secs(3_600),
        }
    }
}

/// Clocks of machines differ by so much at most, and one look is seldom later.
const APART: Duration = Duration::from_secs(30);

/// People whom one look finds, at most.
const LOOK: u32 = 1_000;

/// Rows that one transaction forgets, and how often in one sweep.
const SWEEP: u32 = 1_000;
const SWEEPS: u32 = 100;

/// Days for which the ledger of usage is kept: a reply is told again within minutes.
const LEDGER_DAYS: i64 = 7;

/// How long a notification is kept that nothing happens to any more.
const NOTIFICATIONS: time::Duration = time::Duration::days(90);

/// How long it is known what news was told: whoever tells it again does so within days.
const SOURCES: time::Duration = time::Duration::days(30);
/// How long an image waits for the moment it was uploaded for.
const UPLOADS: time::Duration = time::Duration::days(2);

/// How long it is remembered that a character was shown to somebody.
const SHOWN: Duration = Duration::from_secs(45 * 86_400);

/// The tasks of administration, until they are told to end.
pub(crate) struct Keeping {
    closing: CancellationToken,
    tasks: TaskTracker,
}

#[derive(Clone)]
struct Keeper {
    stores: Stores,
    bus: Bus,
    clock: Arc<dyn Clock>,
    config: AdminConfig,
    closing: CancellationToken,
}

impl Keeping {
    pub(crate) fn start(parts: &AppParts) -> Self {
        let keeping = Self { closing: CancellationToken::new(), tasks: TaskTracker::new() };
        let keeper = Keeper {
            stores: parts.stores.clone(),
            bus: parts.bus.clone(),
            clock: Arc::clone(&parts.clock),
            config: parts.admin,
            closing: keeping.closing.clone(),
        };
        keeping.tasks.spawn(keeper.clone().keep_looking());
        keeping.tasks.spawn(keeper.keep_sweeping());
        keeping
    }

    pub(crate) async fn shutdown(&self) {
        self.closing.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Keeper {
    /// Tells the sockets here of those who were disabled elsewhere: by a command, or by a node whose notice was lost.
    async fn keep_looking(self) {
        let mut every = tokio::time::interval(self.config.look_every);
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut seen = self.clock.now();
        loop {
            tokio::select! {
                _ = every.tick() => {}
                () = self.closing.cancelled() => return,
            }
            let now = self.clock.now();
            match self.stores.people.disabled_since(seen - APART, LOOK).await {
                Ok(people) => {
                    for user in people {
                        self.bus.notices.publish(user, Notice::SignedOut { device_id: None });
                    }
                    seen = now;
                }
                Err(error) => tracing::warn!(error = %error, "it could not be seen who was disabled"),
            }
        }
    }

    async fn keep_sweeping(self) {
        let mut every = tokio::time::interval(self.config.sweep_every);
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = every.tick() => {}
                () = self.closing.cancelled() => return,
            }
            if let Err(error) = self.sweep(self.clock.now()).await {
                tracing::warn!(error = %error, "what is old could not be forgotten");
            }
        }
    }

    async fn sweep(&self, now: OffsetDateTime) -> StoreResult<()> {
        for _ in 0..SWEEPS {
            let audit = self.stores.audit.sweep_audit(now - self.config.keep_audit, SWEEP).await?;
            let ledger = self.stores.usage.sweep_ledger(Day(Day::of(now).0 - LEDGER_DAYS), SWEEP).await?;
            let notifications = &self.stores.notifications;
            let told = notifications.sweep_notifications(now - NOTIFICATIONS, now - SOURCES, SWEEP).await?;
            let shown = self.stores.training.sweep_shown(now - SHOWN, SWEEP).await?;
            let uploads = self.stores.media.sweep_uploads(now - UPLOADS, SWEEP).await?;
            if audit + ledger + told + shown + uploads == 0 || self.closing.is_cancelled() {
                break;
            }
        }
        Ok(())
    }
}
