//! The index of one scope: memories come and go, questions are answered.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap};

use domain::ids::MemoryId;
use domain::memories::{Memory, MemoryKind};

use crate::asked::Asked;
use crate::entry::{Entry, Names};
use crate::postings::{Postings, Texts};
use crate::question::Question;
use crate::rank::{Hit, Ranking};
use crate::sessions::Sessions;
use crate::times::Span;
use crate::traits::{Standing, Traits};
use crate::vectors::Vectors;
use crate::words::{self, Term};

/// All memories of one person with one character, ready to be searched.
#[derive(Debug, Default)]
pub struct Index {
    names: Names,
    slots: HashMap<MemoryId, u32>,
    ids: Vec<MemoryId>,
    memories: Vec<Option<Memory>>,
    traits: Vec<Traits>,
    free: Vec<u32>,
    sessions: Sessions,
    postings: Postings,
    vectors: Vectors,
}

impl Index {
    /// An empty index of these two.
    #[must_use]
    pub fn new(names: Names) -> Self {
        Self { names, ..Self::default() }
    }

    /// Takes a memory in, in place of the one with the same id.
    pub fn insert(&mut self, entry: Entry) {
        let Entry { memory, vector } = entry;
        self.remove(memory.id);
        let terms = words::terms(&memory.text);
        let traits = Traits::of(&memory, terms.iter().map(Term::halves).sum());
        let slot = self.free.pop().unwrap_or_else(|| {
            self.ids.push(memory.id);
            self.memories.push(None);
            self.traits.push(Traits::EMPTY);
            u32::try_from(self.memories.len() - 1).unwrap_or(u32::MAX)
        });
        if let Some(own) = self.traits.get_mut(slot as usize) {
            *own = traits;
        }
        if let (MemoryKind::Episode, Some(session), Some(place)) = (memory.kind, memory.session_id, memory.place) {
            self.sessions.insert(session, place, memory.id, slot, &mut self.traits);
        }
        self.postings.insert(slot, &terms);
        if let Some(vector) = vector {
            self.vectors.insert(slot, &vector);
        }
        self.slots.insert(memory.id, slot);
        if let (Some(id), Some(place)) = (self.ids.get_mut(slot as usize), self.memories.get_mut(slot as usize)) {
            *id = memory.id;
            *place = Some(memory);
        }
    }

    /// Forgets a memory, if it is here.
    pub fn remove(&mut self, id: MemoryId) {
        let Some(slot) = self.slots.remove(&id) else { return };
        let Some(memory) = self.memories.get_mut(slot as usize).and_then(Option::take) else { return };
        if let (MemoryKind::Episode, Some(session), Some(place)) = (memory.kind, memory.session_id, memory.place) {
            self.sessions.remove(session, place, id, slot, &mut self.traits);
        }
        self.postings.remove(slot, &words::terms(&memory.text));
        self.vectors.remove(slot);
        if let Some(own) = self.traits.get_mut(slot as usize) {
            *own = Traits::EMPTY;
        }
        self.free.push(slot);
    }

    /// Forgets everything but the names.
    pub fn clear(&mut self) {
        *self = Self::new(std::mem::take(&mut self.names));
    }

    /// How many memories there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// A memory.
    #[must_use]
    pub fn get(&self, id: MemoryId) -> Option<&Memory> {
        self.slots.get(&id).and_then(|&slot| self.at(slot))
    }

    /// All memories, in no order.
    pub fn memories(&self) -> impl Iterator<Item = &Memory> {
        self.memories.iter().flatten()
    }

    /// How many have a vector.
    #[must_use]
    pub fn embedded(&self) -> usize {
        self.vectors.len()
    }

    /// Roughly the bytes it takes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let texts: usize = self
            .memories()
            .map(|memory| memory.text.capacity() + memory.sources.capacity() * size_of::<MemoryId>())
            .sum();
        let rows =
            self.memories.capacity() * size_of::<Option<Memory>>() + self.traits.capacity() * size_of::<Traits>();
        texts + rows + self.slots.capacity() * 24 + self.sessions.bytes() + self.postings.bytes() + self.vectors.bytes()
    }

    /// The best memories for a question, best first, at most `limit`. What has neither a word, nor a meaning, nor a time
    /// in common with the question is no hit.
    #[must_use]
    pub fn search(&self, question: &Question<'_>, limit: usize) -> Vec<Hit> {
        let asked = Asked::read(question, &self.names, &self.postings);
        let texts = Texts { traits: &self.traits, sessions: &self.sessions, memories: self.len() };
        let words = self.postings.scores(&asked.words, texts);
        let likeness = question.vector.map_or_else(Vec::new, |vector| self.vectors.likeness(vector, self.traits.len()));
        let ranking = Ranking { asked: &asked, words: &words, likeness: &likeness, now: question.now.unix_timestamp() };
        let past = question.ended || asked.past;
        let found: Vec<Candidate> = (0_u32..)
            .zip(self.ids.iter().zip(&self.traits))
            .filter(|(slot, (_, own))| match own.standing {
                Standing::Holds => true,
                Standing::Held => past || self.held_within(*slot, &asked.spans),
                Standing::Void => false,
            })
            .filter_map(|(slot, (&id, own))| {
                let parts = ranking.parts(slot as usize, own);
                parts.relevant.then(|| Candidate { score: parts.score(), id, slot })
            })
            .collect();
        // A heap sorts no more than is asked of it, and `keep` is asked of the best only.
        let mut heap = BinaryHeap::from(found);
        std::iter::from_fn(|| heap.pop())
            .filter(|candidate| self.at(candidate.slot).is_some_and(question.keep))
            .take(limit)
            .filter_map(|Candidate { score, id, slot }| {
                let parts = ranking.parts(slot as usize, self.traits.get(slot as usize)?);
                let own_share = self.postings.own_share(&asked.words, slot, texts);
                Some(Hit { id, score, reasons: parts.reasons(own_share) })
            })
            .collect()
    }

    fn at(&self, slot: u32) -> Option<&Memory> {
        self.memories.get(slot as usize)?.as_ref()
    }

    /// Whether something that ended was so at a time asked about.
    fn held_within(&self, slot: u32, spans: &[Span]) -> bool {
        self.at(slot).is_some_and(|memory| {
            let until = memory.ended.map_or(memory.happened_at, |ended| ended.at);
            spans.iter().any(|span| memory.happened_at < span.to && span.from < until)
        })
    }
}

/// A memory on its way into an answer: ordered by score, and among equals the older first.
#[derive(Clone, Copy)]
struct Candidate {
    score: f32,
    id: MemoryId,
    slot: u32,
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        self.score.total_cmp(&other.score).then_with(|| other.id.cmp(&self.id))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Candidate {}
