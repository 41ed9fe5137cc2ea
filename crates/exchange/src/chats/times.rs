//! When something was said, as different programs write it.

use serde_json::Value;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time};

/// Numbers above this are milliseconds, not seconds.
const MILLISECONDS: i64 = 100_000_000_000;

/// The time that a value says; without a zone it is taken as UTC. `None` where it says none between 1970 and 9999.
pub(super) fn read(value: Option<&Value>) -> Option<OffsetDateTime> {
    let at = match value? {
        #[expect(clippy::cast_possible_truncation, reason = "a time out of range is none")]
        Value::Number(number) => of_number(number.as_i64().or_else(|| number.as_f64().map(|number| number as i64))?),
        Value::String(text) => of_text(text.trim()),
        _ => None,
    };
    at.filter(|at| (1970..=9999).contains(&at.year()))
}

fn of_number(number: i64) -> Option<OffsetDateTime> {
    let millis = if number > MILLISECONDS { number } else { number.checked_mul(1_000)? };
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000).ok()
}

fn of_text(text: &str) -> Option<OffsetDateTime> {
    if text.len() > 64 {
        return None;
    }
    if let Ok(number) = text.parse() {
        return of_number(number);
    }
    if let Ok(at) = OffsetDateTime::parse(text, &Rfc3339) {
        return Some(at);
    }
    if text.contains('@') {
        return of_parts(text);
    }
    let long = format_description!(
        "[month repr:long case_sensitive:false] [day padding:none], [year] [hour repr:12 padding:none]:[minute][period case_sensitive:false]"
    );
    let close: String = text.replace(" am", "am").replace(" pm", "pm").replace(" AM", "AM").replace(" PM", "PM");
    PrimitiveDateTime::parse(&close, long).ok().map(PrimitiveDateTime::assume_utc)
}

/// `2023-6-12 @12h 34m 56s 789ms`: the numbers in their order.
fn of_parts(text: &str) -> Option<OffsetDateTime> {
    let numbers: Vec<u16> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map_while(|part| part.parse().ok())
        .collect();
    let [year, month, day, hour, minute, rest @ ..] = numbers.as_slice() else { return None };
    let small = |number: &u16| u8::try_from(*number).ok();
    let date = Date::from_calendar_date(i32::from(*year), Month::try_from(small(month)?).ok()?, small(day)?).ok()?;
    let second = rest.first().map_or(Some(0), small)?;
    let time = Time::from_hms_milli(small(hour)?, small(minute)?, second, rest.get(1).copied().unwrap_or(0)).ok()?;
    Some(PrimitiveDateTime::new(date, time).assume_utc())
}

/// The time as SillyTavern writes it today.
pub(super) fn write(at: OffsetDateTime) -> String {
    at.to_offset(time::UtcOffset::UTC).format(&Rfc3339).unwrap_or_default()
}

/// The time as programs in JavaScript write it: in milliseconds since 1970.
pub(super) fn milliseconds(at: OffsetDateTime) -> i64 {
    at.unix_timestamp() * 1_000 + i64::from(at.millisecond())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn every_way_to_write_a_time_is_read() {
        let at = datetime!(2024-09-28 15:22 UTC);
        for value in [
            json!("2024-09-28T15:22:00.000Z"),
            json!("2024-09-28T17:22:00+02:00"),
            json!(1_727_536_920_000_i64),
            json!(1_727_536_920),
            json!("1727536920000"),
            json!(1_727_536_920_000.0),
            json!("September 28, 2024 3:22pm"),
            json!("September 28, 2024 3:22 PM"),
            json!("2024-9-28 @15h 22m 0s 0ms"),
            json!("2024-9-28@15h22m"),
        ] {
            assert_eq!(read(Some(&value)), Some(at), "{value}");
        }
        for value in
            [json!(null), json!(""), json!("soon"), json!(i64::MAX), json!(1e300), json!(-5), json!("@1@2@3@4@5@6")]
        {
            assert_eq!(read(Some(&value)), None, "{value}");
        }
        assert_eq!(write(at), "2024-09-28T15:22:00Z");
        assert_eq!(milliseconds(datetime!(2024-09-28 15:22:00.789 UTC)), 1_727_536_920_789);
    }
}
