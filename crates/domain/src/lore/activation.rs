//! Activation: which entries of the books at hand fire before a reply, and why the others do not.
//!
//! Rounds, as `SillyTavern` has them: what was said is searched; then what entries say that fired; then, where too few did, further
//! back. In each round groups choose, chance is asked, and the budget ends it. Decorators of V3 and the rules of `RisuAI` are
//! taken in where they differ. The same scan gives the same answer: chance comes from its seed.

use std::collections::HashSet;

use super::book::{LorePosition, LoreTrigger, ScanSource};
use super::decorators::UiPrompt;
use super::explain::Verdict;
use super::matching::{Compiled, MatchDefaults};
use super::rounds::Run;
use super::timed::LoreState;
use crate::ids::LorebookId;
use crate::macros::Expander;
use crate::prompt::PromptRole;
use crate::speaking::Chance;

closed_set! {
    /// Through what a book came in.
    pub enum LoreSource {
        /// The session.
        Session = "session",
        /// The person.
        Person = "person",
        /// The character.
        Character = "character",
        /// Nobody: it is there for all.
        Global = "global",
    }
}

closed_set! {
    /// In which order books of the character and books for all are asked; those of session and person come first.
    #[derive(Default)]
    pub enum LoreStrategy {
        /// Together, by the order of their entries.
        #[default]
        Evenly = "evenly",
        /// The character's first.
        CharacterFirst = "character_first",
        /// Those for all first.
        GlobalFirst = "global_first",
    }
}

/// What counts where books and entries say nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoreSettings {
    /// How many messages are searched.
    pub scan_depth: u32,
    /// Whether entries are searched for keys, too, in books with the rules of `SillyTavern`.
    pub recursive: bool,
    /// How many entries are to fire at least; it is searched further back until they do.
    pub min_activations: u32,
    /// How far back then; 0 is without a bound.
    pub min_activations_depth: u32,
    /// Whether groups count keys.
    pub group_scoring: bool,
    /// In which order books are asked.
    pub strategy: LoreStrategy,
    /// How keys match.
    pub matching: MatchDefaults,
}

impl Default for LoreSettings {
    fn default() -> Self {
        Self {
            scan_depth: 4,
            recursive: false,
            min_activations: 0,
            min_activations_depth: 0,
            group_scoring: false,
            strategy: LoreStrategy::Evenly,
            matching: MatchDefaults { case_sensitive: false, whole_words: false },
        }
    }
}

/// A book at hand.
#[derive(Debug, Clone, Copy)]
pub struct Shelf<'a> {
    /// Which.
    pub id: LorebookId,
    /// Through what it came in.
    pub source: LoreSource,
    /// What it holds.
    pub book: &'a Compiled,
}

/// Something that was said.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// By whom; may be empty.
    pub name: &'a str,
    /// The words.
    pub text: &'a str,
}

/// What is scanned, and for whom.
#[derive(Debug, Clone, Copy)]
pub struct Scan<'a> {
    /// The books at hand.
    pub books: &'a [Shelf<'a>],
    /// What was said, oldest first.
    pub messages: &'a [Line<'a>],
    /// What is searched besides, for entries that want it.
    pub sources: &'a [(ScanSource, &'a str)],
    /// The name of the character who answers.
    pub character: &'a str,
    /// Her tags.
    pub tags: &'a [String],
    /// For what the reply is made; of several, one is enough.
    pub triggers: &'a [LoreTrigger],
    /// Which entries are near in meaning to what was said last, of those that want to be asked so; `None` where that cannot be told.
    pub near: Option<&'a HashSet<(LorebookId, u32)>>,
    /// How many messages the chat has, those that are not at hand included.
    pub length: u32,
    /// How many of them are the character's.
    pub own_messages: u32,
    /// With which of her greetings the chat began; 0 is the first.
    pub greeting: Option<u32>,
    /// What the chat remembers of its lore.
    pub state: &'a LoreState,
    /// What counts where nothing else is said.
    pub settings: LoreSettings,
    /// How many tokens all entries may take together.
    pub budget: u32,
    /// Where chance comes from.
    pub seed: u64,
}

/// Where an entry stands in the prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// At a place with a name; of [`LorePosition::AtDepth`] and [`LorePosition::Outlet`] more is known, and said below.
    At(LorePosition),
    /// With where the two meet.
    Scenario,
    /// So many messages from the end.
    Depth(u32, PromptRole),
    /// So many messages from the beginning.
    FromStart(u32, PromptRole),
    /// Wherever a text asks for this name.
    Outlet(String),
}

/// An entry that fires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fired {
    /// Of which book.
    pub book: LorebookId,
    /// Which entry.
    pub uid: u32,
    /// Where it stands.
    pub place: Place,
    /// What it says, macros expanded.
    pub text: String,
    /// How many tokens that takes.
    pub tokens: u32,
    /// Whether it says the same before each reply.
    pub is_stable: bool,
    /// The prompt that it stands in for.
    pub disables: Option<UiPrompt>,
}

/// What a scan found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Activation {
    /// The entries that fire, in the order in which they stand: within a place, the lowest order first.
    pub fired: Vec<Fired>,
    /// What became of each entry, book by book.
    pub verdicts: Vec<Verdict>,
    /// What the chat remembers from now on.
    pub state: LoreState,
}

/// Scans the books: for each entry, whether it fires, and why.
#[must_use]
pub fn activate(scan: &Scan<'_>, expander: &mut Expander<'_>, count: &dyn Fn(&str) -> u32) -> Activation {
    let mut run = Run::new(scan, expander);
    run.rounds(expander, count);
    run.finish()
}

/// Chance for one question: the same for the same seed.
pub(super) fn chance(seed: u64, what: &[u8], number: u32) -> Chance {
    let bytes = what.iter().copied().chain(number.to_le_bytes());
    let asked =
        bytes.fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    Chance(asked)
}
