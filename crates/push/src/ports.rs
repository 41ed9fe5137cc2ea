//! The port: one message to one browser, and what became of it.

use std::time::Duration;

use async_trait::async_trait;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use crate::encrypt::Keys;
use crate::web::Endpoint;

/// How soon a device should be woken for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// When there is power and network anyway.
    Low,
    /// As the device sees fit.
    Normal,
    /// At once.
    High,
}

impl Urgency {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }
}

/// What a message is about: one that waits at the push service is replaced by the next about the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic(String);

impl Topic {
    /// The topic of `subject`, of which the push service learns nothing.
    #[must_use]
    pub fn of(subject: &[u8]) -> Self {
        // The standard allows 32 characters.
        let hash: Vec<u8> = Sha256::digest(subject).into_iter().take(24).collect();
        Self(crate::text(hash))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// A message to one browser.
#[derive(Debug, Clone)]
pub struct Message<'a> {
    /// Where it goes.
    pub endpoint: &'a Endpoint,
    /// For whose eyes.
    pub keys: &'a Keys,
    /// What it says, at most [`crate::PAYLOAD_BYTES`].
    pub payload: &'a [u8],
    /// How long the push service keeps it for a device that is away.
    pub ttl: Duration,
    /// How soon.
    pub urgency: Urgency,
    /// What it replaces.
    pub topic: Option<Topic>,
}

/// Why a message was not taken. No text of these names an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PushError {
    /// The browser subscribes no more: forget it.
    #[error("the subscription is gone")]
    Gone,
    /// The push service does not want this message, now or ever.
    #[error("refused with status {0}")]
    Refused(u16),
    /// The push service is busy or broken.
    #[error("not taken now, status {status}")]
    Busy {
        /// What it answered.
        status: u16,
        /// When it wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// It cannot be reached, or does not answer.
    #[error("not reached")]
    Unreachable,
    /// The address is none that is pushed to.
    #[error("not an address of a push service")]
    Forbidden,
    /// A fault of ours.
    #[error("{0}")]
    Internal(&'static str),
}

/// Carries messages to browsers.
#[async_trait]
pub trait Pusher: Send + Sync {
    /// The key by which browsers know this server, as they want it.
    fn public_key(&self) -> String;
    /// An address that a browser gave, when it is one that is pushed to.
    fn endpoint(&self, url: &str) -> Option<Endpoint>;
    /// Hands a message to its push service.
    async fn push(&self, message: &Message<'_>, now: OffsetDateTime) -> Result<(), PushError>;
}
