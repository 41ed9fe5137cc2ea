//! The rounds of `SillyTavern`, written down as they are described: every text is searched anew for every key.

use domain::ids::LorebookId;
use domain::lore::activation::LoreSettings;
use domain::lore::book::{Book, Entry, SelectiveLogic};
use domain::lore::matching::Compiled;
use domain::lore::timed::{FiredAt, LoreState};
use domain::lore::{Line, LoreSource, Scan, Shelf, activate};
use domain::macros::{Env, Expander};
use proptest::prelude::*;
use uuid::Uuid;

const BOOK: LorebookId = LorebookId(Uuid::from_u128(7));

fn tokens(text: &str) -> u32 {
    u32::try_from(text.split_whitespace().count()).unwrap()
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Initial,
    Recursion,
    MinActivations,
}

struct Reference<'a> {
    entries: &'a [Entry],
    messages: &'a [&'a str],
    settings: LoreSettings,
    budget: u32,
    /// For each entry, how many messages ago it fired.
    fired_ago: &'a [Option<u32>],
}

impl Reference<'_> {
    fn sticky(&self, at: usize) -> bool {
        self.fired_ago[at].is_some_and(|ago| ago > 0 && ago < self.entries[at].sticky)
    }

    fn rests(&self, at: usize) -> bool {
        let entry = &self.entries[at];
        self.fired_ago[at].is_some_and(|ago| ago > 0 && ago >= entry.sticky && ago < entry.sticky + entry.cooldown)
    }

    fn has(&self, at: usize, key: &str, buffer: &str) -> bool {
        let entry = &self.entries[at];
        let lower = |text: &str| if entry.case_sensitive == Some(true) { text.to_owned() } else { text.to_lowercase() };
        let (buffer, key) = (lower(buffer), lower(key));
        // Han has no bounds between words.
        if entry.match_whole_words != Some(true) || key.contains(' ') || !key.is_ascii() {
            return buffer.contains(&key);
        }
        buffer.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == key)
    }

    fn matches(&self, at: usize, buffer: &str) -> bool {
        let entry = &self.entries[at];
        if !entry.keys.iter().any(|key| self.has(at, key, buffer)) {
            return false;
        }
        if !entry.selective || entry.secondary_keys.is_empty() {
            return true;
        }
        let any = entry.secondary_keys.iter().any(|key| self.has(at, key, buffer));
        let all = entry.secondary_keys.iter().all(|key| self.has(at, key, buffer));
        match entry.logic {
            SelectiveLogic::AndAny => any,
            SelectiveLogic::NotAll => !all,
            SelectiveLogic::NotAny => !any,
            SelectiveLogic::AndAll => all,
        }
    }

    fn run(&self) -> Vec<usize> {
        let mut sorted: Vec<usize> = (0..self.entries.len()).collect();
        sorted.sort_by_key(|at| std::cmp::Reverse(self.entries[*at].insertion_order));
        let mut levels: Vec<u32> =
            self.entries.iter().map(|entry| entry.delay_until_recursion).filter(|level| *level > 0).collect();
        levels.sort_unstable();
        levels.dedup();
        levels.reverse();
        let mut level = levels.pop().unwrap_or(0);
        let (mut active, mut failed): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
        let (mut used, mut overflowed, mut skew) = (0, false, 0);
        let mut recursion = String::new();
        let mut state = State::Initial;
        loop {
            let mut new: Vec<usize> = Vec::new();
            for at in sorted.iter().copied() {
                let entry = &self.entries[at];
                let sticky = self.sticky(at);
                if active.contains(&at) || failed.contains(&at) || !entry.enabled || self.rests(at) {
                    continue;
                }
                if u32::try_from(self.messages.len()).unwrap() < entry.delay {
                    continue;
                }
                let waits = state != State::Recursion || entry.delay_until_recursion > level;
                if entry.delay_until_recursion > 0 && waits && !sticky {
                    continue;
                }
                if state == State::Recursion && entry.exclude_recursion && !sticky {
                    continue;
                }
                if entry.constant || sticky {
                    new.push(at);
                    continue;
                }
                let depth = entry.scan_depth.unwrap_or(self.settings.scan_depth + skew);
                let newest: Vec<&str> = self.messages.iter().rev().take(depth as usize).copied().collect();
                let mut buffer = newest.join("\n\u{1}");
                let recursive = self.settings.recursive || entry.delay_until_recursion > 0;
                if state != State::MinActivations && recursive {
                    buffer = format!("{buffer}\n\u{1}{recursion}");
                }
                if self.matches(at, &buffer) {
                    new.push(at);
                }
            }
            new.sort_by_key(|at| {
                if self.entries[*at].constant {
                    0
                } else if self.sticky(*at) {
                    1
                } else {
                    2
                }
            });
            self.groups(&mut new, &active);
            let mut wakes = false;
            for at in new {
                let entry = &self.entries[at];
                if entry.probability == 0 && !self.sticky(at) {
                    failed.push(at);
                    continue;
                }
                let cost = tokens(&entry.content) + 1;
                if !entry.ignore_budget && (used + cost >= self.budget || overflowed) {
                    overflowed |= used + cost >= self.budget;
                    failed.push(at);
                    continue;
                }
                used += cost;
                active.push(at);
                if self.settings.recursive && !entry.prevent_recursion {
                    wakes = true;
                    recursion.push_str("\n\u{1}");
                    recursion.push_str(&entry.content);
                }
            }
            let depth = self.settings.scan_depth + skew + 1;
            let bound = self.settings.min_activations_depth;
            let further = active.len() < self.settings.min_activations as usize
                && depth as usize <= self.messages.len()
                && (bound == 0 || depth <= bound);
            state = if wakes && !overflowed {
                State::Recursion
            } else if further && !overflowed {
                skew += 1;
                State::MinActivations
            } else if let Some(next) = levels.pop() {
                level = next;
                State::Recursion
            } else {
                active.sort_unstable();
                return active;
            };
        }
    }

    fn groups(&self, new: &mut Vec<usize>, active: &[usize]) {
        let mut names: Vec<&str> =
            new.iter().map(|at| self.entries[*at].group.as_str()).filter(|name| !name.is_empty()).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let members: Vec<usize> = new.iter().copied().filter(|at| self.entries[*at].group == name).collect();
            if members.iter().any(|at| self.sticky(*at)) {
                new.retain(|at| self.entries[*at].group != name || self.sticky(*at));
            } else if active.iter().any(|at| self.entries[*at].group == name) {
                new.retain(|at| self.entries[*at].group != name);
            } else {
                // Chance has tests of its own: here the highest order wins.
                let highest = members.iter().map(|at| self.entries[*at].insertion_order).max();
                let winner = members.iter().copied().find(|at| Some(self.entries[*at].insertion_order) == highest);
                new.retain(|at| self.entries[*at].group != name || Some(*at) == winner);
            }
        }
    }
}

