//! All of a person's as one archive: characters, lorebooks, chats with all their branches, memories, and what stands between people;
//! and back in, here or on another server, as far as it is theirs alone.
//!
//! It leaves as a stream: nothing is held but the piece that is written, and a reader who stops is not written to. It comes in noun by
//! noun, each under an id that follows from whose it becomes and what it was: so the same archive twice, or once more after a
//! process died in the midst of it, makes nothing twice, and nothing that is there is ever changed.

mod coming;
mod derived;
mod leaving;
mod records;
mod shared_records;

use std::sync::Arc;

use bus::Bus;
use exchange::ExchangeError;
use store::Stores;
use tokio::sync::Semaphore;

pub use coming::{CameIn, KnownBefore, NotTaken, Turn};
pub use leaving::Leaving;

use crate::app::{AppParts, Below};
use crate::cards::Cards;
use crate::characters::Characters;
use crate::chats::Chats;
use crate::clock::Clock;
use crate::media::Images;
use crate::mint::Mint;
use crate::moderation::Moderation;
use crate::social::Social;

/// How many archives leave at a time on this node.
const LEAVING_AT_ONCE: usize = 2;

/// The use cases of archives of accounts.
#[derive(Clone)]
pub struct Takeout {
    stores: Stores,
    clock: Arc<dyn Clock>,
    mint: Mint,
    characters: Characters,
    cards: Cards,
    chats: Chats,
    social: Social,
    bus: Bus,
    moderation: Moderation,
    images: Images,
    leaving: Arc<Semaphore>,
    coming: Arc<Semaphore>,
}

impl Takeout {
    pub(crate) fn new(parts: &AppParts, below: &Below, cards: Cards, chats: Chats, social: Social) -> Self {
        Self {
            stores: parts.stores.clone(),
            clock: Arc::clone(&parts.clock),
            mint: below.mint.clone(),
            characters: below.characters.clone(),
            cards,
            chats,
            social,
            bus: parts.bus.clone(),
            moderation: below.moderation.clone(),
            images: Images::default(),
            leaving: Arc::new(Semaphore::new(LEAVING_AT_ONCE)),
            coming: Arc::new(Semaphore::new(1)),
        }
    }
}

/// Where the parts of an archive stand.
mod paths {
    pub(super) const ACCOUNT: &str = "account.json";
    pub(super) const CONSENTS: &str = "consents.json";
    pub(super) const CHARACTERS: &str = "characters/";
    pub(super) const LOREBOOKS: &str = "lorebooks/";
    pub(super) const CHATS: &str = "chats/";
    pub(super) const MEMORIES: &str = "memories/";
    pub(super) const DIARIES: &str = "diaries/";
    pub(super) const SHARED: &str = "shared_chats/";
    pub(super) const SOCIAL: &str = "social/";
}

fn unreadable(fault: exchange::Fault, place: &str, message: &str) -> ExchangeError {
    ExchangeError { fault, place: place.to_owned(), message: message.to_owned() }
}
