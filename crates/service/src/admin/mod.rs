//! Administration: who looks after the server finds people, gives them roles and limits, keeps them out, looks into the queue,
//! and reads who did what; moderators decide what was reported. Nobody sees here what people say, but a message that one of them reported.

mod keeping;
mod people;
mod queue;
mod reports;

use std::sync::Arc;

use bus::Bus;
use domain::accounts::UserRole;
use domain::audit::{AuditEntry, AuditFilter};
use domain::ids::UserId;
use domain::pages::{Page, PageRequest};
use domain::usage::{Day, PeopleCount, Usage};
use store::Stores;
use store::queue::QueueCount;

use crate::audit::Audit;
use crate::chats::Chats;
use crate::clock::Clock;
use crate::media::MediaLibrary;
use crate::mint::Mint;
use crate::notifications::Notifications;
use crate::{ServiceError, ServiceResult};

pub use keeping::AdminConfig;
pub(crate) use keeping::Keeping;
pub use reports::ReportedWords;

/// The use cases of administration. Cloning is cheap.
#[derive(Clone)]
pub struct Admin {
    stores: Stores,
    bus: Bus,
    clock: Arc<dyn Clock>,
    audit: Audit,
    notifications: Option<Notifications>,
    media: Option<MediaLibrary>,
    chats: Option<Chats>,
}

/// The installation in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// The day that is told of.
    pub day: Day,
    /// People.
    pub people: PeopleCount,
    /// What all of them took.
    pub used: Usage,
    /// The queue.
    pub queue: Vec<QueueCount>,
}

impl Admin {
    /// The service over these parts; it starts nothing.
    #[must_use]
    pub fn new(stores: Stores, bus: Bus, clock: Arc<dyn Clock>) -> Self {
        let mint = Mint::new(Arc::clone(&clock));
        let audit = Audit::new(Arc::clone(&stores.audit), Arc::clone(&clock), mint);
        Self { stores, bus, clock, audit, notifications: None, media: None, chats: None }
    }

    /// The same, and people learn what became of their reports.
    #[must_use]
    pub(crate) fn telling(self, notifications: Notifications) -> Self {
        Self { notifications: Some(notifications), ..self }
    }

    /// The same, and images that stand in what was reported are shown.
    #[must_use]
    pub(crate) fn showing(self, media: MediaLibrary) -> Self {
        Self { media: Some(media), ..self }
    }

    /// The same, and what was said can be taken away.
    #[must_use]
    pub(crate) fn removing(self, chats: Chats) -> Self {
        Self { chats: Some(chats), ..self }
    }

    /// Fails unless this person may do what an admin may, or at least look people up.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn check(&self, user: UserId, least: UserRole) -> ServiceResult<()> {
        let found = self.stores.accounts.find_user(user).await?.ok_or(ServiceError::Unauthenticated)?;
        if found.disabled.is_none() && found.role >= least { Ok(()) } else { Err(ServiceError::Forbidden) }
    }

    /// The installation in numbers, today.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn overview(&self) -> ServiceResult<Overview> {
        let day = Day::of(self.clock.now());
        let (people, used, queue) = tokio::join!(
            self.stores.people.count_people(day),
            self.stores.usage.total_usage(day),
            self.stores.queue.count_queue()
        );
        Ok(Overview { day, people: people?, used: used?, queue: queue? })
    }

    /// The audit log, the newest entries first.
    ///
    /// # Errors
    /// `InvalidCursor`.
    pub async fn page_audit(&self, filter: &AuditFilter, page: &PageRequest) -> ServiceResult<Page<AuditEntry>> {
        Ok(self.stores.audit.page_audit(filter, page).await?)
    }

    fn today(&self) -> Day {
        Day::of(self.clock.now())
    }
}
