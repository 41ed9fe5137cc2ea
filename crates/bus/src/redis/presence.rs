//! Presence: for each person a set of their devices and the nodes they are at, each with when it ends unless renewed; for each node
//! when it is taken for dead unless renewed, and a set of those who are believed to be there.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use domain::ids::{DeviceId, UserId};
use parking_lot::Mutex;
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

const ALIVE: &str = "redis.call('ZADD', KEYS[1], redis.call('TIME')[1] + ARGV[1], ARGV[2])";

const DEAD: &str = "return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', redis.call('TIME')[1], 'LIMIT', 0, ARGV[1])";

/// How many nodes that died are looked at in one round.
const DEAD_AT_ONCE: usize = 8;

/// How long it is kept who was at a node that died while there is no other.
const BELIEVED_FOR: Duration = Duration::from_secs(24 * 60 * 60);

pub(super) struct RedisPresence {
    link: Arc<Link>,
    local: LocalPresence,
    ttl: Duration,
    /// Who is believed to be here.
    believed: Mutex<HashSet<UserId>>,
    /// Since when this node could always say that it is alive.
    steady: Mutex<Option<Instant>>,
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

/// Adds to `pipeline` that somebody is believed to be at this node, or no more.
pub(super) fn believed<'a>(pipeline: &'a mut Pipeline, link: &Link, user: UserId, here: bool) -> &'a mut Pipeline {
    let key = link.keys.believed(link.node);
    let change = pipeline.cmd(if here { "SADD" } else { "SREM" }).arg(&key).arg(user.to_string()).ignore();
    change.cmd("EXPIRE").arg(&key).arg(BELIEVED_FOR.as_secs()).ignore()
}

fn member(link: &Link, device: DeviceId) -> String {
    format!("{device}/{}", link.node)
}

impl RedisPresence {
    pub(super) fn new(link: Arc<Link>, local: LocalPresence, ttl: Duration) -> Self {
        Self { link, local, ttl, believed: Mutex::default(), steady: Mutex::default() }
    }

    /// Renews who is here, every third of the time it holds and whenever the server is back, until it is dropped.
    pub(super) async fn refresh(self: Arc<Self>) {
        let mut state = self.link.state();
        loop {
            let _ = tokio::time::timeout(self.ttl / 3, state.changed()).await;
            let renewed = self.link.is_connected() && self.renew().await.is_ok();
            let mut steady = self.steady.lock();
            *steady = if renewed { steady.or_else(|| Some(Instant::now())) } else { None };
        }
    }

    async fn renew(&self) -> RedisResult<()> {
        let mut connection = self.link.commands.clone();
        let mut alive = redis::cmd("EVAL");
        alive.arg(ALIVE).arg(1).arg(self.link.keys.alive()).arg(self.dead_after().as_secs().max(1));
        let () = alive.arg(self.link.node.to_string()).query_async(&mut connection).await?;
        for here in self.local.all().chunks(AT_ONCE) {
            let mut pipeline = Pipeline::with_capacity(here.len());
            for (user, device) in here {
                enter(&mut pipeline, &self.link, *user, *device, self.ttl);
            }
            let () = pipeline.query_async(&mut connection).await?;
        }
        let everybody: Vec<UserId> = self.believed.lock().iter().copied().collect();
        for some in everybody.chunks(AT_ONCE) {
            let mut pipeline = Pipeline::with_capacity(some.len());
            for user in some {
                believed(&mut pipeline, &self.link, *user, true);
            }
            let () = pipeline.query_async(&mut connection).await?;
        }
        Ok(())
    }

    /// When a node is taken for dead: nobody seems to be there any more by then.
    fn dead_after(&self) -> Duration {
        self.ttl * 2
    }

    /// Who is where, as the server knows.
    async fn asked(&self, users: &[UserId]) -> RedisResult<Vec<Vec<String>>> {
        let mut pipeline = Pipeline::with_capacity(users.len());
        for user in users {
            pipeline.cmd("EVAL").arg(PRESENT).arg(1).arg(self.link.keys.here(*user));
        }
        pipeline.query_async(&mut self.link.commands.clone()).await
    }

    /// Takes people over from nodes that died, and forgets those that left nobody any more.
    async fn taken_over(&self) -> RedisResult<Vec<UserId>> {
        let mut connection = self.link.commands.clone();
        let keys = &self.link.keys;
        let mut dead = redis::cmd("EVAL");
        let dead: Vec<String> =
            dead.arg(DEAD).arg(1).arg(keys.alive()).arg(DEAD_AT_ONCE).query_async(&mut connection).await?;
        let mut people = HashSet::new();
        for node in dead {
            let left: Vec<String> =
                redis::cmd("SPOP").arg(keys.believed(&node)).arg(AT_ONCE).query_async(&mut connection).await?;
            people.extend(left.iter().filter_map(|user| user.parse::<UserId>().ok()));
            if left.len() < AT_ONCE {
                let () = redis::cmd("ZREM").arg(keys.alive()).arg(&node).query_async(&mut connection).await?;
            }
        }
        Ok(people.into_iter().collect())
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

    fn believed(&self, user: UserId, here: bool) {
        let changed = if here { self.believed.lock().insert(user) } else { self.believed.lock().remove(&user) };
        if changed {
            self.link.send(Outgoing::Believed(user, here));
        }
    }

    async fn left_behind(&self) -> Vec<UserId> {
        // After a time without the server nobody has said that they are alive, and only the dead go on not saying it.
        if !self.steady.lock().is_some_and(|since| since.elapsed() >= self.dead_after()) {
            return Vec::new();
        }
        self.taken_over().await.unwrap_or_else(|error| {
            tracing::debug!(error.code = error.code(), "whom nodes that died left behind could not be asked");
            Vec::new()
        })
    }
}
