//! Lorebooks: a person's own, and where they stand open. Only who owns a book reads it; a prompt reads what stands open where it is
//! made.

use async_trait::async_trait;
use domain::ids::{LorebookId, UserId};
use domain::lore::Book;
use domain::lore::shelves::{LoreTarget, Lorebook, LorebookBrief};
use domain::pages::{Page, PageRequest};
use time::OffsetDateTime;

use crate::StoreResult;

/// A book that stands open somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shelved {
    /// Which.
    pub id: LorebookId,
    /// Whose it is.
    pub owner: UserId,
    /// Where.
    pub target: LoreTarget,
    /// How often it was changed.
    pub revision: u32,
}

/// Keeps lorebooks.
#[async_trait]
pub trait LorebookStore: Send + Sync {
    /// Keeps a new book. `NotFound` when its owner is gone. Conflict: `TooManyLorebooks`.
    async fn create_lorebook(&self, lorebook: &Lorebook) -> StoreResult<()>;
    /// A person's book.
    async fn find_lorebook(&self, owner: UserId, id: LorebookId) -> StoreResult<Option<Lorebook>>;
    /// A person's books, the newest first.
    async fn page_lorebooks(&self, owner: UserId, page: &PageRequest) -> StoreResult<Page<LorebookBrief>>;
    /// Puts `book` in the place of what a person's book held at this revision. Conflict: `Outdated` when it was changed since.
    async fn replace_lorebook(
        &self,
        owner: UserId,
        id: LorebookId,
        revision: u32,
        book: &Book,
        now: OffsetDateTime,
    ) -> StoreResult<Lorebook>;
    /// Erases a book; it stands open nowhere any more.
    async fn delete_lorebook(&self, owner: UserId, id: LorebookId) -> StoreResult<()>;
}

/// Keeps where lorebooks stand open.
#[async_trait]
pub trait LoreShelfStore: Send + Sync {
    /// Has a person's book stand open somewhere; again is no news. With a character that is not theirs: `NotFound`. Whether they may
    /// in a session, the caller has seen. Conflict: `TooManyLorebooks`.
    async fn open_lorebook(
        &self,
        owner: UserId,
        id: LorebookId,
        target: LoreTarget,
        now: OffsetDateTime,
    ) -> StoreResult<()>;
    /// Has it stand open there no more.
    async fn close_lorebook(&self, owner: UserId, id: LorebookId, target: LoreTarget) -> StoreResult<()>;
    /// Where a person's book stands open, the first first.
    async fn lorebook_targets(&self, owner: UserId, id: LorebookId) -> StoreResult<Vec<LoreTarget>>;
    /// What stands open at these places, in their order and then in that in which it was opened.
    async fn shelf(&self, targets: &[LoreTarget]) -> StoreResult<Vec<Shelved>>;
    /// What a book holds that stands open there, and how often it was changed.
    async fn shelved_book(&self, target: LoreTarget, id: LorebookId) -> StoreResult<Option<(u32, Book)>>;
}
