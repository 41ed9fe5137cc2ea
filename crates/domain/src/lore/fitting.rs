//! Makes a book fit that somebody else wrote: what is too long is cut, what is too much left out, so that a card never has to be
//! refused for its book. Fitting the same book gives the same one, whenever it is done.

use std::collections::HashSet;

use super::book::{Book, CharacterFilter, Entry};
use super::script::is_pattern;
use crate::limits;

/// A book within its bounds, and what that took.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fitted {
    /// The book.
    pub book: Book,
    /// Whether a text was cut or cleaned, a key left out, or a number brought into its bounds.
    pub is_cut: bool,
    /// Whether entries at its end were left out.
    pub is_shortened: bool,
}

/// The book as it can be kept.
#[must_use]
pub fn fitted(mut book: Book) -> Fitted {
    let given = book.entries.len();
    let mut fitting = Fitting { is_cut: false, patterns: limits::LORE_PATTERNS };
    // Of two with one number the first counts.
    let mut seen = HashSet::new();
    book.entries.retain(|entry| seen.insert(entry.uid));
    book.entries.truncate(limits::LORE_ENTRIES);
    let mode = book.mode;
    for entry in &mut book.entries {
        fitting.entry(entry);
        let mut keys = std::mem::take(&mut entry.keys);
        let mut secondary = std::mem::take(&mut entry.secondary_keys);
        for keys in [&mut keys, &mut secondary] {
            keys.retain(|key| !is_pattern(mode, entry, key) || fitting.takes_pattern());
        }
        (entry.keys, entry.secondary_keys) = (keys, secondary);
    }
    fitting.line(&mut book.name, limits::LORE_NAME);
    fitting.text(&mut book.description, limits::LORE_DESCRIPTION);
    if let Some(depth) = &mut book.scan_depth {
        fitting.number(depth, limits::LORE_DEPTH);
    }
    if let Some(budget) = &mut book.token_budget {
        fitting.number(budget, limits::LORE_BUDGET);
    }
    let mut left = limits::LORE_BYTES.saturating_sub(bytes(&Book { entries: Vec::new(), ..book.clone() }));
    let fitting_entries = book.entries.iter().take_while(|entry| {
        // With the comma between them.
        let rest = left.checked_sub(bytes(entry) + 1);
        left = rest.unwrap_or(0);
        rest.is_some()
    });
    let fits = fitting_entries.count();
    book.entries.truncate(fits);
    let is_shortened = book.entries.len() < given;
    Fitted { is_cut: fitting.is_cut, is_shortened, book }
}

fn bytes<T: serde::Serialize>(value: &T) -> usize {
    serde_json::to_vec(value).map_or(usize::MAX / 2, |json| json.len())
}

struct Fitting {
    is_cut: bool,
    patterns: usize,
}

impl Fitting {
    fn entry(&mut self, entry: &mut Entry) {
        self.line(&mut entry.name, limits::LORE_NAME);
        self.text(&mut entry.comment, limits::LORE_DESCRIPTION);
        self.text(&mut entry.content, limits::LORE_CONTENT);
        self.line(&mut entry.outlet, limits::LORE_NAME);
        self.line(&mut entry.group, limits::LORE_NAME);
        let CharacterFilter { names, tags, .. } = &mut entry.filter;
        for keys in [&mut entry.keys, &mut entry.secondary_keys, names, tags] {
            self.keys(keys);
        }
        if let Some(depth) = &mut entry.scan_depth {
            self.number(depth, limits::LORE_DEPTH);
        }
        self.number(&mut entry.depth, limits::LORE_DEPTH);
        self.number(&mut entry.delay_until_recursion, limits::LORE_DEPTH);
        self.number(&mut entry.group_weight, 1_000_000);
        for number in [&mut entry.sticky, &mut entry.cooldown, &mut entry.delay] {
            self.number(number, limits::LORE_MESSAGES);
        }
        entry.probability = entry.probability.min(100);
    }

    fn takes_pattern(&mut self) -> bool {
        let rest = self.patterns.checked_sub(1);
        self.patterns = rest.unwrap_or(0);
        self.is_cut |= rest.is_none();
        rest.is_some()
    }

    fn number(&mut self, number: &mut u32, most: u32) {
        self.is_cut |= *number > most;
        *number = (*number).min(most);
    }

    fn line(&mut self, text: &mut String, most: usize) {
        if text.contains(char::is_control) {
            *text = text.replace(char::is_control, " ");
        }
        self.cut(text, most);
        let trimmed = text.trim();
        if trimmed.len() != text.len() {
            *text = trimmed.to_owned();
        }
    }

    fn text(&mut self, text: &mut String, most: usize) {
        let unshown = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        if text.contains(unshown) {
            text.retain(|c| !unshown(c));
            self.is_cut = true;
        }
        self.cut(text, most);
    }

    fn cut(&mut self, text: &mut String, most: usize) {
        if let Some((end, _)) = text.char_indices().nth(most) {
            text.truncate(end);
            self.is_cut = true;
        }
    }

    /// Half a key would be found where the whole is not: one that is too long goes.
    fn keys(&mut self, keys: &mut Vec<String>) {
        keys.retain(|key| !key.trim().is_empty());
        let given = keys.len();
        let unshown = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        keys.retain(|key| !key.contains(unshown) && key.chars().nth(limits::LORE_KEY).is_none());
        keys.truncate(limits::LORE_KEYS);
        self.is_cut |= keys.len() < given;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::lore::book::LoreMode;

    #[test]
    fn whatever_was_written_fits_and_stays_what_it_was_where_it_fits() {
        let long = "字\u{0}".repeat(limits::LORE_CONTENT + 1);
        let wild = Entry {
            name: format!(" {long}\n"),
            comment: long.clone(),
            content: long.clone(),
            keys: vec![long.clone(), " ".into(), "a\u{0}".into(), "海".into()],
            secondary_keys: (0..300).map(|n| format!("/x{n}/")).collect(),
            filter: CharacterFilter { is_exclude: true, names: vec![long.clone()], tags: vec![] },
            scan_depth: Some(u32::MAX),
            depth: u32::MAX,
            group_weight: u32::MAX,
            sticky: u32::MAX,
            probability: 255,
            ..Entry::new(0)
        };
        let others = (0..5_000).map(|uid| Entry { uid, sticky: u32::MAX, ..Entry::new(0) });
        let entries = std::iter::once(wild).chain(others).collect();
        let fitted =
            fitted(Book { name: long, mode: LoreMode::V3, token_budget: Some(u32::MAX), entries, ..Book::default() });
        assert!(fitted.is_cut && fitted.is_shortened);
        assert_eq!(fitted.book.clone().checked(), Ok(fitted.book.clone()), "nothing is left to refuse or trim");
        assert!(bytes(&fitted.book) <= limits::LORE_BYTES);
        assert_eq!(fitted.book.entries[0].keys, ["海"]);
        let again = super::fitted(fitted.book.clone());
        assert_eq!((again.book, again.is_cut, again.is_shortened), (fitted.book, false, false));
    }

    #[test]
    fn a_book_that_fits_is_left_alone() {
        let book = super::super::reading::read(&json!({"name": "Sea", "entries": [
            {"keys": ["a", "/b/i"], "content": "@@depth 3\nX", "extensions": {"x": 1}, "enabled": true, "insertion_order": 1}
        ]}));
        let book = book.unwrap();
        assert_eq!(fitted(book.clone()), Fitted { book, is_cut: false, is_shortened: false });
    }
}
