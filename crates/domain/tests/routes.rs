//! Routes as values: what is told from what happened, what a check refuses, and a search that finds what a plain walker finds.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail where it stands")]

use std::collections::{BTreeMap, BTreeSet, HashSet};

use domain::ClosedSet;
use domain::bonds::BondRules;
use domain::ids::{MessageId, SessionId};
use domain::routes::{
    Chapter, Choice, Condition, Did, Ending, EndingKind, Facts, FindingKind, Lore, Moment, MonthDay, Now, Picture,
    Progress, Route, RouteFaultCode, Scene, Step, Unlocks, replay, simulate, tell,
};
use proptest::prelude::*;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

const BEGIN: OffsetDateTime = time::macros::datetime!(2026-03-01 08:00 UTC);
const HERE: SessionId = SessionId(Uuid::from_u128(1));
const THERE: SessionId = SessionId(Uuid::from_u128(2));

fn rules() -> &'static BondRules {
    BondRules::usual()
}

fn scene(id: &str, when: Option<Condition>) -> Scene {
    Scene {
        id: id.into(),
        title: id.to_uppercase(),
        hint: String::new(),
        romantic: false,
        aside: false,
        when,
        setting: String::new(),
        opening: "…".into(),
        background: None,
        choices: Vec::new(),
        unlocks: Unlocks::default(),
        ending: None,
    }
}

fn choice(id: &str, then: Option<&str>) -> Choice {
    Choice { id: id.into(), label: id.into(), when: None, then: then.map(str::to_owned), moves: BTreeMap::new() }
}

fn ending(id: &str, when: Option<Condition>) -> Scene {
    let end = Ending { id: format!("end_{id}"), title: id.into(), kind: EndingKind::Sad };
    Scene { ending: Some(end), ..scene(id, when) }
}

fn route(scenes: Vec<Scene>) -> Route {
    Route { chapters: vec![Chapter { id: "one".into(), title: "One".into(), scenes }] }
}

fn always() -> Option<Condition> {
    Some(Condition::Always {})
}

fn seen(scene: &str) -> Condition {
    Condition::Seen { scene: scene.into() }
}

fn not(of: Condition) -> Condition {
    Condition::Not { of: Box::new(of) }
}

fn dimension(dimension: &str, at_least: i32) -> Condition {
    Condition::Dimension { dimension: dimension.into(), at_least }
}

fn day(text: &str) -> MonthDay {
    text.parse().unwrap()
}

/// Moments, a minute apart.
fn moments(did: &[(SessionId, Did)]) -> Vec<Moment> {
    let moment = |(n, (session, did)): (u32, &(SessionId, Did))| Moment {
        did: did.clone(),
        at: BEGIN + Duration::minutes(n.into()),
        days: 0,
        date: day("03-01"),
        session: *session,
        message: MessageId(Uuid::from_u128(n.into())),
    };
    (1..).zip(did).map(moment).collect()
}

fn told(route: &Route, did: &[(SessionId, Did)]) -> Progress {
    tell(route, rules(), &moments(did), Now { at: BEGIN + Duration::DAY, days: 1, date: day("03-02") })
}

fn began(scene: &str) -> Did {
    Did::Began(scene.into())
}

fn chose(scene: &str, choice: &str) -> Did {
    Did::Chose { scene: scene.into(), choice: choice.into() }
}

fn open(progress: &Progress) -> Vec<usize> {
    progress.unlocked().collect()
}

fn finds(route: &Route) -> Vec<(FindingKind, String)> {
    let report = simulate(route, rules());
    assert!(report.complete);
    report.findings.into_iter().map(|finding| (finding.kind, finding.about)).collect()
}

