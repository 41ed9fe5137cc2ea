//! Every way through a route, searched before anybody plays it: what cannot be reached, and what leads nowhere.
//!
//! The bond may stand anywhere its rules allow, the day of the year may be any, phrases can be said and days pass at any time; all
//! else must be played. What only helps is done at once; what a condition denies (`not seen`) is tried both ways. So the search is
//! exact, and small where little is denied. Where it reaches its bound, it says so.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};
use std::rc::Rc;

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::progress::Telling;
use super::satisfying::{Fixed, Places, Way, World, ways};
use super::{Condition, Did, Moment, MonthDay, Now, Progress, Route, Scene, graph};
use crate::bonds::BondRules;
use crate::ids::{MessageId, SessionId};
use crate::limits;

/// One step of a way through a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The bond comes to stand so, in the order of the rules.
    Bond(Vec<i32>),
    /// So many days have passed since the two met.
    Days(u32),
    /// It is this day of the year.
    Date(MonthDay),
    /// The person says a phrase.
    Say(String),
    /// A scene is begun.
    Begin(String),
    /// A choice is taken in the scene that is played.
    Choose {
        /// The scene.
        scene: String,
        /// The choice.
        choice: String,
    },
}

closed_set! {
    /// What is wrong with a route whose every part is in its bounds.
    pub enum FindingKind {
        /// What it waits for can never be so.
        Contradiction = "contradiction",
        /// Nothing leads to a scene.
        UnreachableScene = "unreachable_scene",
        /// Nothing leads to an ending.
        UnreachableEnding = "unreachable_ending",
        /// A choice can never be taken.
        UnreachableChoice = "unreachable_choice",
        /// A scene ends nothing, and nothing follows from it.
        DeadEnd = "dead_end",
        /// Scenes lead to each other, and never to an ending.
        Loop = "loop",
        /// No scene ends the story.
        NoEnding = "no_ending",
        /// A picture has no image.
        ImageMissing = "image_missing",
    }
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub kind: FindingKind,
    /// Where in the document.
    pub path: String,
    /// The scene, choice or ending it is about, or the key of a picture.
    pub about: String,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What is wrong, in the order of the document.
    pub findings: Vec<Finding>,
    /// How many scenes there are.
    pub scenes: usize,
    /// The way to each scene that can be reached, by its place.
    pub ways: BTreeMap<usize, Vec<Step>>,
    /// The endings that can be reached, with the places of their scenes.
    pub endings: Vec<(String, usize)>,
    /// Whether everything was searched; otherwise what was not found may still be there.
    pub complete: bool,
}

/// Searches a route that is in its bounds.
#[must_use]
pub fn simulate(route: &Route, rules: &BondRules) -> Report {
    let places = Places::of(route, rules);
    let scenes: Vec<&Scene> = route.scenes().map(|(_, scene)| scene).collect();
    let mut search = Search::new(&scenes, &places, rules);
    search.run();
    let Search { reached, taken, complete, .. } = search;
    let mut findings = findings(route, &places, &reached, &taken, complete);
    findings.sort_by_key(|(place, _)| *place);
    let endings = scenes.iter().enumerate().filter(|(place, _)| reached.contains_key(place));
    let endings = endings.filter_map(|(place, scene)| Some((scene.ending.as_ref()?.id.clone(), place))).collect();
    let ways = reached.into_iter().map(|(place, steps)| (place, shortened(route, rules, place, steps))).collect();
    Report {
        findings: findings.into_iter().map(|(_, finding)| finding).collect(),
        scenes: scenes.len(),
        ways,
        endings,
        complete,
    }
}

/// A state of the search: what happened, as far as it matters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
struct State {
    unlocked: BTreeSet<usize>,
    seen: BTreeSet<usize>,
    chosen: BTreeSet<(usize, usize)>,
    said: BTreeSet<String>,
    days: u32,
}

