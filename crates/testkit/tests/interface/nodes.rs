//! Many nodes mean the same as one: two servers on one store, heard of over Redis or by the store alone, through the real
//! router and sockets.

use std::time::{Duration, Instant};

use llm::scripted::{Gate, Script};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::nodes::NodeOptions;
use testkit::socket::Next;
use testkit::{Person, Socket, TestCluster};

const REPLY: &str = "*smiles* 海の 🌸 shines — and so do you.";

/// How long a node that reads the store may be behind, generously.
const BEHIND: Duration = Duration::from_secs(8);

/// A reply in small pieces, each a moment after the other.
fn pieces(script: Script, text: &str) -> Script {
    let pause = Duration::from_millis(4);
    text.chars()
        .collect::<Vec<_>>()
        .chunks(3)
        .fold(script, |script, piece| script.text(piece.iter().collect::<String>()).delay(pause))
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Puts a reply's deltas together and fails on a gap or a repeat.
fn collect(frames: &[Value], reply: &Value, mut text: String) -> String {
    for frame in frames.iter().filter(|frame| frame["type"] == "reply.delta" && frame["message_id"] == *reply) {
        assert_eq!(frame["offset"], units(&text), "a gap or a repeat in {frames:?}");
        text.push_str(frame["delta"].as_str().unwrap());
    }
    text
}

/// The places of a session's events in these frames.
fn seqs(frames: &[Value], session: &str) -> Vec<u64> {
    let of_session = frames.iter().filter(|frame| frame["session_id"] == session && frame["type"] != "session.resumed");
    of_session.filter_map(|frame| frame["seq"].as_u64()).collect()
}

async fn resume(socket: &mut Socket, session: &str, after: u64, reply: Option<(&Value, usize)>) -> Vec<Value> {
    let mut frame = json!({"type": "session.resume", "session_id": session, "after_seq": after});
    if let Some((id, offset)) = reply {
        frame["message_id"] = id.clone();
        frame["offset"] = json!(offset);
    }
    socket.send(frame).await;
    socket.until("session.resumed").await
}

/// Frames until the text of a reply is so long: its beginning, as it was told, and its deltas.
async fn until_offset(socket: &mut Socket, frames: &mut Vec<Value>, length: usize) {
    let reaches = |frame: &Value| match frame["type"].as_str() {
        Some("reply.started") => units(frame["message"]["content"].as_str().unwrap()) >= length,
        Some("reply.delta") => {
            let offset = usize::try_from(frame["offset"].as_u64().unwrap()).unwrap();
            offset + units(frame["delta"].as_str().unwrap()) >= length
        }
        _ => false,
    };
    while !frames.iter().any(reaches) {
        frames.push(socket.frame().await);
    }
}

/// What a reply begins with, as it was told.
fn begun(frames: &[Value]) -> String {
    let started = frames.iter().find(|frame| frame["type"] == "reply.started").expect("it was started");
    started["message"]["content"].as_str().unwrap().to_owned()
}

async fn stopped_soon(cluster: &TestCluster) {
    let began = Instant::now();
    while cluster.model.active() > 0 {
        assert!(began.elapsed() < BEHIND, "the reply is still written");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A person with a session, and a device on each node that shows it.
struct Pair<'a> {
    phone: Person<'a>,
    laptop: Person<'a>,
    session: String,
    near: Socket,
    far: Socket,
}

async fn pair<'a>(cluster: &'a TestCluster, name: &str) -> Pair<'a> {
    let (a, b) = cluster.pair();
    let phone = a.person(name).await;
    let laptop = b.sign_in(name).await;
    let session = phone.session().await;
    let (mut near, mut far) = (phone.socket().await, laptop.socket().await);
    resume(&mut near, &session, 0, None).await;
    resume(&mut far, &session, 0, None).await;
    Pair { phone, laptop, session, near, far }
}