#[test]
fn what_was_unlocked_stays_and_what_was_taken_back_never_was() {
    let scenes = vec![scene("rain", always()), scene("snow", Some(dimension("trust", 10))), scene("sun", None)];
    let route = route(scenes);
    assert_eq!(open(&told(&route, &[])), [0]);
    let high = (HERE, Did::Bond(vec![0, 12, 0]));
    let low = (HERE, Did::Bond(vec![0, 2, 0]));
    let progress = told(&route, &[high.clone(), low.clone()]);
    assert_eq!(open(&progress), [0, 1], "the bond may fall again");
    let cause = progress.scenes[1].unlocked.unwrap();
    assert_eq!(cause, (BEGIN + Duration::MINUTE, Some((HERE, MessageId(Uuid::from_u128(1))))));
    assert_eq!(progress.scenes[0].unlocked.unwrap().1, None, "nothing was done for what was open from the beginning");
    assert_eq!(open(&told(&route, &[low])), [0]);
}

#[test]
fn a_choice_counts_once_in_the_scene_that_is_played_where_it_is_played() {
    let first = Scene { choices: vec![choice("go", Some("sea")), choice("stay", None)], ..scene("rain", always()) };
    let after = Condition::Chose { scene: "rain".into(), choice: "stay".into() };
    let route = route(vec![first, ending("sea", None), scene("home", Some(after))]);
    for nothing in [&[(HERE, chose("rain", "go"))][..], &[(HERE, began("rain")), (THERE, chose("rain", "go"))]] {
        assert!(told(&route, nothing).facts.chosen.is_empty(), "{nothing:?}");
    }
    let both = [(HERE, began("rain")), (HERE, chose("rain", "stay")), (HERE, chose("rain", "go"))];
    let progress = told(&route, &both);
    assert_eq!((progress.scenes[0].chosen.clone(), open(&progress)), (vec!["stay".to_owned()], vec![0, 2]));
    let unknown = [(HERE, began("rain")), (HERE, chose("rain", "fly"))];
    assert!(told(&route, &unknown).facts.chosen.is_empty());
    // Played again, it can end otherwise.
    let again = [both.as_slice(), &[(HERE, began("rain")), (HERE, chose("rain", "go")), (HERE, began("sea"))]].concat();
    let progress = told(&route, &again);
    assert_eq!((progress.scenes[0].plays, progress.scenes[0].chosen.len()), (2, 2));
    assert!(progress.facts.ended.contains("end_sea") && progress.played[&HERE].scene == 1);
    let left = [again.as_slice(), &[(HERE, Did::Left)]].concat();
    assert!(told(&route, &left).played.is_empty());
}

#[test]
fn days_and_dates_unlock_for_whoever_is_there() {
    let christmas = Condition::Date { from: day("12-24"), to: day("01-06") };
    let route = route(vec![scene("week", Some(Condition::DaysKnown { days: 7 })), scene("star", Some(christmas))]);
    let now = |days, date| tell(&route, rules(), &[], Now { at: BEGIN, days, date: day(date) });
    assert_eq!((open(&now(6, "12-23")), open(&now(7, "12-23"))), (vec![], vec![0]));
    assert_eq!(open(&now(0, "01-01")), [1]);
    let mut said = moments(&[(HERE, Did::Said("hello".into()))]);
    said[0].date = day("12-31");
    let later = Now { at: BEGIN + Duration::days(30), days: 5, date: day("01-30") };
    assert_eq!(open(&tell(&route, rules(), &said, later)), [1], "they were there");
}

#[test]
fn romance_is_not_there_for_those_who_are_no_adults() {
    let kiss = Scene { romantic: true, ..ending("kiss", always()) };
    let first =
        Scene { choices: vec![choice("stay", Some("kiss")), choice("go", Some("sea"))], ..scene("rain", always()) };
    let route = route(vec![first, kiss, ending("sea", None)]);
    let plain = route.for_one(false);
    assert_eq!(plain.scenes().map(|(_, scene)| scene.id.as_str()).collect::<Vec<_>>(), ["rain", "sea"]);
    assert_eq!(plain.scene("rain").unwrap().1.choices, [choice("go", Some("sea"))]);
    assert_eq!(route.for_one(true), route);
    // A stage that is not there for them is never reached.
    let sweet = Condition::Stage { stage: "sweethearts".into() };
    let facts = told(&route, &[]).facts;
    assert!(!sweet.holds(&rules().for_one(false), &Facts { stage: 9, values: vec![100; 3], ..facts }));
    let mut whole = plain.clone();
    whole.chapters.push(Chapter {
        id: "two".into(),
        title: "Two".into(),
        scenes: vec![Scene { romantic: true, ..scene("x", None) }],
    });
    assert_eq!(whole.for_one(false).chapters.len(), 1, "nor is a chapter with nothing in it");
}

