//! A lorebook and its entries, as plain data: every field of the formats that are about, under one name each.
//!
//! What a format holds beyond that is kept beside it (`extra`, `extensions`), so that nothing is lost on the way in and out.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::ClosedSet;
use crate::limits;
use crate::prompt::PromptRole;
use crate::validation::{FieldError, optional_line, text};

closed_set! {
    /// By whose rules a book is read, where they differ.
    #[derive(Default)]
    pub enum LoreMode {
        /// `SillyTavern`: the first entry over the budget ends it; a key is a regular expression when it is written `/so/`.
        #[default]
        St = "st",
        /// `RisuAI`: an entry over the budget is passed over; books recurse unless they say otherwise; spaces do not count in keys.
        Risu = "risu",
        /// The specification of V3 cards: the least important goes first; all keys of an entry may be regular expressions.
        V3 = "v3",
    }
}

closed_set! {
    /// How the secondary keys of an entry count, once one of its keys was found.
    #[derive(Default)]
    pub enum SelectiveLogic {
        /// One of them is there.
        #[default]
        AndAny = "and_any",
        /// Not all of them are there.
        NotAll = "not_all",
        /// None of them is there.
        NotAny = "not_any",
        /// All of them are there.
        AndAll = "and_all",
    }
}

closed_set! {
    /// Where an entry stands in the prompt.
    #[derive(Default)]
    pub enum LorePosition {
        /// Before what is told of the character.
        #[default]
        BeforeChar = "before_char",
        /// After it.
        AfterChar = "after_char",
        /// Above the author's note.
        NoteTop = "note_top",
        /// Below it.
        NoteBottom = "note_bottom",
        /// In the history, so many messages from its end.
        AtDepth = "at_depth",
        /// Above the examples.
        ExamplesTop = "examples_top",
        /// Below them.
        ExamplesBottom = "examples_bottom",
        /// Wherever `{{outlet::name}}` stands.
        Outlet = "outlet",
    }
}

closed_set! {
    /// What is searched for keys besides what was said.
    pub enum ScanSource {
        /// What the person says of themselves.
        PersonaDescription = "persona_description",
        /// Who the character is.
        CharacterDescription = "character_description",
        /// What she is like.
        CharacterPersonality = "character_personality",
        /// Her note in the history.
        CharacterDepthPrompt = "character_depth_prompt",
        /// Where the two meet.
        Scenario = "scenario",
        /// The words of her maker for players.
        CreatorNotes = "creator_notes",
    }
}

closed_set! {
    /// For what a reply is made; an entry may be for some of it alone.
    pub enum LoreTrigger {
        /// An answer to what was said.
        Normal = "normal",
        /// A reply that goes on.
        Continue = "continue",
        /// Another reply beside one that is there.
        Swipe = "swipe",
        /// The same, by the name that programs have for it that put it in the place of the first.
        Regenerate = "regenerate",
        /// Words in place of the person's own; nothing here makes them.
        Impersonate = "impersonate",
        /// What nobody asked for: a character who writes first.
        Quiet = "quiet",
    }
}

/// Which characters an entry is for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CharacterFilter {
    /// Whether it is for all but these.
    pub is_exclude: bool,
    /// Their names.
    pub names: Vec<String>,
    /// Tags, one of which they have.
    pub tags: Vec<String>,
}

impl CharacterFilter {
    /// Whether an entry with this filter is for a character.
    #[must_use]
    pub fn admits(&self, name: &str, tags: &[String]) -> bool {
        let same = |one: &str, other: &str| one.to_lowercase() == other.to_lowercase();
        let named = self.names.is_empty() || self.names.iter().any(|known| same(known, name)) != self.is_exclude;
        let has = || self.tags.iter().any(|wanted| tags.iter().any(|tag| same(tag, wanted)));
        named && (self.tags.is_empty() || has() != self.is_exclude)
    }
}

/// A lorebook.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Book {
    /// Its name; may be empty.
    pub name: String,
    /// What it is about, for people.
    pub description: String,
    /// By whose rules it is read.
    pub mode: LoreMode,
    /// How many messages are searched; `None` is the server's default. Rules of `SillyTavern` leave it aside.
    pub scan_depth: Option<u32>,
    /// How many tokens its entries may take together; `None` is no limit of its own. Rules of `SillyTavern` leave it aside.
    pub token_budget: Option<u32>,
    /// Whether entries are searched for keys, too; `None` is the default of its mode. Rules of `SillyTavern` leave it aside.
    pub recursive_scanning: Option<bool>,
    /// Its entries.
    pub entries: Vec<Entry>,
    /// The object `extensions`, as it was read.
    pub extensions: Map<String, Value>,
    /// Fields beside those above, as they were read.
    pub extra: Map<String, Value>,
}

