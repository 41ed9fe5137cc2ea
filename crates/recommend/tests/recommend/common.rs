//! Small worlds with known answers.

use domain::ids::{CharacterId, UserId};
use domain::recommendations::RecommendationEventType;
use recommend::{Character, Event, Model, Parameters, Profile, Recommended, Request, Snapshot, Weights};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

pub const NOW: OffsetDateTime = datetime!(2026-06-01 12:00 UTC);

pub fn character(number: u32) -> CharacterId {
    CharacterId(Uuid::from_u128(u128::from(number)))
}

pub fn person(number: u32) -> UserId {
    UserId(Uuid::from_u128(0xFFFF_0000 + u128::from(number)))
}

/// Something done so many hours before now.
pub fn event(who: u32, whom: u32, kind: RecommendationEventType, hours_ago: i64) -> Event {
    Event { person: person(who), character: character(whom), kind, at: NOW - Duration::hours(hours_ago) }
}

/// Somebody who liked these one after the other, the last an hour ago.
pub fn likes(who: u32, whom: &[u32]) -> Vec<Event> {
    let count = whom.len() as i64;
    whom.iter().zip(0..).map(|(&whom, nth)| event(who, whom, RecommendationEventType::Like, count - nth)).collect()
}

/// Two camps of twenty people each: one likes 1 to 6, the other 11 to 16, everybody five of the six.
pub fn two_camps() -> Vec<Event> {
    let of = |who: u32, first: u32| {
        let left_out = first + who % 6;
        let mut liked: Vec<u32> = (first..first + 6).filter(|whom| *whom != left_out).collect();
        liked.rotate_left(who as usize % 5);
        likes(who, &liked)
    };
    (0..20).flat_map(|who| of(who, 1)).chain((20..40).flat_map(|who| of(who, 11))).collect()
}

pub fn bare(numbers: impl IntoIterator<Item = u32>) -> Vec<Character> {
    numbers.into_iter().map(|number| Character::bare(character(number))).collect()
}

pub fn trained(events: &[Event]) -> Model {
    // A small world needs a small penalty.
    let mut model = Model::new(Parameters { ease_penalty: 5.0, slist_penalty: 5.0, ..Parameters::default() });
    model.update(events);
    model.train();
    model
}

pub fn everybody(_: CharacterId) -> bool {
    true
}

/// A page of what fits best, without chance.
pub fn page(snapshot: &Snapshot, profile: &Profile, count: usize) -> Vec<Recommended> {
    page_with(snapshot, profile, count, 1, &Weights::default().relevance_alone())
}

pub fn page_with(
    snapshot: &Snapshot,
    profile: &Profile,
    count: usize,
    seed: u64,
    weights: &Weights,
) -> Vec<Recommended> {
    snapshot.recommend(profile, &Request { now: NOW, count, seed, may_be_shown: &everybody, weights })
}

pub fn ids(page: &[Recommended]) -> Vec<u32> {
    page.iter().map(|recommended| recommended.character.0.as_u128() as u32).collect()
}
