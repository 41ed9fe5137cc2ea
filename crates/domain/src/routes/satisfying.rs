//! In which worlds a condition holds: every way to make it so, as far as what is fixed allows it.
//!
//! What can come and go (the bond, the day of the year) is chosen anew each time; what only ever comes (phrases, days, scenes,
//! choices) is fixed by what happened, and what may still come is named in the way.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Condition, MonthDay, Route};
use crate::bonds::BondRules;
use crate::limits;

/// What can be known of a scene or a choice in advance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fixed {
    /// It is so.
    Yes,
    /// It is not so.
    No,
    /// It may be either.
    Free,
}

/// What is fixed while a condition is looked at.
pub(super) trait World {
    /// Whether a scene was seen.
    fn seen(&self, scene: usize) -> Fixed;
    /// Whether a choice was taken.
    fn chose(&self, scene: usize, choice: usize) -> Fixed;
    /// Whether a phrase was said; what was not said yet is free.
    fn said(&self, phrase: &str) -> bool;
    /// For how many days the two have known each other, at least.
    fn days(&self) -> u32;
}

/// One way in which a condition holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Way {
    /// The lowest and the highest value of each dimension.
    pub(super) values: Vec<(i32, i32)>,
    /// The least and the most days.
    pub(super) days: (u32, u32),
    /// The days of the year; `None` is any.
    pub(super) dates: Option<BTreeSet<MonthDay>>,
    /// What is said, and what must not have been.
    pub(super) said: BTreeMap<String, bool>,
    /// The scenes that are seen, or not.
    seen: BTreeMap<usize, bool>,
    /// The same of choices.
    chose: BTreeMap<(usize, usize), bool>,
}

/// Where scenes, choices and endings stand.
pub(super) struct Places<'a> {
    pub(super) rules: &'a BondRules,
    scenes: HashMap<&'a str, usize>,
    choices: HashMap<(&'a str, &'a str), (usize, usize)>,
    endings: HashMap<&'a str, usize>,
}

impl<'a> Places<'a> {
    pub(super) fn of(route: &'a Route, rules: &'a BondRules) -> Self {
        let mut places = Self { rules, scenes: HashMap::new(), choices: HashMap::new(), endings: HashMap::new() };
        for (place, (_, scene)) in route.scenes().enumerate() {
            places.scenes.insert(&scene.id, place);
            for (n, choice) in scene.choices.iter().enumerate() {
                places.choices.insert((&scene.id, &choice.id), (place, n));
            }
            places.endings.extend(scene.ending.as_ref().map(|ending| (&*ending.id, place)));
        }
        places
    }

    pub(super) fn scene(&self, id: &str) -> Option<usize> {
        self.scenes.get(id).copied()
    }

    pub(super) fn choice(&self, scene: &str, choice: &str) -> Option<(usize, usize)> {
        self.choices.get(&(scene, choice)).copied()
    }

    pub(super) fn ending(&self, id: &str) -> Option<usize> {
        self.endings.get(id).copied()
    }
}

/// The most ways that are told of one condition.
const WAYS: usize = 64;

/// All ways in which a condition holds, and whether that is all of them. `steps` is what may still be searched.
pub(super) fn ways(
    condition: &Condition,
    places: &Places<'_>,
    world: &dyn World,
    steps: &mut usize,
) -> (Vec<Way>, bool) {
    let begin = Way {
        values: places.rules.dimensions.iter().map(|dimension| (dimension.min, dimension.max)).collect(),
        days: (world.days(), limits::ROUTE_DAYS),
        dates: None,
        said: BTreeMap::new(),
        seen: BTreeMap::new(),
        chose: BTreeMap::new(),
    };
    let mut search = Search { places, world, steps, found: Vec::new(), whole: true };
    search.go(begin, vec![Want { condition, denied: false }]);
    (search.found, search.whole)
}

#[derive(Clone, Copy)]
struct Want<'a> {
    condition: &'a Condition,
    denied: bool,
}

struct Search<'a, 'b> {
    places: &'b Places<'a>,
    world: &'b dyn World,
    steps: &'b mut usize,
    found: Vec<Way>,
    whole: bool,
}

