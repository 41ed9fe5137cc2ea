//! Two who do not exist for each other and are in one group: neither sees, hears or is told of the other there, and the others
//! notice nothing.

use serde_json::{Value, json};
use testkit::{Person, Socket, TestApp};

use super::groups::{befriend, character, friends, group, user_id};
use super::ratings::{TEEN, born};

/// The names of those whom somebody sees in a session.
async fn met(person: &Person<'_>, session: &str) -> Vec<String> {
    let seen = person.get(&format!("/sessions/{session}")).await;
    let people = seen["group"]["people"].as_array().unwrap();
    people.iter().map(|member| member["username"].as_str().unwrap().to_owned()).collect()
}

/// What somebody reads in a session.
async fn words(person: &Person<'_>, session: &str) -> Vec<String> {
    let read = person.get(&format!("/sessions/{session}/messages?limit=50")).await;
    read["items"].as_array().unwrap().iter().map(|m| m["content"].as_str().unwrap().to_owned()).collect()
}

async fn say(person: &Person<'_>, session: &str, words: &str) -> Value {
    let body = json!({"client_message_id": words.replace(' ', "-"), "content": words});
    person.post(&format!("/sessions/{session}/messages"), body).await["message"].clone()
}

/// What a socket heard up to a message with these words.
async fn heard(socket: &mut Socket, words: &str) -> Vec<Value> {
    let mut all = Vec::new();
    loop {
        let frame = socket.frame().await;
        let is_last = frame["message"]["content"] == words;
        all.push(frame);
        if is_last {
            return all;
        }
    }
}

#[tokio::test]
async fn a_block_parts_two_in_the_middle_of_a_group_at_once() {
    let app = TestApp::start().await;
    let people = friends(&app, ["aya", "ben", "cyd"]).await;
    let [aya, ben, cyd] = people.as_slice() else { unreachable!() };
    let cast = character(aya, "Mira", "public").await;
    let session = group(&people, json!({"characters": [cast], "reply_mode": "manual"})).await;
    let before = say(ben, &session, "before").await;
    let (mut hers, mut theirs) = (aya.socket().await, cyd.socket().await);
    aya.ask("PUT /people/ben/block").await.with(204);

    assert_eq!(met(aya, &session).await, ["aya", "cyd"]);
    assert_eq!(met(ben, &session).await, ["ben", "cyd"]);
    assert_eq!(met(cyd, &session).await, ["aya", "ben", "cyd"]);
    assert_eq!(words(aya, &session).await, [""], "the words are gone, their place stays");
    aya.ask(&format!("GET /messages/{}/trace", before["id"].as_str().unwrap())).await.problem(404, "not_found");

    // What happens from now on, too.
    let mut his = ben.socket().await;
    his.send(json!({"type": "typing", "session_id": session})).await;
    let after = say(ben, &session, "after").await;
    ben.tell(&format!("PUT /sessions/{session}/read"), json!({"seq": 1_000})).await.with(204);
    say(aya, &session, "from aya").await;
    say(cyd, &session, "the end").await;
    let ben_id = user_id(ben).await;
    let told = heard(&mut theirs, "the end").await;
    assert!(told.iter().any(|frame| frame["type"] == "typing"), "{told:?}");
    assert!(told.iter().any(|frame| frame["message"]["content"] == "after"));
    let told = heard(&mut hers, "the end").await;
    assert!(
        !told
            .iter()
            .any(|frame| matches!(frame["type"].as_str(), Some("typing" | "read"))
                && frame["user_id"] == ben_id.as_str())
    );
    let blank = told.iter().find(|frame| frame["message"]["id"] == after["id"]).expect("no place is left out");
    assert_eq!((&blank["type"], &blank["message"]["content"]), (&json!("message.accepted"), &json!("")));
    assert_eq!(words(aya, &session).await, ["", "", "from aya", "the end"]);
    assert_eq!(words(ben, &session).await, ["before", "after", "", "the end"]);
    assert_eq!(words(cyd, &session).await, ["before", "after", "from aya", "the end"]);

    // Whoever was away reads no more than whoever was there.
    hers.send(json!({"type": "session.resume", "session_id": session, "after_seq": 1})).await;
    for frame in hers.until("session.resumed").await {
        assert!(!matches!(frame["message"]["content"].as_str(), Some("before" | "after")), "{frame}");
    }
    say(ben, &session, "last").await;
    let listed = aya.get("/sessions").await;
    assert_eq!(listed["items"][0]["last_message"], Value::Null);
    assert_eq!(cyd.get("/sessions").await["items"][0]["last_message"]["content"], "last");

    aya.ask("DELETE /people/ben/block").await.with(204);
    assert_eq!(words(aya, &session).await, ["before", "after", "from aya", "the end", "last"]);
    assert_eq!(met(ben, &session).await, ["aya", "ben", "cyd"]);
}

