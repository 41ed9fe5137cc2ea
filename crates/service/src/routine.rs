//! What a character does now, by the clocks where she lives.

use domain::routine::{Activity, Routine};
use domain::validation::FieldError;
use time::OffsetDateTime;

use crate::{ServiceResult, zones};

/// What a character does now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence {
    /// What.
    pub activity: Activity,
    /// In the words of her maker; may be empty.
    pub note: String,
    /// What time it is where she lives.
    pub local: OffsetDateTime,
    /// Until when; `None` when it is so all week.
    pub until: Option<OffsetDateTime>,
}

impl Presence {
    /// What she does at `now`.
    #[must_use]
    pub(crate) fn of(routine: &Routine, now: OffsetDateTime) -> Self {
        let zone = Some(routine.timezone.as_str());
        let local = zones::local(now, zone);
        let doing = routine.at(local);
        let until = zones::holds_until(now, zone, &|at| {
            let then = routine.at(at);
            let same = (then.activity, then.note) == (doing.activity, doing.note);
            then.left.filter(|_| same).map(i64::from)
        });
        Self { activity: doing.activity, note: doing.note.to_owned(), local, until }
    }
}

/// Whether the zone of a routine exists.
pub(crate) fn check_zone(routine: Option<&Routine>) -> ServiceResult<()> {
    match routine {
        Some(routine) if !zones::is_known(&routine.timezone) => {
            Err(FieldError::new("routine.timezone", "must be an IANA time zone such as Europe/Paris").into())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ClosedSet;
    use domain::routine::{Day, Hours};
    use time::macros::datetime;

    fn nights(from: &str, to: &str) -> Routine {
        let night = Hours::read(Day::ALL.to_vec(), from, to, Activity::Sleeping, String::new()).unwrap();
        Routine { timezone: "Europe/Paris".into(), hours: vec![night] }.checked().unwrap()
    }

    #[test]
    fn it_goes_by_the_clocks_where_she_lives() {
        let presence = Presence::of(&nights("23:00", "07:00"), datetime!(2026-07-15 21:30 UTC));
        assert_eq!((presence.activity, presence.local.hour()), (Activity::Sleeping, 23));
        assert_eq!(presence.until, Some(datetime!(2026-07-16 05:00 UTC)));
        let presence = Presence::of(&nights("23:00", "07:00"), datetime!(2026-07-16 05:00 UTC));
        assert_eq!((presence.activity, presence.until), (Activity::Free, Some(datetime!(2026-07-16 21:00 UTC))));
        let free = Routine { timezone: "Asia/Tokyo".into(), hours: Vec::new() };
        assert_eq!(Presence::of(&free, datetime!(2026-07-16 05:00 UTC)).until, None);
    }

    #[test]
    fn nights_in_which_clocks_change_are_shorter_and_longer() {
        let until = |now, from, to| Presence::of(&nights(from, to), now).until;
        let spring = datetime!(2026-03-28 23:00 UTC);
        assert_eq!(until(spring, "23:00", "07:00"), Some(datetime!(2026-03-29 05:00 UTC)));
        // A time that the clocks leap over: she wakes where they leap.
        assert_eq!(until(spring, "23:00", "02:30"), Some(datetime!(2026-03-29 01:00 UTC)));
        let autumn = datetime!(2026-10-24 22:00 UTC);
        assert_eq!(until(autumn, "23:00", "07:00"), Some(datetime!(2026-10-25 06:00 UTC)));
    }

    #[test]
    fn what_she_does_holds_until_it_says_through_a_year() {
        let routine = nights("22:45", "02:30");
        for hour in 0..24 * 366 {
            let now = datetime!(2026-01-01 00:07 UTC) + time::Duration::hours(hour);
            let presence = Presence::of(&routine, now);
            let until = presence.until.unwrap();
            assert!(until > now, "{now}");
            let before = Presence::of(&routine, until - time::Duration::SECOND);
            assert_eq!(before.activity, presence.activity, "{now}");
            assert_ne!(Presence::of(&routine, until).activity, presence.activity, "{now}");
        }
    }
}
