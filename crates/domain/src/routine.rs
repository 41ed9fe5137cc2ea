//! The week of a character: when she sleeps, works, and is free, by the clocks where she lives.
//!
//! It goes by what a clock on her wall shows, so a night in which clocks change is an hour longer or shorter, as nights are.

use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, Weekday};

use crate::accounts::timezone;
use crate::limits;
use crate::notifications::clock_time;
use crate::validation::{FieldError, optional_line};

closed_set! {
    /// What a character does.
    pub enum Activity {
        /// She sleeps.
        Sleeping = "sleeping",
        /// She works, or learns.
        Working = "working",
        /// Her time is her own.
        Free = "free",
    }
}

closed_set! {
    /// The days of a week.
    pub enum Day {
        /// Monday.
        Monday = "monday",
        /// Tuesday.
        Tuesday = "tuesday",
        /// Wednesday.
        Wednesday = "wednesday",
        /// Thursday.
        Thursday = "thursday",
        /// Friday.
        Friday = "friday",
        /// Saturday.
        Saturday = "saturday",
        /// Sunday.
        Sunday = "sunday",
    }
}

/// How many minutes a day and a week have, by a clock on the wall.
const DAY: u16 = 24 * 60;
const WEEK: u16 = 7 * DAY;

impl Day {
    /// The first minute of this day in the week.
    fn begins(self) -> u16 {
        self as u16 * DAY
    }
}

impl From<Weekday> for Day {
    fn from(day: Weekday) -> Self {
        match day {
            Weekday::Monday => Self::Monday,
            Weekday::Tuesday => Self::Tuesday,
            Weekday::Wednesday => Self::Wednesday,
            Weekday::Thursday => Self::Thursday,
            Weekday::Friday => Self::Friday,
            Weekday::Saturday => Self::Saturday,
            Weekday::Sunday => Self::Sunday,
        }
    }
}

/// A stretch of one or more days, in minutes of the day. One that ends before it begins reaches over midnight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// The days on which it begins.
    pub days: Vec<Day>,
    /// Its first minute.
    #[serde(with = "wall")]
    pub from: u16,
    /// The first minute after it; 1440 is the end of the day.
    #[serde(with = "wall")]
    pub to: u16,
    /// What she does then.
    pub activity: Activity,
    /// In a few words of her maker's: at the bakery. May be empty.
    #[serde(default)]
    pub note: String,
}

impl Hours {
    /// The hours between two times such as `22:30`; `24:00` is the end of the day.
    ///
    /// # Errors
    /// When one of them is no time.
    pub fn read(days: Vec<Day>, from: &str, to: &str, activity: Activity, note: String) -> Result<Self, FieldError> {
        let minute = |field: &str, text: &str| {
            minute_of(text).ok_or_else(|| FieldError::new(field, "must be a time such as 22:30"))
        };
        Ok(Self { days, from: minute("from", from)?, to: minute("to", to)?, activity, note })
    }

    /// Its beginning, such as `22:30`.
    #[must_use]
    pub fn from_text(&self) -> String {
        clock_time(self.from)
    }

    /// Its end, such as `07:00`.
    #[must_use]
    pub fn to_text(&self) -> String {
        clock_time(self.to)
    }

    /// How many minutes it has.
    fn length(&self) -> u16 {
        if self.from < self.to { self.to - self.from } else { self.to + DAY - self.from }
    }

    /// How many minutes of it have passed at a minute of the week, on the day on which it began; `None` when it is not then.
    fn passed(&self, day: Day, minute: u16) -> Option<u16> {
        let begun = (day.begins() + self.from) % WEEK;
        let passed = (minute + WEEK - begun) % WEEK;
        (passed < self.length()).then_some(passed)
    }

    fn checked(self) -> Result<Self, FieldError> {
        let Self { mut days, from, to, activity, note } = self;
        days.sort_unstable();
        days.dedup();
        if days.is_empty() {
            return Err(FieldError::new("days", "must name at least one day"));
        }
        if from >= DAY || to > DAY || from == to || to == 0 {
            return Err(FieldError::new("to", "must be another time than the beginning; the end of the day is 24:00"));
        }
        Ok(Self { days, from, to, activity, note: optional_line("note", &note, limits::ROUTINE_NOTE)? })
    }
}