async fn two_devices_watch_one_reply(cluster: &TestCluster) {
    let Pair { phone, laptop, session, mut near, mut far } = pair(cluster, "aya").await;
    let gate = Gate::new();
    let half = REPLY.char_indices().nth(12).unwrap().0;
    cluster.model.push(pieces(pieces(Script::new(), &REPLY[..half]).wait(&gate), &REPLY[half..]));
    near.say(&session, "first", "Hello there").await;
    let mut seen = Vec::new();
    until_offset(&mut far, &mut seen, units(REPLY[..half].trim_end())).await;
    gate.open();
    let told = near.until("reply.completed").await;
    seen.extend(far.until("reply.completed").await);
    for frames in [&told, &seen] {
        assert_eq!(seqs(frames, &session), [1, 2, 3]);
        let reply = &frames.last().unwrap()["message"];
        assert_eq!(collect(frames, &reply["id"], begun(frames)), REPLY);
        assert_eq!(reply["content"], REPLY);
    }
    assert_eq!(phone.messages(&session).await, laptop.messages(&session).await);
}

async fn a_reply_is_resumed_on_another_node(cluster: &TestCluster) {
    let Pair { laptop, session, mut near, far, .. } = pair(cluster, "ben").await;
    drop(far);
    let gate = Gate::new();
    let half = REPLY.char_indices().nth(12).unwrap().0;
    cluster.model.push(pieces(pieces(Script::new(), &REPLY[..half]).wait(&gate), &REPLY[half..]));
    near.say(&session, "first", "Hello there").await;
    let mut told = Vec::new();
    until_offset(&mut near, &mut told, units(REPLY[..half].trim_end())).await;
    drop(near);
    let reply = told[0]["reply"]["id"].clone();
    let known = collect(&told, &reply, String::new());
    let mut sockets = Vec::new();
    for offset in 0..=units(&known) {
        if String::from_utf16(&known.encode_utf16().take(offset).collect::<Vec<_>>()).is_err() {
            continue;
        }
        let mut socket = laptop.socket().await;
        resume(&mut socket, &session, 2, Some((&reply, offset))).await;
        sockets.push((offset, socket));
    }
    gate.open();
    for (offset, mut socket) in sockets {
        let frames = socket.until("reply.completed").await;
        let begin = String::from_utf16(&known.encode_utf16().take(offset).collect::<Vec<_>>()).unwrap();
        assert_eq!(collect(&frames, &reply, begin), REPLY, "resumed at {offset}");
    }
}

async fn a_reply_is_stopped_from_another_node(cluster: &TestCluster) {
    let Pair { session, mut near, mut far, .. } = pair(cluster, "cleo").await;
    let gate = Gate::new();
    cluster.model.push(Script::new().text("So far").wait(&gate).text(" and no further"));
    near.say(&session, "first", "Hello there").await;
    let accepted = far.expect("message.accepted").await;
    gate.reached().await;
    far.send(json!({"type": "reply.stop", "session_id": session, "message_id": accepted["reply"]["id"]})).await;
    for socket in [&mut near, &mut far] {
        let ended = socket.expect("reply.completed").await["message"].clone();
        assert_eq!((ended["status"].as_str(), ended["content"].as_str()), (Some("stopped"), Some("So far")));
    }
    stopped_soon(cluster).await;
    // Once more is no harm.
    far.send(json!({"type": "reply.stop", "session_id": session, "message_id": accepted["reply"]["id"]})).await;
    far.send(json!({"type": "ping"})).await;
    assert_eq!(far.frame().await["type"], "pong");
}

