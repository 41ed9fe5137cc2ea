//! What a scene or a choice waits for.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::bonds::BondRules;
use crate::safety::Heard;

/// What must hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Condition {
    /// Nothing.
    Always {},
    /// All of these.
    All {
        /// They.
        of: Vec<Condition>,
    },
    /// One of these.
    Any {
        /// They.
        of: Vec<Condition>,
    },
    /// This not.
    Not {
        /// It.
        of: Box<Condition>,
    },
    /// The bond has reached a stage, or one behind it.
    Stage {
        /// The key of the stage.
        stage: String,
    },
    /// A dimension of the bond has reached a value.
    Dimension {
        /// The key of the dimension.
        dimension: String,
        /// The value.
        at_least: i32,
    },
    /// The two have known each other for so many days.
    DaysKnown {
        /// How many.
        days: u32,
    },
    /// It is one of the days of the year between these two, both counted; over the turn of the year when the second is the earlier.
    Date {
        /// The first day.
        from: MonthDay,
        /// The last day.
        to: MonthDay,
    },
    /// The person said one of these phrases.
    Said {
        /// They.
        phrases: Vec<String>,
    },
    /// A choice was taken.
    Chose {
        /// The scene.
        scene: String,
        /// The choice.
        choice: String,
    },
    /// A scene was seen.
    Seen {
        /// The scene.
        scene: String,
    },
    /// An ending was reached.
    Ended {
        /// The ending.
        ending: String,
    },
}

/// What conditions are held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The values of the dimensions, in the order of the rules.
    pub values: Vec<i32>,
    /// The place of the stage.
    pub stage: usize,
    /// For how many days the two have known each other.
    pub days: u32,
    /// The day of the year.
    pub date: MonthDay,
    /// The phrases that were said.
    pub said: BTreeSet<String>,
    /// The scenes that were seen.
    pub seen: BTreeSet<String>,
    /// The choices that were taken: scene and choice.
    pub chosen: BTreeSet<(String, String)>,
    /// The endings that were reached.
    pub ended: BTreeSet<String>,
}

impl Condition {
    /// Whether it holds. What the rules do not know is not reached.
    #[must_use]
    pub fn holds(&self, rules: &BondRules, facts: &Facts) -> bool {
        match self {
            Self::Always {} => true,
            Self::All { of } => of.iter().all(|one| one.holds(rules, facts)),
            Self::Any { of } => of.iter().any(|one| one.holds(rules, facts)),
            Self::Not { of } => !of.holds(rules, facts),
            Self::Stage { stage } => {
                let place = rules.stages.iter().position(|known| known.key == *stage);
                place.is_some_and(|place| place <= facts.stage)
            }
            Self::Dimension { dimension, at_least } => {
                let known = rules.dimensions.iter().position(|known| known.key == *dimension);
                known.and_then(|place| facts.values.get(place)).is_some_and(|value| value >= at_least)
            }
            Self::DaysKnown { days } => facts.days >= *days,
            Self::Date { from, to } => facts.date.is_within(*from, *to),
            Self::Said { phrases } => phrases.iter().any(|phrase| facts.said.contains(phrase)),
            Self::Chose { scene, choice } => {
                facts.chosen.iter().any(|(known, chosen)| known == scene && chosen == choice)
            }
            Self::Seen { scene } => facts.seen.contains(scene),
            Self::Ended { ending } => facts.ended.contains(ending),
        }
    }

    pub(super) fn phrases<'a>(&'a self, into: &mut BTreeSet<&'a str>) {
        match self {
            Self::All { of } | Self::Any { of } => of.iter().for_each(|one| one.phrases(into)),
            Self::Not { of } => of.phrases(into),
            Self::Said { phrases } => into.extend(phrases.iter().map(String::as_str)),
            _ => {}
        }
    }

    /// Calls `look` with every part that is no `all`, `any` or `not`, and whether it is wanted or denied.
    pub(super) fn leaves<'a>(&'a self, denied: bool, look: &mut impl FnMut(&'a Self, bool)) {
        match self {
            Self::All { of } | Self::Any { of } => of.iter().for_each(|one| one.leaves(denied, look)),
            Self::Not { of } => of.leaves(!denied, look),
            leaf => look(leaf, denied),
        }
    }
}

