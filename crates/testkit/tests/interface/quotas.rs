//! Limits of a day: counted once, kept to, told kindly, and begun anew at midnight.

use std::time::Duration;

use domain::models::{ModelInfo, ModelProvider};
use domain::usage::Quota;
use llm::ModelError;
use llm::scripted::{Gate, Script, ScriptedModel};
use serde_json::{Value, json};
use service::chats::{ChatsConfig, Price};
use service::usage::UsageConfig;
use testkit::app::{Options, remembering};
use testkit::faults::When;
use testkit::http::Answer;
use testkit::talk::Talk;
use testkit::{Person, TestApp};

/// From the morning on which the clock of tests begins to shortly after midnight.
const TO_MIDNIGHT: Duration = Duration::from_secs(15 * 60 * 60);

fn replies(limit: u64) -> Options {
    limited(Quota { replies: Some(limit), ..Quota::default() })
}

fn limited(daily: Quota) -> Options {
    Options { usage: UsageConfig { daily, daily_cost_all: None }, ..Options::default() }
}

/// A model that costs something: a dollar for a thousand tokens, of prompts and of replies.
fn priced(options: Options) -> Options {
    let info = ModelInfo {
        name: "openai/priced".into(),
        label: "Priced".into(),
        provider: ModelProvider::OpenAi,
        context_tokens: 8192,
        tiny: false,
    };
    let price = Some(Price { prompt: 1_000.0, completion: 1_000.0 });
    let chats = ChatsConfig { price, save_every: Duration::from_millis(20), ..ChatsConfig::default() };
    Options { model: Some(ScriptedModel::new().with_info(info)), chats: Some(chats), ..options }
}

async fn send(person: &Person<'_>, session: &str, id: &str) -> Answer {
    let body = json!({"client_message_id": id, "content": "Hello"});
    person.tell(&format!("POST /sessions/{session}/messages"), body).await
}

async fn used(person: &Person<'_>) -> Value {
    person.get("/users/me/usage").await["used"].clone()
}

#[tokio::test]
async fn a_limit_is_reached_in_mid_day_and_begins_anew_at_midnight() {
    let app = TestApp::with(replies(2)).await;
    let aya = app.person("aya").await;
    let fresh = aya.get("/users/me/usage").await;
    assert_eq!(fresh["limits"], json!({"replies": 2, "tokens": null, "cost_micros": null}));
    assert_eq!((&fresh["date"], &fresh["resets_at"]), (&json!("2026-04-06"), &json!("2026-04-07T00:00:00Z")));
    let mut talk = Talk::begin(&aya).await;
    let first = talk.say("One").await;
    let last = talk.say("Two").await;
    let before = aya.messages(&talk.session).await;

    let refused = send(&aya, &talk.session, "third").await;
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((14 * 3_600..=15 * 3_600).contains(&wait), "{wait}");
    let problem = refused.problem(429, "quota_reached");
    let quota = json!({"quota": "replies", "limit": 2, "used": 2, "resets_at": "2026-04-07T00:00:00Z"});
    assert_eq!(problem["quota"], quota);
    let again = format!("POST {}/{}/regenerate", talk.messages, last.reply["id"].as_str().unwrap());
    aya.ask(&again).await.problem(429, "quota_reached");
    // The same over the socket, which stays.
    let mut socket = aya.socket().await;
    socket.say(&talk.session, "fourth", "Hello").await;
    let error = socket.expect("error").await;
    assert_eq!((&error["code"], &error["quota"]), (&json!("quota_reached"), &quota));
    socket.send(json!({"type": "ping"})).await;
    socket.expect("pong").await;
    assert_eq!(aya.messages(&talk.session).await, before, "nothing of it was stored");
    // What was taken before gets its first outcome, whatever may be taken now.
    let body = json!({"client_message_id": "said-1", "content": "One"});
    let repeated = aya.tell(&format!("POST {}", talk.messages), body).await.with(202);
    assert_eq!((&repeated["message"]["id"], &repeated["repeated"]), (&first.message["id"], &json!(true)));
    socket.say(&talk.session, "said-2", "Two").await;
    assert_eq!(socket.expect("message.accepted").await["message"]["id"], last.message["id"]);
    // Another person has a day of their own.
    let ren = app.person("ren").await;
    Talk::begin(&ren).await.say("Hello").await;

    app.clock.advance(TO_MIDNIGHT);
    let aya = app.sign_in("aya").await;
    let today = aya.get("/users/me/usage").await;
    assert_eq!((&today["date"], &today["used"]["replies"]), (&json!("2026-04-07"), &json!(0)));
    send(&aya, &talk.session, "third").await.with(202);
}

