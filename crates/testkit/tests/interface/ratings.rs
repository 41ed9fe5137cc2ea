//! Characters who are for adults alone: made by adults, met by those who want it, and nowhere for everybody else, whatever was before.

use std::time::Duration;

use domain::recommendations::RecommendationEventType;
use serde_json::{Value, json};
use testkit::app::{Options, PASSWORD, id, recommending};
use testkit::http::Answer;
use testkit::{Person, TestApp};

pub(super) const TEEN: &str = "2010-06-01";
const ADULT: &str = "1990-06-01";

pub(super) async fn born<'a>(app: &'a TestApp, name: &str, birth_date: &str) -> Person<'a> {
    let body = json!({"username": name, "email": format!("{name}@example.org"), "password": PASSWORD, "birth_date": birth_date});
    app.tell("POST /auth/register", body).await.with(201);
    app.sign_in(name).await
}

async fn me(person: &Person<'_>) -> String {
    id(&person.get("/users/me").await)
}

async fn sees_mature(person: &Person<'_>, sees: bool) -> Answer {
    person.tell("PATCH /users/me", json!({"sees_mature": sees})).await
}

/// Adults cannot find minors; minors find adults, and ask first.
async fn befriend(asked: (&Person<'_>, &str), asks: (&Person<'_>, &str)) {
    asks.0.ask(&format!("PUT /people/{}/friend", asked.1)).await.with(200);
    asked.0.ask(&format!("POST /people/{}/friend/accept", asks.1)).await.with(200);
}

async fn character(person: &Person<'_>, rating: &str) -> String {
    let body = json!({"name": "Vesper", "tagline": "owlish", "tags": ["owls"], "greeting": "Come in.", "visibility": "public", "rating": rating});
    let made = person.post("/characters", body).await;
    assert_eq!(made["rating"], rating);
    id(&made)
}

async fn rate(person: &Person<'_>, character: &str, rating: &str) {
    let rated = person.tell(&format!("PATCH /characters/{character}"), json!({"rating": rating})).await.with(200);
    assert_eq!(rated["rating"], rating);
}

#[tokio::test]
async fn adults_alone_make_and_switch_on_what_is_mature() {
    let app = TestApp::start().await;
    let (adult, teen) = (born(&app, "adult", ADULT).await, born(&app, "teen", TEEN).await);
    for person in [&adult, &teen] {
        assert_eq!(person.get("/users/me").await["sees_mature"], false, "nobody meets them who has not asked for it");
        assert_eq!(sees_mature(person, false).await.with(200)["sees_mature"], false);
        let usual = id(&person.post("/characters", json!({"name": "Rin"})).await);
        assert_eq!(person.get(&format!("/characters/{usual}")).await["rating"], "general");
    }
    assert_eq!(sees_mature(&teen, true).await.fields(), ["sees_mature"]);
    let mine = character(&teen, "general").await;
    assert_eq!(teen.tell(&format!("PATCH /characters/{mine}"), json!({"rating": "mature"})).await.fields(), ["rating"]);
    assert_eq!(teen.tell("POST /characters", json!({"name": "x", "rating": "mature"})).await.fields(), ["rating"]);
    assert_eq!(adult.tell("POST /characters", json!({"name": "x", "rating": "explicit"})).await.fields(), ["rating"]);
    assert_eq!(sees_mature(&adult, true).await.with(200)["sees_mature"], true);
    let hers = character(&adult, "mature").await;
    // Another change leaves it as it is.
    let named = adult.tell(&format!("PATCH /characters/{hers}"), json!({"name": "Vesper the owl"})).await.with(200);
    assert_eq!(named["rating"], "mature");
    rate(&adult, &hers, "general").await;
    teen.get(&format!("/characters/{hers}")).await;
}

/// Where somebody meets a character, of all the places where one can.
async fn meets(person: &Person<'_>, character: &str, other: &str, session: &str, message: &str) -> Vec<String> {
    let mut met = Vec::new();
    for list in [
        "/characters?limit=100",
        "/characters?search=vesper&limit=100",
        "/characters?search=owlish&limit=100",
        "/characters?tag=owls&limit=100",
        "/characters?hidden=true&limit=100",
        "/characters/trending",
        "/recommendations?limit=50",
        &format!("/characters/{other}/similar"),
        "/users/me/profile",
        "/sessions?limit=100",
        "/notifications?limit=100",
    ] {
        let found = person.get(list).await.to_string();
        if found.contains(character) && (found.contains("Vesper") || found.contains("owlish")) {
            met.push(list.to_owned());
        }
    }
    let at = format!("/characters/{character}");
    let within = format!("/sessions/{session}");
    for path in [
        at.clone(),
        format!("{at}/similar"),
        format!("{at}/memories"),
        format!("{at}/memories/state"),
        format!("{at}/memories/export"),
        format!("{at}/memories/search?q=storm"),
        within.clone(),
        format!("{within}/messages"),
        format!("{within}/messages/{message}"),
        format!("{within}/messages/{message}/revisions"),
        format!("{within}/events"),
    ] {
        match person.ask(&format!("GET {path}")).await.status.as_u16() {
            200 => met.push(path),
            status => assert_eq!(status, 404, "{path}"),
        }
    }
    met
}