/// Which of these phrases somebody said, whatever stands between the words and however they are written. In scripts without spaces a
/// phrase may stand anywhere.
#[must_use]
pub fn heard<'a>(text: &str, phrases: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let heard = Heard::of(text);
    let is_said = |phrase: &&str| {
        let sought = Heard::of(phrase);
        let words = sought.words().trim();
        if words.is_empty() {
            return false;
        }
        match words.chars().any(is_dense) {
            true => heard.dense().contains(sought.dense()),
            false => heard.says(words, &[], &[]),
        }
    };
    phrases.into_iter().filter(is_said).collect()
}

/// Whether a letter is of a script that puts no spaces between words.
fn is_dense(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// A day of every year, written `12-24`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MonthDay {
    month: u8,
    day: u8,
}

/// The days of the months of a leap year.
const DAYS: [u8; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

impl MonthDay {
    /// The first of them.
    pub const FIRST: Self = Self { month: 1, day: 1 };

    /// This day; `None` when no year has it.
    #[must_use]
    pub fn new(month: u8, day: u8) -> Option<Self> {
        let most = *DAYS.get(usize::from(month.checked_sub(1)?))?;
        (1..=most).contains(&day).then_some(Self { month, day })
    }

    /// The day of a date.
    #[must_use]
    pub fn of(date: time::Date) -> Self {
        Self { month: date.month().into(), day: date.day() }
    }

    /// Whether it is between these two, both counted; over the turn of the year when `to` is the earlier.
    #[must_use]
    pub fn is_within(self, from: Self, to: Self) -> bool {
        if from <= to { (from..=to).contains(&self) } else { self >= from || self <= to }
    }

    /// Every day that a year can have.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        (1_u8..).zip(DAYS).flat_map(|(month, most)| (1..=most).map(move |day| Self { month, day }))
    }
}

impl fmt::Display for MonthDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02}", self.month, self.day)
    }
}

/// A text that is no day of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoDay;

impl fmt::Display for NoDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a day such as 12-24")
    }
}

impl std::error::Error for NoDay {}

impl FromStr for MonthDay {
    type Err = NoDay;

    fn from_str(text: &str) -> Result<Self, NoDay> {
        let two = |part: &str| {
            let is_fine = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
            is_fine.then(|| part.parse::<u8>().ok()).flatten().ok_or(NoDay)
        };
        let (month, day) = text.split_once('-').ok_or(NoDay)?;
        Self::new(two(month)?, two(day)?).ok_or(NoDay)
    }
}

impl Serialize for MonthDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for MonthDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_heard_in_scripts_with_and_without_spaces() {
        let phrases = ["I trust you", "海边", "一緒にいたい"];
        assert_eq!(heard("Well… I  TRUST\nyou, you know", phrases), ["I trust you"]);
        assert_eq!(heard("我们去 海边 吧", phrases), ["海边"]);
        assert_eq!(heard("ずっと一緒に、いたいな", phrases), ["一緒にいたい"]);
        assert!(heard("I distrust you", phrases).is_empty());
        assert!(heard("anything", ["…"]).is_empty(), "nothing but marks is no phrase");
    }

    #[test]
    fn days_of_the_year_turn_over_its_end() {
        let day = |text: &str| text.parse::<MonthDay>().unwrap();
        assert!(
            day("12-31").is_within(day("12-24"), day("01-06")) && day("01-06").is_within(day("12-24"), day("01-06"))
        );
        assert!(!day("01-07").is_within(day("12-24"), day("01-06")));
        assert!(day("02-29").is_within(day("02-29"), day("02-29")));
        assert_eq!(MonthDay::all().count(), 366);
        for text in ["", "2-1", "13-01", "02-30", "00-10", "12-00", "1224", "+1-02"] {
            assert!(text.parse::<MonthDay>().is_err(), "{text}");
        }
    }
}
