//! Times in English.

use time::{Month, Weekday};

use super::Span;
use super::calendar::{Calendar, Season, Unit};

/// The times in a text in lower case.
pub(super) fn spans(lower: &str, calendar: Calendar) -> Vec<Span> {
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut spans = Vec::new();
    let mut rest = &*words;
    let mut before = "";
    while let Some((&word, tail)) = rest.split_first() {
        let (span, used) = read(rest, before, calendar).map_or((None, 1), |(span, used)| (span, used.max(1)));
        spans.extend(span);
        before = word;
        if used > 1 {
            before = rest.get(used - 1).copied().unwrap_or_default();
        }
        rest = rest.get(used..).unwrap_or(tail);
    }
    spans
}

/// A time and how many words it takes. A time outside of the calendar is read over.
type Reading = Option<(Option<Span>, usize)>;

fn read(words: &[&str], before: &str, calendar: Calendar) -> Reading {
    fixed(words, calendar)
        .or_else(|| counted(words, calendar))
        .or_else(|| relative(words, calendar))
        .or_else(|| date(words, calendar))
        .or_else(|| named(words, before, calendar))
}

/// Times that are said in one way only.
fn fixed(words: &[&str], calendar: Calendar) -> Reading {
    Some(match words {
        ["the", "day", "before", "yesterday", ..] => (calendar.day_from_today(-2), 4),
        ["today", ..] => (calendar.day_from_today(0), 1),
        ["yesterday", "morning", ..] => (calendar.hours_from_today(-1, 4, 12), 2),
        ["yesterday", ..] => (calendar.day_from_today(-1), 1),
        ["tonight", ..] => (calendar.hours_from_today(0, 17, 28), 1),
        ["last", "night", ..] => (calendar.hours_from_today(-1, 17, 28), 2),
        ["this", "morning", ..] => (calendar.hours_from_today(0, 4, 12), 2),
        ["this", "afternoon", ..] => (calendar.hours_from_today(0, 12, 18), 2),
        ["this", "evening", ..] => (calendar.hours_from_today(0, 17, 28), 2),
        ["the" | "this", "weekend", ..] => (calendar.weekend(0), 2),
        ["last" | "past", "weekend", ..] => {
            // On a Sunday "last weekend" is the one before this.
            let begun = calendar.today().weekday().number_days_from_monday() >= 5;
            (calendar.weekend(i64::from(begun)), 2)
        }
        _ => return None,
    })
}

/// "three weeks ago", "a couple of days ago", "in the last 3 months".
fn counted(words: &[&str], calendar: Calendar) -> Reading {
    let (past, rest) = match words {
        ["last" | "past", rest @ ..] => (true, rest),
        _ => (false, words),
    };
    let (count, taken) = match rest {
        ["a", "couple", "of", ..] => (2, 3),
        ["a", "couple", ..] => (2, 2),
        ["a", "few", ..] => (3, 2),
        ["a" | "an", ..] => (1, 1),
        ["couple", ..] => (2, 1),
        ["few" | "several", ..] => (3, 1),
        [word, ..] => (number(word)?, 1),
        [] => return None,
    };
    let unit = unit(rest.get(taken)?)?;
    match (past, rest.get(taken + 1)) {
        (false, Some(&"ago")) => Some((calendar.ago(unit, count), taken + 2)),
        (true, _) => Some((calendar.past(unit, count), taken + 2)),
        _ => None,
    }
}

/// "last week", "this month", "last Monday", "last summer".
fn relative(words: &[&str], calendar: Calendar) -> Reading {
    let [which @ ("last" | "previous" | "this"), what, ..] = words else { return None };
    let back = i64::from(*which != "this");
    if let Some(unit) = unit(what) {
        return Some((calendar.unit_before(unit, back), 2));
    }
    if let Some(weekday) = weekday(what) {
        let span = if back == 1 { calendar.weekday(weekday) } else { calendar.weekday_of_week(weekday, 0) };
        return Some((span, 2));
    }
    if let Some(season) = season(what) {
        return Some((last_season(season, back, calendar), 2));
    }
    let month = month(what)?;
    // In May, "last May" is that of the year before.
    let year = (back == 1 && calendar.today().month() == month).then(|| calendar.this_year() - 1);
    Some((calendar.month_of(year, month), 2))
}

/// The last season of this name that is over, or the present one.
fn last_season(season: Season, back: i64, calendar: Calendar) -> Option<Span> {
    let latest = calendar.season(None, season)?;
    if back == 1 && latest.to.date() > calendar.today() {
        return calendar.season(latest.from.year().checked_sub(1), season);
    }
    Some(latest)
}

