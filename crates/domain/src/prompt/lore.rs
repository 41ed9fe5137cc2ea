//! What lorebooks say, in the places of a prompt: what always holds with the stable parts, what the talk has come to before the
//! question, and what wants a depth of its own in the history.

use std::collections::BTreeMap;

use super::{PromptRole, Spoken, TEMPLATE_TOKENS};
use crate::ids::LorebookId;
use crate::lore::activation::{Fired, Place};
use crate::lore::book::LorePosition;
use crate::lore::decorators::UiPrompt;

/// The largest share of what the character leaves free that lore may take: one in so many.
const LORE_SHARE: u32 = 2;

/// A place among the stable parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    BeforeChar,
    AfterChar,
    Scenario,
    ExamplesTop,
    ExamplesBottom,
}

/// Where an entry comes to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stand {
    Stable(Slot),
    /// Before the question.
    Late,
    /// So many messages from the end, or from the beginning.
    Deep,
    Outlet,
}

fn stand(fired: &Fired) -> Stand {
    let slot = match &fired.place {
        Place::Depth(..) | Place::FromStart(..) => return Stand::Deep,
        Place::Outlet(_) => return Stand::Outlet,
        Place::Scenario => Slot::Scenario,
        Place::At(LorePosition::BeforeChar) => Slot::BeforeChar,
        Place::At(LorePosition::AfterChar) => Slot::AfterChar,
        Place::At(LorePosition::ExamplesTop) => Slot::ExamplesTop,
        Place::At(LorePosition::ExamplesBottom) => Slot::ExamplesBottom,
        // Notes of an author stand near the end, whatever they say.
        Place::At(_) => return Stand::Late,
    };
    if fired.is_stable { Stand::Stable(slot) } else { Stand::Late }
}

/// The lore of a prompt.
pub(super) struct Lore<'a> {
    /// The entries, each with where it stands, and whether it is told.
    entries: Vec<(&'a Fired, Stand, bool)>,
}

impl<'a> Lore<'a> {
    /// These entries.
    pub(super) fn of(fired: &'a [Fired]) -> Self {
        Self { entries: fired.iter().map(|fired| (fired, stand(fired), true)).collect() }
    }

    /// None of these entries.
    pub(super) fn none(fired: &'a [Fired]) -> Self {
        Self { entries: fired.iter().map(|fired| (fired, stand(fired), false)).collect() }
    }

    /// What stands at the outlets: part of the texts that ask for it, and counted there.
    pub(super) fn outlets(&self) -> BTreeMap<String, String> {
        let mut outlets: BTreeMap<String, String> = BTreeMap::new();
        for (fired, _, is_told) in &self.entries {
            if let (Place::Outlet(name), true) = (&fired.place, is_told) {
                let text = outlets.entry(name.clone()).or_default();
                if !text.is_empty() {
                    text.push('\n');
                }
                text.push_str(&fired.text);
            }
        }
        outlets
    }

    /// Leaves out what has no room beside `free` tokens, what always holds last; the tokens of the rest.
    pub(super) fn fit(&mut self, free: u32, count: &dyn Fn(&str) -> u32) -> u32 {
        let mut left = free / LORE_SHARE;
        let mut used = 0;
        let mut has_late = false;
        let is_first = |stand: &Stand| matches!(stand, Stand::Stable(_));
        for stable in [true, false] {
            // The higher the order, the longer it stays.
            for (fired, stand, is_told) in self.entries.iter_mut().rev() {
                if !*is_told || *stand == Stand::Outlet || is_first(stand) != stable {
                    continue;
                }
                let message = match stand {
                    Stand::Deep => TEMPLATE_TOKENS,
                    Stand::Late if !has_late => TEMPLATE_TOKENS,
                    _ => 2,
                };
                let tokens = count(&fired.text) + message;
                match left.checked_sub(tokens) {
                    Some(rest) => {
                        left = rest;
                        used += tokens;
                        has_late |= *stand == Stand::Late;
                    }
                    None => *is_told = false,
                }
            }
        }
        used
    }

    /// Whether an entry stands in for a prompt.
    pub(super) fn disables(&self, prompt: UiPrompt) -> bool {
        self.entries.iter().any(|(fired, _, is_told)| *is_told && fired.disables == Some(prompt))
    }

    /// The entries that are not told.
    pub(super) fn left_out(&self) -> Vec<(LorebookId, u32)> {
        self.entries.iter().filter(|(_, _, is_told)| !is_told).map(|(fired, ..)| (fired.book, fired.uid)).collect()
    }

    fn told(&self, wanted: Stand) -> impl Iterator<Item = &'a Fired> {
        self.entries.iter().filter(move |(_, stand, is_told)| *is_told && *stand == wanted).map(|(fired, ..)| *fired)
    }

    /// What always holds, at a place.
    pub(super) fn stable(&self, slot: Slot) -> impl Iterator<Item = &'a str> {
        self.told(Stand::Stable(slot)).map(|fired| fired.text.as_str())
    }

    /// What stands before the question.
    pub(super) fn late(&self) -> impl Iterator<Item = &'a str> {
        self.told(Stand::Late).map(|fired| fired.text.as_str())
    }

    /// What wants a depth of its own: before which message of the prompt, and by whom.
    pub(super) fn deep(&self, window: &[&Spoken]) -> Vec<(usize, PromptRole, String)> {
        let first = window.first().map_or(0, |message| message.depth);
        let mut deep: Vec<(usize, PromptRole, String)> = Vec::new();
        for fired in self.told(Stand::Deep) {
            let (at, role) = match &fired.place {
                Place::Depth(depth, role) => (window.len().saturating_sub(*depth as usize), *role),
                Place::FromStart(depth, role) => (depth.saturating_sub(first) as usize, *role),
                _ => continue,
            };
            // The instructions stand first.
            let at = at.min(window.len()) + 1;
            match deep.iter_mut().find(|(other, by, _)| (*other, *by) == (at, role)) {
                Some((_, _, text)) => *text = format!("{text}\n{}", fired.text),
                None => deep.push((at, role, fired.text.clone())),
            }
        }
        deep
    }
}
