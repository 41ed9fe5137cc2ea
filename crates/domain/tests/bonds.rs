//! Bonds as values: the same history gives the same bond, what is undone never was, and nothing that anybody is told is a trick.

use std::collections::BTreeMap;

use domain::bonds::{Bond, BondCause, BondEvent, BondMood, BondReason, BondRules, Judgement, MOOD, colour, hear, tell};
use domain::ids::{BondEventId, CharacterId, MessageId, SessionId, UserId};
use domain::memories::Scope;
use proptest::prelude::*;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

const SCOPE: Scope = Scope { user: UserId(Uuid::from_u128(1)), character: CharacterId(Uuid::from_u128(2)) };

/// When everything begins.
const BEGIN: OffsetDateTime = time::macros::datetime!(2026-03-01 08:00 UTC);

fn event(n: u128, minutes: i64, moves: &[(&str, i32)], mood: i32) -> BondEvent {
    let at = BEGIN + Duration::minutes(minutes);
    BondEvent {
        id: BondEventId(Uuid::from_u128(n)),
        scope: SCOPE,
        cause: BondCause::Message,
        session_id: SessionId(Uuid::from_u128(3)),
        message_id: MessageId(Uuid::from_u128(n)),
        at,
        day: at.date().to_julian_day(),
        judgement: Judgement {
            reason: BondReason::Other,
            moves: moves.iter().map(|(key, by)| ((*key).to_owned(), *by)).collect(),
            mood,
            why: String::new(),
        },
        model: None,
    }
}

fn values(bond: &Bond) -> BTreeMap<&str, i32> {
    BondRules::usual()
        .dimensions
        .iter()
        .map(|dimension| dimension.key.as_str())
        .zip(bond.values.iter().copied())
        .collect()
}

fn now_after(events: &[BondEvent]) -> OffsetDateTime {
    events.last().map_or(BEGIN, |event| event.at)
}

prop_compose! {
    fn history()(steps in prop::collection::vec((1_i64..2_000, -30_i32..30, -30_i32..30, -9_i32..9), 0..60)) -> Vec<BondEvent> {
        let mut minutes = 0;
        (1..).zip(steps).map(|(n, (after, closeness, trust, mood))| {
            minutes += after;
            event(n, minutes, &[("closeness", closeness), ("trust", trust), ("nobody", 5)], mood)
        }).collect()
    }
}

