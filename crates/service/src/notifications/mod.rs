//! Notifications: what happened while somebody was away; kept in their inbox, shown at once on devices that are here, and
//! pushed to those that are not.
//!
//! ```text
//!   something happens ──> tell: one transaction writes the notification, and which devices it should wake
//!                           ├──> the bus: sockets look into the inbox
//!                           └──> jobs, one a device: quiet hours, encryption, the push service, again if need be
//! ```
//!
//! Two ways to tell. [`Notifications::tell`] returns once the news is kept, and takes the same news, known by its source, only
//! once: whoever is run again until it succeeds, a job say, loses nothing. A store method that changes something else may
//! tell within its own transaction (`store::sql::notifications::tell`), and [`Notifications::told`] then hurries. With
//! [`Notifications::soon`] nobody waits: what the process had not yet written down when it died is not told.

mod posting;
mod quiet;
mod reading;
mod subscribing;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bus::{Bus, Notice};
use domain::chats::Session;
use domain::ids::{DeviceId, MessageId, SessionId, UserId};
use domain::jobs::Task;
use domain::limits;
use domain::notifications::{AccountNews, News, Notification, NotificationKind, Notifier, Subject};
use domain::profiles::PersonRef;
use push::Pusher;
use store::Stores;
use store::inboxes::Face;
use store::jobs::Wanted;
use store::notifications::Told;
use time::OffsetDateTime;
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::app::AppParts;
use crate::clock::Clock;
use crate::jobs::{Jobs, JobsConfig};
use crate::mint::Mint;
use crate::{ServiceError, ServiceResult};

pub(crate) use quiet::quiet_until;
pub use subscribing::{NewSubscription, SubscriptionView};

/// Settings of notifications.
#[derive(Debug, Clone)]
pub struct NotificationsConfig {
    /// Settings of the jobs that wake devices.
    pub jobs: JobsConfig,
    /// How long something may wait for a device before it is only in the inbox.
    pub push_within: Duration,
    /// How long after its time a wake is taken up by whoever finds it.
    pub grace: Duration,
}

impl Default for NotificationsConfig {
    fn default() -> Self {
        Self {
            jobs: JobsConfig { concurrent: 8, limit: Duration::from_secs(120), ..JobsConfig::default() },
            push_within: Duration::from_secs(2 * 24 * 60 * 60),
            grace: Duration::from_secs(30),
        }
    }
}

/// How often news that nobody waits for is tried to be told, and how long after the first time it is tried again.
const TRIES: u32 = 4;
const AGAIN_AFTER: Duration = Duration::from_millis(200);

/// News that is told at the same time without anybody waiting; more wait.
const AT_ONCE: usize = 16;

/// The use cases of notifications. Cloning is cheap.
#[derive(Clone)]
pub struct Notifications {
    inner: Arc<Inner>,
    jobs: Jobs,
}

/// What all parts of this room share.
struct Inner {
    stores: Stores,
    bus: Bus,
    clock: Arc<dyn Clock>,
    mint: Mint,
    pusher: Option<Arc<dyn Pusher>>,
    config: NotificationsConfig,
    places: Semaphore,
    tasks: TaskTracker,
}

/// A notification as its person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationView {
    /// The notification.
    pub notification: Notification,
    /// By whom, the latest first; without a face who is gone.
    pub by: Vec<(Notifier, Option<Face>)>,
}

impl Notifications {
    /// Starts the service with the jobs that wake devices.
    pub(crate) fn start(parts: &AppParts, mint: Mint) -> Self {
        let config = parts.notifications.clone();
        // Who cannot push leaves that to nodes that can.
        let works = config.jobs.works && parts.pusher.is_some();
        let jobs = JobsConfig { works, ..config.jobs.clone() };
        let jobs = Jobs::new(Arc::clone(&parts.stores.jobs), Arc::clone(&parts.clock), parts.node, jobs);
        let inner = Arc::new(Inner {
            stores: parts.stores.clone(),
            bus: parts.bus.clone(),
            clock: Arc::clone(&parts.clock),
            mint,
            pusher: parts.pusher.clone(),
            config,
            places: Semaphore::new(AT_ONCE),
            tasks: TaskTracker::new(),
        });
        jobs.start(Arc::new(posting::Posting { inner: Arc::clone(&inner) }));
        Self { inner, jobs }
    }

    /// Tells news, and returns once that cannot be lost any more. News of a source that was told before is not told again, and
    /// nobody hears of whom they have muted, nor of anything across a block.
    ///
    /// # Errors
    /// When the store cannot be reached: then nothing was told.
    pub async fn tell(&self, news: &News) -> ServiceResult<()> {
        if news.source.is_empty() || news.source.len() > limits::SOURCE_BYTES {
            return Err(ServiceError::Internal("news without a source that can be kept".into()));
        }
        if let Some(Notifier::Person(by)) = news.by
            && !self.hears_of(news.user, by).await?
        {
            return Ok(());
        }
        let inner = &self.inner;
        let told = inner.stores.notifications.tell_news(inner.mint.id(), news, inner.clock.now()).await?;
        if let Some(told) = told {
            self.told(&told).await;
        }
        Ok(())
    }