#[tokio::test]
async fn what_was_told_before_a_block_names_nobody_after_it() {
    let app = TestApp::start().await;
    let people = friends(&app, ["aya", "ben"]).await;
    let [aya, ben] = people.as_slice() else { unreachable!() };
    let session = ben.post("/groups", json!({"people": [user_id(aya).await]})).await["id"].as_str().unwrap().to_owned();
    let named = async || aya.get("/notifications?limit=20").await.to_string().contains("\"name\":\"ben\"");
    while !named().await {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(aya.get("/invitations").await["items"][0]["invited_by"]["name"], "ben");
    aya.ask("PUT /people/ben/block").await.with(204);
    assert!(!named().await);
    let invitation = aya.get("/invitations").await["items"][0].clone();
    assert_eq!((&invitation["session_id"], &invitation["invited_by"]), (&json!(session), &Value::Null));
    assert_eq!(invitation["people"], json!([]));
}

#[tokio::test]
async fn whoever_is_met_in_a_group_can_be_blocked_and_reported() {
    let app = TestApp::start().await;
    let mut people = friends(&app, ["aya", "ben"]).await;
    let teen = born(&app, "teen", TEEN).await;
    befriend(&teen, &people[0]).await;
    people.push(teen);
    let [_, ben, teen] = people.as_slice() else { unreachable!() };
    let report = json!({"target": {"kind": "person", "id": user_id(teen).await}, "reason": "other"});
    ben.tell("POST /reports", report.clone()).await.problem(404, "not_found");
    ben.ask("PUT /people/teen/block").await.problem(404, "not_found");
    let session = group(&people, json!({})).await;
    ben.tell("POST /reports", report).await.with(201);
    ben.ask("PUT /people/teen/block").await.with(204);
    assert_eq!(met(ben, &session).await, ["aya", "ben"]);
    assert_eq!(met(teen, &session).await, ["aya", "teen"]);
}

#[tokio::test]
async fn whatever_happens_at_once_a_block_that_stands_parts_two() {
    let app = TestApp::start().await;
    let people = friends(&app, ["aya", "ben", "cyd"]).await;
    let [aya, ben, cyd] = people.as_slice() else { unreachable!() };
    let other = group(&[aya.clone(), cyd.clone()], json!({})).await;
    let direct = aya.tell("POST /direct-sessions", json!({"user_id": user_id(ben).await})).await.with(200);
    let direct = direct["id"].as_str().unwrap().to_owned();
    let path = format!("/sessions/{direct}/messages");
    // A block ends their friendship; they may write all the same.
    aya.tell("PATCH /users/me/profile", json!({"privacy": {"messages": "everyone"}})).await.with(200);
    for round in 0..12 {
        let mut hers = aya.socket().await;
        let line = format!("POST {path}");
        let body = json!({"client_message_id": format!("at-once-{round}"), "content": "at once"});
        let (sent, blocked) = tokio::join!(ben.tell(&line, body), aya.ask("PUT /people/ben/block"));
        blocked.with(204);
        assert!([202, 403, 404].contains(&sent.status.as_u16()), "{} {}", sent.status, sent.body);
        // What was not told by now is told no more.
        say(cyd, &other, &format!("now {round}")).await;
        heard(&mut hers, &format!("now {round}")).await;
        let late = json!({"client_message_id": format!("late-{round}"), "content": "late"});
        ben.tell(&line, late).await.problem(404, "not_found");
        aya.ask(&format!("GET {path}")).await.problem(404, "not_found");
        ben.ask(&format!("GET {path}")).await.problem(404, "not_found");
        say(cyd, &other, &format!("later {round}")).await;
        let told = heard(&mut hers, &format!("later {round}")).await;
        assert!(!told.iter().any(|frame| frame["session_id"] == direct.as_str()), "{told:?}");
        aya.ask("DELETE /people/ben/block").await.with(204);
    }
}
