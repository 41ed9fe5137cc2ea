//! People, as those see them who look after the server: found, given roles, kept out and let in again.
//!
//! What changes something takes the entry of the audit log that tells of it, and writes both or neither.

use async_trait::async_trait;
use domain::accounts::{Disabled, User, UserRole};
use domain::audit::AuditEntry;
use domain::ids::{DeviceId, UserId};
use domain::pages::{Page, PageRequest};
use domain::usage::{Day, PeopleCount, PeopleFilter, Person};
use time::OffsetDateTime;

use crate::StoreResult;

/// What became of somebody who was disabled or enabled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// The account as it is now.
    pub user: User,
    /// The devices that were signed out.
    pub ended: Vec<DeviceId>,
}

/// Looks after people.
#[async_trait]
pub trait PeopleStore: Send + Sync {
    /// People, the newest first, with what they took on `day` and the devices that are signed in `now`.
    async fn page_people(
        &self,
        filter: &PeopleFilter,
        page: &PageRequest,
        day: Day,
        now: OffsetDateTime,
    ) -> StoreResult<Page<Person>>;
    /// One of them.
    async fn find_person(&self, id: UserId, day: Day, now: OffsetDateTime) -> StoreResult<Option<Person>>;
    /// Gives a role; `audit` is written when it is another than before. Conflict: `LastAdmin` when nobody would be left who
    /// is an admin and can sign in.
    async fn set_role(&self, id: UserId, role: UserRole, audit: &AuditEntry) -> StoreResult<User>;
    /// Keeps somebody out, and signs all their devices out; or lets them in again. `audit` is written when that is news.
    /// Conflict: `LastAdmin`.
    async fn set_disabled(&self, id: UserId, disabled: Option<&Disabled>, audit: &AuditEntry) -> StoreResult<Access>;
    /// How many there are.
    async fn count_people(&self, day: Day) -> StoreResult<PeopleCount>;
    /// Up to `limit` of those who were disabled at `since` or later, and are still.
    async fn disabled_since(&self, since: OffsetDateTime, limit: u32) -> StoreResult<Vec<UserId>>;
}
