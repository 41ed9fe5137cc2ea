//! What serves: everything that is needed to make a page, immutable, in flat arrays in the order of the characters' ids.

use domain::ids::CharacterId;

use crate::catalogue::Character;
use crate::content::{Content, Projections};
use crate::ledger::Standing;
use crate::parameters::Recency;

/// When a character was made whose time is not known.
pub(crate) const LONG_AGO: i64 = i64::MIN;
/// A character is tried out until it was seen or taken so often.
const TRIED: f32 = 50.0;
/// The lists made beforehand are no longer than this.
const LISTED: usize = 4_096;
/// Weights of a row in steps.
const STEPS: f32 = 32_767.0;

/// A model, ready to serve. Share it behind an `Arc`, and swap the `Arc` when there is a new one.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    pub(crate) stored: Stored,
    pub(crate) lists: Lists,
}

/// What is written down.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stored {
    pub(crate) as_of: i64,
    pub(crate) recency: Recency,
    pub(crate) ids: Vec<CharacterId>,
    pub(crate) created: Vec<i64>,
    /// Between nought and one.
    pub(crate) trending: Vec<f32>,
    pub(crate) shown: Vec<f32>,
    pub(crate) taken: Vec<f32>,
    /// All tags in their order.
    pub(crate) tags: Vec<String>,
    pub(crate) tag_starts: Vec<u32>,
    pub(crate) tag_numbers: Vec<u32>,
    pub(crate) row_starts: Vec<u32>,
    pub(crate) row_targets: Vec<u32>,
    pub(crate) row_codes: Vec<i16>,
    pub(crate) row_scales: Vec<f32>,
    pub(crate) content: Content,
}

/// What follows from it, made anew whenever it is read.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Lists {
    /// All characters, the most popular first.
    pub(crate) popular: Vec<u32>,
    /// The newest first.
    pub(crate) newest: Vec<u32>,
    /// Those few have seen, the least seen first.
    pub(crate) untried: Vec<u32>,
}

impl Snapshot {
    pub(crate) fn from_stored(stored: Stored) -> Self {
        let slots = || 0..stored.ids.len() as u32;
        let trending = |slot: u32| stored.trending.get(slot as usize).copied().unwrap_or_default();
        let created = |slot: u32| stored.created.get(slot as usize).copied().unwrap_or(LONG_AGO);
        let tries = |slot: u32| {
            let at = |values: &[f32]| values.get(slot as usize).copied().unwrap_or_default();
            at(&stored.shown) + at(&stored.taken)
        };
        let mut popular: Vec<u32> = slots().collect();
        popular.sort_by(|a, b| trending(*b).total_cmp(&trending(*a)).then(created(*b).cmp(&created(*a))));
        let mut newest: Vec<u32> = slots().filter(|slot| created(*slot) != LONG_AGO).collect();
        newest.sort_by_key(|slot| std::cmp::Reverse(created(*slot)));
        newest.truncate(LISTED);
        let mut untried: Vec<u32> = slots().filter(|slot| tries(*slot) < TRIED).collect();
        untried.sort_by(|a, b| tries(*a).total_cmp(&tries(*b)));
        untried.truncate(LISTED);
        Self { lists: Lists { popular, newest, untried }, stored }
    }

    /// How many characters can be recommended.
    #[must_use]
    pub fn len(&self) -> usize {
        self.stored.ids.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.stored.ids.is_empty()
    }

    pub(crate) fn slot(&self, id: CharacterId) -> Option<u32> {
        self.stored.ids.binary_search(&id).ok().map(|slot| slot as u32)
    }

    pub(crate) fn id(&self, slot: u32) -> Option<CharacterId> {
        self.stored.ids.get(slot as usize).copied()
    }

    /// The numbers of a character's tags, the one that says most first.
    pub(crate) fn tags_of(&self, slot: u32) -> &[u32] {
        let range = span(&self.stored.tag_starts, slot);
        self.stored.tag_numbers.get(range).unwrap_or_default()
    }

    /// What liking this character says of others.
    pub(crate) fn neighbours(&self, slot: u32) -> (&[u32], &[i16], f32) {
        let range = span(&self.stored.row_starts, slot);
        let targets = self.stored.row_targets.get(range.clone()).unwrap_or_default();
        let codes = self.stored.row_codes.get(range).unwrap_or_default();
        (targets, codes, self.stored.row_scales.get(slot as usize).copied().unwrap_or_default())
    }

    /// What liking one says of another.
    pub(crate) fn says(&self, source: u32, target: u32) -> f32 {
        let (targets, codes, scale) = self.neighbours(source);
        let at = targets.binary_search(&target).ok();
        at.and_then(|at| codes.get(at)).map_or(0.0, |&code| f32::from(code) * scale)
    }
}

fn span(starts: &[u32], slot: u32) -> std::ops::Range<usize> {
    let slot = slot as usize;
    starts.get(slot).zip(starts.get(slot + 1)).map_or(0..0, |(&from, &to)| from as usize..to as usize)
}

/// A snapshot in the making. Characters come in the order of their ids.
pub(crate) struct Draft {
    stored: Stored,
    projections: Projections,
    names: Vec<Vec<String>>,
}

impl Draft {
    pub(crate) fn new(as_of: i64, recency: Recency) -> Self {
        let stored = Stored {
            as_of,
            recency,
            ids: Vec::new(),
            created: Vec::new(),
            trending: Vec::new(),
            shown: Vec::new(),
            taken: Vec::new(),
            tags: Vec::new(),
            tag_starts: vec![0],
            tag_numbers: Vec::new(),
            row_starts: vec![0],
            row_targets: Vec::new(),
            row_codes: Vec::new(),
            row_scales: Vec::new(),
            content: Content::default(),
        };
        Self { stored, projections: Projections::default(), names: Vec::new() }
    }

    pub(crate) fn push(&mut self, character: &Character, standing: &Standing, row: &[(u32, f32)]) {
        let stored = &mut self.stored;
        stored.ids.push(character.id);
        stored.created.push(character.created_at.map_or(LONG_AGO, time::OffsetDateTime::unix_timestamp));
        stored.trending.push(standing.warmth(stored.as_of).ln_1p());
        stored.shown.push(standing.shown);
        stored.taken.push(standing.taken);
        stored.content.push(character.vector.as_deref(), &mut self.projections);
        self.names.push(character.tags.iter().take(domain::limits::TAGS).cloned().collect());

        let largest = row.iter().fold(0.0_f32, |largest, (_, weight)| largest.max(weight.abs()));
        let scale = if largest.is_normal() { largest / STEPS } else { 0.0 };
        if scale > 0.0 {
            stored.row_targets.extend(row.iter().map(|(target, _)| target));
            stored.row_codes.extend(row.iter().map(|(_, weight)| (weight / scale).round() as i16));
        }
        stored.row_starts.push(stored.row_targets.len() as u32);
        stored.row_scales.push(scale);
    }

    pub(crate) fn finish(mut self) -> Snapshot {
        let stored = &mut self.stored;
        let most = stored.trending.iter().fold(0.0_f32, |most, value| most.max(*value));
        if most > 0.0 {
            stored.trending.iter_mut().for_each(|value| *value /= most);
        }
        stored.tags = self.names.iter().flatten().cloned().collect();
        stored.tags.sort_unstable();
        stored.tags.dedup();
        for names in &self.names {
            stored
                .tag_numbers
                .extend(names.iter().filter_map(|name| Some(stored.tags.binary_search(name).ok()? as u32)));
            stored.tag_starts.push(stored.tag_numbers.len() as u32);
        }
        Snapshot::from_stored(self.stored)
    }
}