impl World for State {
    fn seen(&self, scene: usize) -> Fixed {
        if self.seen.contains(&scene) { Fixed::Yes } else { Fixed::No }
    }
    fn chose(&self, scene: usize, choice: usize) -> Fixed {
        if self.chosen.contains(&(scene, choice)) { Fixed::Yes } else { Fixed::No }
    }
    fn said(&self, phrase: &str) -> bool {
        self.said.contains(phrase)
    }
    fn days(&self) -> u32 {
        self.days
    }
}

/// A world in which nothing has happened and everything may.
struct Anything;

impl World for Anything {
    fn seen(&self, _: usize) -> Fixed {
        Fixed::Free
    }
    fn chose(&self, _: usize, _: usize) -> Fixed {
        Fixed::Free
    }
    fn said(&self, _: &str) -> bool {
        false
    }
    fn days(&self) -> u32 {
        0
    }
}

/// What conditions deny: only of these it matters when they happen.
#[derive(Default)]
struct Denied<'a> {
    seen: BTreeSet<usize>,
    chosen: BTreeSet<(usize, usize)>,
    said: BTreeSet<&'a str>,
    days: bool,
}

impl<'a> Denied<'a> {
    fn of(scenes: &[&'a Scene], places: &Places<'_>) -> Self {
        let mut all = Self::default();
        for scene in scenes {
            let conditions = scene.when.iter().chain(scene.choices.iter().filter_map(|choice| choice.when.as_ref()));
            for condition in conditions {
                condition.leaves(false, &mut |leaf, denied| {
                    if denied {
                        all.take(leaf, places);
                    }
                });
            }
        }
        all
    }

    fn take(&mut self, leaf: &'a Condition, places: &Places<'_>) {
        match leaf {
            Condition::Seen { scene } => self.seen.extend(places.scene(scene)),
            Condition::Ended { ending } => self.seen.extend(places.ending(ending)),
            Condition::Chose { scene, choice } => self.chosen.extend(places.choice(scene, choice)),
            Condition::Said { phrases } => self.said.extend(phrases.iter().map(String::as_str)),
            Condition::DaysKnown { .. } => self.days = true,
            _ => {}
        }
    }

    /// Whether the way of a condition leaves behind what another may deny.
    fn minds(&self, way: &Way, state: &State) -> bool {
        let says = way.said.iter().any(|(phrase, said)| *said && self.said.contains(phrase.as_str()));
        says || (self.days && way.days.0 > state.days)
    }
}

/// A step of the search: what it makes of a state, and how it is played.
struct Move {
    state: State,
    steps: Vec<Step>,
    /// Whether something may be lost by it.
    minded: bool,
}

/// The way to a state, from its end.
#[derive(Clone, Default)]
struct Trail(Option<Rc<(Trail, Vec<Step>)>>);

impl Trail {
    fn with(&self, steps: Vec<Step>) -> Self {
        Self(Some(Rc::new((self.clone(), steps))))
    }

    fn steps(&self) -> Vec<Step> {
        let mut parts = Vec::new();
        let mut trail = self;
        while let Some(link) = &trail.0 {
            parts.push(link.1.clone());
            trail = &link.0;
        }
        parts.into_iter().rev().flatten().collect()
    }
}

impl Drop for Trail {
    /// One link after the other: a long way must not be taken down by calls within calls.
    fn drop(&mut self) {
        let mut next = self.0.take();
        while let Some(link) = next {
            next = Rc::try_unwrap(link).ok().and_then(|(mut trail, _)| trail.0.take());
        }
    }
}

/// What a move costs, in steps of the search: it copies a state.
const MOVE: usize = 8;

/// How many states are looked at, at most.
const STATES: usize = 4_000;

struct Search<'a> {
    scenes: &'a [&'a Scene],
    places: &'a Places<'a>,
    rules: &'a BondRules,
    denied: Denied<'a>,
    /// The way to each scene that was seen.
    reached: BTreeMap<usize, Vec<Step>>,
    /// The choices that were taken.
    taken: BTreeSet<(usize, usize)>,
    steps: usize,
    complete: bool,
}

