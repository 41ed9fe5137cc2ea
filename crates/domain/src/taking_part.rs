//! When characters take part in moments: pure rules, so that the same moment is met in the same way on every node.
//!
//! Characters speak up seldom and after a while, as people do. Nothing here asks a model, and nothing that they say here knows what
//! they remember: a moment is read by others, too.

use std::time::Duration;

use time::OffsetDateTime;
use uuid::Uuid;

use crate::ids::CharacterId;
use crate::speaking::Chance;

/// How much characters say, at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caps {
    /// Characters who comment on one moment of their own accord.
    pub commenters: u32,
    /// Comments of characters on one moment, answers included.
    pub on_moment: u32,
    /// Comments of one character in a day.
    pub by_character: u32,
    /// Comments of characters in a day on what one person posts and says.
    pub for_person: u32,
}

/// How much characters have said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Part {
    /// Comments of characters on the moment.
    pub on_moment: u64,
    /// Comments of the character since a time.
    pub by_character: u64,
    /// Comments of characters since then that are counted for the person.
    pub for_person: u64,
}

impl Caps {
    /// Whether one more comment is in bounds.
    #[must_use]
    pub fn allow(&self, part: &Part) -> bool {
        part.on_moment < u64::from(self.on_moment)
            && part.by_character < u64::from(self.by_character)
            && part.for_person < u64::from(self.for_person)
    }
}

/// Chance in all that is about these two.
fn chance(one: Uuid, other: Uuid) -> Chance {
    let (a, b) = (one.as_u64_pair(), other.as_u64_pair());
    Chance(a.0.rotate_left(17) ^ a.1 ^ b.0.rotate_left(31) ^ b.1.rotate_left(7))
}

/// Who of these comments on a moment of their own accord, and how long after it was posted: each one with a chance of `percent`, at
/// most so many, one after the other, the first after about `pause`.
#[must_use]
pub fn commenters(
    moment: Uuid,
    candidates: &[CharacterId],
    percent: u8,
    at_most: u32,
    pause: Duration,
) -> Vec<(CharacterId, Duration)> {
    let drawn = candidates.iter().map(|id| {
        let mut chance = chance(moment, id.0);
        (chance.below(100), chance.below(100), *id)
    });
    let mut willing: Vec<(u64, u64, CharacterId)> = drawn.filter(|(drawn, ..)| *drawn < u64::from(percent)).collect();
    willing.sort_unstable();
    willing.truncate(at_most as usize);
    let mut after = Duration::ZERO;
    let paced = willing.into_iter().map(|(_, hesitates, id)| {
        after += share(pause, 50 + hesitates);
        (id, after)
    });
    paced.collect()
}

/// When a character may post next, when she last did so at `last`: so that there are never more than `per_week` in a week.
#[must_use]
pub fn next_post(character: CharacterId, last: OffsetDateTime, per_week: u32) -> OffsetDateTime {
    let week = Duration::from_secs(7 * 24 * 60 * 60);
    let mut chance = chance(character.0, Uuid::from_u128(last.unix_timestamp().unsigned_abs().into()));
    last + share(week / per_week.max(1), 100 + chance.below(60))
}

fn share(of: Duration, percent: u64) -> Duration {
    of * u32::try_from(percent).unwrap_or(u32::MAX) / 100
}

/// The words of a model as a comment or a moment: without its own name before them and quotes around them, cut at the end of a
/// word. `None` when nothing is left.
#[must_use]
pub fn as_written(words: &str, name: &str, at_most: usize) -> Option<String> {
    let words: String = words.chars().filter(|c| !c.is_control() || *c == '\n').collect();
    let mut words = words.trim();
    let named = words.get(..name.len()).filter(|start| start.eq_ignore_ascii_case(name));
    if let Some(rest) = named.and_then(|_| words.get(name.len()..)).and_then(|rest| rest.trim_start().strip_prefix(':'))
    {
        words = rest.trim();
    }
    for (open, close) in [('"', '"'), ('“', '”'), ('«', '»'), ('「', '」')] {
        let inner = words.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        words = inner.filter(|inner| !inner.contains([open, close])).unwrap_or(words).trim();
    }
    if words.chars().count() <= at_most {
        return (!words.is_empty()).then(|| words.to_owned());
    }
    let cut: String = words.chars().take(at_most.saturating_sub(1)).collect();
    let whole = cut.rfind(char::is_whitespace).and_then(|end| cut.get(..end)).unwrap_or(&cut).trim_end();
    (!whole.is_empty()).then(|| format!("{whole}…"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    fn cast(count: u128) -> Vec<CharacterId> {
        (1..=count).map(|n| CharacterId(Uuid::from_u128((n << 64) | (n * 7_919)))).collect()
    }

    #[test]
    fn the_same_moment_is_met_in_the_same_way_and_never_by_more_than_may() {
        let (cast, pause) = (cast(12), Duration::from_secs(60));
        let mut spoke = 0;
        for n in 0..400_u128 {
            let moment = Uuid::from_u128(n * 0x9e37_79b9_7f4a_7c15);
            let one = commenters(moment, &cast, 30, 2, pause);
            let mut turned = cast.clone();
            turned.reverse();
            assert_eq!(one, commenters(moment, &turned, 30, 2, pause), "in whatever order they are given");
            assert!(one.len() <= 2 && one.iter().all(|(_, after)| (30..=180).contains(&after.as_secs())));
            assert!(one.is_sorted_by_key(|(_, after)| *after));
            spoke += commenters(moment, &cast, 30, 12, pause).len();
        }
        let share = spoke * 100 / (400 * 12);
        assert!((27..=33).contains(&share), "{share} percent of them spoke");
        assert_eq!(commenters(Uuid::nil(), &cast, 0, 12, pause), []);
        assert_eq!(commenters(Uuid::nil(), &cast, 100, 12, pause).len(), 12);
    }

    #[test]
    fn she_posts_no_more_than_so_often_a_week() {
        let she = cast(1)[0];
        let (mut at, begin) = (datetime!(2026-04-06 9:00 UTC), datetime!(2026-04-06 9:00 UTC));
        let mut posts = 0;
        while at < begin + time::Duration::weeks(10) {
            at = next_post(she, at, 3);
            posts += 1;
        }
        assert!((15..=30).contains(&posts), "{posts} in ten weeks");
        assert!(next_post(she, begin, 0) >= begin + time::Duration::WEEK);
    }

    #[test]
    fn caps_count_each_for_itself() {
        let caps = Caps { commenters: 1, on_moment: 2, by_character: 3, for_person: 4 };
        let part = Part { on_moment: 1, by_character: 2, for_person: 3 };
        assert!(caps.allow(&part));
        assert!(!caps.allow(&Part { on_moment: 2, ..part }));
        assert!(!caps.allow(&Part { by_character: 3, ..part }));
        assert!(!caps.allow(&Part { for_person: 4, ..part }));
    }

    #[test]
    fn only_her_words_are_taken() {
        let written = |words: &str| as_written(words, "Rin", 20);
        assert_eq!(written("  RIN : \"What a sea!\" ").as_deref(), Some("What a sea!"));
        assert_eq!(written("“Oh” and “ah”").as_deref(), Some("“Oh” and “ah”"));
        assert_eq!(written("Rink is open\u{7}").as_deref(), Some("Rink is open"));
        assert_eq!(written("one two three four five six").as_deref(), Some("one two three four…"));
        assert_eq!((written(" \"\" "), written("Rin:"), written("海")), (None, None, Some("海".into())));
    }
}
