//! The names of keys and channels.

use std::fmt::Display;

use domain::ids::{NodeId, UserId};

/// Makes names that begin with the same prefix.
#[derive(Debug, Clone)]
pub(super) struct Keys {
    prefix: String,
}

impl Keys {
    pub(super) fn new(prefix: &str) -> Self {
        Self { prefix: prefix.to_owned() }
    }

    /// The channel of the notices to a person.
    pub(super) fn user(&self, user: UserId) -> String {
        format!("{}user:{user}", self.prefix)
    }

    /// Whose channel it is.
    pub(super) fn user_of(&self, channel: &str) -> Option<UserId> {
        channel.strip_prefix(&self.prefix)?.strip_prefix("user:")?.parse().ok()
    }

    /// The channel of what one node is told.
    pub(super) fn node(&self, node: NodeId) -> String {
        format!("{}node:{node}", self.prefix)
    }

    /// The channel of what all nodes are told.
    pub(super) fn nodes(&self) -> String {
        format!("{}nodes", self.prefix)
    }

    /// A bucket.
    pub(super) fn rate(&self, key: &str) -> String {
        format!("{}rate:{key}", self.prefix)
    }

    /// Where a person is.
    pub(super) fn here(&self, user: UserId) -> String {
        format!("{}here:{user}", self.prefix)
    }

    /// Who is believed to be at a node.
    pub(super) fn believed(&self, node: impl Display) -> String {
        format!("{}believed:{node}", self.prefix)
    }

    /// The nodes that are alive, and those that died and left people behind.
    pub(super) fn alive(&self) -> String {
        format!("{}alive", self.prefix)
    }
}
