//! Who comes into question at all: a few hundred of each voice, so that a page costs the same however many characters there are.

use domain::ids::CharacterId;

use crate::content::unit;
use crate::profile::Profile;
use crate::snapshot::Snapshot;

/// The likings of a person that are looked at: the strongest and newest.
const LIKINGS: usize = 256;
/// Of them, those whose texts make up the taste.
const TASTES: usize = 32;
/// Candidates of each voice.
const OF_LIKINGS: usize = 400;
const OF_TASTE: usize = 400;
const OF_POPULAR: usize = 200;
const OF_NEWEST: usize = 100;
const OF_EACH_TAG: usize = 100;
/// Popular characters among which those with a tag are looked for.
const TAGGED: usize = 20_000;
/// What a dislike says of the neighbours, beside a like.
const AGAINST: f32 = 0.3;

/// A person in the terms of a snapshot.
pub(crate) struct Person {
    /// Slots and weights, the heaviest first; dislikes are negative.
    pub(crate) liked: Vec<(u32, f32)>,
    /// How much is known of her, in likes.
    pub(crate) evidence: f32,
    /// The direction of what she likes to read.
    pub(crate) taste: Option<Vec<f32>>,
    /// The numbers of the tags she named.
    pub(crate) tags: Vec<u32>,
}

impl Person {
    pub(crate) fn of(profile: &Profile, snapshot: &Snapshot, now: i64) -> Self {
        let mut known: Vec<_> = profile
            .known
            .iter()
            .filter(|(_, tally)| tally.strength() != 0.0)
            .filter_map(|(id, tally)| Some((tally.last, snapshot.slot(*id)?, tally.strength())))
            .collect();
        known.sort_unstable_by_key(|&(last, slot, _)| std::cmp::Reverse((last, slot)));
        let evidence = known.iter().map(|(_, _, strength)| strength.max(0.0)).sum();
        let recency = snapshot.stored.recency;
        let mut rank = 0;
        let mut liked: Vec<(u32, f32)> = Vec::with_capacity(known.len());
        for (last, slot, strength) in known {
            let age = now.saturating_sub(last);
            if strength > 0.0 {
                liked.push((slot, strength * recency.weight(rank, age)));
                rank += 1;
            } else {
                // A dislike is not pushed aside by newer likes: it fades by age alone.
                liked.push((slot, AGAINST * strength * recency.weight(0, age)));
            }
        }
        liked.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)));
        liked.truncate(LIKINGS);
        let taste = taste(profile, snapshot, &liked);
        let tags = profile.tags.iter().filter_map(|tag| Some(snapshot.stored.tags.binary_search(tag).ok()? as u32));
        Self { evidence, taste, tags: tags.collect(), liked }
    }
}

/// What she says of herself, and the texts of what she likes, less those of what she dislikes.
fn taste(profile: &Profile, snapshot: &Snapshot, liked: &[(u32, f32)]) -> Option<Vec<f32>> {
    let content = &snapshot.stored.content;
    let mut sum = vec![0.0; content.length];
    let total: f32 = liked.iter().take(TASTES).map(|(_, weight)| weight.abs()).sum();
    for &(slot, weight) in liked.iter().take(TASTES) {
        content.add_to(slot, weight / total, &mut sum);
    }
    if let Some(said) = profile.vector.as_deref().and_then(unit).filter(|said| said.len() == sum.len()) {
        sum.iter_mut().zip(said).for_each(|(sum, value)| *sum += value);
    }
    unit(&sum)
}

/// The slots that come into question, with what her likings say of each.
pub(crate) struct Candidates {
    pub(crate) slots: Vec<u32>,
    pub(crate) scores: Vec<f32>,
}

/// Gathers the candidates. Whoever `may` refuses is in none of the lists.
pub(crate) fn gather(
    snapshot: &Snapshot,
    person: &Person,
    profile: &Profile,
    enough: usize,
    may: &dyn Fn(CharacterId) -> bool,
) -> Candidates {
    let mut scores = vec![0.0_f32; snapshot.len()];
    for &(source, weight) in &person.liked {
        let (targets, codes, scale) = snapshot.neighbours(source);
        let by = weight * scale;
        for (target, &code) in targets.iter().zip(codes) {
            if let Some(score) = scores.get_mut(*target as usize) {
                *score += by * f32::from(code);
            }
        }
    }
    // Whom she has met would fill the best places of a list from which they are then taken out.
    for slot in profile.known.iter().filter(|(_, tally)| tally.met).filter_map(|(id, _)| snapshot.slot(*id)) {
        if let Some(score) = scores.get_mut(slot as usize) {
            *score = 0.0;
        }
    }
    let allowed = |slot: &u32| snapshot.id(*slot).is_some_and(may);
    let lists = &snapshot.lists;
    let mut slots = best(&scores, OF_LIKINGS.max(enough));
    if let Some(taste) = &person.taste {
        slots.extend(snapshot.stored.content.nearest(taste, OF_TASTE));
    }
    slots.extend(lists.popular.iter().take(OF_POPULAR));
    slots.extend(lists.newest.iter().take(OF_NEWEST));
    for tag in &person.tags {
        let tagged = lists.popular.iter().take(TAGGED).filter(|slot| snapshot.tags_of(**slot).contains(tag));
        slots.extend(tagged.take(OF_EACH_TAG));
    }
    slots.sort_unstable();
    slots.dedup();
    slots.retain(allowed);
    if slots.len() < enough {
        // So much is filtered that the lists did not reach: go down the whole list of the popular.
        let missing = enough - slots.len();
        let present = slots.clone();
        let further = lists.popular.iter().copied().filter(|slot| present.binary_search(slot).is_err());
        slots.extend(further.filter(allowed).take(missing));
        slots.sort_unstable();
    }
    Candidates { slots, scores }
}

fn best(scores: &[f32], count: usize) -> Vec<u32> {
    let positive = scores.iter().enumerate().filter(|(_, score)| **score > 0.0);
    let mut all: Vec<(f32, u32)> = positive.map(|(slot, score)| (*score, slot as u32)).collect();
    if all.len() > count {
        all.select_nth_unstable_by(count, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        all.truncate(count);
    }
    all.into_iter().map(|(_, slot)| slot).collect()
}
