//! What is learned from events.

use domain::recommendations::{Reason, RecommendationEventType};
use recommend::{Blend, Model, Parameters, Profile, Recency};

use crate::common::*;

#[test]
fn a_person_is_shown_what_her_camp_likes() {
    let snapshot = trained(&two_camps()).snapshot(&bare(1..=20));
    for (liked, missing) in [([1, 2, 3], [4, 5, 6]), ([11, 12, 13], [14, 15, 16])] {
        let shown = page(&snapshot, &Profile::of(&likes(99, &liked)), 3);
        let mut found = ids(&shown);
        found.sort_unstable();
        assert_eq!(found, missing);
        for recommended in &shown {
            let Reason::BecauseYouLike { character } = recommended.reason else { panic!("{recommended:?}") };
            assert!(liked.contains(&(character.0.as_u128() as u32)), "{recommended:?}");
        }
    }
}

#[test]
fn what_usually_follows_stands_before_what_usually_came_before() {
    // Everybody comes from 1 over 2 to 3.
    let events: Vec<_> = (0..30).flat_map(|who| likes(who, &[1, 2, 3])).chain(likes(50, &[7, 8])).collect();
    let snapshot = trained(&events).snapshot(&bare(1..=9));
    assert_eq!(ids(&page(&snapshot, &Profile::of(&likes(99, &[2])), 2)), [3, 1]);
}

#[test]
fn every_method_alone_knows_the_camps() {
    let alone = [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)];
    for (ease, slist, cooccurrence) in alone {
        let blend = Blend { ease, slist, cooccurrence };
        let mut model =
            Model::new(Parameters { ease_penalty: 5.0, slist_penalty: 5.0, blend, ..Parameters::default() });
        model.update(&two_camps());
        model.train();
        let shown = page(&model.snapshot(&bare(1..=20)), &Profile::of(&likes(99, &[11, 12])), 4);
        assert!(ids(&shown).iter().all(|number| (13..=16).contains(number)), "{blend:?}: {shown:?}");
    }
}

#[test]
fn a_like_changes_the_next_page_without_training() {
    let snapshot = trained(&two_camps()).snapshot(&bare(1..=20));
    let mut profile = Profile::of(&likes(99, &[1]));
    assert!((2..=6).contains(&ids(&page(&snapshot, &profile, 1))[0]));
    profile.add(character(11), RecommendationEventType::Like, NOW);
    profile.add(character(12), RecommendationEventType::ChatStarted, NOW);
    assert!((13..=16).contains(&ids(&page(&snapshot, &profile, 1))[0]));
}

#[test]
fn a_dislike_speaks_against_the_neighbours() {
    let snapshot = trained(&two_camps()).snapshot(&bare(1..=20));
    let mut profile = Profile::of(&likes(99, &[1, 11]));
    let of_first_camp = |profile: &Profile| {
        let shown = page(&snapshot, profile, 6);
        shown.iter().filter(|one| one.character <= character(6)).map(|one| one.score).sum::<f32>()
    };
    let before = of_first_camp(&profile);
    profile.add(character(2), RecommendationEventType::Dislike, NOW);
    assert!(of_first_camp(&profile) < before);
}

#[test]
fn a_stronger_liking_never_lowers_what_it_speaks_for() {
    let snapshot = trained(&two_camps()).snapshot(&bare(1..=20));
    // Both camps are liked; the more is said to 1, the more of its camp is on the page.
    let on_page = |messages: i64| {
        let mut events = likes(99, &[1, 11]);
        events.extend((0..messages).map(|_| event(99, 1, RecommendationEventType::MessageSent, 2)));
        ids(&page(&snapshot, &Profile::of(&events), 5)).iter().filter(|number| **number <= 6).count()
    };
    let counts = [0, 1, 3, 10, 100].map(on_page);
    assert!(counts.is_sorted(), "{counts:?}");
    assert!(counts[0] < counts[4], "{counts:?}");
}

#[test]
fn a_refresh_finds_neighbours_for_a_newcomer_and_keeps_the_rest() {
    let mut model = trained(&two_camps());
    let newcomer: Vec<_> = (0..10).map(|who| event(who, 30, RecommendationEventType::Like, 0)).collect();
    model.update(&newcomer);
    model.refresh();
    let snapshot = model.snapshot(&bare(1..=30));
    let shown = ids(&page(&snapshot, &Profile::of(&likes(99, &[1, 2, 3, 4, 5, 6])), 1));
    assert_eq!(shown, [30]);
    let others = ids(&page(&snapshot, &Profile::of(&likes(99, &[11, 12, 13])), 3));
    assert!(others.iter().all(|number| (14..=16).contains(number)), "{others:?}");
}

#[test]
fn who_is_forgotten_leaves_no_trace_in_what_is_learned() {
    // Between the camps there is no other bridge than these.
    let mut model = trained(&two_camps());
    (70..80).for_each(|who| model.update(&likes(who, &[1, 11])));
    let crosses = |model: &mut Model| {
        model.train();
        let shown = page(&model.snapshot(&bare(1..=20)), &Profile::of(&likes(99, &[1])), 20);
        shown.iter().any(|one| {
            one.character == character(11) && one.reason == Reason::BecauseYouLike { character: character(1) }
        })
    };
    assert!(crosses(&mut model));
    (70..80).for_each(|who| model.forget(person(who)));
    assert!(!crosses(&mut model));
}

#[test]
fn tuning_finds_that_the_newest_counts() {
    // Everybody was long in one chain of characters and then went over to the other; what comes next follows from the newest.
    let mut events = Vec::new();
    for who in 0..60 {
        let (from, to) = if who % 2 == 0 { (100, 200) } else { (200, 100) };
        let old = (0..12).map(|nth| from + (nth * 7 + who) % 24);
        let new = (0..12).map(|nth| to + (nth + who) % 24);
        events.extend(likes(who, &old.chain(new).collect::<Vec<_>>()));
    }
    let start = Parameters {
        recency: Recency { power: 0.0, half_life_days: 1_000.0 },
        backwards: 0.5,
        blend: Blend { ease: 1.0, slist: 0.0, cooccurrence: 0.0 },
        ..Parameters::default()
    };
    let mut model = Model::new(start);
    model.update(&events);
    model.tune();
    let tuned = model.parameters();
    assert!(tuned.recency.power > 0.0, "{tuned:?}");
    assert!(tuned.blend.ease < 1.0, "{tuned:?}");
    assert_eq!((tuned.head, tuned.neighbours, tuned.threads), (start.head, start.neighbours, start.threads));
}

#[test]
fn nothing_is_tuned_from_next_to_nothing() {
    let mut model = Model::new(Parameters::default());
    model.tune();
    model.update(&likes(1, &[1, 2, 3]));
    model.tune();
    assert_eq!(model.parameters(), Parameters::default());
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let learned = |threads| {
        let mut model = Model::new(Parameters { threads, ..Parameters::default() });
        model.update(&two_camps());
        model.train();
        model.snapshot(&bare(1..=20))
    };
    assert_eq!(learned(1), learned(3));
}

#[test]
fn only_the_best_known_take_part_in_regressions_and_the_others_are_found_all_the_same() {
    let mut model = Model::new(Parameters { head: 3, ..Parameters::default() });
    model.update(&two_camps());
    model.train();
    let shown = page(&model.snapshot(&bare(1..=20)), &Profile::of(&likes(99, &[11, 12, 13])), 3);
    assert!(ids(&shown).iter().all(|number| (14..=16).contains(number)), "{shown:?}");
}