impl<'a> Search<'a, '_> {
    /// Goes on from a way with what is still wanted of it.
    fn go(&mut self, mut way: Way, mut wants: Vec<Want<'a>>) {
        loop {
            if *self.steps == 0 || self.found.len() >= WAYS {
                self.whole = false;
                return;
            }
            *self.steps -= 1;
            let Some(Want { condition, denied }) = wants.pop() else {
                if !self.found.contains(&way) {
                    self.found.push(way);
                }
                return;
            };
            let parts = |of: &'a [Condition]| of.iter().map(move |condition| Want { condition, denied });
            match (condition, denied) {
                (Condition::Not { of }, _) => wants.push(Want { condition: of, denied: !denied }),
                (Condition::All { of }, false) | (Condition::Any { of }, true) => wants.extend(parts(of)),
                (Condition::All { of }, true) | (Condition::Any { of }, false) => {
                    for want in parts(of) {
                        let mut rest = wants.clone();
                        rest.push(want);
                        self.go(way.clone(), rest);
                    }
                    return;
                }
                (leaf, _) => {
                    let mut next = self.narrow(way, leaf, denied);
                    let Some(last) = next.pop() else { return };
                    for other in next {
                        self.go(other, wants.clone());
                    }
                    way = last;
                }
            }
        }
    }

    /// What of a way is left where a leaf holds, or does not: none, one or several ways.
    fn narrow(&self, way: Way, leaf: &Condition, denied: bool) -> Vec<Way> {
        let nothing_when = |gone: bool, way: Way| if gone { Vec::new() } else { vec![way] };
        match leaf {
            Condition::Always {} => nothing_when(denied, way),
            Condition::Stage { stage } => self.stage(way, stage, denied),
            Condition::Dimension { dimension, at_least } => {
                let known = self.places.rules.dimensions.iter().position(|known| known.key == *dimension);
                match known {
                    None => nothing_when(!denied, way),
                    Some(place) => reach(way, place, *at_least, denied).into_iter().collect(),
                }
            }
            Condition::DaysKnown { days } => {
                let (least, most) = way.days;
                let range = if denied { (least, most.min(days.saturating_sub(1))) } else { (least.max(*days), most) };
                nothing_when(range.0 > range.1 || (denied && *days == 0), Way { days: range, ..way })
            }
            Condition::Date { from, to } => {
                let is_it = |day: &MonthDay| day.is_within(*from, *to) != denied;
                let dates: BTreeSet<MonthDay> = match &way.dates {
                    None => MonthDay::all().filter(is_it).collect(),
                    Some(dates) => dates.iter().copied().filter(is_it).collect(),
                };
                nothing_when(dates.is_empty(), Way { dates: Some(dates), ..way })
            }
            Condition::Said { phrases } if denied => {
                phrases.iter().try_fold(way, |way, phrase| self.said(way, phrase, false)).into_iter().collect()
            }
            Condition::Said { phrases } => {
                phrases.iter().filter_map(|phrase| self.said(way.clone(), phrase, true)).collect()
            }
            Condition::Chose { scene, choice } => match self.places.choice(scene, choice) {
                None => nothing_when(!denied, way),
                Some(place) => self.chose(way, place, !denied).into_iter().collect(),
            },
            Condition::Seen { scene } => match self.places.scene(scene) {
                None => nothing_when(!denied, way),
                Some(place) => self.seen(way, place, !denied).into_iter().collect(),
            },
            Condition::Ended { ending } => match self.places.ending(ending) {
                None => nothing_when(!denied, way),
                Some(place) => self.seen(way, place, !denied).into_iter().collect(),
            },
            Condition::All { .. } | Condition::Any { .. } | Condition::Not { .. } => vec![way],
        }
    }

    /// A stage is reached where all is that it and those before it need.
    fn stage(&self, way: Way, key: &str, denied: bool) -> Vec<Way> {
        let rules = self.places.rules;
        let Some(place) = rules.stages.iter().position(|stage| stage.key == key) else {
            return if denied { vec![way] } else { Vec::new() };
        };
        let needs = rules.stages.iter().take(place + 1).flat_map(|stage| &stage.needs);
        let needs = needs.filter_map(|need| {
            let place = rules.dimensions.iter().position(|dimension| dimension.key == need.dimension)?;
            Some((place, need.at_least))
        });
        if denied {
            // The first stage needs nothing, so it is never denied.
            return needs.filter_map(|(place, at_least)| reach(way.clone(), place, at_least, true)).collect();
        }
        let mut needs = needs;
        needs.try_fold(way, |way, (place, at_least)| reach(way, place, at_least, false)).into_iter().collect()
    }

    fn said(&self, mut way: Way, phrase: &str, wanted: bool) -> Option<Way> {
        if self.world.said(phrase) {
            return wanted.then_some(way);
        }
        let before = way.said.insert(phrase.to_owned(), wanted);
        before.is_none_or(|before| before == wanted).then_some(way)
    }

    fn seen(&self, mut way: Way, scene: usize, wanted: bool) -> Option<Way> {
        match self.world.seen(scene) {
            Fixed::Yes => wanted.then_some(way),
            Fixed::No => (!wanted).then_some(way),
            Fixed::Free => {
                let before = way.seen.insert(scene, wanted);
                let is_chosen = way.chose.iter().any(|((of, _), chosen)| *of == scene && *chosen);
                (before.is_none_or(|before| before == wanted) && (wanted || !is_chosen)).then_some(way)
            }
        }
    }

    fn chose(&self, mut way: Way, place: (usize, usize), wanted: bool) -> Option<Way> {
        match self.world.chose(place.0, place.1) {
            Fixed::Yes => wanted.then_some(way),
            Fixed::No => (!wanted).then_some(way),
            Fixed::Free => {
                let before = way.chose.insert(place, wanted);
                // Nobody chooses in a scene that they have not seen.
                let is_seen = way.seen.get(&place.0).copied().unwrap_or(true);
                (before.is_none_or(|before| before == wanted) && (!wanted || is_seen)).then_some(way)
            }
        }
    }
}

/// A way in which a dimension has reached a value, or has not.
fn reach(mut way: Way, place: usize, at_least: i32, denied: bool) -> Option<Way> {
    let (low, high) = way.values.get_mut(place)?;
    if denied {
        *high = (*high).min(at_least - 1);
    } else {
        *low = (*low).max(at_least);
    }
    (*low <= *high).then_some(way)
}
