//! The settings of an entry that `SillyTavern` invented: below `extensions` of a card, with names of their own in a world
//! file. One list of them serves for reading and for writing, in both.

use serde_json::{Map, Value, json};

use super::fields;
use crate::ClosedSet;
use crate::lore::book::{CharacterFilter, Entry, LorePosition, LoreTrigger, ScanSource, SelectiveLogic};
use crate::prompt::PromptRole;

/// The names of a setting: in a card, and in a world file.
type Names = (&'static str, &'static str);

const POSITIONS: [LorePosition; 8] = [
    LorePosition::BeforeChar,
    LorePosition::AfterChar,
    LorePosition::NoteTop,
    LorePosition::NoteBottom,
    LorePosition::AtDepth,
    LorePosition::ExamplesTop,
    LorePosition::ExamplesBottom,
    LorePosition::Outlet,
];

const LOGICS: [SelectiveLogic; 4] =
    [SelectiveLogic::AndAny, SelectiveLogic::NotAll, SelectiveLogic::NotAny, SelectiveLogic::AndAll];

const ROLES: [PromptRole; 3] = [PromptRole::System, PromptRole::User, PromptRole::Assistant];

const SOURCES: [(Names, ScanSource); 6] = [
    (("match_persona_description", "matchPersonaDescription"), ScanSource::PersonaDescription),
    (("match_character_description", "matchCharacterDescription"), ScanSource::CharacterDescription),
    (("match_character_personality", "matchCharacterPersonality"), ScanSource::CharacterPersonality),
    (("match_character_depth_prompt", "matchCharacterDepthPrompt"), ScanSource::CharacterDepthPrompt),
    (("match_scenario", "matchScenario"), ScanSource::Scenario),
    (("match_creator_notes", "matchCreatorNotes"), ScanSource::CreatorNotes),
];

/// Which names are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    /// Those of a card; only what is not as usual is written.
    Card,
    /// Those of a world file; all is written.
    World,
}

/// What is done with a setting.
enum Direction<'a> {
    Read(&'a Map<String, Value>),
    Write(&'a mut Map<String, Value>),
}

/// A pass over all settings of an entry.
struct Pass<'a> {
    spelling: Spelling,
    direction: Direction<'a>,
}

impl Pass<'_> {
    /// One setting: its names, its value, what it is where nothing stands, and how it is read and written.
    fn setting<T: PartialEq>(
        &mut self,
        (card, world): Names,
        value: &mut T,
        usual: T,
        read: impl Fn(&Value) -> Option<T>,
        write: impl Fn(&T) -> Value,
    ) {
        let name = if self.spelling == Spelling::Card { card } else { world };
        match &mut self.direction {
            Direction::Read(map) => *value = map.get(name).and_then(read).unwrap_or(usual),
            Direction::Write(map) => {
                let before = map.get(name).and_then(read).unwrap_or(usual);
                if before != *value || (self.spelling == Spelling::World && !map.contains_key(name)) {
                    map.insert(name.to_owned(), write(value));
                }
            }
        }
    }

    fn flag(&mut self, names: Names, value: &mut bool, usual: bool) {
        self.setting(names, value, usual, fields::flag, |value| Value::Bool(*value));
    }

    fn maybe(&mut self, names: Names, value: &mut Option<bool>) {
        self.setting(names, value, None, |value| Some(fields::flag(value)), |value| json!(value));
    }

    fn count(&mut self, names: Names, value: &mut u32, usual: u32) {
        self.setting(names, value, usual, fields::count, |value| json!(value));
    }

    fn text(&mut self, names: Names, value: &mut String) {
        self.setting(names, value, String::new(), fields::text, |value| json!(value));
    }

    fn one_of<T: Copy + PartialEq>(&mut self, names: Names, value: &mut T, usual: T, all: &[T]) {
        let read = |value: &Value| all.get(usize::try_from(fields::number(value)?).ok()?).copied();
        self.setting(names, value, usual, read, |value| json!(all.iter().position(|one| one == value)));
    }
}

