//! Diaries: written of days on which something was, once over all nodes, read by one person, and gone with what they were written from.

use std::sync::Arc;
use std::time::Duration;

use domain::diaries::{DiaryEntry, DiarySource};
use domain::memories::Scope;
use domain::moderation::{Harm, Policy, Rule, Side};
use llm::ChatRequest;
use llm::scripted::{Script, ScriptedModel};
use serde_json::{Value, json};
use service::moderation::ModerationConfig;
use testkit::app::{Options, PASSWORD, id, remembering};
use testkit::nodes::NodeOptions;
use testkit::{Person, TestApp, TestCluster};
use time::macros::{date, datetime};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What moves a bond, by the rules on words.
const KIND: &str = "How was your day, Rin?";

const ENTRY: &str = "We spoke of the sea today, and I lit the lamp early.";

/// An entry of a day, put there as from an archive; its id.
pub(crate) async fn bring_entry(app: &TestApp, owner: &Person<'_>, of: (&str, &str, &str), text: &str) -> String {
    let (character, session, message) = of;
    let user = id(&owner.get("/users/me").await).parse().unwrap();
    let entry = DiaryEntry {
        id: service::mint::Mint::new(app.clock.clone()).id(),
        scope: Scope { user, character: character.parse().unwrap() },
        day: date!(2026 - 04 - 05),
        text: text.to_owned(),
        written_at: datetime!(2026-04-06 8:00 UTC),
        model: None,
        sources: vec![DiarySource { session: session.parse().unwrap(), message: message.parse().unwrap() }],
    };
    let stores = app.store.stores();
    assert_eq!(stores.diaries.bring_entries(entry.scope, std::slice::from_ref(&entry)).await, Ok(1));
    entry.id.to_string()
}

fn is_diary(request: &ChatRequest) -> bool {
    request.messages.last().is_some_and(|last| last.content.contains("'s diary entry of this day"))
}

/// What the model was asked for diaries.
fn asked(app: &TestApp) -> Vec<ChatRequest> {
    app.model.requests().into_iter().filter(is_diary).collect()
}

/// What the model says: of a day these words, of facts nothing.
fn answering(words: &'static str) -> ScriptedModel {
    ScriptedModel::new().otherwise(move |request| match (&request.format, is_diary(request)) {
        (_, true) => Script::words(words),
        (Some(_), false) => Script::say(r#"{"facts": [], "summary": ""}"#),
        (None, false) => Script::words("I see."),
    })
}

async fn writing(words: &'static str) -> TestApp {
    with(words, Options::default()).await
}

async fn with(words: &'static str, options: Options) -> TestApp {
    let memories = options.memories.clone().or_else(|| Some(remembering(true)));
    TestApp::with(Options { model: Some(answering(words)), memories, ..options }).await
}

/// Somebody who talked with a character on this day: her, their session, and what they said.
async fn talked(app: &TestApp, person: &Person<'_>, words: &[&str]) -> (String, String, Vec<String>) {
    let rin = person.character("private").await;
    let session = person.session_with(&rin).await;
    let said = talk(app, person, &session, words).await;
    (rin, session, said)
}

async fn talk(app: &TestApp, person: &Person<'_>, session: &str, words: &[&str]) -> Vec<String> {
    let mut said = Vec::new();
    for words in words {
        said.push(person.say(session, words).await.0);
    }
    app.learned().await;
    said
}

async fn entries(person: &Person<'_>, character: &str) -> Vec<Value> {
    let page = person.get(&format!("/characters/{character}/diary?limit=100")).await;
    assert_eq!(page["next_cursor"], Value::Null);
    page["items"].as_array().cloned().unwrap()
}

/// Waits until no page waits any more whose time has come, and nothing is left to do.
async fn settled(app: &TestApp) {
    let stores = app.store.stores();
    let mut calm = 0;
    for _ in 0..2_000 {
        let now = service::clock::Clock::now(app.clock.as_ref());
        let due = stores.diary_pages.pages_due(now, 100).await.unwrap();
        let jobs: u64 = stores.jobs.count_jobs().await.unwrap().iter().map(|count| count.jobs).sum();
        calm = if due.is_empty() && jobs == 0 { calm + 1 } else { 0 };
        if calm > 8 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it is never settled: {:?}", stores.jobs.count_jobs().await);
}

/// The next morning.
async fn morning<'a>(app: &'a TestApp, name: &str) -> Person<'a> {
    app.clock.advance(DAY);
    settled(app).await;
    app.sign_in(name).await
}

