//! Lists that are the same for everybody: who is liked these days, and who is like somebody.

use domain::ids::CharacterId;

use crate::content::unit;
use crate::snapshot::Snapshot;

/// Candidates of each voice.
const OF_TEXT: usize = 200;
const OF_TAGS: usize = 200;
/// How much liking, text and tags say of likeness.
const LIKED_TOGETHER: f32 = 0.5;
const WRITTEN_ALIKE: f32 = 0.5;
const SHARED_TAGS: f32 = 0.25;
/// Who is as little like it as this is not like it at all.
const UNLIKE: f32 = 0.05;

impl Snapshot {
    /// Characters that many people like these days, the most liked first.
    #[must_use]
    pub fn trending(&self, count: usize, may_be_shown: &dyn Fn(CharacterId) -> bool) -> Vec<CharacterId> {
        let is_warm = |slot: &&u32| self.stored.trending.get(**slot as usize).is_some_and(|warmth| *warmth > 0.0);
        let warm = self.lists.popular.iter().take_while(is_warm);
        warm.filter_map(|slot| self.id(*slot)).filter(|id| may_be_shown(*id)).take(count).collect()
    }

    /// Characters that are like this one, the likest first: liked by the same people, written alike, or of the same tags.
    #[must_use]
    pub fn similar(
        &self,
        to: CharacterId,
        count: usize,
        may_be_shown: &dyn Fn(CharacterId) -> bool,
    ) -> Vec<CharacterId> {
        let Some(slot) = self.slot(to) else { return Vec::new() };
        let (targets, codes, _) = self.neighbours(slot);
        let most = codes.iter().copied().max().unwrap_or_default().max(1);
        let mut scores: Vec<(u32, f32)> = targets
            .iter()
            .zip(codes)
            .map(|(target, code)| (*target, LIKED_TOGETHER * f32::from(*code) / f32::from(most)))
            .collect();
        let content = &self.stored.content;
        let mut text = vec![0.0; content.length];
        if content.add_to(slot, 1.0, &mut text)
            && let Some(text) = unit(&text)
        {
            scores.extend(content.nearest(&text, OF_TEXT).into_iter().map(|other| (other, 0.0)));
        }
        let tags = self.tags_of(slot);
        let shares = |other: &&u32| self.tags_of(**other).iter().any(|tag| tags.contains(tag));
        scores.extend(self.lists.popular.iter().filter(shares).take(OF_TAGS).map(|other| (*other, 0.0)));
        // Of those that two voices name, what the first says.
        scores.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.abs().total_cmp(&a.1.abs())));
        scores.dedup_by_key(|(other, _)| *other);
        scores.retain(|(other, _)| *other != slot && self.id(*other).is_some_and(may_be_shown));
        for (other, score) in &mut scores {
            *score += WRITTEN_ALIKE * content.between(slot, *other).unwrap_or_default().max(0.0);
            *score += SHARED_TAGS * shared(tags, self.tags_of(*other));
        }
        scores.retain(|(_, score)| *score > UNLIKE);
        scores.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        scores.into_iter().take(count).filter_map(|(other, _)| self.id(other)).collect()
    }
}

/// Which share of all their tags two have in common.
fn shared(one: &[u32], other: &[u32]) -> f32 {
    let both = one.iter().filter(|tag| other.contains(tag)).count();
    both as f32 / (one.len() + other.len() - both).max(1) as f32
}
