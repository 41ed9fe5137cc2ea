//! For how long people talk: noted with what they do, and said when it is time. It is never in the chat, where a character speaks.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bus::{Bus, Notice};
use domain::accounts::AgeClass;
use domain::ids::{ReminderId, UserId};
use domain::safety::Danger;
use domain::sittings::{Count, Counted, Policy, Reminder};
use domain::validation::FieldError;
use parking_lot::Mutex;
use store::Stores;
use time::OffsetDateTime;
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::accounts::Caller;
use crate::app::AppParts;
use crate::clock::Clock;
use crate::mint::Mint;
use crate::{ServiceError, ServiceResult};

/// What somebody does within so long after the last is not noted.
const NOTED: time::Duration = time::Duration::seconds(20);

/// How many people are remembered as noted lately.
const PEOPLE: usize = 50_000;

/// How many are noted at the same time; more wait.
const AT_ONCE: usize = 8;

/// How long a note may wait for the store.
const WITHIN: Duration = Duration::from_secs(30);

/// The use cases of sittings. Cloning is cheap.
#[derive(Clone)]
pub struct Sittings {
    inner: Arc<Inner>,
}

struct Inner {
    stores: Stores,
    bus: Bus,
    clock: Arc<dyn Clock>,
    mint: Mint,
    policy: Policy,
    noted: Mutex<HashMap<UserId, OffsetDateTime>>,
    places: Semaphore,
    tasks: TaskTracker,
}

/// A reminder as its person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReminderView {
    /// The reminder.
    pub reminder: Reminder,
    /// What it says in English, Chinese and Japanese.
    pub words: [String; 3],
}

impl Sittings {
    /// The service over these parts.
    pub(crate) fn start(parts: &AppParts, mint: Mint) -> Self {
        Self {
            inner: Arc::new(Inner {
                stores: parts.stores.clone(),
                bus: parts.bus.clone(),
                clock: Arc::clone(&parts.clock),
                mint,
                policy: parts.policy.clone(),
                noted: Mutex::default(),
                places: Semaphore::new(AT_ONCE),
                tasks: TaskTracker::new(),
            }),
        }
    }

    /// Somebody says something. Nobody waits for what follows from it.
    pub(crate) fn note(&self, user: UserId) {
        let now = self.inner.clock.now();
        {
            let mut noted = self.inner.noted.lock();
            if noted.get(&user).is_some_and(|at| (now - *at).abs() < NOTED) {
                return;
            }
            if noted.len() >= PEOPLE {
                noted.retain(|_, at| now - *at < NOTED);
            }
            noted.insert(user, now);
        }
        let inner = Arc::clone(&self.inner);
        self.inner.tasks.spawn(async move {
            let Ok(_place) = inner.places.acquire().await else { return };
            match tokio::time::timeout(WITHIN, inner.note(user, now)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(error = %error, "for how long somebody talks could not be noted"),
                Err(_) => tracing::warn!("for how long somebody talks could not be noted in time"),
            }
        });
    }

    /// The server told somebody of help.
    pub(crate) fn cared(&self, danger: Danger) {
        let counted = match danger {
            Danger::SelfHarm => Counted::SelfHarm,
            Danger::EatingDisorder => Counted::EatingDisorder,
        };
        let inner = Arc::clone(&self.inner);
        self.inner.tasks.spawn(async move {
            if let Err(error) = inner.stores.sittings.count_care(counted, inner.clock.now()).await {
                tracing::warn!(error = %error, "that care was taken could not be counted");
            }
        });
    }

    /// The reminder that the calling device has not yet said to be seen, while its person goes on talking.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn open(&self, caller: &Caller) -> ServiceResult<Option<ReminderView>> {
        let inner = &self.inner;
        let since = inner.clock.now() - inner.policy.pause();
        let found = inner.stores.sittings.open_reminder(caller.user_id, caller.device_id, since).await?;
        Ok(found.map(|reminder| ReminderView { reminder, words: inner.policy.words.clone() }))
    }

    /// The calling device has shown a reminder, and its person has understood it.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn acknowledge(&self, caller: &Caller, id: ReminderId) -> ServiceResult<()> {
        let inner = &self.inner;
        let now = inner.clock.now();
        Ok(inner.stores.sittings.acknowledge_reminder(caller.user_id, caller.device_id, id, now).await?)
    }

    /// What was counted in a year, by month; without anybody's name.
    ///
    /// # Errors
    /// `Invalid` when it is no year.
    pub async fn counts(&self, year: Option<i32>) -> ServiceResult<Vec<Count>> {
        let year = year.unwrap_or_else(|| self.inner.clock.now().year());
        if !(2_000..=9_999).contains(&year) {
            return Err(ServiceError::Invalid(vec![FieldError::new("year", "must be 2000 to 9999")]));
        }
        Ok(self.inner.stores.sittings.care_counts(year).await?)
    }

    /// Waits for what is being noted.
    pub(crate) async fn shutdown(&self) {
        self.inner.tasks.close();
        self.inner.tasks.wait().await;
    }
}

impl Inner {
    async fn note(&self, user: UserId, now: OffsetDateTime) -> ServiceResult<()> {
        let Some(found) = self.stores.accounts.find_user(user).await? else { return Ok(()) };
        let every = self.policy.every(AgeClass::of(found.birth_date, now.date()));
        let id = self.mint.id::<ReminderId>();
        let reminder = self.stores.sittings.note_use(user, now, self.policy.pause(), every, id).await?;
        if reminder.is_some() {
            self.bus.notices.publish(user, Notice::Reminder);
        }
        Ok(())
    }
}
