//! What every implementation of the ports must do: one suite a port, run on each backend.
//!
//! A suite takes all ports, because what one writes another reads. It uses people and ids of its own, so suites may run
//! on one database at the same time, and again. A suite panics at the first difference.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "these are tests, though other crates run them"
)]

mod accounts;
mod api_keys;
mod bonds;
mod cards;
mod characters;
mod chats;
mod consents;
mod devices;
mod diaries;
mod discovery;
mod following;
mod follows;
mod forgetting;
mod friends;
mod groups;
mod history;
mod initiatives;
mod jobs;
mod lorebooks;
mod making;
mod memories;
mod moments;
mod notifications;
mod origins;
mod people;
mod places;
mod profiles;
mod queue;
mod ratings;
mod recommendations;
mod remembering;
mod reports;
mod responses;
mod routes;
mod sessions;
mod sittings;
mod taking_part;
mod transcripts;
mod turns;

use std::future::Future;
use std::pin::Pin;

pub use accounts::accounts;
pub use api_keys::api_keys;
pub use bonds::bonds;
pub use cards::cards;
pub use characters::characters;
pub use chats::chats;
pub use consents::consents;
pub use devices::devices;
pub use diaries::diaries;
pub use discovery::{discovery, embedders};
pub use follows::follows;
pub use friends::{blocks, friends};
pub use groups::groups;
pub use history::history;
pub use initiatives::initiatives;
pub use jobs::jobs;
pub use lorebooks::lorebooks;
pub use making::{Chat, Making, complete, fail};
pub use memories::memories;
pub use moments::moments;
pub use notifications::{inboxes, notifications, pushes};
pub use origins::origins;
pub use people::{audit, people, usage};
pub use places::places;
pub use profiles::profiles;
pub use queue::queue;
pub use recommendations::{snapshots, tastes, training};
pub use remembering::remembering;
pub use reports::reports;
pub use responses::responses;
pub use routes::routes;
pub use sessions::sessions;
pub use sittings::sittings;
pub use taking_part::taking_part;
pub use transcripts::transcripts;
pub use turns::turns;

use crate::Stores;

/// A suite, as a value.
pub type Suite = for<'a> fn(&'a Stores) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// All suites, by the names of their ports.
pub const SUITES: [(&str, Suite); 43] = [
    ("accounts", |stores| Box::pin(accounts(stores))),
    ("consents", |stores| Box::pin(consents(stores))),
    ("devices", |stores| Box::pin(devices(stores))),
    ("api_keys", |stores| Box::pin(api_keys(stores))),
    ("characters", |stores| Box::pin(characters(stores))),
    ("cards", |stores| Box::pin(cards(stores))),
    ("sessions", |stores| Box::pin(sessions(stores))),
    ("chats", |stores| Box::pin(chats(stores))),
    ("history", |stores| Box::pin(history(stores))),
    ("turns", |stores| Box::pin(turns(stores))),
    ("places", |stores| Box::pin(places(stores))),
    ("transcripts", |stores| Box::pin(transcripts(stores))),
    ("memories", |stores| Box::pin(memories(stores))),
    ("remembering", |stores| Box::pin(remembering(stores))),
    ("bonds", |stores| Box::pin(bonds(stores))),
    ("diaries", |stores| Box::pin(diaries(stores))),
    ("routes", |stores| Box::pin(routes(stores))),
    ("jobs", |stores| Box::pin(jobs(stores))),
    ("people", |stores| Box::pin(people(stores))),
    ("audit", |stores| Box::pin(audit(stores))),
    ("usage", |stores| Box::pin(usage(stores))),
    ("queue", |stores| Box::pin(queue(stores))),
    ("discovery", |stores| Box::pin(discovery(stores))),
    ("groups", |stores| Box::pin(groups(stores))),
    ("embedders", |stores| Box::pin(embedders(stores))),
    ("profiles", |stores| Box::pin(profiles(stores))),
    ("friends", |stores| Box::pin(friends(stores))),
    ("follows", |stores| Box::pin(follows(stores))),
    ("blocks", |stores| Box::pin(blocks(stores))),
    ("reports", |stores| Box::pin(reports(stores))),
    ("notifications", |stores| Box::pin(notifications(stores))),
    ("inboxes", |stores| Box::pin(inboxes(stores))),
    ("pushes", |stores| Box::pin(pushes(stores))),
    ("tastes", |stores| Box::pin(tastes(stores))),
    ("training", |stores| Box::pin(training(stores))),
    ("snapshots", |stores| Box::pin(snapshots(stores))),
    ("moments", |stores| Box::pin(moments(stores))),
    ("responses", |stores| Box::pin(responses(stores))),
    ("taking_part", |stores| Box::pin(taking_part(stores))),
    ("lorebooks", |stores| Box::pin(lorebooks(stores))),
    ("initiatives", |stores| Box::pin(initiatives(stores))),
    ("sittings", |stores| Box::pin(sittings(stores))),
    ("origins", |stores| Box::pin(origins(stores))),
];
