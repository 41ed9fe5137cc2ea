//! The chat socket as clients see it: streaming, resuming, several devices, several sessions.

use std::time::Duration;

use llm::scripted::{Gate, Script};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Person, Socket, TestApp};

const REPLY: &str = "*smiles* 海の 🌸 shines — and so do you.";

/// A reply in small pieces, some of them cut within words.
fn pieces(text: &str) -> Script {
    text.chars()
        .collect::<Vec<_>>()
        .chunks(3)
        .fold(Script::new(), |script, piece| script.text(piece.iter().collect::<String>()))
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The part of a text from a UTF-16 offset on.
fn from_unit(text: &str, offset: usize) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    String::from_utf16_lossy(&units[offset..])
}

/// Puts a reply's deltas together and fails on a gap or a repeat.
fn collect(frames: &[Value], reply: &str, mut text: String) -> String {
    for frame in frames.iter().filter(|frame| frame["type"] == "reply.delta" && frame["message_id"] == reply) {
        assert_eq!(frame["offset"], units(&text), "a gap or a repeat in {frames:?}");
        text.push_str(frame["delta"].as_str().unwrap());
    }
    text
}

/// The places of all events, which must follow each other.
fn seqs(frames: &[Value], session: &str) -> Vec<u64> {
    frames
        .iter()
        .filter(|frame| frame["session_id"] == session && frame["type"] != "session.resumed")
        .filter_map(|frame| frame["seq"].as_u64())
        .collect()
}

#[tokio::test]
async fn a_reply_streams_in_order_and_is_stored_as_it_was_streamed() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    let mut socket = aya.socket().await;
    app.model.push(pieces(REPLY));
    socket.say(&session, "first", "Hello there").await;
    let frames = socket.until("reply.completed").await;
    assert_eq!(seqs(&frames, &session), [1, 2, 3]);
    assert_eq!(
        (frames[0]["type"].as_str(), frames[1]["type"].as_str()),
        (Some("message.accepted"), Some("reply.started"))
    );
    let reply = frames[0]["reply"]["id"].as_str().unwrap();
    assert_eq!(collect(&frames, reply, String::new()), REPLY);
    assert_eq!(frames.last().unwrap()["message"]["content"], REPLY);
    let messages = aya.messages(&session).await;
    let contents: Vec<&str> = messages.iter().map(|message| message["content"].as_str().unwrap()).collect();
    assert_eq!(contents, ["*waves* Hello, aya.", "Hello there", REPLY]);
    assert_eq!(messages[2]["status"], "complete");
    assert!(messages[2]["usage"]["completion_tokens"].as_u64().unwrap() > 0);
    let prompt = app.model.last_request().unwrap().messages;
    assert!(prompt[0].content.contains("Rin keeps a lighthouse."));
    assert_eq!(prompt.last().unwrap().content, "Hello there");
}

#[tokio::test]
async fn a_reply_can_be_resumed_at_every_offset_while_it_is_written() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    let gate = Gate::new();
    let half = REPLY.char_indices().nth(12).unwrap().0;
    app.model.push(pieces(&REPLY[..half]).wait(&gate).text(REPLY[half..].to_owned()));
    let mut first = aya.socket().await;
    first.say(&session, "first", "Hello there").await;
    let reply = first.expect("message.accepted").await["reply"]["id"].as_str().unwrap().to_owned();
    gate.reached().await;
    drop(first);
    let mut sockets = Vec::new();
    for offset in 0..=units(&REPLY[..half]) {
        let mut socket = aya.socket().await;
        socket.send(json!({"type": "session.resume", "session_id": session, "after_seq": 2, "message_id": reply, "offset": offset})).await;
        assert_eq!(socket.expect("session.resumed").await["seq"], 2);
        sockets.push((offset, socket));
        if sockets.len() == 24 {
            break;
        }
    }
    gate.open();
    for (offset, socket) in &mut sockets {
        let frames = socket.until("reply.completed").await;
        let first = frames.iter().find(|frame| frame["type"] == "reply.delta").unwrap();
        // Within a surrogate pair the server begins at its start; the client drops what it has.
        let begin = usize::try_from(first["offset"].as_u64().unwrap()).unwrap();
        assert!(begin == *offset || begin + 1 == *offset, "asked for {offset}, got {begin}");
        let known = String::from_utf16(&REPLY.encode_utf16().take(begin).collect::<Vec<_>>()).unwrap();
        assert_eq!(collect(&frames, &reply, known), REPLY);
        assert_eq!(
            from_unit(REPLY, begin),
            collect(
                &frames,
                &reply,
                String::from_utf16(&REPLY.encode_utf16().take(begin).collect::<Vec<_>>()).unwrap()
            )[REPLY.len() - from_unit(REPLY, begin).len()..]
        );
    }
}

