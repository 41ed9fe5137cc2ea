//! Macros of time, for a person whose clock is known.

use time::format_description::well_known::Iso8601;
use time::{Date, Duration, OffsetDateTime, PrimitiveDateTime};

use super::Env;
use super::parsing::Call;

/// What a macro of time stands for; `None` when it is none, or nobody knows the time.
pub(super) fn value(call: &Call<'_>, env: &Env<'_>) -> Option<String> {
    let first = call.args.first().copied();
    match (call.name.as_str(), first) {
        ("idleduration" | "idle_duration", None) => Some(env.idle.map(spoken).unwrap_or_default()),
        ("timediff", Some(one)) => Some(spoken(moment(one)? - moment(call.args.get(1)?)?)),
        ("time", None) => Some(formatted(env.now?, "h:mm A")),
        ("date", None) => Some(formatted(env.now?, "MMMM D, YYYY")),
        ("weekday", None) => Some(formatted(env.now?, "dddd")),
        ("isotime", None) => Some(formatted(env.now?, "HH:mm")),
        ("isodate", None) => Some(formatted(env.now?, "YYYY-MM-DD")),
        ("datetimeformat", Some(format)) => Some(formatted(env.now?, format)),
        _ => None,
    }
}

/// A moment in ISO 8601, with or without a time of day.
fn moment(text: &str) -> Option<PrimitiveDateTime> {
    let text = text.trim();
    PrimitiveDateTime::parse(text, &Iso8601::DEFAULT)
        .or_else(|_| Date::parse(text, &Iso8601::DEFAULT).map(Date::midnight))
        .ok()
}

/// How long something is, as one says it.
#[must_use]
pub fn spoken(length: Duration) -> String {
    let length = length.abs();
    let of = |count: i64, one: &str, many: &str| if count == 1 { one.to_owned() } else { format!("{count} {many}") };
    match length {
        length if length < Duration::minutes(1) => "a few seconds".to_owned(),
        length if length < Duration::hours(1) => of(length.whole_minutes(), "a minute", "minutes"),
        length if length < Duration::days(1) => of(length.whole_hours(), "an hour", "hours"),
        length if length < Duration::days(30) => of(length.whole_days(), "a day", "days"),
        length if length < Duration::days(365) => of(length.whole_days() / 30, "a month", "months"),
        length => of(length.whole_days() / 365, "a year", "years"),
    }
}

/// A moment in a format as cards write it: `YYYY-MM-DD HH:mm`, `dddd, MMMM D`; what stands in brackets stays.
fn formatted(at: OffsetDateTime, format: &str) -> String {
    let mut out = String::new();
    let mut rest = format;
    while let Some(letter) = rest.chars().next() {
        if let Some((kept, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            out.push_str(kept);
            rest = after;
            continue;
        }
        let length = rest.chars().take_while(|c| *c == letter).count();
        let (used, written) = token(at, letter, length).unwrap_or((1, letter.to_string()));
        out.push_str(&written);
        rest = rest.get(used * letter.len_utf8()..).unwrap_or_default();
    }
    out
}

fn token(at: OffsetDateTime, letter: char, length: usize) -> Option<(usize, String)> {
    let (month, weekday) = (at.month().to_string(), at.weekday().to_string());
    let short = |name: &str| name.chars().take(3).collect::<String>();
    let number = |value: u8| if length >= 2 { (2, format!("{value:02}")) } else { (1, value.to_string()) };
    let twelve = match at.hour() % 12 {
        0 => 12,
        hour => hour,
    };
    let half = if at.hour() < 12 { "AM" } else { "PM" };
    Some(match letter {
        'Y' if length >= 4 => (4, format!("{:04}", at.year())),
        'Y' if length >= 2 => (2, format!("{:02}", at.year().rem_euclid(100))),
        'M' if length >= 4 => (4, month),
        'M' if length == 3 => (3, short(&month)),
        'M' => number(at.month().into()),
        'D' => number(at.day()),
        'd' if length >= 4 => (4, weekday),
        'd' if length == 3 => (3, short(&weekday)),
        'H' => number(at.hour()),
        'h' => number(twelve),
        'm' => number(at.minute()),
        's' => number(at.second()),
        'A' => (1, half.to_owned()),
        'a' => (1, half.to_ascii_lowercase()),
        _ => return None,
    })
}
