//! What a character is, as far as recommending it goes.

use domain::ids::CharacterId;
use time::OffsetDateTime;

/// A character that can be recommended.
#[derive(Debug, Clone, PartialEq)]
pub struct Character {
    /// Which.
    pub id: CharacterId,
    /// Since when it can be met. `None` is long ago.
    pub created_at: Option<OffsetDateTime>,
    /// Its tags, the one that says most first.
    pub tags: Vec<String>,
    /// What its profile means, made by the same embedder for all.
    pub vector: Option<Vec<f32>>,
}

impl Character {
    /// A character of which nothing but the id is known.
    #[must_use]
    pub fn bare(id: CharacterId) -> Self {
        Self { id, created_at: None, tags: Vec::new(), vector: None }
    }
}
