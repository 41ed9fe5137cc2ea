//! Whether a route is in its bounds, and all that it names is there: every fault with its place (`chapters[1].scenes[0].title`).

use std::collections::HashSet;

use super::{Choice, Condition, Ending, Greeting, Lore, Picture, Route, RouteFault, RouteFaultCode, Scene, Unlocks};
use crate::bonds::BondRules;
use crate::limits;
use crate::validation::{TextFault, TextForm};

/// The most faults that are told at once.
const TOLD: usize = 100;

/// Faults that were found.
struct Faults {
    found: Vec<RouteFault>,
}

impl Faults {
    fn push(&mut self, path: impl Into<String>, code: RouteFaultCode, least: Option<i64>, most: Option<i64>) {
        if self.found.len() < TOLD {
            self.found.push(RouteFault::new(path.into(), code, least, most));
        }
    }

    fn add(&mut self, path: impl Into<String>, code: RouteFaultCode) {
        self.push(path, code, None, None);
    }

    fn above(&mut self, path: impl Into<String>, code: RouteFaultCode, most: usize) {
        self.push(path, code, None, i64::try_from(most).ok());
    }

    fn outside(&mut self, path: String, code: RouteFaultCode, least: impl Into<i64>, most: impl Into<i64>) {
        self.push(path, code, Some(least.into()), Some(most.into()));
    }

    /// A text in its form; where it is not, nothing, and the fault is kept.
    fn text(&mut self, form: TextForm, path: String, text: &str, most: usize) -> String {
        form.take(text, most).unwrap_or_else(|fault| {
            match fault {
                TextFault::Empty => self.add(path, RouteFaultCode::Empty),
                TextFault::TooLong(most) => self.above(path, RouteFaultCode::TooLong, most),
                TextFault::NotOneLine => self.add(path, RouteFaultCode::NotOneLine),
                TextFault::ControlCharacters => self.add(path, RouteFaultCode::ControlCharacters),
            }
            String::new()
        })
    }

    fn most(&mut self, path: &str, count: usize, most: usize) {
        if count > most {
            self.above(path, RouteFaultCode::TooMany, most);
        }
    }

    /// An id: a small word of ASCII, there once.
    fn id(&mut self, path: String, id: &str, seen: &mut HashSet<String>) {
        if !is_key(id) {
            self.add(path, RouteFaultCode::NotAKey);
        } else if !seen.insert(id.to_owned()) {
            self.add(path, RouteFaultCode::Twice);
        }
    }
}

/// Whether something may be called this in a route, and a picture has it for its key.
#[must_use]
pub fn is_key(key: &str) -> bool {
    key.len() <= limits::BOND_KEY
        && key.starts_with(|c: char| c.is_ascii_lowercase())
        && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// What is there to be named.
struct Named<'a> {
    rules: &'a BondRules,
    scenes: HashSet<&'a str>,
    choices: HashSet<(&'a str, &'a str)>,
    endings: HashSet<&'a str>,
}

impl<'a> Named<'a> {
    fn of(route: &'a Route, rules: &'a BondRules) -> Self {
        let scenes = || route.scenes().map(|(_, scene)| scene);
        let choices = scenes().flat_map(|scene| scene.choices.iter().map(|choice| (&*scene.id, &*choice.id)));
        let endings = scenes().filter_map(|scene| scene.ending.as_ref()).map(|ending| &*ending.id);
        Self {
            rules,
            scenes: scenes().map(|scene| &*scene.id).collect(),
            choices: choices.collect(),
            endings: endings.collect(),
        }
    }
}

/// What must be there once in the whole route.
#[derive(Default)]
struct Once {
    chapters: HashSet<String>,
    scenes: HashSet<String>,
    endings: HashSet<String>,
    greetings: HashSet<String>,
    lore: HashSet<String>,
}

impl Route {
    /// The route, trimmed, when all of it is in its bounds and all that it names is there.
    ///
    /// # Errors
    /// Every fault, up to 100, in the order of the document.
    pub fn checked(mut self, rules: &BondRules) -> Result<Self, Vec<RouteFault>> {
        let mut faults = Faults { found: Vec::new() };
        let count = self.scenes().count();
        if count == 0 {
            faults.add("chapters", RouteFaultCode::NoScene);
        }
        faults.most("chapters", self.chapters.len(), limits::ROUTE_CHAPTERS);
        faults.most("chapters", count, limits::ROUTE_SCENES);
        if !faults.found.is_empty() {
            // What is too large is not read on.
            return Err(faults.found);
        }
        let original = self.clone();
        let named = Named::of(&original, rules);
        let mut once = Once::default();
        for (n, chapter) in self.chapters.iter_mut().enumerate() {
            let path = format!("chapters[{n}]");
            faults.id(format!("{path}.id"), &chapter.id, &mut once.chapters);
            chapter.title = faults.text(TextForm::Line, format!("{path}.title"), &chapter.title, limits::ROUTE_TITLE);
            for (n, scene) in chapter.scenes.iter_mut().enumerate() {
                check_scene(&format!("{path}.scenes[{n}]"), scene, &named, &mut once, &mut faults);
            }
        }
        if faults.found.is_empty() && serde_json::to_vec(&self).is_ok_and(|kept| kept.len() > limits::ROUTE_BYTES) {
            faults.above("chapters", RouteFaultCode::TooLarge, limits::ROUTE_BYTES);
        }
        if faults.found.is_empty() { Ok(self) } else { Err(faults.found) }
    }
}

