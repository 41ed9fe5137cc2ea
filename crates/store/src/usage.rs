//! Usage: a ledger of what was taken, its sums by person and day, and the limits of those who have limits of their own.
//!
//! Apart from the chats, which may be kept on another server: what ended there is counted here a moment later.

use async_trait::async_trait;
use domain::audit::AuditEntry;
use domain::ids::UserId;
use domain::usage::{Day, QuotaOverride, Standing, Usage, UsageEntry};

use crate::StoreResult;

/// Keeps usage.
#[async_trait]
pub trait UsageStore: Send + Sync {
    /// Counts these, each once: one that is in the ledger already counts for nothing, and so does one of a person who is no
    /// longer there.
    async fn count_usage(&self, entries: &[UsageEntry]) -> StoreResult<()>;
    /// How a person stands on a day, in one read.
    async fn standing(&self, user: UserId, day: Day) -> StoreResult<Standing>;
    /// What all people together took on a day; those who are gone since, too.
    async fn total_usage(&self, day: Day) -> StoreResult<Usage>;
    /// Sets where the limits of a person differ. `audit` is written with it.
    async fn set_quota(&self, user: UserId, own: &QuotaOverride, audit: &AuditEntry) -> StoreResult<()>;
    /// Forgets up to `limit` entries of the ledger of days before `day`; the sums stay. Returns how many.
    async fn sweep_ledger(&self, before: Day, limit: u32) -> StoreResult<u64>;
}
