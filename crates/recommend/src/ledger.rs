//! Who did what with whom, summed up: what the model learns from.

use std::collections::HashMap;

use domain::ids::{CharacterId, UserId};
use domain::recommendations::{Event, RecommendationEventType};

use crate::events::{DAY, Tally, faded};
use crate::sequences::{Sequences, Step};

/// The characters remembered of one person; the longest untouched goes first.
const HISTORY: usize = 1_024;
/// Liking of a week ago makes a character half as popular as that of today.
const POPULARITY_HALF_LIFE: f32 = 7.0 * DAY;

/// What all people together make of a character.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Standing {
    /// The liking it met with, faded to the time `as_of`.
    warmth: f32,
    as_of: i64,
    /// How often it was shown.
    pub(crate) shown: f32,
    /// How often somebody did more than look away.
    pub(crate) taken: f32,
}

impl Standing {
    fn warm(&mut self, by: f32, at: i64) {
        let gap = at.saturating_sub(self.as_of);
        if gap >= 0 {
            self.warmth = self.warmth * faded(gap, POPULARITY_HALF_LIFE) + by;
            self.as_of = at;
        } else {
            self.warmth += by * faded(gap.saturating_neg(), POPULARITY_HALF_LIFE);
        }
    }

    pub(crate) fn warmth(&self, now: i64) -> f32 {
        self.warmth.max(0.0) * faded(now.saturating_sub(self.as_of), POPULARITY_HALF_LIFE)
    }
}

/// All tallies. Slots of characters are given in the order of their first event and never change.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    characters: Vec<CharacterId>,
    slots: HashMap<CharacterId, u32>,
    people: HashMap<UserId, usize>,
    histories: Vec<Vec<(u32, Tally)>>,
    standings: Vec<Standing>,
    latest: i64,
}

impl Ledger {
    /// Takes an event in.
    pub(crate) fn record(&mut self, event: &Event) {
        let at = event.at.unix_timestamp();
        self.latest = self.latest.max(at);
        let slot = self.slot_for(event.character);
        let person = *self.people.entry(event.person).or_insert_with(|| {
            self.histories.push(Vec::new());
            self.histories.len() - 1
        });
        let (Some(history), Some(standing)) = (self.histories.get_mut(person), self.standings.get_mut(slot as usize))
        else {
            return;
        };
        let place = history.binary_search_by_key(&slot, |(other, _)| *other).unwrap_or_else(|place| {
            history.insert(place, (slot, Tally::new(at)));
            place
        });
        let Some((_, tally)) = history.get_mut(place) else { return };
        let before = tally.strength().max(0.0);
        tally.add(event.kind, at);
        // Popularity counts people, not how talkative they are: only what liking grows or shrinks by is passed on.
        standing.warm(tally.strength().max(0.0) - before, at);
        match event.kind {
            RecommendationEventType::Impression => standing.shown += 1.0,
            _ if before == 0.0 && tally.strength() > 0.0 => standing.taken += 1.0,
            _ => {}
        }
        if history.len() > HISTORY
            && let Some(oldest) = (0..history.len()).min_by_key(|&at| history.get(at).map(|(_, tally)| tally.last))
        {
            history.remove(oldest);
        }
    }

    fn slot_for(&mut self, character: CharacterId) -> u32 {
        *self.slots.entry(character).or_insert_with(|| {
            self.characters.push(character);
            self.standings.push(Standing::default());
            (self.characters.len() - 1) as u32
        })
    }

    /// Forgets what a person did. Nothing that is learned later knows of it.
    pub(crate) fn forget(&mut self, person: UserId) {
        if let Some(history) = self.people.remove(&person).and_then(|at| self.histories.get_mut(at)) {
            *history = Vec::new();
        }
    }

    pub(crate) fn characters(&self) -> &[CharacterId] {
        &self.characters
    }

    pub(crate) fn find(&self, character: CharacterId) -> Option<u32> {
        self.slots.get(&character).copied()
    }

    pub(crate) fn standing(&self, slot: u32) -> Standing {
        self.standings.get(slot as usize).copied().unwrap_or_default()
    }

    /// The time of the newest event.
    pub(crate) fn latest(&self) -> i64 {
        self.latest
    }

    /// What each person came to like, in the order in which that began. Equal times are ordered by id.
    pub(crate) fn sequences(&self) -> Sequences {
        let mut sequences = Sequences::new(self.characters.len());
        for history in &self.histories {
            let mut steps: Vec<_> = history
                .iter()
                .filter(|(_, tally)| tally.strength() > 0.0)
                .map(|&(item, tally)| Step { item, strength: tally.strength(), at: tally.first })
                .collect();
            steps.sort_by_key(|step| (step.at, self.characters.get(step.item as usize).copied()));
            sequences.push(&steps);
        }
        sequences
    }
}
