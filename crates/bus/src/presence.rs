//! Presence: which devices have a socket now, on any node.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::ids::{DeviceId, UserId};

/// A socket that is here for as long as this is kept.
pub struct Here {
    on_leave: Option<Box<dyn FnOnce() + Send + Sync>>,
}

impl Here {
    /// `on_leave` runs when it is dropped.
    pub fn new(on_leave: impl FnOnce() + Send + Sync + 'static) -> Self {
        Self { on_leave: Some(Box::new(on_leave)) }
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        if let Some(leave) = self.on_leave.take() {
            leave();
        }
    }
}

/// Knows who is here. A node that dies takes its sockets with it a little later.
#[async_trait]
pub trait Presence: Send + Sync {
    /// A socket of this device opens on this node; never waits.
    fn enter(&self, user: UserId, device: DeviceId) -> Here;
    /// The devices of these people that have a socket, in one round trip. While other nodes cannot be asked: those of
    /// this one.
    async fn present(&self, users: &[UserId]) -> HashMap<UserId, Vec<DeviceId>>;
    /// Whether others believe that somebody is here, by what this node said; never waits. While they do, and this node dies,
    /// another is told to look after them.
    fn believed(&self, user: UserId, here: bool);
    /// People who are believed to be at a node that died since. Each is told to one of those who ask, whichever node they are at, and
    /// at most a few hundred at a time; whether they are at another by now, [`Presence::present`] knows.
    async fn left_behind(&self) -> Vec<UserId>;
}
