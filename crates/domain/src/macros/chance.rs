//! Chance in macros: numbers that are the same for the same seeds, the same text and the same place in it.

use super::Seeds;
use crate::speaking::Chance;

/// How many dice are thrown at once.
const DICE: u64 = 100;

/// How many sides a die has.
const SIDES: u64 = 1_000_000;

/// Chance for one text.
#[derive(Debug)]
pub(super) struct Dice {
    seeds: Seeds,
    place: u64,
    asked: u64,
}

impl Dice {
    pub(super) fn new(seeds: Seeds, place: u64) -> Self {
        Self { seeds, place, asked: 0 }
    }

    /// A number below `end`, another with each reply.
    pub(super) fn random(&mut self, end: u64) -> u64 {
        self.asked += 1;
        Chance(mixed(self.seeds.turn, self.place, self.asked)).below(end)
    }

    /// A number below `end` that is the same in the whole chat.
    pub(super) fn pick(&mut self, end: u64, text: &str) -> u64 {
        self.asked += 1;
        let written =
            text.bytes().fold(self.asked, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Chance(mixed(self.seeds.chat, self.place, written)).below(end)
    }

    /// What a throw shows: `6`, `d6`, `2d6`, `2d6+1`, `d%`; `None` when it is none.
    pub(super) fn roll(&mut self, formula: &str) -> Option<i64> {
        let formula: String = formula.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
        let (dice, modifier) = match formula.find(['+', '-']) {
            Some(at) => formula.split_at(at),
            None => (formula.as_str(), "0"),
        };
        let modifier: i64 = modifier.parse().ok()?;
        let (count, sides) = dice.split_once('d').unwrap_or(("1", dice));
        let count = if count.is_empty() { 1 } else { count.parse().ok()? };
        let sides = if sides == "%" { 100 } else { sides.parse().ok()? };
        if !(1..=DICE).contains(&count) || !(1..=SIDES).contains(&sides) {
            return None;
        }
        let thrown: u64 = (0..count).map(|_| self.random(sides) + 1).sum();
        i64::try_from(thrown).ok()?.checked_add(modifier)
    }
}

fn mixed(seed: u64, place: u64, number: u64) -> u64 {
    let mut chance = Chance(seed);
    let first = chance.below(u64::MAX);
    let mut chance = Chance(first ^ place);
    let second = chance.below(u64::MAX);
    second ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}