fn settings(pass: &mut Pass<'_>, entry: &mut Entry) {
    // A card says before or after beside the extensions, too, and that is in the entry already.
    let usual = if pass.spelling == Spelling::Card { beside(entry.position) } else { LorePosition::BeforeChar };
    pass.one_of(("position", "position"), &mut entry.position, usual, &POSITIONS);
    pass.one_of(("selectiveLogic", "selectiveLogic"), &mut entry.logic, SelectiveLogic::AndAny, &LOGICS);
    pass.one_of(("role", "role"), &mut entry.role, PromptRole::System, &ROLES);
    pass.count(("depth", "depth"), &mut entry.depth, Entry::DEPTH);
    pass.setting(
        ("probability", "probability"),
        &mut entry.probability,
        100,
        |value| fields::number(value).map(|number| number.clamp(0, 100) as u8),
        |value| json!(value),
    );
    pass.flag(("useProbability", "useProbability"), &mut entry.use_probability, true);
    pass.flag(("exclude_recursion", "excludeRecursion"), &mut entry.exclude_recursion, false);
    pass.flag(("prevent_recursion", "preventRecursion"), &mut entry.prevent_recursion, false);
    pass.count(("delay_until_recursion", "delayUntilRecursion"), &mut entry.delay_until_recursion, 0);
    pass.text(("group", "group"), &mut entry.group);
    pass.flag(("group_override", "groupOverride"), &mut entry.group_override, false);
    pass.count(("group_weight", "groupWeight"), &mut entry.group_weight, 100);
    pass.maybe(("use_group_scoring", "useGroupScoring"), &mut entry.use_group_scoring);
    pass.setting(
        ("scan_depth", "scanDepth"),
        &mut entry.scan_depth,
        None,
        |value| Some(fields::count(value)),
        |value| json!(value),
    );
    pass.maybe(("match_whole_words", "matchWholeWords"), &mut entry.match_whole_words);
    pass.count(("sticky", "sticky"), &mut entry.sticky, 0);
    pass.count(("cooldown", "cooldown"), &mut entry.cooldown, 0);
    pass.count(("delay", "delay"), &mut entry.delay, 0);
    pass.flag(("ignore_budget", "ignoreBudget"), &mut entry.ignore_budget, false);
    pass.text(("outlet_name", "outletName"), &mut entry.outlet);
    for (names, source) in SOURCES {
        let mut wanted = entry.sources.contains(&source);
        pass.flag(names, &mut wanted, false);
        entry.sources.retain(|one| *one != source);
        if wanted {
            entry.sources.push(source);
        }
    }
    filter(pass, &mut entry.filter);
    meaning(pass, entry);
}

/// Whether what was meant counts, and for what it may fire.
fn meaning(pass: &mut Pass<'_>, entry: &mut Entry) {
    pass.flag(("vectorized", "vectorized"), &mut entry.vectorized, false);
    let read = |value: &Value| {
        let words = fields::texts(value);
        Some(LoreTrigger::ALL.iter().copied().filter(|one| words.iter().any(|word| word == one.as_str())).collect())
    };
    let write = |triggers: &Vec<LoreTrigger>| json!(triggers.iter().map(ClosedSet::as_str).collect::<Vec<_>>());
    pass.setting(("triggers", "triggers"), &mut entry.triggers, Vec::new(), read, write);
}

/// The settings that had no field once.
const LATER: [&str; 2] = ["vectorized", "triggers"];

/// Reads those from where they were kept: beside all else of a world file, where a field takes their place, or below `extensions` of a
/// card, where they stay.
pub(super) fn later(entry: &mut Entry) {
    let is_beside = LATER.iter().any(|name| entry.extra.contains_key(*name));
    let kept = if is_beside { entry.extra.clone() } else { entry.extensions.clone() };
    meaning(&mut Pass { spelling: Spelling::Card, direction: Direction::Read(&kept) }, entry);
    entry.extra = fields::without(&entry.extra, &LATER);
}

/// For which characters; its object has the same names in both.
fn filter(pass: &mut Pass<'_>, filter: &mut CharacterFilter) {
    let read = |value: &Value| {
        let object = value.as_object()?;
        let texts = |key: &str| object.get(key).map(fields::texts).unwrap_or_default();
        let is_exclude = object.get("isExclude").and_then(fields::flag).unwrap_or(false);
        Some(CharacterFilter { is_exclude, names: texts("names"), tags: texts("tags") })
    };
    let write = |filter: &CharacterFilter| json!({ "isExclude": filter.is_exclude, "names": filter.names, "tags": filter.tags });
    pass.setting(("character_filter", "characterFilter"), filter, CharacterFilter::default(), read, write);
}

/// What a card says of a position beside its extensions.
pub(super) fn beside(position: LorePosition) -> LorePosition {
    match position {
        LorePosition::AfterChar => LorePosition::AfterChar,
        _ => LorePosition::BeforeChar,
    }
}

/// The settings of an entry, as `map` has them.
pub(super) fn read(spelling: Spelling, map: &Map<String, Value>, entry: &mut Entry) {
    settings(&mut Pass { spelling, direction: Direction::Read(map) }, entry);
}

/// `map` with the settings of an entry.
pub(super) fn write(spelling: Spelling, entry: &Entry, mut map: Map<String, Value>) -> Map<String, Value> {
    let mut entry = Entry { extensions: Map::new(), extra: Map::new(), content: String::new(), ..entry.clone() };
    settings(&mut Pass { spelling, direction: Direction::Write(&mut map) }, &mut entry);
    map
}

/// Every name of a setting in a world file.
pub(super) fn world_names() -> Vec<String> {
    let all = write(Spelling::World, &Entry::new(0), Map::new());
    all.into_iter().map(|(name, _)| name).collect()
}
