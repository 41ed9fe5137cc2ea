//! How far a person has come: a pure fold over what happened, in its order.
//!
//! What was once unlocked stays so, whatever becomes of the bond. Conditions are looked at after each thing that happened, and now: a
//! scene that a date opens stays open for whoever was there on that day.

use std::collections::BTreeMap;

use time::OffsetDateTime;

use super::{Choice, Condition, Facts, MonthDay, Route, Scene};
use crate::bonds::{BondRules, stage_of};
use crate::ids::{MessageId, SessionId};

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Did {
    /// The bond has these values now, in the order of the rules.
    Bond(Vec<i32>),
    /// The person said a phrase.
    Said(String),
    /// A choice was taken.
    Chose {
        /// The scene.
        scene: String,
        /// The choice.
        choice: String,
    },
    /// A scene was begun.
    Began(String),
    /// The scene was left.
    Left,
}

impl Did {
    /// What stands first of what happened at once: what was said before what it led to.
    #[must_use]
    pub fn rank(&self) -> u8 {
        match self {
            Self::Bond(_) => 0,
            Self::Said(_) => 1,
            Self::Chose { .. } => 2,
            Self::Left => 3,
            Self::Began(_) => 4,
        }
    }
}

/// Something that happened, with what caused it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// What.
    pub did: Did,
    /// When.
    pub at: OffsetDateTime,
    /// For how many days the two knew each other then.
    pub days: u32,
    /// Which day of the year it was for the person.
    pub date: MonthDay,
    /// Where.
    pub session: SessionId,
    /// The message it follows from.
    pub message: MessageId,
}

/// The present.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// The time.
    pub at: OffsetDateTime,
    /// For how many days the two have known each other.
    pub days: u32,
    /// Which day of the year it is for the person.
    pub date: MonthDay,
}

/// When something came to be, and through what; `None`: through the time.
pub type Since = (OffsetDateTime, Option<(SessionId, MessageId)>);

/// How a scene stands with a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SceneState {
    /// Since when it is unlocked.
    pub unlocked: Option<Since>,
    /// Since when it was seen.
    pub seen: Option<Since>,
    /// How often it was begun.
    pub plays: u32,
    /// The choices that were taken, by their ids, in the order of their first time.
    pub chosen: Vec<String>,
}

/// The scene that is played in a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Played {
    /// Its place among all scenes.
    pub scene: usize,
    /// What she said first.
    pub opening: MessageId,
    /// The choice that was taken, with what the person said by it: then the scene is over.
    pub chose: Option<(String, MessageId)>,
}

/// How far somebody has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// How each scene stands, in the order of the route.
    pub scenes: Vec<SceneState>,
    /// What was played last in each session and was not left.
    pub played: BTreeMap<SessionId, Played>,
    /// What conditions are held against now.
    pub facts: Facts,
}

impl Progress {
    /// Whether a choice is there for the person now.
    #[must_use]
    pub fn offers(&self, rules: &BondRules, choice: &Choice) -> bool {
        choice.when.as_ref().is_none_or(|when| when.holds(rules, &self.facts))
    }

    /// The scenes that were seen, of the route that this is told of.
    pub fn seen<'a>(&'a self, route: &'a Route) -> impl Iterator<Item = &'a Scene> {
        let scenes = route.scenes().map(|(_, scene)| scene).zip(&self.scenes);
        scenes.filter(|(_, state)| state.seen.is_some()).map(|(scene, _)| scene)
    }

    /// The places of the scenes that are unlocked.
    pub fn unlocked(&self) -> impl Iterator<Item = usize> {
        self.scenes.iter().enumerate().filter(|(_, scene)| scene.unlocked.is_some()).map(|(place, _)| place)
    }
}

/// How far somebody has come until now. `moments` are in order: as they happened.
#[must_use]
pub fn tell(route: &Route, rules: &BondRules, moments: &[Moment], now: Now) -> Progress {
    let begin = moments.first().map_or(now, |first| Now { at: first.at, days: first.days, date: first.date });
    let mut telling = Telling::new(route, rules, begin);
    for moment in moments {
        telling.take(moment);
    }
    telling.progress.facts.days = now.days;
    telling.progress.facts.date = now.date;
    telling.unlock((now.at, None));
    telling.progress
}

