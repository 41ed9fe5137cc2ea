//! News of what people write to each other, and of what they ask each other to come to: told together, and neither to who is
//! looking nor to who wants none of it. And what their devices hear when friends are others than before.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use testkit::app::id;
use testkit::socket::Next;
use testkit::{Person, Socket, TestApp};

const SECRET: &str = "the lamp is under the third stone";

async fn me(person: &Person<'_>) -> String {
    id(&person.get("/users/me").await)
}

/// What the inbox holds of a kind.
async fn told(person: &Person<'_>, kind: &str) -> Vec<Value> {
    let mut all = person.get("/notifications?limit=100").await["items"].as_array().unwrap().clone();
    all.retain(|notification| notification["kind"] == kind);
    all
}

/// The same once it tells of so much.
async fn until(person: &Person<'_>, kind: &str, count: u64) -> Vec<Value> {
    let began = Instant::now();
    loop {
        let found = told(person, kind).await;
        if found.iter().map(|one| one["count"].as_u64().unwrap()).sum::<u64>() == count {
            return found;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "{count} of {kind} did not come: {found:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Somebody with friends of these names.
async fn among_friends<'a, const N: usize>(app: &'a TestApp, names: [&str; N]) -> (Person<'a>, Vec<Person<'a>>) {
    let aya = app.person("aya").await;
    let mut friends = Vec::new();
    for name in names {
        let friend = app.person(name).await;
        aya.ask(&format!("PUT /people/{name}/friend")).await.with(200);
        friend.ask("POST /people/aya/friend/accept").await.with(200);
        friends.push(friend);
    }
    (aya, friends)
}

async fn direct(one: &Person<'_>, two: &Person<'_>) -> String {
    id(&one.post("/direct-sessions", json!({"user_id": me(two).await})).await)
}

async fn write(person: &Person<'_>, session: &str, name: &str) {
    let body = json!({"client_message_id": name, "content": SECRET});
    person.post(&format!("/sessions/{session}/messages"), body).await;
}

/// Wants no news of this kind.
async fn wants_none(person: &Person<'_>, kind: &str) {
    let body = json!({"kinds": [{"kind": kind, "in_app": false}]});
    person.good(Method::PUT, "/notifications/settings", Some(body)).await;
}

#[tokio::test]
async fn messages_that_nobody_saw_are_told_together_and_without_their_words() {
    let app = TestApp::start().await;
    let (aya, friends) = among_friends(&app, ["ben", "cyd"]).await;
    let ben = &friends[0];
    let session = direct(&aya, ben).await;
    for name in ["a", "b", "c"] {
        write(&aya, &session, name).await;
    }
    // Sent once more, it is the same message.
    write(&aya, &session, "c").await;
    let heard = until(ben, "direct_message", 3).await;
    assert_eq!(heard.len(), 1, "{heard:?}");
    let news = &heard[0];
    assert_eq!(news["subject"], json!({"kind": "session", "id": session}));
    assert_eq!((&news["path"], &news["category"]), (&json!(format!("/chat/{session}")), &json!("messages")));
    let actor = json!({"kind": "person", "id": me(&aya).await, "name": "aya", "avatar_url": null});
    assert_eq!(news["actors"], json!([actor]));
    assert!(!news.to_string().contains(SECRET), "no words of anybody");
    // Another chat is another matter; and what was read does not grow again.
    friends[1].ask("PUT /people/ben/friend").await.with(200);
    ben.ask("POST /people/cyd/friend/accept").await.with(200);
    let other = direct(&friends[1], ben).await;
    write(&friends[1], &other, "a").await;
    assert_eq!(until(ben, "direct_message", 4).await.len(), 2);
    ben.post("/notifications/read", json!({"ids": [news["id"]]})).await;
    write(&aya, &session, "d").await;
    let all = until(ben, "direct_message", 5).await;
    assert_eq!((all.len(), &all[0]["count"], &all[0]["subject"]["id"]), (3, &json!(1), &json!(session)));
    app.app.shutdown(Duration::ZERO).await;
    assert_eq!(told(&aya, "direct_message").await, [Value::Null; 0], "nobody is told of what they wrote themselves");
}

#[tokio::test]
async fn who_is_there_or_wants_none_is_not_told_of_messages_and_has_them_all_the_same() {
    let app = TestApp::start().await;
    let names = ["ben", "mutes", "mutes_chat", "switched_off", "looks"];
    let (aya, friends) = among_friends(&app, names).await;
    let mut sessions = Vec::new();
    for friend in &friends {
        sessions.push(direct(&aya, friend).await);
    }
    friends[1].ask("PUT /people/aya/mute").await.with(204);
    friends[2].tell(&format!("PATCH /sessions/{}/membership", sessions[2]), json!({"muted": true})).await.with(200);
    wants_none(&friends[3], "direct_message").await;
    let mut socket = friends[4].socket().await;
    for session in &sessions {
        write(&aya, session, "a").await;
    }
    let accepted = socket.expect("message.accepted").await;
    assert_eq!(accepted["session_id"], sessions[4]);
    until(&friends[0], "direct_message", 1).await;
    // What would tell them has come to its end with the server.
    app.app.shutdown(Duration::ZERO).await;
    for ((friend, session), name) in friends.iter().zip(&sessions).zip(names) {
        assert_eq!(friend.messages(session).await[0]["content"], SECRET, "{name}");
        assert_eq!(told(friend, "direct_message").await.len(), usize::from(name == "ben"), "{name}");
    }
}

#[tokio::test]
async fn who_is_muted_no_more_is_heard_of_again() {
    let app = TestApp::start().await;
    let (aya, friends) = among_friends(&app, ["ben"]).await;
    let session = direct(&aya, &friends[0]).await;
    friends[0].ask("PUT /people/aya/mute").await.with(204);
    friends[0].ask("DELETE /people/aya/mute").await.with(204);
    write(&aya, &session, "a").await;
    until(&friends[0], "direct_message", 1).await;
}

#[tokio::test]
async fn who_is_asked_to_a_group_is_told_once_a_day() {
    let app = TestApp::start().await;
    let (aya, friends) = among_friends(&app, ["ben", "mutes", "switched_off"]).await;
    friends[1].ask("PUT /people/aya/mute").await.with(204);
    wants_none(&friends[2], "group_invitation").await;
    let mut people = Vec::new();
    for friend in &friends {
        people.push(me(friend).await);
    }
    let group = id(&aya.post("/groups", json!({"title": "By the sea", "people": people})).await);
    let asked = until(&friends[0], "group_invitation", 1).await.remove(0);
    assert_eq!(asked["subject"], json!({"kind": "group", "id": group}));
    assert_eq!((&asked["path"], &asked["category"]), (&json!("/chats"), &json!("messages")));
    assert_eq!(asked["actors"][0]["name"], "aya");
    assert!(!asked.to_string().contains("By the sea"), "no words of anybody");
    // Whatever else happens there meanwhile is no news to who has not come.
    aya.tell(&format!("PATCH /sessions/{group}/group"), json!({"speakers": 1})).await.with(200);
    // Asked again after it was taken back: that day it is no news, the next day it is.
    let member = format!("/sessions/{group}/members/{}", people[0]);
    aya.ask(&format!("DELETE {member}")).await.with(204);
    aya.ask(&format!("PUT {member}")).await.with(200);
    assert_eq!(until(&friends[0], "group_invitation", 1).await.len(), 1);
    aya.ask(&format!("DELETE {member}")).await.with(204);
    app.clock.advance(Duration::from_secs(24 * 60 * 60));
    let (aya, ben) = (app.sign_in("aya").await, app.sign_in("ben").await);
    let others = [app.sign_in("mutes").await, app.sign_in("switched_off").await];
    aya.ask(&format!("PUT {member}")).await.with(200);
    assert_eq!(until(&ben, "group_invitation", 2).await.len(), 1);
    app.app.shutdown(Duration::ZERO).await;
    assert_eq!(until(&ben, "group_invitation", 2).await.len(), 1);
    for friend in &others {
        assert_eq!(told(friend, "group_invitation").await, [Value::Null; 0]);
        assert_eq!(
            friend.get("/invitations").await["items"][0]["session_id"],
            group.as_str(),
            "they may come all the same"
        );
    }
}

/// The types of the frames that come before the answer to a `ping`: all that was told until now.
async fn heard(socket: &mut Socket) -> Vec<String> {
    socket.send(json!({"type": "ping"})).await;
    let frames = socket.until("pong").await;
    frames[..frames.len() - 1].iter().map(|frame| frame["type"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn both_hear_that_their_friends_are_others_as_far_as_both_may_know() {
    const CHANGED: &[&str] = &["friends.changed"];
    const NOTHING: &[&str] = &[];
    let app = TestApp::start().await;
    let (aya, ben) = (app.person("aya").await, app.person("ben").await);
    app.person("far").await;
    let mut sockets = [aya.socket().await, aya.socket().await, ben.socket().await];
    let (ask, accept, part) = ("PUT /people/{}/friend", "POST /people/{}/friend/accept", "DELETE /people/{}/friend");
    let by_aya = |call: &str| (true, call.replace("{}", "ben"));
    let by_ben = |call: &str| (false, call.replace("{}", "aya"));
    let steps = [
        ("asked", by_aya(ask), CHANGED, CHANGED),
        ("asked again", by_aya(ask), NOTHING, NOTHING),
        ("withdrawn", by_aya(part), CHANGED, CHANGED),
        ("nothing to end", by_aya(part), NOTHING, NOTHING),
        ("asked by the other", by_ben(ask), CHANGED, CHANGED),
        ("declined, which the other does not learn", by_aya(part), CHANGED, NOTHING),
        ("asked after all", by_aya(ask), CHANGED, CHANGED),
        ("friends no more", by_ben(part), CHANGED, CHANGED),
        ("asked once more", by_ben(ask), CHANGED, CHANGED),
        ("accepted", by_aya(accept), CHANGED, CHANGED),
        ("accepted again", by_aya(accept), NOTHING, NOTHING),
        ("muted", by_ben("PUT /people/{}/mute"), NOTHING, NOTHING),
        ("blocked", by_ben("PUT /people/{}/block"), CHANGED, CHANGED),
        ("blocked no more", by_ben("DELETE /people/{}/block"), NOTHING, NOTHING),
        ("blocked while there is nothing between them", by_aya("PUT /people/{}/block"), CHANGED, NOTHING),
    ];
    for (name, (is_ayas, call), hers, his) in steps {
        let answer = if is_ayas { aya.ask(&call).await } else { ben.ask(&call).await };
        assert!(answer.status.is_success(), "{name}: {}", answer.body);
        let [one, two, three] = &mut sockets;
        assert_eq!((heard(one).await, heard(two).await), (strings(hers), strings(hers)), "{name}");
        assert_eq!(heard(three).await, strings(his), "{name}");
    }
    // Nobody is named: what there is to see the lists tell.
    ben.ask("PUT /people/far/friend").await.with(200);
    let Next::Frame(frame) = sockets[2].next().await else { panic!("it closed") };
    assert_eq!(frame, json!({"type": "friends.changed"}));
}

fn strings(all: &[&str]) -> Vec<String> {
    all.iter().map(|one| (*one).to_owned()).collect()
}
