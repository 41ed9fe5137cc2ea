//! Characters who write first: asked for, within bounds, by day, once over all nodes, and never twice without an answer.

use std::time::Duration;

use domain::ids::{CharacterId, SessionId, UserId};
use domain::initiatives::{FirstMessage, FirstState, InitiativeReason};
use domain::models::FinishReason;
use domain::sittings::Policy;
use domain::traces::ReplyTrace;
use llm::ChatRequest;
use llm::scripted::Script;
use serde_json::{Value, json};
use store::initiatives::Draft;
use testkit::app::{Options, PASSWORD, id, writing_first};
use testkit::nodes::NodeOptions;
use testkit::{Person, TestApp, TestCluster};

use super::moderated::never_said;

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

const WORDS: &str = "The sea was silver today.";

fn writes_first(request: &ChatRequest) -> bool {
    request.messages.last().is_some_and(|last| last.content.contains("writes first now"))
}

/// What the model says: asked to write first one thing, and another as an answer.
fn answer(request: &ChatRequest) -> Script {
    if writes_first(request) { Script::words(WORDS) } else { Script::words("I see.") }
}

async fn start() -> TestApp {
    TestApp::answering(writing(), answer).await
}

fn writing() -> Options {
    Options { initiatives: Some(writing_first()), ..Options::default() }
}

/// How often the model was asked to write first.
fn thought(app: &TestApp) -> usize {
    app.model.requests().iter().filter(|request| writes_first(request)).count()
}

/// A person who has talked with a character, and lets her write first.
async fn allowed<'a>(app: &'a TestApp, name: &str, body: Value) -> (Person<'a>, String, String) {
    let person = app.person(name).await;
    let character = person.character("public").await;
    let session = person.session_with(&character).await;
    person.say(&session, "Hello!").await;
    person.tell(&format!("PUT /characters/{character}/initiative"), body).await.with(200);
    (person, character, session)
}

