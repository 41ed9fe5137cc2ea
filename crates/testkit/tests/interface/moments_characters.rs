//! Characters who take part in moments: in character, in bounds, once over several nodes, and never where they are not wanted.

use std::time::Duration;

use domain::models::{ModelInfo, ModelProvider};
use domain::taking_part::Caps;
use domain::usage::Quota;
use llm::ChatRequest;
use llm::scripted::{Script, ScriptedModel};
use serde_json::{Value, json};
use service::moments::MomentsConfig;
use service::usage::UsageConfig;
use testkit::app::{Options, id, taking_part};
use testkit::nodes::NodeOptions;
use testkit::{Person, TestApp, TestCluster};

/// What the model says: in chats one thing, below moments another, and of herself a third.
fn answer(request: &ChatRequest) -> Script {
    let asked = request.messages.last().map(|message| message.content.clone()).unwrap_or_default();
    if asked.contains("'s comment.)") {
        Script::words("Rin: \"What a sea!\"")
    } else if asked.contains("'s answer.)") {
        Script::words("I could look at it for hours.")
    } else if asked.contains("'s moment.)") {
        Script::words("The lamp is lit again.")
    } else {
        Script::words("I see.")
    }
}

async fn start(moments: MomentsConfig) -> TestApp {
    TestApp::answering(Options { moments: Some(moments), ..Options::default() }, answer).await
}

/// Somebody who has talked with so many of their own characters.
async fn talked<'a>(app: &'a TestApp, name: &str, count: usize) -> (Person<'a>, Vec<String>) {
    let (person, mut cast) = (app.person(name).await, Vec::new());
    for _ in 0..count {
        let character = person.character("public").await;
        person.session_with(&character).await;
        cast.push(character);
    }
    (person, cast)
}

async fn post(person: &Person<'_>, name: &str, visibility: &str, may: bool) -> String {
    let body = json!({"client_moment_id": name, "text": "The sea at six", "visibility": visibility, "characters_may_comment": may});
    format!("/moments/{}", id(&person.tell("POST /moments", body).await.with(201)))
}

async fn comments(person: &Person<'_>, path: &str) -> Vec<Value> {
    person.get(&format!("{path}/comments?limit=100")).await["items"].as_array().cloned().unwrap()
}

