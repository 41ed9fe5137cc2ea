//! What every bus must do, seen from two nodes; those of a bus within one process are the same one.
//!
//! A suite panics at the first difference. It uses people and ids of its own, so suites may run on one server at a time.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "these are tests, though other crates run them"
)]

mod server;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use domain::events::{EventBody, SessionEvent};
use domain::ids::{DeviceId, MessageId, SessionId, UserId};
use time::OffsetDateTime;
use tokio::sync::Notify;
use tokio::time::timeout;
use uuid::Uuid;

use crate::{Bus, BusState, Notice, Rate, Received, ReplyReader, Subscription};
pub use server::OwnServer;

/// How long a suite waits for anything.
const PATIENCE: Duration = Duration::from_secs(10);

/// A suite, as a value.
pub type Suite = for<'a> fn(&'a Bus, &'a Bus) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// All suites, by the names of their ports.
pub const SUITES: [(&str, Suite); 4] = [
    ("notices", |here, there| Box::pin(notices(here, there))),
    ("streams", |here, there| Box::pin(streams(here, there))),
    ("rates", |here, there| Box::pin(rates(here, there))),
    ("presence", |here, there| Box::pin(presence(here, there))),
];

/// An id that nobody has had.
#[expect(clippy::disallowed_methods, reason = "suites share a server and need ids that differ")]
#[must_use]
pub fn fresh() -> Uuid {
    Uuid::now_v7()
}

/// Waits until a bus reaches the others, or has none.
pub async fn reached(bus: &Bus) {
    let waits = bus.health.until(|state| !matches!(state, BusState::Degraded { .. }));
    timeout(PATIENCE, waits).await.expect("the bus is never reached");
}

/// The next that a subscription gives.
pub async fn heard(subscription: &mut Subscription) -> Received {
    timeout(PATIENCE, subscription.next()).await.expect("nothing was heard")
}

/// An event of a session.
#[must_use]
pub fn event(session_id: SessionId, seq: u64) -> Notice {
    let at = OffsetDateTime::UNIX_EPOCH;
    Notice::Event(Arc::new(SessionEvent { session_id, seq, at, body: EventBody::SessionDeleted }))
}

async fn seq(subscription: &mut Subscription) -> u64 {
    match heard(subscription).await {
        Received::Notice(Notice::Event(event)) => event.seq,
        other => panic!("not an event: {other:?}"),
    }
}

async fn notices(here: &Bus, there: &Bus) {
    let (aya, ben, session) = (UserId(fresh()), UserId(fresh()), SessionId(fresh()));
    let mut phone = here.notices.subscribe(aya).await;
    let mut laptop = there.notices.subscribe(aya).await;
    let mut other = there.notices.subscribe(ben).await;
    for n in 1..=5 {
        here.notices.publish(aya, event(session, n));
    }
    for n in 1..=5 {
        assert_eq!((seq(&mut phone).await, seq(&mut laptop).await), (n, n));
    }
    there.notices.publish(aya, Notice::MemoryChanged { character_id: domain::ids::CharacterId(fresh()) });
    for device in [&mut phone, &mut laptop] {
        assert!(matches!(heard(device).await, Received::Notice(Notice::MemoryChanged { .. })));
    }
    let (character_id, reached) = (domain::ids::CharacterId(fresh()), Some("friends".to_owned()));
    there.notices.publish(aya, Notice::BondChanged { character_id, reached: reached.clone() });
    for device in [&mut phone, &mut laptop] {
        let told = heard(device).await;
        assert!(
            matches!(told, Received::Notice(Notice::BondChanged { reached: Some(key), .. }) if Some(&key) == reached.as_ref())
        );
    }
    let (scene_id, title) = ("rain".to_owned(), "雨の夜 🌧".to_owned());
    there
        .notices
        .publish(aya, Notice::RouteUnlocked { character_id, scene_id: scene_id.clone(), title: title.clone() });
    for device in [&mut phone, &mut laptop] {
        let told = heard(device).await;
        let is_it = |scene: &str, name: &str| scene == scene_id && name == title;
        assert!(
            matches!(&told, Received::Notice(Notice::RouteUnlocked { scene_id, title, .. }) if is_it(scene_id, title))
        );
    }
    here.notices.tell_here(aya, Notice::Moved { session_id: session, seq: 9 });
    assert!(matches!(heard(&mut phone).await, Received::Notice(Notice::Moved { seq: 9, .. })));
    here.notices.publish(ben, event(session, 1));
    assert_eq!(seq(&mut other).await, 1, "nothing of hers came before");
    // Who left and came back hears again.
    drop(other);
    let mut other = there.notices.subscribe(ben).await;
    here.notices.publish(ben, event(session, 2));
    assert_eq!(seq(&mut other).await, 2);
    // Many come at once.
    let people: Vec<UserId> = (0..600).map(|_| UserId(fresh())).collect();
    let mut devices = Vec::new();
    for user in &people {
        devices.push(there.notices.subscribe(*user).await);
    }
    for (user, device) in people.iter().zip(&mut devices) {
        here.notices.publish(*user, event(session, 3));
        assert_eq!(seq(device).await, 3);
    }
}

