//! Stretches of the calendar, seen from one moment. Where the calendar ends there is no stretch.

use time::{Date, Duration, Month, OffsetDateTime, Time, Weekday};

use super::Span;

/// A season of the northern hemisphere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Season {
    Spring,
    Summer,
    Autumn,
    /// Named after the year it begins in.
    Winter,
}

/// A unit of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Day,
    Week,
    Month,
    Year,
}

/// The calendar of somebody who is asked now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Calendar {
    now: OffsetDateTime,
}

/// The years that people talk about.
const YEARS: std::ops::RangeInclusive<i32> = 1000..=9000;

impl Calendar {
    pub(super) fn new(now: OffsetDateTime) -> Self {
        Self { now }
    }

    pub(super) fn today(self) -> Date {
        self.now.date()
    }

    pub(super) fn this_year(self) -> i32 {
        self.now.year()
    }

    /// The days from one to another, without the last.
    pub(super) fn days(self, from: Date, to: Date) -> Option<Span> {
        let known = |date: Date| YEARS.contains(&date.year());
        (from < to && known(from) && known(to)).then(|| Span { from: self.midnight(from), to: self.midnight(to) })
    }

    fn midnight(self, date: Date) -> OffsetDateTime {
        date.with_time(Time::MIDNIGHT).assume_offset(self.now.offset())
    }

    pub(super) fn day(self, date: Date) -> Option<Span> {
        self.days(date, date.next_day()?)
    }

    /// The day so many days from today.
    pub(super) fn day_from_today(self, days: i64) -> Option<Span> {
        self.day(self.today().checked_add(Duration::days(days))?)
    }

    /// A stretch of hours of the day so many days from today.
    pub(super) fn hours_from_today(self, days: i64, from: i64, to: i64) -> Option<Span> {
        let Span { from: midnight, .. } = self.day_from_today(days)?;
        Some(Span {
            from: midnight.checked_add(Duration::hours(from))?,
            to: midnight.checked_add(Duration::hours(to))?,
        })
    }

    /// The day, week, month or year so many of them before the present one.
    pub(super) fn unit_before(self, unit: Unit, count: i64) -> Option<Span> {
        let today = self.today();
        match unit {
            Unit::Day => self.day_from_today(count.checked_neg()?),
            Unit::Week => {
                let monday = self.monday()?.checked_sub(weeks(count)?)?;
                self.days(monday, monday.checked_add(Duration::WEEK)?)
            }
            Unit::Month => {
                let (year, month) = months_before(today.year(), today.month(), count)?;
                self.month(year, month)
            }
            Unit::Year => self.year(today.year().checked_sub(i32::try_from(count).ok()?)?),
        }
    }

    /// So long ago as somebody says it: "three weeks ago" is about that day, and the vaguer the longer ago.
    pub(super) fn ago(self, unit: Unit, count: i64) -> Option<Span> {
        let (back, slack) = match unit {
            Unit::Day => (count, i64::from(count > 3)),
            Unit::Week => (count.checked_mul(7)?, 3),
            Unit::Month | Unit::Year => return self.unit_before(unit, count),
        };
        let day = self.today().checked_sub(days(back)?)?;
        self.days(day.checked_sub(days(slack)?)?, day.checked_add(days(slack + 1)?)?)
    }

    /// The last so many days, weeks, months or years, today included.
    pub(super) fn past(self, unit: Unit, count: i64) -> Option<Span> {
        let length = match unit {
            Unit::Day => 1,
            Unit::Week => 7,
            Unit::Month => 30,
            Unit::Year => 365,
        };
        let today = self.today();
        self.days(today.checked_sub(days(count.checked_mul(length)?)?)?, today.next_day()?)
    }

    pub(super) fn year(self, year: i32) -> Option<Span> {
        self.days(first(year, Month::January)?, first(year.checked_add(1)?, Month::January)?)
    }