/// A story with nothing to find fault with, and something of everything in it.
fn good() -> Route {
    let choices =
        vec![Choice { when: Some(seen("rain")), moves: [("trust".to_owned(), 2)].into(), ..choice("go", Some("sea")) }];
    let unlocks = Unlocks {
        images: vec![Picture { key: "cg".into(), title: "Rain".into() }],
        lore: vec![Lore { id: "old".into(), title: "Old".into(), text: "x".into(), keys: vec!["sea".into()] }],
        ..Unlocks::default()
    };
    route(vec![
        Scene { choices, unlocks, background: Some("bg".into()), ..scene("rain", always()) },
        ending("sea", None),
    ])
}

fn at(route: &mut Route, n: usize) -> &mut Scene {
    &mut route.chapters[0].scenes[n]
}

#[test]
fn every_fault_is_told_with_its_place() {
    type Change = fn(&mut Route);
    assert_eq!(good().checked(rules()), Ok(good()));
    let cases: [(Change, &str); 29] = [
        (|route| route.chapters.clear(), "chapters"),
        (|route| route.chapters[0].id = "One".into(), "chapters[0].id"),
        (|route| route.chapters[0].title = " ".into(), "chapters[0].title"),
        (|route| at(route, 1).id = "rain".into(), "chapters[0].scenes[1].id"),
        (|route| at(route, 0).title = "x".repeat(81), "chapters[0].scenes[0].title"),
        (|route| at(route, 0).hint = "a\nb".into(), "chapters[0].scenes[0].hint"),
        (|route| at(route, 0).opening = " \n".into(), "chapters[0].scenes[0].opening"),
        (|route| at(route, 0).setting = "x".repeat(2_001), "chapters[0].scenes[0].setting"),
        (|route| at(route, 0).setting = "a\u{7}".into(), "chapters[0].scenes[0].setting"),
        (|route| at(route, 0).background = Some("BG".into()), "chapters[0].scenes[0].background"),
        (|route| at(route, 0).choices[0].then = Some("moon".into()), "chapters[0].scenes[0].choices[0].then"),
        (|route| at(route, 0).choices[0].label = String::new(), "chapters[0].scenes[0].choices[0].label"),
        (|route| at(route, 0).choices[0].when = Some(seen("moon")), "chapters[0].scenes[0].choices[0].when.scene"),
        (
            |route| at(route, 0).choices[0].moves = [("luck".to_owned(), 1)].into(),
            "chapters[0].scenes[0].choices[0].moves.luck",
        ),
        (
            |route| at(route, 0).choices[0].moves = [("trust".to_owned(), 9)].into(),
            "chapters[0].scenes[0].choices[0].moves.trust",
        ),
        (
            |route| at(route, 0).choices = vec![choice("go", None), choice("go", None)],
            "chapters[0].scenes[0].choices[1].id",
        ),
        (
            |route| at(route, 0).choices = (0..9).map(|n| choice(&format!("c{n}"), None)).collect(),
            "chapters[0].scenes[0].choices",
        ),
        (|route| at(route, 1).choices = vec![choice("go", None)], "chapters[0].scenes[1].choices"),
        (
            |route| {
                at(route, 0).ending = Some(Ending { id: "end_sea".into(), title: "x".into(), kind: EndingKind::Open });
            },
            "chapters[0].scenes[0].choices",
        ),
        (|route| at(route, 0).unlocks.images[0].key = String::new(), "chapters[0].scenes[0].unlocks.images[0].key"),
        (|route| at(route, 0).unlocks.lore[0].keys[0] = "…".into(), "chapters[0].scenes[0].unlocks.lore[0].keys[0]"),
        (
            |route| at(route, 0).when = Some(Condition::Stage { stage: "gods".into() }),
            "chapters[0].scenes[0].when.stage",
        ),
        (|route| at(route, 0).when = Some(dimension("trust", 101)), "chapters[0].scenes[0].when.at_least"),
        (|route| at(route, 0).when = Some(Condition::DaysKnown { days: 0 }), "chapters[0].scenes[0].when.days"),
        (
            |route| at(route, 0).when = Some(Condition::All { of: vec![Condition::Any { of: vec![] }] }),
            "chapters[0].scenes[0].when.of[0].of",
        ),
        (
            |route| at(route, 0).when = Some(Condition::Chose { scene: "rain".into(), choice: "fly".into() }),
            "chapters[0].scenes[0].when.choice",
        ),
        (
            |route| at(route, 0).when = Some((0..7).fold(Condition::Always {}, |of, _| not(of))),
            "chapters[0].scenes[0].when",
        ),
        (
            |route| at(route, 0).when = Some(Condition::Any { of: vec![Condition::Always {}; 48] }),
            "chapters[0].scenes[0].when",
        ),
        (
            |route| at(route, 0).when = Some(Condition::Ended { ending: "moon".into() }),
            "chapters[0].scenes[0].when.ending",
        ),
    ];
    let mut codes = BTreeSet::new();
    for (change, field) in cases {
        let mut route = good();
        change(&mut route);
        let faults = route.checked(rules()).unwrap_err();
        let fault = faults.iter().find(|fault| fault.path == field).unwrap_or_else(|| panic!("{field}: {faults:?}"));
        codes.insert(fault.code);
    }
    let untold: Vec<_> = RouteFaultCode::ALL.iter().filter(|code| !codes.contains(*code)).collect();
    assert_eq!(untold, [&RouteFaultCode::TooLarge, &RouteFaultCode::Malformed], "each fault has a code of its own");
}

