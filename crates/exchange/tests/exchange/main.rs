//! What is promised of the formats of others.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "these are tests")]

mod awkward;
mod chats;
mod entries;
mod golden;
mod hostile;
mod making;
mod mutated;
mod pictures;
mod properties;