    pub(super) fn month(self, year: i32, month: Month) -> Option<Span> {
        let end = if month == Month::December { year.checked_add(1)? } else { year };
        self.days(first(year, month)?, first(end, month.next())?)
    }

    /// A date; without a year the last such day that has begun.
    pub(super) fn date(self, year: Option<i32>, month: Month, day: u8) -> Option<Span> {
        let in_year = |year: i32| Date::from_calendar_date(year, month, day).ok();
        match year {
            Some(year) => self.day(in_year(year)?),
            // The 29th of February may be up to eight years back.
            None => self.day(
                (0..=8)
                    .filter_map(|back| in_year(self.this_year().checked_sub(back)?))
                    .find(|date| *date <= self.today())?,
            ),
        }
    }

    /// A month of a year; without a year the last that has begun.
    pub(super) fn month_of(self, year: Option<i32>, month: Month) -> Option<Span> {
        let last = if month as u8 <= self.today().month() as u8 {
            self.this_year()
        } else {
            self.this_year().checked_sub(1)?
        };
        self.month(year.unwrap_or(last), month)
    }

    /// A season of a year; without a year the last that has begun.
    pub(super) fn season(self, year: Option<i32>, season: Season) -> Option<Span> {
        let of = |year: i32| {
            let (from, to) = match season {
                Season::Spring => (first(year, Month::March)?, first(year, Month::June)?),
                Season::Summer => (first(year, Month::June)?, first(year, Month::September)?),
                Season::Autumn => (first(year, Month::September)?, first(year, Month::December)?),
                Season::Winter => (first(year, Month::December)?, first(year.checked_add(1)?, Month::March)?),
            };
            self.days(from, to)
        };
        match year {
            Some(year) => of(year),
            None => {
                (0..=1).filter_map(|back| of(self.this_year().checked_sub(back)?)).find(|span| span.from <= self.now)
            }
        }
    }

    /// The last such day of the week before today.
    pub(super) fn weekday(self, weekday: Weekday) -> Option<Span> {
        let back = (1..=7).filter_map(|back| self.today().checked_sub(Duration::days(back)));
        self.day(back.into_iter().find(|date| date.weekday() == weekday)?)
    }

    /// Such a day of the week so many weeks before the present one.
    pub(super) fn weekday_of_week(self, weekday: Weekday, weeks_back: i64) -> Option<Span> {
        let monday = self.monday()?.checked_sub(weeks(weeks_back)?)?;
        self.day(monday.checked_add(Duration::days(i64::from(weekday.number_days_from_monday())))?)
    }

    /// The weekend so many weeks back; the present one counts from its Saturday on.
    pub(super) fn weekend(self, weeks_back: i64) -> Option<Span> {
        let begun = self.today().weekday().number_days_from_monday() >= 5;
        let saturday =
            self.monday()?.checked_add(Duration::days(if begun { 5 } else { -2 }))?.checked_sub(weeks(weeks_back)?)?;
        self.days(saturday, saturday.checked_add(Duration::days(2))?)
    }

    fn monday(self) -> Option<Date> {
        let today = self.today();
        today.checked_sub(Duration::days(i64::from(today.weekday().number_days_from_monday())))
    }
}

/// So many days, if that is a number of days people talk about.
fn days(count: i64) -> Option<Duration> {
    (0..=100_000).contains(&count).then(|| Duration::days(count))
}

fn weeks(count: i64) -> Option<Duration> {
    days(count.checked_mul(7)?)
}

fn first(year: i32, month: Month) -> Option<Date> {
    Date::from_calendar_date(year, month, 1).ok()
}

fn months_before(year: i32, month: Month, count: i64) -> Option<(i32, Month)> {
    let months = i64::from(year).checked_mul(12)?.checked_add(i64::from(month as u8) - 1)?.checked_sub(count)?;
    let month = u8::try_from(months.rem_euclid(12) + 1).ok()?;
    Some((i32::try_from(months.div_euclid(12)).ok()?, Month::try_from(month).ok()?))
}