fn check_scene(path: &str, scene: &mut Scene, named: &Named<'_>, once: &mut Once, faults: &mut Faults) {
    faults.id(format!("{path}.id"), &scene.id, &mut once.scenes);
    scene.title = faults.text(TextForm::Line, format!("{path}.title"), &scene.title, limits::ROUTE_TITLE);
    scene.hint = faults.text(TextForm::OptionalLine, format!("{path}.hint"), &scene.hint, limits::ROUTE_HINT);
    scene.setting = faults.text(TextForm::Text, format!("{path}.setting"), scene.setting.trim(), limits::ROUTE_SETTING);
    scene.opening =
        faults.text(TextForm::RequiredText, format!("{path}.opening"), scene.opening.trim(), limits::ROUTE_OPENING);
    if let Some(when) = &mut scene.when {
        check_condition(&format!("{path}.when"), when, named, faults);
    }
    if scene.background.as_deref().is_some_and(|key| !is_key(key)) {
        faults.add(format!("{path}.background"), RouteFaultCode::NotAKey);
    }
    faults.most(&format!("{path}.choices"), scene.choices.len(), limits::ROUTE_CHOICES);
    let mut choices = HashSet::new();
    for (n, choice) in scene.choices.iter_mut().enumerate().take(limits::ROUTE_CHOICES) {
        check_choice(&format!("{path}.choices[{n}]"), choice, named, &mut choices, faults);
    }
    check_unlocks(&format!("{path}.unlocks"), &mut scene.unlocks, once, faults);
    if let Some(Ending { id, title, .. }) = &mut scene.ending {
        faults.id(format!("{path}.ending.id"), id, &mut once.endings);
        *title = faults.text(TextForm::Line, format!("{path}.ending.title"), title, limits::ROUTE_TITLE);
        if !scene.choices.is_empty() {
            faults.add(format!("{path}.choices"), RouteFaultCode::ChoicesAtEnd);
        }
    }
}

fn check_choice(path: &str, choice: &mut Choice, named: &Named<'_>, seen: &mut HashSet<String>, faults: &mut Faults) {
    faults.id(format!("{path}.id"), &choice.id, seen);
    choice.label = faults.text(TextForm::Line, format!("{path}.label"), &choice.label, limits::ROUTE_LABEL);
    if let Some(when) = &mut choice.when {
        check_condition(&format!("{path}.when"), when, named, faults);
    }
    if choice.then.as_deref().is_some_and(|then| !named.scenes.contains(then)) {
        faults.add(format!("{path}.then"), RouteFaultCode::UnknownScene);
    }
    faults.most(&format!("{path}.moves"), choice.moves.len(), limits::BOND_DIMENSIONS);
    for (key, by) in choice.moves.iter().take(limits::BOND_DIMENSIONS) {
        let path = || format!("{path}.moves.{}", key.chars().take(limits::BOND_KEY).collect::<String>());
        match named.rules.dimension(key) {
            None => faults.add(path(), RouteFaultCode::UnknownDimension),
            Some(dimension) if *by == 0 || by.abs() > dimension.per_event => {
                let most = dimension.per_event;
                faults.outside(path(), RouteFaultCode::MoveOutOfRange, -most, most);
            }
            Some(_) => {}
        }
    }
}

fn check_unlocks(path: &str, unlocks: &mut Unlocks, once: &mut Once, faults: &mut Faults) {
    let Unlocks { greetings, backgrounds, images, lore } = unlocks;
    for (kind, count) in [
        ("greetings", greetings.len()),
        ("backgrounds", backgrounds.len()),
        ("images", images.len()),
        ("lore", lore.len()),
    ] {
        faults.most(&format!("{path}.{kind}"), count, limits::ROUTE_UNLOCKS);
    }
    for (n, Greeting { id, title, text }) in greetings.iter_mut().enumerate().take(limits::ROUTE_UNLOCKS) {
        let path = format!("{path}.greetings[{n}]");
        faults.id(format!("{path}.id"), id, &mut once.greetings);
        *title = faults.text(TextForm::Line, format!("{path}.title"), title, limits::ROUTE_TITLE);
        *text = faults.text(TextForm::RequiredText, format!("{path}.text"), text.trim(), limits::ROUTE_OPENING);
    }
    for (kind, pictures) in [("backgrounds", backgrounds), ("images", images)] {
        let mut keys = HashSet::new();
        for (n, Picture { key, title }) in pictures.iter_mut().enumerate().take(limits::ROUTE_UNLOCKS) {
            let path = format!("{path}.{kind}[{n}]");
            faults.id(format!("{path}.key"), key, &mut keys);
            *title = faults.text(TextForm::Line, format!("{path}.title"), title, limits::ROUTE_TITLE);
        }
    }
    for (n, Lore { id, title, text, keys }) in lore.iter_mut().enumerate().take(limits::ROUTE_UNLOCKS) {
        let path = format!("{path}.lore[{n}]");
        faults.id(format!("{path}.id"), id, &mut once.lore);
        *title = faults.text(TextForm::Line, format!("{path}.title"), title, limits::ROUTE_TITLE);
        *text = faults.text(TextForm::RequiredText, format!("{path}.text"), text.trim(), limits::ROUTE_LORE);
        check_phrases(&format!("{path}.keys"), keys, faults);
    }
}