#[tokio::test]
async fn whoever_resumes_from_an_event_gets_all_later_ones_once() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    let mut socket = aya.socket().await;
    for n in 0..4 {
        socket.say(&session, &format!("m{n}"), "Hello").await;
        socket.expect("reply.completed").await;
    }
    for after in 0..=12_u64 {
        let mut late = aya.socket().await;
        late.send(json!({"type": "session.resume", "session_id": session, "after_seq": after})).await;
        let frames = late.until("session.resumed").await;
        assert_eq!(seqs(&frames, &session), (after + 1..=12).collect::<Vec<_>>());
        assert!(frames.iter().all(|frame| frame["type"] != "reply.delta"), "what is complete needs no deltas");
    }
    let mut late = aya.socket().await;
    late.send(json!({"type": "session.resume", "id": "r", "session_id": session, "after_seq": 13})).await;
    let error = late.expect("error").await;
    assert_eq!((error["code"].as_str(), error["ref"].as_str()), (Some("validation_failed"), Some("r")));
}

#[tokio::test]
async fn a_phone_and_a_laptop_watch_the_same_reply() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let laptop = app.sign_in("aya").await;
    let session = aya.session().await;
    let (mut phone, mut desk) = (aya.socket().await, laptop.socket().await);
    app.model.push(pieces(REPLY));
    phone.send(json!({"type": "typing", "session_id": session})).await;
    desk.expect("typing").await;
    phone.say(&session, "first", "Hello there").await;
    let (on_phone, on_desk) = (phone.until("reply.completed").await, desk.until("reply.completed").await);
    assert_eq!(on_phone.last(), on_desk.last());
    let reply = on_desk[0]["reply"]["id"].as_str().unwrap();
    assert_eq!(collect(&on_desk, reply, String::new()), REPLY);
    assert!(on_phone.iter().all(|frame| frame["type"] != "typing"), "one's own typing is no news");
}

#[tokio::test]
async fn a_message_said_while_a_reply_is_written_is_answered_in_its_turn() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    let mut socket = aya.socket().await;
    let gate = Gate::new();
    app.model.push(Script::new().text("One").wait(&gate).text("."));
    app.model.push(Script::say("Two."));
    app.model.push(Script::say("Three."));
    socket.say(&session, "a", "first").await;
    gate.reached().await;
    socket.say(&session, "b", "second").await;
    socket.say(&session, "c", "third").await;
    socket.until("message.accepted").await;
    gate.open();
    for expected in ["One.", "Two.", "Three."] {
        assert_eq!(socket.expect("reply.completed").await["message"]["content"], expected);
    }
    let contents: Vec<String> =
        aya.messages(&session).await.iter().map(|message| message["content"].as_str().unwrap().to_owned()).collect();
    assert_eq!(contents[1..], ["first", "One.", "second", "Two.", "third", "Three."]);
    assert_eq!(app.model.active(), 0);
}

#[tokio::test]
async fn several_sessions_stream_over_one_socket_at_once() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let character = aya.character("private").await;
    let gate = Gate::new();
    let mut sessions = Vec::new();
    let mut socket = aya.socket().await;
    for n in 0..5 {
        let session = aya.session_with(&character).await;
        app.model.push(Script::new().text("begun").wait(&gate).text(" ended"));
        socket.say(&session, &format!("m{n}"), "Hello").await;
        gate.reached().await;
        sessions.push(session);
    }
    assert_eq!(app.model.active(), 5, "none waits for another");
    gate.open();
    let mut frames = Vec::new();
    for _ in 0..5 {
        frames.extend(socket.until("reply.completed").await);
    }
    for session in &sessions {
        assert_eq!(seqs(&frames, session), [1, 2, 3]);
    }
}

