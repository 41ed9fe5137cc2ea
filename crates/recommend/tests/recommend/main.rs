//! The crate as its users see it.

mod bytes;
mod common;
mod learning;
mod serving;
mod voices;