#[tokio::test]
async fn of_many_who_come_at_once_for_the_last_one_one_gets_it() {
    let gate = Gate::new();
    let app = TestApp::with(replies(3)).await;
    let aya = app.person("aya").await;
    Talk::begin(&aya).await.say("One").await;
    let mut sessions = Vec::new();
    for _ in 0..8 {
        app.model.push(Script::new().wait(&gate).text("At last."));
        sessions.push(aya.session().await);
    }
    let sends = sessions.iter().map(|session| send(&aya, session, "at-once"));
    let answers = futures_util::future::join_all(sends).await;
    let taken = answers.iter().filter(|answer| answer.status == 202).count();
    assert_eq!(taken, 2, "one was had, and three may be");
    for refused in answers.into_iter().filter(|answer| answer.status != 202) {
        let problem = refused.problem(429, "quota_reached");
        assert_eq!(problem["quota"]["used"], 3);
    }
    gate.open();
}

#[tokio::test]
async fn a_reply_that_is_never_made_is_given_back() {
    let gate = Gate::new();
    let app = TestApp::with(replies(2)).await;
    let aya = app.person("aya").await;
    app.model.push(Script::new().wait(&gate).text("At last."));
    let session = aya.session().await;
    send(&aya, &session, "one").await.with(202);
    gate.reached().await;
    let queued = send(&aya, &session, "two").await.with(202);
    send(&aya, &session, "three").await.problem(429, "quota_reached");
    // Neither does one that cannot be taken cost anything.
    let nowhere = format!("ses_{}", "0".repeat(32));
    send(&aya, &nowhere, "x").await.problem(404, "not_found");
    let stop = format!("POST /sessions/{session}/messages/{}/stop", queued["reply"]["id"].as_str().unwrap());
    aya.ask(&stop).await.with(202);
    let mut socket = aya.socket().await;
    send(&aya, &session, "three").await.with(202);
    gate.open();
    socket.expect("reply.completed").await;
    socket.expect("reply.completed").await;
    assert_eq!(used(&aya).await["replies"], 2);
    send(&aya, &session, "four").await.problem(429, "quota_reached");
}

#[tokio::test]
async fn a_reply_counts_once_whatever_becomes_of_the_answers_of_the_store() {
    let app = TestApp::with(replies(100)).await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    let mut socket = aya.socket().await;
    let mut counted = 0;
    // Wherever an answer is lost on the way to its end.
    for n in 0..12 {
        app.faults.fail_call(n, When::After);
        let id = rand_id();
        while send(&aya, &session, &id).await.status != 202 {}
        socket.expect("reply.completed").await;
        app.faults.heal();
        counted += 1;
        wait_for(async || used(&aya).await["replies"] == counted).await;
    }
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(used(&aya).await["replies"], counted, "written down, it is the same");
}

