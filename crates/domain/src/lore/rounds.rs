//! The rounds of a scan: what was said, then what entries say that fired, then, where too few did, further back.

use std::collections::{BTreeSet, HashSet};

use super::activation::{Activation, Fired, Scan, chance};
use super::book::{LoreMode, SelectiveLogic};
use super::candidates::{Candidate, candidates, deepest};
use super::explain::{LoreReason, Verdict};
use super::groups::{self, Firing};
use super::hits::{Hit, Hits, Within, counts_secondary};
use super::timed::{FiredAt, LoreState, Phase, is_timed};
use crate::ids::LorebookId;
use crate::macros::Expander;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Initial,
    Recursion,
    MinActivations,
}

/// Whether keys, and nothing else, kept an entry from firing.
fn is_by_keys_alone(reason: LoreReason) -> bool {
    matches!(reason, LoreReason::NoKey | LoreReason::BadPattern | LoreReason::TooCostly | LoreReason::Secondary)
}

fn verdict(scan: &Scan<'_>, candidate: &Candidate<'_>) -> Verdict {
    let book = scan.books.get(candidate.shelf).map_or(LorebookId(uuid::Uuid::nil()), |shelf| shelf.id);
    Verdict { book, uid: candidate.entry.uid, reason: LoreReason::NoKey, key: None, round: 0, tokens: 0 }
}

/// A scan while it runs.
pub(super) struct Run<'a, 'b> {
    scan: &'b Scan<'a>,
    hits: Hits<'a>,
    candidates: Vec<Candidate<'a>>,
    verdicts: Vec<Verdict>,
    /// What those say that fire.
    texts: Vec<Option<(String, bool)>>,
    /// Those whom chance or the budget put out.
    failed: HashSet<usize>,
    round: u32,
    tokens: u32,
    by_book: Vec<u32>,
    /// Whether an entry did not fit after which nothing more is tried.
    is_over: bool,
    /// How much further back is searched than at first.
    skew: u32,
    /// Up to which level those fire that wait for recursion.
    level: u32,
}

impl<'a, 'b> Run<'a, 'b> {
    /// A scan that has not begun.
    pub(super) fn new(scan: &'b Scan<'a>, expander: &mut Expander<'_>) -> Self {
        let candidates = candidates(scan);
        Self {
            scan,
            hits: Hits::new(scan, deepest(scan, &candidates), expander),
            verdicts: candidates.iter().map(|candidate| verdict(scan, candidate)).collect(),
            texts: candidates.iter().map(|_| None).collect(),
            candidates,
            failed: HashSet::new(),
            round: 0,
            tokens: 0,
            by_book: vec![0; scan.books.len()],
            is_over: false,
            skew: 0,
            level: 0,
        }
    }
}