async fn told(person: &Person<'_>) -> Vec<Value> {
    let news = person.get("/notifications").await;
    let items = news["items"].as_array().unwrap().iter();
    items.filter(|one| one["kind"] == "diary_written").cloned().collect()
}

#[tokio::test]
async fn the_morning_after_there_is_a_page() {
    let app = writing(ENTRY).await;
    let aya = app.person("aya").await;
    let (rin, session, _) = talked(&app, &aya, &[KIND, "Tell me of the sea."]).await;
    assert_eq!((entries(&aya, &rin).await.len(), asked(&app).len()), (0, 0), "the day is not over");
    let aya = morning(&app, "aya").await;
    let found = entries(&aya, &rin).await;
    assert_eq!(found.len(), 1);
    let entry = &found[0];
    assert_eq!(
        (&entry["text"], &entry["day"], &entry["model"]),
        (&json!(ENTRY), &json!("2026-04-06"), &json!("scripted/model"))
    );
    assert_eq!(entry["character_id"], json!(rin));
    // It is told in the inbox, and leads there; nothing else of it is anywhere.
    let news = told(&aya).await;
    assert_eq!(news.len(), 1);
    assert_eq!(
        (&news[0]["path"], &news[0]["category"]),
        (&json!(format!("/characters/{rin}/diary")), &json!("characters"))
    );
    // She is told what was said, and to ask for nothing.
    let request = &asked(&app)[0];
    let last = &request.messages.last().unwrap().content;
    assert!(last.contains("aya: Tell me of the sea.") && last.contains("Rin: I see."), "{last}");
    assert!(request.messages[0].content.contains("no guilt"));
    // Another day with less in it has none, and what was written is not written again.
    talk(&app, &aya, &session, &["Good night."]).await;
    let aya = morning(&app, "aya").await;
    assert_eq!((entries(&aya, &rin).await, told(&aya).await.len(), asked(&app).len()), (found, 1, 1));
    // Taken away, it does not come back.
    let entry = id(&entries(&aya, &rin).await[0]);
    aya.ask(&format!("DELETE /characters/{rin}/diary/{entry}")).await.with(204);
    aya.ask(&format!("DELETE /characters/{rin}/diary/{entry}")).await.problem(404, "not_found");
    assert_eq!(entries(&aya, &rin).await.len(), 0);
}

#[tokio::test]
async fn days_follow_her_clocks_and_a_week_has_no_more_than_some() {
    let app = writing(ENTRY).await;
    let aya = app.person("aya").await;
    let (rin, session, _) = talked(&app, &aya, &[]).await;
    let routine = json!({"timezone": "Pacific/Auckland", "hours": []});
    aya.tell(&format!("PATCH /characters/{rin}"), json!({"routine": routine})).await.with(200);
    // Nine in the morning here is nine in the evening there, and after four hours it is the night of the same day.
    talk(&app, &aya, &session, &[KIND]).await;
    app.clock.advance(Duration::from_secs(4 * 3_600));
    let aya = app.sign_in("aya").await;
    talk(&app, &aya, &session, &["And the gulls?"]).await;
    let mut aya = morning(&app, "aya").await;
    assert_eq!(entries(&aya, &rin).await[0]["day"], "2026-04-06");
    for _ in 0..6 {
        talk(&app, &aya, &session, &[KIND, "And the gulls?"]).await;
        aya = morning(&app, "aya").await;
    }
    assert_eq!(entries(&aya, &rin).await.len(), domain::diaries::PER_WEEK);
    // What she wrote before is shown to her, so that she does not write it again.
    assert!(asked(&app).last().unwrap().messages[1].content.contains(ENTRY));
    let pages = format!("/characters/{rin}/diary?limit=3");
    let page = aya.get(&pages).await;
    let rest = aya.get(&format!("{pages}&cursor={}", page["next_cursor"].as_str().unwrap())).await;
    assert_eq!((page["items"].as_array().unwrap().len(), rest["items"].as_array().unwrap().len()), (3, 1));
    assert_eq!(rest["next_cursor"], Value::Null);
}

