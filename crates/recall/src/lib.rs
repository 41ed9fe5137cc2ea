//! The search over what one character knows of one person: pure, synchronous, without clock or I/O.
//!
//! An [`Index`] holds all memories of one scope. A [`Question`] is compared with every one of them, by meaning (vectors), by
//! words (BM25), by what stands next to them, by who speaks and by the time asked about; nothing is cut off beforehand,
//! because a scope is small and a scan is fast. Read `words`, then `postings` and `vectors`, then `rank`.

mod about;
mod asked;
mod entry;
mod index;
mod postings;
mod question;
mod rank;
mod sessions;
mod stop_words;
pub mod times;
mod traits;
mod vectors;
pub mod words;

pub use entry::{Entry, Names};
pub use index::Index;
pub use question::Question;
pub use rank::Hit;
