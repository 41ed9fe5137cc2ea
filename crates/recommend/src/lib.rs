//! Which characters a person may like next: pure, without clock or I/O, the same for the same events and seed.
//!
//! A [`Model`] takes [`Event`]s in and learns, for each character, what liking it says of others: three methods in closed form,
//! blended into one sparse matrix. A [`Snapshot`] of it serves: the person is folded in from her own [`Profile`], so that a like
//! changes the next page without training. Read `model`, then `cooccurrence` and `ridge`, then `snapshot` and `serve`.

mod bytes;
mod candidates;
mod catalogue;
mod chance;
mod content;
mod cooccurrence;
mod diversity;
mod events;
mod ledger;
mod linear;
mod model;
mod parameters;
mod profile;
mod ridge;
mod rows;
mod sequences;
mod serve;
mod similar;
mod snapshot;
mod spread;
mod tune;
mod weights;

pub use bytes::SnapshotError;
pub use catalogue::Character;
pub use domain::recommendations::Event;
pub use model::Model;
pub use parameters::{Blend, Parameters, Recency};
pub use profile::Profile;
pub use serve::{Recommended, Request};
pub use snapshot::Snapshot;
pub use weights::Weights;
