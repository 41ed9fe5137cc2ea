//! What every implementation of the ports must do: one suite a port, run on each backend.
//!
//! A suite takes all ports, because what one writes another reads. It uses people and ids of its own, so suites may run
//! on one database at the same time, and again. A suite panics at the first difference.
#![expect(clippy::unwrap_used, clippy::panic, reason = "these are tests, though other crates run them")]

mod chats;
mod making;

use std::future::Future;
use std::pin::Pin;

pub use chats::chats;
pub use making::Making;

use crate::Stores;

/// A suite, as a value.
pub type Suite = for<'a> fn(&'a Stores) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// All suites, by the names of their ports.
pub const SUITES: [(&str, Suite); 1] = [
    ("chats", |stores| Box::pin(chats(stores))),
];
