//! Pages: what may be on them, what never is, and that they repeat.

use std::collections::BTreeSet;

use domain::ClosedSet;
use domain::recommendations::RecommendationEventType;
use proptest::prelude::*;
use recommend::{Character, Event, Profile, Request, Snapshot, Weights};

use crate::common::*;

fn any_event() -> impl Strategy<Value = Event> {
    (0..12_u32, 1..30_u32, proptest::sample::select(RecommendationEventType::ALL), 0..5_000_i64)
        .prop_map(|(who, whom, kind, hours)| event(who, whom, kind, hours))
}

fn any_character() -> impl Strategy<Value = Vec<Character>> {
    let one =
        (proptest::collection::vec(0..4_u8, 0..3), proptest::option::of(proptest::array::uniform4(-1.0..1.0_f32)));
    proptest::collection::vec(one, 30).prop_map(|all| {
        let made = |((tags, vector), number): ((Vec<u8>, Option<[f32; 4]>), u32)| Character {
            id: character(number),
            created_at: (number % 3 == 0).then_some(NOW - time::Duration::days(i64::from(number))),
            tags: tags.into_iter().map(|tag| format!("tag-{tag}")).collect(),
            vector: vector.map(Vec::from),
        };
        all.into_iter().zip(1..).map(made).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_page_holds_nothing_filtered_met_or_twice_and_repeats(
        events in proptest::collection::vec(any_event(), 0..200),
        catalogue in any_character(),
        refused in proptest::collection::btree_set(1..31_u32, 0..28),
        seed in any::<u64>(),
        count in 0..40_usize,
        exploration in 0.0..1.0_f32,
    ) {
        let snapshot = trained(&events).snapshot(&catalogue);
        let own: Vec<&Event> = events.iter().filter(|event| event.person == person(3)).collect();
        let profile = Profile::of(own.iter().copied()).with_tags(vec!["tag-1".into()]).with_vector(vec![1.0, 0.0, 0.5, 0.0]);
        let weights = Weights { exploration, ..Weights::default() };
        let may_be_shown = |id: domain::ids::CharacterId| !refused.contains(&(id.0.as_u128() as u32));
        let request = Request { now: NOW, count, seed, may_be_shown: &may_be_shown, weights: &weights };
        let page = snapshot.recommend(&profile, &request);

        let met: BTreeSet<u32> = own
            .iter()
            .filter(|event| !matches!(event.kind, RecommendationEventType::Impression | RecommendationEventType::Click))
            .map(|event| event.character.0.as_u128() as u32)
            .collect();
        let shown = ids(&page);
        prop_assert!(shown.iter().all(|number| !refused.contains(number) && !met.contains(number)));
        prop_assert_eq!(shown.iter().collect::<BTreeSet<_>>().len(), shown.len());
        prop_assert!(page.iter().all(|one| one.score.is_finite()));
        // The page is as long as can be.
        let left = (1..=30).filter(|number| !refused.contains(number) && !met.contains(number)).count();
        prop_assert_eq!(page.len(), count.min(left));
        prop_assert_eq!(&snapshot.recommend(&profile, &request), &page);
        // Another process makes the same page of the same bytes.
        let read = Snapshot::from_bytes(&snapshot.to_bytes()).unwrap();
        prop_assert_eq!(read.recommend(&profile, &request), page);
    }
}

#[test]
fn a_page_is_filled_however_many_are_refused() {
    let snapshot = trained(&two_camps()).snapshot(&bare(1..=3_000));
    let may_be_shown = |id| id > character(2_990);
    let weights = Weights::default();
    let request = Request { now: NOW, count: 8, seed: 1, may_be_shown: &may_be_shown, weights: &weights };
    let shown = ids(&snapshot.recommend(&Profile::of(&likes(99, &[1])), &request));
    assert_eq!(shown.len(), 8);
    assert!(shown.iter().all(|number| *number > 2_990), "{shown:?}");
}

#[test]
fn what_was_taken_out_of_the_catalogue_is_not_shown() {
    let model = trained(&two_camps());
    let snapshot = model.snapshot(&bare([1, 2, 3, 5, 6]));
    let shown = ids(&page(&snapshot, &Profile::of(&likes(99, &[1, 2])), 5));
    assert_eq!(shown.iter().copied().collect::<BTreeSet<_>>(), BTreeSet::from([3, 5, 6]));
    assert!(model.snapshot(&[]).is_empty());
    assert!(page(&model.snapshot(&[]), &Profile::default(), 5).is_empty());
}

#[test]
fn who_was_hidden_does_not_come_back_by_being_liked_by_others_or_tried_out() {
    let snapshot = trained(&two_camps()).snapshot(&bare(1..=8));
    let mut profile = Profile::of(&likes(99, &[1, 2]));
    profile.add(character(3), RecommendationEventType::Hide, NOW);
    profile.add(character(8), RecommendationEventType::Hide, NOW);
    profile.add(character(3), RecommendationEventType::Click, NOW);
    let weights = Weights { exploration: 0.5, ..Weights::default() };
    for seed in 0..200 {
        let shown = ids(&page_with(&snapshot, &profile, 4, seed, &weights));
        assert!(!shown.contains(&3) && !shown.contains(&8), "{shown:?}");
    }
}

#[test]
fn shown_in_vain_again_and_again_it_steps_back() {
    let snapshot = trained(&two_camps()).snapshot(&bare(1..=20));
    let mut profile = Profile::of(&likes(99, &[1, 2, 3]));
    let first = page(&snapshot, &profile, 1)[0].character;
    for _ in 0..10 {
        profile.add(first, RecommendationEventType::Impression, NOW);
    }
    assert_ne!(page(&snapshot, &profile, 1)[0].character, first);
    assert!(page(&snapshot, &profile, 20).iter().any(|one| one.character == first));
}
