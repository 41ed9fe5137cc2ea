//! Who must know now: notices to a person's devices, the text of replies while they are written, rates.
//!
//! Haste, not truth: what is lost here is read again from the store. [`local`] serves one process.

pub mod local;
pub mod notices;
pub mod rates;
pub mod streams;

use std::sync::Arc;

pub use notices::{Notice, Notices, Subscription};
pub use rates::{Rate, RateLimits, Throttled};
pub use streams::{ReplyReader, ReplyText, ReplyWriter, Streams};

/// The ports of the bus, as the server wires them up.
#[derive(Clone)]
pub struct Bus {
    /// Notices to people.
    pub notices: Arc<dyn Notices>,
    /// Replies being written.
    pub streams: Arc<dyn Streams>,
    /// How often something may be done.
    pub rates: Arc<dyn RateLimits>,
}
