//! Beginnings, reasons, exploration and diversity.

use std::collections::BTreeSet;

use domain::recommendations::{Reason, RecommendationEventType};
use recommend::{Character, Profile, Weights};
use time::Duration;

use crate::common::*;

fn with_vector(number: u32, vector: [f32; 3]) -> Character {
    Character { vector: Some(vector.to_vec()), ..Character::bare(character(number)) }
}

fn with_tags(number: u32, tags: &[&str]) -> Character {
    Character { tags: tags.iter().map(|tag| (*tag).to_owned()).collect(), ..Character::bare(character(number)) }
}

#[test]
fn a_stranger_is_shown_what_is_popular_now() {
    let mut events = two_camps();
    // 8 was liked by many half a year ago, 9 by fewer today.
    events.extend((0..40).map(|who| event(who, 8, RecommendationEventType::Like, 24 * 180)));
    events.extend((0..30).map(|who| event(who, 9, RecommendationEventType::Like, 1)));
    let shown = page(&trained(&events).snapshot(&bare(1..=20)), &Profile::default(), 3);
    assert_eq!(shown[0].character, character(9));
    assert_eq!(shown[0].reason, Reason::PopularNow);
    assert!(shown.iter().all(|one| one.character != character(8)));
}

#[test]
fn a_thousand_messages_of_one_do_not_make_popular() {
    let mut events: Vec<_> =
        (0..1_000).map(|nth| event(1, 1, RecommendationEventType::MessageSent, nth % 20)).collect();
    events.extend((2..8).map(|who| event(who, 2, RecommendationEventType::Like, 1)));
    let shown = page(&trained(&events).snapshot(&bare(1..=5)), &Profile::default(), 2);
    assert_eq!(ids(&shown), [2, 1]);
}

#[test]
fn the_tags_a_stranger_names_count_at_once() {
    let catalogue = [with_tags(1, &["gentle", "knight"]), with_tags(2, &["cold"]), with_tags(3, &["funny", "gentle"])];
    let profile = Profile::default().with_tags(vec!["unheard".into(), "gentle".into()]);
    let shown = page(&trained(&[]).snapshot(&catalogue), &profile, 2);
    assert_eq!(ids(&shown).into_iter().collect::<BTreeSet<_>>(), BTreeSet::from([1, 3]));
    assert!(shown.iter().all(|one| one.reason == Reason::MatchesYourTags { tag: "gentle".into() }));
}

#[test]
fn the_newest_are_shown_to_a_stranger_as_new() {
    let mut catalogue = bare(1..=5);
    catalogue[3].created_at = Some(NOW - Duration::days(1));
    catalogue[1].created_at = Some(NOW - Duration::days(20));
    let shown = page(&trained(&[]).snapshot(&catalogue), &Profile::default(), 2);
    assert_eq!(ids(&shown), [4, 2]);
    assert_eq!(shown[0].reason, Reason::New);
}

#[test]
fn a_character_nobody_knows_is_found_by_its_text() {
    let mut catalogue = vec![with_vector(40, [1.0, 0.1, 0.0]), with_vector(41, [0.0, 1.0, 0.0])];
    catalogue.push(with_vector(50, [1.0, 0.0, 0.1]));
    let snapshot = trained(&two_camps()).snapshot(&catalogue);
    let shown = page(&snapshot, &Profile::of(&likes(99, &[50])), 2);
    assert_eq!(shown[0].character, character(40));
    assert_eq!(shown[0].reason, Reason::SimilarTo { character: character(50) });

    let said = Profile::default().with_vector(vec![0.0, 2.0, 0.0]);
    let shown = page(&snapshot, &said, 1);
    assert_eq!((shown[0].character, &shown[0].reason), (character(41), &Reason::MatchesYourTaste));
}

#[test]
fn vectors_of_another_length_are_none() {
    let mut catalogue = vec![with_vector(1, [1.0, 0.0, 0.0]), with_vector(2, [1.0, 0.0, 0.0])];
    catalogue[1].vector = Some(vec![1.0; 5]);
    let profile = Profile::default().with_vector(vec![1.0; 7]);
    assert_eq!(page(&trained(&[]).snapshot(&catalogue), &profile, 5).len(), 2);
}