#[test]
fn faults_are_told_with_their_bounds_and_all_at_once() {
    let mut far = good();
    at(&mut far, 0).when = Some(dimension("trust", 101));
    let fault = far.checked(rules()).unwrap_err().remove(0);
    assert_eq!((fault.least, fault.most, fault.message.as_str()), (Some(0), Some(100), "must be between 0 and 100"));
    let mut many = good();
    at(&mut many, 0).title = String::new();
    at(&mut many, 1).title = String::new();
    assert_eq!(many.checked(rules()).unwrap_err().len(), 2, "all of them at once");
    let large = route((0..201).map(|n| scene(&format!("s{n}"), None)).collect());
    assert_eq!(large.checked(rules()).unwrap_err().len(), 1);
}

#[test]
fn a_search_finds_what_is_wrong() {
    let first = || Scene { choices: vec![choice("go", Some("sea"))], ..scene("rain", always()) };
    assert_eq!(finds(&route(vec![first(), ending("sea", None)])), []);
    let lost = route(vec![first(), ending("sea", None), ending("moon", None)]);
    let unreachable =
        [(FindingKind::UnreachableScene, "moon".to_owned()), (FindingKind::UnreachableEnding, "end_moon".to_owned())];
    assert_eq!(finds(&lost), unreachable);
    let dead = route(vec![first(), ending("sea", None), scene("hut", always())]);
    assert_eq!(finds(&dead), [(FindingKind::DeadEnd, "hut".to_owned())]);
    let beside = route(vec![first(), ending("sea", None), Scene { aside: true, ..scene("hut", always()) }]);
    assert_eq!(finds(&beside), []);
    // What is waited for is something that follows.
    let waits = route(vec![first(), ending("sea", None), scene("hut", always()), ending("end", Some(seen("hut")))]);
    assert_eq!(finds(&waits), []);
    let round =
        [("a", "b"), ("b", "a")].map(|(id, to)| Scene { choices: vec![choice("go", Some(to))], ..scene(id, always()) });
    let round = route([round.as_slice(), &[ending("sea", always())]].concat());
    assert_eq!(finds(&round), [(FindingKind::Loop, "a".to_owned()), (FindingKind::Loop, "b".to_owned())]);
    assert_eq!(
        finds(&route(vec![Scene { aside: true, ..scene("a", always()) }])),
        [(FindingKind::NoEnding, String::new())]
    );
    let never = Scene {
        choices: vec![Choice { when: Some(seen("moon")), ..choice("fly", Some("sea")) }, choice("go", Some("sea"))],
        ..scene("rain", always())
    };
    let never = route(vec![
        never,
        ending("sea", None),
        ending("moon", Some(not(seen("rain")))),
        ending("late", Some(Condition::All { of: vec![seen("moon"), not(seen("rain"))] })),
    ]);
    assert_eq!(finds(&never), [], "whoever goes to the moon first comes to all");
    let kinds = |when: Condition| {
        finds(&route(vec![first(), ending("sea", Some(when))])).into_iter().map(|(kind, _)| kind).collect::<Vec<_>>()
    };
    let all = |of: &[Condition]| Condition::All { of: of.to_vec() };
    let contradictions = [
        all(&[dimension("trust", 50), not(dimension("trust", 20))]),
        all(&[Condition::Stage { stage: "friends".into() }, not(dimension("closeness", 25))]),
        not(Condition::Stage { stage: "just_met".into() }),
        all(&[seen("rain"), not(seen("rain"))]),
        all(&[Condition::Chose { scene: "rain".into(), choice: "go".into() }, not(seen("rain"))]),
        all(&[
            Condition::Date { from: day("12-24"), to: day("12-26") },
            Condition::Date { from: day("01-01"), to: day("03-01") },
        ]),
        all(&[Condition::DaysKnown { days: 9 }, not(Condition::DaysKnown { days: 3 })]),
        all(&[
            Condition::Said { phrases: vec!["a".into(), "b".into()] },
            not(Condition::Said { phrases: vec!["b".into(), "a".into(), "c".into()] }),
        ]),
    ];
    for when in contradictions {
        assert_eq!(kinds(when.clone()), [FindingKind::Contradiction], "{when:?}");
    }
    // The order matters: whoever has seen the one cannot come to the other.
    let both = route(vec![
        ending("left", Some(not(seen("right")))),
        ending("right", Some(not(seen("left")))),
        ending("both", Some(all(&[seen("left"), seen("right")]))),
    ]);
    assert_eq!(finds(&both), [], "both stand open before either is seen");
    let strict = route(vec![
        Scene { choices: vec![choice("l", Some("left")), choice("r", Some("right"))], ..scene("rain", always()) },
        ending("left", None),
        ending("right", None),
        ending("good", Some(all(&[Condition::Said { phrases: vec!["sorry".into()] }, not(seen("left"))]))),
    ]);
    assert_eq!(finds(&strict), []);
}

