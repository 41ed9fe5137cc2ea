//! One clock for all nodes: that of the database they share. Leases are compared between nodes, and one whose clock is a
//! minute ahead would end what others are writing.

use std::sync::Arc;
use std::time::Duration;

use service::clock::{Clock, CorrectedClock};
use store::StoreResult;
use store::sql::SqlStore;
use tokio::time::{Instant, MissedTickBehavior};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How often the database is asked for its time.
const EVERY: Duration = Duration::from_secs(30);

/// How often it is asked at once; the quickest answer counts.
const TRIES: usize = 3;

/// A difference that people would notice.
const JUMP: time::Duration = time::Duration::seconds(1);

/// Keeps this node's clock right; it ends with [`Self::stop`], at the latest when it is dropped.
pub struct ClockKeeper {
    closing: CancellationToken,
    tasks: TaskTracker,
}

impl ClockKeeper {
    /// Corrects `own` by the time of the database, now and from now on.
    pub async fn start(own: Arc<dyn Clock>, store: SqlStore) -> (Arc<dyn Clock>, Self) {
        let clock = Arc::new(CorrectedClock::new(own));
        let keeper = Self { closing: CancellationToken::new(), tasks: TaskTracker::new() };
        correct(&clock, &store).await;
        let corrected = Arc::clone(&clock);
        keeper.tasks.spawn(keeper.closing.clone().run_until_cancelled_owned(async move {
            let mut every = tokio::time::interval_at(Instant::now() + EVERY, EVERY);
            every.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                every.tick().await;
                correct(&corrected, &store).await;
            }
        }));
        (clock, keeper)
    }

    /// Asks no more.
    pub async fn stop(&self) {
        self.closing.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Drop for ClockKeeper {
    fn drop(&mut self) {
        self.closing.cancel();
    }
}

async fn correct(clock: &CorrectedClock, store: &SqlStore) {
    match measure(clock, store).await {
        Ok((asked, took, shared)) => {
            let moved = clock.correct(asked, took, shared);
            if moved.abs() > JUMP {
                let seconds = moved.as_seconds_f64();
                tracing::warn!(
                    clock.moved_seconds = seconds,
                    "this machine's clock is not that of the database, which counts"
                );
            }
        }
        Err(error) => tracing::warn!(error = %error, "the database was not asked what time it is"),
    }
}

/// When the database was asked by the own clock, how long that took, and what it said.
async fn measure(
    clock: &CorrectedClock,
    store: &SqlStore,
) -> StoreResult<(time::OffsetDateTime, Duration, time::OffsetDateTime)> {
    let mut best = ask(clock, store).await?;
    for _ in 1..TRIES {
        let next = ask(clock, store).await?;
        if next.1 < best.1 {
            best = next;
        }
    }
    Ok(best)
}

async fn ask(
    clock: &CorrectedClock,
    store: &SqlStore,
) -> StoreResult<(time::OffsetDateTime, Duration, time::OffsetDateTime)> {
    let (asked, began) = (clock.uncorrected(), Instant::now());
    let shared = store.database_time().await?;
    Ok((asked, began.elapsed(), shared))
}