impl<'a> Run<'a, '_> {
    /// Goes through the rounds.
    pub(super) fn rounds(&mut self, expander: &mut Expander<'_>, count: &dyn Fn(&str) -> u32) {
        let levels = self.candidates.iter().map(|candidate| candidate.entry.delay_until_recursion);
        let mut levels: BTreeSet<u32> = levels.filter(|level| *level > 0).collect();
        self.level = levels.pop_first().unwrap_or(0);
        let mut state = State::Initial;
        loop {
            self.round += 1;
            let woke = self.round_of(state, expander, count);
            state = if woke && !self.is_over {
                State::Recursion
            } else if self.goes_further() {
                self.skew += 1;
                State::MinActivations
            } else if let Some(level) = levels.pop_first() {
                self.level = level;
                State::Recursion
            } else {
                break;
            };
        }
    }

    /// Whether too few fire, and there is more to search.
    fn goes_further(&self) -> bool {
        let settings = &self.scan.settings;
        let active = self.texts.iter().flatten().count();
        let depth = settings.scan_depth + self.skew + 1;
        let bound = settings.min_activations_depth;
        !self.is_over
            && active < settings.min_activations as usize
            && depth <= self.hits.messages()
            && (bound == 0 || depth <= bound)
    }

    /// One round; whether something fired that wakes others.
    fn round_of(&mut self, state: State, expander: &mut Expander<'_>, count: &dyn Fn(&str) -> u32) -> bool {
        let mut firing = self.firing(state);
        // What always fires comes first, then what stays: a key never drives them out.
        firing.sort_by_key(|one| {
            let class = if one.candidate.is_constant() { 0 } else { 2 - u8::from(one.is_sticky) };
            (one.candidate.decorators().ignore_on_max_context, class)
        });
        let taken: HashSet<String> = (self.texts.iter().zip(&self.candidates))
            .filter(|(text, _)| text.is_some())
            .flat_map(|(_, candidate)| groups::names(&candidate.entry.group))
            .map(str::to_owned)
            .collect();
        let scoring = self.scan.settings.group_scoring;
        let lost = groups::losers(&firing, |name| taken.contains(name), scoring, &mut self.hits, self.scan.seed);
        let mut woke = Vec::new();
        for (one, lost) in firing.iter().zip(lost) {
            if lost {
                self.note(one.index, LoreReason::LostGroup);
            } else if !self.chance_is_for(one) {
                self.failed.insert(one.index);
                self.note(one.index, LoreReason::RolledOut);
            } else if let Some(text) = self.admit(one, expander, count) {
                woke.extend(text);
            }
        }
        let any = !woke.is_empty();
        for text in woke {
            self.hits.wake(text);
        }
        any
    }

    /// Those that would fire.
    fn firing(&mut self, state: State) -> Vec<Firing<'a>> {
        let mut firing = Vec::new();
        for index in 0..self.candidates.len() {
            let Some(candidate) = self.candidates.get(index).copied() else { continue };
            if self.texts.get(index).is_some_and(Option::is_some) || self.failed.contains(&index) {
                continue;
            }
            let within = Within {
                depth: candidate.depth(self.scan, self.skew),
                woken: state != State::MinActivations
                    && (candidate.recursive || candidate.entry.delay_until_recursion > 0),
                sources: &candidate.entry.sources,
            };
            match self.consider(&candidate, state, within) {
                Ok((reason, key)) => {
                    if let Some(verdict) = self.verdicts.get_mut(index) {
                        *verdict = Verdict { reason, key, round: self.round, ..*verdict };
                    }
                    firing.push(Firing { index, candidate, is_sticky: candidate.is_sticky(), within });
                }
                Err(Some(reason)) => self.note(index, reason),
                Err(None) => {}
            }
        }
        firing
    }

    /// Why a candidate fires now, and by which key; or why it does not, unless that is known from an earlier round.
    fn consider(
        &mut self,
        candidate: &Candidate<'a>,
        state: State,
        within: Within<'_>,
    ) -> Result<(LoreReason, Option<u32>), Option<LoreReason>> {
        let (entry, decorators) = (candidate.entry, candidate.decorators());
        if let Some(reason) = self.forbids(candidate) {
            return Err(Some(reason));
        }
        let sticky = candidate.is_sticky();
        let waits = state != State::Recursion || entry.delay_until_recursion > self.level;
        if entry.delay_until_recursion > 0 && waits && !sticky {
            return Err(Some(LoreReason::WaitsForRecursion));
        }
        if state == State::Recursion && candidate.sleeps_through() && !sticky {
            return Err(None);
        }
        if decorators.activate {
            return Ok((LoreReason::Activated, None));
        }
        if decorators.dont_activate {
            return Err(Some(LoreReason::Deactivated));
        }
        if entry.constant {
            return Ok((LoreReason::Constant, None));
        }
        match candidate.phase {
            Phase::Sticky => return Ok((LoreReason::Sticky, None)),
            Phase::On => return Ok((LoreReason::Kept, None)),
            _ => {}
        }
        let missed = match self.by_keys(candidate, within) {
            Ok(key) => return Ok((LoreReason::Key, u32::try_from(key).ok())),
            Err(missed) => missed,
        };
        if entry.vectorized && is_by_keys_alone(missed) {
            return self.by_meaning(candidate, within).map(|()| (LoreReason::Near, None)).map_err(Some);
        }
        Err(Some(missed))
    }

    /// Whether a candidate is near in meaning, and nothing that decorators want speaks against it.
    fn by_meaning(&mut self, candidate: &Candidate<'a>, within: Within<'_>) -> Result<(), LoreReason> {
        let near = self.scan.near.ok_or(LoreReason::NoVectors)?;
        let book = self.scan.books.get(candidate.shelf).map(|shelf| shelf.id).ok_or(LoreReason::Far)?;
        if !near.contains(&(book, candidate.entry.uid)) {
            return Err(LoreReason::Far);
        }
        self.further(candidate, within)
    }

    /// What keeps a candidate from firing whatever is found.
    fn forbids(&self, candidate: &Candidate<'_>) -> Option<LoreReason> {
        let (entry, decorators, scan) = (candidate.entry, candidate.decorators(), self.scan);
        // `RisuAI` counts every message.
        let messages = if candidate.mode == LoreMode::Risu { scan.length } else { scan.own_messages };
        if !entry.enabled {
            Some(LoreReason::Disabled)
        } else if !entry.filter.admits(scan.character, scan.tags) {
            Some(LoreReason::OtherCharacter)
        } else if !entry.triggers.is_empty() && !entry.triggers.iter().any(|one| scan.triggers.contains(one)) {
            Some(LoreReason::OtherTrigger)
        } else if scan.length < entry.delay {
            Some(LoreReason::Delayed)
        } else if candidate.phase == Phase::Resting {
            Some(LoreReason::CoolingDown)
        } else if candidate.phase == Phase::Off {
            Some(LoreReason::Spent)
        } else if decorators.only_after.is_some_and(|after| messages < after)
            || decorators.only_every.is_some_and(|every| !messages.is_multiple_of(every))
        {
            Some(LoreReason::OtherMessage)
        } else if decorators.is_greeting.is_some_and(|greeting| scan.greeting != Some(greeting)) {
            Some(LoreReason::OtherGreeting)
        } else {
            None
        }
    }

    /// Which key makes a candidate fire, or why none does.
    fn by_keys(&mut self, candidate: &Candidate<'a>, within: Within<'_>) -> Result<usize, LoreReason> {
        let (shelf, ready, entry) = (candidate.shelf, candidate.ready, candidate.entry);
        let key = self.hits.any(shelf, &ready.keys, within).map_err(|worst| match worst {
            Hit::Bad => LoreReason::BadPattern,
            Hit::TooCostly => LoreReason::TooCostly,
            _ => LoreReason::NoKey,
        })?;
        if counts_secondary(entry) {
            let found = self.hits.count(shelf, &ready.secondary, within);
            let all = found == ready.secondary.len();
            let holds = match entry.logic {
                SelectiveLogic::AndAny => found > 0,
                SelectiveLogic::NotAll => !all,
                SelectiveLogic::NotAny => found == 0,
                SelectiveLogic::AndAll => all,
            };
            if !holds {
                return Err(LoreReason::Secondary);
            }
        }
        self.further(candidate, within).map(|()| key)
    }

    /// What decorators want besides: one of these keys, none of those.
    fn further(&mut self, candidate: &Candidate<'a>, within: Within<'_>) -> Result<(), LoreReason> {
        let (shelf, ready) = (candidate.shelf, candidate.ready);
        for list in &ready.additional {
            self.hits.any(shelf, list, within).map_err(|_| LoreReason::AdditionalKeys)?;
        }
        let excluded = self.hits.any(shelf, &ready.excluded, within).is_ok();
        let all = !ready.excluded_all.is_empty()
            && self.hits.count(shelf, &ready.excluded_all, within) == ready.excluded_all.len();
        if excluded || all { Err(LoreReason::ExcludedKey) } else { Ok(()) }
    }

    fn chance_is_for(&self, one: &Firing<'_>) -> bool {
        let probability = one.candidate.probability();
        if probability >= 100 || one.is_sticky {
            return true;
        }
        let book = self.verdicts.get(one.index).map(|verdict| verdict.book.0.into_bytes()).unwrap_or_default();
        let asked = chance(self.scan.seed, &book, one.candidate.entry.uid).below(100);
        asked < u64::from(probability)
    }

    /// Lets an entry in, if there is room: what it says to others.
    fn admit(
        &mut self,
        one: &Firing<'a>,
        expander: &mut Expander<'_>,
        count: &dyn Fn(&str) -> u32,
    ) -> Option<Option<String>> {
        let candidate = &one.candidate;
        let book = self.verdicts.get(one.index).map_or(0, |verdict| verdict.book.0.as_u64_pair().1);
        let said = expander.expand_at(&candidate.ready.content, book ^ u64::from(candidate.entry.uid));
        let tokens = if said.text.trim().is_empty() { 0 } else { count(&said.text) + 1 };
        let used = self.by_book.get(candidate.shelf).copied().unwrap_or(0);
        let own = self.scan.books.get(candidate.shelf).map(|shelf| shelf.book.book());
        let own = own.filter(|book| book.mode != LoreMode::St).and_then(|book| book.token_budget);
        let ignores = candidate.entry.ignore_budget;
        let is_full = self.tokens.saturating_add(tokens) >= self.scan.budget && tokens > 0;
        let is_book_full = own.is_some_and(|own| used.saturating_add(tokens) > own);
        if !ignores && (is_full || is_book_full || (self.is_over && candidate.mode == LoreMode::St)) {
            self.failed.insert(one.index);
            self.note(one.index, LoreReason::NoRoom);
            if let Some(verdict) = self.verdicts.get_mut(one.index) {
                verdict.tokens = tokens;
            }
            self.is_over |= is_full && candidate.mode == LoreMode::St;
            return None;
        }
        self.tokens = self.tokens.saturating_add(tokens);
        if let Some(used) = self.by_book.get_mut(candidate.shelf) {
            *used = used.saturating_add(tokens);
        }
        if let Some(verdict) = self.verdicts.get_mut(one.index) {
            verdict.tokens = tokens;
        }
        let wakes = candidate.wakes().then(|| {
            let hidden = said.hidden.join("\n");
            if hidden.is_empty() { said.text.clone() } else { format!("{}\n{hidden}", said.text) }
        });
        if let Some(slot) = self.texts.get_mut(one.index) {
            *slot = Some((said.text, candidate.is_steady() && !said.is_volatile));
        }
        Some(wakes)
    }

    fn note(&mut self, index: usize, reason: LoreReason) {
        let round = self.round;
        if let Some(verdict) = self.verdicts.get_mut(index) {
            // Which key was found stays known where something else was in the way.
            let key = verdict.key.filter(|_| reason.is_close());
            *verdict = Verdict { reason, key, round, ..*verdict };
        }
    }

    /// What was found.
    pub(super) fn finish(self) -> Activation {
        let length = self.scan.length;
        let mut fired = Vec::new();
        let mut state = LoreState::default();
        for ((candidate, verdict), text) in self.candidates.iter().zip(&self.verdicts).zip(self.texts) {
            let known = self.scan.state.find(verdict.book, verdict.uid, candidate.ready.hash);
            let at = FiredAt { book: verdict.book, uid: verdict.uid, hash: candidate.ready.hash, length };
            match (candidate.phase, known) {
                (Phase::Free, _) | (_, None) => {
                    if text.is_some() && is_timed(candidate.entry, candidate.decorators()) {
                        state.note(at);
                    }
                }
                (_, Some(since)) => state.note(FiredAt { length: since, ..at }),
            }
            if let Some((text, is_stable)) = text.filter(|(text, _)| !text.trim().is_empty()) {
                let (place, order) = (candidate.place(), candidate.entry.insertion_order);
                let disables = candidate.decorators().disables;
                let (book, uid, tokens) = (verdict.book, verdict.uid, verdict.tokens);
                fired.push((order, Fired { book, uid, place, text, tokens, is_stable, disables }));
            }
        }
        // The higher the order, the nearer to the end.
        fired.sort_by_key(|(order, _)| *order);
        let fired = fired.into_iter().map(|(_, fired)| fired).collect();
        // As the books have them, not as they were asked.
        let mut verdicts: Vec<(usize, usize, Verdict)> = (self.candidates.iter().zip(self.verdicts))
            .map(|(candidate, verdict)| (candidate.shelf, candidate.index, verdict))
            .collect();
        verdicts.sort_by_key(|(shelf, index, _)| (*shelf, *index));
        let verdicts = verdicts.into_iter().map(|(_, _, verdict)| verdict).collect();
        Activation { fired, verdicts, state }
    }
}
