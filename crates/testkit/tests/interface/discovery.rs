//! Characters found by what is meant, and one embedder for all nodes.

use std::sync::Arc;
use std::time::Duration;

use llm::Embedder;
use llm::scripted::ScriptedEmbedder;
use serde_json::{Value, json};
use service::EmbedderState;
use store::embedders::KeptEmbedder;
use testkit::app::{Options, id};
use testkit::{Person, TestApp};

async fn made(person: &Person<'_>, name: &str, persona: &str, visibility: &str) -> String {
    let character = json!({"name": name, "tagline": "", "tags": [], "persona": persona, "visibility": visibility});
    id(&person.post("/characters", character).await)
}

/// Waits until every character has her vector by this embedder.
async fn discovered(app: &TestApp, embedder: &str) {
    let stores = app.store.stores();
    for _ in 0..500 {
        if stores.discovery.characters_without_vector(embedder, 1).await.unwrap().is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("there are characters without vectors");
}

async fn page(person: &Person<'_>, search: &str, limit: u32, cursor: Option<&str>) -> (Vec<String>, Option<String>) {
    let limit = limit.to_string();
    let mut query = vec![("search", search), ("limit", &limit)];
    query.extend(cursor.map(|cursor| ("cursor", cursor)));
    let request = person.request(reqwest::Method::GET, "/characters").query(&query);
    let answer = testkit::http::send(request).await.with(200);
    let names = answer["items"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap().to_owned());
    (names.collect(), answer["next_cursor"].as_str().map(str::to_owned))
}

async fn all(person: &Person<'_>, search: &str, limit: u32) -> Vec<String> {
    let (mut names, mut cursor) = page(person, search, limit, None).await;
    while let Some(next) = cursor {
        let (more, after) = page(person, search, limit, Some(&next)).await;
        assert!(!more.is_empty() && more.len() <= limit as usize);
        names.extend(more);
        cursor = after;
    }
    names
}

#[tokio::test]
async fn a_search_goes_on_with_those_who_are_meant() {
    let app = TestApp::start().await;
    let (aya, ben) = (app.person("aya").await, app.person("ben").await);
    made(&aya, "Lighthouse keeper", "a man of few words", "public").await;
    made(&aya, "Mei", "keeper of a lighthouse", "public").await;
    made(&aya, "Noa", "lighthouse", "public").await;
    made(&aya, "Hidden", "keeper of a lighthouse", "private").await;
    made(&aya, "Unlisted", "keeper of a lighthouse", "unlisted").await;
    made(&aya, "Baker", "bread and cake every morning", "public").await;
    made(&aya, "雪", "庭師 薔薇", "public").await;
    let gone = made(&aya, "Gone", "keeper of a lighthouse", "public").await;
    discovered(&app, "scripted/words").await;
    aya.good(reqwest::Method::DELETE, &format!("/characters/{gone}"), None).await;
    for limit in [1, 2, 3, 100] {
        assert_eq!(all(&ben, "lighthouse keeper", limit).await, ["Lighthouse keeper", "Mei", "Noa"], "{limit}");
        let hers = all(&aya, "lighthouse keeper", limit).await;
        assert_eq!(hers[0], "Lighthouse keeper");
        let mut hers: Vec<&str> = hers.iter().map(String::as_str).collect();
        hers.sort_unstable();
        assert_eq!(hers, ["Hidden", "Lighthouse keeper", "Mei", "Noa", "Unlisted"], "{limit}");
    }
    // The words alone do not find her: no text that is searched holds them both.
    assert_eq!(all(&ben, "薔薇 海", 10).await, ["雪"]);
    assert_eq!(all(&ben, "雪", 10).await, ["雪"]);
    assert_eq!(all(&ben, "unheard", 10).await, [""; 0]);
    assert_eq!(all(&ben, "bread", 10).await, ["Baker"]);
    for cursor in ["m", "m00", "mx"] {
        let request = ben.request(reqwest::Method::GET, "/characters").query(&[("search", "x"), ("cursor", cursor)]);
        assert_eq!(testkit::http::send(request).await.with(400)["code"], "invalid_cursor");
    }
}

#[tokio::test]
async fn a_search_follows_what_changes() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let mei = made(&aya, "Mei", "keeper of a lighthouse", "public").await;
    discovered(&app, "scripted/words").await;
    assert_eq!(all(&aya, "lighthouse", 10).await, ["Mei"]);
    aya.tell(&format!("PATCH /characters/{mei}"), json!({"persona": "baker of bread"})).await.with(200);
    discovered(&app, "scripted/words").await;
    assert_eq!(all(&aya, "lighthouse", 10).await, [""; 0]);
    assert_eq!(all(&aya, "bread", 10).await, ["Mei"]);
}

fn named(name: &str) -> Option<Option<Arc<dyn Embedder>>> {
    Some(Some(Arc::new(ScriptedEmbedder::new(64).named(name))))
}

#[tokio::test]
async fn two_nodes_with_different_embedders_do_not_undo_each_other() {
    let one = TestApp::with(Options { embedder: named("one"), shared: true, ..Options::default() }).await;
    let aya = one.person("aya").await;
    made(&aya, "Mei", "keeper of a lighthouse", "public").await;
    discovered(&one, "one").await;
    let store = Some(one.store.clone());
    let two = TestApp::with(Options { store, embedder: named("two"), shared: true, ..Options::default() }).await;
    let says = |app: &TestApp| app.app.memories.embedder_state();
    let others = EmbedderState::Others { ours: "two".into(), deployment: "one".into() };
    for _ in 0..500 {
        if says(&two) == others {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(says(&two), others);
    // Several sweeps later nothing was made anew.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let stores = one.store.stores();
    assert!(stores.discovery.characters_without_vector("one", 1).await.unwrap().is_empty());
    assert_eq!(says(&one), EmbedderState::Ours("one".into()));
    let here = two.sign_in("aya").await;
    assert_eq!(all(&here, "lighthouse", 10).await, [""; 0], "there it is found by words alone");
    assert_eq!(all(&aya, "lighthouse", 10).await, ["Mei"]);
    // An operator decides.
    stores.embedders.use_embedder(&KeptEmbedder { name: "two".into(), dimensions: 64 }).await.unwrap();
    discovered(&two, "two").await;
    assert_eq!(all(&here, "lighthouse", 10).await, ["Mei"]);
    assert_eq!(says(&two), EmbedderState::Ours("two".into()));
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(matches!(says(&one), EmbedderState::Others { .. }));
    assert!(stores.discovery.characters_without_vector("two", 1).await.unwrap().is_empty());
}

#[tokio::test]
async fn alone_a_new_embedder_counts_at_once() {
    let one = TestApp::with(Options { embedder: named("one"), ..Options::default() }).await;
    let aya = one.person("aya").await;
    made(&aya, "Mei", "keeper of a lighthouse", "public").await;
    discovered(&one, "one").await;
    let store = Some(one.stop(Duration::ZERO).await);
    let two = TestApp::with(Options { store, embedder: named("two"), ..Options::default() }).await;
    discovered(&two, "two").await;
    let kept = two.store.stores().embedders.find_embedder().await.unwrap();
    assert_eq!(kept.map(|kept| kept.name).as_deref(), Some("two"));
    let aya = two.sign_in("aya").await;
    assert_eq!(aya.get("/characters?search=lighthouse").await["items"][0]["name"], Value::from("Mei"));
}