#[tokio::test]
async fn stopping_keeps_what_was_written_and_continuing_goes_on_from_it() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    let mut socket = aya.socket().await;
    let gate = Gate::new();
    app.model.push(Script::new().text("The lamp ").text("is lit").wait(&gate).text(" and more"));
    socket.say(&session, "a", "first").await;
    gate.reached().await;
    let reply = socket.expect("message.accepted").await["reply"]["id"].as_str().unwrap().to_owned();
    socket.send(json!({"type": "reply.stop", "session_id": session, "message_id": reply})).await;
    let stopped = socket.expect("reply.completed").await;
    assert_eq!(
        (stopped["message"]["status"].as_str(), stopped["message"]["content"].as_str()),
        (Some("stopped"), Some("The lamp is lit"))
    );
    assert_eq!(app.model.active(), 0, "the model was told to stop");

    app.model.push(Script::say(" tonight."));
    socket
        .send(json!({"type": "reply.regenerate", "session_id": session, "message_id": reply, "mode": "continue"}))
        .await;
    let frames = socket.until("reply.completed").await;
    let started = frames.iter().find(|frame| frame["type"] == "reply.started").unwrap();
    assert_eq!(started["message"]["content"], "The lamp is lit");
    let last = frames.last().unwrap();
    assert_eq!(last["message"]["content"], "The lamp is lit tonight.");
    assert_eq!(last["message"]["siblings"].as_array().unwrap().len(), 2, "the stopped one is still there");
    let id = last["message"]["id"].as_str().unwrap();
    assert_eq!(collect(&frames, id, "The lamp is lit".into()), "The lamp is lit tonight.");
    assert!(app.model.last_request().unwrap().continue_last);

    let stop_again = json!({"type": "reply.stop", "session_id": session, "message_id": reply});
    socket.send(stop_again).await;
    socket.send(json!({"type": "ping"})).await;
    assert_eq!(socket.frame().await["type"], "pong", "stopping what has ended does nothing");
}

#[tokio::test]
async fn a_reply_that_waits_can_be_stopped_before_its_turn() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    let mut socket = aya.socket().await;
    let gate = Gate::new();
    app.model.push(Script::new().text("One").wait(&gate));
    socket.say(&session, "a", "first").await;
    gate.reached().await;
    socket.say(&session, "b", "second").await;
    let second = loop {
        let accepted = socket.expect("message.accepted").await;
        if accepted["client_message_id"] == "b" {
            break accepted["reply"]["id"].as_str().unwrap().to_owned();
        }
    };
    socket.send(json!({"type": "reply.stop", "session_id": session, "message_id": second})).await;
    let stopped = socket.expect("reply.completed").await;
    assert_eq!(
        (stopped["message"]["id"].as_str(), stopped["message"]["status"].as_str()),
        (Some(second.as_str()), Some("stopped"))
    );
    gate.open();
    assert_eq!(socket.expect("reply.completed").await["message"]["content"], "One");
    assert_eq!(app.model.calls(), 1, "the model was never asked for it");
}

#[tokio::test]
async fn regenerating_adds_a_swipe_and_swiping_back_changes_what_follows() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    let mut socket = aya.socket().await;
    app.model.push(Script::say("First try."));
    app.model.push(Script::say("Second try."));
    socket.say(&session, "a", "Hello").await;
    let first = socket.expect("reply.completed").await["message"]["id"].as_str().unwrap().to_owned();
    socket.send(json!({"type": "reply.regenerate", "session_id": session, "message_id": first})).await;
    let second = socket.expect("reply.completed").await["message"].clone();
    assert_eq!(second["siblings"], json!([first, second["id"]]));
    let prompt = app.model.last_request().unwrap().messages;
    assert!(prompt.iter().all(|message| !message.content.contains("First try.")), "a swipe does not know its siblings");

    let moved = aya.good(Method::PUT, &format!("/sessions/{session}/leaf"), Some(json!({"message_id": first}))).await;
    assert_eq!(moved["leaf_id"], first.as_str());
    assert_eq!(socket.expect("session.updated").await["session"]["leaf_id"], first.as_str());
    socket.say(&session, "b", "And then?").await;
    socket.expect("reply.completed").await;
    let prompt = app.model.last_request().unwrap().messages;
    assert!(
        prompt.iter().any(|message| message.content == "First try.")
            && prompt.iter().all(|message| message.content != "Second try.")
    );
}