fn check_phrases(path: &str, phrases: &mut [String], faults: &mut Faults) {
    faults.most(path, phrases.len(), limits::ROUTE_PHRASES);
    for (n, phrase) in phrases.iter_mut().enumerate().take(limits::ROUTE_PHRASES) {
        let path = format!("{path}[{n}]");
        *phrase = faults.text(TextForm::Line, path.clone(), phrase, limits::ROUTE_PHRASE);
        if !phrase.is_empty() && !phrase.chars().any(char::is_alphanumeric) {
            faults.add(path, RouteFaultCode::NoLetter);
        }
    }
}

fn check_condition(path: &str, condition: &mut Condition, named: &Named<'_>, faults: &mut Faults) {
    // Deep first: nothing that is deeper is gone into.
    if !is_shallow(condition, limits::ROUTE_DEPTH) {
        faults.above(path, RouteFaultCode::ConditionTooDeep, limits::ROUTE_DEPTH);
    } else if size(condition) > limits::ROUTE_CONDITIONS {
        faults.above(path, RouteFaultCode::ConditionTooLarge, limits::ROUTE_CONDITIONS);
    } else {
        check_parts(path, condition, named, faults);
    }
}

fn is_shallow(condition: &Condition, deep: usize) -> bool {
    match condition {
        Condition::All { of } | Condition::Any { of } => deep > 0 && of.iter().all(|one| is_shallow(one, deep - 1)),
        Condition::Not { of } => deep > 0 && is_shallow(of, deep - 1),
        _ => true,
    }
}

fn size(condition: &Condition) -> usize {
    match condition {
        Condition::All { of } | Condition::Any { of } => 1 + of.iter().map(size).sum::<usize>(),
        Condition::Not { of } => 1 + size(of),
        _ => 1,
    }
}

fn check_parts(path: &str, condition: &mut Condition, named: &Named<'_>, faults: &mut Faults) {
    match condition {
        Condition::Always {} | Condition::Date { .. } => {}
        Condition::All { of } | Condition::Any { of } => {
            if of.is_empty() {
                faults.add(format!("{path}.of"), RouteFaultCode::Empty);
            }
            for (n, one) in of.iter_mut().enumerate() {
                check_parts(&format!("{path}.of[{n}]"), one, named, faults);
            }
        }
        Condition::Not { of } => check_parts(&format!("{path}.of"), of, named, faults),
        Condition::Stage { stage } => {
            if !named.rules.stages.iter().any(|known| known.key == *stage) {
                faults.add(format!("{path}.stage"), RouteFaultCode::UnknownStage);
            }
        }
        Condition::Dimension { dimension, at_least } => match named.rules.dimension(dimension) {
            None => faults.add(format!("{path}.dimension"), RouteFaultCode::UnknownDimension),
            Some(known) if !(known.min..=known.max).contains(at_least) => {
                faults.outside(format!("{path}.at_least"), RouteFaultCode::OutOfRange, known.min, known.max);
            }
            Some(_) => {}
        },
        Condition::DaysKnown { days } => {
            if !(1..=limits::ROUTE_DAYS).contains(days) {
                faults.outside(format!("{path}.days"), RouteFaultCode::OutOfRange, 1, limits::ROUTE_DAYS);
            }
        }
        Condition::Said { phrases } => {
            if phrases.is_empty() {
                faults.add(format!("{path}.phrases"), RouteFaultCode::Empty);
            }
            check_phrases(&format!("{path}.phrases"), phrases, faults);
        }
        Condition::Chose { scene, choice } => {
            if !named.scenes.contains(&**scene) {
                faults.add(format!("{path}.scene"), RouteFaultCode::UnknownScene);
            } else if !named.choices.contains(&(&**scene, &**choice)) {
                faults.add(format!("{path}.choice"), RouteFaultCode::UnknownChoice);
            }
        }
        Condition::Seen { scene } => {
            if !named.scenes.contains(&**scene) {
                faults.add(format!("{path}.scene"), RouteFaultCode::UnknownScene);
            }
        }
        Condition::Ended { ending } => {
            if !named.endings.contains(&**ending) {
                faults.add(format!("{path}.ending"), RouteFaultCode::UnknownEnding);
            }
        }
    }
}
