//! When quiet hours end, by the clocks where a person lives: also in the night in which these are put forward or back.

use domain::notifications::QuietHours;
use time::OffsetDateTime;

use crate::zones;

/// Seconds of a day, as long as no clock is changed.
const DAY: i64 = 24 * 60 * 60;

/// The first moment from `now` on that is not quiet; `None` when it is not quiet now. Where there is no zone of that name it
/// goes by UTC.
pub(crate) fn quiet_until(now: OffsetDateTime, zone: Option<&str>, quiet: QuietHours) -> Option<OffsetDateTime> {
    zones::holds_until(now, zone, &|local| {
        let second = i64::from(local.hour()) * 3_600 + i64::from(local.minute()) * 60 + i64::from(local.second());
        let minute = u16::try_from(second / 60).unwrap_or_default();
        quiet.covers(minute).then(|| (i64::from(quiet.to()) * 60 - second).rem_euclid(DAY))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    fn until(now: OffsetDateTime, zone: &str, from: &str, to: &str) -> Option<OffsetDateTime> {
        quiet_until(now, Some(zone), QuietHours::read(from, to).unwrap())
    }

    #[test]
    fn a_night_ends_in_the_morning_of_the_person() {
        let now = datetime!(2026-01-15 22:30:30 UTC);
        // Half past seven in Tokyo.
        assert_eq!(until(now, "Asia/Tokyo", "22:00", "08:00"), Some(datetime!(2026-01-15 23:00 UTC)));
        assert_eq!(until(now, "Asia/Tokyo", "22:00", "07:30"), None);
        assert_eq!(until(now, "Europe/Paris", "22:00", "07:00"), Some(datetime!(2026-01-16 06:00 UTC)));
        assert_eq!(until(now, "Asia/Kathmandu", "00:00", "06:00"), Some(datetime!(2026-01-16 00:15 UTC)));
        assert_eq!(until(now, "Not/AZone", "22:00", "23:00"), Some(datetime!(2026-01-15 23:00 UTC)));
        assert_eq!(until(now, "UTC", "23:00", "07:00"), None);
        // The last second is quiet, the next is not.
        let end = datetime!(2026-01-15 23:00 UTC);
        assert_eq!(until(end - time::Duration::SECOND, "UTC", "22:00", "23:00"), Some(end));
        assert_eq!(until(end, "UTC", "22:00", "23:00"), None);
    }

    #[test]
    fn a_night_in_which_clocks_go_forward_is_an_hour_shorter() {
        // In Paris on 29 March 2026, two o'clock is three o'clock.
        let evening = datetime!(2026-03-28 22:00 UTC);
        assert_eq!(until(evening, "Europe/Paris", "23:00", "07:00"), Some(datetime!(2026-03-29 05:00 UTC)));
        // A time that the clocks leap over: quiet ends where they leap.
        assert_eq!(until(evening, "Europe/Paris", "23:00", "02:30"), Some(datetime!(2026-03-29 01:00 UTC)));
    }

    #[test]
    fn a_night_in_which_clocks_go_back_is_an_hour_longer() {
        // In Paris on 25 October 2026, three o'clock is two o'clock again.
        let evening = datetime!(2026-10-24 21:30 UTC);
        assert_eq!(until(evening, "Europe/Paris", "23:00", "07:00"), Some(datetime!(2026-10-25 06:00 UTC)));
        // A time that comes twice: it ends the first time, and what begins anew ends the second time.
        assert_eq!(until(evening, "Europe/Paris", "23:00", "02:30"), Some(datetime!(2026-10-25 00:30 UTC)));
        let between = datetime!(2026-10-25 00:45 UTC);
        assert_eq!(until(between, "Europe/Paris", "23:00", "02:30"), None);
        let again = datetime!(2026-10-25 01:10 UTC);
        assert_eq!(until(again, "Europe/Paris", "23:00", "02:30"), Some(datetime!(2026-10-25 01:30 UTC)));
    }

    #[test]
    fn the_end_is_never_quiet_and_every_moment_before_it_is() {
        let quiet = QuietHours::read("22:00", "02:30").unwrap();
        for zone in ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo"] {
            for hour in 0..24 * 366 {
                let now = datetime!(2026-01-01 00:07 UTC) + time::Duration::hours(hour);
                let Some(end) = quiet_until(now, Some(zone), quiet) else { continue };
                assert!(end > now && end - now <= time::Duration::hours(6), "{zone} {now} {end}");
                assert_eq!(quiet_until(end, Some(zone), quiet), None, "{zone} {now}");
                let before = end - time::Duration::SECOND;
                assert_eq!(quiet_until(before, Some(zone), quiet), Some(end), "{zone} {now}");
            }
        }
    }
}
