//! The formats of others, in and out: cards of characters, and chats; and accounts as archives. Pure functions over bytes and plain
//! data.
//!
//! Everything that comes in is hostile: it is bounded before it is believed (see [`limits`]), and what is wrong is said with
//! its place and without its text ([`ExchangeError`]). Everything that comes in can leave again: what nobody here knows is
//! kept as it is, at every level, in its order. Nothing is ever fetched from anywhere.

pub mod account;
mod archive;
pub mod cards;
pub mod chats;
mod error;
pub mod json;
pub mod limits;

pub use error::{ExchangeError, Fault};
