//! Which memory holds which word, and BM25 over it (Robertson & Zaragoza, 2009).
//!
//! Postings hold the words of single turns. The turns around a turn are added while a question is answered, each with a
//! weight of its own, as fields are in BM25F: so nothing is indexed anew when a turn comes or goes beside another.

use std::collections::HashMap;

use crate::sessions::Sessions;
use crate::traits::{NONE, Traits};
use crate::words::Term;

/// How soon a repeated word counts no more, and how much long texts are held back.
const K1: f32 = 0.9;
const B: f32 = 0.4;

/// What the words of a turn count for itself and for the turns around it, in tenths: what is asked in one turn is
/// answered in the next.
const OWN: u32 = 10;
const BEFORE: u32 = 5;
const BEFORE_THAT: u32 = 3;
const AFTER: u32 = 3;

/// How often a word stands in a memory.
#[derive(Debug, Clone, Copy)]
struct Posting {
    slot: u32,
    times: u32,
}

/// All words of a scope.
#[derive(Debug, Default)]
pub(crate) struct Postings {
    lists: HashMap<Box<str>, Vec<Posting>>,
}

/// How well words fit.
#[derive(Debug, Default)]
pub(crate) struct WordScores {
    /// Each memory with the turns around it.
    pub memories: Vec<f32>,
    /// Each session as one text.
    pub sessions: Vec<f32>,
}

/// A word that is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// The term.
    pub text: String,
    /// How much it counts.
    pub weight: f32,
}

/// The texts of a scope as BM25 sees them.
#[derive(Clone, Copy)]
pub(crate) struct Texts<'a> {
    pub traits: &'a [Traits],
    pub sessions: &'a Sessions,
    pub memories: usize,
}

impl Postings {
    pub(crate) fn insert(&mut self, slot: u32, terms: &[Term]) {
        for (text, times) in counted(terms) {
            let posting = Posting { slot, times };
            match self.lists.get_mut(text) {
                Some(list) => {
                    let at = list.partition_point(|other| other.slot < slot);
                    list.insert(at, posting);
                }
                None => {
                    self.lists.insert(text.into(), vec![posting]);
                }
            }
        }
    }

    pub(crate) fn remove(&mut self, slot: u32, terms: &[Term]) {
        for (text, _) in counted(terms) {
            if let Some(list) = self.lists.get_mut(text) {
                if let Ok(at) = list.binary_search_by_key(&slot, |posting| posting.slot) {
                    list.remove(at);
                }
                if list.is_empty() {
                    self.lists.remove(text);
                }
            }
        }
    }

    /// In how many memories a word stands.
    pub(crate) fn frequency(&self, text: &str) -> usize {
        self.lists.get(text).map_or(0, Vec::len)
    }

    /// How well the words fit each memory and each session.
    pub(crate) fn scores(&self, wanted: &[Wanted], texts: Texts<'_>) -> WordScores {
        let norms = Norms::of(texts);
        let mut scores =
            WordScores { memories: vec![0.0; texts.traits.len()], sessions: vec![0.0; norms.sessions.len()] };
        let mut around = Scatter::new(texts.traits.len());
        let mut within = Scatter::new(norms.sessions.len());
        for word in wanted {
            for posting in self.lists.get(&*word.text).into_iter().flatten() {
                let Some(own) = texts.traits.get(posting.slot as usize) else { continue };
                around.add(posting.slot, OWN * posting.times);
                if own.session == NONE {
                    continue;
                }
                within.add(own.session, posting.times);
                around.add(own.before, AFTER * posting.times);
                around.add(own.after, BEFORE * posting.times);
                if let Some(after) = texts.traits.get(own.after as usize) {
                    around.add(after.after, BEFORE_THAT * posting.times);
                }
            }
            around.saturate(word.weight, texts.memories, 0.1, &norms.memories, &mut scores.memories);
            within.saturate(word.weight, texts.sessions.len(), 1.0, &norms.sessions, &mut scores.sessions);
        }
        scores
    }

