//! The port of consents: records that are added and read, and never changed.
//!
//! Whoever switches something writes the record in the same transaction; texts of the operator are agreed to here.

use async_trait::async_trait;
use domain::consents::{Consent, ConsentKind};
use domain::ids::UserId;
use domain::pages::{Page, PageRequest};
use time::OffsetDateTime;

use crate::StoreResult;

/// The store of consents.
#[async_trait]
pub trait ConsentStore: Send + Sync {
    /// Writes down that somebody agrees to a text, unless this is what they last did about it. `NotFound` without them.
    async fn agree(&self, consent: &Consent) -> StoreResult<()>;
    /// Writes down that they do not any more, if they did.
    async fn withdraw(&self, user: UserId, kind: ConsentKind, now: OffsetDateTime) -> StoreResult<()>;
    /// What they last did about each text.
    async fn standing(&self, user: UserId) -> StoreResult<Vec<Consent>>;
    /// All that they did, the newest first.
    async fn page_consents(&self, user: UserId, page: &PageRequest) -> StoreResult<Page<Consent>>;
}
