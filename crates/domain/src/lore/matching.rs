//! A book made ready for searching, and the search: one pass over the text for all of its keys.
//!
//! The newest message stands first in the text, so the first place at which a key is found says from which depth on it counts. What a
//! word is depends on the script: Han, kana, Thai and others are written without spaces and have no bounds to ask for.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;

use super::book::{Book, Entry, LoreMode};
use super::decorators::{self, Decorators};
use super::script;
use super::text::{Haystack, Variant, fold, is_whole_word, squeezed};

/// What counts where a book and its entries say nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MatchDefaults {
    /// Whether capitals count.
    pub case_sensitive: bool,
    /// Whether keys are whole words.
    pub whole_words: bool,
}

/// A key, as it is searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum KeyRef {
    /// A text, by its place among the texts of the book.
    Literal(u32),
    /// A regular expression, by its place among those of the book.
    Pattern(u32),
    /// A text with macros, by its place among those of the book: it is known only when it is searched for.
    Dynamic(u32),
    /// A regular expression that cannot be used.
    Bad,
}

/// A text that is searched for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Literal {
    /// As it stands in the text that is searched.
    pub(super) text: String,
    /// Whether capitals count.
    pub(super) exact: bool,
    /// Whether it must be a word of its own.
    pub(super) whole: bool,
}

/// An entry made ready.
#[derive(Debug, Clone)]
pub struct Ready {
    /// What its decorators say.
    pub decorators: Decorators,
    /// What it says without them.
    pub content: String,
    /// What it is, so that a change is noticed.
    pub hash: u64,
    pub(super) keys: Vec<KeyRef>,
    pub(super) secondary: Vec<KeyRef>,
    pub(super) additional: Vec<Vec<KeyRef>>,
    pub(super) excluded: Vec<KeyRef>,
    pub(super) excluded_all: Vec<KeyRef>,
}

/// A book made ready: worth keeping for as long as the book does not change.
#[derive(Debug)]
pub struct Compiled {
    book: Book,
    ready: Vec<Ready>,
    pub(super) literals: Vec<Literal>,
    folded: Automaton,
    exact: Automaton,
    pub(super) patterns: Vec<(Regex, u32)>,
    pub(super) dynamic: Vec<Literal>,
}

/// The texts of one kind, found in one pass.
#[derive(Debug, Default)]
struct Automaton {
    machine: Option<AhoCorasick>,
    literals: Vec<u32>,
}

impl Automaton {
    fn of(literals: &[Literal], exact: bool) -> Self {
        let chosen = (0_u32..).zip(literals).filter(|(_, literal)| literal.exact == exact);
        let (ids, texts): (Vec<u32>, Vec<&str>) = chosen.map(|(id, literal)| (id, literal.text.as_str())).unzip();
        if texts.is_empty() {
            return Self::default();
        }
        let machine = AhoCorasick::builder().match_kind(MatchKind::Standard).build(&texts).ok();
        Self { machine, literals: ids }
    }
}

/// Keys while a book is made ready: each text and each expression once.
struct Keys {
    mode: LoreMode,
    defaults: MatchDefaults,
    literals: HashMap<Literal, u32>,
    patterns: HashMap<(String, bool), KeyRef>,
    compiled: Vec<(Regex, u32)>,
    dynamic: Vec<Literal>,
}

impl Keys {
    fn keys(&mut self, entry: &Entry, decorators: &Decorators, keys: &[String]) -> Vec<KeyRef> {
        keys.iter().map(|key| self.key(entry, decorators, key)).collect()
    }

    fn key(&mut self, entry: &Entry, decorators: &Decorators, key: &str) -> KeyRef {
        let exact = entry.case_sensitive.unwrap_or(self.defaults.case_sensitive);
        if script::is_pattern(self.mode, entry, key) {
            return self.pattern(key, exact);
        }
        let key = key.trim();
        let whole = decorators.whole_words.or(entry.match_whole_words).unwrap_or(self.defaults.whole_words);
        // Of several words the spaces between them are bounds enough.
        let whole = whole && !key.contains(char::is_whitespace);
        if crate::macros::has_macros(key) {
            self.dynamic.push(Literal { text: key.to_owned(), exact, whole });
            return KeyRef::Dynamic(u32::try_from(self.dynamic.len() - 1).unwrap_or(u32::MAX));
        }
        let text = spelled(key, exact, self.mode);
        if text.is_empty() {
            return KeyRef::Bad;
        }
        let next = u32::try_from(self.literals.len()).unwrap_or(u32::MAX);
        KeyRef::Literal(*self.literals.entry(Literal { text, exact, whole }).or_insert(next))
    }

