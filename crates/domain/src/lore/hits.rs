//! Which keys were found, and where: in what was said, in what is told besides, and in what other entries say.

use std::collections::HashMap;

use super::activation::{Scan, Shelf};
use super::book::{Entry, LoreMode, ScanSource};
use super::matching::{KeyRef, Literal, spelled};
use super::text::{Haystack, Variant, is_whole_word};
use crate::macros::Expander;

/// How many bytes of what was said a regular expression is shown.
const PATTERN_BYTES: usize = 64 * 1024;

/// What all regular expressions of a scan may cost, in bytes that the smallest of them reads.
const PATTERN_WORK: u64 = 16 * 1024 * 1024;

/// Whether a key was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hit {
    Yes,
    No,
    /// It cannot be searched for.
    Bad,
    /// Searching would have taken too long.
    TooCostly,
}

impl Hit {
    pub(super) fn is_yes(self) -> bool {
        self == Self::Yes
    }
}

/// Where a key is searched for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Within<'a> {
    /// In so many messages.
    pub(super) depth: u32,
    /// Also in what other entries say.
    pub(super) woken: bool,
    /// Also in these texts.
    pub(super) sources: &'a [ScanSource],
}

/// What was found of the texts of one book.
#[derive(Debug, Default)]
struct Found {
    /// In which message each stands first; `u32::MAX` is nowhere.
    nearest: Vec<u32>,
    /// In which of the other texts each stands, one bit for each.
    sources: Vec<u8>,
    /// Whether an entry says it.
    woken: Vec<bool>,
    /// Texts with macros, as they are now.
    dynamic: Vec<Literal>,
}

/// All that is searched in one scan, and what was found so far.
pub(super) struct Hits<'a> {
    shelves: &'a [Shelf<'a>],
    said: Haystack,
    sources: Vec<(ScanSource, Haystack)>,
    woken: Vec<Haystack>,
    found: Vec<Found>,
    patterns: HashMap<(usize, u32, u32), Hit>,
    work: u64,
}

impl<'a> Hits<'a> {
    /// Searches what was said as far back as `deepest`.
    pub(super) fn new(scan: &Scan<'a>, deepest: u32, expander: &mut Expander<'_>) -> Self {
        let newest = scan.messages.iter().rev().take(deepest as usize);
        let lines = newest.map(|line| match line.name {
            "" => line.text.to_owned(),
            name => format!("{name}: {}", line.text),
        });
        let said = Haystack::new(lines);
        let sources: Vec<(ScanSource, Haystack)> = scan
            .sources
            .iter()
            .filter(|(_, text)| !text.trim().is_empty())
            .map(|(source, text)| (*source, Haystack::new([(*text).to_owned()])))
            .collect();
        let mut found = Vec::with_capacity(scan.books.len());
        for shelf in scan.books {
            let count = shelf.book.literals.len();
            let mut of = Found { nearest: vec![u32::MAX; count], woken: vec![false; count], ..Found::default() };
            shelf.book.search(&said, |id, message| set(&mut of.nearest, id, message));
            let asks = shelf.book.entries().any(|(entry, _)| !entry.sources.is_empty());
            if asks {
                of.sources = vec![0; count];
                for (bit, (_, text)) in sources.iter().enumerate() {
                    shelf.book.search(text, |id, _| {
                        if let Some(bits) = of.sources.get_mut(id as usize) {
                            *bits |= 1 << bit;
                        }
                    });
                }
            }
            let mode = shelf.book.book().mode;
            let now = |literal: &Literal, text: &str| Literal {
                text: spelled(text.trim(), literal.exact, mode),
                ..literal.clone()
            };
            of.dynamic = shelf.book.dynamic.iter().map(|key| now(key, &expander.expand(&key.text).text)).collect();
            found.push(of);
        }
        Self {
            shelves: scan.books,
            said,
            sources,
            woken: Vec::new(),
            found,
            patterns: HashMap::new(),
            work: PATTERN_WORK,
        }
    }

    /// How many messages are searched at most.
    pub(super) fn messages(&self) -> u32 {
        self.said.len()
    }

    /// Searches what an entry says, too.
    pub(super) fn wake(&mut self, text: String) {
        let text = Haystack::new([text]);
        for (shelf, found) in self.shelves.iter().zip(&mut self.found) {
            shelf.book.search(&text, |id, _| set(&mut found.woken, id, true));
        }
        self.woken.push(text);
    }

    /// Whether a key of a book was found.
    pub(super) fn find(&mut self, shelf: usize, key: KeyRef, within: Within<'_>) -> Hit {
        match key {
            KeyRef::Bad => Hit::Bad,
            KeyRef::Literal(id) => self.literal(shelf, id, within),
            KeyRef::Dynamic(id) => self.dynamic(shelf, id, within),
            KeyRef::Pattern(id) => self.pattern(shelf, id, within),
        }
    }

