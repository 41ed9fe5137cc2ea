//! How the voices are weighed against each other when a page is made.

/// The weights of a page. Each part of a score lies between nought and one before it is weighed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// What people with the same likings like.
    pub collaborative: f32,
    /// How near its text is to what the person likes or says of herself.
    pub content: f32,
    /// Tags the person named.
    pub tags: f32,
    /// Being new. Like popularity, it fades as more is known of the person.
    pub freshness: f32,
    /// Being popular now.
    pub trending: f32,
    /// After so many days a character is half as new.
    pub freshness_half_life_days: f32,
    /// How much being shown in vain takes away.
    pub fatigue: f32,
    /// The share of a page that goes to characters few have seen.
    pub exploration: f32,
    /// How much likeness to what stands above takes away.
    pub diversity: f32,
    /// The share of a page that one first tag may have, as long as there are others.
    pub same_tag_share: f32,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            collaborative: 1.0,
            content: 0.4,
            tags: 0.4,
            freshness: 0.2,
            trending: 0.3,
            freshness_half_life_days: 14.0,
            fatigue: 0.5,
            exploration: 0.1,
            diversity: 0.15,
            same_tag_share: 0.5,
        }
    }
}

impl Weights {
    /// The same without exploration and diversity: what fits best, best first.
    #[must_use]
    pub fn relevance_alone(self) -> Self {
        Self { exploration: 0.0, diversity: 0.0, same_tag_share: 1.0, ..self }
    }
}