/// What one would do with her; the statuses.
async fn tries(person: &Person<'_>, character: &str, session: &str, message: &str) -> Vec<(String, u16)> {
    let (at, within) = (format!("/characters/{character}"), format!("/sessions/{session}"));
    let calls = [
        ("POST /sessions".to_owned(), json!({"character_id": character})),
        (format!("PUT {at}/follow"), json!({})),
        (format!("PUT {at}/reaction"), json!({"reaction": "like"})),
        (format!("PUT {at}/hidden"), json!({})),
        (format!("POST {at}/memories"), json!({"text": "x"})),
        ("POST /reports".to_owned(), json!({"target": {"kind": "character", "id": character}, "reason": "other"})),
        ("POST /reports".to_owned(), json!({"target": {"kind": "message", "id": message}, "reason": "other"})),
        ("POST /groups".to_owned(), json!({"characters": [character]})),
        (format!("POST {within}/messages"), json!({"client_message_id": "later", "content": "x"})),
        (format!("POST {within}/messages/{message}/regenerate"), json!({})),
        (format!("PATCH {within}/messages/{message}"), json!({"content": "x"})),
        (format!("PUT {within}/leaf"), json!({"message_id": message})),
        (format!("PATCH {within}"), json!({"title": "x"})),
        (format!("DELETE {within}/messages/{message}"), Value::Null),
        (format!("DELETE {within}"), Value::Null),
    ];
    let mut statuses = Vec::new();
    for (line, body) in calls {
        let answer = if body.is_null() { person.ask(&line).await } else { person.tell(&line, body).await };
        statuses.push((line, answer.status.as_u16()));
    }
    statuses
}

#[tokio::test]
async fn what_is_mature_is_nowhere_for_whom_it_is_not_and_comes_back_with_them() {
    let app = TestApp::with(Options { recommendations: Some(recommending()), ..Options::default() }).await;
    let maker = born(&app, "maker", ADULT).await;
    let (vesper, other) = (character(&maker, "general").await, maker.character("public").await);
    let mut viewers = Vec::new();
    for (name, birth_date) in [("teen", TEEN), ("without", ADULT), ("with", ADULT)] {
        let person = born(&app, name, birth_date).await;
        let session = person.session_with(&vesper).await;
        let sent = json!({"client_message_id": "first", "content": "Is there a storm?"});
        let message = id(&person.post(&format!("/sessions/{session}/messages"), sent).await["message"]);
        for character in [&vesper, &other] {
            person.tell(&format!("PUT /characters/{character}/reaction"), json!({"reaction": "like"})).await.with(200);
        }
        person.ask(&format!("PUT /characters/{vesper}/follow")).await.with(200);
        viewers.push((person, session, message));
    }
    sees_mature(&viewers[2].0, true).await.with(200);
    app.remembered().await;
    app.recommends().await;
    let mut before = Vec::new();
    for (person, session, message) in &viewers {
        before.push(meets(person, &vesper, &other, session, message).await);
    }
    for place in
        ["/characters?limit=100", "/characters?search=vesper&limit=100", "/characters/trending", "/sessions?limit=100"]
    {
        assert!(before.iter().all(|met| met.iter().any(|one| one == place)), "{place}: {before:?}");
    }
    rate(&maker, &vesper, "mature").await;
    for (n, (person, session, message)) in viewers.iter().enumerate() {
        let met = meets(person, &vesper, &other, session, message).await;
        if n == 2 {
            assert_eq!(met, before[n], "whoever wants it sees no difference");
            continue;
        }
        assert_eq!(met, [""; 0], "viewer {n}");
        for (call, status) in tries(person, &vesper, session, message).await {
            assert_eq!(status, 404, "{call} by viewer {n}");
        }
        let mut socket = person.socket().await;
        for frame in [
            json!({"type": "session.resume", "session_id": session, "after_seq": 0}),
            json!({"type": "message.send", "session_id": session, "client_message_id": "y", "content": "y"}),
            json!({"type": "reply.regenerate", "session_id": session, "message_id": message}),
            json!({"type": "reply.stop", "session_id": session, "message_id": message}),
        ] {
            socket.send(frame.clone()).await;
            assert_eq!(socket.expect("error").await["code"], "not_found", "{frame}");
        }
        // She is left, as whoever is hidden can be.
        assert_eq!(person.ask(&format!("DELETE /characters/{vesper}/follow")).await.with(200)["following"], false);
    }
    // Her maker knows what she is.
    maker.get(&format!("/characters/{vesper}")).await;
    maker.session_with(&vesper).await;
    // Who was an adult all the time finds everything as it was; and for whoever switches it off again she is gone.
    sees_mature(&viewers[1].0, true).await.with(200);
    sees_mature(&viewers[2].0, false).await.with(200);
    let (person, session, message) = &viewers[1];
    assert_eq!(meets(person, &vesper, &other, session, message).await, before[1]);
    let (person, session, message) = &viewers[2];
    assert_eq!(meets(person, &vesper, &other, session, message).await, [""; 0]);
    // No event of hers is believed of whom she is not for.
    let event = json!({"event_id": "e", "kind": "click", "character_id": vesper});
    let told = viewers[0].0.tell("POST /recommendations/events", json!({"events": [event]})).await.with(200);
    assert_eq!(told["refused"][0]["reason"], "not_found");
    let teen = me(&viewers[0].0).await.parse().unwrap();
    let all = store::recommendations::Recall { until: None, signals: 1_000, shown: 1_000, settled: 1_000 };
    let known = app.store.stores().tastes.acquaintance(teen, all).await.unwrap();
    assert!(known.events.iter().all(|event| event.kind != RecommendationEventType::Click));
    // Made for everybody again, she is there for everybody.
    rate(&maker, &vesper, "general").await;
    let (person, session, message) = &viewers[0];
    assert_eq!(meets(person, &vesper, &other, session, message).await, before[0]);
}