#[test]
fn the_way_to_an_ending_is_short_and_can_be_gone() {
    let route = route(vec![
        Scene { choices: vec![choice("go", Some("sea")), choice("stay", None)], ..scene("rain", always()) },
        scene("detour", always()),
        Scene {
            choices: vec![Choice { when: Some(dimension("trust", 30)), ..choice("kiss", Some("end")) }],
            ..scene("sea", None)
        },
        ending("end", None),
    ]);
    let report = simulate(&route, rules());
    let way = &report.ways[&3];
    let begin = |id: &str| Step::Begin(id.into());
    let choose = |scene: &str, choice: &str| Step::Choose { scene: scene.into(), choice: choice.into() };
    let wanted = [
        begin("rain"),
        choose("rain", "go"),
        begin("sea"),
        Step::Bond(vec![0, 30, 0]),
        choose("sea", "kiss"),
        begin("end"),
    ];
    assert_eq!(way, &wanted);
    assert!(replay(&route, rules(), way).unwrap().scenes[3].seen.is_some());
    assert_eq!(report.endings, [("end_end".to_owned(), 3)]);
}

#[test]
fn a_search_has_an_end() {
    // Each scene denies the next ones: more orders than anybody could try.
    let scenes = (0..40).map(|n: u32| {
        let of = (0..40).filter(|other| *other != n).map(|other| not(seen(&format!("s{other}")))).take(40).collect();
        let when = if n.is_multiple_of(2) { Some(Condition::Any { of }) } else { Some(Condition::Always {}) };
        scene(&format!("s{n}"), when)
    });
    let report = simulate(&route(scenes.collect()), rules());
    assert!(!report.complete);
    assert!(
        report.findings.iter().all(|finding| finding.kind != FindingKind::UnreachableScene),
        "what is unknown is not said"
    );
}

