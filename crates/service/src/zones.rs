//! What time it is where a person lives.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use time::{OffsetDateTime, UtcOffset};

/// `now` as the clocks of an IANA time zone show it; UTC where there is none of that name.
#[must_use]
pub(crate) fn local(now: OffsetDateTime, zone: Option<&str>) -> OffsetDateTime {
    now.to_offset(zone.and_then(|zone| offset(now, zone)).unwrap_or(UtcOffset::UTC))
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
    }
}