/// Waits until so many messages stand there.
async fn until(app: &TestApp, name: &str, session: &str, count: usize) -> Vec<Value> {
    let person = app.sign_in(name).await;
    for _ in 0..1_000 {
        let found = person.messages(session).await;
        if found.len() >= count && found.iter().all(|message| message["status"] == "complete") {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("there are {:?}", person.messages(session).await);
}

/// Waits until nothing is left to do, and all that is due was looked at.
async fn quiet(app: &TestApp) {
    let stores = app.store.stores();
    let mut calm = 0;
    for _ in 0..2_000 {
        let now = service::clock::Clock::now(app.clock.as_ref());
        let due = stores.initiatives.initiatives_due(now, now - time::Duration::MINUTE, 100).await.unwrap();
        let jobs: u64 = stores.jobs.count_jobs().await.unwrap().iter().map(|count| count.jobs).sum();
        calm = if due.is_empty() && jobs == 0 { calm + 1 } else { 0 };
        if calm > 8 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it is never quiet: {:?}", stores.jobs.count_jobs().await);
}

/// Lets days pass, looking as often as the server does.
async fn pass(app: &TestApp, time: Duration) {
    let mut left = time;
    while left > Duration::ZERO {
        app.clock.advance(left.min(2 * HOUR));
        left = left.saturating_sub(2 * HOUR);
        quiet(app).await;
    }
}

#[tokio::test]
async fn after_some_days_she_writes_once_and_not_again_until_she_is_answered() {
    let app = start().await;
    let (_, character, session) = allowed(&app, "aya", json!({"enabled": true})).await;
    pass(&app, 5 * DAY).await;
    let before = until(&app, "aya", &session, 4).await;
    let wrote = before.last().unwrap();
    assert_eq!(
        (&wrote["role"], &wrote["content"], &wrote["model"]),
        (&json!("character"), &json!(WORDS), &json!("scripted/model"))
    );
    let aya = app.sign_in("aya").await;
    let trace = aya.get(&format!("/messages/{}/trace", id(wrote))).await;
    assert_eq!(trace["wrote_first"], "thought");
    assert!(trace["away_seconds"].as_u64().unwrap() > 48 * 60 * 60);
    let news = aya.get("/notifications").await;
    let told: Vec<&Value> =
        news["items"].as_array().unwrap().iter().filter(|one| one["kind"] == "character_wrote").collect();
    assert_eq!(told.len(), 1);
    assert_eq!((&told[0]["count"], &told[0]["actors"][0]["id"]), (&json!(1), &json!(character)));
    assert_eq!(told[0]["path"], format!("/chat/{session}"));
    // What she is told: to press nobody.
    let asked = app.model.requests().into_iter().find(writes_first).unwrap();
    assert!(asked.messages.last().unwrap().content.contains("no guilt"));
    // A week of silence: she is patient.
    pass(&app, 7 * DAY).await;
    assert_eq!(app.sign_in("aya").await.messages(&session).await.len(), before.len());
    assert_eq!(thought(&app), 1);
    // An answer, and days later another thought.
    app.sign_in("aya").await.say(&session, "What a sea!").await;
    pass(&app, 5 * DAY).await;
    let after = until(&app, "aya", &session, before.len() + 3).await;
    assert_eq!(after.last().unwrap()["content"], WORDS);
    assert_eq!(thought(&app), 2);
}

#[tokio::test]
async fn who_did_not_ask_or_is_no_adult_is_left_alone() {
    let app = start().await;
    let (aya, character, session) = allowed(&app, "aya", json!({"enabled": false})).await;
    let path = format!("/characters/{character}/initiative");
    let usual = json!({"enabled": false, "per_day": 1, "per_week": 3, "reasons": ["anniversary", "promise", "thought"], "available": true});
    assert_eq!(aya.get(&path).await, usual);
    for (body, field) in [
        (json!({"enabled": true, "per_day": 0}), "per_day"),
        (json!({"enabled": true, "per_week": 15}), "per_week"),
        (json!({"enabled": true, "reasons": []}), "reasons"),
    ] {
        assert_eq!(aya.tell(&format!("PUT {path}"), body).await.fields(), [field]);
    }
    let body = json!({"username": "mei", "email": "mei@example.org", "password": PASSWORD, "birth_date": "2010-02-28"});
    app.tell("POST /auth/register", body).await.with(201);
    let mei = app.sign_in("mei").await;
    assert_eq!(mei.get(&path).await["available"], false);
    assert_eq!(mei.tell(&format!("PUT {path}"), json!({"enabled": true})).await.fields(), ["enabled"]);
    mei.tell(&format!("PUT {path}"), json!({"enabled": false})).await.with(200);
    pass(&app, 5 * DAY).await;
    assert_eq!((thought(&app), app.sign_in("aya").await.messages(&session).await.len()), (0, 3));
}

#[tokio::test]
async fn an_operator_may_switch_it_off_for_all() {
    let policy = Policy { characters_write_first: false, ..Policy::default() };
    let app = TestApp::answering(Options { policy: Some(policy), ..writing() }, answer).await;
    let aya = app.person("aya").await;
    let path = format!("/characters/{}/initiative", aya.character("public").await);
    assert_eq!(aya.get(&path).await["available"], false);
    assert_eq!(aya.tell(&format!("PUT {path}"), json!({"enabled": true})).await.fields(), ["enabled"]);
}

#[tokio::test]
async fn words_that_press_are_never_seen_and_counted_without_a_name() {
    let pressing = |request: &ChatRequest| match writes_first(request) {
        true => Script::words("Have you forgotten me? Please answer me."),
        false => Script::words("I see."),
    };
    let app = TestApp::answering(writing(), pressing).await;
    let (_, _, session) = allowed(&app, "aya", json!({"enabled": true})).await;
    pass(&app, 5 * DAY).await;
    assert!(thought(&app) > 0);
    assert_eq!(app.sign_in("aya").await.messages(&session).await.len(), 3);
    let counts = app.admin("boss").await.get("/admin/care?year=2026").await;
    assert_eq!((&counts["items"][0]["month"], &counts["items"][0]["counted"]), (&json!("2026-04"), &json!("withheld")));
}

#[tokio::test]
async fn what_is_not_let_through_is_not_written_first() {
    let app = TestApp::answering(Options { moderation: never_said("silver"), ..writing() }, answer).await;
    let (_, _, session) = allowed(&app, "aya", json!({"enabled": true})).await;
    pass(&app, 5 * DAY).await;
    assert!(thought(&app) > 0);
    let aya = app.sign_in("aya").await;
    assert_eq!(aya.messages(&session).await.len(), 3);
    let news = aya.get("/notifications").await;
    assert!(news["items"].as_array().unwrap().iter().all(|one| one["kind"] != "character_wrote"), "{news}");
}

#[tokio::test]
async fn quiet_hours_and_her_night_are_kept_by_the_clocks_of_each() {
    let app = start().await;
    let (aya, character, session) = allowed(&app, "aya", json!({"enabled": true})).await;
    // All but one hour of the day is quiet where aya lives, and in that hour Rin sleeps where she does.
    aya.tell("PATCH /users/me", json!({"timezone": "America/New_York"})).await.with(200);
    aya.tell("PUT /notifications/settings", json!({"quiet_hours": {"from": "13:00", "to": "12:00"}})).await.with(200);
    let hours = json!([{"days": ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], "from": "00:30", "to": "02:30", "activity": "sleeping"}]);
    let routine = json!({"timezone": "Asia/Tokyo", "hours": hours});
    aya.tell(&format!("PATCH /characters/{character}"), json!({"routine": routine})).await.with(200);
    // From here on it is looked at half past each second hour, that one among them.
    app.clock.advance(HOUR + HOUR / 2);
    pass(&app, 6 * DAY).await;
    assert_eq!(thought(&app), 0);
    // Awake, she has that hour.
    let aya = app.sign_in("aya").await;
    aya.tell(&format!("PATCH /characters/{character}"), json!({"routine": null})).await.with(200);
    let mut left = 20;
    while thought(&app) == 0 && left > 0 {
        pass(&app, DAY / 2).await;
        left -= 1;
    }
    let wrote = until(&app, "aya", &session, 4).await.pop().unwrap();
    let at = time::OffsetDateTime::parse(
        wrote["created_at"].as_str().unwrap(),
        &time::format_description::well_known::Rfc3339,
    )
    .unwrap();
    // Noon in New York, in summer.
    assert_eq!(at.hour(), 16, "{at}");
}

#[tokio::test]
async fn what_is_switched_off_hidden_or_put_away_meanwhile_is_not_written() {
    let app = start().await;
    let (aya, one, first) = allowed(&app, "aya", json!({"enabled": true})).await;
    let (_, two, second) = allowed(&app, "ren", json!({"enabled": true})).await;
    let (_, _, third) = allowed(&app, "kai", json!({"enabled": true})).await;
    aya.tell(&format!("PUT /characters/{one}/initiative"), json!({"enabled": false})).await.with(200);
    app.sign_in("ren").await.ask(&format!("PUT /characters/{two}/hidden")).await;
    app.sign_in("kai").await.tell(&format!("PATCH /sessions/{third}"), json!({"archived": true})).await.with(200);
    pass(&app, 5 * DAY).await;
    assert_eq!(thought(&app), 0);
    for (name, session) in [("aya", first), ("ren", second), ("kai", third)] {
        assert_eq!(app.sign_in(name).await.messages(&session).await.len(), 3, "{name}");
    }
}

#[tokio::test]
async fn what_is_switched_off_while_the_words_are_made_is_not_said() {
    let slow = |request: &ChatRequest| match writes_first(request) {
        true => Script::new().delay(Duration::from_millis(1_500)).text(WORDS),
        false => Script::words("I see."),
    };
    let app = TestApp::answering(writing(), slow).await;
    let (_, character, session) = allowed(&app, "aya", json!({"enabled": true})).await;
    app.clock.advance(5 * DAY);
    for _ in 0..1_000 {
        if thought(&app) > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(thought(&app), 1);
    let aya = app.sign_in("aya").await;
    aya.tell(&format!("PUT /characters/{character}/initiative"), json!({"enabled": false})).await.with(200);
    quiet(&app).await;
    assert_eq!(aya.messages(&session).await.len(), 3);
}

/// What she is to write.
fn draft() -> Draft {
    Draft {
        content: WORDS.into(),
        model: "scripted/model".into(),
        finish_reason: FinishReason::Stop,
        usage: None,
        trace: ReplyTrace::default(),
    }
}

async fn user(app: &TestApp) -> UserId {
    id(&app.sign_in("aya").await.get("/users/me").await).parse().unwrap()
}

/// Lets days pass, and claims then what she writes, as a process that died right after it did.
async fn claimed(app: &TestApp, character: &str, session: &str) -> FirstMessage {
    let stores = app.store.stores();
    let (user, days) = (user(app).await, 5 * DAY);
    let character: CharacterId = character.parse().unwrap();
    let session: SessionId = session.parse().unwrap();
    let wanted = stores.initiatives.find_initiative(user, character).await.unwrap().unwrap();
    let leaf = stores.sessions.find_session(user, session).await.unwrap().unwrap().leaf_id.unwrap();
    let first = FirstMessage {
        id: service::mint::Mint::new(app.clock.clone()).id(),
        initiative: wanted.id,
        slot: "thought:1".into(),
        reason: InitiativeReason::Thought,
        session,
        after: leaf,
        state: FirstState::Claimed,
        at: service::clock::Clock::now(app.clock.as_ref()) + days,
    };
    // Before those days, so that nobody looks meanwhile.
    let next = wanted.due_at + time::Duration::days(20);
    assert!(stores.first_messages.claim_first(&wanted, &first, &draft(), next).await.unwrap());
    app.clock.advance(days);
    first
}

/// Puts what was claimed there, as a process that died right after it did.
async fn said(app: &TestApp, first: &FirstMessage) {
    let (chats, user) = (app.store.stores().chats, user(app).await);
    let written = draft().ended(first.id);
    let events = chats.put_reply(user, first.session, first.after, &written, first.at).await.unwrap();
    assert_eq!(events.len(), 2);
}

/// Lets another process find what was left, and again later.
async fn found(app: &TestApp) {
    for _ in 0..2 {
        app.clock.advance(Duration::from_secs(120));
        quiet(app).await;
    }
}

/// How often aya was told that somebody wrote first.
async fn told(app: &TestApp) -> u64 {
    let news = app.sign_in("aya").await.get("/notifications").await;
    let told = news["items"].as_array().unwrap().iter().filter(|one| one["kind"] == "character_wrote");
    told.map(|one| one["count"].as_u64().unwrap()).sum()
}

#[tokio::test]
async fn what_a_process_claimed_that_died_is_said_once_by_another() {
    let app = start().await;
    let (_, character, session) = allowed(&app, "aya", json!({"enabled": true})).await;
    let first = claimed(&app, &character, &session).await;
    let aya = app.sign_in("aya").await;
    let mut socket = aya.socket().await;
    app.clock.advance(Duration::from_secs(120));
    // It comes whole: nobody waits for it, and nobody sees it fail.
    let frames = socket.until("reply.completed").await;
    let kinds: Vec<&str> = frames.iter().filter_map(|frame| frame["type"].as_str()).collect();
    assert!(kinds.contains(&"reply.queued") && !kinds.contains(&"reply.started"), "{kinds:?}");
    assert_eq!(frames.last().unwrap()["message"]["content"], WORDS);
    found(&app).await;
    let messages = app.sign_in("aya").await.messages(&session).await;
    let hers: Vec<&Value> = messages.iter().filter(|message| message["content"] == WORDS).collect();
    assert_eq!((hers.len(), id(hers[0])), (1, first.id.to_string()));
    assert_eq!((told(&app).await, thought(&app)), (1, 0));
}

#[tokio::test]
async fn what_a_process_said_that_died_is_told_once_and_not_said_again() {
    let app = start().await;
    let (_, character, session) = allowed(&app, "aya", json!({"enabled": true})).await;
    let first = claimed(&app, &character, &session).await;
    said(&app, &first).await;
    // What is said is said, also where it would not be any more.
    let path = format!("/characters/{character}/initiative");
    app.sign_in("aya").await.tell(&format!("PUT {path}"), json!({"enabled": false})).await.with(200);
    found(&app).await;
    let messages = app.sign_in("aya").await.messages(&session).await;
    assert_eq!(messages.len(), 4, "{messages:?}");
    assert_eq!((&messages[3]["content"], &messages[3]["status"]), (&json!(WORDS), &json!("complete")));
    assert_eq!((told(&app).await, thought(&app)), (1, 0));
}

#[tokio::test]
async fn what_its_person_took_away_meanwhile_does_not_come_back() {
    let app = start().await;
    let (_, character, session) = allowed(&app, "aya", json!({"enabled": true})).await;
    let first = claimed(&app, &character, &session).await;
    said(&app, &first).await;
    app.sign_in("aya").await.ask(&format!("DELETE /sessions/{session}/messages/{}", first.id)).await.with(204);
    found(&app).await;
    assert_eq!(app.sign_in("aya").await.messages(&session).await.len(), 3);
}

#[tokio::test]
async fn what_was_claimed_before_an_hour_that_is_quiet_is_not_said_in_it() {
    let app = start().await;
    let (_, character, session) = allowed(&app, "aya", json!({"enabled": true})).await;
    claimed(&app, &character, &session).await;
    let quiet_hours = json!({"quiet_hours": {"from": "09:00", "to": "12:00"}});
    app.sign_in("aya").await.tell("PUT /notifications/settings", quiet_hours).await.with(200);
    found(&app).await;
    assert_eq!(app.sign_in("aya").await.messages(&session).await.len(), 3);
    assert_eq!((told(&app).await, thought(&app)), (0, 0));
}

#[tokio::test]
async fn what_was_claimed_long_ago_is_not_said_any_more() {
    let app = start().await;
    let (_, character, session) = allowed(&app, "aya", json!({"enabled": true})).await;
    claimed(&app, &character, &session).await;
    app.clock.advance(Duration::from_secs(11 * 60));
    quiet(&app).await;
    assert_eq!(app.sign_in("aya").await.messages(&session).await.len(), 3);
    assert_eq!(told(&app).await, 0);
}

#[tokio::test]
async fn what_came_too_late_is_not_said_and_what_people_said_meanwhile_stays() {
    let app = start().await;
    let (_, character, session) = allowed(&app, "aya", json!({"enabled": true})).await;
    claimed(&app, &character, &session).await;
    app.sign_in("aya").await.say(&session, "Are you there?").await;
    found(&app).await;
    let messages = app.sign_in("aya").await.messages(&session).await;
    assert_eq!(messages.len(), 5, "{messages:?}");
    assert!(messages.iter().all(|message| message["content"] != WORDS));
    assert_eq!(messages[3]["content"], "Are you there?");
}

#[tokio::test]
async fn two_nodes_that_look_at_the_same_time_write_it_once() {
    let mut cluster = TestCluster::without_nodes().await;
    for _ in 0..2 {
        cluster.add(NodeOptions { writes_first: true, ..NodeOptions::default() }).await;
    }
    let (one, two) = cluster.pair();
    let mut sessions = Vec::new();
    for name in ["aya", "ren", "kai", "mio"] {
        let (_, _, session) = allowed(one, name, json!({"enabled": true})).await;
        sessions.push((name, session));
    }
    for node in [one, two] {
        node.clock.advance(5 * DAY);
    }
    for (name, session) in &sessions {
        let person = one.sign_in(name).await;
        // Each makes it at its own time within some hours.
        for _ in 0..600 {
            let found = person.messages(session).await;
            if found.len() > 3 && found.iter().all(|message| message["status"] == "complete") {
                break;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }
    quiet(one).await;
    for (name, session) in &sessions {
        let found = two.sign_in(name).await.messages(session).await;
        assert_eq!(found.len(), 4, "{name}: {found:?}");
    }
}