fn words() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "sea",
        "Sea",
        "seal",
        "tower",
        "lamp",
        "lamplight",
        "old tower",
        "竜",
        "黒い竜",
        "fog",
        "no",
    ]);
    prop::collection::vec(word, 0..6).prop_map(|words| words.join(" "))
}

fn keys() -> impl Strategy<Value = Vec<String>> {
    let key = prop::sample::select(vec!["sea", "SEAL", "tower", "lamp", "old tower", "竜", "fog", "absent"]);
    prop::collection::vec(key.prop_map(str::to_owned), 0..3)
}

type Rare = (bool, bool, bool, u32, u32, u32, u32);

fn entry() -> impl Strategy<Value = Entry> {
    let logic = prop::sample::select(vec![
        SelectiveLogic::AndAny,
        SelectiveLogic::NotAll,
        SelectiveLogic::NotAny,
        SelectiveLogic::AndAll,
    ]);
    let matching =
        (keys(), keys(), any::<bool>(), logic, any::<Option<bool>>(), any::<bool>(), prop::option::of(0_u32..6));
    let firing = (
        prop::bool::weighted(0.9),
        prop::bool::weighted(0.15),
        prop::bool::weighted(0.1),
        0_i32..4,
        prop::sample::select(vec!["", "", "", "g", "h"]),
    );
    let rare = (
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.1),
        prop::sample::select(vec![0_u32, 0, 0, 0, 1, 2]),
        prop::sample::select(vec![0_u32, 0, 3]),
        prop::sample::select(vec![0_u32, 0, 2]),
        prop::sample::select(vec![0_u32, 0, 0, 4]),
    );
    (matching, words(), firing, rare).prop_map(|(matching, content, firing, rare)| {
        let (keys, secondary_keys, selective, logic, case, whole, scan_depth) = matching;
        let (enabled, constant, never, insertion_order, group) = firing;
        let (exclude, prevent, ignore_budget, level, sticky, cooldown, delay): Rare = rare;
        Entry {
            keys,
            secondary_keys,
            selective,
            logic,
            case_sensitive: case,
            match_whole_words: Some(whole),
            scan_depth,
            content: format!("says {content}"),
            enabled,
            constant,
            probability: if never { 0 } else { 100 },
            insertion_order,
            group: group.to_owned(),
            group_override: true,
            exclude_recursion: exclude,
            prevent_recursion: prevent,
            ignore_budget,
            delay_until_recursion: level,
            sticky,
            cooldown,
            delay,
            ..Entry::new(0)
        }
    })
}