impl<'a> Search<'a> {
    fn new(scenes: &'a [&'a Scene], places: &'a Places<'a>, rules: &'a BondRules) -> Self {
        let denied = Denied::of(scenes, places);
        let (reached, taken) = (BTreeMap::new(), BTreeSet::new());
        Self { scenes, places, rules, denied, reached, taken, steps: limits::ROUTE_SEARCH, complete: true }
    }

    fn run(&mut self) {
        let mut known: HashSet<State> = HashSet::new();
        let mut open = VecDeque::from([(State::default(), Trail::default())]);
        while let Some((state, trail)) = open.pop_front() {
            let (state, trail, moves) = self.settled(state, trail);
            if self.steps == 0 || open.len() + known.len() > STATES {
                self.complete = false;
                break;
            }
            if known.insert(state) {
                open.extend(moves.into_iter().map(|next| (next.state, trail.with(next.steps))));
            }
        }
    }

    /// The state in which all is done that only helps, and what else can be done there.
    fn settled(&mut self, mut state: State, mut trail: Trail) -> (State, Trail, Vec<Move>) {
        loop {
            let (mut minded, mut changed) = (Vec::new(), false);
            for place in 0..self.scenes.len() {
                while let Some(next) = self.next_at(&state, place, &mut minded) {
                    state = next.state;
                    trail = trail.with(next.steps);
                    changed = true;
                    self.note(&state, &trail);
                }
            }
            // What was found before the last change was found in another state.
            if !changed || self.steps == 0 {
                self.note(&state, &trail);
                return (state, trail, minded);
            }
        }
    }

    fn note(&mut self, state: &State, trail: &Trail) {
        let fresh: Vec<usize> = state.seen.iter().copied().filter(|scene| !self.reached.contains_key(scene)).collect();
        if !fresh.is_empty() {
            let steps = trail.steps();
            self.reached.extend(fresh.into_iter().map(|scene| (scene, steps.clone())));
        }
        self.taken.extend(&state.chosen);
    }

    /// What can be done about a scene and only helps; what else can be done goes to `minded`.
    fn next_at(&mut self, state: &State, place: usize, minded: &mut Vec<Move>) -> Option<Move> {
        let scene = *self.scenes.get(place)?;
        let known = minded.len();
        let mut moves = self.unlocking(state, place, scene);
        moves.extend(self.beginning(state, place, scene));
        if state.seen.contains(&place) {
            self.choosing(state, place, scene, &mut moves);
        }
        self.steps = self.steps.saturating_sub(1 + MOVE * moves.len());
        for next in moves {
            if !next.minded && self.steps > 0 {
                minded.truncate(known);
                return Some(next);
            }
            minded.push(next);
        }
        None
    }

    fn unlocking(&mut self, state: &State, place: usize, scene: &Scene) -> Vec<Move> {
        let Some(when) = scene.when.as_ref().filter(|_| !state.unlocked.contains(&place)) else { return Vec::new() };
        let ways = self.ways(when, state);
        let unlocked = ways.into_iter().map(|way| {
            let mut next = self.after(state, &way);
            next.unlocked.insert(place);
            Move { state: next, steps: self.played(&way, state), minded: self.denied.minds(&way, state) }
        });
        unlocked.collect()
    }

    fn beginning(&self, state: &State, place: usize, scene: &Scene) -> Option<Move> {
        (state.unlocked.contains(&place) && !state.seen.contains(&place)).then(|| {
            let mut next = state.clone();
            next.seen.insert(place);
            let minded = self.denied.seen.contains(&place);
            Move { state: next, steps: vec![Step::Begin(scene.id.clone())], minded }
        })
    }

    fn choosing(&mut self, state: &State, place: usize, scene: &Scene, moves: &mut Vec<Move>) {
        for (n, choice) in scene.choices.iter().enumerate().filter(|(n, _)| !state.chosen.contains(&(place, *n))) {
            let found = match &choice.when {
                None => vec![None],
                Some(when) => self.ways(when, state).into_iter().map(Some).collect(),
            };
            for way in found {
                let mut next = way.as_ref().map_or_else(|| state.clone(), |way| self.after(state, way));
                let to = choice.then.as_deref().and_then(|then| self.places.scene(then));
                next.chosen.insert((place, n));
                next.unlocked.extend(to);
                next.seen.extend(to);
                let mut minded = self.denied.chosen.contains(&(place, n));
                minded |= to.is_some_and(|to| !state.seen.contains(&to) && self.denied.seen.contains(&to));
                minded |= way.as_ref().is_some_and(|way| self.denied.minds(way, state));
                let mut steps = vec![Step::Begin(scene.id.clone())];
                steps.extend(way.iter().flat_map(|way| self.played(way, state)));
                steps.push(Step::Choose { scene: scene.id.clone(), choice: choice.id.clone() });
                steps.extend(choice.then.iter().map(|then| Step::Begin(then.clone())));
                moves.push(Move { state: next, steps, minded });
            }
        }
    }

    /// The ways of a condition, of those that leave the same behind one.
    fn ways(&mut self, condition: &Condition, state: &State) -> Vec<Way> {
        let (found, whole) = ways(condition, self.places, state, &mut self.steps);
        self.complete &= whole;
        let mut left: HashSet<(Vec<String>, u32)> = HashSet::new();
        let leaves = |way: &Way| {
            let said = way.said.iter().filter(|(_, said)| **said).map(|(phrase, _)| phrase.clone()).collect();
            (said, way.days.0)
        };
        found.into_iter().filter(|way| left.insert(leaves(way))).collect()
    }

    fn after(&self, state: &State, way: &Way) -> State {
        let mut next = state.clone();
        next.said.extend(way.said.iter().filter(|(_, said)| **said).map(|(phrase, _)| phrase.clone()));
        next.days = next.days.max(way.days.0);
        next
    }

    /// How a condition is brought about: what it says last, so that all holds at once.
    fn played(&self, way: &Way, state: &State) -> Vec<Step> {
        let mut steps = Vec::new();
        steps.extend(way.said.iter().filter(|(_, said)| **said).map(|(phrase, _)| Step::Say(phrase.clone())));
        if way.days.0 > state.days {
            steps.push(Step::Days(way.days.0));
        }
        steps.extend(way.dates.iter().flatten().next().map(|date| Step::Date(*date)));
        let starts = self.rules.dimensions.iter().zip(&way.values);
        steps.push(Step::Bond(starts.map(|(dimension, (low, high))| dimension.start.clamp(*low, *high)).collect()));
        steps
    }
}

