//! The bus within one process.

mod notices;
mod presence;
mod rates;
mod streams;

use std::sync::Arc;

pub(crate) use notices::LocalNotices;
pub(crate) use presence::LocalPresence;
pub(crate) use rates::LocalRates;
use streams::LocalStreams;
pub(crate) use streams::Writers;

use crate::{Bus, Health};

/// The bus of a process that has the store for itself.
#[must_use]
pub fn bus() -> Bus {
    of(true)
}

/// The bus of a process that shares the store with others and does not hear them: what they do is read from the store.
#[must_use]
pub fn deaf() -> Bus {
    of(false)
}

fn of(alone: bool) -> Bus {
    Bus {
        notices: Arc::new(LocalNotices::default()),
        streams: Arc::new(LocalStreams::new(alone)),
        rates: Arc::new(LocalRates::default()),
        presence: Arc::new(LocalPresence::default()),
        health: Health::local(),
        keeper: None,
    }
}