/// The minute of the day that a time such as `22:30` names; the end of the day has one, too.
fn minute_of(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |digits: &str| {
        let plain = digits.len() == 2 && digits.bytes().all(|digit| digit.is_ascii_digit());
        digits.parse::<u16>().ok().filter(|_| plain)
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let minute = hours * 60 + minutes;
    (minutes < 60 && minute <= DAY).then_some(minute)
}

/// A minute of the day as a time such as `22:30`, where it is written down.
mod wall {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
    pub(super) fn serialize<S: Serializer>(minute: &u16, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&super::clock_time(*minute))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u16, D::Error> {
        let text = String::deserialize(from)?;
        super::minute_of(&text).ok_or_else(|| D::Error::custom("no time such as 22:30"))
    }
}

/// The week of a character. What no hours cover is her own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routine {
    /// The IANA time zone in which she lives.
    pub timezone: String,
    /// Her hours, none of which overlap.
    pub hours: Vec<Hours>,
}

/// What a character does at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doing<'a> {
    /// What.
    pub activity: Activity,
    /// In the words of her maker; may be empty.
    pub note: &'a str,
    /// For how many more seconds, by a clock on her wall; `None` when it is so all week.
    pub left: Option<u32>,
}

impl Routine {
    /// The routine, when it is in its bounds and nothing overlaps. Whether the zone exists is known where clocks are.
    ///
    /// # Errors
    /// The first field that is not.
    pub fn checked(self) -> Result<Self, FieldError> {
        let within =
            |field: &str, error: FieldError| FieldError::new(format!("{field}.{}", error.field), error.message);
        let timezone = timezone(&self.timezone).map_err(|error| within("routine", error))?;
        if self.hours.len() > limits::ROUTINE_HOURS {
            return Err(FieldError::new("routine.hours", format!("must be at most {} entries", limits::ROUTINE_HOURS)));
        }
        let mut hours = Vec::with_capacity(self.hours.len());
        let mut taken: Vec<(u16, u16)> = Vec::new();
        for (index, one) in self.hours.into_iter().enumerate() {
            let place = format!("routine.hours.{index}");
            let one = one.checked().map_err(|error| within(&place, error))?;
            for day in &one.days {
                let begins = (day.begins() + one.from) % WEEK;
                let overlaps = |(other, length): &(u16, u16)| {
                    (begins + WEEK - other) % WEEK < *length || (other + WEEK - begins) % WEEK < one.length()
                };
                if taken.iter().any(overlaps) {
                    return Err(FieldError::new(place, "must not overlap with other hours"));
                }
                taken.push((begins, one.length()));
            }
            hours.push(one);
        }
        Ok(Self { timezone, hours })
    }

