//! The bus within one process.

use std::collections::HashMap;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use domain::ids::{MessageId, UserId};
use parking_lot::Mutex;
use tokio::sync::{Notify, broadcast};

use crate::{
    Bus, Notice, Notices, Rate, RateLimits, ReplyReader, ReplyText, ReplyWriter, Streams, Subscription, Throttled,
};

/// Notices that wait for a slow device; one more and it reads the store instead. Each person who is here pays for these
/// places, said or not.
const BACKLOG: usize = 16;

/// Buckets kept before the full ones are swept away.
const BUCKETS: usize = 10_000;

/// The bus of a single process.
#[must_use]
pub fn bus() -> Bus {
    Bus {
        notices: Arc::new(LocalNotices::default()),
        streams: Arc::new(LocalStreams::default()),
        rates: Arc::new(LocalRates::default()),
    }
}

type Channels = Mutex<HashMap<UserId, Weak<Channel>>>;

struct Channel {
    user: UserId,
    sender: broadcast::Sender<Notice>,
    channels: Weak<Channels>,
}

impl Drop for Channel {
    fn drop(&mut self) {
        if let Some(channels) = self.channels.upgrade() {
            let mut channels = channels.lock();
            // Another may have come in its place meanwhile.
            if channels.get(&self.user).is_some_and(|channel| channel.strong_count() == 0) {
                channels.remove(&self.user);
            }
        }
    }
}

/// One broadcast channel for each person who has a device here.
#[derive(Default)]
struct LocalNotices {
    channels: Arc<Channels>,
}

impl Notices for LocalNotices {
    fn publish(&self, user: UserId, notice: Notice) {
        let channel = self.channels.lock().get(&user).and_then(Weak::upgrade);
        if let Some(channel) = channel {
            // It fails only when nobody listens any more.
            let _ = channel.sender.send(notice);
        }
    }

    fn subscribe(&self, user: UserId) -> Subscription {
        let mut channels = self.channels.lock();
        let channel = channels.get(&user).and_then(Weak::upgrade).unwrap_or_else(|| {
            let channel = Arc::new(Channel {
                user,
                sender: broadcast::Sender::new(BACKLOG),
                channels: Arc::downgrade(&self.channels),
            });
            channels.insert(user, Arc::downgrade(&channel));
            channel
        });
        Subscription::new(channel.sender.subscribe(), channel)
    }
}

#[derive(Default)]
struct LocalStreams {
    replies: Arc<Mutex<HashMap<MessageId, ReplyText>>>,
}

impl Streams for LocalStreams {
    fn open(&self, reply: MessageId, content: &str) -> ReplyWriter {
        let replies = Arc::downgrade(&self.replies);
        let writer = ReplyWriter::new(content, move || {
            if let Some(replies) = replies.upgrade() {
                replies.lock().remove(&reply);
            }
        });
        self.replies.lock().insert(reply, writer.text());
        writer
    }

    fn follow(&self, reply: MessageId, listener: &Arc<Notify>) -> Option<ReplyReader> {
        self.replies.lock().get(&reply).map(|text| text.reader(listener))
    }
}

struct Bucket {
    level: f64,
    at: Instant,
    rate: Rate,
}

impl Bucket {
    fn fill(&mut self, now: Instant) {
        let share = now.duration_since(self.at).as_secs_f64() / self.rate.per.as_secs_f64();
        self.level = (self.level + share * f64::from(self.rate.burst)).min(f64::from(self.rate.burst));
        self.at = now;
    }
}

#[derive(Default)]
struct LocalRates {
    buckets: Mutex<HashMap<String, Bucket>>,
}

#[async_trait]
impl RateLimits for LocalRates {
    async fn take(&self, key: &str, rate: Rate) -> Result<(), Throttled> {
        let now = Instant::now();
        let mut buckets = self.buckets.lock();
        if buckets.len() >= BUCKETS {
            buckets.retain(|_, bucket| {
                bucket.fill(now);
                bucket.level < f64::from(bucket.rate.burst)
            });
        }
        let bucket = buckets.entry(key.to_owned()).or_insert(Bucket { level: f64::from(rate.burst), at: now, rate });
        bucket.rate = rate;
        bucket.fill(now);
        if bucket.level >= 1.0 {
            bucket.level -= 1.0;
            return Ok(());
        }
        let wait = (1.0 - bucket.level) / f64::from(rate.burst) * rate.per.as_secs_f64();
        Err(Throttled { retry_after: Duration::from_secs_f64(wait) })
    }

    async fn reset(&self, key: &str) {
        self.buckets.lock().remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notices::Received;
    use uuid::Uuid;

    const AYA: UserId = UserId(Uuid::from_u128(1));
    const BEN: UserId = UserId(Uuid::from_u128(2));

    #[tokio::test]
    async fn a_notice_reaches_every_device_of_one_person_and_nobody_else() {
        let notices = LocalNotices::default();
        let (mut phone, mut laptop, mut other) =
            (notices.subscribe(AYA), notices.subscribe(AYA), notices.subscribe(BEN));
        notices.publish(AYA, Notice::SignedOut { device_id: None });
        assert!(matches!(phone.next().await, Received::Notice(Notice::SignedOut { .. })));
        assert!(matches!(laptop.try_next(), Some(Received::Notice(_))));
        assert!(other.try_next().is_none());
        drop((phone, laptop));
        assert_eq!(notices.channels.lock().len(), 1, "the channel went with its last device");
    }

    #[tokio::test]
    async fn a_slow_device_is_told_that_it_lags() {
        let notices = LocalNotices::default();
        let mut slow = notices.subscribe(AYA);
        for _ in 0..BACKLOG * 3 {
            notices.publish(AYA, Notice::SignedOut { device_id: None });
        }
        assert!(matches!(slow.next().await, Received::Lagged));
        assert!(matches!(slow.next().await, Received::Notice(_)));
    }

    #[tokio::test]
    async fn a_stream_can_be_followed_while_it_is_written() {
        let streams = LocalStreams::default();
        let reply = MessageId(Uuid::from_u128(3));
        let listener = Arc::new(Notify::new());
        assert!(streams.follow(reply, &listener).is_none());
        let writer = streams.open(reply, "");
        let mut reader = streams.follow(reply, &listener).unwrap();
        writer.push("hello");
        listener.notified().await;
        let mut text = String::new();
        assert_eq!(reader.take(&mut text), Some(0));
        drop(writer);
        listener.notified().await;
        assert!(reader.ended() && streams.follow(reply, &listener).is_none());
    }

    #[tokio::test]
    async fn a_bucket_empties_and_says_when_to_come_back() {
        let rates = LocalRates::default();
        let rate = Rate { burst: 2, per: Duration::from_secs(60) };
        assert!(rates.take("a", rate).await.is_ok() && rates.take("a", rate).await.is_ok());
        let throttled = rates.take("a", rate).await.unwrap_err();
        assert!(throttled.retry_after <= Duration::from_secs(30) && throttled.retry_after > Duration::from_secs(25));
        assert!(rates.take("b", rate).await.is_ok());
        rates.reset("a").await;
        assert!(rates.take("a", rate).await.is_ok());
    }
}
