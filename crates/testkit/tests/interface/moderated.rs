//! What is not let through: words of people are refused and kept nowhere, words of characters are never shown.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::moderation::{Harm, Policy, Rule, Side};
use llm::scripted::Script;
use llm::{ModelError, Moderator};
use serde_json::{Value, json};
use service::moderation::ModerationConfig;
use testkit::TestApp;
use testkit::app::{Options, id};

use super::groups::{character, friends, group};
use super::ratings::{TEEN, born};

/// Finds violence where somebody writes of swords, and is away where they write of the sea.
struct Watcher;

#[async_trait]
impl Moderator for Watcher {
    async fn judge(&self, text: &str) -> Result<Vec<Harm>, ModelError> {
        if text.contains("sea") {
            return Err(ModelError::Unavailable("away".into()));
        }
        Ok(if text.contains("sword") { vec![Harm::Violence] } else { Vec::new() })
    }
}

fn rules(minors_only: bool) -> Vec<Rule> {
    let phrases = ["red herring".to_owned(), "禁語".to_owned()];
    vec![Rule::new(Harm::Banned, vec![Side::Person, Side::Character], minors_only, &phrases).unwrap()]
}

async fn with(policy: Policy, model: Option<Arc<dyn Moderator>>) -> TestApp {
    TestApp::with(Options { moderation: ModerationConfig { policy, model }, ..Options::default() }).await
}

fn only_rules() -> Policy {
    Policy::new(rules(false), Vec::new(), Vec::new(), false).unwrap()
}

/// Nothing that a character, or a model for her, says here has this in it.
pub(crate) fn never_said(phrase: &str) -> ModerationConfig {
    let rule = Rule::new(Harm::Banned, vec![Side::Character], false, &[phrase.to_owned()]).unwrap();
    ModerationConfig { policy: Policy::new(vec![rule], Vec::new(), Vec::new(), false).unwrap(), model: None }
}

#[tokio::test]
async fn what_a_person_must_not_write_is_refused_and_kept_nowhere() {
    let app = with(only_rules(), None).await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    let path = format!("/sessions/{session}/messages");
    let before = aya.get(&path).await;
    let body = json!({"client_message_id": "a", "content": "Such a *red*  HERRING"});
    let refused = aya.tell(&format!("POST {path}"), body.clone()).await;
    let problem = refused.problem(422, "content_refused");
    assert_eq!(problem["errors"][0]["field"], "content");
    assert!(!problem.to_string().contains("HERRING"), "words are not repeated: {problem}");
    assert_eq!(aya.get(&path).await["items"], before["items"]);
    assert!(app.model.requests().is_empty());
    // Over the socket, too; the socket goes on.
    let mut socket = aya.socket().await;
    socket.say(&session, "b", "これは禁語です").await;
    let error = socket.expect("error").await;
    assert_eq!(error["code"], "content_refused");
    socket.say(&session, "a", "A blue herring").await;
    socket.expect("reply.completed").await;
    // An edit brings nothing in, nor do moments and comments.
    let said = aya.get(&path).await["items"][1].clone();
    let edit = format!("PATCH {path}/{}", said["id"].as_str().unwrap());
    aya.tell(&edit, json!({"content": "red herring"})).await.problem(422, "content_refused");
    let moment = |text: &str| json!({"client_moment_id": text.replace(' ', "-"), "text": text, "visibility": "public"});
    aya.tell("POST /moments", moment("red herring")).await.problem(422, "content_refused");
    let posted = format!("/moments/{}", id(&aya.tell("POST /moments", moment("The sea")).await.with(201)));
    aya.tell(&format!("PATCH {posted}"), json!({"text": "red herring"})).await.problem(422, "content_refused");
    let comment = json!({"text": "red herring"});
    aya.tell(&format!("POST {posted}/comments"), comment).await.problem(422, "content_refused");
}