async fn what_is_deleted_on_another_node_is_written_no_more(cluster: &TestCluster) {
    let Pair { laptop, session, mut near, mut far, .. } = pair(cluster, "dora").await;
    let gate = Gate::new();
    cluster.model.push(Script::new().text("Never").wait(&gate));
    near.say(&session, "first", "Hello there").await;
    let accepted = far.expect("message.accepted").await;
    gate.reached().await;
    // What is deleted before a device has heard of it is told as deleted in its place, too.
    for socket in [&mut near, &mut far] {
        socket.expect("reply.started").await;
    }
    let message = accepted["message"]["id"].as_str().unwrap();
    laptop.good(Method::DELETE, &format!("/sessions/{session}/messages/{message}"), None).await;
    for socket in [&mut near, &mut far] {
        assert_eq!(socket.expect("message.deleted").await["message_id"], message);
    }
    stopped_soon(cluster).await;
    near.say(&session, "second", "Still there?").await;
    near.expect("reply.completed").await;
    far.expect("reply.completed").await;
    laptop.good(Method::DELETE, &format!("/sessions/{session}"), None).await;
    for socket in [&mut near, &mut far] {
        assert_eq!(socket.expect("session.deleted").await["session_id"], session.as_str());
    }
}

async fn a_device_is_signed_out_on_another_node(cluster: &TestCluster) {
    let Pair { phone, laptop, mut near, mut far, .. } = pair(cluster, "emi").await;
    let devices = laptop.get("/users/me/devices").await["items"].as_array().unwrap().clone();
    let other = devices.iter().find(|device| device["current"] == false).unwrap();
    laptop.good(Method::DELETE, &format!("/users/me/devices/{}", other["id"].as_str().unwrap()), None).await;
    assert_eq!(near.closed().await, Some(4403));
    assert_eq!(phone.call(Method::GET, "/users/me", None).await.0, StatusCode::UNAUTHORIZED);
    far.send(json!({"type": "ping"})).await;
    far.expect("pong").await;
}

async fn a_repeat_on_another_node_answers_with_the_first_outcome(cluster: &TestCluster) {
    let Pair { phone, laptop, session, mut far, .. } = pair(cluster, "fay").await;
    let path = format!("/sessions/{session}/messages");
    let body = json!({"client_message_id": "same", "content": "Hello"});
    let (a, b) = tokio::join!(phone.post(&path, body.clone()), laptop.post(&path, body.clone()));
    assert_ne!(a["repeated"], b["repeated"], "one of them was first");
    assert_eq!((&a["message"]["id"], &a["reply"]["id"]), (&b["message"]["id"], &b["reply"]["id"]));
    far.expect("reply.completed").await;
    let again = laptop.post(&path, body).await;
    assert_eq!((again["repeated"].as_bool(), &again["reply"]["id"]), (Some(true), &a["reply"]["id"]));
    assert_eq!(phone.messages(&session).await.len(), 3);
    assert_eq!(cluster.model.calls(), 1);
}

/// Takes what has come by now, and the places of it.
async fn hear(socket: &mut Socket, session: &str, told: &mut Vec<u64>) {
    while let Some(next) = socket.within(Duration::from_millis(20)).await {
        let Next::Frame(frame) = next else { panic!("it closed") };
        told.extend(seqs(&[frame], session));
    }
}

/// Both nodes change one session at the same time, and both tell the same, each event once and in order.
async fn both_nodes_talk_in_one_session(cluster: &TestCluster) {
    let Pair { phone, laptop, session, mut near, mut far } = pair(cluster, "gil").await;
    let path = format!("/sessions/{session}/messages");
    // Whoever does not listen answers no ping, and is taken for gone.
    let (mut by_near, mut by_far) = (Vec::new(), Vec::new());
    for n in 0..12 {
        hear(&mut near, &session, &mut by_near).await;
        hear(&mut far, &session, &mut by_far).await;
        let said = |who: &str| json!({"client_message_id": format!("{who}-{n}"), "content": format!("{n}")});
        let (a, b) = (said("phone"), said("laptop"));
        let (a, b) = tokio::join!(phone.call(Method::POST, &path, Some(a)), laptop.call(Method::POST, &path, Some(b)));
        for (status, body) in [a, b] {
            assert!(status == StatusCode::ACCEPTED || body["code"] == "too_many_queued", "{status} {body}");
        }
    }
    let began = Instant::now();
    let last = loop {
        let page = phone.get(&format!("{path}?limit=100")).await;
        let messages = page["items"].as_array().unwrap();
        if messages.iter().all(|message| !matches!(message["status"].as_str(), Some("queued" | "streaming"))) {
            break page["seq"].as_u64().unwrap();
        }
        assert!(began.elapsed() < Duration::from_secs(60), "replies never ended");
        hear(&mut near, &session, &mut by_near).await;
        hear(&mut far, &session, &mut by_far).await;
    };
    for (socket, mut told) in [(&mut near, by_near), (&mut far, by_far)] {
        while told.last() != Some(&last) {
            let Next::Frame(frame) = socket.next().await else { panic!("it closed") };
            told.extend(seqs(&[frame], &session));
        }
        assert_eq!(told, (1..=last).collect::<Vec<_>>());
    }
    assert_eq!(phone.messages(&session).await, laptop.messages(&session).await);
}

macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {
        /// The nodes hear of each other by the store alone.
        mod by_the_store {
            use super::*;
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    super::$test(&TestCluster::deaf().await).await;
                }
            )+
        }

        /// The nodes hear of each other over Redis.
        mod over_redis {
            use super::*;
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() {
                    if let Some(cluster) = TestCluster::redis(concat!("over Redis: ", stringify!($test))).await {
                        super::$test(&cluster).await;
                    }
                }
            )+
        }
    };
}

on_both!(
    two_devices_watch_one_reply,
    a_reply_is_resumed_on_another_node,
    a_reply_is_stopped_from_another_node,
    what_is_deleted_on_another_node_is_written_no_more,
    a_device_is_signed_out_on_another_node,
    a_repeat_on_another_node_answers_with_the_first_outcome,
    both_nodes_talk_in_one_session,
);

/// Nothing came; the pings meanwhile are answered.
async fn quiet(sockets: [&mut Socket; 2]) {
    for socket in sockets {
        assert_eq!(socket.within(Duration::from_millis(50)).await, None);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chats_go_on_while_redis_is_away_and_heal_when_it_is_back() {
    let Some(mut cluster) = TestCluster::own_redis("chats go on while Redis is away").await else { return };
    let (a, b) = cluster.pair();
    let (phone, laptop) = (a.person("ida").await, b.sign_in("ida").await);
    let session = phone.session().await;
    let (mut near, mut far) = (phone.socket().await, laptop.socket().await);
    resume(&mut near, &session, 0, None).await;
    resume(&mut far, &session, 0, None).await;
    drop((phone, laptop));
    let mut server = cluster.server.take().expect("it has a server of its own");
    server.kill();
    // Said before anybody noticed.
    near.say(&session, "unheard", "Can you hear me?").await;
    near.expect("reply.completed").await;
    cluster.connected(false).await;
    let frames = far.until("reply.completed").await;
    assert_eq!(seqs(&frames, &session), [1, 2, 3]);
    two_devices_watch_one_reply(&cluster).await;
    quiet([&mut near, &mut far]).await;
    a_reply_is_resumed_on_another_node(&cluster).await;
    a_reply_is_stopped_from_another_node(&cluster).await;
    quiet([&mut near, &mut far]).await;
    what_is_deleted_on_another_node_is_written_no_more(&cluster).await;
    quiet([&mut near, &mut far]).await;
    a_device_is_signed_out_on_another_node(&cluster).await;
    quiet([&mut near, &mut far]).await;
    server.start().await;
    cluster.connected(true).await;
    near.say(&session, "heard", "And now?").await;
    let frames = far.until("reply.completed").await;
    assert_eq!(seqs(&frames, &session), [4, 5, 6]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happened_while_redis_stood_still_is_told_when_it_goes_on() {
    let Some(mut cluster) = TestCluster::own_redis("what happened while Redis stood still").await else { return };
    let server = cluster.server.take().expect("it has a server of its own");
    let Pair { session, mut near, mut far, .. } = pair(&cluster, "jun").await;
    let gate = Gate::new();
    cluster.model.push(pieces(Script::new().text("Before ").wait(&gate), "and after"));
    near.say(&session, "first", "Hello there").await;
    let mut seen = Vec::new();
    until_offset(&mut far, &mut seen, units("Before")).await;
    server.pause();
    gate.open();
    let told = near.until("reply.completed").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    server.go_on();
    cluster.connected(true).await;
    seen.extend(far.until("reply.completed").await);
    let reply = &told.last().unwrap()["message"]["id"];
    assert_eq!(collect(&told, reply, String::new()), "Before and after");
    assert_eq!(collect(&seen, reply, begun(&seen)), "Before and after");
    assert_eq!(seqs(&seen, &session), [1, 2, 3]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_told_after_a_loss_is_what_happened_last_also_where_nobody_has_resumed() {
    let Some(mut cluster) = TestCluster::own_redis("what is told after a loss").await else { return };
    let (a, b) = cluster.pair();
    let (phone, laptop) = (a.person("mia").await, b.sign_in("mia").await);
    let session = phone.session().await;
    let (mut near, mut far) = (phone.socket().await, laptop.socket().await);
    drop((phone, laptop));
    let mut server = cluster.server.take().expect("it has a server of its own");
    server.kill();
    cluster.connected(false).await;
    near.say(&session, "unheard", "Can you hear me?").await;
    let last = near.expect("reply.completed").await;
    server.start().await;
    cluster.connected(true).await;
    // Whoever lacks this one alone takes it for what it is.
    let told = far.until("reply.completed").await;
    assert_eq!(told.last(), Some(&last));
    assert!(told.iter().all(|frame| frame["type"] != "session.updated"), "{told:?}");
}

/// The other node shows that the reply ended, with what was saved of it.
async fn a_node_dies(mut cluster: TestCluster) {
    let dying = cluster.nodes.remove(0);
    let survivor = &cluster.nodes[0];
    let phone = dying.person("kai").await;
    let laptop = phone.at(survivor);
    let session = phone.session().await;
    let mut far = laptop.socket().await;
    resume(&mut far, &session, 0, None).await;
    let gate = Gate::new();
    cluster.model.push(Script::new().text("The storm took the lamp").wait(&gate));
    phone.post(&format!("/sessions/{session}/messages"), json!({"client_message_id": "a", "content": "What?"})).await;
    gate.reached().await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let began = Instant::now();
    let crash = tokio::spawn(dying.crash());
    let failed = far.expect("reply.failed").await;
    // Its lease, a sweep, and a look.
    assert!(began.elapsed() < Duration::from_secs(3) + BEHIND);
    assert_eq!((failed["code"].as_str(), failed["retryable"].as_bool()), (Some("interrupted"), Some(true)));
    assert_eq!(failed["message"]["content"], "The storm took the lamp");
    laptop.post(&format!("/sessions/{session}/messages"), json!({"client_message_id": "b", "content": "Go on."})).await;
    far.expect("reply.completed").await;
    crash.await.expect("it ends");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_dies_leaves_no_reply_hanging() {
    a_node_dies(TestCluster::deaf().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_dies_leaves_no_reply_hanging_over_redis() {
    if let Some(cluster) = TestCluster::redis("a node that dies leaves no reply hanging over Redis").await {
        a_node_dies(cluster).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn passwords_are_counted_by_all_nodes_together() {
    let Some(cluster) = TestCluster::redis("passwords are counted by all nodes together").await else { return };
    let (a, b) = cluster.pair();
    a.person("lea").await;
    let form = [("grant_type", "password"), ("username", "lea"), ("password", "not this one")];
    for n in 0..10 {
        let node = if n % 2 == 0 { a } else { b };
        assert_eq!(node.token(&form).await.status, StatusCode::BAD_REQUEST, "try {n}");
    }
    for node in [a, b] {
        assert_eq!(node.token(&form).await.status, StatusCode::TOO_MANY_REQUESTS);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn devices_are_shown_to_be_here_on_whichever_node() {
    let Some(cluster) = TestCluster::redis("devices are shown to be here on whichever node").await else { return };
    let Pair { phone, laptop, near, far, .. } = pair(&cluster, "mio").await;
    let online = async |person: &Person<'_>, wanted: [bool; 2]| {
        let began = Instant::now();
        loop {
            let devices = person.get("/users/me/devices").await["items"].as_array().unwrap().clone();
            let found: Vec<bool> = devices.iter().map(|device| device["online"].as_bool().unwrap()).collect();
            if found == wanted {
                return;
            }
            assert!(began.elapsed() < BEHIND, "{found:?}, not {wanted:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    // The newest first.
    for person in [&phone, &laptop] {
        online(person, [true, true]).await;
    }
    drop(far);
    online(&phone, [false, true]).await;
    drop(near);
    online(&laptop, [false, false]).await;
}

/// A reply that takes longer than its lease, beside a node whose clock is a minute ahead: how it ends.
async fn beside_a_fast_clock(corrected: bool) -> Value {
    let mut cluster = TestCluster::without_nodes().await;
    cluster.add(NodeOptions { corrected, ..NodeOptions::default() }).await;
    cluster.add(NodeOptions { ahead: Duration::from_secs(60), corrected, ..NodeOptions::default() }).await;
    let (a, _) = cluster.pair();
    let phone = a.person("nao").await;
    let session = phone.session().await;
    let mut near = phone.socket().await;
    cluster.model.push((0..80).fold(Script::new(), |script, _| script.text("on ").delay(Duration::from_millis(50))));
    near.say(&session, "first", "Go on and on.").await;
    loop {
        let frame = near.frame().await;
        if matches!(frame["type"].as_str(), Some("reply.completed" | "reply.failed")) {
            return frame;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_whose_clock_is_wrong_does_no_harm() {
    // Not corrected it would, so the correction is what prevents it.
    let (corrected, not) = tokio::join!(beside_a_fast_clock(true), beside_a_fast_clock(false));
    assert_eq!((corrected["type"].as_str(), not["type"].as_str()), (Some("reply.completed"), Some("reply.failed")));
}

/// What it adds to be on another node: figures, and no promise.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_node_adds() {
    let Some(cluster) = TestCluster::redis("what another node adds").await else { return };
    let Pair { session, mut near, mut far, .. } = pair(&cluster, "oda").await;
    let (mut deltas, mut notices) = (Vec::new(), Vec::new());
    for n in 0..10 {
        let text =
            (0..60).fold(Script::new(), |script, n| script.delay(Duration::from_millis(20)).text(format!("{n} ")));
        cluster.model.push(text);
        near.say(&session, &format!("m{n}"), "Hello").await;
        let (here, there) = tokio::join!(timed(&mut near), timed(&mut far));
        for (offset, at) in &here.0 {
            // When the same text was there: the first delta that reaches as far.
            if let Some((_, seen)) = there.0.iter().find(|(reached, _)| reached >= offset) {
                deltas.push(seen.saturating_duration_since(*at));
            }
        }
        assert_eq!(here.1.len(), there.1.len());
        notices.extend(here.1.iter().zip(&there.1).map(|(here, there)| there.saturating_duration_since(*here)));
    }
    for (name, mut figures) in [("delta", deltas), ("notice", notices)] {
        figures.sort_unstable();
        let at = |part: usize| figures[(figures.len() - 1) * part / 100].as_secs_f64() * 1_000.0;
        println!("{name}: p50 {:.2} ms, p99 {:.2} ms more on another node ({} of them)", at(50), at(99), figures.len());
    }
}

/// When each delta reached how far, and when each event came, up to the end of a reply.
async fn timed(socket: &mut Socket) -> (Vec<(u64, Instant)>, Vec<Instant>) {
    let (mut deltas, mut events) = (Vec::new(), Vec::new());
    loop {
        let frame = socket.frame().await;
        let now = Instant::now();
        match frame["type"].as_str() {
            Some("reply.delta") => {
                let length = units(frame["delta"].as_str().unwrap()) as u64;
                deltas.push((frame["offset"].as_u64().unwrap() + length, now));
            }
            Some(kind) => {
                events.push(now);
                if kind == "reply.completed" {
                    return (deltas, events);
                }
            }
            None => {}
        }
    }
}
