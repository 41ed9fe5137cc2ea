//! How well a memory fits a question: one sum for all kinds, of parts that can be told.
//!
//! The weights are rounded from a fit on public long-term conversation data (softmax regression, leaving one conversation
//! out at a time); each may be a third off without harm. Recency, importance and what facts, notes and summaries
//! get in place of neighbours are chosen by hand, as that data has none of them.

use domain::ids::MemoryId;
use domain::memories::MemoryKind;
use domain::traces::{RecallReason, TracedReason};

use crate::asked::Asked;
use crate::postings::WordScores;
use crate::times::Span;
use crate::traits::Traits;

/// Words of a turn with those around it, and of its session.
const WORDS: f32 = 0.4;
const SESSION: f32 = 0.3;
/// What stands alone has no session: its own words count for that too.
const WORDS_ALONE: f32 = 0.5;
/// Likeness of the turn itself, of the one before and of the one after.
const MEANING: f32 = 5.0;
const MEANING_BEFORE: f32 = 2.5;
const MEANING_AFTER: f32 = 2.0;
/// The one who is asked about says it.
const SPEAKER: f32 = 2.5;
/// It is of the time asked about; it says when.
const TIME: f32 = 4.0;
const SAYS_WHEN: f32 = 2.5;
/// It was said just now; after so many days half of that is left, by a power law, as people forget (Wixted & Ebbesen,
/// 1991).
const RECENCY: f32 = 0.2;
const RECENCY_DAYS: f32 = 30.0;
/// For each grade of importance above or below the usual one, and for what was settled as a fact or written down.
const IMPORTANCE: f32 = 0.3;
const USUAL: f32 = 2.0;
const SETTLED: f32 = 0.2;
/// Turns of few words say little however well they fit: with so many words a turn has three quarters of its score.
const SUBSTANCE_WORDS: f32 = 5.0;
/// Facts, notes and summaries are all substance.
const SUBSTANCE_ALONE: f32 = 0.85;
/// How much likeness above the mean is worth mentioning without a common word.
const LIKE: f32 = 0.1;

/// A memory that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Which.
    pub id: MemoryId,
    /// How well it fits; comparable within one answer only.
    pub score: f32,
    /// Why, the strongest first; their weights add up to the score, up to what spoke against it.
    pub reasons: Vec<TracedReason>,
}

/// Everything that is known when memories are compared with a question.
pub(crate) struct Ranking<'a> {
    pub asked: &'a Asked,
    pub words: &'a WordScores,
    pub likeness: &'a [f32],
    /// Seconds of Unix time.
    pub now: i64,
}

/// Why a memory fits, before it is weighed how much it says.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Parts {
    words: f32,
    session: f32,
    meaning: f32,
    neighbours: f32,
    speaker: f32,
    time: f32,
    recency: f32,
    importance: f32,
    substance: f32,
    /// Whether anything of it was asked for.
    pub relevant: bool,
}

impl Ranking<'_> {
    /// How one memory fits.
    pub(crate) fn parts(&self, slot: usize, own: &Traits) -> Parts {
        let likeness = |slot: usize| self.likeness.get(slot).copied().unwrap_or_default();
        let words = self.words.memories.get(slot).copied().unwrap_or_default();
        let alone = own.kind != MemoryKind::Episode;
        let like = likeness(slot);
        let time = self.asked.spans.iter().map(|span| nearness(span, own.happened_at)).fold(0.0, f32::max);
        let days = (self.now.saturating_sub(own.happened_at)).max(0) as f32 / DAY as f32;
        let length = own.halves as f32 / 2.0;
        Parts {
            words: words * if alone { WORDS_ALONE } else { WORDS },
            session: self.words.sessions.get(own.session as usize).map_or(0.0, |score| score * SESSION),
            meaning: like * MEANING,
            neighbours: likeness(own.before as usize) * MEANING_BEFORE + likeness(own.after as usize) * MEANING_AFTER,
            speaker: if self.asked.about.is_some_and(|role| own.speaks_for(role)) { SPEAKER } else { 0.0 },
            time: time * TIME + if self.asked.when && own.timed { SAYS_WHEN } else { 0.0 },
            recency: RECENCY / (1.0 + days / RECENCY_DAYS),
            importance: (f32::from(own.importance) - USUAL) * IMPORTANCE
                + if matches!(own.kind, MemoryKind::Fact | MemoryKind::Note) { SETTLED } else { 0.0 },
            substance: if alone { SUBSTANCE_ALONE } else { f32::midpoint(1.0, length / (length + SUBSTANCE_WORDS)) },
            relevant: words > 0.0 || like > LIKE || time > 0.0,
        }
    }
}

impl Parts {
    /// The score.
    pub(crate) fn score(&self) -> f32 {
        let sum = self.words
            + self.session
            + self.meaning
            + self.neighbours
            + self.speaker
            + self.time
            + self.recency
            + self.importance;
        sum * self.substance
    }

    /// The reasons in words, the strongest first. `own_share` is what the memory's own words are of the words' part.
    pub(crate) fn reasons(&self, own_share: f32) -> Vec<TracedReason> {
        let lent = self.words * (1.0 - own_share) + self.session + self.neighbours;
        let mut reasons: Vec<TracedReason> = [
            (RecallReason::Meaning, self.meaning),
            (RecallReason::Words, self.words * own_share),
            (RecallReason::Neighbours, lent),
            (RecallReason::Speaker, self.speaker),
            (RecallReason::Time, self.time),
            (RecallReason::Recency, self.recency),
            (RecallReason::Importance, self.importance),
        ]
        .into_iter()
        .map(|(reason, part)| TracedReason { reason, weight: part * self.substance })
        .filter(|reason| reason.weight > 0.005)
        .collect();
        reasons.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        reasons
    }
}

const DAY: i64 = 86_400;

/// How near a time is to a span, from 0 to 1. What happened is often told some days later, and sometimes announced.
fn nearness(span: &Span, at: i64) -> f32 {
    const AFTER_DAYS: f32 = 30.0;
    const BEFORE_DAYS: f32 = 7.0;
    const EDGE: f32 = 0.5;
    let (from, to) = (span.from.unix_timestamp(), span.to.unix_timestamp());
    if (from..to).contains(&at) {
        return 1.0;
    }
    let (outside, reach) = if at < from { (from - at, BEFORE_DAYS) } else { (at - to, AFTER_DAYS) };
    (EDGE * (1.0 - outside as f32 / DAY as f32 / reach)).max(0.0)
}
