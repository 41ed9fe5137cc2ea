//! The nouns and rules of Talker: pure values, no clock, no randomness, no I/O.
//!
//! Every other crate may import this one; this one imports none of ours. What is decided here can be tested without a
//! runtime, and means the same on a laptop and on many nodes.

#[macro_use]
mod closed_set;

pub mod accounts;
pub mod api_keys;
pub mod audit;
pub mod blocks;
pub mod bonds;
pub mod cards;
pub mod characters;
pub mod chats;
pub mod consents;
pub mod diaries;
pub mod events;
pub mod follows;
pub mod friends;
pub mod groups;
pub mod ids;
pub mod imports;
pub mod initiatives;
pub mod jobs;
pub mod limits;
pub mod lore;
pub mod macros;
pub mod media;
pub mod memories;
pub mod models;
pub mod moderation;
pub mod moments;
pub mod notifications;
pub mod pages;
pub mod privacy;
pub mod profiles;
pub mod prompt;
pub mod recommendations;
pub mod reports;
pub mod routes;
pub mod routine;
pub mod safety;
pub mod sampling;
pub mod sittings;
pub mod speaking;
pub mod taking_part;
pub mod traces;
pub mod usage;
pub mod validation;

pub use closed_set::{ClosedSet, UnknownValue};
