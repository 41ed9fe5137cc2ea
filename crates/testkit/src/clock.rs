//! A clock that goes with the machine's, from a fixed day, and can be set forward.

use std::time::{Duration, Instant};

use parking_lot::Mutex;
use service::clock::Clock;
use time::OffsetDateTime;
use time::macros::datetime;

/// Begins on a Monday in spring and runs on; [`TestClock::advance`] skips.
pub struct TestClock {
    began: Instant,
    skipped: Mutex<Duration>,
}

impl Default for TestClock {
    fn default() -> Self {
        Self { began: Instant::now(), skipped: Mutex::default() }
    }
}

impl TestClock {
    /// Lets `time` pass at once.
    pub fn advance(&self, time: Duration) {
        *self.skipped.lock() += time;
    }
}

impl Clock for TestClock {
    fn now(&self) -> OffsetDateTime {
        let now = datetime!(2026-04-06 09:00 UTC) + self.began.elapsed() + *self.skipped.lock();
        now.replace_microsecond(now.microsecond()).unwrap_or(now)
    }
}
