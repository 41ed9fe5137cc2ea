//! Sessions that several share, through the real router and sockets: who is there, who answers, who may what, and that whoever
//! is not there finds nothing.

use std::time::Duration;

use futures_util::future::join_all;
use llm::ChatRequest;
use llm::scripted::{Gate, Script};
use reqwest::StatusCode;
use serde_json::{Value, json};
use testkit::app::{Options, id};
use testkit::socket::Next;
use testkit::{Person, Socket, TestApp};

pub(super) async fn user_id(person: &Person<'_>) -> String {
    id(&person.get("/users/me").await)
}

pub(super) async fn befriend(one: &Person<'_>, two: &Person<'_>) {
    let name = |profile: Value| profile["person"]["handle"].as_str().unwrap().to_owned();
    let (a, b) = (name(one.get("/users/me/profile").await), name(two.get("/users/me/profile").await));
    one.ask(&format!("PUT /people/{b}/friend")).await.with(200);
    assert_eq!(two.ask(&format!("PUT /people/{a}/friend")).await.with(200)["friend"], true);
}

pub(super) async fn character(person: &Person<'_>, name: &str, visibility: &str) -> String {
    let body = json!({"name": name, "persona": "{{char}} is there.", "visibility": visibility});
    id(&person.post("/characters", body).await)
}

/// People who all know each other.
pub(super) async fn friends<'a, const N: usize>(app: &'a TestApp, names: [&str; N]) -> Vec<Person<'a>> {
    let mut people: Vec<Person<'a>> = Vec::new();
    for name in names {
        let person = app.person(name).await;
        for other in &people {
            befriend(other, &person).await;
        }
        people.push(person);
    }
    people
}

