//! Who must know now: notices to a person's devices, the text of replies while they are written, rates, presence.
//!
//! Haste, not truth: what is lost here is read again from the store. [`local`] serves one process, [`redis`] many.

#[cfg(feature = "conformance")]
pub mod conformance;
pub mod health;
pub mod local;
mod mirrors;
pub mod notices;
pub mod presence;
pub mod rates;
pub mod redis;
pub mod streams;

use std::sync::Arc;
use std::time::Duration;

pub use health::{BusState, Health};
pub use notices::{Notice, Notices, Received, Subscription};
pub use presence::{Here, Presence};
pub use rates::{Rate, RateLimits, Throttled};
pub use streams::{ReplyReader, ReplyText, ReplyWriter, Streams};

/// How long what waits to be sent may take at the end.
const FLUSHED_WITHIN: Duration = Duration::from_secs(1);

/// The ports of the bus, as the server wires them up.
#[derive(Clone)]
pub struct Bus {
    /// Notices to people.
    pub notices: Arc<dyn Notices>,
    /// Replies being written.
    pub streams: Arc<dyn Streams>,
    /// How often something may be done.
    pub rates: Arc<dyn RateLimits>,
    /// Who is here.
    pub presence: Arc<dyn Presence>,
    /// Whether other nodes are reached.
    pub health: Health,
    keeper: Option<Arc<health::Keeper>>,
}

impl Bus {
    /// Sends what waits to be sent, for a moment at most, and ends the tasks of this bus: it hears of other nodes no more.
    pub async fn close(&self) {
        if let Some(keeper) = &self.keeper {
            if let Some(flush) = &keeper.flush {
                let _ = tokio::time::timeout(FLUSHED_WITHIN, flush()).await;
            }
            keeper.closing.cancel();
            keeper.tasks.close();
            keeper.tasks.wait().await;
        }
    }
}
