//! The crate as its users see it.

mod common;
mod incremental;
mod search;
