//! Rates that all nodes count together, by the clock of the server. While it is away each node counts for itself.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use redis::Script;

use super::link::Link;
use crate::local::LocalRates;
use crate::{Rate, RateLimits, Throttled};

/// Takes a token from the bucket; answers with how many microseconds are missing to the next one. A full bucket is as good
/// as none, so it expires.
const TAKE: &str = "
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local burst, per = tonumber(ARGV[1]), tonumber(ARGV[2])
local bucket = redis.call('HMGET', KEYS[1], 'level', 'at')
local level, at = tonumber(bucket[1]) or burst, tonumber(bucket[2]) or now
level = math.min(burst, level + math.max(0, now - at) / per * burst)
local wait = 0
if level >= 1 then level = level - 1 else wait = math.max(1, math.ceil((1 - level) / burst * per * 1000000)) end
redis.call('HSET', KEYS[1], 'level', string.format('%.9f', level), 'at', string.format('%.6f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil(per * 1000) + 1000)
return wait
";

pub(super) struct RedisRates {
    link: Arc<Link>,
    local: LocalRates,
    take: Script,
}

impl RedisRates {
    pub(super) fn new(link: Arc<Link>) -> Self {
        Self { link, local: LocalRates::default(), take: Script::new(TAKE) }
    }
}

#[async_trait]
impl RateLimits for RedisRates {
    async fn take(&self, key: &str, rate: Rate) -> Result<(), Throttled> {
        if self.link.is_connected() {
            let mut asked = self.take.key(self.link.keys.rate(key));
            asked.arg(rate.burst).arg(rate.per.as_secs_f64());
            let waits: redis::RedisResult<u64> = asked.invoke_async(&mut self.link.commands.clone()).await;
            match waits {
                Ok(0) => return Ok(()),
                Ok(micros) => return Err(Throttled { retry_after: Duration::from_micros(micros) }),
                Err(error) => tracing::debug!(error.code = error.code(), "a rate is counted on this node alone"),
            }
        }
        self.local.take(key, rate).await
    }

    async fn reset(&self, key: &str) {
        self.local.reset(key).await;
        if self.link.is_connected() {
            let reset: redis::RedisResult<()> =
                redis::cmd("DEL").arg(self.link.keys.rate(key)).query_async(&mut self.link.commands.clone()).await;
            if let Err(error) = reset {
                tracing::debug!(error.code = error.code(), "a bucket could not be filled");
            }
        }
    }
}
