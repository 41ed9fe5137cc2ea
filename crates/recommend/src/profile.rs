//! What is known of the person who asks, folded from her own events at the time of asking.

use std::collections::BTreeMap;

use domain::ids::CharacterId;
use domain::recommendations::{Event, RecommendationEventType};
use time::OffsetDateTime;

use crate::events::Tally;

/// A person: what she did, and what she says of herself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Profile {
    pub(crate) known: BTreeMap<CharacterId, Tally>,
    pub(crate) tags: Vec<String>,
    pub(crate) vector: Option<Vec<f32>>,
}

impl Profile {
    /// The profile of somebody who did this; the events of others are not looked at, so give only her own.
    #[must_use]
    pub fn of<'a>(events: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut profile = Self::default();
        for event in events {
            profile.add(event.character, event.kind, event.at);
        }
        profile
    }

    /// With tags she named.
    #[must_use]
    pub fn with_tags(mut self, tags: Vec<String>) -> Self {
        self.tags = tags;
        self
    }

    /// With what she says of herself, embedded as the characters are.
    #[must_use]
    pub fn with_vector(mut self, vector: Vec<f32>) -> Self {
        self.vector = Some(vector);
        self
    }

    /// Adds what she just did: the next page knows it.
    pub fn add(&mut self, character: CharacterId, kind: RecommendationEventType, at: OffsetDateTime) {
        let at = at.unix_timestamp();
        self.known.entry(character).or_insert_with(|| Tally::new(at)).add(kind, at);
    }

    /// Whether the two know each other, so that no recommendation is needed.
    #[must_use]
    pub fn has_met(&self, character: CharacterId) -> bool {
        self.known.get(&character).is_some_and(|tally| tally.met)
    }
}