/// The largest number of scenes of a made route.
const SCENES: usize = 4;

fn leaf() -> impl Strategy<Value = Condition> {
    let id = (0..SCENES).prop_map(|n| format!("s{n}"));
    prop_oneof![
        Just(Condition::Always {}),
        id.clone().prop_map(|scene| Condition::Seen { scene }),
        (id, prop_oneof!["a", "b"]).prop_map(|(scene, choice)| Condition::Chose { scene, choice }),
        (0..SCENES).prop_map(|n| Condition::Ended { ending: format!("end_s{n}") }),
        prop_oneof![Just("x"), Just("y")].prop_map(|phrase| Condition::Said { phrases: vec![phrase.to_owned()] }),
        Just(Condition::DaysKnown { days: 3 }),
        prop_oneof![Just(10), Just(20)].prop_map(|at| dimension("trust", at)),
        Just(Condition::Stage { stage: "acquainted".into() }),
        Just(Condition::Date { from: MonthDay::new(12, 24).unwrap(), to: MonthDay::new(12, 26).unwrap() }),
    ]
}

fn condition() -> impl Strategy<Value = Condition> {
    leaf().prop_recursive(2, 5, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..3).prop_map(|of| Condition::All { of }),
            prop::collection::vec(inner.clone(), 1..3).prop_map(|of| Condition::Any { of }),
            inner.prop_map(not),
        ]
    })
}

prop_compose! {
    fn small_route()(scenes in prop::collection::vec((prop::option::of(condition()), prop::collection::vec((prop::option::weighted(0.4, condition()), prop::option::of(0..SCENES)), 0..3)), 2..=SCENES)) -> Route {
        let count = scenes.len();
        let scenes = scenes.into_iter().enumerate().map(|(n, (when, choices))| {
            let choices: Vec<Choice> = ["a", "b"].iter().zip(choices).map(|(id, (when, then))| Choice {
                when, ..choice(id, then.filter(|to| *to < count).map(|to| format!("s{to}")).as_deref())
            }).collect();
            let id = format!("s{n}");
            if choices.is_empty() { ending(&id, when) } else { Scene { choices, ..scene(&id, when) } }
        });
        route(scenes.collect())
    }
}

/// Everything that a walker knows who tries all that can be done, one thing at a time.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Walked {
    unlocked: BTreeSet<usize>,
    seen: BTreeSet<String>,
    chosen: BTreeSet<(String, String)>,
    said: BTreeSet<String>,
    days: u32,
}

