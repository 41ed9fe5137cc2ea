//! The audit log. Most entries are written with what they tell of; the others come through here.

use async_trait::async_trait;
use domain::audit::{AuditEntry, AuditFilter};
use domain::pages::{Page, PageRequest};
use time::OffsetDateTime;

use crate::StoreResult;

/// Keeps the audit log.
#[async_trait]
pub trait AuditStore: Send + Sync {
    /// Writes an entry.
    async fn write_audit(&self, entry: &AuditEntry) -> StoreResult<()>;
    /// Entries, the newest first.
    async fn page_audit(&self, filter: &AuditFilter, page: &PageRequest) -> StoreResult<Page<AuditEntry>>;
    /// Forgets up to `limit` entries made before a time. Returns how many.
    async fn sweep_audit(&self, before: OffsetDateTime, limit: u32) -> StoreResult<u64>;
}
