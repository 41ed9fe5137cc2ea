//! Rates: how often something may be done, by token bucket.

use std::time::Duration;

use async_trait::async_trait;

/// A bucket of `burst` tokens that fills within `per`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many at once.
    pub burst: u32,
    /// How long an empty bucket takes to be full again.
    pub per: Duration,
}

/// Done too often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too often; try again in {} s", retry_after.as_secs())]
pub struct Throttled {
    /// When it may be done again.
    pub retry_after: Duration,
}

/// Counts what is done.
#[async_trait]
pub trait RateLimits: Send + Sync {
    /// Takes one token from the bucket `key`.
    async fn take(&self, key: &str, rate: Rate) -> Result<(), Throttled>;
    /// Gives the bucket back whole: the doer has proved themselves.
    async fn reset(&self, key: &str);
}