/// What a reader reads until the text is so long, or has ended.
async fn read(reader: &mut ReplyReader, listener: &Notify, units: Option<usize>) -> String {
    let mut text = String::new();
    let reading = async {
        loop {
            let ended = reader.ended();
            reader.take(&mut text);
            if ended || units.is_some_and(|units| text.encode_utf16().count() >= units) {
                return;
            }
            listener.notified().await;
        }
    };
    timeout(PATIENCE, reading).await.expect("the text does not come");
    text
}

async fn streams(here: &Bus, there: &Bus) {
    let listener = Arc::new(Notify::new());
    let reply = MessageId(fresh());
    let writer = here.streams.open(reply, "So ");
    let mut reader = there.streams.follow(reply, &listener).expect("it is written");
    assert_eq!(read(&mut reader, &listener, Some(3)).await, "So ");
    writer.push("海の 🌸 ");
    writer.push("shines");
    assert_eq!(read(&mut reader, &listener, Some(12)).await, "海の 🌸 shines");
    // Another begins in the middle, and one beyond what is there.
    let late_listener = Arc::new(Notify::new());
    let mut late = there.streams.follow(reply, &late_listener).unwrap();
    late.seek(9);
    assert_eq!(read(&mut late, &late_listener, Some(6)).await, "shines");
    // Long texts are carried whole, and many at once.
    let long = "漢字🌸".repeat(20_000);
    writer.push(&long);
    assert_eq!(read(&mut reader, &listener, Some(80_000)).await, long);
    for n in 0..200 {
        writer.push(&n.to_string());
        if n % 10 == 0 {
            tokio::time::sleep(Duration::from_millis(3)).await;
        }
    }
    drop(writer);
    let numbers: String = (0..200).map(|n: u32| n.to_string()).collect();
    assert_eq!(read(&mut reader, &listener, None).await, numbers);
    assert_eq!(read(&mut late, &late_listener, None).await, format!("{long}{numbers}"));
    drop((reader, late));
    // It may be followed a moment before it begins, where others write as well.
    let early = MessageId(fresh());
    if let Some(mut reader) = there.streams.follow(early, &listener) {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let writer = here.streams.open(early, "");
        writer.push("Now.");
        assert_eq!(read(&mut reader, &listener, Some(4)).await, "Now.");
        drop(writer);
    }
    let (mut mine, mut theirs) = (here.streams.nudges(), there.streams.nudges());
    let session = SessionId(fresh());
    there.streams.nudge(session);
    assert_eq!(timeout(PATIENCE, mine.recv()).await.unwrap(), Ok(session));
    assert_eq!(timeout(PATIENCE, theirs.recv()).await.unwrap(), Ok(session));
}

async fn rates(here: &Bus, there: &Bus) {
    let rate = Rate { burst: 3, per: Duration::from_secs(60) };
    let (key, other) = (fresh().to_string(), fresh().to_string());
    assert!(here.rates.take(&key, rate).await.is_ok());
    assert!(there.rates.take(&key, rate).await.is_ok());
    assert!(here.rates.take(&key, rate).await.is_ok());
    for bus in [here, there] {
        let throttled = bus.rates.take(&key, rate).await.unwrap_err();
        assert!((Duration::from_secs(15)..=Duration::from_secs(20)).contains(&throttled.retry_after), "{throttled:?}");
    }
    assert!(there.rates.take(&other, rate).await.is_ok());
    there.rates.reset(&key).await;
    assert!(here.rates.take(&key, rate).await.is_ok());
    // It fills with time.
    let quick = Rate { burst: 2, per: Duration::from_millis(400) };
    let key = fresh().to_string();
    assert!(here.rates.take(&key, quick).await.is_ok() && here.rates.take(&key, quick).await.is_ok());
    let throttled = there.rates.take(&key, quick).await.unwrap_err();
    tokio::time::sleep(throttled.retry_after + Duration::from_millis(20)).await;
    assert!(here.rates.take(&key, quick).await.is_ok());
}

/// Waits until these devices of one person are here, as `bus` sees it.
pub async fn present(bus: &Bus, user: UserId, wanted: &[DeviceId]) {
    let mut wanted = wanted.to_vec();
    wanted.sort_unstable();
    let mut found = Vec::new();
    for _ in 0..200 {
        found = bus.presence.present(&[user]).await.remove(&user).unwrap_or_default();
        found.sort_unstable();
        if found == wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{found:?} are here, not {wanted:?}");
}

async fn presence(here: &Bus, there: &Bus) {
    let (aya, ben) = (UserId(fresh()), UserId(fresh()));
    let (phone, laptop, tablet) = (DeviceId(fresh()), DeviceId(fresh()), DeviceId(fresh()));
    present(here, aya, &[]).await;
    let first = here.presence.enter(aya, phone);
    let second = there.presence.enter(aya, phone);
    let other = there.presence.enter(aya, laptop);
    let _bens = here.presence.enter(ben, tablet);
    for bus in [here, there] {
        present(bus, aya, &[phone, laptop]).await;
        let both = bus.presence.present(&[aya, ben, UserId(fresh())]).await;
        assert_eq!((both.len(), both.get(&ben)), (2, Some(&vec![tablet])));
    }
    drop(first);
    tokio::time::sleep(Duration::from_millis(50)).await;
    present(here, aya, &[phone, laptop]).await;
    drop((second, other));
    present(here, aya, &[]).await;
    present(there, aya, &[]).await;
}
