//! Presence: for each person a set of their devices and the nodes they are at, each with when it ends unless renewed.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::ids::{DeviceId, UserId};
use redis::{Pipeline, RedisResult};

use super::link::{Link, Outgoing};
use crate::local::LocalPresence;
use crate::presence::{Here, Presence};

/// How many are renewed in one round trip.
const AT_ONCE: usize = 256;

const ENTER: &str = "
local now = tonumber(redis.call('TIME')[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[1])
";

const PRESENT: &str = "return redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. redis.call('TIME')[1], '+inf')";

pub(super) struct RedisPresence {
    link: Arc<Link>,
    local: LocalPresence,
    ttl: Duration,
}

/// Adds to `pipeline` that a device is at this node.
pub(super) fn enter<'a>(
    pipeline: &'a mut Pipeline,
    link: &Link,
    user: UserId,
    device: DeviceId,
    ttl: Duration,
) -> &'a mut Pipeline {
    let script = pipeline.cmd("EVAL").arg(ENTER).arg(1).arg(link.keys.here(user));
    script.arg(ttl.as_secs().max(1)).arg(member(link, device)).ignore()
}

/// Adds to `pipeline` that a device is no more at this node.
pub(super) fn leave<'a>(pipeline: &'a mut Pipeline, link: &Link, user: UserId, device: DeviceId) -> &'a mut Pipeline {
    pipeline.cmd("ZREM").arg(link.keys.here(user)).arg(member(link, device)).ignore()
}

fn member(link: &Link, device: DeviceId) -> String {
    format!("{device}/{}", link.node)
}

impl RedisPresence {
    pub(super) fn new(link: Arc<Link>, local: LocalPresence, ttl: Duration) -> Self {
        Self { link, local, ttl }
    }

    /// Renews who is here, every third of the time it holds and whenever the server is back, until it is dropped.
    pub(super) async fn refresh(self: Arc<Self>) {
        let mut state = self.link.state();
        loop {
            let _ = tokio::time::timeout(self.ttl / 3, state.changed()).await;
            if self.link.is_connected() {
                self.renew().await;
            }
        }
    }

    async fn renew(&self) {
        let mut connection = self.link.commands.clone();
        for here in self.local.all().chunks(AT_ONCE) {
            let mut pipeline = Pipeline::with_capacity(here.len());
            for (user, device) in here {
                enter(&mut pipeline, &self.link, *user, *device, self.ttl);
            }
            let renewed: RedisResult<()> = pipeline.query_async(&mut connection).await;
            if renewed.is_err() {
                return;
            }
        }
    }

    /// Who is where, as the server knows.
    async fn asked(&self, users: &[UserId]) -> RedisResult<Vec<Vec<String>>> {
        let mut pipeline = Pipeline::with_capacity(users.len());
        for user in users {
            pipeline.cmd("EVAL").arg(PRESENT).arg(1).arg(self.link.keys.here(*user));
        }
        pipeline.query_async(&mut self.link.commands.clone()).await
    }
}

#[async_trait]
impl Presence for RedisPresence {
    fn enter(&self, user: UserId, device: DeviceId) -> Here {
        if self.local.add(user, device) {
            self.link.send(Outgoing::Enter(user, device, self.ttl));
        }
        let (link, local) = (Arc::clone(&self.link), self.local.clone());
        Here::new(move || {
            if local.remove(user, device) {
                link.send(Outgoing::Leave(user, device));
            }
        })
    }

    async fn present(&self, users: &[UserId]) -> HashMap<UserId, Vec<DeviceId>> {
        let mut found = self.local.present(users).await;
        if users.is_empty() || !self.link.is_connected() {
            return found;
        }
        match self.asked(users).await {
            Ok(elsewhere) => {
                for (user, members) in users.iter().zip(elsewhere) {
                    let devices = members.iter().filter_map(|member| member.split('/').next()?.parse().ok());
                    for device in devices {
                        let here: &mut Vec<DeviceId> = found.entry(*user).or_default();
                        if !here.contains(&device) {
                            here.push(device);
                        }
                    }
                }
            }
            Err(error) => tracing::debug!(error.code = error.code(), "who is at other nodes could not be asked"),
        }
        found.retain(|_, devices| !devices.is_empty());
        found
    }
}