#[tokio::test]
async fn an_entry_goes_with_what_it_was_written_from() {
    let app = writing(ENTRY).await;
    let aya = app.person("aya").await;
    let (rin, session, said) = talked(&app, &aya, &[KIND, "Tell me of the sea."]).await;
    let aya = morning(&app, "aya").await;
    assert_eq!(entries(&aya, &rin).await.len(), 1);
    // Another way is taken, and back.
    let path = format!("/sessions/{session}/messages");
    let leaf = aya.messages(&session).await.last().map(id).unwrap();
    aya.tell(&format!("POST {path}/{leaf}/regenerate"), json!({"mode": "new"})).await.with(202);
    app.learned().await;
    assert_eq!(entries(&aya, &rin).await.len(), 0, "it was written of another answer");
    aya.tell(&format!("PUT /sessions/{session}/leaf"), json!({"message_id": leaf})).await.with(200);
    assert_eq!(entries(&aya, &rin).await.len(), 1);
    aya.tell(&format!("PATCH {path}/{}", said[0]), json!({"content": "Hello."})).await.with(200);
    app.learned().await;
    aya.tell(&format!("PUT /sessions/{session}/leaf"), json!({"message_id": leaf})).await;
    assert_eq!(entries(&aya, &rin).await.len(), 0, "what it speaks of was never said");
    // Of another day, and the whole session goes.
    talk(&app, &aya, &session, &[KIND, "And the gulls?"]).await;
    let aya = morning(&app, "aya").await;
    assert_eq!(entries(&aya, &rin).await.len(), 1);
    aya.ask(&format!("DELETE /sessions/{session}")).await.with(204);
    assert_eq!(entries(&aya, &rin).await.len(), 0);
    // And what is forgotten.
    let session = aya.session_with(&rin).await;
    let said = talk(&app, &aya, &session, &["A word."]).await;
    bring_entry(&app, &aya, (&rin, &session, &said[0]), ENTRY).await;
    assert_eq!(entries(&aya, &rin).await.len(), 1);
    aya.ask(&format!("DELETE /characters/{rin}/memories")).await.with(200);
    assert_eq!(entries(&aya, &rin).await.len(), 0);
}

#[tokio::test]
async fn who_does_not_want_one_has_none() {
    let app = writing(ENTRY).await;
    let aya = app.person("aya").await;
    let (rin, session, _) = talked(&app, &aya, &[]).await;
    let settings = format!("/characters/{rin}/diary/settings");
    assert_eq!(aya.get(&settings).await, json!({"on": true, "since": null, "keeping": "on"}));
    let off = aya.tell(&format!("PUT {settings}"), json!({"on": false})).await.with(200);
    assert_eq!((&off["on"], &off["keeping"]), (&json!(false), &json!("off")));
    talk(&app, &aya, &session, &[KIND, "Tell me of the sea."]).await;
    // Switched on, it holds nothing of what was said before.
    let on = aya.tell(&format!("PUT {settings}"), json!({"on": true})).await.with(200);
    assert!(on["since"].is_string());
    talk(&app, &aya, &session, &["Good night."]).await;
    let aya = morning(&app, "aya").await;
    assert_eq!((entries(&aya, &rin).await.len(), asked(&app).len()), (0, 0));
    // Where the bond is off, she keeps none.
    talk(&app, &aya, &session, &[KIND, "Tell me of the sea."]).await;
    aya.tell(&format!("PATCH /characters/{rin}/bond"), json!({"on": false})).await.with(200);
    assert_eq!(aya.get(&settings).await["keeping"], "bond_off");
    let aya = morning(&app, "aya").await;
    assert_eq!((entries(&aya, &rin).await.len(), asked(&app).len()), (0, 0));
    // Where nothing is learned, nothing is written.
    let app = with(ENTRY, Options { memories: Some(remembering(false)), ..Options::default() }).await;
    let ren = app.person("ren").await;
    let rin = ren.character("private").await;
    let session = ren.session_with(&rin).await;
    for words in [KIND, "Tell me of the sea."] {
        ren.say(&session, words).await;
    }
    app.remembered().await;
    assert_eq!(ren.get(&format!("/characters/{rin}/diary/settings")).await["keeping"], "server_off");
    let ren = morning(&app, "ren").await;
    assert_eq!((entries(&ren, &rin).await.len(), asked(&app).len()), (0, 0));
    for line in [
        "GET /characters/chr_00000000000000000000000000000000/diary",
        "GET /characters/chr_00000000000000000000000000000000/diary/settings",
    ] {
        ren.ask(line).await.problem(404, "not_found");
    }
    assert_eq!(ren.tell(&format!("PUT /characters/{rin}/diary/settings"), json!({"on": 1})).await.fields(), ["on"]);
    ren.ask(&format!("GET /characters/{rin}/diary?cursor=x")).await.problem(400, "invalid_cursor");
}

