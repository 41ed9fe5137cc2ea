//! How long ago something was, as one says it.

use time::OffsetDateTime;

/// "today", "yesterday", "3 days ago", "last week", "2 weeks ago", "last month", "5 months ago", "a year ago",
/// "3 years ago"; and what is still to come: "tomorrow", "in 3 days". Days are counted by the calendar of `now`'s offset.
#[must_use]
pub fn ago(at: OffsetDateTime, now: OffsetDateTime) -> String {
    let at = at.checked_to_offset(now.offset()).unwrap_or(at);
    let days = i64::from(now.date().to_julian_day()) - i64::from(at.date().to_julian_day());
    let months = {
        let whole = |moment: OffsetDateTime| i64::from(moment.year()) * 12 + i64::from(moment.month() as u8);
        (whole(now) - whole(at)).abs()
    };
    match days {
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        -1 => "tomorrow".to_owned(),
        7..=13 => "last week".to_owned(),
        28..=59 if months == 1 => "last month".to_owned(),
        _ => {
            let (count, unit) = match days.abs() {
                days @ 0..=6 => (days, "day"),
                days @ 7..=29 => (days / 7, "week"),
                days => match months {
                    0..=11 => (months.max(days / 31).max(1), "month"),
                    _ => (months / 12, "year"),
                },
            };
            let count = match (count, unit) {
                (1, unit) => format!("a {unit}"),
                (count, unit) => format!("{count} {unit}s"),
            };
            if days > 0 { format!("{count} ago") } else { format!("in {count}") }
        }
    }
}
