//! How memories are made from sessions: what is behind, how far a session is remembered, and the steps that bring it on.
//!
//! All that a session left in memory lies on one way through its tree, the way that was in view when it was remembered. So
//! if the deepest remembered message is still in view, all are; if not, the deepest one that is can be found by halving.
//! Whoever turns that way or takes something away says so in the watermark: there it is looked at again, and what was
//! prepared before is outdated.

use std::collections::HashSet;

use async_trait::async_trait;
use domain::ids::{MemoryId, MessageId, SessionId};
use domain::memories::{Memory, Scope};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::StoreResult;

/// How far a session is remembered. A session that nobody has looked at has the default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Watermark {
    /// The session's newest event that has been looked at. Never goes back.
    pub seq: u64,
    /// The first depth without episodes.
    pub episodes: u32,
    /// The first depth that no facts were learned from. Above `episodes` only for a while after an edit far above, which
    /// is not learned from again.
    pub facts: u32,
    /// Grows when something changes that was there, so that whoever read it before is found out: something is taken away
    /// or put right, a message is edited, the way in view turns. Not when the session is only brought on: two who do that
    /// at once are found out by what they move.
    pub version: u64,
}

/// A session as the makers of memories find it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// How far it is remembered.
    pub watermark: Watermark,
    /// What was said up to then is not to be remembered.
    pub forgotten_until: Option<OffsetDateTime>,
    /// Messages of this session that are not to be remembered.
    pub omitted: HashSet<MessageId>,
}

/// A message that something is remembered of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trail {
    /// The message.
    pub message: MessageId,
    /// Its depth.
    pub depth: u32,
}

/// A memory that takes the place of others.
#[derive(Debug, Clone, PartialEq)]
pub struct NewMemory {
    /// The memory.
    pub memory: Memory,
    /// The depth of its last source in the session; it goes when that does. `None` for the story.
    pub depth: Option<u32>,
    /// Memories that end with it (`Superseded`, at its `happened_at`), those of them that still count.
    pub supersedes: Vec<MemoryId>,
}

/// One step.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The session.
    pub session: SessionId,
    /// Whose it is.
    pub scope: Scope,
    /// The watermark as it was read. Nothing is done (`Outdated`) when it has another version by now, or when what this
    /// step moves is elsewhere: `episodes` for one that moves them or `seq`, `facts` for one that moves those. So those who
    /// learn facts and those who remember episodes do not stand in each other's way.
    pub from: Watermark,
    /// What differs from `from` is moved, the rest stays as it is by then; the version is the store's to set.
    pub to: Watermark,
    /// Takes away all that was made from this session at this depth and below. What they had superseded counts again, or
    /// ends with what superseded them in turn. With the summary of a session go those that carry it on, and the story. If
    /// anything goes, all steps are outdated that are being prepared for the scope.
    pub withdraw_from: Option<u32>,
    /// Takes away these, in the same way.
    pub withdraw: Vec<MemoryId>,
    /// Adds these. Their [anchors](Memory::anchors) must be in view, else the way turned while they were read (`Outdated`).
    /// A story takes the place of the one before: there is one of a scope.
    pub add: Vec<NewMemory>,
}

/// Which sessions are behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lag {
    /// Also those where facts are behind by that many messages; `None` leaves facts aside.
    pub facts: Option<u32>,
    /// With `facts`: also those where facts are behind at all, and nothing was said since then.
    pub quiet_since: OffsetDateTime,
}

/// What is behind in a session, of what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Behind {
    /// The session.
    pub session: SessionId,
    /// Something happened that has not been looked at.
    pub unseen: bool,
    /// Facts are behind, as asked.
    pub facts: bool,
}

/// What was found behind, each session once: the unseen in their order, then those that only facts are behind in.
pub(crate) fn behind(unseen: Vec<Uuid>, unlearned: impl IntoIterator<Item = Uuid>) -> Vec<Behind> {
    let mut found: Vec<Behind> =
        unseen.into_iter().map(|id| Behind { session: SessionId(id), unseen: true, facts: false }).collect();
    for id in unlearned {
        let session = SessionId(id);
        match found.iter_mut().find(|behind| behind.session == session) {
            Some(behind) => behind.facts = true,
            None => found.push(Behind { session, unseen: false, facts: true }),
        }
    }
    found
}

/// A memory without a vector.
#[derive(Debug, Clone, PartialEq)]
pub struct Unembedded {
    /// The memory; without its sources.
    pub memory: Memory,
    /// Grows when the memory's text changes.
    pub revision: u64,
}

/// A vector of a memory.
#[derive(Debug, Clone, PartialEq)]
pub struct NewVector {
    /// The memory.
    pub memory: MemoryId,
    /// From [`Unembedded`]: when the memory has another by now, the vector is of something else and is not kept.
    pub revision: u64,
    /// The vector.
    pub vector: Vec<f32>,
}

/// Keeps what is remembered of each session. For background work: not bound to an owner's request, so sessions are named by
/// their ids.
#[async_trait]
pub trait RememberingStore: Send + Sync {
    /// Sessions that are behind, each once: up to `limit` that are unseen, the most recent first; and, as asked, up to a fifth
    /// as many, but one at least, where facts are behind, each in its turn, so that those that can never be learned from
    /// hold up no others for ever. Where nothing ever happened nothing is behind.
    async fn behind(&self, lag: Lag, limit: u32) -> StoreResult<Vec<Behind>>;
    /// How far a session is remembered. `NotFound` when it is gone.
    async fn remembered(&self, session: SessionId) -> StoreResult<Remembered>;
    /// The deepest message, above or at `depth`, that something is remembered of.
    async fn trail(&self, session: SessionId, depth: u32) -> StoreResult<Option<Trail>>;
    /// Takes a step, all of it or nothing. An episode that is there already is left as it is. `NotFound` when the session is
    /// gone, or of another scope. Conflict: `Outdated`.
    async fn step(&self, step: &Step) -> StoreResult<()>;
    /// Up to `limit` memories that count and have no vector by `embedder`, of any scope: those that have none at all before
    /// those by others, of each the oldest first.
    async fn unembedded(&self, embedder: &str, limit: u32) -> StoreResult<Vec<Unembedded>>;
    /// Keeps vectors, and drops those that other embedders made of the same memories.
    async fn save_vectors(&self, embedder: &str, vectors: &[NewVector]) -> StoreResult<()>;
}
