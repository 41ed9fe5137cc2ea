//! A page: candidates are scored by every voice, the best and most different are chosen, a few places go to the untried, and each
//! says why it is there.

use domain::ids::CharacterId;
use domain::recommendations::Reason;
use time::OffsetDateTime;

use crate::candidates::{Candidates, Person, gather};
use crate::chance::Chance;
use crate::diversity;
use crate::events::{DAY, faded};
use crate::profile::Profile;
use crate::snapshot::{LONG_AGO, Snapshot};
use crate::weights::Weights;

/// The longest page.
const LONGEST: usize = 200;
/// Untried characters that are compared for a page.
const TRIALS: usize = 64;
/// Popularity and novelty never fall silent, however well a person is known.
const LEAST_OF_THE_REST: f32 = 0.05;

/// What is asked for.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// When.
    pub now: OffsetDateTime,
    /// How many; at most 200.
    pub count: usize,
    /// Where chance begins. One seed for a person and a day keeps the page still while she looks at it.
    pub seed: u64,
    /// Who may be shown at all: not blocked, hidden, too mature, her own. Nothing that it refuses is ever returned.
    pub may_be_shown: &'a dyn Fn(CharacterId) -> bool,
    /// How the voices are weighed.
    pub weights: &'a Weights,
}

/// A character on the page.
#[derive(Debug, Clone, PartialEq)]
pub struct Recommended {
    /// Which.
    pub character: CharacterId,
    /// How well it fits; comparable within a page.
    pub score: f32,
    /// Why it is there.
    pub reason: Reason,
}

/// A candidate with its score and the part of it that weighed most.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scored {
    pub(crate) slot: u32,
    pub(crate) score: f32,
    voice: Voice,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Voice {
    Collaborative,
    Content,
    Tags,
    Freshness,
    Trending,
    Exploration,
}