    fn pattern(&mut self, key: &str, exact: bool) -> KeyRef {
        let name = (key.to_owned(), exact);
        if let Some(known) = self.patterns.get(&name) {
            return *known;
        }
        let found = match script::compile(key, exact) {
            Ok(compiled) => {
                self.compiled.push(compiled);
                KeyRef::Pattern(u32::try_from(self.compiled.len() - 1).unwrap_or(u32::MAX))
            }
            Err(script::Untranslatable) => KeyRef::Bad,
        };
        self.patterns.insert(name, found);
        found
    }
}

/// A key as it stands in the text that is searched for it.
pub(super) fn spelled(key: &str, exact: bool, mode: LoreMode) -> String {
    let key = if exact { key.to_owned() } else { fold(key) };
    if mode == LoreMode::Risu { squeezed(&key) } else { key }
}

impl Compiled {
    /// A book made ready.
    #[must_use]
    pub fn new(book: Book, defaults: MatchDefaults) -> Self {
        let mut keys = Keys {
            mode: book.mode,
            defaults,
            literals: HashMap::new(),
            patterns: HashMap::new(),
            compiled: Vec::new(),
            dynamic: Vec::new(),
        };
        let ready = book.entries.iter().map(|entry| make_ready(entry, &mut keys)).collect();
        let mut literals: Vec<(Literal, u32)> = keys.literals.into_iter().collect();
        literals.sort_unstable_by_key(|(_, id)| *id);
        let literals: Vec<Literal> = literals.into_iter().map(|(literal, _)| literal).collect();
        Self {
            folded: Automaton::of(&literals, false),
            exact: Automaton::of(&literals, true),
            literals,
            ready,
            patterns: keys.compiled,
            dynamic: keys.dynamic,
            book,
        }
    }

    /// The book.
    #[must_use]
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// Whether searching it may take longer than a task should that others wait for.
    #[must_use]
    pub fn is_costly(&self) -> bool {
        !self.patterns.is_empty() || self.book.entries.len() > 1_000
    }

    /// Its entries, each with what was made of it.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = (&Entry, &Ready)> {
        self.book.entries.iter().zip(&self.ready)
    }

    /// An entry, with what was made of it.
    #[must_use]
    pub fn entry(&self, index: usize) -> Option<(&Entry, &Ready)> {
        self.book.entries.get(index).zip(self.ready.get(index))
    }

    /// Tells which texts stand in `haystack`, each at its first place: in which message.
    pub(super) fn search(&self, haystack: &Haystack, mut found: impl FnMut(u32, u32)) {
        for (automaton, exact) in [(&self.folded, false), (&self.exact, true)] {
            let Some(machine) = &automaton.machine else { continue };
            let text = haystack.text(Variant { exact, squeezed: self.book.mode == LoreMode::Risu });
            let mut missing = automaton.literals.len();
            let mut seen = vec![false; missing];
            for hit in machine.find_overlapping_iter(text.text()) {
                let place = hit.pattern().as_usize();
                let Some((seen, id)) = seen.get_mut(place).zip(automaton.literals.get(place)) else { continue };
                let whole = self.literals.get(*id as usize).is_some_and(|literal| literal.whole);
                if *seen || (whole && !is_whole_word(text.text(), hit.start(), hit.end())) {
                    continue;
                }
                *seen = true;
                found(*id, text.message_at(hit.end()));
                missing -= 1;
                if missing == 0 {
                    break;
                }
            }
        }
    }
}

fn make_ready(entry: &Entry, keys: &mut Keys) -> Ready {
    let (decorators, content) = decorators::parse(&entry.content);
    let lists = decorators.additional_keys.iter();
    // An expression of V3 is whatever its author meant; what excludes it is then not asked for.
    let excludes = !(keys.mode == LoreMode::V3 && entry.use_regex);
    let excluded: &[String] = if excludes { &decorators.exclude_keys } else { &[] };
    Ready {
        content: content.to_owned(),
        hash: hash(entry),
        keys: keys.keys(entry, &decorators, &entry.keys),
        secondary: keys.keys(entry, &decorators, &entry.secondary_keys),
        additional: lists.map(|list| keys.keys(entry, &decorators, list)).collect(),
        excluded: keys.keys(entry, &decorators, excluded),
        excluded_all: keys.keys(entry, &decorators, &decorators.exclude_keys_all),
        decorators,
    }
}

/// What an entry is, in a number that is the same on every machine (FNV-1a).
fn hash(entry: &Entry) -> u64 {
    let parts = [&entry.content].into_iter().chain(&entry.keys).chain(&entry.secondary_keys);
    parts.fold(0xcbf2_9ce4_8422_2325, |hash, part| {
        part.bytes().chain([0xff]).fold(hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
    })
}
