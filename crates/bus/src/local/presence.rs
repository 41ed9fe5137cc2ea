//! Who is here, on this node.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use domain::ids::{DeviceId, UserId};
use parking_lot::Mutex;

use crate::presence::{Here, Presence};

type Sockets = Mutex<HashMap<UserId, Vec<(DeviceId, usize)>>>;

/// Counts the sockets of each device.
#[derive(Clone, Default)]
pub(crate) struct LocalPresence {
    sockets: Arc<Sockets>,
}

impl LocalPresence {
    /// Counts one more; whether it is the device's first.
    pub(crate) fn add(&self, user: UserId, device: DeviceId) -> bool {
        let mut sockets = self.sockets.lock();
        let devices = sockets.entry(user).or_default();
        match devices.iter_mut().find(|(other, _)| *other == device) {
            Some((_, count)) => {
                *count += 1;
                false
            }
            None => {
                devices.push((device, 1));
                true
            }
        }
    }

    /// Counts one less; whether it was the device's last.
    pub(crate) fn remove(&self, user: UserId, device: DeviceId) -> bool {
        let mut sockets = self.sockets.lock();
        let Some(devices) = sockets.get_mut(&user) else { return false };
        let Some(index) = devices.iter().position(|(other, _)| *other == device) else { return false };
        if let Some((_, count)) = devices.get_mut(index)
            && *count > 1
        {
            *count -= 1;
            return false;
        }
        devices.swap_remove(index);
        if devices.is_empty() {
            sockets.remove(&user);
        }
        true
    }

    /// The devices of `user` that are here.
    pub(crate) fn of(&self, user: UserId) -> Vec<DeviceId> {
        self.sockets.lock().get(&user).map(|devices| devices.iter().map(|(id, _)| *id).collect()).unwrap_or_default()
    }

    /// All that are here.
    pub(crate) fn all(&self) -> Vec<(UserId, DeviceId)> {
        let sockets = self.sockets.lock();
        sockets.iter().flat_map(|(user, devices)| devices.iter().map(|(device, _)| (*user, *device))).collect()
    }
}

#[async_trait]
impl Presence for LocalPresence {
    fn enter(&self, user: UserId, device: DeviceId) -> Here {
        self.add(user, device);
        let presence = self.clone();
        Here::new(move || {
            presence.remove(user, device);
        })
    }

    async fn present(&self, users: &[UserId]) -> HashMap<UserId, Vec<DeviceId>> {
        let found = users.iter().map(|user| (*user, self.of(*user)));
        found.filter(|(_, devices)| !devices.is_empty()).collect()
    }

    fn believed(&self, _: UserId, _: bool) {}

    async fn left_behind(&self) -> Vec<UserId> {
        // Whoever is here dies with this node.
        Vec::new()
    }
}