    /// Whether somebody is to hear of what another does: not across a block, nor when they have muted them.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn hears_of(&self, user: UserId, other: UserId) -> ServiceResult<bool> {
        if user == other {
            return Ok(true);
        }
        let today = self.inner.clock.now().date();
        let found = self.inner.stores.profiles.find_profile(user, &PersonRef::Id(other), today).await?;
        let relation = found.map(|profile| profile.person.relation);
        Ok(relation.is_some_and(|relation| !relation.blocks && !relation.blocked && !relation.mutes))
    }

    /// Hurries news that was written down: sockets are told, and devices woken.
    pub async fn told(&self, told: &Told) {
        let inner = &self.inner;
        inner.moved(told.notification.user, told.notification.seq);
        let now = inner.clock.now();
        let wanted: Vec<Wanted> =
            told.wakes.iter().map(|wake| Wanted { task: Task::push(*wake), run_at: now }).collect();
        if let Err(error) = self.jobs.want(&wanted).await {
            tracing::warn!(error = %error, wakes = wanted.len(), "devices are woken later: the sweep will find them");
        }
    }

    /// Tells news without waiting for it, a few times if need be. The end of the process may come before.
    pub fn soon(&self, news: News) {
        let all = self.clone();
        self.inner.tasks.spawn(async move { all.keep_telling(&news).await });
    }

    async fn keep_telling(&self, news: &News) {
        let Ok(_place) = self.inner.places.acquire().await else { return };
        let mut pause = AGAIN_AFTER;
        for attempt in 1..=TRIES {
            match self.tell(news).await {
                Ok(()) => return,
                Err(error) if attempt < TRIES => {
                    tracing::debug!(kind = %news.kind, error = %error, "news could not be told yet");
                    tokio::time::sleep(pause).await;
                    pause *= 4;
                }
                Err(error) => tracing::warn!(kind = %news.kind, error = %error, "news was not told"),
            }
        }
    }

    /// A reply is there: told when no device of the person is here to show it. The turn does not wait for it.
    pub(crate) fn reply_ready(&self, session: &Session, reply: MessageId) {
        // Where several talk, nobody waits for one reply.
        let Some(character) = session.character_id else { return };
        self.unless_here(News {
            user: session.owner,
            kind: NotificationKind::ReplyReady,
            subject: Subject::Session(session.id),
            by: Some(Notifier::Character(character)),
            source: format!("reply:{reply}"),
        });
    }

    /// `by` wrote to `user` in a direct session: told when no device of theirs is here to show it.
    pub(crate) fn direct_message(&self, user: UserId, session: SessionId, by: UserId, message: MessageId) {
        self.unless_here(News {
            user,
            kind: NotificationKind::DirectMessage,
            subject: Subject::Session(session),
            by: Some(Notifier::Person(by)),
            source: format!("message:{message}"),
        });
    }

    /// `by` asks `user` to come to a group: told once a day at most, however often it is taken back and done again.
    pub(crate) fn invited(&self, user: UserId, group: SessionId, by: Option<UserId>, at: OffsetDateTime) {
        self.soon(News {
            user,
            kind: NotificationKind::GroupInvitation,
            subject: Subject::Group(group),
            by: by.map(Notifier::Person),
            source: format!("invited:{group}:{}", at.date()),
        });
    }

    /// Tells news that only matters to who is not looking.
    fn unless_here(&self, news: News) {
        let all = self.clone();
        self.inner.tasks.spawn(async move {
            let present = all.inner.bus.presence.present(&[news.user]).await;
            if !present.contains_key(&news.user) {
                all.keep_telling(&news).await;
            }
        });
    }

    /// A device signed in: told when it is not the only one.
    pub(crate) fn signed_in(&self, user: UserId, device: DeviceId) {
        let all = self.clone();
        let news = account(user, AccountNews::NewSignIn, format!("device:{device}"));
        self.inner.tasks.spawn(async move {
            let devices = all.inner.stores.devices.list_devices(user, all.inner.clock.now()).await;
            if devices.is_ok_and(|devices| devices.len() > 1) {
                all.keep_telling(&news).await;
            }
        });
    }

    /// The password of an account is another.
    pub(crate) fn password_changed(&self, user: UserId) {
        let change: MessageId = self.inner.mint.id();
        self.soon(account(user, AccountNews::PasswordChanged, format!("password:{}", change.0.simple())));
    }

    /// Ends all work: what was to be told soon is told first.
    pub(crate) async fn shutdown(&self) {
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
        self.jobs.shutdown().await;
    }
}

fn account(user: UserId, news: AccountNews, source: String) -> News {
    News { user, kind: NotificationKind::System, subject: Subject::Account(news), by: None, source }
}

impl Inner {
    /// Tells all devices of a person that their inbox moved.
    fn moved(&self, user: UserId, seq: u64) {
        self.bus.notices.publish(user, Notice::Inbox { seq });
    }

    /// These notifications of one person with the faces of those by whom they are: two reads at most, however many.
    async fn views(&self, notifications: Vec<Notification>) -> ServiceResult<Vec<NotificationView>> {
        let all: Vec<Notifier> = notifications.iter().flat_map(|notification| notification.by.clone()).collect();
        let faces = match notifications.first() {
            Some(first) if !all.is_empty() => self.stores.inboxes.faces(first.user, &all).await?,
            _ => HashMap::new(),
        };
        let view = |notification: Notification| NotificationView {
            by: notification.by.iter().map(|by| (*by, faces.get(by).cloned())).collect(),
            notification,
        };
        Ok(notifications.into_iter().map(view).collect())
    }
}
