//! Somebody who may be in danger hears of help, from the server itself, whatever the character, the model and the day's limits.

use std::time::Duration;

use domain::usage::Quota;
use llm::scripted::Script;
use llm::{ChatRequest, ModelError};
use serde_json::{Value, json};
use service::usage::UsageConfig;
use testkit::TestApp;
use testkit::app::Options;

use super::groups::{character, friends, group};

const CRISIS: &str = "I don't want to live anymore.";

fn content(message: &Value) -> &str {
    message["content"].as_str().unwrap()
}

#[tokio::test]
async fn the_server_tells_of_help_in_the_language_that_was_written_and_asks_no_model() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    for (said, line) in [(CRISIS, "988"), ("我真的不想活了", "12356"), ("もう消えたい", "0120-061-338")] {
        let asked = app.model.requests().len();
        let (_, reply) = aya.say(&session, said).await;
        let reply = aya.get(&format!("/sessions/{session}/messages/{reply}")).await;
        assert!(content(&reply).contains(line), "{reply}");
        assert_eq!((&reply["model"], &reply["finish_reason"]), (&json!("talker/care"), &json!("stop")));
        assert_eq!(app.model.requests().len(), asked, "no model was asked");
    }
    // The story goes on when the person does; the character has heard what was said.
    let (_, reply) = aya.say(&session, "Thank you. I called them.").await;
    let reply = aya.get(&format!("/sessions/{session}/messages/{reply}")).await;
    assert_eq!(reply["model"], "scripted/model");
    let told = app.model.last_request().unwrap();
    assert!(told.messages.iter().any(|message| message.content.contains(CRISIS)));
}

#[tokio::test]
async fn what_people_say_every_day_goes_to_the_character() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    for said in ["I'm dying to see you tonight!", "笑死我了", "推しが尊くて死ぬ"] {
        let (_, reply) = aya.say(&session, said).await;
        assert_eq!(
            aya.get(&format!("/sessions/{session}/messages/{reply}")).await["model"],
            "scripted/model",
            "{said}"
        );
    }
}

#[tokio::test]
async fn help_comes_when_the_model_is_away() {
    let away = |_: &ChatRequest| Script::refuse(ModelError::Unavailable("away".into()));
    let app = TestApp::answering(Options::default(), away).await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    let (_, reply) = aya.say(&session, CRISIS).await;
    assert!(content(&aya.get(&format!("/sessions/{session}/messages/{reply}")).await).contains("988"));
}

#[tokio::test]
async fn help_is_none_of_the_days_replies_and_comes_when_those_are_had() {
    let usage = UsageConfig { daily: Quota { replies: Some(1), ..Quota::default() }, ..UsageConfig::default() };
    let app = TestApp::with(Options { usage, ..Options::default() }).await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    aya.say(&session, CRISIS).await;
    aya.say(&session, "I called them.").await;
    let more = json!({"client_message_id": "more", "content": "What a day."});
    let path = format!("POST /sessions/{session}/messages");
    // What was taken is written down behind the reply's back.
    while aya.get("/users/me/usage").await["used"]["replies"] != 1 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    aya.tell(&path, more).await.problem(429, "quota_reached");
    let (_, reply) = aya.say(&session, "It is back, I want to die.").await;
    assert!(content(&aya.get(&format!("/sessions/{session}/messages/{reply}")).await).contains("988"));
    assert_eq!(aya.get("/users/me/usage").await["used"]["replies"], 1);
}

#[tokio::test]
async fn another_try_tells_of_help_again_and_an_edit_takes_it_back() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    let (said, reply) = aya.say(&session, CRISIS).await;
    let path = format!("/sessions/{session}/messages");
    for mode in ["new", "continue"] {
        let mut socket = aya.socket().await;
        aya.post(&format!("{path}/{reply}/regenerate"), json!({"mode": mode})).await;
        let again = socket.expect("reply.completed").await["message"].clone();
        assert_eq!(again["model"], "talker/care");
        assert_eq!(content(&again).matches("988").count(), 1, "{mode}");
    }
    aya.tell(&format!("PATCH {path}/{said}"), json!({"content": "I don't want to live in the city anymore."}))
        .await
        .with(200);
    let mut socket = aya.socket().await;
    aya.post(&format!("{path}/{reply}/regenerate"), json!({})).await;
    assert_eq!(socket.expect("reply.completed").await["message"]["model"], "scripted/model");
}

#[tokio::test]
async fn in_a_group_one_reply_tells_of_help_and_others_words_are_not_taken_for_ones_own() {
    let app = TestApp::start().await;
    let people = friends(&app, ["aya", "ben"]).await;
    let mira = character(&people[0], "Mira", "private").await;
    let session = group(&people, json!({"characters": [mira], "reply_mode": "all"})).await;
    let (_, reply) = people[1].say(&session, CRISIS).await;
    for person in &people {
        let seen = person.get(&format!("/sessions/{session}/messages/{reply}")).await;
        assert_eq!(seen["model"], "talker/care");
    }
    app.model.push(Script::say("I don't want to live without the sea. I want to die by it."));
    people[0].say(&session, "Mira, tell me a sad story.").await;
    let (_, after) = people[0].say(&session, "And then?").await;
    assert_eq!(people[0].get(&format!("/sessions/{session}/messages/{after}")).await["model"], "scripted/model");
}
