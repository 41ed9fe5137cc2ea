//! What people do with characters and make of them; what is learned from it; and the snapshots that serve recommendations.
//!
//! Three ports, by who uses them: whoever answers people, the job that learns, and every node that serves what was learned.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::characters::Character;
use domain::ids::{CharacterId, UserId};
use domain::recommendations::{Event, Regard, RegardChange, Surface};
use time::OffsetDateTime;

use crate::StoreResult;

/// An event to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// What the person calls it: the same one is kept once.
    pub id: String,
    /// What was done.
    pub event: Event,
    /// Where the character was shown.
    pub surface: Option<Surface>,
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventOutcome {
    /// It is kept.
    Kept,
    /// It was kept before, or says nothing new.
    Repeated,
    /// The person cannot see the character, or is not there.
    Refused,
}

/// How much of a person is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recall {
    /// Nothing that came after this place.
    pub until: Option<u64>,
    /// The newest of what says more than being shown.
    pub signals: u32,
    /// The newest of being shown.
    pub shown: u32,
    /// Characters that need no recommendation.
    pub settled: u32,
}

/// What is known of a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Acquaintance {
    /// The place among all events until which this goes.
    pub seq: u64,
    /// What they did, the oldest first.
    pub events: Vec<Event>,
    /// Characters that need no recommendation: their own, and those they liked, disliked or hid.
    pub settled: Vec<CharacterId>,
    /// Tags they named.
    pub tags: Vec<String>,
}

/// What people do with characters, and make of them.
#[async_trait]
pub trait TasteStore: Send + Sync {
    /// Keeps these in their order, each once, with what they change of regards; the outcome of each.
    async fn record_events(&self, events: &[NewEvent]) -> StoreResult<Vec<EventOutcome>>;
    /// Changes what a person makes of a character, and keeps the event of it under `id`. What says so already changes nothing.
    /// To take something back, the character need not be visible any more.
    async fn change_regard(
        &self,
        person: UserId,
        character: CharacterId,
        change: RegardChange,
        id: &str,
        now: OffsetDateTime,
    ) -> StoreResult<Regard>;
    /// What a person makes of these characters, and how many like them; all are answered.
    async fn regards(&self, person: UserId, characters: &[CharacterId]) -> StoreResult<HashMap<CharacterId, Regard>>;
    /// What is known of a person; of one who is not there, nothing.
    async fn acquaintance(&self, person: UserId, recall: Recall) -> StoreResult<Acquaintance>;
    /// Those of these characters that `viewer` may find in a list, in any order. Whoever must not be shown to somebody is left
    /// out here, and in every list and search, by one condition.
    async fn found_characters(&self, viewer: UserId, characters: &[CharacterId]) -> StoreResult<Vec<Character>>;
    /// Sets the tags that a person names as theirs.
    async fn set_tastes(&self, person: UserId, tags: &[String]) -> StoreResult<()>;
}

/// What there is to learn from, in few numbers: whether it changed is seen by comparing them.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TrainingMark {
    /// The place of the newest event.
    pub seq: u64,
    /// How many people took their events with them.
    pub erased: u64,
    /// How many characters can be recommended.
    pub characters: u64,
    /// A sum over all characters, which is another one when any was changed.
    pub changed: i64,
    /// How many characters have a vector by the embedder that was asked for.
    pub vectors: u64,
}

/// An event, and its place among all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlacedEvent {
    /// Its place.
    pub seq: u64,
    /// What was done.
    pub event: Event,
}

/// A character that can be recommended.
#[derive(Debug, Clone, PartialEq)]
pub struct Offered {
    /// Which.
    pub id: CharacterId,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its vector, if there is one.
    pub vector: Option<Vec<f32>>,
}

/// What is learned from, of all people: for the job that learns, and nobody else.
#[async_trait]
pub trait TrainingStore: Send + Sync {
    /// How things stand.
    async fn training_mark(&self, embedder: &str) -> StoreResult<TrainingMark>;
    /// Up to `limit` events after a place, in their order.
    async fn placed_events(&self, after: u64, limit: u32) -> StoreResult<Vec<PlacedEvent>>;
    /// Up to `limit` public characters after this one, in the order of their ids, with their vectors by `embedder`.
    async fn offered_after(&self, after: CharacterId, embedder: &str, limit: u32) -> StoreResult<Vec<Offered>>;
    /// Forgets up to `limit` of the times characters were shown before `before`. Returns how many.
    async fn sweep_shown(&self, before: OffsetDateTime, limit: u32) -> StoreResult<u64>;
}

/// A snapshot, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotHead {
    /// A later one has a greater version.
    pub version: u64,
    /// When it was made.
    pub made_at: OffsetDateTime,
    /// What it was learned from.
    pub mark: TrainingMark,
    /// How it was learned, in the words of whoever did.
    pub tuning: String,
}

/// Keeps snapshots.
#[async_trait]
pub trait SnapshotStore: Send + Sync {
    /// The newest, if there is one.
    async fn newest_snapshot(&self) -> StoreResult<Option<SnapshotHead>>;
    /// The bytes of a snapshot; `None` when a newer one has taken its place.
    async fn read_snapshot(&self, version: u64) -> StoreResult<Option<Vec<u8>>>;
    /// Keeps a snapshot, and of those before it only the last. Conflict: `Outdated` when another has this version.
    async fn keep_snapshot(&self, head: &SnapshotHead, bytes: &[u8]) -> StoreResult<()>;
}