/// An entry of a lorebook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Entry {
    /// Its number in the book.
    pub uid: u32,
    /// Its name, for people.
    pub name: String,
    /// A note on it, for people.
    pub comment: String,
    /// One of these is to be found.
    pub keys: Vec<String>,
    /// Further ones, which count as `logic` says when `selective`.
    pub secondary_keys: Vec<String>,
    /// Whether the secondary keys count.
    pub selective: bool,
    /// How they count.
    pub logic: SelectiveLogic,
    /// What is told to the model, with decorators of V3 in its first lines.
    pub content: String,
    /// Whether it may fire at all.
    pub enabled: bool,
    /// Whether it fires without a key.
    pub constant: bool,
    /// Whether it fires, too, when what it says is near in meaning to what was said last.
    pub vectorized: bool,
    /// For what it may fire; empty is for everything.
    pub triggers: Vec<LoreTrigger>,
    /// Whether V3 takes its keys for regular expressions.
    pub use_regex: bool,
    /// Where it stands among others: the higher, the nearer to the end of the prompt, and the sooner within the budget.
    pub insertion_order: i32,
    /// Which goes first when the budget is over: the lowest.
    pub priority: Option<i32>,
    /// Whether capitals count in keys; `None` is the server's default.
    pub case_sensitive: Option<bool>,
    /// Whether keys are whole words; `None` is the server's default.
    pub match_whole_words: Option<bool>,
    /// How many messages are searched for it; `None` is the book's.
    pub scan_depth: Option<u32>,
    /// What else is searched for it.
    pub sources: Vec<ScanSource>,
    /// Where it stands.
    pub position: LorePosition,
    /// How many messages from the end, when it stands in the history.
    pub depth: u32,
    /// Who says it there.
    pub role: PromptRole,
    /// The name of its outlet.
    pub outlet: String,
    /// Of a hundred times, how often it fires when it could.
    pub probability: u8,
    /// Whether that counts.
    pub use_probability: bool,
    /// Whether other entries cannot wake it.
    pub exclude_recursion: bool,
    /// Whether it wakes no other.
    pub prevent_recursion: bool,
    /// From which round of recursion on it may fire; 0 is from the beginning.
    pub delay_until_recursion: u32,
    /// Of the entries of a group one fires; several names are separated by commas.
    pub group: String,
    /// Whether in its group the highest order wins, not chance.
    pub group_override: bool,
    /// Its weight, where chance decides.
    pub group_weight: u32,
    /// Whether in its group the one with most keys found wins; `None` is the server's default.
    pub use_group_scoring: Option<bool>,
    /// For how many messages it stays once it has fired.
    pub sticky: u32,
    /// For how many messages it rests then.
    pub cooldown: u32,
    /// From how many messages in a chat on it may fire.
    pub delay: u32,
    /// Whether it fires however full the budget is.
    pub ignore_budget: bool,
    /// For which characters it is.
    pub filter: CharacterFilter,
    /// The object `extensions`, as it was read; of what has a field above, the field counts.
    pub extensions: Map<String, Value>,
    /// Fields beside those above, as they were read.
    pub extra: Map<String, Value>,
}

impl Default for Entry {
    fn default() -> Self {
        Self::new(0)
    }
}

impl Entry {
    /// The depth in the history where nothing is said of it.
    pub const DEPTH: u32 = 4;

    /// An entry that says nothing yet, as the formats have it where a field is missing.
    #[must_use]
    pub fn new(uid: u32) -> Self {
        Self {
            uid,
            name: String::new(),
            comment: String::new(),
            keys: Vec::new(),
            secondary_keys: Vec::new(),
            selective: false,
            logic: SelectiveLogic::AndAny,
            content: String::new(),
            enabled: true,
            constant: false,
            vectorized: false,
            triggers: Vec::new(),
            use_regex: false,
            insertion_order: 100,
            priority: None,
            case_sensitive: None,
            match_whole_words: None,
            scan_depth: None,
            sources: Vec::new(),
            position: LorePosition::BeforeChar,
            depth: Self::DEPTH,
            role: PromptRole::System,
            outlet: String::new(),
            probability: 100,
            use_probability: true,
            exclude_recursion: false,
            prevent_recursion: false,
            delay_until_recursion: 0,
            group: String::new(),
            group_override: false,
            group_weight: 100,
            use_group_scoring: None,
            sticky: 0,
            cooldown: 0,
            delay: 0,
            ignore_budget: false,
            filter: CharacterFilter::default(),
            extensions: Map::new(),
            extra: Map::new(),
        }
    }