#[tokio::test]
async fn the_greeting_has_its_alternatives_as_swipes_and_may_be_made_anew() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    let greeting = aya.messages(&session).await.remove(0);
    let siblings: Vec<String> = serde_json::from_value(greeting["siblings"].clone()).unwrap();
    assert_eq!(siblings.len(), 2);
    aya.good(Method::PUT, &format!("/sessions/{session}/leaf"), Some(json!({"message_id": siblings[1]}))).await;
    assert_eq!(aya.messages(&session).await[0]["content"], "You again, aya?");
    app.model.push(Script::say("A third hello."));
    let mut socket = aya.socket().await;
    socket.send(json!({"type": "reply.regenerate", "session_id": session, "message_id": siblings[0]})).await;
    let made = socket.expect("reply.completed").await;
    assert_eq!(
        (made["message"]["parent_id"].clone(), made["message"]["siblings"].as_array().unwrap().len()),
        (Value::Null, 3)
    );
}

#[tokio::test]
async fn a_branch_from_an_old_message_leaves_the_other_way_untouched() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    let mut socket = aya.socket().await;
    socket.say(&session, "a", "I have a cat").await;
    let first = socket.expect("reply.completed").await["message"].clone();
    let before = aya.messages(&session).await;
    let branch = json!({"type": "message.send", "session_id": session, "client_message_id": "b", "content": "I have a dog", "parent_id": before[0]["id"]});
    socket.send(branch).await;
    let accepted = socket.expect("message.accepted").await;
    assert_eq!(accepted["message"]["siblings"].as_array().unwrap().len(), 2);
    socket.expect("reply.completed").await;
    let prompt = app.model.last_request().unwrap().messages;
    assert!(prompt.iter().all(|message| !message.content.contains("cat")));
    aya.good(Method::PUT, &format!("/sessions/{session}/leaf"), Some(json!({"message_id": first["id"]}))).await;
    let ids = |messages: &[Value]| messages.iter().map(|message| message["id"].clone()).collect::<Vec<_>>();
    assert_eq!(ids(&aya.messages(&session).await), ids(&before));
}

#[tokio::test]
async fn deleting_under_a_running_reply_ends_it_without_a_trace() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    let mut socket = aya.socket().await;
    let gate = Gate::new();
    app.model.push(Script::new().text("Once upon").wait(&gate).text(" a time"));
    socket.say(&session, "a", "Tell me").await;
    gate.reached().await;
    let message = socket.expect("message.accepted").await["message"]["id"].as_str().unwrap().to_owned();
    aya.good(Method::DELETE, &format!("/sessions/{session}/messages/{message}"), None).await;
    assert_eq!(socket.expect("message.deleted").await["message_id"], message.as_str());
    for _ in 0..200 {
        if app.model.active() == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(app.model.active(), 0, "the model was told to stop");
    assert_eq!(aya.messages(&session).await.len(), 1);
    let mut late = aya.socket().await;
    late.send(json!({"type": "session.resume", "session_id": session, "after_seq": 0})).await;
    let told = late.until("session.resumed").await;
    assert!(!serde_json::to_string(&told).unwrap().contains("Tell me"), "what was deleted is told to nobody");
    assert_eq!(seqs(&told, &session), [1, 2, 3], "and yet no place is missing");
}

#[tokio::test]
async fn a_slow_reader_costs_no_memory_and_misses_nothing() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    let mut slow = aya.socket().await;
    let long = "She counts the waves, one by one. ".repeat(1_500);
    // More events than a device's backlog holds, and a reply longer than the buffers of a connection.
    for n in 0..30 {
        app.model.push(if n == 15 { pieces(&long) } else { Script::say("Yes.") });
        let body = json!({"client_message_id": format!("m{n}"), "content": "Go on"});
        aya.post(&format!("/sessions/{session}/messages"), body).await;
        wait_for_reply(&aya, &session, 2 * (n + 1)).await;
    }
    let mut frames = Vec::new();
    while seqs(&frames, &session).last() != Some(&90) {
        frames.push(slow.frame().await);
    }
    assert_eq!(seqs(&frames, &session), (1..=90).collect::<Vec<_>>());
    let told = frames.iter().find(|frame| frame["type"] == "reply.completed" && frame["seq"] == 48).unwrap();
    assert_eq!(told["message"]["content"], long.trim_end());
}