#[test]
fn a_bounded_share_of_places_goes_to_the_untried_in_turn() {
    let mut events = two_camps();
    // The twelve that are known were shown to everybody.
    for whom in (1..=6).chain(11..=16) {
        events.extend((0..60).map(|who| event(100 + who, whom, RecommendationEventType::Impression, 5)));
    }
    let snapshot = trained(&events).snapshot(&bare(1..=40));
    let profile = Profile::of(&likes(99, &[1]));
    let weights = Weights { exploration: 0.25, ..Weights::default() };
    let mut tried = BTreeSet::new();
    for seed in 0..300 {
        let shown = page_with(&snapshot, &profile, 8, seed, &weights);
        let trials: Vec<_> = shown.iter().filter(|one| one.reason == Reason::TryingOut).collect();
        assert!(trials.len() == 2, "{shown:?}");
        assert!(shown.iter().take(2).all(|one| one.reason != Reason::TryingOut), "{shown:?}");
        assert!(shown.is_sorted_by(|a, b| a.score >= b.score), "{shown:?}");
        tried.extend(trials.iter().map(|one| one.character));
    }
    assert!(tried.len() > 15, "{tried:?}");
    assert!(tried.iter().all(|id| (7..=10).any(|n| *id == character(n)) || *id >= character(17)), "{tried:?}");
    assert_eq!(page_with(&snapshot, &profile, 8, 5, &weights), page_with(&snapshot, &profile, 8, 5, &weights));
}

#[test]
fn one_that_is_taken_when_tried_is_tried_more_often() {
    let mut events = Vec::new();
    for whom in 1..=6 {
        events.extend((0..30).map(|who| event(who, whom, RecommendationEventType::Impression, 5)));
    }
    events.extend((0..15).map(|who| event(who, 3, RecommendationEventType::Click, 4)));
    let snapshot = trained(&events).snapshot(&bare(1..=20));
    let weights = Weights { exploration: 0.5, trending: 0.0, ..Weights::default() };
    let mut times = std::collections::BTreeMap::new();
    for seed in 0..300 {
        // Of 7 to 20 nothing is known; the page is about those that were shown.
        let may_be_shown = |id| id <= character(6);
        let request = recommend::Request { now: NOW, count: 2, seed, may_be_shown: &may_be_shown, weights: &weights };
        for one in snapshot.recommend(&Profile::default(), &request) {
            if one.reason == Reason::TryingOut {
                *times.entry(one.character).or_insert(0) += 1;
            }
        }
    }
    let most = times.iter().max_by_key(|(_, times)| **times).unwrap();
    assert_eq!(*most.0, character(3), "{times:?}");
}

#[test]
fn no_first_tag_takes_more_than_its_share_while_there_are_others() {
    let mut catalogue: Vec<_> = (1..=10).map(|number| with_tags(number, &["prince"])).collect();
    catalogue.extend((11..=16).map(|number| with_tags(number, &["villain"])));
    let mut events = two_camps();
    events.extend((0..20).flat_map(|who| (1..=6).map(move |whom| event(who, whom, RecommendationEventType::Share, 0))));
    let snapshot = trained(&events).snapshot(&catalogue);
    let weights = Weights { exploration: 0.0, same_tag_share: 0.5, ..Weights::default() };
    let shown = ids(&page_with(&snapshot, &Profile::default(), 8, 1, &weights));
    assert_eq!(shown.iter().filter(|number| **number <= 10).count(), 4, "{shown:?}");
    // With nobody else left, one kind may fill the page.
    let princes = trained(&events).snapshot(&catalogue[..10]);
    assert_eq!(page_with(&princes, &Profile::default(), 8, 1, &weights).len(), 8);
}

#[test]
fn diversity_puts_a_different_one_before_a_copy() {
    let events: Vec<_> = [(1, 10), (2, 9), (3, 8)]
        .into_iter()
        .flat_map(|(whom, people)| (0..people).map(move |who| event(who, whom, RecommendationEventType::Like, 1)))
        .collect();
    let catalogue =
        [with_vector(1, [1.0, 0.0, 0.0]), with_vector(2, [1.0, 0.01, 0.0]), with_vector(3, [0.0, 0.0, 1.0])];
    let snapshot = trained(&events).snapshot(&catalogue);
    let with = |diversity| Weights { diversity, exploration: 0.0, ..Weights::default() };
    assert_eq!(ids(&page_with(&snapshot, &Profile::default(), 3, 1, &with(0.0))), [1, 2, 3]);
    assert_eq!(ids(&page_with(&snapshot, &Profile::default(), 3, 1, &with(0.5))), [1, 3, 2]);
}