/// A group that everybody has come to.
pub(super) async fn group(people: &[Person<'_>], body: Value) -> String {
    let mut body = body;
    let mut ids = Vec::new();
    for person in &people[1..] {
        ids.push(user_id(person).await);
    }
    body["people"] = json!(ids);
    let session = id(&people[0].post("/groups", body).await);
    for person in &people[1..] {
        person.ask(&format!("POST /sessions/{session}/join")).await.with(200);
    }
    session
}

async fn resumed(person: &Person<'_>, session: &str) -> Socket {
    let mut socket = person.socket().await;
    let seq = person.get(&format!("/sessions/{session}")).await["seq"].clone();
    socket.send(json!({"type": "session.resume", "session_id": session, "after_seq": seq})).await;
    socket.expect("session.resumed").await;
    socket
}

/// Says who she is, as the instructions name her.
fn says_her_name(request: &ChatRequest) -> Script {
    let system = &request.messages[0].content;
    let name = system.trim_start_matches("You are ").split(" in a ").next().unwrap_or_default().to_owned();
    Script::say(format!("{name}: I am {name}.\nAya: Not me!"))
}

#[tokio::test]
async fn three_people_talk_with_three_characters() {
    let app = TestApp::answering(Options::default(), says_her_name).await;
    let people = friends(&app, ["aya", "ben", "cyd"]).await;
    let mut cast = Vec::new();
    for name in ["Mira", "Kai", "Lou"] {
        cast.push(character(&people[0], name, "private").await);
    }
    let session = group(&people, json!({"title": "By the sea", "characters": cast, "reply_mode": "addressed"})).await;
    let seen = people[1].get(&format!("/sessions/{session}")).await;
    assert_eq!(
        (&seen["kind"], &seen["character"], &seen["title"]),
        (&json!("group"), &Value::Null, &json!("By the sea"))
    );
    assert_eq!(seen["group"]["people"].as_array().unwrap().len(), 3);
    assert_eq!(seen["group"]["characters"][1]["name"], "Kai");
    assert_eq!(seen["group"]["role"], "member");
    let mut sockets = Vec::new();
    for person in &people {
        sockets.push(resumed(person, &session).await);
    }
    sockets[1].say(&session, "same", "Kai, and then Mira: who are you?").await;
    let bo = user_id(&people[1]).await;
    for socket in &mut sockets {
        let mut frames = socket.until("reply.completed").await;
        frames.extend(socket.until("reply.completed").await);
        let accepted = frames.iter().find(|frame| frame["type"] == "message.accepted").unwrap();
        assert_eq!(accepted["message"]["author"], json!({"kind": "person", "id": bo}));
        let first = &accepted["reply"];
        assert_eq!((&first["author"]["id"], &first["reason"]), (&json!(cast[1]), &json!("addressed")));
        let queued = frames.iter().find(|frame| frame["type"] == "reply.queued").unwrap();
        assert_eq!((&queued["reply"]["author"]["id"], &queued["reply"]["parent_id"]), (&json!(cast[0]), &first["id"]));
        let said: Vec<&str> = frames
            .iter()
            .filter(|frame| frame["type"] == "reply.completed")
            .map(|frame| frame["message"]["content"].as_str().unwrap())
            .collect();
        assert_eq!(said, ["I am Kai.", "I am Mira."], "in order, without a name before it, and for nobody else");
        let places: Vec<u64> = frames
            .iter()
            .filter(|frame| frame["session_id"] == session.as_str())
            .filter_map(|frame| frame["seq"].as_u64())
            .collect();
        let events: Vec<u64> = places.iter().copied().filter(|seq| *seq > places[0] - 1).collect();
        assert!(events.windows(2).all(|pair| pair[1] >= pair[0]), "{places:?}");
    }
    // The later one read what the earlier said, with the names of all who spoke.
    let last = app.model.last_request().unwrap();
    let told: Vec<&str> = last.messages.iter().map(|message| message.content.as_str()).collect();
    assert!(told.contains(&"ben: Kai, and then Mira: who are you?"), "{told:?}");
    assert!(told.contains(&"Kai: I am Kai."), "{told:?}");
    assert!(last.messages[0].content.contains("aya, ben, cyd, Kai, Lou"), "{}", last.messages[0].content);
    // Nobody is addressed: nobody answers. Another may use the same id.
    let sent = json!({"client_message_id": "same", "content": "It is late."});
    let path = format!("/sessions/{session}/messages");
    let accepted = people[2].post(&path, sent.clone()).await;
    assert_eq!((&accepted["reply"], &accepted["repeated"]), (&Value::Null, &json!(false)));
    assert_eq!(accepted["message"]["client_message_id"], "same");
    let again = people[2].post(&path, sent).await;
    assert_eq!((&again["message"], &again["repeated"]), (&accepted["message"], &json!(true)));
    // Somebody is asked to speak.
    let asked = people[0].post(&format!("/sessions/{session}/replies"), json!({"character_id": cast[2]})).await;
    assert_eq!(
        (&asked["reply"]["reason"], &asked["reply"]["parent_id"]),
        (&json!("asked"), &accepted["message"]["id"])
    );
    let ended = sockets[2].until("reply.completed").await.pop().unwrap();
    assert_eq!(ended["message"]["content"], "I am Lou.");
    // Nothing of it is in anybody's memory.
    app.remembered().await;
    for character in &cast {
        assert_eq!(people[0].get(&format!("/characters/{character}/memories")).await["items"], json!([]));
    }
}

#[tokio::test]
async fn whoever_is_not_there_finds_nothing() {
    let app = TestApp::start().await;
    let people = friends(&app, ["aya", "ben", "kicked", "left", "invited", "declined"]).await;
    let stranger = app.person("stranger").await;
    let character = character(&people[0], "Mira", "public").await;
    let session = group(&people[..4], json!({"characters": [character], "newcomers_see": "all"})).await;
    let sent = people[0]
        .post(&format!("/sessions/{session}/messages"), json!({"client_message_id": "a", "content": "a"}))
        .await;
    let message = id(&sent["message"]);
    let bo = user_id(&people[1]).await;
    people[0].ask(&format!("DELETE /sessions/{session}/members/{}", user_id(&people[2]).await)).await.with(204);
    people[3].ask(&format!("DELETE /sessions/{session}/members/{}", user_id(&people[3]).await)).await.with(204);
    for person in &people[4..] {
        people[0].ask(&format!("PUT /sessions/{session}/members/{}", user_id(person).await)).await.with(200);
    }
    people[5].ask(&format!("DELETE /sessions/{session}/members/{}", user_id(&people[5]).await)).await.with(204);
    let at = format!("/sessions/{session}");
    let of = format!("{at}/messages/{message}");
    let calls = [
        (format!("GET {at}"), Value::Null),
        (format!("PATCH {at}"), json!({"title": "mine"})),
        (format!("PATCH {at}"), json!({"pinned": true})),
        (format!("DELETE {at}"), Value::Null),
        (format!("GET {at}/messages"), Value::Null),
        (format!("POST {at}/messages"), json!({"client_message_id": "x", "content": "x"})),
        (format!("GET {of}"), Value::Null),
        (format!("PATCH {of}"), json!({"content": "x"})),
        (format!("DELETE {of}"), Value::Null),
        (format!("GET {of}/revisions"), Value::Null),
        (format!("POST {of}/regenerate"), json!({})),
        (format!("POST {of}/stop"), Value::Null),
        (format!("PUT {at}/leaf"), json!({"message_id": message})),
        (format!("GET {at}/events"), Value::Null),
        (format!("GET /messages/{message}/trace"), Value::Null),
        (format!("PATCH {at}/group"), json!({"speakers": 1})),
        (format!("PATCH {at}/membership"), json!({"muted": true})),
        (format!("PUT {at}/members/{bo}"), Value::Null),
        (format!("DELETE {at}/members/{bo}"), Value::Null),
        (format!("PUT {at}/members/{bo}/role"), json!({"role": "moderator"})),
        (format!("PUT {at}/characters/{character}"), json!({})),
        (format!("DELETE {at}/characters/{character}"), Value::Null),
        (format!("POST {at}/replies"), json!({"character_id": character})),
        (format!("PUT {at}/read"), json!({"seq": 1})),
    ];
    let frames = [
        json!({"type": "message.send", "session_id": session, "client_message_id": "y", "content": "y"}),
        json!({"type": "reply.stop", "session_id": session, "message_id": message}),
        json!({"type": "reply.regenerate", "session_id": session, "message_id": message}),
        json!({"type": "session.resume", "session_id": session, "after_seq": 0}),
        json!({"type": "typing", "session_id": session}),
        json!({"type": "read", "session_id": session, "seq": 1}),
    ];
    for outsider in people[2..].iter().chain([&stranger]) {
        for (line, body) in &calls {
            let answer =
                if body.is_null() { outsider.ask(line).await } else { outsider.tell(line, body.clone()).await };
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{line}: {}", answer.body);
        }
        let listed = outsider.get("/sessions").await["items"].as_array().unwrap().len();
        assert_eq!(listed, 0);
        let mut socket = outsider.socket().await;
        for frame in &frames {
            socket.send(frame.clone()).await;
            assert_eq!(socket.expect("error").await["code"], "not_found", "{frame}");
        }
    }
    // Only who is asked may come.
    for person in [&people[2], &people[3], &people[5], &stranger] {
        person.ask(&format!("POST {at}/join")).await.problem(404, "not_found");
    }
    let invitations = people[4].get("/invitations").await;
    assert_eq!(invitations["items"][0]["session_id"], session.as_str());
    assert_eq!(invitations["items"][0]["invited_by"]["username"], "aya");
    people[4].ask(&format!("POST {at}/join")).await.with(200);
    assert_eq!(people[4].get("/invitations").await["items"], json!([]));
    // Members have no more than their part: what they may not do they are told.
    for (line, body) in [
        (format!("PATCH {at}"), json!({"title": "mine"})),
        (format!("DELETE {at}"), Value::Null),
        (format!("PATCH {of}"), json!({"content": "x"})),
        (format!("DELETE {of}"), Value::Null),
        (format!("PUT {at}/leaf"), json!({"message_id": message})),
        (format!("PATCH {at}/group"), json!({"speakers": 1})),
        (format!("DELETE {at}/members/{}", user_id(&people[0]).await), Value::Null),
        (format!("DELETE {at}/members/{bo}"), Value::Null),
        (format!("PUT {at}/members/{bo}/role"), json!({"role": "moderator"})),
        (format!("DELETE {at}/characters/{character}"), Value::Null),
        (format!("POST {at}/messages"), json!({"client_message_id": "z", "content": "z", "parent_id": null})),
    ] {
        let answer = if body.is_null() { people[4].ask(&line).await } else { people[4].tell(&line, body).await };
        answer.problem(403, "forbidden");
    }
}

#[tokio::test]
async fn whoever_is_sent_away_in_mid_reply_hears_no_more_of_it() {
    let app = TestApp::start().await;
    let people = friends(&app, ["aya", "ben", "cyd"]).await;
    let character = character(&people[0], "Mira", "public").await;
    let session = group(&people[..2], json!({"characters": [character]})).await;
    let (mut hers, mut his) = (resumed(&people[0], &session).await, resumed(&people[1], &session).await);
    let gate = Gate::new();
    app.model.push(Script::new().text("So far.").wait(&gate).text(" And a secret."));
    hers.say(&session, "a", "Mira?").await;
    his.until("reply.started").await;
    gate.reached().await;
    let bo = user_id(&people[1]).await;
    people[0].ask(&format!("DELETE /sessions/{session}/members/{bo}")).await.with(204);
    his.expect("session.deleted").await;
    // Somebody else comes meanwhile, and sees what is said from then on: what is there whole after they came.
    app.clock.advance(Duration::from_secs(1));
    people[0].ask(&format!("PUT /sessions/{session}/members/{}", user_id(&people[2]).await)).await.with(200);
    people[2].ask(&format!("POST /sessions/{session}/join")).await.with(200);
    assert_eq!(people[2].messages(&session).await, Vec::<Value>::new(), "what was said before is not for newcomers");
    let events = people[2].get(&format!("/sessions/{session}/events")).await;
    assert!(!events.to_string().contains("Mira?"), "{events}");
    let asked = id(&people[0].messages(&session).await[0]);
    people[2].ask(&format!("GET /sessions/{session}/messages/{asked}")).await.problem(404, "not_found");
    let listed = &people[2].get("/sessions").await["items"][0];
    assert_eq!(listed.get("last_message"), None, "{listed}");
    gate.open();
    let ended = hers.expect("reply.completed").await;
    assert_eq!(ended["message"]["content"], "So far. And a secret.");
    let more = his.within(Duration::from_millis(300)).await;
    assert_eq!(more, None, "nothing of it reaches him");
    let theirs = people[2].messages(&session).await;
    assert_eq!((theirs.len(), &theirs[0]["content"]), (1, &json!("So far. And a secret.")));
    // An old message that is changed is told, and its words are not.
    people[0]
        .tell(&format!("PATCH /sessions/{session}/messages/{asked}"), json!({"content": "Mira!!"}))
        .await
        .with(200);
    let events = people[2].get(&format!("/sessions/{session}/events")).await;
    assert!(events.to_string().contains("message.edited") && !events.to_string().contains("Mira!!"), "{events}");
}

#[tokio::test]
async fn roles_say_who_may_what() {
    let app = TestApp::start().await;
    let people = friends(&app, ["aya", "ben", "cyd"]).await;
    let character = character(&people[0], "Mira", "public").await;
    let session = group(&people, json!({"characters": [character], "reply_mode": "manual"})).await;
    let at = format!("/sessions/{session}");
    let bo = user_id(&people[1]).await;
    let say = async |person: &Person<'_>, n: &str| {
        let sent = person.post(&format!("{at}/messages"), json!({"client_message_id": n, "content": n})).await;
        assert_eq!(sent["reply"], Value::Null);
        id(&sent["message"])
    };
    let (hers, his) = (say(&people[0], "hers").await, say(&people[2], "his").await);
    people[0].tell(&format!("PUT {at}/members/{bo}/role"), json!({"role": "moderator"})).await.with(200);
    // A moderator takes words back, and puts none into anybody's mouth.
    people[1].tell(&format!("PATCH {at}/messages/{his}"), json!({"content": "x"})).await.problem(403, "forbidden");
    people[1].ask(&format!("DELETE {at}/messages/{hers}")).await.with(204);
    let texts: Vec<Value> =
        people[2].messages(&session).await.iter().map(|message| message["content"].clone()).collect();
    assert_eq!(texts, ["", "his"], "what others said stays");
    people[2].tell(&format!("PATCH {at}/messages/{his}"), json!({"content": "mine"})).await.with(200);
    people[1].tell(&format!("PATCH {at}"), json!({"title": "Ours"})).await.with(200);
    let ruled =
        people[1].tell(&format!("PATCH {at}/group"), json!({"reply_mode": "all", "speakers": 3})).await.with(200);
    assert_eq!((&ruled["group"]["reply_mode"], &ruled["group"]["speakers"]), (&json!("all"), &json!(3)));
    assert_eq!(people[1].tell(&format!("PATCH {at}/group"), json!({"speakers": 9})).await.fields(), ["speakers"]);
    let aya = user_id(&people[0]).await;
    people[1].ask(&format!("DELETE {at}/members/{aya}")).await.problem(403, "forbidden");
    people[1].tell(&format!("PUT {at}/members/{aya}/role"), json!({"role": "member"})).await.problem(403, "forbidden");
    people[0].tell(&format!("PUT {at}/members/{bo}/role"), json!({"role": "owner"})).await.with(200);
    assert_eq!(people[1].get(&at).await["group"]["role"], "owner");
    assert_eq!(people[0].get(&at).await["group"]["role"], "moderator");
    people[0].ask(&format!("DELETE {at}")).await.problem(403, "forbidden");
    // What is pinned is each one's own.
    people[0].tell(&at.replacen("/sessions", "PATCH /sessions", 1), json!({"pinned": true})).await.with(200);
    assert_eq!(people[0].get("/sessions").await["items"][0]["pinned"], true);
    assert_eq!(people[1].get("/sessions").await["items"][0]["pinned"], false);
    // The owner goes, and the group has another; the last takes it along.
    for person in [&people[1], &people[0], &people[2]] {
        let me = user_id(person).await;
        person.ask(&format!("DELETE {at}/members/{me}")).await.with(204);
        person.ask(&format!("GET {at}")).await.problem(404, "not_found");
    }
}

