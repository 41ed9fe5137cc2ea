//! What is kept, and the ports through which it is reached.
//!
//! A port is a trait of at most six methods, in the words of the product; one method is one transaction. Queries on
//! owned data take the owner: what is another's is as if it were not there. `sql` serves all of them on SQLite and
//! PostgreSQL; with `mongo` those of the chat log are served by MongoDB.

pub mod accounts;
pub mod api_keys;
pub mod archive;
pub mod audit;
pub mod blocks;
pub mod bonds;
pub mod cards;
pub mod characters;
pub mod chats;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod consents;
pub mod devices;
pub mod diaries;
pub mod discovery;
pub mod embedders;
pub mod error;
pub mod follows;
pub mod friends;
pub mod groups;
pub mod history;
pub mod inboxes;
pub mod initiatives;
pub mod jobs;
pub mod lorebooks;
pub mod media;
pub mod memories;
pub mod moments;
pub mod mongo;
pub mod notifications;
pub mod origins;
pub mod people;
pub mod places;
pub mod profiles;
pub mod pushes;
pub mod queue;
pub mod recommendations;
pub mod remembering;
pub mod reports;
pub mod responses;
pub mod routes;
pub mod sessions;
pub mod sittings;
pub mod sql;
pub mod taking_part;
pub mod transcripts;
pub mod turns;
pub mod usage;

mod stores;

pub use error::{Conflict, StoreError, StoreResult};
pub use stores::{Store, Stores};