/// Waits until so many comments stand there.
async fn until(person: &Person<'_>, path: &str, count: usize) -> Vec<Value> {
    for _ in 0..1_000 {
        let found = comments(person, path).await;
        if found.len() >= count {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("there are {:?}", comments(person, path).await);
}

/// Waits until nothing is left to do.
async fn quiet(app: &TestApp) {
    for _ in 0..2_000 {
        let jobs = app.store.stores().jobs.count_jobs().await.unwrap();
        if jobs.iter().all(|count| count.jobs == 0) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it is never quiet: {:?}", app.store.stores().jobs.count_jobs().await);
}

/// How often the model was asked to write for others to read.
fn asked(app: &TestApp) -> usize {
    let written = |request: &ChatRequest| request.messages.last().is_some_and(|last| last.content.ends_with(".)"));
    app.model.requests().iter().filter(|request| written(request)).count()
}

#[tokio::test]
async fn those_one_talks_with_have_something_to_say_and_answer() {
    let app = start(taking_part()).await;
    let (aya, cast) = talked(&app, "aya", 1).await;
    aya.tell(&format!("POST /characters/{}/memories", cast[0]), json!({"text": "aya hides a key under the stone"}))
        .await
        .with(201);
    let path = post(&aya, "one", "public", true).await;
    let found = until(&aya, &path, 1).await;
    assert_eq!(
        (found[0]["text"].as_str(), found[0]["author"]["kind"].as_str()),
        (Some("What a sea!"), Some("character"))
    );
    assert_eq!((&found[0]["author"]["id"], &found[0]["author"]["name"]), (&json!(cast[0]), &json!("Rin")));
    let answer = json!({"text": "Come and see it.", "reply_to": found[0]["id"]});
    aya.tell(&format!("POST {path}/comments"), answer).await.with(201);
    let found = until(&aya, &path, 3).await;
    assert_eq!(found[2]["text"], "I could look at it for hours.");
    assert_eq!((&found[2]["reply_to"], &found[2]["author"]["id"]), (&found[0]["id"], &json!(cast[0])));
    quiet(&app).await;
    assert_eq!(comments(&aya, &path).await.len(), 3, "nobody answers a character");
    // What they are told: who she is and what stands there, and nothing that she remembers.
    let all: String = app
        .model
        .requests()
        .iter()
        .flat_map(|request| request.messages.iter().map(|message| message.content.clone()))
        .collect();
    assert!(all.contains("keeps a lighthouse") && all.contains("The sea at six") && all.contains("Come and see it."));
    assert!(!all.contains("under the stone"), "{all}");
    // It is told in the inbox, and counted for whoever posted.
    let news = aya.get("/notifications").await;
    let told = news["items"].as_array().unwrap().iter().find(|one| one["kind"] == "moment_commented").unwrap().clone();
    assert_eq!((&told["actors"][0]["kind"], &told["path"]), (&json!("character"), &json!(path)));
    for _ in 0..200 {
        if aya.get("/users/me/usage").await["used"]["tokens"].as_u64().unwrap() > 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("nothing was counted");
}

#[tokio::test]
async fn a_characters_own_moment_is_hers_to_talk_about() {
    let app = start(taking_part()).await;
    let (aya, ren) = (app.person("aya").await, app.person("ren").await);
    let rin = aya.character("public").await;
    let body = json!({"client_moment_id": "a", "text": "Fog", "visibility": "public"});
    let path = format!("/moments/{}", id(&aya.tell(&format!("POST /characters/{rin}/moments"), body).await.with(201)));
    ren.tell(&format!("POST {path}/comments"), json!({"text": "Thick?"})).await.with(201);
    let found = until(&ren, &path, 2).await;
    assert_eq!((&found[1]["author"]["id"], &found[1]["reply_to"]), (&json!(rin), &found[0]["id"]));
    quiet(&app).await;
    assert_eq!(asked(&app), 1);
}

#[tokio::test]
async fn they_keep_to_their_bounds() {
    let caps = Caps { commenters: 5, on_moment: 2, by_character: 100, for_person: 3 };
    let app = start(MomentsConfig { caps, ..taking_part() }).await;
    let (aya, _) = talked(&app, "aya", 4).await;
    let path = post(&aya, "one", "public", true).await;
    until(&aya, &path, 2).await;
    quiet(&app).await;
    assert_eq!((comments(&aya, &path).await.len(), asked(&app)), (2, 2), "no more on one moment");
    let path = post(&aya, "two", "friends", true).await;
    until(&aya, &path, 1).await;
    quiet(&app).await;
    assert_eq!((comments(&aya, &path).await.len(), asked(&app)), (1, 3), "no more for one person in a day");
    app.clock.advance(Duration::from_secs(25 * 60 * 60));
    let path = post(&app.sign_in("aya").await, "three", "public", true).await;
    until(&app.sign_in("aya").await, &path, 2).await;
}

#[tokio::test]
async fn they_are_silent_where_they_are_not_wanted() {
    let app = start(taking_part()).await;
    let (aya, cast) = talked(&app, "aya", 2).await;
    let ren = app.person("ren").await;
    let theirs = ren.character("public").await;
    aya.session_with(&theirs).await;
    post(&aya, "private", "private", true).await;
    post(&aya, "not", "public", false).await;
    for character in &cast {
        aya.ask(&format!("PUT /characters/{character}/hidden")).await.with(200);
    }
    aya.ask("PUT /people/ren/block").await.with(204);
    let path = post(&aya, "put-away", "public", true).await;
    let said = aya.tell(&format!("POST {path}/comments"), json!({"text": "Nobody?"})).await.with(201);
    assert!(said["reply_to"].is_null());
    quiet(&app).await;
    assert_eq!(asked(&app), 0);
    // Whoever changes their mind is heard before anybody speaks.
    let slow = start(MomentsConfig { pause: Duration::from_secs(600), ..taking_part() }).await;
    let (aya, _) = talked(&slow, "aya", 1).await;
    let path = post(&aya, "changed", "public", true).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    aya.tell(&format!("PATCH {path}"), json!({"characters_may_comment": false})).await.with(200);
    slow.clock.advance(Duration::from_secs(3_600));
    let aya = slow.sign_in("aya").await;
    quiet(&slow).await;
    assert_eq!((comments(&aya, &path).await.len(), asked(&slow)), (0, 0));
}

#[tokio::test]
async fn they_come_when_a_moment_is_opened_to_them_and_speak_once() {
    let app = start(taking_part()).await;
    let (aya, _) = talked(&app, "aya", 1).await;
    let changed = async |path: &str, patch: serde_json::Value| {
        aya.tell(&format!("PATCH {path}"), patch).await.with(200);
    };
    let hidden = post(&aya, "hidden", "private", true).await;
    changed(&hidden, json!({"text": "Fog, still"})).await;
    let shut = post(&aya, "shut", "friends", false).await;
    quiet(&app).await;
    assert_eq!(asked(&app), 0);
    changed(&hidden, json!({"visibility": "public"})).await;
    until(&aya, &hidden, 1).await;
    changed(&shut, json!({"characters_may_comment": true})).await;
    until(&aya, &shut, 1).await;
    for visibility in ["private", "followers"] {
        changed(&hidden, json!({"visibility": visibility})).await;
    }
    quiet(&app).await;
    assert_eq!((comments(&aya, &hidden).await.len(), asked(&app)), (1, 2));
}

#[tokio::test]
async fn a_tiny_model_and_a_spent_quota_are_silent() {
    let tiny = ModelInfo {
        name: "scripted/model".into(),
        label: "Tiny".into(),
        provider: ModelProvider::Scripted,
        context_tokens: 4_096,
        tiny: true,
    };
    let model = Some(ScriptedModel::new().with_info(tiny).otherwise(answer));
    let app = TestApp::with(Options { moments: Some(taking_part()), model, ..Options::default() }).await;
    let spent = UsageConfig { daily: Quota { tokens: Some(1), ..Quota::default() }, ..UsageConfig::default() };
    let spent = Options { moments: Some(taking_part()), usage: spent, ..Options::default() };
    let spent = TestApp::answering(spent, answer).await;
    for (app, silent) in [(&app, true), (&spent, false)] {
        let (aya, _) = talked(app, "aya", 1).await;
        let path = post(&aya, "one", "public", true).await;
        if silent {
            quiet(app).await;
        } else {
            // The first is had, and with it the limit is reached.
            until(&aya, &path, 1).await;
            while aya.get("/users/me/usage").await["used"]["tokens"] == 0 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            quiet(app).await;
        }
        let path = post(&aya, "two", "public", true).await;
        quiet(app).await;
        assert_eq!(comments(&aya, &path).await.len(), 0);
    }
    assert_eq!((asked(&app), asked(&spent)), (0, 1));
}

#[tokio::test]
async fn she_posts_by_herself_where_her_maker_lets_her() {
    let app = start(taking_part()).await;
    let (aya, ren) = (app.person("aya").await, app.person("ren").await);
    let rin = aya.character("public").await;
    let (settings, list) = (format!("/characters/{rin}/moments/settings"), format!("/characters/{rin}/moments"));
    assert_eq!(aya.get(&settings).await, json!({"posts": false}));
    let body = json!({"posts": true});
    assert_eq!(aya.tell(&format!("PUT {settings}"), body.clone()).await.with(200), body);
    quiet(&app).await;
    assert_eq!(asked(&app), 0, "her time has not come");
    app.clock.advance(Duration::from_secs(7 * 24 * 60 * 60));
    let ren_later = app.sign_in("ren").await;
    for _ in 0..500 {
        if ren_later.get(&list).await["items"].as_array().unwrap().len() == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let page = ren_later.get(&list).await;
    assert_eq!(
        (page["items"].as_array().unwrap().len(), &page["items"][0]["text"]),
        (1, &json!("The lamp is lit again."))
    );
    assert_eq!(page["items"][0]["author"]["id"], rin);
    quiet(&app).await;
    let aya = app.sign_in("aya").await;
    assert_eq!(aya.tell(&format!("PUT {settings}"), json!({"posts": false})).await.with(200), json!({"posts": false}));
    app.clock.advance(Duration::from_secs(7 * 24 * 60 * 60));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(asked(&app), 1);
    drop(ren);
}

#[tokio::test]
async fn over_two_nodes_each_speaks_once() {
    let mut cluster = TestCluster::without_nodes().await;
    for _ in 0..2 {
        cluster.add(NodeOptions { corrected: true, takes_part: true, ..NodeOptions::default() }).await;
    }
    let (one, two) = cluster.pair();
    let (aya, cast) = talked(one, "aya", 2).await;
    let mut paths = Vec::new();
    for n in 0..4 {
        let node = if n % 2 == 0 { one } else { two };
        paths.push(post(&aya.at(node), &format!("n{n}"), "public", true).await);
    }
    for path in &paths {
        let found = until(&aya.at(two), path, 2).await;
        let mut who: Vec<&str> = found.iter().filter_map(|comment| comment["author"]["id"].as_str()).collect();
        who.sort_unstable();
        let mut cast: Vec<&str> = cast.iter().map(String::as_str).collect();
        cast.sort_unstable();
        assert_eq!(who, cast);
    }
    quiet(one).await;
    for path in &paths {
        assert_eq!(aya.get(path).await["comments"], 2);
    }
}
