//! Parameters chosen by the data: what people liked last is hidden, foretold from what they had liked before, and compared.
//!
//! The split is the one the model will be judged by in life: the past is known, the future is asked. One thing after the other is tried,
//! each from a short list around the default, so that nothing can run away. What happened later than the events at hand is never seen.

use crate::cooccurrence;
use crate::parameters::{Blend, Parameters, Recency};
use crate::ridge::{self, Head};
use crate::rows::Rows;
use crate::sequences::{Sequences, Step};
use crate::spread::spread;

/// The share of each sequence that is known.
const KNOWN: f32 = 0.8;
/// People the tuning learns from and asks, and characters that take part in its regressions: enough to choose by.
const PEOPLE: usize = 5_000;
const HEAD: usize = 2_048;
/// As many are recommended as a first page holds.
const PAGE: usize = 10;
/// Fewer answers than this decide nothing.
const LEAST_ANSWERS: usize = 20;
/// The newest likings of a person that are looked at.
pub(crate) const NEWEST: usize = 256;

/// Better parameters for these sequences, or the same.
pub(crate) fn tune(sequences: &Sequences, start: Parameters) -> Parameters {
    let (known, hidden) = sequences.split(KNOWN, PEOPLE);
    let bench = Bench { known, hidden };
    if bench.people().count() < LEAST_ANSWERS {
        return start;
    }
    let mut best = Parameters { head: start.head.min(HEAD), ..start };
    let keep = 2 * best.neighbours_of(sequences.items());
    let head = Head::of(&bench.known, &best);

    let sides = [0.0, 0.25, 0.5].map(|backwards| {
        let rows = cooccurrence::rows(&bench.known, &Parameters { backwards, ..best }, keep);
        (backwards, rows)
    });
    let counted = bench.best_of(&sides, best.recency);
    let recencies = [0.0, 0.35, 0.65, 1.0]
        .iter()
        .flat_map(|&power| [20.0, 180.0, 1_000.0].map(|half_life_days| Recency { power, half_life_days }));
    if let Some((backwards, rows)) = counted {
        best.backwards = *backwards;
        best.recency = highest(recencies, |&recency| bench.quality(&[(1.0, rows)], recency)).unwrap_or(best.recency);
    }
    let penalties = [30.0, 100.0, 300.0, 1_000.0];
    let eases = penalties.map(|penalty| (penalty, ridge::ease(&bench.known, &head, penalty, &best, keep)));
    let slists = penalties.map(|penalty| (penalty, ridge::slist(&bench.known, &head, penalty, &best, keep)));
    let (Some((_, counted)), Some(ease), Some(slist)) =
        (counted, bench.best_of(&eases, best.recency), bench.best_of(&slists, best.recency))
    else {
        return start;
    };
    (best.ease_penalty, best.slist_penalty) = (ease.0, slist.0);

    let scale = |rows: &Rows| 1.0 / spread(rows, &bench.known, best.recency);
    let parts = [(scale(&ease.1), &ease.1), (scale(&slist.1), &slist.1), (scale(counted), counted)];
    let tenths = (0..=10).flat_map(|ease| (0..=10 - ease).map(move |slist| (ease, slist)));
    let blends = tenths.filter(|(ease, slist)| ease % 2 == 0 && slist % 2 == 0).map(|(ease, slist)| Blend {
        ease: ease as f32 / 10.0,
        slist: slist as f32 / 10.0,
        cooccurrence: (10 - ease - slist) as f32 / 10.0,
    });
    let shares = |blend: &Blend| [blend.ease, blend.slist, blend.cooccurrence];
    let chosen = highest(blends, |blend| {
        let weighed: Vec<_> =
            shares(blend).iter().zip(parts).map(|(share, (scale, rows))| (share * scale, rows)).collect();
        bench.quality(&weighed, best.recency)
    });
    Parameters { blend: chosen.unwrap_or(best.blend), head: start.head, ..best }
}

/// The first of those that are judged highest.
fn highest<T>(candidates: impl Iterator<Item = T>, judge: impl Fn(&T) -> f32) -> Option<T> {
    let judged = candidates.map(|candidate| (judge(&candidate), candidate));
    judged.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, candidate)| candidate)
}

/// A person's newest likings as weights, by the rank and age they have at the time of the newest.
pub(crate) fn newest(steps: &[Step], recency: Recency) -> Vec<(u32, f32)> {
    let now = steps.last().map_or(0, |step| step.at);
    let weigh = |(rank, step): (usize, &Step)| (step.item, step.strength * recency.weight(rank, now - step.at));
    steps.iter().rev().take(NEWEST).enumerate().map(weigh).collect()
}

/// What is known and what is asked.
struct Bench {
    known: Sequences,
    hidden: Sequences,
}

impl Bench {
    fn people(&self) -> impl Iterator<Item = (&[Step], &[Step])> {
        let pairs = self.known.iter().zip(self.hidden.iter());
        pairs.filter(|(known, hidden)| !known.is_empty() && !hidden.is_empty())
    }

    fn best_of<'a>(&self, candidates: &'a [(f32, Rows)], recency: Recency) -> Option<&'a (f32, Rows)> {
        highest(candidates.iter(), |(_, rows)| self.quality(&[(1.0, rows)], recency))
    }

    /// Recall and nDCG of the first page, on the average of all people, added up.
    fn quality(&self, parts: &[(f32, &Rows)], recency: Recency) -> f32 {
        let (mut sum, mut people) = (0.0, 0);
        let mut scores = vec![0.0_f32; self.known.items()];
        for (known, hidden) in self.people() {
            scores.fill(0.0);
            let liked = newest(known, recency);
            for (factor, rows) in parts.iter().filter(|(factor, _)| *factor > 0.0) {
                let weighed: Vec<_> = liked.iter().map(|(item, weight)| (*item, weight * factor)).collect();
                rows.score(&weighed, &mut scores);
            }
            for step in known {
                if let Some(score) = scores.get_mut(step.item as usize) {
                    *score = f32::NEG_INFINITY;
                }
            }
            sum += judged(&first_page(&scores), hidden);
            people += 1;
        }
        sum / people.max(1) as f32
    }
}

fn first_page(scores: &[f32]) -> Vec<u32> {
    let mut page: Vec<(f32, u32)> = Vec::with_capacity(PAGE + 1);
    for (item, &score) in scores.iter().enumerate() {
        if page.len() == PAGE && page.last().is_some_and(|(least, _)| score <= *least) {
            continue;
        }
        let place = page.partition_point(|(other, _)| *other >= score);
        page.insert(place, (score, item as u32));
        page.truncate(PAGE);
    }
    page.into_iter().map(|(_, item)| item).collect()
}

fn judged(page: &[u32], hidden: &[Step]) -> f32 {
    let gain = |rank: usize| 1.0 / (rank as f32 + 2.0).log2();
    let hits: Vec<_> =
        page.iter().enumerate().filter(|(_, item)| hidden.iter().any(|step| step.item == **item)).collect();
    let ideal: f32 = (0..hidden.len().min(PAGE)).map(gain).sum();
    hits.len() as f32 / hidden.len() as f32 + hits.iter().map(|(rank, _)| gain(*rank)).sum::<f32>() / ideal
}
