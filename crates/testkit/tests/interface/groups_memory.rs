//! What characters look back on in a group: what was said there before all who hear them, and nothing else.

use std::time::Duration;

use domain::models::{ModelInfo, ModelProvider};
use llm::scripted::ScriptedModel;
use serde_json::{Value, json};
use testkit::app::Options;
use testkit::{Person, TestApp};

use super::groups::{character, friends, group, user_id};

/// A server whose model has forgotten a conversation after a few messages.
async fn forgetful() -> TestApp {
    let info = ModelInfo {
        name: "scripted/model".into(),
        label: "Scripted".into(),
        provider: ModelProvider::Scripted,
        context_tokens: 1_400,
        tiny: false,
    };
    TestApp::with(Options { model: Some(ScriptedModel::new().with_info(info)), ..Options::default() }).await
}

/// Says so much of something else that what was said before is out of the history.
async fn chatter(app: &TestApp, person: &Person<'_>, session: &str) {
    for _ in 0..8 {
        app.clock.advance(Duration::from_secs(5));
        person.say(session, &"We walk along the sea wall and count the boats. ".repeat(8)).await;
    }
}

/// The memories of a trace that were told, by their texts.
fn used(trace: &Value) -> Vec<&str> {
    let memories = trace["memories"].as_array().unwrap().iter();
    memories
        .filter(|memory| memory["outcome"] == "used")
        .map(|memory| memory["memory"]["text"].as_str().unwrap())
        .collect()
}

const CAT: &str = "My cat Miso is afraid of thunder.";
const ASKED: &str = "Does anybody remember what the cat is afraid of?";

#[tokio::test]
async fn what_was_said_in_a_group_long_ago_comes_back_with_the_name_of_whoever_said_it() {
    let app = forgetful().await;
    let people = friends(&app, ["aya", "ben"]).await;
    let mira = character(&people[0], "Mira", "private").await;
    let session = group(&people, json!({"characters": [mira], "reply_mode": "all"})).await;
    let (cat, _) = people[1].say(&session, CAT).await;
    chatter(&app, &people[0], &session).await;
    let (_, reply) = people[0].say(&session, ASKED).await;
    let told = app.told();
    assert!(told.contains(&format!("ben said: “{CAT}”")), "{told}");
    assert!(told.contains("What Mira remembers of what was said here before"), "{told}");
    let history: Vec<String> =
        app.model.last_request().unwrap().messages.into_iter().map(|message| message.content).collect();
    assert!(!history.iter().any(|text| text == &format!("ben: {CAT}")), "it is out of the history: {history:?}");
    for person in &people {
        let trace = person.get(&format!("/messages/{reply}/trace")).await;
        assert_eq!((used(&trace)[0], &trace["recall"]), (CAT, &json!("words")));
        assert_eq!(trace["memories"][0]["memory"]["session_id"], json!(session));
    }
    // It is in nobody's book.
    assert!(people[0].book(&mira, "").await.is_empty());

    // What is put right is remembered right, and what is taken back is not remembered.
    let at = format!("/sessions/{session}/messages/{cat}");
    let right = "My cat Miso is afraid of umbrellas.";
    people[1].tell(&format!("PATCH {at}"), json!({"content": right})).await.with(200);
    let (_, again) = people[0].say(&session, ASKED).await;
    assert!(app.told().contains(right) && !app.told().contains(CAT), "{}", app.told());
    people[1].ask(&format!("DELETE {at}")).await.with(204);
    let (_, after) = people[0].say(&session, ASKED).await;
    assert!(!app.told().contains("Miso"), "{}", app.told());
    for reply in [reply, again, after] {
        let trace = people[0].get(&format!("/messages/{reply}/trace")).await;
        assert!(!trace.to_string().contains("Miso"), "what was taken back is shown nowhere: {trace}");
    }
}

#[tokio::test]
async fn nobody_hears_in_a_group_what_was_said_alone_or_before_they_came() {
    let app = forgetful().await;
    let people = friends(&app, ["aya", "ben", "cyd"]).await;
    let mira = character(&people[0], "Mira", "private").await;
    let alone = people[0].session_with(&mira).await;
    people[0].say(&alone, "The cat is afraid of my secret drum.").await;
    app.remembered().await;
    let session = group(&people[..2], json!({"characters": [mira], "reply_mode": "all"})).await;
    people[1].say(&session, CAT).await;
    chatter(&app, &people[0], &session).await;

    // Somebody comes who may read from now on; so long as they are there it does not come back.
    let cyd = user_id(&people[2]).await;
    people[0].ask(&format!("PUT /sessions/{session}/members/{cyd}")).await.with(200);
    people[2].ask(&format!("POST /sessions/{session}/join")).await.with(200);
    app.clock.advance(Duration::from_secs(1));
    let (_, reply) = people[0].say(&session, ASKED).await;
    assert!(!app.told().contains("Miso") && !app.told().contains("drum"), "{}", app.told());
    let trace = people[2].get(&format!("/messages/{reply}/trace")).await;
    assert!(!trace.to_string().contains("Miso"), "{trace}");
    people[0].ask(&format!("DELETE /sessions/{session}/members/{cyd}")).await.with(204);
    chatter(&app, &people[0], &session).await;
    people[0].say(&session, ASKED).await;
    assert!(app.told().contains(CAT) && !app.told().contains("drum"), "{}", app.told());

    // And what is said in the group is not told when the two are alone.
    let (_, private) = people[0].say(&alone, "What is the cat afraid of?").await;
    assert!(!app.told().contains("Miso"), "{}", app.told());
    assert!(!people[0].get(&format!("/messages/{private}/trace")).await.to_string().contains("Miso"));
}

#[tokio::test]
async fn each_remembers_what_she_was_there_for() {
    let app = forgetful().await;
    let people = friends(&app, ["aya", "ben"]).await;
    let mira = character(&people[0], "Mira", "private").await;
    let kai = character(&people[0], "Kai", "private").await;
    let session = group(&people, json!({"characters": [mira], "reply_mode": "addressed"})).await;
    people[1].say(&session, &format!("Mira, {CAT}")).await;
    app.clock.advance(Duration::from_secs(5));
    people[0].tell(&format!("PUT /sessions/{session}/characters/{kai}"), json!({})).await.with(200);
    for _ in 0..8 {
        app.clock.advance(Duration::from_secs(5));
        people[0]
            .say(&session, &format!("Mira, {}", "we walk along the sea wall and count the boats. ".repeat(8)))
            .await;
    }
    people[0].say(&session, "Kai, what is the cat afraid of?").await;
    assert!(!app.told().contains("Miso"), "he was not there yet: {}", app.told());
    people[0].say(&session, "Mira, what is the cat afraid of?").await;
    assert!(app.told().contains(&format!("ben said: “Mira, {CAT}”")), "{}", app.told());
}