#[tokio::test]
async fn groups_are_bounded_and_of_friends() {
    let app = TestApp::start().await;
    let people = friends(&app, ["aya", "ben"]).await;
    let stranger = app.person("stranger").await;
    let (bo, unknown) = (user_id(&people[1]).await, user_id(&stranger).await);
    let hidden = character(&stranger, "Hidden", "private").await;
    let aya = user_id(&people[0]).await;
    people[0].tell("POST /groups", json!({"people": [unknown]})).await.problem(404, "not_found");
    people[0].tell("POST /groups", json!({"characters": [hidden]})).await.problem(404, "not_found");
    assert_eq!(people[0].tell("POST /groups", json!({"people": [aya]})).await.fields(), ["people"]);
    assert_eq!(people[0].tell("POST /groups", json!({"speakers": 0})).await.fields(), ["speakers"]);
    let session = id(&people[0].post("/groups", json!({"people": [bo, bo]})).await);
    people[0].ask(&format!("PUT /sessions/{session}/members/{unknown}")).await.problem(404, "not_found");
    people[0].ask(&format!("PUT /sessions/{session}/characters/{hidden}")).await.problem(404, "not_found");
    for n in 0..8 {
        let character = character(&people[0], &format!("C{n}"), "private").await;
        let added = people[0]
            .tell(&format!("PUT /sessions/{session}/characters/{character}"), json!({"talkativeness": 70}))
            .await;
        assert_eq!(added.with(200)["group"]["characters"][n]["talkativeness"], 70);
    }
    let more = character(&people[0], "C9", "private").await;
    people[0].tell(&format!("PUT /sessions/{session}/characters/{more}"), json!({})).await.problem(409, "group_full");
    let wrong =
        people[0].tell(&format!("PUT /sessions/{session}/characters/{more}"), json!({"talkativeness": 101})).await;
    assert_eq!(wrong.fields(), ["talkativeness"]);
}

