//! Hears what is published: notices to the people who are here, and calls to this node.
//!
//! A node tells itself every second that it is there. Whoever hears nothing of that has lost the server, whatever the
//! connection says, and connects anew; then every device here reads the store, for nobody knows what was said meanwhile.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use redis::aio::{PubSub, PubSubSink};
use redis::{Client, Msg};
use tokio::time::{Instant, MissedTickBehavior, timeout};

use super::calls::Call;
use super::link::{Change, Link};
use super::streams::RedisStreams;
use super::wire;
use crate::Received;
use crate::local::LocalNotices;

/// How often a node tells itself that it is there.
const BEAT: Duration = Duration::from_secs(1);

/// How long it may hear nothing of that.
const SILENCE: Duration = Duration::from_millis(2_500);

/// How long connecting may take, and a subscription.
const CONNECTED_WITHIN: Duration = Duration::from_secs(2);

/// When the first attempt after a loss is made; then it takes longer.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// How many channels one subscription names.
const CHANNELS: usize = 512;

/// Connects and listens, again and again, until it is dropped.
pub(super) async fn listen(client: Client, link: Arc<Link>, notices: Arc<LocalNotices>, streams: Arc<RedisStreams>) {
    let mut pause = FIRST_PAUSE;
    loop {
        if let Ok(Ok(connection)) = timeout(CONNECTED_WITHIN, client.get_async_pubsub()).await {
            let began = Instant::now();
            Hearing { link: &link, notices: &notices, streams: &streams }.hear(connection).await;
            if began.elapsed() > LONGEST_PAUSE {
                pause = FIRST_PAUSE;
            }
        }
        link.degrade();
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

struct Hearing<'a> {
    link: &'a Link,
    notices: &'a LocalNotices,
    streams: &'a RedisStreams,
}

impl Hearing<'_> {
    /// Listens until the connection is lost.
    async fn hear(&self, connection: PubSub) {
        let (mut sink, mut messages) = connection.split();
        let own = vec![self.link.keys.node(self.link.node), self.link.keys.nodes()];
        let everybody = self.link.subscribe_anew(self.notices);
        if subscribe(&mut sink, own).await.is_none() || self.change(sink.clone(), everybody).await.is_none() {
            return;
        }
        let mut heard = Instant::now();
        let mut beat = tokio::time::interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut changing = None;
        loop {
            if changing.is_none()
                && let Some(change) = self.link.changes(self.notices)
            {
                changing = Some(Box::pin(self.change(sink.clone(), change)));
            }
            tokio::select! {
                message = messages.next() => match message {
                    Some(message) => {
                        if self.take(&message) {
                            heard = Instant::now();
                        }
                    }
                    None => return,
                },
                changed = async { match changing.as_mut() { Some(changing) => changing.await, None => std::future::pending().await } } => {
                    if changed.is_none() {
                        return;
                    }
                    changing = None;
                }
                () = self.link.changed.notified(), if changing.is_none() => {}
                _ = beat.tick() => {
                    if heard.elapsed() > SILENCE {
                        return;
                    }
                    self.link.call(self.link.node, &Call::Beat);
                }
            }
        }
    }

    /// Makes a change; `None` when the server does not.
    async fn change(&self, mut sink: PubSubSink, change: Change) -> Option<()> {
        let channels = |users: &[_]| users.iter().map(|user| self.link.keys.user(*user)).collect::<Vec<_>>();
        for users in change.enter.chunks(CHANNELS) {
            subscribe(&mut sink, channels(users)).await?;
        }
        for users in change.leave.chunks(CHANNELS) {
            timeout(CONNECTED_WITHIN, sink.unsubscribe(channels(users))).await.ok()?.ok()?;
        }
        self.link.changed(change, self.notices);
        Some(())
    }

    /// Takes a message; whether it is this node's own beat.
    fn take(&self, message: &Msg) -> bool {
        let Ok(channel) = message.get_channel::<String>() else { return false };
        let text = message.get_payload_bytes();
        if let Some(user) = self.link.keys.user_of(&channel) {
            match wire::read(text, self.link.node) {
                wire::Read::Own => {}
                wire::Read::Notice(notice) => self.notices.give(user, Received::Notice(notice)),
                wire::Read::Unknown => self.notices.give(user, Received::Lagged),
            }
            return false;
        }
        match serde_json::from_slice(text) {
            Ok(Call::Beat) => {
                // All who are here are subscribed to by now: from here on nothing is missed.
                if self.link.heal() {
                    self.notices.lag_all();
                }
                return true;
            }
            Ok(Call::Lost { node, users }) if node != self.link.node => match users {
                Some(users) => users.into_iter().for_each(|user| self.notices.give(user, Received::Lagged)),
                None => self.notices.lag_all(),
            },
            Ok(call) => self.streams.hear(call),
            Err(_) => {}
        }
        false
    }
}

async fn subscribe(sink: &mut PubSubSink, channels: Vec<String>) -> Option<()> {
    timeout(CONNECTED_WITHIN, sink.subscribe(channels)).await.ok()?.ok()
}
