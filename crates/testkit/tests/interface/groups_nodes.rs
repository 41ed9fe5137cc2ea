//! A group over two nodes on one store, heard of over Redis or by the store alone: three people and three characters, of whom
//! nobody misses anything, and whoever is sent away at one node hears no more at the other.

use llm::scripted::{Gate, Script};
use serde_json::{Value, json};
use testkit::app::id;
use testkit::{Person, Socket, TestCluster};

async fn user_id(person: &Person<'_>) -> String {
    id(&person.get("/users/me").await)
}

async fn befriend(one: &Person<'_>, two: &Person<'_>) {
    let name = |profile: Value| profile["person"]["handle"].as_str().unwrap().to_owned();
    let (a, b) = (name(one.get("/users/me/profile").await), name(two.get("/users/me/profile").await));
    one.ask(&format!("PUT /people/{b}/friend")).await.with(200);
    two.ask(&format!("PUT /people/{a}/friend")).await.with(200);
}

async fn resumed(person: &Person<'_>, session: &str) -> (Socket, u64) {
    let mut socket = person.socket().await;
    let seq = person.get(&format!("/sessions/{session}")).await["seq"].as_u64().unwrap();
    socket.send(json!({"type": "session.resume", "session_id": session, "after_seq": seq})).await;
    socket.expect("session.resumed").await;
    (socket, seq)
}

/// Frames until so many replies have ended.
async fn until_ended(socket: &mut Socket, replies: usize) -> Vec<Value> {
    let mut frames = Vec::new();
    for _ in 0..replies {
        frames.extend(socket.until("reply.completed").await);
    }
    frames
}

/// What was told of a reply in pieces, which follow each other without gap or repeat.
fn heard(frames: &[Value], reply: &Value) -> String {
    let mut text = String::new();
    for frame in frames.iter().filter(|frame| frame["type"] == "reply.delta" && frame["message_id"] == *reply) {
        assert_eq!(frame["offset"], text.encode_utf16().count(), "a gap or a repeat in {frames:?}");
        text.push_str(frame["delta"].as_str().unwrap());
    }
    text
}

async fn three_and_three(cluster: &TestCluster) {
    let (a, b) = cluster.pair();
    let aya = a.person("aya").await;
    let bo = b.person("ben").await;
    let cy = b.person("cyd").await;
    befriend(&aya, &bo).await;
    befriend(&aya, &cy).await;
    let mut cast = Vec::new();
    for name in ["Mira", "Kai", "Lou"] {
        cast.push(id(&aya.post("/characters", json!({"name": name, "persona": "x", "visibility": "private"})).await));
    }
    let people = json!([user_id(&bo).await, user_id(&cy).await]);
    let new = json!({"people": people, "characters": cast, "reply_mode": "all"});
    let session = id(&aya.post("/groups", new).await);
    for person in [&bo, &cy] {
        person.ask(&format!("POST /sessions/{session}/join")).await.with(200);
    }
    let (mut hers, from) = resumed(&aya, &session).await;
    let (mut his, _) = resumed(&bo, &session).await;
    let (mut theirs, _) = resumed(&cy, &session).await;
    for text in ["I am Mira.", "And I am Kai.", "Lou, at your service."] {
        cluster.model.push(Script::words(text));
    }
    his.say(&session, "one", "Who is there?").await;
    for socket in [&mut hers, &mut his, &mut theirs] {
        let frames = until_ended(socket, 3).await;
        let of_session = frames.iter().filter(|frame| frame["type"] != "session.resumed");
        let places: Vec<u64> = of_session.filter_map(|frame| frame["seq"].as_u64()).collect();
        let expected: Vec<u64> = (from + 1..=from + 9).collect();
        assert_eq!(places, expected, "one message, three replies queued, begun and ended");
        let ended = frames.iter().filter(|frame| frame["type"] == "reply.completed");
        for (message, text) in
            ended.map(|frame| &frame["message"]).zip(["I am Mira.", "And I am Kai.", "Lou, at your service."])
        {
            assert_eq!(message["content"], text);
            assert!(text.starts_with(&heard(&frames, &message["id"])));
        }
    }
    // Sent away at one node in mid-reply.
    let gate = Gate::new();
    cluster.model.push(Script::new().text("So far.").wait(&gate).text(" And a secret."));
    for text in ["Yes.", "No."] {
        cluster.model.push(Script::say(text));
    }
    hers.say(&session, "two", "Go on.").await;
    theirs.expect("reply.started").await;
    gate.reached().await;
    aya.ask(&format!("DELETE /sessions/{session}/members/{}", user_id(&cy).await)).await.with(204);
    theirs.expect("session.deleted").await;
    gate.open();
    let frames = until_ended(&mut his, 3).await;
    assert!(frames.iter().any(|frame| frame["message"]["content"] == "So far. And a secret."));
    theirs.send(json!({"type": "ping"})).await;
    let after = theirs.until("pong").await;
    assert!(after.iter().all(|frame| !frame.to_string().contains("secret")), "{after:?}");
    cy.ask(&format!("GET /sessions/{session}/messages")).await.problem(404, "not_found");
    assert_eq!(aya.messages(&session).await, bo.messages(&session).await);
}

#[tokio::test]
async fn a_group_of_two_nodes_by_the_store_alone() {
    three_and_three(&TestCluster::deaf().await).await;
}

#[tokio::test]
async fn a_group_of_two_nodes_over_redis() {
    if let Some(cluster) = TestCluster::redis("a_group_of_two_nodes_over_redis").await {
        three_and_three(&cluster).await;
    }
}