#[tokio::test]
async fn two_people_have_one_direct_session() {
    let app = TestApp::start().await;
    let people = friends(&app, ["aya", "ben"]).await;
    let stranger = app.person("stranger").await;
    let (aya, bo) = (user_id(&people[0]).await, user_id(&people[1]).await);
    stranger.tell("POST /direct-sessions", json!({"user_id": aya})).await.problem(404, "not_found");
    assert_eq!(people[0].tell("POST /direct-sessions", json!({"user_id": aya})).await.fields(), ["user_id"]);
    let opened = join_all((0..6).map(|n| {
        let (person, other) = if n % 2 == 0 { (&people[0], &bo) } else { (&people[1], &aya) };
        async move { id(&person.post("/direct-sessions", json!({"user_id": other})).await) }
    }))
    .await;
    let session = opened[0].clone();
    assert!(opened.iter().all(|id| *id == session), "both open it at once: {opened:?}");
    let at = format!("/sessions/{session}");
    let (mut hers, mut his) = (resumed(&people[0], &session).await, resumed(&people[1], &session).await);
    let calls = app.model.calls();
    hers.say(&session, "a", "Is the light on?").await;
    for socket in [&mut hers, &mut his] {
        let accepted = socket.expect("message.accepted").await;
        assert_eq!((&accepted["reply"], &accepted["message"]["author"]["id"]), (&Value::Null, &json!(aya)));
    }
    assert_eq!(app.model.calls(), calls, "no character answers");
    let view = people[1].get(&at).await;
    assert_eq!((&view["kind"], &view["group"]["unread"]), (&json!("direct"), &json!(1)));
    // Who reads, and who types.
    let seq = view["seq"].as_u64().unwrap();
    his.send(json!({"type": "read", "session_id": session, "seq": seq + 50})).await;
    let mut read = hers.expect("read").await;
    while read["user_id"] != bo {
        read = hers.expect("read").await;
    }
    assert_eq!(read["read_seq"].as_u64(), Some(seq), "never beyond what there is");
    people[1].tell(&format!("PUT {at}/read"), json!({"seq": 0})).await.with(204);
    let view = people[1].get(&at).await;
    assert_eq!((&view["group"]["unread"], &view["group"]["people"][1]["read_seq"]), (&json!(0), &json!(seq)));
    his.send(json!({"type": "typing", "session_id": session})).await;
    assert_eq!(hers.expect("typing").await["user_id"], bo.as_str());
    // Neither can do what would be done to the other.
    let message = id(&people[0].messages(&session).await[0]);
    for (line, body) in [
        (format!("DELETE {at}"), Value::Null),
        (format!("DELETE {at}/members/{aya}"), Value::Null),
        (format!("PUT {at}/leaf"), json!({"message_id": message})),
        (format!("PATCH {at}/messages/{message}"), json!({"content": "x"})),
        (format!("POST {at}/messages/{message}/regenerate"), json!({})),
    ] {
        let answer = if body.is_null() { people[1].ask(&line).await } else { people[1].tell(&line, body).await };
        answer.problem(403, "forbidden");
    }
    // A block takes it from both; without it everything is there again.
    assert!(people[1].ask("PUT /people/aya/block").await.status.is_success());
    for person in &people {
        person.ask(&format!("GET {at}")).await.problem(404, "not_found");
        person
            .tell(&format!("POST {at}/messages"), json!({"client_message_id": "b", "content": "b"}))
            .await
            .problem(404, "not_found");
        assert_eq!(person.get("/sessions").await["items"], json!([]));
    }
    people[1].ask("DELETE /people/aya/block").await;
    assert_eq!(people[0].messages(&session).await.len(), 1);
    // Friends no more: what was said stays, and nothing more is.
    people[0]
        .tell(&format!("POST {at}/messages"), json!({"client_message_id": "c", "content": "c"}))
        .await
        .problem(403, "forbidden");
    // One of the two goes for good.
    let gone = people[0].tell("DELETE /users/me", json!({"password": testkit::app::PASSWORD})).await;
    assert!(gone.status.is_success(), "{}", gone.body);
    let left = people[1].messages(&session).await;
    assert_eq!((left.len(), &left[0]["content"]), (1, &json!("")), "her words went with her");
}

