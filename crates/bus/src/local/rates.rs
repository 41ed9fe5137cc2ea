//! Rates within one process; also what decides while the bus of many cannot be reached.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use parking_lot::Mutex;

use crate::{Rate, RateLimits, Throttled};

/// Buckets kept before the full ones are swept away.
const BUCKETS: usize = 10_000;

struct Bucket {
    level: f64,
    at: Instant,
    rate: Rate,
}

impl Bucket {
    fn fill(&mut self, now: Instant) {
        let share = now.duration_since(self.at).as_secs_f64() / self.rate.per.as_secs_f64();
        self.level = (self.level + share * f64::from(self.rate.burst)).min(f64::from(self.rate.burst));
        self.at = now;
    }
}

/// Buckets in memory.
#[derive(Default)]
pub(crate) struct LocalRates {
    buckets: Mutex<HashMap<String, Bucket>>,
}

#[async_trait]
impl RateLimits for LocalRates {
    async fn take(&self, key: &str, rate: Rate) -> Result<(), Throttled> {
        let now = Instant::now();
        let mut buckets = self.buckets.lock();
        if buckets.len() >= BUCKETS {
            buckets.retain(|_, bucket| {
                bucket.fill(now);
                bucket.level < f64::from(bucket.rate.burst)
            });
        }
        let bucket = buckets.entry(key.to_owned()).or_insert(Bucket { level: f64::from(rate.burst), at: now, rate });
        bucket.rate = rate;
        bucket.fill(now);
        if bucket.level >= 1.0 {
            bucket.level -= 1.0;
            return Ok(());
        }
        let wait = (1.0 - bucket.level) / f64::from(rate.burst) * rate.per.as_secs_f64();
        Err(Throttled { retry_after: Duration::from_secs_f64(wait) })
    }

    async fn reset(&self, key: &str) {
        self.buckets.lock().remove(key);
    }
}