#[tokio::test]
async fn what_failed_counts_its_tokens_and_what_was_stopped_counts_whole() {
    let app = TestApp::with(replies(100)).await;
    let aya = app.person("aya").await;
    let mut talk = Talk::begin(&aya).await;
    app.model.push(Script::refuse(ModelError::Unavailable("away".into())));
    talk.say("Hello").await;
    assert_eq!(used(&aya).await, json!({"replies": 0, "tokens": 0, "cost_micros": 0}));
    app.model.push(Script::say("It begins well, but ").fail(ModelError::Unavailable("away".into())));
    assert_eq!(talk.say("Hello").await.reply["status"], "failed");
    let failed = used(&aya).await;
    assert!(failed["replies"] == 0 && failed["tokens"].as_u64() > Some(10), "{failed}");

    let gate = Gate::new();
    app.model.push(Script::say("It begins well, ").wait(&gate));
    let mut socket = aya.socket().await;
    let sent = send(&aya, &talk.session, "stopped").await.with(202);
    socket.expect("reply.delta").await;
    let stop = format!("POST {}/{}/stop", talk.messages, sent["reply"]["id"].as_str().unwrap());
    aya.ask(&stop).await.with(202);
    talk.ended(&sent["reply"]["id"]).await;
    wait_for(async || used(&aya).await["replies"] == 1).await;
    assert!(used(&aya).await["tokens"].as_u64() > failed["tokens"].as_u64());
    // Deleted in mid-word, it is gone, and what it took is not.
    let before = used(&aya).await["tokens"].as_u64();
    app.model.push(Script::say("It begins well, ").wait(&gate));
    let sent = send(&aya, &talk.session, "deleted").await.with(202);
    socket.expect("reply.delta").await;
    aya.ask(&format!("DELETE {}/{}", talk.messages, sent["message"]["id"].as_str().unwrap())).await.with(204);
    wait_for(async || used(&aya).await["tokens"].as_u64() > before).await;
}

#[tokio::test]
async fn tokens_and_cost_have_limits_and_everybody_has_one_together() {
    let daily = Quota { cost: Some(200_000_000), ..Quota::default() };
    let usage = UsageConfig { daily, daily_cost_all: Some(400_000) };
    let app = TestApp::with(priced(Options { usage, ..Options::default() })).await;
    let (aya, ren) = (app.person("aya").await, app.person("ren").await);
    let mut talk = Talk::begin(&aya).await;
    let session = ren.session().await;
    talk.say(&"Tell me everything. ".repeat(100)).await;
    let taken = used(&aya).await;
    assert_eq!(taken["cost_micros"].as_u64().unwrap(), taken["tokens"].as_u64().unwrap() * 1_000);
    assert!(taken["cost_micros"].as_u64() > Some(400_000), "{taken}");
    for person in [&aya, &ren] {
        let session = if std::ptr::eq(person, &aya) { &talk.session } else { &session };
        let problem = send(person, session, "more").await.problem(429, "quota_reached");
        assert_eq!((&problem["quota"]["quota"], &problem["quota"]["used"]), (&json!("cost_all"), &json!(400_000)));
    }
    app.clock.advance(TO_MIDNIGHT);
    send(&app.sign_in("ren").await, &session, "more").await.with(202);

    let app = TestApp::with(limited(Quota { tokens: Some(50), ..Quota::default() })).await;
    let aya = app.person("aya").await;
    let mut talk = Talk::begin(&aya).await;
    talk.say(&"Tell me everything. ".repeat(100)).await;
    let problem = send(&aya, &talk.session, "more").await.problem(429, "quota_reached");
    assert_eq!((&problem["quota"]["quota"], &problem["quota"]["limit"]), (&json!("tokens"), &json!(50)));
}