/// How far it is told.
pub(super) struct Telling<'a> {
    scenes: Vec<&'a Scene>,
    places: BTreeMap<&'a str, usize>,
    rules: &'a BondRules,
    pub(super) progress: Progress,
}

impl<'a> Telling<'a> {
    /// At the beginning. What is unlocked there is so through nothing that happened.
    pub(super) fn new(route: &'a Route, rules: &'a BondRules, begin: Now) -> Self {
        let scenes: Vec<&Scene> = route.scenes().map(|(_, scene)| scene).collect();
        let places = scenes.iter().enumerate().map(|(place, scene)| (scene.id.as_str(), place)).collect();
        let values: Vec<i32> = rules.dimensions.iter().map(|dimension| dimension.start).collect();
        let facts = Facts {
            stage: stage_of(rules, &values),
            values,
            // Of the first moment nothing is known yet but that they had just met.
            days: 0,
            date: begin.date,
            said: Default::default(),
            seen: Default::default(),
            chosen: Default::default(),
            ended: Default::default(),
        };
        let progress = Progress { scenes: vec![SceneState::default(); scenes.len()], played: BTreeMap::new(), facts };
        let mut telling = Self { scenes, places, rules, progress };
        telling.unlock((begin.at, None));
        telling
    }

    pub(super) fn take(&mut self, moment: &Moment) {
        let since: Since = (moment.at, Some((moment.session, moment.message)));
        self.progress.facts.days = moment.days;
        self.progress.facts.date = moment.date;
        match &moment.did {
            Did::Bond(values) => {
                self.progress.facts.stage = stage_of(self.rules, values);
                self.progress.facts.values.clone_from(values);
            }
            Did::Said(phrase) => drop(self.progress.facts.said.insert(phrase.clone())),
            Did::Chose { scene, choice } => self.choose(moment, scene, choice),
            Did::Began(scene) => self.begin(moment, scene, since),
            Did::Left => drop(self.progress.played.remove(&moment.session)),
        }
        self.unlock(since);
    }

    /// A choice counts in the scene that is played, once each time.
    fn choose(&mut self, moment: &Moment, scene: &str, choice: &str) {
        let Some(played) = self.progress.played.get_mut(&moment.session) else { return };
        let Some(known) = self.scenes.get(played.scene).filter(|known| known.id == scene) else { return };
        if played.chose.is_some() || !known.choices.iter().any(|one| one.id == choice) {
            return;
        }
        played.chose = Some((choice.to_owned(), moment.message));
        let state = self.progress.scenes.get_mut(played.scene);
        if let Some(state) = state.filter(|state| !state.chosen.iter().any(|chosen| chosen == choice)) {
            state.chosen.push(choice.to_owned());
        }
        self.progress.facts.chosen.insert((scene.to_owned(), choice.to_owned()));
    }

    fn begin(&mut self, moment: &Moment, id: &str, since: Since) {
        let Some(place) = self.places.get(id).copied() else { return };
        let (Some(scene), Some(state)) = (self.scenes.get(place), self.progress.scenes.get_mut(place)) else { return };
        // Whatever unlocked it: it was there, so it was open.
        state.unlocked.get_or_insert(since);
        state.seen.get_or_insert(since);
        state.plays = state.plays.saturating_add(1);
        let facts = &mut self.progress.facts;
        facts.seen.insert(id.to_owned());
        facts.ended.extend(scene.ending.as_ref().map(|ending| ending.id.clone()));
        self.progress.played.insert(moment.session, Played { scene: place, opening: moment.message, chose: None });
    }

    fn unlock(&mut self, since: Since) {
        let Progress { scenes, facts, .. } = &mut self.progress;
        let locked = self.scenes.iter().zip(scenes).filter(|(_, state)| state.unlocked.is_none());
        for (scene, state) in locked {
            if scene.when.as_ref().is_some_and(|when| Condition::holds(when, self.rules, facts)) {
                state.unlocked = Some(since);
            }
        }
    }
}
