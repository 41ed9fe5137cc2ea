//! Lorebooks: what a world holds, told to the model when the talk comes to it.
//!
//! A [`Book`] is plain data, read from and written as the formats that are about ([`reading`]). Made ready once
//! ([`matching::Compiled`]), it is scanned before each reply: [`activation::activate`] says for every entry whether it fires, and
//! why or why not ([`explain`]). Nothing here knows a clock, a store or chance of its own.

pub mod activation;
pub mod book;
mod candidates;
pub mod decorators;
pub mod explain;
pub mod fitting;
mod groups;
mod hits;
pub mod matching;
pub mod reading;
mod rounds;
mod script;
pub mod shelves;
mod text;
pub mod timed;

pub use activation::{Activation, Line, LoreSettings, LoreSource, Place, Scan, Shelf, activate};
pub use book::{Book, Entry, LoreMode};
pub use explain::{LoreReason, Verdict};
pub use matching::Compiled;
pub use timed::LoreState;