type Placed = ((usize, usize), Finding);

fn findings(
    route: &Route,
    places: &Places<'_>,
    reached: &BTreeMap<usize, Vec<Step>>,
    taken: &BTreeSet<(usize, usize)>,
    complete: bool,
) -> Vec<Placed> {
    let mut found: Vec<Placed> = Vec::new();
    let paths = paths(route);
    let edges = graph::edges(route, places);
    let scenes: Vec<&Scene> = route.scenes().map(|(_, scene)| scene).collect();
    let ends = graph::leading_to(
        &edges,
        scenes.iter().enumerate().filter(|(_, scene)| scene.ending.is_some()).map(|(place, _)| place),
    );
    for (place, (scene, path)) in scenes.iter().zip(&paths).enumerate() {
        let mut add = |order: usize, kind, part: &str, about: &str| {
            found.push(((place, order), Finding { kind, path: format!("{path}{part}"), about: about.to_owned() }));
        };
        let contradicts = |when: &Condition| {
            let mut steps = limits::ROUTE_SEARCH / 100;
            let (ways, whole) = ways(when, places, &Anything, &mut steps);
            ways.is_empty() && whole
        };
        if scene.when.as_ref().is_some_and(contradicts) {
            add(0, FindingKind::Contradiction, ".when", &scene.id);
        }
        // What was not reached is known to be unreachable only when everything was searched.
        let is_reached = reached.contains_key(&place);
        if !is_reached && complete {
            add(1, FindingKind::UnreachableScene, "", &scene.id);
            if let Some(ending) = &scene.ending {
                add(2, FindingKind::UnreachableEnding, ".ending", &ending.id);
            }
        }
        for (n, choice) in scene.choices.iter().enumerate() {
            let part = format!(".choices[{n}]");
            if choice.when.as_ref().is_some_and(contradicts) {
                add(3 + n, FindingKind::Contradiction, &format!("{part}.when"), &choice.id);
            } else if is_reached && complete && !taken.contains(&(place, n)) {
                add(3 + n, FindingKind::UnreachableChoice, &part, &choice.id);
            }
        }
        let leads = edges.get(place).is_some_and(|to| !to.is_empty());
        if !leads && scene.ending.is_none() && !scene.aside {
            add(90, FindingKind::DeadEnd, "", &scene.id);
        } else if !ends.contains(&place) && graph::after(&edges, place).contains(&place) {
            add(91, FindingKind::Loop, "", &scene.id);
        }
    }
    if !scenes.iter().any(|scene| scene.ending.is_some()) {
        let finding = Finding { kind: FindingKind::NoEnding, path: "chapters".to_owned(), about: String::new() };
        found.push(((usize::MAX, 0), finding));
    }
    found
}