fn settings() -> impl Strategy<Value = LoreSettings> {
    (0_u32..4, any::<bool>(), 0_u32..4, 0_u32..5).prop_map(
        |(scan_depth, recursive, min_activations, min_activations_depth)| LoreSettings {
            scan_depth,
            recursive,
            min_activations,
            min_activations_depth,
            ..LoreSettings::default()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn the_quick_way_and_the_plain_way_agree(
        entries in prop::collection::vec(entry(), 0..14),
        messages in prop::collection::vec(words(), 0..9),
        settings in settings(),
        budget in prop::sample::select(vec![1_u32, 8, 20, 40, 1_000]),
        fired_ago in prop::collection::vec(prop::option::of(0_u32..6), 14),
    ) {
        let entries: Vec<Entry> = (0..).zip(entries).map(|(uid, entry)| Entry { uid, ..entry }).collect();
        let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
        let length = u32::try_from(messages.len()).unwrap();
        let fired_ago: Vec<Option<u32>> = fired_ago.into_iter().map(|ago| ago.filter(|ago| *ago <= length)).collect();
        let expected = Reference { entries: &entries, messages: &messages, settings, budget, fired_ago: &fired_ago }.run();

        let book = Compiled::new(Book { entries: entries.clone(), ..Book::default() }, settings.matching);
        let mut state = LoreState::default();
        for ((entry, ready), ago) in book.entries().zip(&fired_ago) {
            if let Some(ago) = ago {
                state.note(FiredAt { book: BOOK, uid: entry.uid, hash: ready.hash, length: length - ago });
            }
        }
        let lines: Vec<Line<'_>> = messages.iter().map(|text| Line { name: "", text }).collect();
        let scan = Scan {
            books: &[Shelf { id: BOOK, source: LoreSource::Character, book: &book }],
            messages: &lines,
            sources: &[],
            character: "Rin",
            tags: &[],
            triggers: &[domain::lore::book::LoreTrigger::Normal],
            near: None,
            length,
            own_messages: length / 2,
            greeting: None,
            state: &state,
            settings,
            budget,
            seed: 5,
        };
        let found = activate(&scan, &mut Expander::new(Env::default()), &tokens);
        let fired: Vec<usize> = found.verdicts.iter().enumerate().filter(|(_, verdict)| verdict.reason.fires()).map(|(at, _)| at).collect();
        prop_assert_eq!(&fired, &expected, "{:?}", found.verdicts);
        prop_assert_eq!(found.fired.len(), expected.len());
        prop_assert_eq!(activate(&scan, &mut Expander::new(Env::default()), &tokens), found, "the same scan is the same answer");
    }
}