    /// What she does when a clock on her wall shows `local`.
    #[must_use]
    pub fn at(&self, local: OffsetDateTime) -> Doing<'_> {
        let minute = Day::from(local.weekday()).begins() + u16::from(local.hour()) * 60 + u16::from(local.minute());
        let rest = |minutes: u16| u32::from(minutes) * 60 - u32::from(local.second());
        let running = self.hours.iter().find_map(|hours| {
            let passed = hours.days.iter().find_map(|day| hours.passed(*day, minute))?;
            Some((hours, hours.length() - passed))
        });
        match running {
            Some((hours, left)) => Doing { activity: hours.activity, note: &hours.note, left: Some(rest(left)) },
            None => {
                let begins = |hours: &Hours, day: &Day| (day.begins() + hours.from) % WEEK;
                let next = self
                    .hours
                    .iter()
                    .flat_map(|hours| hours.days.iter().map(move |day| (begins(hours, day) + WEEK - minute) % WEEK));
                Doing { activity: Activity::Free, note: "", left: next.min().map(rest) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ClosedSet;
    use time::macros::datetime;

    fn hours(days: &[Day], from: &str, to: &str, activity: Activity) -> Hours {
        Hours::read(days.to_vec(), from, to, activity, String::new()).unwrap()
    }

    fn week(hours: Vec<Hours>) -> Routine {
        Routine { timezone: "Asia/Tokyo".into(), hours }.checked().unwrap()
    }

    const WORKDAYS: [Day; 5] = [Day::Monday, Day::Tuesday, Day::Wednesday, Day::Thursday, Day::Friday];

    #[test]
    fn a_week_has_its_nights_and_its_work() {
        let mut work = hours(&WORKDAYS, "09:00", "17:30", Activity::Working);
        work.note = " at the bakery ".into();
        let routine = week(vec![hours(Day::ALL, "23:00", "07:00", Activity::Sleeping), work]);
        // 1 June 2026 is a Monday.
        for (local, activity, left) in [
            (datetime!(2026-06-01 00:00 UTC), Activity::Sleeping, 7 * 3_600),
            (datetime!(2026-06-01 06:59:30 UTC), Activity::Sleeping, 30),
            (datetime!(2026-06-01 07:00 UTC), Activity::Free, 2 * 3_600),
            (datetime!(2026-06-01 09:00 UTC), Activity::Working, 8 * 3_600 + 1_800),
            (datetime!(2026-06-01 17:30 UTC), Activity::Free, 5 * 3_600 + 1_800),
            (datetime!(2026-06-06 12:00 UTC), Activity::Free, 11 * 3_600),
            (datetime!(2026-06-07 23:30 UTC), Activity::Sleeping, 7 * 3_600 + 1_800),
        ] {
            let doing = routine.at(local);
            assert_eq!((doing.activity, doing.left), (activity, Some(left)), "{local}");
        }
        assert_eq!(routine.at(datetime!(2026-06-01 10:00 UTC)).note, "at the bakery");
        let free = Routine { timezone: "UTC".into(), hours: Vec::new() };
        let doing = free.at(datetime!(2026-06-01 10:00 UTC));
        assert_eq!((doing.activity, doing.left), (Activity::Free, None));
    }

    #[test]
    fn every_minute_of_a_week_has_one_answer_that_holds_until_it_says() {
        let routine = week(vec![
            hours(Day::ALL, "23:30", "07:15", Activity::Sleeping),
            hours(&WORKDAYS, "07:15", "12:00", Activity::Working),
            hours(&[Day::Saturday], "08:00", "23:30", Activity::Working),
        ]);
        let mut minutes = [0; 3];
        for minute in 0..i64::from(WEEK) {
            let local = datetime!(2026-06-01 00:00 UTC) + time::Duration::minutes(minute);
            let doing = routine.at(local);
            minutes[doing.activity as usize] += 1;
            let left = i64::from(doing.left.unwrap());
            assert!(left > 0 && left % 60 == 0, "{local}");
            let last = routine.at(local + time::Duration::seconds(left - 60));
            let next = routine.at(local + time::Duration::seconds(left));
            assert_eq!(last.activity, doing.activity, "{local}");
            assert_ne!(next.activity, doing.activity, "{local}");
        }
        assert_eq!(minutes, [7 * 465, 5 * 285 + 930, i32::from(WEEK) - 7 * 465 - 5 * 285 - 930]);
    }

    #[test]
    fn what_is_out_of_bounds_or_overlaps_is_named() {
        let night = || hours(Day::ALL, "23:00", "07:00", Activity::Sleeping);
        let refused = |hours: Vec<Hours>| {
            Routine { timezone: "Asia/Tokyo".into(), hours }.checked().map_err(|error| error.field).unwrap_err()
        };
        // Sunday's night reaches into Monday.
        assert_eq!(
            refused(vec![night(), hours(&[Day::Monday], "06:59", "09:00", Activity::Working)]),
            "routine.hours.1"
        );
        assert_eq!(
            refused(vec![hours(&[Day::Sunday], "23:00", "07:00", Activity::Sleeping), night()]),
            "routine.hours.1"
        );
        let day = |from, to| Hours { days: vec![Day::Monday], from, to, activity: Activity::Free, note: String::new() };
        assert_eq!(refused(vec![day(60, 60)]), "routine.hours.0.to");
        assert_eq!(refused(vec![day(1_440, 60)]), "routine.hours.0.to");
        assert_eq!(refused(vec![day(60, 0)]), "routine.hours.0.to");
        assert_eq!(refused(vec![Hours { days: Vec::new(), ..day(0, 60) }]), "routine.hours.0.days");
        assert_eq!(refused(vec![Hours { note: "x".repeat(200), ..day(0, 60) }]), "routine.hours.0.note");
        assert_eq!(refused(vec![Hours { note: "a\nb".into(), ..day(0, 60) }]), "routine.hours.0.note");
        assert_eq!(refused(vec![day(0, 60); limits::ROUTINE_HOURS + 1]), "routine.hours");
        let nowhere = Routine { timezone: "not a zone".into(), hours: Vec::new() };
        assert_eq!(nowhere.checked().unwrap_err().field, "routine.timezone");
        for (from, to, field) in [("24:01", "07:00", "from"), ("7:00", "08:00", "from"), ("22:00", "07:60", "to")] {
            let read = Hours::read(vec![Day::Monday], from, to, Activity::Free, String::new());
            assert_eq!(read.unwrap_err().field, field, "{from} {to}");
        }
        let night = week(vec![night()]);
        let written = serde_json::to_string(&night).unwrap();
        assert!(written.contains(r#""from":"23:00","to":"07:00","activity":"sleeping""#), "{written}");
        assert_eq!(serde_json::from_str::<Routine>(&written).unwrap(), night);
        // Whole days beside each other do not overlap.
        let whole = week(vec![hours(Day::ALL, "00:00", "24:00", Activity::Sleeping)]);
        assert_eq!(whole.at(datetime!(2026-06-01 10:00 UTC)).activity, Activity::Sleeping);
    }
}
