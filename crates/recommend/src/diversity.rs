//! A page of different characters: each next one is chosen by its score, less its likeness to those already chosen (maximal
//! marginal relevance; Carbonell and Goldstein, SIGIR 1998), and no first tag takes more than its share.

use crate::serve::Scored;
use crate::snapshot::Snapshot;
use crate::weights::Weights;

/// The `count` to show, in their order, out of candidates that come best first.
pub(crate) fn choose(mut pool: Vec<Scored>, count: usize, snapshot: &Snapshot, weights: &Weights) -> Vec<Scored> {
    let cap = ((count as f32 * weights.same_tag_share.clamp(0.0, 1.0)).ceil() as usize).max(1);
    let best = pool.first().map_or(1.0, |first| first.score.max(f32::MIN_POSITIVE));
    let mut likeness = vec![0.0_f32; pool.len()];
    let mut chosen: Vec<Scored> = Vec::with_capacity(count);
    let mut tags: Vec<u32> = Vec::with_capacity(count);
    let first_tag = |slot: u32| snapshot.tags_of(slot).first().copied();
    while chosen.len() < count {
        let worth = |at: usize, scored: &Scored| {
            scored.score / best - weights.diversity * likeness.get(at).copied().unwrap_or_default()
        };
        let full = |scored: &Scored| {
            first_tag(scored.slot).is_some_and(|tag| tags.iter().filter(|other| **other == tag).count() >= cap)
        };
        let all = || pool.iter().enumerate();
        let better = |a: &(usize, &Scored), b: &(usize, &Scored)| {
            worth(a.0, a.1).total_cmp(&worth(b.0, b.1)).then(b.0.cmp(&a.0))
        };
        // Where only one kind is left, more of it is better than an empty place.
        let next = all().filter(|(_, scored)| !full(scored)).max_by(better).or_else(|| all().max_by(better));
        let Some((at, _)) = next else { break };
        let next = pool.remove(at);
        likeness.remove(at);
        tags.extend(first_tag(next.slot));
        if weights.diversity > 0.0 {
            for (other, most) in pool.iter().zip(&mut likeness) {
                *most = most.max(alike(snapshot, next.slot, other.slot));
            }
        }
        chosen.push(next);
    }
    chosen
}

/// How alike two characters are: by their texts, or else by the tags they share.
fn alike(snapshot: &Snapshot, one: u32, other: u32) -> f32 {
    snapshot.stored.content.between(one, other).unwrap_or_else(|| {
        let (a, b) = (snapshot.tags_of(one), snapshot.tags_of(other));
        let shared = a.iter().filter(|tag| b.contains(tag)).count();
        shared as f32 / (a.len() + b.len() - shared).max(1) as f32
    })
}