proptest! {
    /// A bond is told from its events alone: without one of them it is as if that had never been.
    #[test]
    fn what_is_undone_never_was(events in history(), which in any::<prop::sample::Index>()) {
        prop_assume!(!events.is_empty());
        let rules = BondRules::usual();
        let now = now_after(&events) + Duration::HOUR;
        let gone = which.index(events.len());
        let mut without = events.clone();
        without.remove(gone);
        // Told in one go, and event by event, as a life goes on and one of them is taken back.
        let (told, effects) = tell(rules, &without, now);
        let (again, _) = tell(rules, &without, now);
        prop_assert_eq!(&told, &again);
        let mut summed: Vec<i32> = rules.dimensions.iter().map(|dimension| dimension.start).collect();
        for effect in &effects {
            for (dimension, value) in rules.dimensions.iter().zip(&mut summed) {
                *value += effect.moved.get(&dimension.key).copied().unwrap_or(0);
            }
        }
        prop_assert_eq!(&told.values, &summed, "what is told of the events adds up");
        // Those before it are told as they were.
        let (_, all) = tell(rules, &events, now);
        prop_assert_eq!(&all[..gone], &effects[..gone]);
    }

    /// However much a judge says, the limits hold.
    #[test]
    fn limits_hold(events in history()) {
        let rules = BondRules::usual();
        let (bond, effects) = tell(rules, &events, now_after(&events));
        let mut days: BTreeMap<(i32, &str), (i32, i32)> = BTreeMap::new();
        for (event, effect) in events.iter().zip(&effects) {
            for (key, by) in &effect.moved {
                let dimension = rules.dimension(key).unwrap();
                prop_assert!(by.abs() <= dimension.per_event);
                let day = days.entry((event.day, key.as_str())).or_default();
                *(if *by > 0 { &mut day.0 } else { &mut day.1 }) += by.abs();
                prop_assert!(day.0 <= dimension.per_day && day.1 <= dimension.per_day);
            }
        }
        for (dimension, value) in rules.dimensions.iter().zip(&bond.values) {
            prop_assert!((dimension.min..=dimension.max).contains(value));
        }
        prop_assert!((-1.0..=1.0).contains(&bond.mood));
        prop_assert!(bond.next.is_none_or(|next| (0.0..=1.0).contains(&next.progress)));
    }

    /// To be away costs nothing, however long.
    #[test]
    fn absence_costs_nothing(events in history(), days in 0_i64..4_000) {
        let rules = BondRules::usual();
        let (before, _) = tell(rules, &events, now_after(&events));
        let (after, _) = tell(rules, &events, now_after(&events) + Duration::days(days));
        prop_assert_eq!((&before.values, before.stage, before.next), (&after.values, after.stage, after.next));
        prop_assert!(after.mood.abs() <= before.mood.abs(), "a mood fades towards calm, from both sides");
        prop_assert!(after.mood * before.mood >= 0.0);
    }

    /// Whatever a model answers, only what the rules know is kept.
    #[test]
    fn a_judgement_keeps_within_the_rules(by in any::<i32>(), mood in any::<i32>(), key in "[a-z]{1,9}", why in ".{0,400}") {
        let rules = BondRules::usual();
        let moves = BTreeMap::from([("trust".to_owned(), by), (key, by)]);
        if let Some(kept) = (Judgement { reason: BondReason::Other, moves, mood, why }).within(rules) {
            prop_assert!(kept.moves.iter().all(|(key, by)| rules.dimension(key).is_some_and(|rule| by.abs() <= rule.per_event)));
            prop_assert!(kept.mood.abs() <= MOOD && kept.why.chars().count() <= domain::limits::BOND_WHY);
            prop_assert!(!kept.why.chars().any(char::is_control));
        }
    }
}

#[test]
fn a_day_has_its_limit_and_the_next_one_begins_anew() {
    let events: Vec<BondEvent> = (1..=5).map(|n| event(n, n as i64, &[("trust", 3)], 0)).collect();
    let (bond, effects) = tell(BondRules::usual(), &events, now_after(&events));
    assert_eq!(values(&bond)["trust"], 6);
    assert!(effects[2].moved.is_empty());
    let next = [events, vec![event(6, 24 * 60, &[("trust", 3)], 0)]].concat();
    assert_eq!(values(&tell(BondRules::usual(), &next, now_after(&next)).0)["trust"], 9);
}

#[test]
fn stages_are_reached_in_order_and_tell_how_far_the_next_is() {
    let rules = BondRules::usual();
    let (bond, _) = tell(rules, &[], BEGIN);
    assert_eq!((bond.stage, bond.next.map(|next| next.stage)), (0, Some(1)));
    let days = |count: u128, key: &'static str| -> Vec<BondEvent> {
        (0..count)
            .flat_map(|day| {
                let minutes = day as i64 * 24 * 60;
                [event(2 * day + 1, minutes, &[(key, 3)], 1), event(2 * day + 2, minutes + 1, &[(key, 3)], 1)]
            })
            .collect()
    };
    let (bond, effects) = tell(rules, &days(2, "closeness"), BEGIN + Duration::days(2));
    assert_eq!((values(&bond)["closeness"], rules.stages[bond.stage].key.as_str()), (12, "acquainted"));
    assert_eq!(effects.iter().map(|effect| effect.stage).collect::<Vec<_>>(), [0, 0, 1, 1]);
    // However close: friends are those who trust each other.
    let (bond, _) = tell(rules, &days(20, "closeness"), BEGIN + Duration::days(20));
    assert_eq!((rules.stages[bond.stage].key.as_str(), bond.next.unwrap().progress), ("acquainted", 0.0));
}