    fn literal(&self, shelf: usize, id: u32, within: Within<'_>) -> Hit {
        let Some(found) = self.found.get(shelf) else { return Hit::No };
        let at = id as usize;
        let said = found.nearest.get(at).is_some_and(|message| *message < within.depth);
        let woken = within.woken && found.woken.get(at).copied().unwrap_or(false);
        let bits = found.sources.get(at).copied().unwrap_or(0);
        let beside = || {
            let mut bit = self.sources.iter().enumerate();
            bit.any(|(bit, (source, _))| bits & (1 << bit) != 0 && within.sources.contains(source))
        };
        if said || woken || beside() { Hit::Yes } else { Hit::No }
    }

    fn dynamic(&self, shelf: usize, id: u32, within: Within<'_>) -> Hit {
        let key = self.found.get(shelf).and_then(|found| found.dynamic.get(id as usize));
        let Some(key) = key.filter(|key| !key.text.is_empty()) else { return Hit::No };
        let squeezed = self.shelves.get(shelf).is_some_and(|shelf| shelf.book.book().mode == LoreMode::Risu);
        let variant = Variant { exact: key.exact, squeezed };
        let stands = |text: &str| {
            let mut places = text.match_indices(key.text.as_str());
            places.any(|(at, _)| !key.whole || is_whole_word(text, at, at + key.text.len()))
        };
        let beside = self.sources.iter().filter(|(source, _)| within.sources.contains(source)).map(|(_, text)| text);
        let woken = self.woken.iter().filter(|_| within.woken);
        let all = |haystack: &Haystack| stands(haystack.text(variant).text());
        let said = self.said.text(variant).newest(within.depth);
        if stands(said) || beside.chain(woken).any(all) { Hit::Yes } else { Hit::No }
    }

    fn pattern(&mut self, shelf: usize, id: u32, within: Within<'_>) -> Hit {
        const EXACT: Variant = Variant { exact: true, squeezed: false };
        let Some((regex, cost)) = self.shelves.get(shelf).and_then(|shelf| shelf.book.patterns.get(id as usize)) else {
            return Hit::Bad;
        };
        let depth = within.depth.min(self.said.len());
        let work = &mut self.work;
        let mut search = |text: &str| {
            let end = text.floor_char_boundary(PATTERN_BYTES.min(text.len()));
            let text = text.get(..end).unwrap_or_default();
            let needed = (text.len() as u64 + 64) * u64::from(*cost);
            match work.checked_sub(needed) {
                Some(left) => {
                    *work = left;
                    if regex.is_match(text) { Hit::Yes } else { Hit::No }
                }
                None => Hit::TooCostly,
            }
        };
        let said = self.said.text(EXACT).newest(depth);
        let mut hit = *self.patterns.entry((shelf, id, depth)).or_insert_with(|| search(said));
        let beside = self.sources.iter().filter(|(source, _)| within.sources.contains(source)).map(|(_, text)| text);
        let woken = self.woken.iter().filter(|_| within.woken);
        for haystack in beside.chain(woken) {
            if hit.is_yes() {
                break;
            }
            hit = match search(haystack.text(EXACT).text()) {
                Hit::No => hit,
                other => other,
            };
        }
        hit
    }

    /// Whether any of these keys was found, and which is the first.
    pub(super) fn any(&mut self, shelf: usize, keys: &[KeyRef], within: Within<'_>) -> Result<usize, Hit> {
        let mut worst = Hit::No;
        for (index, key) in keys.iter().enumerate() {
            match self.find(shelf, *key, within) {
                Hit::Yes => return Ok(index),
                Hit::No => {}
                other => worst = other,
            }
        }
        Err(worst)
    }

    /// How many of these keys were found.
    pub(super) fn count(&mut self, shelf: usize, keys: &[KeyRef], within: Within<'_>) -> usize {
        keys.iter().filter(|key| self.find(shelf, **key, within).is_yes()).count()
    }

    /// How many keys of an entry were found, as groups count them.
    pub(super) fn score(&mut self, shelf: usize, index: usize, within: Within<'_>) -> usize {
        use super::book::SelectiveLogic::{AndAll, AndAny};
        let Some((entry, ready)) = self.shelves.get(shelf).and_then(|shelf| shelf.book.entry(index)) else { return 0 };
        let primary = self.count(shelf, &ready.keys, within);
        if primary == 0 || !counts_secondary(entry) {
            return primary;
        }
        let secondary = self.count(shelf, &ready.secondary, within);
        match entry.logic {
            AndAny => primary + secondary,
            AndAll if secondary == ready.secondary.len() => primary + secondary,
            _ => primary,
        }
    }
}

/// Whether the secondary keys of an entry count.
pub(super) fn counts_secondary(entry: &Entry) -> bool {
    entry.selective && !entry.secondary_keys.is_empty()
}

fn set<T>(values: &mut [T], id: u32, value: T) {
    if let Some(slot) = values.get_mut(id as usize) {
        *slot = value;
    }
}