/// "8 May 2023", "May 8th", "the 8th of May", "2023-05-08".
fn date(words: &[&str], calendar: Calendar) -> Reading {
    match words {
        [y, m, d, ..]
            if year(y).is_some()
                && m.len() == 2
                && d.len() == 2
                && numeric_month(m).is_some()
                && ordinal(d).is_some() =>
        {
            Some((calendar.date(year(y), numeric_month(m)?, ordinal(d)?), 3))
        }
        [d, "of", m, rest @ ..] if ordinal(d).is_some() && month(m).is_some() => {
            let year = rest.first().and_then(|word| year(word));
            Some((calendar.date(year, month(m)?, ordinal(d)?), 3 + usize::from(year.is_some())))
        }
        [d, m, rest @ ..] if ordinal(d).is_some() && month(m).is_some() => {
            let year = rest.first().and_then(|word| year(word));
            Some((calendar.date(year, month(m)?, ordinal(d)?), 2 + usize::from(year.is_some())))
        }
        [m, d, rest @ ..] if month(m).is_some() && ordinal(d).is_some() => {
            let year = rest.first().and_then(|word| year(word));
            Some((calendar.date(year, month(m)?, ordinal(d)?), 2 + usize::from(year.is_some())))
        }
        _ => None,
    }
}

/// "in May", "May 2023", "summer of 2022", "on Monday", "in 2022".
fn named(words: &[&str], before: &str, calendar: Calendar) -> Reading {
    let [word, rest @ ..] = words else { return None };
    let (of_year, taken) = match rest {
        ["of", y, ..] => (year(y), 3),
        [y, ..] => (year(y), 2),
        [] => (None, 1),
    };
    let taken = if of_year.is_some() { taken } else { 1 };
    let placed = matches!(
        before,
        "in" | "of"
            | "since"
            | "during"
            | "by"
            | "until"
            | "next"
            | "early"
            | "late"
            | "mid"
            | "on"
            | "the"
            | "around"
            | "over"
    );
    if let Some(month) = month(word) {
        // "may" and "march" are verbs more often than months.
        let sure = !matches!(*word, "may" | "march" | "mar" | "jan") || placed && before != "the" || of_year.is_some();
        return sure.then(|| (calendar.month_of(of_year, month), taken));
    }
    if let Some(season) = season(word) {
        let sure = placed || of_year.is_some() || matches!(season, Season::Summer | Season::Winter);
        return sure.then(|| (calendar.season(of_year, season), taken));
    }
    if let Some(weekday) = weekday(word) {
        return Some((calendar.weekday(weekday), 1));
    }
    let year = year(word)?;
    (placed || year <= calendar.this_year()).then(|| (calendar.year(year), 1))
}

fn unit(word: &str) -> Option<Unit> {
    Some(match word {
        "day" | "days" => Unit::Day,
        "week" | "weeks" => Unit::Week,
        "month" | "months" => Unit::Month,
        "year" | "years" => Unit::Year,
        _ => return None,
    })
}

fn number(word: &str) -> Option<i64> {
    const NUMBERS: &[&str] =
        &["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    match NUMBERS.iter().position(|name| *name == word) {
        Some(at) => i64::try_from(at + 1).ok(),
        None => word.parse().ok().filter(|count| (1..=1_000).contains(count)),
    }
}

/// A day of a month: "8" or "8th".
fn ordinal(word: &str) -> Option<u8> {
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|suffix| word.strip_suffix(suffix)).unwrap_or(word);
    digits.parse().ok().filter(|day| (1..=31).contains(day))
}

fn year(word: &str) -> Option<i32> {
    word.parse().ok().filter(|year| word.len() == 4 && (1900..=2199).contains(year))
}

fn numeric_month(word: &str) -> Option<Month> {
    Month::try_from(word.parse::<u8>().ok()?).ok()
}

fn month(word: &str) -> Option<Month> {
    Some(match word {
        "january" | "jan" => Month::January,
        "february" | "feb" => Month::February,
        "march" | "mar" => Month::March,
        "april" | "apr" => Month::April,
        "may" => Month::May,
        "june" | "jun" => Month::June,
        "july" | "jul" => Month::July,
        "august" | "aug" => Month::August,
        "september" | "sep" | "sept" => Month::September,
        "october" | "oct" => Month::October,
        "november" | "nov" => Month::November,
        "december" | "dec" => Month::December,
        _ => return None,
    })
}

fn season(word: &str) -> Option<Season> {
    Some(match word {
        "spring" => Season::Spring,
        "summer" => Season::Summer,
        "autumn" | "fall" => Season::Autumn,
        "winter" => Season::Winter,
        _ => return None,
    })
}

fn weekday(word: &str) -> Option<Weekday> {
    Some(match word {
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        "saturday" => Weekday::Saturday,
        "sunday" => Weekday::Sunday,
        _ => return None,
    })
}
