//! The ports of diaries: the pages that wait for the end of a day, and the entries that were written.
//!
//! There is one page of a day of two, and it is settled once. An entry is in sight as long as all messages are in view that it was written
//! from; it goes when one of them is edited, erased or forgotten, with its session, and with its person or character.

use async_trait::async_trait;
use domain::diaries::{DiaryEntry, DiaryPage, DiarySettings};
use domain::ids::{DiaryEntryId, SessionId};
use domain::memories::Scope;
use domain::pages::{Page, PageRequest};
use time::OffsetDateTime;

use crate::StoreResult;

/// A page, and what is known where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandingPage {
    /// It.
    pub page: DiaryPage,
    /// How the person wants the diary.
    pub settings: DiarySettings,
    /// How many entries there are of the six days before.
    pub of_week: usize,
}

/// An entry that is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Writing {
    /// It, under the id of its page.
    pub entry: DiaryEntry,
    /// The versions of the watermarks of its sessions before their messages were read: when one of these was edited since, or the way in
    /// view turned, nothing is written.
    pub versions: Vec<(SessionId, u64)>,
}

/// The store of pages, for background work.
#[async_trait]
pub trait DiaryPageStore: Send + Sync {
    /// Whether something said now wants a page: she keeps a diary, and none waits for a later time.
    async fn wants_page(&self, scope: Scope, now: OffsetDateTime) -> StoreResult<bool>;
    /// Opens a page, unless there is one of that day. `NotFound` without the two.
    async fn open_page(&self, page: &DiaryPage) -> StoreResult<()>;
    /// Up to `limit` open pages whose time has come, the longest due first.
    async fn pages_due(&self, now: OffsetDateTime, limit: u32) -> StoreResult<Vec<DiaryEntryId>>;
    /// A page.
    async fn find_page(&self, id: DiaryEntryId) -> StoreResult<Option<StandingPage>>;
    /// Writes an entry on its page, with what it was written from; whether the page was open, and the diary still wanted. Conflict:
    /// `Outdated` when its messages are others by now.
    async fn write_entry(&self, writing: &Writing) -> StoreResult<bool>;
    /// Leaves an open page blank.
    async fn leave_blank(&self, id: DiaryEntryId) -> StoreResult<()>;
}

/// The store of entries, as their person reads them.
#[async_trait]
pub trait DiaryStore: Send + Sync {
    /// How a person wants a diary.
    async fn diary_settings(&self, scope: Scope) -> StoreResult<DiarySettings>;
    /// Switches it on or off; what was said before it was switched on stands in no entry. `NotFound` without the two.
    async fn switch_diary(&self, scope: Scope, on: bool, now: OffsetDateTime) -> StoreResult<DiarySettings>;
    /// The entries in sight, the newest day first.
    async fn page_entries(&self, scope: Scope, page: &PageRequest) -> StoreResult<Page<DiaryEntry>>;
    /// Takes an entry away; its day gets no other. `NotFound`.
    async fn delete_entry(&self, scope: Scope, id: DiaryEntryId) -> StoreResult<()>;
    /// Keeps entries that come from elsewhere, each on the page of its day, where none stands; how many. `NotFound` without the two, or a
    /// session of theirs.
    async fn bring_entries(&self, scope: Scope, entries: &[DiaryEntry]) -> StoreResult<u32>;
}