#[tokio::test]
async fn markers_of_what_is_read_only_go_on() {
    let app = TestApp::start().await;
    let people = friends(&app, ["aya", "ben"]).await;
    let session = group(&people, json!({})).await;
    let at = format!("/sessions/{session}");
    for n in 0..12 {
        people[0].post(&format!("{at}/messages"), json!({"client_message_id": n.to_string(), "content": "x"})).await;
    }
    let seq = people[0].get(&at).await["seq"].as_u64().unwrap();
    join_all((1..=seq).rev().map(|seq| {
        let line = format!("PUT {at}/read");
        let person = &people[1];
        async move { person.tell(&line, json!({"seq": seq})).await.with(204) }
    }))
    .await;
    let view = people[1].get(&at).await;
    assert_eq!(view["group"]["unread"], 0);
    assert_eq!(view["group"]["people"][1]["read_seq"].as_u64(), Some(seq));
}

#[tokio::test]
async fn a_socket_that_was_away_resumes_a_group() {
    let app = TestApp::start().await;
    let people = friends(&app, ["aya", "ben"]).await;
    let character = character(&people[0], "Mira", "public").await;
    let session = group(&people, json!({"characters": [character], "reply_mode": "all"})).await;
    let seq = people[1].get(&format!("/sessions/{session}")).await["seq"].as_u64().unwrap();
    let mut hers = resumed(&people[0], &session).await;
    app.model.push(Script::say("I am here."));
    hers.say(&session, "a", "Who is there?").await;
    hers.expect("reply.completed").await;
    let mut his = people[1].socket().await;
    his.send(json!({"type": "session.resume", "session_id": session, "after_seq": seq})).await;
    let frames = his.until("session.resumed").await;
    let kinds: Vec<&str> = frames.iter().map(|frame| frame["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["message.accepted", "reply.started", "reply.completed", "session.resumed"]);
    assert!(matches!(his.within(Duration::from_millis(50)).await, None | Some(Next::Frame(_))));
}
