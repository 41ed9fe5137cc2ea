//! Characters found by their meaning, among all that a person may find.

use async_trait::async_trait;
use domain::characters::{Character, CharacterFilter};
use domain::ids::{CharacterId, UserId};

use crate::StoreResult;

/// A character without a vector of what she is now.
#[derive(Debug, Clone, PartialEq)]
pub struct Undiscovered {
    /// The character.
    pub character: Character,
    /// Grows when she changes.
    pub revision: u64,
}

/// A vector of a character; one without numbers is like nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct NewCharacterVector {
    /// The character.
    pub character: CharacterId,
    /// From [`Undiscovered`].
    pub revision: u64,
    /// The vector.
    pub vector: Vec<f32>,
}

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Near<'a> {
    /// Its vector, of length 1.
    pub vector: &'a [f32],
    /// Who made it.
    pub embedder: &'a str,
    /// Nothing that is farther away than this: 0 is the same, 1 has nothing in common.
    pub within: f64,
}

/// A character that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Nearby {
    /// The character.
    pub character: Character,
    /// How far she is: 0 is the same, 1 has nothing in common.
    pub distance: f64,
}

/// Keeps vectors of characters, and searches them.
#[async_trait]
pub trait DiscoveryStore: Send + Sync {
    /// Up to `limit` characters that have no vector by `embedder` of what they are now; those who are deleted want none.
    async fn characters_without_vector(&self, embedder: &str, limit: u32) -> StoreResult<Vec<Undiscovered>>;
    /// Keeps vectors, in place of those before. Who is deleted or gone meanwhile gets none.
    async fn save_character_vectors(&self, embedder: &str, vectors: &[NewCharacterVector]) -> StoreResult<()>;
    /// Up to `limit` characters, the nearest first: public ones and the viewer's own that have the tag of `filter` and are `mine`
    /// as it says, but not those that its words find.
    async fn nearest_characters(
        &self,
        viewer: UserId,
        filter: &CharacterFilter,
        near: Near<'_>,
        limit: u32,
    ) -> StoreResult<Vec<Nearby>>;
    /// Makes searches among vectors of that length fast, where the store can. It may take long, and does nothing when done before.
    async fn prepare_search(&self, dimensions: u32) -> StoreResult<()>;
}
