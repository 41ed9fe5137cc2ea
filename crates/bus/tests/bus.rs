//! The suites of the bus within one process and over Redis, and what becomes of it when Redis is paused, dies or forgets.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "these are tests")]

use std::sync::Arc;
use std::time::Duration;

use bus::conformance::{OwnServer, SUITES, event, fresh, heard, present, reached};
use bus::redis::{RedisOptions, open};
use bus::{Bus, BusState, Rate, Received};
use domain::ids::{DeviceId, MessageId, NodeId, SessionId, UserId};
use tokio::sync::Notify;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(15);

fn url() -> Option<String> {
    std::env::vars().find_map(|(name, value)| (name == "TALKER_TEST_REDIS_URL").then_some(value))
}

fn options(url: &str) -> RedisOptions {
    RedisOptions {
        prefix: format!("test-{}:", fresh().simple()),
        presence: Duration::from_secs(3),
        ..RedisOptions::new(url)
    }
}

/// Two nodes that have reached each other.
async fn nodes(options: &RedisOptions) -> (Bus, Bus) {
    let (here, there) = (open(options, NodeId(fresh())).unwrap(), open(options, NodeId(fresh())).unwrap());
    reached(&here).await;
    reached(&there).await;
    (here, there)
}

async fn own_server(name: &str) -> Option<OwnServer> {
    let server = match url() {
        Some(url) => OwnServer::like(&url).await,
        None => None,
    };
    if server.is_none() {
        println!("SKIPPED: {name} - there is no Redis server on this machine (TALKER_TEST_REDIS_URL)");
    }
    server
}

async fn run(here: &Bus, there: &Bus) {
    for (name, suite) in SUITES {
        suite(here, there).await;
        println!("passed: {name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn within_one_process() {
    for bus in [bus::local::bus(), bus::local::deaf()] {
        run(&bus, &bus.clone()).await;
        assert_eq!(bus.health.state(), BusState::Local);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_redis() {
    let Some(url) = url() else {
        println!("SKIPPED: the bus over Redis, {} suites - TALKER_TEST_REDIS_URL is not set", SUITES.len());
        return;
    };
    let (here, there) = nodes(&options(&url)).await;
    run(&here, &there).await;
    for bus in [here, there] {
        timeout(PATIENCE, bus.close()).await.unwrap();
    }
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_without_being_told() {
    let refused = open(&RedisOptions::new("cache:hunter2"), NodeId(fresh())).err().unwrap().to_string();
    assert!(!refused.contains("hunter2"));
}

async fn degraded(bus: &Bus) {
    timeout(PATIENCE, bus.health.until(|state| matches!(state, BusState::Degraded { .. }))).await.unwrap();
}

/// What holds while the server is away.
async fn alone(here: &Bus, there: &Bus) {
    let (user, session) = (UserId(fresh()), SessionId(fresh()));
    let mut near = timeout(Duration::from_millis(200), here.notices.subscribe(user)).await.unwrap();
    here.notices.publish(user, event(session, 1));
    assert!(matches!(heard(&mut near).await, Received::Notice(_)));
    let rate = Rate { burst: 2, per: Duration::from_secs(600) };
    for bus in [here, there] {
        let key = fresh().to_string();
        assert!(bus.rates.take(&key, rate).await.is_ok() && bus.rates.take(&key, rate).await.is_ok());
        assert!(bus.rates.take(&key, rate).await.is_err(), "without the server nothing is unlimited");
    }
    let device = DeviceId(fresh());
    let here_now = here.presence.enter(user, device);
    assert_eq!(here.presence.present(&[user]).await.get(&user), Some(&vec![device]));
    drop(here_now);
}

/// Whoever was subscribed before hears again, after being told to read the store.
async fn healed(here: &Bus, there: &Bus, user: UserId, far: &mut bus::Subscription) {
    reached(here).await;
    reached(there).await;
    loop {
        match heard(far).await {
            Received::Lagged => break,
            Received::Notice(_) => {}
            Received::Closed => unreachable!("the bus goes on"),
        }
    }
    while far.try_next().is_some() {}
    here.notices.publish(user, event(SessionId(fresh()), 77));
    loop {
        match heard(far).await {
            Received::Notice(bus::Notice::Event(event)) if event.seq == 77 => break,
            _ => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_pauses_or_dies_is_missed_and_heals() {
    let Some(mut server) = own_server("a server that pauses or dies is missed and heals").await else { return };
    let (here, there) = nodes(&options(&server.url())).await;
    let (user, device) = (UserId(fresh()), DeviceId(fresh()));
    let mut far = there.notices.subscribe(user).await;
    let _here = here.presence.enter(user, device);
    present(&there, user, &[device]).await;

    server.pause();
    degraded(&here).await;
    degraded(&there).await;
    alone(&here, &there).await;
    server.go_on();
    healed(&here, &there, user, &mut far).await;

    server.kill();
    degraded(&here).await;
    degraded(&there).await;
    alone(&here, &there).await;
    server.start().await;
    healed(&here, &there, user, &mut far).await;
    // The new server knew nobody.
    present(&there, user, &[device]).await;

    server.flush().await;
    present(&there, user, &[device]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_that_is_followed_comes_whole_over_a_server_that_dies() {
    let Some(mut server) = own_server("a reply that is followed comes whole over a server that dies").await else {
        return;
    };
    let (here, there) = nodes(&options(&server.url())).await;
    let (reply, listener) = (MessageId(fresh()), Arc::new(Notify::new()));
    let writer = here.streams.open(reply, "One ");
    let mut reader = there.streams.follow(reply, &listener).unwrap();
    let mut text = String::new();
    while !text.contains("One") {
        timeout(PATIENCE, listener.notified()).await.unwrap();
        reader.take(&mut text);
    }
    server.kill();
    writer.push("two ");
    degraded(&there).await;
    writer.push("three ");
    server.start().await;
    reached(&here).await;
    reached(&there).await;
    writer.push("four.");
    while !text.contains("four") {
        timeout(PATIENCE, listener.notified()).await.unwrap();
        reader.take(&mut text);
    }
    assert_eq!(text, "One two three four.");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_dies_is_no_longer_here() {
    let Some(url) = url() else {
        println!("SKIPPED: a node that dies is no longer here - TALKER_TEST_REDIS_URL is not set");
        return;
    };
    let (here, there) = nodes(&options(&url)).await;
    let (user, device) = (UserId(fresh()), DeviceId(fresh()));
    let entered = here.presence.enter(user, device);
    let other = UserId(fresh());
    here.presence.believed(user, true);
    here.presence.believed(other, true);
    here.presence.believed(other, false);
    present(&there, user, &[device]).await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    present(&there, user, &[device]).await;
    here.close().await;
    std::mem::forget(entered);
    present(&there, user, &[]).await;
    // The other hears of whom it left, once, and of nobody who had left before.
    let mut left = Vec::new();
    for _ in 0..200 {
        left = there.presence.left_behind().await;
        if !left.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(left, [user]);
    assert_eq!(there.presence.left_behind().await, []);
}