impl Snapshot {
    /// The page for a person. Whom she has met, for better or worse, is never on it.
    #[must_use]
    pub fn recommend(&self, profile: &Profile, request: &Request<'_>) -> Vec<Recommended> {
        let (now, count) = (request.now.unix_timestamp(), request.count.min(LONGEST).min(self.len()));
        let may = |id: CharacterId| !profile.has_met(id) && (request.may_be_shown)(id);
        let person = Person::of(profile, self, now);
        let candidates = gather(self, &person, profile, count.saturating_mul(5).max(50), &may);
        let mut pool = self.scored(&person, profile, &candidates, now, request.weights);
        pool.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.slot.cmp(&b.slot)));
        pool.truncate(count.saturating_mul(5).max(50));

        let mut chance = Chance::new(request.seed);
        let share = request.weights.exploration.clamp(0.0, 0.5);
        let places = (count as f32 * share + chance.unit()) as usize;
        let mut page = diversity::choose(pool, count, self, request.weights);
        if places > 0 && share > 0.0 {
            self.try_out(&mut page, &person, places, count, &may, &mut chance);
        }
        page.iter().filter_map(|scored| self.explained(scored, &person)).collect()
    }

    fn scored(
        &self,
        person: &Person,
        profile: &Profile,
        candidates: &Candidates,
        now: i64,
        weights: &Weights,
    ) -> Vec<Scored> {
        let at = |values: &[f32], slot: u32| values.get(slot as usize).copied().unwrap_or_default();
        let said = |slot: u32| at(&candidates.scores, slot);
        let most = candidates.slots.iter().map(|slot| said(*slot)).fold(f32::MIN_POSITIVE, f32::max);
        // Little evidence: the crowd speaks. Much: the person does.
        let heard = person.evidence / (person.evidence + 1.0);
        let rest = (1.0 / (1.0 + person.evidence / 2.0)).max(LEAST_OF_THE_REST);
        let half_life = weights.freshness_half_life_days.max(0.01) * DAY;
        let score = |&slot: &u32| {
            let created = self.stored.created.get(slot as usize).copied().unwrap_or(LONG_AGO);
            let fresh = if created == LONG_AGO { 0.0 } else { faded(now.saturating_sub(created), half_life) };
            let matched = self.tags_of(slot).iter().filter(|tag| person.tags.contains(tag)).count();
            let content = person.taste.as_ref().and_then(|taste| self.stored.content.with(slot, taste));
            let voices = [
                (Voice::Collaborative, weights.collaborative * heard * (said(slot) / most).max(-1.0)),
                (Voice::Content, weights.content * content.unwrap_or_default().max(0.0)),
                (Voice::Tags, weights.tags * (1.0 - (-(matched as f32)).exp2())),
                (Voice::Freshness, weights.freshness * rest * fresh),
                (Voice::Trending, weights.trending * rest * at(&self.stored.trending, slot)),
            ];
            let sum: f32 = voices.iter().map(|(_, value)| value).sum();
            let loudest = voices.into_iter().fold((Voice::Trending, 0.0), |a, b| if b.1 > a.1 { b } else { a });
            Scored { slot, score: sum * self.freshness_to(slot, profile, weights.fatigue, sum), voice: loudest.0 }
        };
        candidates.slots.iter().map(score).collect()
    }

    /// What is left for one who was shown to this person in vain.
    fn freshness_to(&self, slot: u32, profile: &Profile, fatigue: f32, score: f32) -> f32 {
        let tally = self.id(slot).and_then(|id| profile.known.get(&id));
        let in_vain = tally.filter(|tally| tally.strength() <= 0.0 && score > 0.0).map_or(0, |tally| tally.shown);
        1.0 / (1.0 + fatigue.max(0.0) * f32::from(in_vain).ln_1p())
    }

    /// Gives a few places, below the first two, to characters few have seen: of a handful drawn by lot, those that do best in
    /// a draw from what is believed of them (Thompson, 1933), and suit her taste. The more is known of one, the less it wavers.
    fn try_out(
        &self,
        page: &mut Vec<Scored>,
        person: &Person,
        places: usize,
        count: usize,
        may: &dyn Fn(CharacterId) -> bool,
        chance: &mut Chance,
    ) {
        let at = |values: &[f32], slot: u32| values.get(slot as usize).copied().unwrap_or_default();
        let mut drawn: Vec<u32> = Vec::with_capacity(TRIALS);
        for _ in 0..TRIALS.min(4 * self.lists.untried.len()) {
            if let Some(&slot) = self.lists.untried.get(chance.below(self.lists.untried.len()))
                && !drawn.contains(&slot)
                && !page.iter().any(|scored| scored.slot == slot)
                && self.id(slot).is_some_and(may)
            {
                drawn.push(slot);
            }
        }
        let mut trials: Vec<Scored> = drawn
            .into_iter()
            .map(|slot| {
                let (shown, taken) = (at(&self.stored.shown, slot), at(&self.stored.taken, slot));
                let believed = chance.beta(1.0 + taken, 4.0 + (shown - taken).max(0.0));
                let suits = person.taste.as_ref().and_then(|taste| self.stored.content.with(slot, taste));
                let score = believed + 0.5 * suits.unwrap_or_default();
                Scored { slot, score, voice: Voice::Exploration }
            })
            .collect();
        trials.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.slot.cmp(&b.slot)));
        trials.truncate(places);
        page.truncate(count.saturating_sub(trials.len()));
        for mut trial in trials {
            let first = 2.min(page.len());
            let place = first + chance.below(page.len() - first + 1);
            // Scores on a page fall; one that is tried out has that of the one above.
            trial.score = place.checked_sub(1).and_then(|above| page.get(above)).map_or(0.0, |above| above.score);
            page.insert(place, trial);
        }
    }

    fn explained(&self, scored: &Scored, person: &Person) -> Option<Recommended> {
        let slot = scored.slot;
        let loudest = |judge: &dyn Fn(u32, f32) -> f32| {
            let liked = person.liked.iter().filter(|(_, weight)| *weight > 0.0);
            let judged = liked.map(|&(source, weight)| (judge(source, weight), source));
            let best = judged.filter(|(value, _)| *value > 0.0).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
            best.and_then(|(_, source)| self.id(source))
        };
        let reason = match scored.voice {
            Voice::Collaborative => loudest(&|source, weight| weight * self.says(source, slot))
                .map_or(Reason::PopularNow, |character| Reason::BecauseYouLike { character }),
            Voice::Content => loudest(&|source, _| self.stored.content.between(source, slot).unwrap_or_default())
                .map_or(Reason::MatchesYourTaste, |character| Reason::SimilarTo { character }),
            Voice::Tags => {
                let named = person.tags.iter().find(|tag| self.tags_of(slot).contains(tag));
                let tag = self.stored.tags.get(*named? as usize)?.clone();
                Reason::MatchesYourTags { tag }
            }
            Voice::Freshness => Reason::New,
            Voice::Trending => Reason::PopularNow,
            Voice::Exploration => Reason::TryingOut,
        };
        Some(Recommended { character: self.id(slot)?, score: scored.score, reason })
    }
}