    /// Which part of a memory's score is owed to its own words, from 0 to 1.
    pub(crate) fn own_share(&self, wanted: &[Wanted], slot: u32, texts: Texts<'_>) -> f32 {
        let own = |slot: u32| texts.traits.get(slot as usize);
        let before = own(slot).map_or(NONE, |own| own.before);
        let before_that = own(before).map_or(NONE, |own| own.before);
        let after = own(slot).map_or(NONE, |own| own.after);
        let (mut mine, mut all) = (0.0, 0.0);
        for word in wanted {
            let Some(list) = self.lists.get(&*word.text) else { continue };
            let times = |slot: u32| {
                list.binary_search_by_key(&slot, |posting| posting.slot)
                    .ok()
                    .and_then(|at| list.get(at))
                    .map_or(0, |posting| posting.times)
            };
            let rarity = word.weight * rarity(texts.memories, list.len());
            let (here, around) =
                (OWN * times(slot), BEFORE * times(before) + BEFORE_THAT * times(before_that) + AFTER * times(after));
            if here + around > 0 {
                mine += rarity * here as f32 / (here + around) as f32;
                all += rarity;
            }
        }
        if all > 0.0 { mine / all } else { 1.0 }
    }

    /// Roughly the bytes it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.lists.iter().map(|(text, list)| 48 + text.len() + list.capacity() * size_of::<Posting>()).sum()
    }
}

/// Each term once, with how often it stands there.
fn counted(terms: &[Term]) -> HashMap<&str, u32> {
    let mut counts = HashMap::with_capacity(terms.len());
    for term in terms {
        *counts.entry(&*term.text).or_default() += 1;
    }
    counts
}

/// The inverse document frequency: how much a word tells.
fn rarity(texts: usize, with_it: usize) -> f32 {
    let (texts, with_it) = (texts as f32, with_it as f32);
    (1.0 + ((texts - with_it).max(0.0) + 0.5) / (with_it + 0.5)).ln()
}

/// What BM25 sets a text's length to.
struct Norms {
    memories: Vec<f32>,
    sessions: Vec<f32>,
}

impl Norms {
    fn of(texts: Texts<'_>) -> Self {
        let own = |slot: u32| texts.traits.get(slot as usize).copied().unwrap_or(Traits::EMPTY);
        let around: Vec<u32> = texts
            .traits
            .iter()
            .map(|this| {
                let before = own(this.before);
                OWN * this.halves
                    + BEFORE * before.halves
                    + BEFORE_THAT * own(before.before).halves
                    + AFTER * own(this.after).halves
            })
            .collect();
        Self {
            memories: norms(&around, texts.memories),
            sessions: norms(texts.sessions.halves(), texts.sessions.len()),
        }
    }
}

fn norms(lengths: &[u32], texts: usize) -> Vec<f32> {
    let sum: u64 = lengths.iter().map(|&length| u64::from(length)).sum();
    let each = K1 * B * texts as f32 / (sum as f32).max(1.0);
    lengths.iter().map(|&length| length as f32 * each + K1 * (1.0 - B)).collect()
}

/// Counts by slot that are cleared in passing: only what was touched is visited.
struct Scatter {
    counts: Vec<u32>,
    touched: Vec<u32>,
}

impl Scatter {
    fn new(slots: usize) -> Self {
        Self { counts: vec![0; slots], touched: Vec::new() }
    }

    fn add(&mut self, slot: u32, count: u32) {
        if let Some(value) = self.counts.get_mut(slot as usize) {
            if *value == 0 {
                self.touched.push(slot);
            }
            *value += count;
        }
    }

    /// Adds what one word is worth to the scores, and forgets the counts.
    fn saturate(&mut self, weight: f32, texts: usize, unit: f32, norms: &[f32], scores: &mut [f32]) {
        let worth = weight * rarity(texts, self.touched.len()) * (K1 + 1.0);
        for slot in self.touched.drain(..) {
            let slot = slot as usize;
            if let (Some(count), Some(norm), Some(score)) =
                (self.counts.get_mut(slot), norms.get(slot), scores.get_mut(slot))
            {
                let times = std::mem::take(count) as f32 * unit;
                *score += worth * times / (times + norm);
            }
        }
    }
}