    /// The entry, trimmed, when every field is in its bounds; `at` is what stands before the names of fields in an error.
    ///
    /// # Errors
    /// The first field that is not.
    pub fn checked(self, at: &str) -> Result<Self, FieldError> {
        let field = |name: &str| format!("{at}{name}");
        let up_to = |name: &str, value: u32, most: u32| match value {
            value if value <= most => Ok(value),
            _ => Err(FieldError::new(field(name), format!("must be at most {most}"))),
        };
        if self.probability > 100 {
            return Err(FieldError::new(field("probability"), "must be at most 100"));
        }
        up_to("scan_depth", self.scan_depth.unwrap_or(0), limits::LORE_DEPTH)?;
        up_to("depth", self.depth, limits::LORE_DEPTH)?;
        up_to("delay_until_recursion", self.delay_until_recursion, limits::LORE_DEPTH)?;
        up_to("group_weight", self.group_weight, 1_000_000)?;
        for (name, value) in [("sticky", self.sticky), ("cooldown", self.cooldown), ("delay", self.delay)] {
            up_to(name, value, limits::LORE_MESSAGES)?;
        }
        Ok(Self {
            name: optional_line(&field("name"), &self.name, limits::LORE_NAME)?,
            comment: text(&field("comment"), &self.comment, limits::LORE_DESCRIPTION)?,
            keys: keys(&field("keys"), self.keys)?,
            secondary_keys: keys(&field("secondary_keys"), self.secondary_keys)?,
            content: text(&field("content"), &self.content, limits::LORE_CONTENT)?,
            triggers: LoreTrigger::ALL.iter().copied().filter(|one| self.triggers.contains(one)).collect(),
            outlet: optional_line(&field("outlet"), &self.outlet, limits::LORE_NAME)?,
            group: optional_line(&field("group"), &self.group, limits::LORE_NAME)?,
            filter: CharacterFilter {
                is_exclude: self.filter.is_exclude,
                names: keys(&field("filter.names"), self.filter.names)?,
                tags: keys(&field("filter.tags"), self.filter.tags)?,
            },
            ..self
        })
    }
}

/// Keys without the blank ones, in the order given.
fn keys(field: &str, given: Vec<String>) -> Result<Vec<String>, FieldError> {
    if given.len() > limits::LORE_KEYS {
        return Err(FieldError::new(field, format!("must be at most {}", limits::LORE_KEYS)));
    }
    for (index, key) in given.iter().enumerate() {
        text(&format!("{field}.{index}"), key, limits::LORE_KEY)?;
    }
    Ok(given.into_iter().filter(|key| !key.trim().is_empty()).collect())
}

impl Book {
    /// The book, trimmed, when every field is in its bounds.
    ///
    /// # Errors
    /// The first field that is not.
    pub fn checked(self) -> Result<Self, FieldError> {
        if self.entries.len() > limits::LORE_ENTRIES {
            let message = format!("must be at most {} entries", limits::LORE_ENTRIES);
            return Err(FieldError::new("entries", message));
        }
        if self.scan_depth.is_some_and(|depth| depth > limits::LORE_DEPTH) {
            return Err(FieldError::new("scan_depth", format!("must be at most {}", limits::LORE_DEPTH)));
        }
        if self.token_budget.is_some_and(|budget| budget > limits::LORE_BUDGET) {
            return Err(FieldError::new("token_budget", format!("must be at most {}", limits::LORE_BUDGET)));
        }
        let mut seen = HashSet::new();
        let mut entries = Vec::with_capacity(self.entries.len());
        for (index, entry) in self.entries.into_iter().enumerate() {
            if !seen.insert(entry.uid) {
                return Err(FieldError::new(format!("entries.{index}.uid"), "must be different for each entry"));
            }
            entries.push(entry.checked(&format!("entries.{index}."))?);
        }
        let patterns = entries
            .iter()
            .flat_map(|entry| entry.keys.iter().chain(&entry.secondary_keys).map(move |key| (entry, key)));
        if patterns.filter(|(entry, key)| super::script::is_pattern(self.mode, entry, key)).count()
            > limits::LORE_PATTERNS
        {
            let message = format!("must have at most {} keys that are regular expressions", limits::LORE_PATTERNS);
            return Err(FieldError::new("entries", message));
        }
        Ok(Self {
            name: optional_line("name", &self.name, limits::LORE_NAME)?,
            description: text("description", &self.description, limits::LORE_DESCRIPTION)?,
            entries,
            ..self
        })
    }

    /// The book, where it was kept before there were fields for all that entries say: what of it stood only in what was read counts.
    #[must_use]
    pub fn with_later_settings(mut self) -> Self {
        self.entries.iter_mut().for_each(super::reading::later_settings);
        self
    }

    /// A number that no entry has.
    #[must_use]
    pub fn next_uid(&self) -> u32 {
        let highest = self.entries.iter().map(|entry| entry.uid).max();
        highest.map_or(0, |highest| highest.checked_add(1).unwrap_or_else(|| self.first_free()))
    }

    fn first_free(&self) -> u32 {
        let taken: HashSet<u32> = self.entries.iter().map(|entry| entry.uid).collect();
        (0..u32::MAX).find(|uid| !taken.contains(uid)).unwrap_or(0)
    }
}
