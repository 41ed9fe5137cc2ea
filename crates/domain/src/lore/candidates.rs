//! The entries of the books at hand, in the order in which they are asked, and what each is by its settings and decorators.

use super::activation::{LoreSource, LoreStrategy, Place, Scan};
use super::book::{Entry, LoreMode, LorePosition};
use super::decorators::{DecoratedSlot, Decorators};
use super::matching::Ready;
use super::timed::{Phase, is_timed, phase};
use crate::limits;

/// An entry that may fire.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate<'a> {
    /// Of which book, by its place.
    pub(super) shelf: usize,
    /// Which entry, by its place in the book.
    pub(super) index: usize,
    pub(super) entry: &'a Entry,
    pub(super) ready: &'a Ready,
    pub(super) mode: LoreMode,
    /// Whether it is woken by what others say.
    pub(super) recursive: bool,
    pub(super) phase: Phase,
}

/// All entries, in the order in which they are asked: by source, then the most important first.
pub(super) fn candidates<'a>(scan: &Scan<'a>) -> Vec<Candidate<'a>> {
    let mut all = Vec::new();
    for (place, shelf) in scan.books.iter().enumerate() {
        let book = shelf.book.book();
        let recursive = match book.mode {
            LoreMode::St => scan.settings.recursive,
            LoreMode::Risu => book.recursive_scanning.unwrap_or(true),
            LoreMode::V3 => book.recursive_scanning.unwrap_or(false),
        };
        for (index, (entry, ready)) in shelf.book.entries().enumerate() {
            let fired = scan.state.find(shelf.id, entry.uid, ready.hash);
            let phase = fired.map_or(Phase::Free, |fired| phase(entry, &ready.decorators, fired, scan.length));
            all.push(Candidate { shelf: place, index, entry, ready, mode: book.mode, recursive, phase });
        }
    }
    all.sort_by_key(|candidate| {
        let source = scan.books.get(candidate.shelf).map_or(LoreSource::Global, |shelf| shelf.source);
        (rank(source, scan.settings.strategy), std::cmp::Reverse(candidate.importance()))
    });
    all
}

fn rank(source: LoreSource, strategy: LoreStrategy) -> u8 {
    match (source, strategy) {
        (LoreSource::Session, _) => 0,
        (LoreSource::Person, _) => 1,
        (LoreSource::Global, LoreStrategy::CharacterFirst) | (LoreSource::Character, LoreStrategy::GlobalFirst) => 3,
        _ => 2,
    }
}

/// How far back is searched at most.
pub(super) fn deepest(scan: &Scan<'_>, candidates: &[Candidate<'_>]) -> u32 {
    let wanted = candidates.iter().map(|candidate| candidate.depth(scan, 0)).max().unwrap_or(0);
    let further = match (scan.settings.min_activations, scan.settings.min_activations_depth) {
        (0, _) => 0,
        (_, 0) => limits::LORE_DEPTH,
        (_, depth) => depth,
    };
    wanted.max(further)
}

impl Candidate<'_> {
    pub(super) fn decorators(&self) -> &Decorators {
        &self.ready.decorators
    }

    /// What stays longest when the budget is over.
    pub(super) fn importance(&self) -> i32 {
        let priority = self.decorators().priority.or(self.entry.priority);
        match self.mode {
            LoreMode::St => self.entry.insertion_order,
            LoreMode::Risu | LoreMode::V3 => priority.unwrap_or(self.entry.insertion_order),
        }
    }

    /// In how many messages its keys are searched for.
    pub(super) fn depth(&self, scan: &Scan<'_>, skew: u32) -> u32 {
        let own = self.decorators().scan_depth.or(self.entry.scan_depth);
        let of_book = || {
            let book = scan.books.get(self.shelf).map(|shelf| shelf.book.book());
            book.filter(|book| book.mode != LoreMode::St).and_then(|book| book.scan_depth)
        };
        let depth = own.unwrap_or_else(|| of_book().unwrap_or(scan.settings.scan_depth) + skew);
        depth.min(limits::LORE_DEPTH)
    }

    pub(super) fn is_sticky(&self) -> bool {
        self.phase == Phase::Sticky
    }

    pub(super) fn is_constant(&self) -> bool {
        self.entry.constant || self.decorators().activate
    }

    /// Whether what it says wakes others.
    pub(super) fn wakes(&self) -> bool {
        self.decorators().recursive.unwrap_or(self.recursive && !self.entry.prevent_recursion)
    }

    pub(super) fn sleeps_through(&self) -> bool {
        self.entry.exclude_recursion || self.decorators().no_recursive_search
    }

    pub(super) fn probability(&self) -> u8 {
        let own = if self.entry.use_probability { self.entry.probability } else { 100 };
        self.decorators().probability.unwrap_or(own)
    }

    pub(super) fn place(&self) -> Place {
        let decorators = self.decorators();
        let role = decorators.role.unwrap_or(self.entry.role);
        match (decorators.slot, decorators.depth, decorators.reverse_depth) {
            (Some(DecoratedSlot::Scenario), ..) => Place::Scenario,
            (Some(_), ..) => Place::At(decorators.position().unwrap_or_default()),
            (None, Some(depth), _) => Place::Depth(depth.min(limits::LORE_DEPTH), role),
            (None, None, Some(depth)) => Place::FromStart(depth, role),
            (None, None, None) => match self.entry.position {
                LorePosition::AtDepth => Place::Depth(self.entry.depth, role),
                LorePosition::Outlet => Place::Outlet(self.entry.outlet.trim().to_owned()),
                position => Place::At(position),
            },
        }
    }

    /// Whether it fires before every reply, and so never changes what stands after it.
    pub(super) fn is_steady(&self) -> bool {
        let (entry, decorators) = (self.entry, self.decorators());
        self.is_constant()
            && self.probability() == 100
            && entry.group.trim().is_empty()
            && entry.delay == 0
            && entry.delay_until_recursion == 0
            && !is_timed(entry, decorators)
            && decorators.only_after.is_none()
            && decorators.only_every.is_none()
    }
}
