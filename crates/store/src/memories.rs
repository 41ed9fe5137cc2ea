//! What characters remember, as people see it and as recall reads it. Every method takes the scope or the owner.

use async_trait::async_trait;
use domain::ids::MemoryId;
use domain::memories::{Memory, MemoryFilter, Scope};
use domain::pages::{Page, PageRequest};
use time::OffsetDateTime;

use crate::StoreResult;

/// How far a reader has read a scope. It grows with every change; a reader begins with the default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ScopeVersion {
    /// Grows when something is taken away: then what was read before is void.
    pub epoch: u64,
    /// Grows with every change.
    pub revision: u64,
}

/// A memory with its vector, as recall reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct Indexed {
    /// The memory; of its sources only the [anchors](Memory::anchors).
    pub memory: Memory,
    /// Its vector by the embedder that was asked for, when it has one.
    pub vector: Option<Vec<f32>>,
}

/// What changed in a scope.
#[derive(Debug, Clone, PartialEq)]
pub struct ScopeChanges {
    /// How far this reads.
    pub version: ScopeVersion,
    /// The memories that are new or changed, in the order of their changes. With a new epoch, all that there are.
    pub changed: Vec<Indexed>,
    /// Whether there is more: ask again from `version`.
    pub more: bool,
}

/// What a person changes about a memory in its place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MemoryPatch {
    /// Always told, or no longer.
    pub pinned: Option<bool>,
    /// Another grade.
    pub importance: Option<u8>,
}

/// What a person wants forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forgetting {
    /// This one: with what it replaced, with the episodes of the same messages, and with the summaries they went into. These
    /// messages are never remembered again. With an episode go the facts that were learned from its message too; with a
    /// fact no others. Of a summary only it, those that carry it on, and the story go, and its messages may be told again.
    One(MemoryId),
    /// Everything up to now, for good.
    All,
}

/// Keeps memories.
#[async_trait]
pub trait MemoryStore: Send + Sync {
    /// The memories of a scope, the newest `happened_at` first.
    async fn page_memories(&self, scope: Scope, filter: MemoryFilter, page: &PageRequest) -> StoreResult<Page<Memory>>;
    /// The memory with this id, and the chain of those it replaced, the newest first.
    async fn find_memory(&self, scope: Scope, id: MemoryId) -> StoreResult<Option<(Memory, Vec<Memory>)>>;
    /// Keeps what a person wrote; said again, it is there. With `corrects`, that one ends (`Corrected`, at the new one's
    /// `created_at`), and all steps are outdated that are being prepared for the scope; it must still count and must not be
    /// an episode. Conflicts: `TooManyNotes`, `MemoryEnded`,
    /// `EpisodeIsWhatWasSaid`.
    async fn add_memory(&self, memory: &Memory, corrects: Option<MemoryId>) -> StoreResult<()>;
    /// Changes a memory in its place.
    async fn change_memory(&self, scope: Scope, id: MemoryId, patch: MemoryPatch) -> StoreResult<Memory>;
    /// Forgets; how many memories are gone.
    async fn forget(&self, scope: Scope, what: Forgetting, now: OffsetDateTime) -> StoreResult<u64>;
    /// What changed since `since`, at most `limit` memories, with vectors by `embedder`. `None` when nothing did: the usual
    /// answer, and cheap.
    async fn changed_memories(
        &self,
        scope: Scope,
        since: ScopeVersion,
        embedder: Option<&str>,
        limit: u32,
    ) -> StoreResult<Option<ScopeChanges>>;
}