#[tokio::test]
async fn an_admin_sets_limits_of_ones_own() {
    let app = TestApp::start().await;
    let (aya, mio) = (app.person("aya").await, app.admin("mio").await);
    let mut talk = Talk::begin(&aya).await;
    talk.say("Hello").await;
    let id = aya.get("/users/me").await["id"].as_str().unwrap().to_owned();
    let quota = format!("PUT /admin/people/{id}/quota");
    let own = json!({"replies": {"rule": "at_most", "at_most": 1}});
    let person = mio.tell(&quota, own).await.with(200);
    assert_eq!(person["quota"]["replies"], json!({"rule": "at_most", "at_most": 1}));
    assert_eq!(person["quota"]["tokens"], json!({"rule": "default", "at_most": null}));
    assert_eq!(aya.get("/users/me/usage").await["limits"]["replies"], 1);
    // Where nobody had limits it is looked for them every two seconds.
    wait_for(async || send(&aya, &talk.session, &rand_id()).await.status == 429).await;
    mio.tell(&quota, json!({"replies": {"rule": "unlimited"}})).await.with(200);
    send(&aya, &talk.session, "at-last").await.with(202);
    for (wrong, field) in [
        (json!({"replies": {"rule": "at_most"}}), "replies.at_most"),
        (json!({"tokens": {"rule": "default", "at_most": 1}}), "tokens.at_most"),
        (json!({"cost": {"rule": "at_most", "at_most": u64::MAX}}), "cost"),
        (json!({"cost": {"rule": "some"}}), "cost.rule"),
        (json!({"cost": {"rule": "at_most", "at_most": -1}}), "cost.at_most"),
    ] {
        assert_eq!(mio.tell(&quota, wrong).await.fields(), [field]);
    }
    let entries = mio.get("/admin/audit?action=quota_changed").await;
    assert_eq!(entries["items"][0]["detail"], json!({"replies": "unlimited", "tokens": "default", "cost": "default"}));
    assert_eq!(entries["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn learning_counts_for_the_person_but_is_no_reply_and_rests_when_a_limit_is_reached() {
    let answer = |request: &llm::ChatRequest| match &request.format {
        Some(_) => Script::say(json!({"facts": [], "summary": "They talked.", "story": "They talked."}).to_string()),
        None => Script::say("I see."),
    };
    let options = Options { memories: Some(remembering(true)), ..replies(100) };
    let app = TestApp::answering(options, answer).await;
    let aya = app.person("aya").await;
    let mut talk = Talk::begin(&aya).await;
    talk.say("I was born by the sea.").await;
    talk.say("And I keep bees.").await;
    app.learned().await;
    let asked = app.model.requests();
    let (lessons, replies): (Vec<_>, Vec<_>) = asked.iter().partition(|request| request.format.is_some());
    assert!(!lessons.is_empty());
    let tokens = |requests: &[&llm::ChatRequest]| -> u64 {
        let words = requests.iter().flat_map(|request| &request.messages);
        words.map(|message| u64::from(llm::estimate_tokens(&message.content))).sum()
    };
    let taken = used(&aya).await;
    assert_eq!(taken["replies"], 2);
    assert!(taken["tokens"].as_u64().unwrap() >= tokens(&lessons) + tokens(&replies), "{taken}");

    // Whose tokens are used up talks no more, and nothing is learned for them either.
    let usage = UsageConfig { daily: Quota { tokens: Some(1), ..Quota::default() }, daily_cost_all: None };
    let options = Options { memories: Some(remembering(true)), usage, ..Options::default() };
    let app = TestApp::answering(options, answer).await;
    let aya = app.person("aya").await;
    Talk::begin(&aya).await.say("I was born by the sea.").await;
    let stores = app.store.stores();
    wait_for(async || !stores.queue.count_queue().await.unwrap().is_empty()).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(app.model.requests().iter().filter(|request| request.format.is_some()).count(), 0);
}

#[tokio::test]
async fn what_was_counted_is_still_there_after_a_restart() {
    let app = TestApp::with(replies(1)).await;
    let aya = app.person("aya").await;
    let mut talk = Talk::begin(&aya).await;
    talk.say("Hello").await;
    let session = talk.session.clone();
    drop(talk);
    let access = aya.access.clone();
    let store = app.stop(Duration::from_secs(5)).await;
    let app = TestApp::with(Options { store: Some(store), ..replies(1) }).await;
    let aya = app.sign_in("aya").await.showing(access);
    assert_eq!(used(&aya).await["replies"], 1);
    send(&aya, &session, "more").await.problem(429, "quota_reached");
}

fn rand_id() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("try-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

async fn wait_for(mut so: impl AsyncFnMut() -> bool) {
    for _ in 0..200 {
        if so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it did not come about");
}
