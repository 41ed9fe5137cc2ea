//! What time it is where a person lives, or a character, and until when something there holds that goes by the clocks.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use time::{OffsetDateTime, UtcOffset};

/// How many changes of the clocks one stretch may hold. They are seldom changed twice in a day.
const CHANGES: u8 = 4;

/// `now` as the clocks of an IANA time zone show it; UTC where there is none of that name.
#[must_use]
pub(crate) fn local(now: OffsetDateTime, zone: Option<&str>) -> OffsetDateTime {
    now.to_offset(zone.and_then(|zone| offset(now, zone)).unwrap_or(UtcOffset::UTC))
}

/// Whether there is a zone of this name.
pub(crate) fn is_known(zone: &str) -> bool {
    TimeZone::get(zone).is_ok()
}

/// The first moment from `now` on at which something holds no more; `None` when it does not hold now. `lasts` says of what the clocks
/// show how many more seconds of theirs it holds. Where clocks are put forward or back within these, it is asked again.
pub(crate) fn holds_until(
    now: OffsetDateTime,
    zone: Option<&str>,
    lasts: &dyn Fn(OffsetDateTime) -> Option<i64>,
) -> Option<OffsetDateTime> {
    let clocks = zone.and_then(|zone| TimeZone::get(zone).ok()).unwrap_or(TimeZone::UTC);
    let mut at = OffsetDateTime::from_unix_timestamp(now.unix_timestamp()).ok()?;
    let mut left = lasts(local(at, zone))?;
    for _ in 0..CHANGES {
        let end = at.unix_timestamp() + left;
        let from = Timestamp::from_second(at.unix_timestamp()).ok()?;
        let change = clocks.following(from).next().map(|change| change.timestamp().as_second());
        let Some(change) = change.filter(|change| *change <= end) else {
            return OffsetDateTime::from_unix_timestamp(end).ok();
        };
        at = OffsetDateTime::from_unix_timestamp(change).ok()?;
        match lasts(local(at, zone)) {
            Some(more) => left = more,
            None => return Some(at),
        }
    }
    None
}

fn offset(now: OffsetDateTime, zone: &str) -> Option<UtcOffset> {
    let zone = TimeZone::get(zone).ok()?;
    let at = Timestamp::from_second(now.unix_timestamp()).ok()?;
    UtcOffset::from_whole_seconds(zone.to_offset(at).seconds()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn clocks_go_forward_in_summer_and_unknown_zones_are_utc() {
        let (winter, summer) = (datetime!(2026-01-15 12:00 UTC), datetime!(2026-07-15 12:00 UTC));
        assert_eq!(local(winter, Some("Europe/Paris")).hour(), 13);
        assert_eq!(local(summer, Some("Europe/Paris")).hour(), 14);
        assert_eq!(local(summer, Some("Asia/Tokyo")).hour(), 21);
        assert_eq!(local(summer, Some("Not/AZone")), summer);
        assert_eq!(local(summer, None), summer);
        assert!(is_known("Asia/Tokyo") && !is_known("Not/AZone"));
    }
}
