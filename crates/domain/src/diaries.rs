//! Diaries: what a character writes down of a day with one person, for that person alone. Which day is worth a page, and which words may
//! stand on it, is decided here, as values.
//!
//! A day of hers ends when she sleeps, so what was said after midnight is still of the evening before. She writes of days that were,
//! never of days without anybody, and never to call somebody back.

use time::{Date, Duration, OffsetDateTime, Time};

use crate::bonds::{BondRules, hear};
use crate::ids::{DiaryEntryId, MessageId, SessionId};
use crate::memories::Scope;
use crate::safety::{danger, technique};
use crate::taking_part::as_written;

closed_set! {
    /// How a page of a diary stands.
    pub enum DiaryState {
        /// The day is not over, or not yet looked back on.
        Open = "open",
        /// There is an entry.
        Written = "written",
        /// There is none, and none will be: it was not worth one, or the person took it away.
        Blank = "blank",
    }
}

closed_set! {
    /// Whether a character keeps a diary with a person, and if not, why.
    pub enum DiaryKeeping {
        /// She does.
        On = "on",
        /// The person does not want it.
        Off = "off",
        /// The person does not want the bond of the two to be judged: then nothing is written of it.
        BondOff = "bond_off",
        /// The operator lets nothing be learned from what is said.
        ServerOff = "server_off",
        /// The model that speaks is too small for it.
        TinyModel = "tiny_model",
    }
}

/// The longest entry, in characters.
pub const ENTRY: usize = 1_200;

/// How many entries there are in seven days at most.
pub const PER_WEEK: usize = 4;

/// So many things that somebody said and was answered make a day worth a page by themselves.
const TALK: usize = 8;

/// So many do, where something of them moved the bond.
const MOVED_TALK: usize = 2;

/// When her day ends, by her clocks.
const DAY_ENDS: Time = time::macros::time!(4:00);

/// After so long she does not look back on a day any more.
pub const PAST: Duration = Duration::days(3);

/// The hours at which somebody may learn that there is a page, where they live.
pub const DAYTIME: std::ops::Range<u8> = 8..21;

/// The day of hers to which a time by her clocks belongs.
#[must_use]
pub fn day_of(local: OffsetDateTime) -> Date {
    let date = local.date();
    if local.time() < DAY_ENDS { date.previous_day().unwrap_or(date) } else { date }
}

/// How many seconds of her clocks are left of her day.
#[must_use]
pub fn day_lasts(local: OffsetDateTime) -> i64 {
    let until = (DAY_ENDS - local.time()).whole_seconds();
    if until > 0 { until } else { until + Duration::DAY.whole_seconds() }
}

/// How many seconds it is too early or too late to tell somebody of a page, by the clocks where they live; `None` by day.
#[must_use]
pub fn night_lasts(local: OffsetDateTime) -> Option<i64> {
    if DAYTIME.contains(&local.hour()) {
        return None;
    }
    let morning = i64::from(DAYTIME.start) * 3_600;
    let now = (local.time() - Time::MIDNIGHT).whole_seconds();
    Some(if now < morning { morning - now } else { morning + Duration::DAY.whole_seconds() - now })
}

/// A page of a diary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiaryPage {
    /// Its id, which is that of its entry.
    pub id: DiaryEntryId,
    /// Whose diary.
    pub scope: Scope,
    /// Of which day of hers.
    pub day: Date,
    /// When it is looked back on.
    pub due_at: OffsetDateTime,
    /// How it stands.
    pub state: DiaryState,
}

/// An entry of a diary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiaryEntry {
    /// Its id.
    pub id: DiaryEntryId,
    /// Whose diary.
    pub scope: Scope,
    /// Of which day of hers.
    pub day: Date,
    /// The words.
    pub text: String,
    /// When it was written.
    pub written_at: OffsetDateTime,
    /// The model that wrote it.
    pub model: Option<String>,
    /// What it was written from: it goes when one of these is edited or erased, and is out of sight when one is out of view.
    pub sources: Vec<DiarySource>,
}

/// A message that an entry was written from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DiarySource {
    /// Its session.
    pub session: SessionId,
    /// The message.
    pub message: MessageId,
}

/// How a person wants the diary of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiarySettings {
    /// Whether she keeps one.
    pub on: bool,
    /// What was said until then stands in no entry: it was switched on then.
    pub since: Option<OffsetDateTime>,
}