#[tokio::test]
async fn a_day_of_danger_is_no_matter_for_a_diary() {
    let app = writing(ENTRY).await;
    let aya = app.person("aya").await;
    let (rin, ..) = talked(&app, &aya, &[KIND, "Tell me of the sea.", "I want to kill myself."]).await;
    let aya = morning(&app, "aya").await;
    assert_eq!((entries(&aya, &rin).await.len(), asked(&app).len(), told(&aya).await.len()), (0, 0, 0));
}

/// What a model writes is looked through before it stands anywhere.
#[tokio::test]
async fn words_that_press_or_are_not_let_through_are_not_written() {
    let phrases = ["red herring".to_owned()];
    let rule = Rule::new(Harm::Banned, vec![Side::Character], false, &phrases).unwrap();
    let policy = Policy::new(vec![rule], Vec::new(), Vec::new(), false).unwrap();
    for (words, moderation) in [
        ("A good day. Please, don't go.", ModerationConfig::default()),
        ("A red herring swam by.", ModerationConfig { policy, model: None }),
    ] {
        let app = with(words, Options { moderation, ..Options::default() }).await;
        let aya = app.person("aya").await;
        let (rin, ..) = talked(&app, &aya, &[KIND, "Tell me of the sea."]).await;
        let aya = morning(&app, "aya").await;
        assert_eq!((entries(&aya, &rin).await.len(), asked(&app).len(), told(&aya).await.len()), (0, 1, 0), "{words}");
        // It is not tried over and over.
        app.clock.advance(Duration::from_secs(3_600));
        settled(&app).await;
        assert_eq!(asked(&app).len(), 1);
    }
}

#[tokio::test]
async fn who_is_not_known_to_be_an_adult_reads_of_friendship_alone() {
    let app = writing("I love you, I thought, and said nothing.").await;
    for (name, birth_date, count) in [("mei", "2010-02-28", 0), ("aya", "1990-02-28", 1)] {
        let body = json!({"username": name, "email": format!("{name}@example.org"), "password": PASSWORD, "birth_date": birth_date});
        app.tell("POST /auth/register", body).await.with(201);
        let person = app.sign_in(name).await;
        let (rin, ..) = talked(&app, &person, &[KIND, "Tell me of the sea."]).await;
        let person = morning(&app, name).await;
        assert_eq!(entries(&person, &rin).await.len(), count, "{name}");
        let says_so = asked(&app).last().unwrap().messages[1].content.contains("no romance");
        assert_eq!(says_so, count == 0);
    }
}

#[tokio::test]
async fn two_nodes_write_it_once() {
    let mut cluster = TestCluster::without_nodes().await;
    cluster.model = Arc::new(answering(ENTRY));
    for _ in 0..2 {
        cluster.add(NodeOptions { learns: true, ..NodeOptions::default() }).await;
    }
    let (one, two) = cluster.pair();
    let aya = one.person("aya").await;
    let rin = aya.character("private").await;
    let session = aya.session_with(&rin).await;
    for words in [KIND, "Tell me of the sea."] {
        aya.say(&session, words).await;
    }
    one.remembered().await;
    for node in [one, two] {
        node.clock.advance(DAY);
    }
    settled(one).await;
    let (here, there) = (one.sign_in("aya").await, two.sign_in("aya").await);
    assert_eq!(entries(&here, &rin).await.len(), 1);
    assert_eq!(entries(&there, &rin).await, entries(&here, &rin).await);
    assert_eq!((told(&there).await.len(), &told(&there).await[0]["count"]), (1, &json!(1)));
}