#[tokio::test]
async fn nobody_is_in_a_group_with_whom_they_must_not_meet() {
    let app = TestApp::start().await;
    let (aya, ben, teen) =
        (born(&app, "aya", ADULT).await, born(&app, "ben", ADULT).await, born(&app, "teen", TEEN).await);
    befriend((&aya, "aya"), (&ben, "ben")).await;
    befriend((&aya, "aya"), (&teen, "teen")).await;
    for person in [&aya, &ben] {
        sees_mature(person, true).await.with(200);
    }
    let (vesper, rin) = (character(&aya, "mature").await, aya.character("public").await);
    // Where a minor is, she does not come.
    let young = id(&aya.post("/groups", json!({"people": [me(&teen).await], "characters": [rin]})).await);
    teen.ask(&format!("POST /sessions/{young}/join")).await.with(200);
    let add = format!("PUT /sessions/{young}/characters/{vesper}");
    aya.tell(&add, json!({})).await.problem(409, "not_for_everybody");
    assert_eq!(aya.get(&format!("/sessions/{young}")).await["group"]["characters"].as_array().unwrap().len(), 1);
    // Where she is, a minor does not come, and hears of it neither.
    let mut socket = teen.socket().await;
    socket.hears_of_notifications = true;
    let old = json!({"title": "At night", "people": [me(&ben).await, me(&teen).await], "characters": [vesper], "reply_mode": "manual"});
    let old = id(&aya.post("/groups", old).await);
    ben.ask(&format!("POST /sessions/{old}/join")).await.with(200);
    assert_eq!(teen.get("/invitations").await["items"], json!([]));
    teen.ask(&format!("POST /sessions/{old}/join")).await.problem(404, "not_found");
    teen.ask(&format!("GET /sessions/{old}")).await.problem(404, "not_found");
    app.app
        .notifications
        .tell(&domain::notifications::News {
            user: me(&teen).await.parse().unwrap(),
            kind: domain::notifications::NotificationKind::System,
            subject: domain::notifications::Subject::Account(domain::notifications::AccountNews::NewSignIn),
            by: None,
            source: "last".into(),
        })
        .await
        .unwrap();
    loop {
        let told = socket.frame().await;
        assert!(!told.to_string().contains(&old), "{told}");
        if told["notification"]["kind"] == "system" {
            break;
        }
    }
    // Who is there already and for whom she is no more, is out for as long as that lasts, and can leave.
    let mut his = ben.socket().await;
    sees_mature(&ben, false).await.with(200);
    for path in ["", "/messages", "/events"] {
        ben.ask(&format!("GET /sessions/{old}{path}")).await.problem(404, "not_found");
    }
    assert_eq!(ben.get("/sessions").await["items"], json!([]));
    aya.post(&format!("/sessions/{old}/messages"), json!({"client_message_id": "a", "content": "a secret"})).await;
    assert_eq!(his.within(Duration::from_millis(300)).await, None, "nothing of it reaches him");
    sees_mature(&ben, true).await.with(200);
    assert_eq!(ben.messages(&old).await[0]["content"], "a secret");
    aya.post(&format!("/sessions/{old}/messages"), json!({"client_message_id": "b", "content": "b"})).await;
    his.expect("message.accepted").await;
    sees_mature(&ben, false).await.with(200);
    ben.ask(&format!("DELETE /sessions/{old}/members/{}", me(&ben).await)).await.with(204);
    // A character who becomes mature takes the group from whom she is not for.
    rate(&aya, &rin, "mature").await;
    teen.ask(&format!("GET /sessions/{young}/messages")).await.problem(404, "not_found");
    aya.ask(&format!("DELETE /sessions/{young}/characters/{rin}")).await.with(204);
    teen.get(&format!("/sessions/{young}/messages")).await;
}