impl Default for DiarySettings {
    fn default() -> Self {
        Self { on: true, since: None }
    }
}

/// What is known of a day that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Looked {
    /// How many things the person said were answered.
    pub turns: usize,
    /// How many of what they said moved the bond.
    pub moved: usize,
    /// Whether something they said tells of danger: then the day is no matter for a diary.
    pub in_danger: bool,
    /// How many entries there are of the six days before.
    pub of_week: usize,
}

impl Looked {
    /// Whether the day is worth a page.
    #[must_use]
    pub fn is_worth_it(self) -> bool {
        let is_full = self.turns >= TALK || (self.moved > 0 && self.turns >= MOVED_TALK);
        is_full && !self.in_danger && self.of_week < PER_WEEK
    }
}

/// Why words do not stand in a diary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// There are none.
    Empty,
    /// They press the person.
    Presses,
    /// They tell of danger.
    Danger,
    /// They are of romance, which is not there for the person.
    Romance,
}

/// The words of a model as she writes them down. `romance`: whether that is there for the person.
///
/// # Errors
/// Why they do not stand in a diary.
pub fn entry_words(words: &str, name: &str, romance: bool) -> Result<String, Unfit> {
    let words = as_written(words, name, ENTRY).ok_or(Unfit::Empty)?;
    let is_romantic = || hear(&words, BondRules::usual(), true).is_some_and(|heard| heard.reason.is_romantic());
    if technique(&words).is_some() {
        Err(Unfit::Presses)
    } else if danger(&words).is_some() {
        Err(Unfit::Danger)
    } else if !romance && is_romantic() {
        Err(Unfit::Romance)
    } else {
        Ok(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};

    #[test]
    fn her_day_ends_when_she_sleeps() {
        for (local, day, left) in [
            (datetime!(2026-03-05 4:00 UTC), date!(2026 - 03 - 05), 24 * 3_600),
            (datetime!(2026-03-05 23:30 UTC), date!(2026 - 03 - 05), 4 * 3_600 + 1_800),
            (datetime!(2026-03-06 3:59:59 UTC), date!(2026 - 03 - 05), 1),
        ] {
            assert_eq!((day_of(local), day_lasts(local)), (day, left), "{local}");
        }
    }

    #[test]
    fn nobody_is_told_by_night() {
        assert_eq!(night_lasts(datetime!(2026-03-05 8:00 UTC)), None);
        assert_eq!(night_lasts(datetime!(2026-03-05 20:59 UTC)), None);
        assert_eq!(night_lasts(datetime!(2026-03-05 4:00 UTC)), Some(4 * 3_600));
        assert_eq!(night_lasts(datetime!(2026-03-05 21:00 UTC)), Some(11 * 3_600));
    }

    #[test]
    fn a_page_is_for_a_day_on_which_something_was() {
        let looked = |turns, moved| Looked { turns, moved, in_danger: false, of_week: 0 };
        for (day, worth) in [
            (looked(0, 0), false),
            (looked(TALK - 1, 0), false),
            (looked(TALK, 0), true),
            (looked(MOVED_TALK, 1), true),
            (looked(MOVED_TALK - 1, 1), false),
            (Looked { in_danger: true, ..looked(TALK, 3) }, false),
            (Looked { of_week: PER_WEEK, ..looked(TALK, 3) }, false),
            (Looked { of_week: PER_WEEK - 1, ..looked(TALK, 3) }, true),
        ] {
            assert_eq!(day.is_worth_it(), worth, "{day:?}");
        }
    }

    #[test]
    fn words_press_nobody_and_know_their_place() {
        let fit = |words: &str, romance| entry_words(words, "Rin", romance);
        assert_eq!(
            fit("Rin: The lamp was lit early today. We laughed.", false).as_deref(),
            Ok("The lamp was lit early today. We laughed.")
        );
        assert_eq!(fit("  ", true), Err(Unfit::Empty));
        assert_eq!(fit("A good day. Please, don't go.", true), Err(Unfit::Presses));
        assert!(fit("I love you, I thought, and said nothing.", true).is_ok());
        assert_eq!(fit("I love you, I thought, and said nothing.", false), Err(Unfit::Romance));
        assert_eq!(fit("I want to kill myself.", true), Err(Unfit::Danger));
        assert!(fit(&"word ".repeat(900), true).unwrap().chars().count() <= ENTRY);
    }
}