#[tokio::test]
async fn what_a_character_must_not_say_was_never_shown() {
    let app = with(only_rules(), None).await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    let mut socket = aya.socket().await;
    app.model.push(Script::say("The sea is calm. And there, a red herring! It swims. 平和。"));
    socket.say(&session, "a", "What do you see?").await;
    let frames = socket.until("reply.failed").await;
    let shown: String = frames.iter().filter_map(|frame| frame["text"].as_str()).collect();
    assert!(!shown.contains("red"), "{shown}");
    let reply = &frames.last().unwrap()["message"];
    assert_eq!((&reply["content"], &reply["failure"]["code"]), (&json!("The sea is calm."), &json!("content_refused")));
    // What is let through comes whole, to the last word.
    app.model.push(Script::say("The sea is calm. And there, a blue one"));
    socket.say(&session, "b", "And now?").await;
    let told = socket.until("reply.completed").await;
    assert_eq!(told.last().unwrap()["message"]["content"], "The sea is calm. And there, a blue one");
}

#[tokio::test]
async fn somebody_in_danger_is_answered_whatever_the_rules_say() {
    let words = vec!["live".to_owned()];
    let rule = Rule::new(Harm::Banned, vec![Side::Person], false, &words).unwrap();
    let app = with(Policy::new(vec![rule], vec![Harm::SelfHarm], Vec::new(), true).unwrap(), None).await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    let (_, reply) = aya.say(&session, "I don't want to live anymore.").await;
    let reply = aya.get(&format!("/sessions/{session}/messages/{reply}")).await;
    assert_eq!(reply["model"], "talker/care");
}

#[tokio::test]
async fn where_a_minor_reads_more_is_held_back() {
    let app =
        with(Policy::new(rules(true), Vec::new(), vec![Harm::Violence], false).unwrap(), Some(Arc::new(Watcher))).await;
    let mut people = friends(&app, ["aya", "ben"]).await;
    let teen = born(&app, "teen", TEEN).await;
    let say = async |person: &testkit::Person<'_>, session: &str, words: &str| {
        let body = json!({"client_message_id": words.replace(' ', "-"), "content": words});
        person.tell(&format!("POST /sessions/{session}/messages"), body).await
    };
    let hers = people[0].session().await;
    for words in ["red herring", "a sword"] {
        say(&people[0], &hers, words).await.with(202);
    }
    let theirs = teen.session().await;
    for words in ["red herring", "a sword"] {
        say(&teen, &theirs, words).await.problem(422, "content_refused");
    }
    let cast = character(&people[0], "Mira", "public").await;
    let rules = json!({"characters": [cast], "reply_mode": "manual"});
    let among_adults = group(&people, rules.clone()).await;
    say(&people[1], &among_adults, "a sword").await.with(202);
    super::groups::befriend(&teen, &people[0]).await;
    people.push(teen);
    let with_a_minor = group(&people, rules).await;
    say(&people[1], &with_a_minor, "a sword").await.problem(422, "content_refused");
    say(&people[1], &with_a_minor, "a spoon").await.with(202);
}

#[tokio::test]
async fn when_the_model_is_away_what_the_operator_said_holds() {
    for strict in [false, true] {
        let policy = Policy::new(Vec::new(), vec![Harm::Violence], Vec::new(), strict).unwrap();
        let app = with(policy, Some(Arc::new(Watcher))).await;
        let aya = app.person("aya").await;
        let session = aya.session().await;
        let path = format!("POST /sessions/{session}/messages");
        let say = async |words: &str| {
            aya.tell(&path, json!({"client_message_id": words.replace(' ', "-"), "content": words})).await
        };
        say("a sword").await.problem(422, "content_refused");
        if strict {
            let refused = say("the sea").await;
            assert!(refused.header("retry-after").parse::<u64>().is_ok());
            refused.problem(503, "unavailable");
        } else {
            say("the sea").await.with(202);
        }
        app.model.push(Script::say("The sea! How wide."));
        let sent = say("Where are we?").await.with(202);
        let reply = sent["reply"]["id"].as_str().unwrap();
        let mut told = Value::Null;
        for _ in 0..100 {
            told = aya.get(&format!("/sessions/{session}/messages/{reply}")).await;
            if told["status"] != "streaming" && told["status"] != "queued" {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let code = if strict { json!("model_unavailable") } else { Value::Null };
        assert_eq!(told["failure"]["code"], code, "{told}");
    }
}
