//! What the product does: accounts, characters, memories, chats, each a use case over store, models and bus.
//!
//! No wire and no database is known here. A service knows only those below it: chats know memories, memories know
//! bonds, diaries, recommendations and characters, bonds and diaries know characters, routes know characters and media, characters know media, cards know characters, moments know people and media, those to whom something happens know
//! notifications, all know the clock and the mint.

pub mod accounts;
pub mod admin;
pub mod api_keys;
pub mod app;
mod asking;
pub mod audit;
pub mod bonds;
pub mod cards;
pub mod catalog;
pub mod characters;
pub mod chats;
pub mod clock;
pub mod completions;
pub mod consents;
pub mod diaries;
mod discovery;
mod embedding;
pub mod error;
pub mod initiatives;
pub mod jobs;
pub mod lore;
pub mod measures;
pub mod media;
pub mod memories;
pub mod mint;
pub mod moderation;
pub mod moments;
pub mod notifications;
pub mod operator;
pub mod recommendations;
pub mod routes;
pub mod routine;
pub mod sittings;
pub mod social;
pub mod spans;
mod structured;
pub mod takeout;
pub mod usage;
mod zones;

pub use app::{App, AppParts};
pub use bus::Here;
pub use bus::notices::{Notice, Received, Subscription};
pub use bus::streams::ReplyReader;
pub use embedding::EmbedderState;
pub use error::{ServiceError, ServiceResult};
pub use store::Conflict;
pub use store::follows::FollowSide;
pub use store::history::Revision;
pub use store::inboxes::Face;
pub use store::notifications::ReadMark;
pub use store::queue::QueueCount;
pub use store::reports::CaseFilter;
pub use store::responses::Liked;