/// The scenes and the choices that can be come to, found without any thought: every state, every world.
fn walked(route: &Route) -> (BTreeSet<usize>, BTreeSet<(String, String)>) {
    let scenes: Vec<&Scene> = route.scenes().map(|(_, scene)| scene).collect();
    let start = Walked {
        unlocked: BTreeSet::new(),
        seen: BTreeSet::new(),
        chosen: BTreeSet::new(),
        said: BTreeSet::new(),
        days: 0,
    };
    let (mut known, mut open) = (HashSet::from([start.clone()]), vec![start]);
    let (mut reached, mut taken) = (BTreeSet::new(), BTreeSet::new());
    while let Some(state) = open.pop() {
        let ended = |id: &String| {
            scenes
                .iter()
                .find(|scene| scene.id == *id)
                .and_then(|scene| scene.ending.as_ref())
                .map(|ending| ending.id.clone())
        };
        let worlds: Vec<Facts> = [0, 10, 20]
            .iter()
            .flat_map(|trust| [0, 8].map(|closeness| vec![closeness, *trust, 0]))
            .flat_map(|values| {
                ["01-01", "12-25"].map(|date| Facts {
                    stage: usize::from(values[0] >= 8),
                    values: values.clone(),
                    days: state.days,
                    date: date.parse().unwrap(),
                    said: state.said.clone(),
                    seen: state.seen.clone(),
                    chosen: state.chosen.clone(),
                    ended: state.seen.iter().filter_map(ended).collect(),
                })
            })
            .collect();
        let mut next = Vec::new();
        for (place, scene) in scenes.iter().enumerate() {
            if scene.when.as_ref().is_some_and(|when| worlds.iter().any(|facts| when.holds(rules(), facts))) {
                let mut other = state.clone();
                other.unlocked.insert(place);
                next.push(other);
            }
            if state.unlocked.contains(&place) {
                let mut other = state.clone();
                other.seen.insert(scene.id.clone());
                next.push(other);
            }
            if state.seen.contains(&scene.id) {
                for choice in &scene.choices {
                    if choice.when.as_ref().is_none_or(|when| worlds.iter().any(|facts| when.holds(rules(), facts))) {
                        let mut other = state.clone();
                        other.chosen.insert((scene.id.clone(), choice.id.clone()));
                        other.seen.extend(choice.then.clone());
                        other
                            .unlocked
                            .extend(choice.then.as_ref().and_then(|then| route.scene(then)).map(|(place, _)| place));
                        next.push(other);
                    }
                }
            }
        }
        for phrase in ["x", "y"] {
            let mut other = state.clone();
            other.said.insert(phrase.to_owned());
            next.push(other);
        }
        next.push(Walked { days: 3, ..state.clone() });
        reached.extend(
            scenes.iter().enumerate().filter(|(_, scene)| state.seen.contains(&scene.id)).map(|(place, _)| place),
        );
        taken.extend(state.chosen.iter().cloned());
        open.extend(next.into_iter().filter(|next| known.insert(next.clone())));
    }
    (reached, taken)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn a_search_finds_what_a_walker_finds_and_every_way_can_be_gone(route in small_route()) {
        let report = simulate(&route, rules());
        prop_assert!(report.complete);
        let (reached, taken) = walked(&route);
        prop_assert_eq!(report.ways.keys().copied().collect::<BTreeSet<_>>(), reached.clone());
        for (place, way) in &report.ways {
            let progress = replay(&route, rules(), way);
            prop_assert!(progress.is_some_and(|progress| progress.scenes[*place].seen.is_some()), "{place}: {way:?}");
        }
        let unreachable: BTreeSet<String> = report.findings.iter().filter(|finding| finding.kind == FindingKind::UnreachableScene).map(|finding| finding.about.clone()).collect();
        let lost: BTreeSet<String> = route.scenes().enumerate().filter(|(place, _)| !reached.contains(place)).map(|(_, (_, scene))| scene.id.clone()).collect();
        prop_assert_eq!(unreachable, lost);
        for finding in &report.findings {
            let scene = route.scenes().enumerate().find(|(place, _)| finding.path.starts_with(&format!("chapters[0].scenes[{place}]"))).map(|(_, (_, scene))| scene);
            if let (FindingKind::UnreachableChoice, Some(scene)) = (finding.kind, scene) {
                prop_assert!(!taken.contains(&(scene.id.clone(), finding.about.clone())));
            }
        }
    }

    #[test]
    fn what_is_told_is_told_again_from_a_part(route in small_route(), steps in prop::collection::vec((0..SCENES, 0..4_u8), 0..20)) {
        let did: Vec<(SessionId, Did)> = steps.iter().map(|(n, kind)| (HERE, match kind {
            0 => began(&format!("s{n}")),
            1 => chose(&format!("s{n}"), "a"),
            2 => Did::Said("x".into()),
            _ => Did::Bond(vec![0, 20, 0]),
        })).collect();
        let whole = told(&route, &did);
        prop_assert_eq!(&told(&route, &did), &whole, "the same history gives the same progress");
        // What happened later unlocks nothing that was unlocked before at another time.
        let part = told(&route, &did[..did.len() / 2]);
        for (before, after) in part.scenes.iter().zip(&whole.scenes) {
            if let Some((_, Some(cause))) = before.unlocked {
                prop_assert_eq!(after.unlocked.map(|since| since.1), Some(Some(cause)));
            }
            prop_assert!(before.seen.is_none() || before.seen == after.seen);
        }
    }
}