/// Where each scene stands in the document.
fn paths(route: &Route) -> Vec<String> {
    let chapters = route.chapters.iter().enumerate();
    chapters
        .flat_map(|(chapter, known)| (0..known.scenes.len()).map(move |n| format!("chapters[{chapter}].scenes[{n}]")))
        .collect()
}

/// Plays a way: how far somebody has come who did these steps, one a minute. `None` when one of them cannot be done: nothing is begun
/// that is not unlocked, and nothing chosen that is not offered.
#[must_use]
pub fn replay(route: &Route, rules: &BondRules, steps: &[Step]) -> Option<Progress> {
    let (session, mut at) = (SessionId(Uuid::from_u128(1)), OffsetDateTime::UNIX_EPOCH);
    let (mut days, mut date, mut led) = (0, MonthDay::FIRST, None);
    let mut telling = Telling::new(route, rules, Now { at, days, date });
    for (n, step) in (1_u128..).zip(steps) {
        at += Duration::MINUTE;
        let led_here = std::mem::take(&mut led);
        let progress = &telling.progress;
        let did = match step {
            Step::Bond(values) => Did::Bond(values.clone()),
            Step::Days(passed) => {
                days = days.max(*passed);
                Did::Bond(progress.facts.values.clone())
            }
            Step::Date(day) => {
                date = *day;
                Did::Bond(progress.facts.values.clone())
            }
            Step::Say(phrase) => Did::Said(phrase.clone()),
            Step::Begin(id) => {
                let (place, _) = route.scene(id)?;
                let is_open = progress.scenes.get(place).is_some_and(|scene| scene.unlocked.is_some());
                if !is_open && led_here != Some(id) {
                    return None;
                }
                Did::Began(id.clone())
            }
            Step::Choose { scene: id, choice } => {
                let (place, scene) = route.scene(id)?;
                let chosen = scene.choices.iter().find(|one| one.id == *choice)?;
                let played = progress.played.get(&session)?;
                if played.scene != place || played.chose.is_some() || !progress.offers(rules, chosen) {
                    return None;
                }
                led = chosen.then.as_ref();
                Did::Chose { scene: id.clone(), choice: choice.clone() }
            }
        };
        telling.take(&Moment { did, at, days, date, session, message: MessageId(Uuid::from_u128(n)) });
    }
    Some(telling.progress)
}

/// The longest way that is made shorter, in steps: that costs its square.
const SHORTENED: usize = 64;

/// A way without what it does not need: each step is left out that nothing depends on.
fn shortened(route: &Route, rules: &BondRules, place: usize, mut steps: Vec<Step>) -> Vec<Step> {
    if steps.len() > SHORTENED {
        return steps;
    }
    let leads = |steps: &[Step]| {
        let progress = replay(route, rules, steps);
        progress.is_some_and(|progress| progress.scenes.get(place).is_some_and(|scene| scene.seen.is_some()))
    };
    for n in (0..steps.len()).rev() {
        let mut fewer = steps.clone();
        fewer.remove(n);
        if leads(&fewer) {
            steps = fewer;
        }
    }
    steps
}
