//! The time, given from outside, so that tests can set it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use time::OffsetDateTime;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Now, in UTC, to the microsecond.
    fn now(&self) -> OffsetDateTime;
}

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is where the time comes from")]
    fn now(&self) -> OffsetDateTime {
        let now = OffsetDateTime::now_utc();
        // The store keeps microseconds: what is written and what is read back are the same.
        now.replace_microsecond(now.microsecond()).unwrap_or(now)
    }
}

/// A clock that goes by another, which many nodes share: leases are compared between them.
pub struct CorrectedClock {
    own: Arc<dyn Clock>,
    // In microseconds.
    offset: AtomicI64,
}

impl CorrectedClock {
    /// This clock, not corrected yet.
    #[must_use]
    pub fn new(own: Arc<dyn Clock>) -> Self {
        Self { own, offset: AtomicI64::new(0) }
    }

    /// Takes up what the shared clock said, asked when the own one stood at `asked` and answered after `took`. What lies
    /// within the time the answer took is no difference. Returns by how much this clock moves.
    pub fn correct(&self, asked: OffsetDateTime, took: Duration, shared: OffsetDateTime) -> time::Duration {
        let offset = shared - (asked + took / 2);
        let known = time::Duration::microseconds(self.offset.load(Ordering::Relaxed));
        let moved = offset - known;
        if moved.abs() <= took / 2 {
            return time::Duration::ZERO;
        }
        self.offset.store(i64::try_from(offset.whole_microseconds()).unwrap_or_default(), Ordering::Relaxed);
        moved
    }

    /// What the own clock says.
    #[must_use]
    pub fn uncorrected(&self) -> OffsetDateTime {
        self.own.now()
    }
}

impl Clock for CorrectedClock {
    fn now(&self) -> OffsetDateTime {
        self.own.now() + time::Duration::microseconds(self.offset.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    struct Stopped(OffsetDateTime);

    impl Clock for Stopped {
        fn now(&self) -> OffsetDateTime {
            self.0
        }
    }

    #[test]
    fn a_clock_is_corrected_by_half_of_what_the_answer_took() {
        let own = datetime!(2026-04-06 09:01 UTC);
        let clock = CorrectedClock::new(Arc::new(Stopped(own)));
        let took = Duration::from_millis(20);
        let shared = datetime!(2026-04-06 09:00 UTC);
        assert_eq!(clock.correct(own, took, shared), time::Duration::milliseconds(-60_010));
        assert_eq!(clock.now(), datetime!(2026-04-06 08:59:59.990 UTC));
        // A difference that the way explains moves nothing.
        let later = shared + Duration::from_millis(9);
        assert_eq!(clock.correct(own, took, later), time::Duration::ZERO);
        assert_eq!(clock.correct(own, took, shared + Duration::from_millis(11)), time::Duration::milliseconds(11));
        assert_eq!(clock.uncorrected(), own);
    }
}