#[test]
fn a_mood_fades_by_half_in_its_time() {
    let rules = BondRules::usual();
    let events = [event(1, 0, &[], 3)];
    let at = |hours: i64| tell(rules, &events, BEGIN + Duration::hours(hours)).0;
    assert!((at(0).mood - 0.6).abs() < 1e-9 && (at(6).mood - 0.3).abs() < 1e-9 && (at(12).mood - 0.15).abs() < 1e-9);
    assert_eq!([at(0).mood(), at(6).mood(), at(12).mood()], [BondMood::Bright, BondMood::Warm, BondMood::Calm]);
    let hurt = [event(1, 0, &[], -3)];
    assert_eq!(tell(rules, &hurt, BEGIN).0.mood(), BondMood::Reserved);
}

/// A month of a simulated life, judged by words: the same days give the same bond, and it grows slowly.
#[test]
fn a_month_of_days_makes_friends_and_not_more() {
    let said = [
        "Good morning, how are you?",
        "Thank you for yesterday.",
        "What a day.",
        "I've never told anybody this.",
        "Haha, again!",
    ];
    let rules = BondRules::usual();
    let month = || -> Vec<BondEvent> {
        let mut events = Vec::new();
        for day in 0..30_i64 {
            // Every third day nothing is said.
            for (n, text) in said.iter().enumerate().filter(|_| day % 3 != 2) {
                let minutes = day * 24 * 60 + n as i64 * 7;
                let Some(judgement) = hear(text, rules, true) else { continue };
                let place = (day * 10) as u128 + n as u128 + 1;
                events.push(BondEvent { judgement, ..event(place, minutes, &[], 0) });
            }
        }
        events
    };
    let (bond, _) = tell(rules, &month(), BEGIN + Duration::days(30));
    assert_eq!(tell(rules, &month(), BEGIN + Duration::days(30)).0, bond);
    assert!(["friends", "close_friends"].contains(&rules.stages[bond.stage].key.as_str()), "{bond:?}");
    assert!(values(&bond)["affection"] < 50, "kindness is no romance");
}

/// What binds people to a program: in no word that a model is told.
const BANNED: [&str; 24] = [
    "streak",
    "don't go",
    "do not go",
    "don't leave",
    "do not leave",
    "abandon",
    "lonely without",
    "miss you",
    "missed you",
    "waiting for you",
    "guilt",
    "punish",
    "jealous",
    "beg",
    "plead",
    "secret from",
    "tell nobody",
    "only you",
    "need you",
    "days away",
    "been away",
    "come back",
    "gift",
    "pay",
];

#[test]
fn the_words_for_the_model_hold_no_trick() {
    let rules = BondRules::usual();
    for romance in [true, false] {
        let rules = rules.for_one(romance);
        for stage in 0..rules.stages.len() {
            for mood in [-1.0, 0.0, 0.4, 1.0] {
                for tiny in [true, false] {
                    let bond = Bond { values: vec![0; rules.dimensions.len()], stage, next: None, mood, events: 1 };
                    let words = colour(&rules, &bond, tiny);
                    assert!(words.contains("{{char}}") && !words.chars().any(|c| c.is_ascii_digit()), "{words}");
                    let lower = words.to_lowercase();
                    for banned in BANNED {
                        assert!(!lower.contains(banned), "{banned}: {words}");
                    }
                    if !romance {
                        assert!(
                            !lower.contains("love") && !lower.contains("tender") && !lower.contains("romance"),
                            "{words}"
                        );
                    }
                }
            }
        }
    }
    // Where nothing has happened, nothing is told.
    assert_eq!(colour(rules, &tell(rules, &[], BEGIN).0, false), "");
}
