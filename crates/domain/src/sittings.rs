//! For how long people talk without a pause: that they are told, from time to time, with whom, and that a break would do good.
//!
//! What an operator must know of care is counted beside it, by month and without anybody's name.

use time::{Duration, OffsetDateTime};

use crate::accounts::AgeClass;
use crate::ids::ReminderId;
use crate::validation::{FieldError, required_text};

closed_set! {
    /// What is counted, for the reports of a year.
    pub enum Counted {
        /// Somebody who may hurt themselves heard of help.
        SelfHarm = "self_harm",
        /// Somebody with an eating disorder did.
        EatingDisorder = "eating_disorder",
        /// Somebody was reminded that they talk with a machine, and of a break.
        Reminder = "reminder",
        /// What a character would have written first was not sent: it pressed.
        Withheld = "withheld",
    }
}

/// The months in which something is counted are named like `2026-05`.
#[must_use]
pub fn month(at: OffsetDateTime) -> String {
    format!("{:04}-{:02}", at.year(), u8::from(at.month()))
}

/// How often something was counted in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// The month, like `2026-05`.
    pub month: String,
    /// What.
    pub counted: Counted,
    /// How often.
    pub times: u64,
}

/// For how long somebody has talked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sitting {
    /// Since when.
    pub began_at: OffsetDateTime,
    /// When they last did something.
    pub seen_at: OffsetDateTime,
    /// How often they were reminded.
    pub reminded: u32,
}

/// That somebody was reminded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reminder {
    /// Its id.
    pub id: ReminderId,
    /// For how many minutes they had talked.
    pub minutes: u32,
    /// When.
    pub at: OffsetDateTime,
}

impl Sitting {
    /// One that begins.
    #[must_use]
    pub fn begun(now: OffsetDateTime) -> Self {
        Self { began_at: now, seen_at: now, reminded: 0 }
    }

    /// This, when they do something: it goes on, or a new one begins after a pause. With it, for how many minutes they have talked, when
    /// it is time to say so: once after each stretch of `every`, and only for the last where several went by.
    #[must_use]
    pub fn seen(self, now: OffsetDateTime, pause: Duration, every: Duration) -> (Self, Option<u32>) {
        if now - self.seen_at >= pause {
            return (Self::begun(now), None);
        }
        let going = Self { seen_at: now.max(self.seen_at), ..self };
        let lasts = going.seen_at - going.began_at;
        let due = u32::try_from(lasts.whole_seconds() / every.whole_seconds().max(1)).unwrap_or_default();
        let minutes = u32::try_from(lasts.whole_minutes()).unwrap_or_default();
        if due > self.reminded { (Self { reminded: due, ..going }, Some(minutes)) } else { (going, None) }
    }
}

/// The longest pause that ends no sitting, and the longest time between reminders, in minutes.
const MINUTES: u32 = 24 * 60;

/// What an operator decides of reminders, and of characters who write first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// After how many minutes adults are reminded.
    pub adult_minutes: u32,
    /// After how many everybody else is.
    pub minor_minutes: u32,
    /// A pause of so many minutes begins anew.
    pub pause_minutes: u32,
    /// Whether characters write first here at all.
    pub characters_write_first: bool,
    /// What a reminder says in English, Chinese and Japanese.
    pub words: [String; 3],
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            adult_minutes: 180,
            minor_minutes: 60,
            pause_minutes: 15,
            characters_write_first: true,
            words: [
                "You are talking with a computer program, not with a human being. It does not feel. You have talked for a while: a break \
                 does good. Everything will still be here."
                    .to_owned(),
                "你正在和一个计算机程序聊天，不是真人，它没有感受。已经聊了一阵子了，休息一下吧。这里的一切都会留着。".to_owned(),
                "あなたが話している相手はコンピューターのプログラムで、人間ではなく、感情もありません。しばらく話し続けています。少し休みませんか。\
                 ここにあるものはそのまま残ります。"
                    .to_owned(),
            ],
        }
    }
}

impl Policy {
    /// The policy, when it is in its bounds.
    ///
    /// # Errors
    /// The first field that is not.
    pub fn checked(self) -> Result<Self, FieldError> {
        let times = [
            ("adult_minutes", self.adult_minutes),
            ("minor_minutes", self.minor_minutes),
            ("pause_minutes", self.pause_minutes),
        ];
        for (field, minutes) in times {
            if minutes == 0 || minutes > MINUTES {
                return Err(FieldError::new(field, format!("must be 1 to {MINUTES}")));
            }
        }
        for text in &self.words {
            required_text("words", text, 1_000)?;
        }
        Ok(self)
    }

    /// After how long somebody is reminded. Whose age is not known is treated as a minor.
    #[must_use]
    pub fn every(&self, age: AgeClass) -> Duration {
        let minutes = if age == AgeClass::Adult { self.adult_minutes } else { self.minor_minutes };
        Duration::minutes(minutes.into())
    }

    /// How long a pause ends a sitting.
    #[must_use]
    pub fn pause(&self) -> Duration {
        Duration::minutes(self.pause_minutes.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const NOON: OffsetDateTime = datetime!(2026-05-31 12:00 UTC);

    fn sitting_of(minutes: &[i64]) -> Vec<(i64, u32)> {
        let (mut sitting, mut told) = (Sitting::begun(NOON), Vec::new());
        for at in minutes {
            let (next, due) = sitting.seen(NOON + Duration::minutes(*at), Duration::minutes(15), Duration::HOUR);
            sitting = next;
            told.extend(due.map(|minutes| (*at, minutes)));
        }
        told
    }

    #[test]
    fn after_each_stretch_it_is_said_once_and_a_pause_begins_anew() {
        let steady: Vec<i64> = (0..190).step_by(5).collect();
        assert_eq!(sitting_of(&steady), [(60, 60), (120, 120), (180, 180)]);
        // Ten past, and not again until the next stretch is full.
        assert_eq!(sitting_of(&[14, 28, 42, 56, 70, 71, 84, 98, 112, 119]), [(70, 70)]);
        assert_eq!(sitting_of(&[14, 28, 42, 56, 71, 85, 99, 113, 120]), []);
        // A clock that goes back changes nothing.
        assert_eq!(sitting_of(&[14, 28, 20, 42, 56, 60, 59, 61]), [(60, 60)]);
    }

    #[test]
    fn a_policy_has_bounds_and_knows_whom_it_reminds_sooner() {
        let policy = Policy::default().checked().unwrap();
        assert_eq!(policy.every(AgeClass::Adult), Duration::hours(3));
        assert_eq!(
            [AgeClass::Teen, AgeClass::Child, AgeClass::Unknown].map(|age| policy.every(age)),
            [Duration::HOUR; 3]
        );
        assert!(Policy { minor_minutes: 0, ..Policy::default() }.checked().is_err());
        assert!(Policy { pause_minutes: 1_441, ..Policy::default() }.checked().is_err());
        let silent = [String::new(), "a".into(), "b".into()];
        assert!(Policy { words: silent, ..Policy::default() }.checked().is_err());
        assert_eq!(month(NOON), "2026-05");
    }
}
