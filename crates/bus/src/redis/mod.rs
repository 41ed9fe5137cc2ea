//! The bus of many nodes, over Redis or Valkey. Everything is haste: nothing that matters is kept there, and a server that
//! forgets, pauses or dies costs time and no words. It heals by itself.

mod calls;
mod keys;
mod link;
mod notices;
mod presence;
mod publisher;
mod rates;
mod streams;
mod subscriber;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use domain::ids::NodeId;
use redis::Client;

use crate::health::Keeper;
use crate::local::{LocalNotices, LocalPresence};
use crate::{Bus, Health};
use link::Link;
use notices::RedisNotices;
use presence::RedisPresence;
use rates::RedisRates;
use streams::RedisStreams;

/// How the bus is opened.
#[derive(Clone)]
pub struct RedisOptions {
    /// Where: `redis://` or, with TLS, `rediss://`.
    pub url: String,
    /// What all keys and channels begin with.
    pub prefix: String,
    /// How long a node may be silent before its sockets are taken for gone.
    pub presence: Duration,
}

impl RedisOptions {
    /// The usual.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), prefix: "talker:".to_owned(), presence: Duration::from_secs(60) }
    }
}

/// Why the bus cannot be opened: its address is none. Holds nothing of it, for a password may stand there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it must be an address such as redis://host:6379 or rediss://user:password@host:6379/0")]
pub struct InvalidAddress;

/// The bus of this node. It is degraded until it has reached the others, which is not waited for. Must be called within a
/// Tokio runtime.
///
/// # Errors
/// When the address is none.
pub fn open(options: &RedisOptions, node: NodeId) -> Result<Bus, InvalidAddress> {
    let client = Client::open(options.url.as_str()).map_err(|_| InvalidAddress)?;
    let (link, outgoing) = Link::new(&client, &options.prefix, node)?;
    let flushed = Arc::clone(&link);
    let keeper = Keeper::flushing(move || flushed.flush());
    let health = Health::told_by(link.state());
    let left = Arc::clone(&link);
    let local = Arc::new(LocalNotices::hearing_of_leaves(move |user| left.left(user)));
    let streams = Arc::new(RedisStreams::new(Arc::clone(&link)));
    let presence = Arc::new(RedisPresence::new(Arc::clone(&link), LocalPresence::default(), options.presence));
    keeper.keep(publisher::publish(Arc::clone(&link), outgoing));
    keeper.keep(subscriber::listen(client, Arc::clone(&link), Arc::clone(&local), Arc::clone(&streams)));
    keeper.keep(Arc::clone(&streams).tell());
    keeper.keep(Arc::clone(&streams).ask());
    keeper.keep(Arc::clone(&presence).refresh());
    Ok(Bus {
        notices: Arc::new(RedisNotices::new(Arc::clone(&link), local)),
        streams,
        rates: Arc::new(RedisRates::new(link)),
        presence,
        health,
        keeper: Some(Arc::new(keeper)),
    })
}
