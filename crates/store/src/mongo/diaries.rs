//! Diaries, where the chat log is here and what was written is there: which of the messages behind it stand is asked here.

use async_trait::async_trait;
use domain::diaries::{DiaryEntry, DiaryPage, DiarySettings};
use domain::ids::DiaryEntryId;
use domain::memories::Scope;
use domain::pages::{Page, PageRequest};
use time::OffsetDateTime;

use super::MongoStore;
use crate::StoreResult;
use crate::diaries::{DiaryPageStore, DiaryStore, StandingPage, Writing};

#[async_trait]
impl DiaryPageStore for MongoStore {
    async fn wants_page(&self, scope: Scope, now: OffsetDateTime) -> StoreResult<bool> {
        self.sql().wants_page(scope, now).await
    }

    async fn open_page(&self, page: &DiaryPage) -> StoreResult<()> {
        self.sql().open_page(page).await
    }

    async fn pages_due(&self, now: OffsetDateTime, limit: u32) -> StoreResult<Vec<DiaryEntryId>> {
        self.sql().pages_due(now, limit).await
    }

    async fn find_page(&self, id: DiaryEntryId) -> StoreResult<Option<StandingPage>> {
        self.sql().find_page(id).await
    }

    async fn write_entry(&self, writing: &Writing) -> StoreResult<bool> {
        self.sql().write_entry(writing).await
    }

    async fn leave_blank(&self, id: DiaryEntryId) -> StoreResult<()> {
        self.sql().leave_blank(id).await
    }
}

#[async_trait]
impl DiaryStore for MongoStore {
    async fn diary_settings(&self, scope: Scope) -> StoreResult<DiarySettings> {
        self.sql().diary_settings(scope).await
    }

    async fn switch_diary(&self, scope: Scope, on: bool, now: OffsetDateTime) -> StoreResult<DiarySettings> {
        self.sql().switch_diary(scope, on, now).await
    }

    async fn page_entries(&self, scope: Scope, page: &PageRequest) -> StoreResult<Page<DiaryEntry>> {
        let mut items = Vec::new();
        let mut left = page.clone();
        loop {
            let found = self.sql().page_entries(scope, &left).await?;
            let sources = found.items.iter().flat_map(|entry| &entry.sources);
            let standing = self.standing_among(scope.user, sources.map(|source| source.message)).await?;
            let stands = |entry: &DiaryEntry| entry.sources.iter().all(|source| standing.contains(&source.message));
            items.extend(found.items.into_iter().filter(stands));
            let missing = page.limit.saturating_sub(u32::try_from(items.len()).unwrap_or(u32::MAX));
            if missing == 0 || found.next_cursor.is_none() {
                return Ok(Page { items, next_cursor: found.next_cursor });
            }
            left = PageRequest { cursor: found.next_cursor, limit: missing };
        }
    }

    async fn delete_entry(&self, scope: Scope, id: DiaryEntryId) -> StoreResult<()> {
        self.sql().delete_entry(scope, id).await
    }

    async fn bring_entries(&self, scope: Scope, entries: &[DiaryEntry]) -> StoreResult<u32> {
        self.sql().bring_entries(scope, entries).await
    }
}