async fn wait_for_reply(person: &Person<'_>, session: &str, depth: u64) {
    for _ in 0..1_000 {
        let newest = person.get(&format!("/sessions/{session}/messages?limit=1")).await["items"][0].clone();
        if newest["depth"] == depth && newest["status"] == "complete" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("no reply at depth {depth}");
}

#[tokio::test]
async fn every_frame_of_the_contract_is_met() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    let mut socket = Socket::open(app.address, None).await.unwrap();
    socket.send(json!({"type": "auth", "token": aya.access})).await;
    socket.expect("ready").await;
    app.model.push(Script::say("Yes."));
    app.model.push(Script::refuse(llm::ModelError::Unavailable("in this test".into())));
    socket.say(&session, "a", "Hello").await;
    let reply = socket.expect("reply.completed").await["message"]["id"].as_str().unwrap().to_owned();
    socket.send(json!({"type": "reply.regenerate", "session_id": session, "message_id": reply, "mode": "new", "id": "again"})).await;
    socket.expect("reply.queued").await;
    let failed = socket.expect("reply.failed").await;
    assert_eq!((failed["code"].as_str(), failed["retryable"].as_bool()), (Some("model_unavailable"), Some(true)));
    let path = format!("/sessions/{session}/messages/{reply}");
    aya.good(Method::PATCH, &path, Some(json!({"content": "No."}))).await;
    socket.expect("message.edited").await;
    aya.good(Method::DELETE, &path, None).await;
    socket.expect("message.deleted").await;
    aya.good(Method::PATCH, &format!("/sessions/{session}"), Some(json!({"title": "The lighthouse"}))).await;
    assert_eq!(socket.expect("session.updated").await["session"]["title"], "The lighthouse");
    socket.send(json!({"type": "session.resume", "session_id": session, "after_seq": 0, "message_id": null, "offset": null})).await;
    socket.expect("session.resumed").await;
    socket.send(json!({"type": "reply.stop", "session_id": session, "message_id": reply})).await;
    assert_eq!(socket.expect("error").await["code"], "not_found");
    socket.send(json!({"type": "ping"})).await;
    socket.expect("pong").await;
    socket.hears_of_notifications = true;
    let mut other = app.sign_in("aya").await.socket().await;
    let told = socket.expect("notification").await;
    aya.post("/notifications/read", json!({"up_to": told["notification"]["seq"]})).await;
    socket.expect("notifications.read").await;
    socket.send(json!({"type": "typing", "session_id": session})).await;
    other.expect("typing").await;
    socket.send(json!({"type": "read", "session_id": session, "seq": 1})).await;
    assert_eq!(other.expect("read").await["read_seq"], 1);
    let ren = app.person("ren").await;
    ren.good(Method::PUT, "/people/aya/friend", None).await;
    aya.good(Method::PUT, "/people/ren/friend", None).await;
    socket.hears_of_presence = true;
    let _here = ren.socket().await;
    assert_eq!(socket.expect("presence").await["online"], true);
    let people = json!({"people": [testkit::app::id(&aya.get("/users/me").await)]});
    ren.post("/groups", people).await;
    socket.expect("invited").await;
    socket.say(&session, "b", "Still there?").await;
    socket.expect("reply.completed").await;
    socket.say(&session, "b", "Still there?").await;
    assert_eq!(socket.expect("message.accepted").await["repeated"], true);
    socket.hears_of_bonds = true;
    socket.say(&session, "c", "Thank you. I've never told anybody this.").await;
    socket.expect("bond.changed").await;
    let character = aya.get(&format!("/sessions/{session}")).await["character"]["id"].as_str().unwrap().to_owned();
    let scene = json!({"id": "a", "title": "A", "opening": "A.", "when": {"kind": "said", "phrases": ["sea"]}, "ending": {"id": "e", "title": "E"}});
    let route = json!({"chapters": [{"id": "one", "title": "One", "scenes": [scene]}]});
    aya.good(Method::PUT, &format!("/characters/{character}/route"), Some(route)).await;
    socket.say(&session, "d", "To the sea!").await;
    assert_eq!(socket.expect("route.unlocked").await["title"], "A");
    aya.good(Method::DELETE, &format!("/sessions/{session}"), None).await;
    socket.expect("session.deleted").await;
    // To be reminded one has to talk for hours, and for a chat to be read for long it must be long: the tests of that do.
    let unseen = ["remembering", "reminder"].map(|kind| (testkit::contract::Way::Received, kind.to_owned()));
    assert_eq!(testkit::contract::contract().unseen(), unseen);
}
