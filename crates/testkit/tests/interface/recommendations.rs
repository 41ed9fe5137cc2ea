//! Whom people are shown, and why: through the real router, from what was really told and learned.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use domain::ids::{CharacterId, NodeId};
use domain::jobs::{JobKind, Task};
use reqwest::Method;
use serde_json::{Value, json};
use service::clock::Clock;
use store::jobs::Wanted;
use testkit::app::{Options, recommending, remembering};
use testkit::crowd::Crowd;
use testkit::{Person, TestApp};
use uuid::Uuid;

async fn recommender() -> TestApp {
    TestApp::with(Options { recommendations: Some(recommending()), ..Options::default() }).await
}

/// The ids of a page's characters.
fn ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| item.get("character").unwrap_or(item)["id"].as_str().unwrap().to_owned()).collect()
}

fn named(ids: &[CharacterId]) -> BTreeSet<String> {
    ids.iter().map(ToString::to_string).collect()
}

async fn react(person: &Person<'_>, character: &str, reaction: &str) {
    person.tell(&format!("PUT /characters/{character}/reaction"), json!({"reaction": reaction})).await.with(200);
}

/// All pages of so many each, from a cursor.
async fn rest(person: &Person<'_>, limit: usize, mut cursor: Value) -> Vec<String> {
    let mut all = Vec::new();
    while let Some(next) = cursor.as_str() {
        let page = person.ask(&format!("GET /recommendations?limit={limit}&cursor={next}")).await.with(200);
        let found = ids(&page);
        assert!(!found.is_empty() && found.len() <= limit);
        all.extend(found);
        cursor = page["next_cursor"].clone();
    }
    all
}

#[tokio::test]
async fn a_like_changes_the_next_page_and_is_its_reason() {
    let app = recommender().await;
    let [knights, witches] = Crowd::of(&app).camps(6).await;
    app.recommends().await;
    let aya = app.person("aya").await;
    let before = aya.ask("GET /recommendations?limit=5").await.with(200);
    assert!(before["items"].as_array().unwrap().iter().all(|item| item["reason"]["kind"] != "because_you_like"));
    react(&aya, &witches[0].to_string(), "like").await;
    let after = aya.ask("GET /recommendations?limit=4").await.with(200);
    let (found, camp) = (ids(&after), named(&witches));
    assert!(!found.contains(&witches[0].to_string()), "whom she has met needs no recommendation");
    assert!(found.iter().take(2).all(|id| camp.contains(id)), "{after}");
    let reason = &after["items"][0]["reason"];
    assert_eq!(reason["kind"], "because_you_like");
    assert_eq!(reason["character"], json!({"id": witches[0].to_string(), "name": "witch 0"}));
    // The same question, the same answer, as long as nothing is learned; another person has another.
    app.recommends().await;
    let settled = aya.ask("GET /recommendations?limit=4").await.with(200);
    let again = aya.ask("GET /recommendations?limit=4").await.with(200);
    // The cursor says since when it holds.
    assert_eq!(again["items"], settled["items"]);
    let ben = app.person("ben").await;
    react(&ben, &knights[2].to_string(), "like").await;
    let his = ids(&ben.ask("GET /recommendations?limit=2").await.with(200));
    assert!(his.iter().all(|id| named(&knights).contains(id)), "{his:?}");
    // Whoever is liked by the same people is like her, and most is made of whom most like.
    let similar = ids(&aya.ask(&format!("GET /characters/{}/similar?limit=5", witches[1])).await.with(200));
    assert_eq!(similar.iter().cloned().collect::<BTreeSet<_>>(), {
        let mut others = named(&witches);
        others.remove(&witches[1].to_string());
        others
    });
    let trending = ids(&aya.ask("GET /characters/trending?limit=100").await.with(200));
    assert_eq!(trending.len(), 12);
}

#[tokio::test]
async fn whoever_may_not_be_shown_never_is() {
    let app = recommender().await;
    let crowd = Crowd::of(&app);
    let [knights, _] = crowd.camps(5).await;
    let (aya, ben) = (app.person("aya").await, app.person("ben").await);
    let mut never = BTreeMap::new();
    never.insert("her own", aya.character("public").await);
    let now_private = ben.character("public").await;
    let now_unlisted = ben.character("public").await;
    let deleted = ben.character("public").await;
    let hidden = ben.character("public").await;
    let hidden_later = ben.character("public").await;
    for character in [&now_private, &now_unlisted, &deleted, &hidden, &hidden_later, &never["her own"]] {
        // Liked by whom she is like, so that they would be there.
        let id = character.parse().unwrap();
        for _ in 0..4 {
            crowd.likes(crowd.person().await, &[knights[0], id, knights[1]]).await;
        }
    }
    react(&aya, &knights[0].to_string(), "like").await;
    aya.ask(&format!("PUT /characters/{hidden}/hidden")).await.with(200);
    app.recommends().await;
    let expected = BTreeSet::from([now_private.clone(), now_unlisted.clone(), deleted.clone(), hidden_later.clone()]);
    let first = ids(&aya.ask("GET /recommendations?limit=100").await.with(200));
    assert!(expected.iter().all(|id| first.contains(id)), "the others are there before: {first:?}");
    // From now on nothing is learned any more: what is served is old.
    let store = app.store.clone();
    let old = TestApp::with(Options { store: Some(store), ..Options::default() }).await;
    let (aya, ben) = (aya.at(&old), ben.at(&old));
    for _ in 0..500 {
        if old.app.recommendations.version().is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    ben.tell(&format!("PATCH /characters/{now_private}"), json!({"visibility": "private"})).await.with(200);
    ben.tell(&format!("PATCH /characters/{now_unlisted}"), json!({"visibility": "unlisted"})).await.with(200);
    ben.ask(&format!("DELETE /characters/{deleted}")).await.with(204);
    aya.ask(&format!("PUT /characters/{hidden_later}/hidden")).await.with(200);
    for (why, id) in [
        ("private", &now_private),
        ("unlisted", &now_unlisted),
        ("deleted", &deleted),
        ("hidden", &hidden),
        ("hidden later", &hidden_later),
    ] {
        never.insert(why, id.clone());
    }
    for path in [
        "/recommendations?limit=100".to_owned(),
        "/characters/trending?limit=100".to_owned(),
        format!("/characters/{}/similar?limit=100", knights[0]),
        "/characters?limit=100".to_owned(),
        "/characters?search=rin&limit=100".to_owned(),
        "/characters?search=lighthouse%20keeper&limit=100".to_owned(),
    ] {
        let page = aya.ask(&format!("GET {path}")).await.with(200);
        let found = ids(&page);
        for (why, id) in &never {
            // Her own stand in what everybody sees; they are only not recommended to her.
            if *why != "her own" || path.starts_with("/recommendations") {
                assert!(!found.contains(id), "{why}: {path}");
            }
        }
    }
    let hers = ids(&aya.ask("GET /characters?hidden=true").await.with(200));
    assert_eq!(hers, [hidden_later.clone(), hidden.clone()]);
    // Shown again, she is found again.
    aya.ask(&format!("DELETE /characters/{hidden}/hidden")).await.with(200);
    assert!(ids(&aya.ask("GET /recommendations?limit=100").await.with(200)).contains(&hidden));
    assert!(ids(&aya.ask("GET /characters?limit=100").await.with(200)).contains(&hidden));
    assert!(ids(&ben.ask("GET /characters/trending?limit=100").await.with(200)).contains(&hidden_later));
    aya.ask("GET /characters/chr_018f0000000070008000000000000001/similar").await.problem(404, "not_found");
    aya.ask(&format!("GET /characters/{now_private}/similar")).await.problem(404, "not_found");
}

#[tokio::test]
async fn pages_follow_each_other_whatever_is_done_meanwhile() {
    let app = recommender().await;
    let crowd = Crowd::of(&app);
    let [knights, witches] = crowd.camps(6).await;
    for n in 0..60 {
        crowd.character(&format!("new {n}"), &["new"]).await;
    }
    app.recommends().await;
    let (aya, ben) = (app.person("aya").await, app.person("ben").await);
    react(&aya, &knights[0].to_string(), "like").await;
    let first = aya.ask("GET /recommendations?limit=7").await.with(200);
    let quiet = rest(&aya, 7, first["next_cursor"].clone()).await;
    assert!(quiet.len() > 50, "{}", quiet.len());
    let mut all: Vec<String> = ids(&first);
    all.extend(quiet.clone());
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "nobody twice");
    // She likes, others do, somebody new comes, and something is learned: the list that was begun goes on as it was.
    let next = format!("GET /recommendations?limit=7&cursor={}", first["next_cursor"].as_str().unwrap());
    let second = aya.ask(&next).await.with(200);
    react(&aya, &witches[0].to_string(), "like").await;
    for id in &ids(&second) {
        react(&ben, id, "like").await;
    }
    crowd.character("latest", &["new"]).await;
    app.recommends().await;
    let mut restless = ids(&second);
    restless.extend(rest(&aya, 7, second["next_cursor"].clone()).await);
    assert_eq!(restless, quiet);
    // In other portions it is the same list.
    let mut whole = ids(&first);
    whole.extend(rest(&aya, 40, first["next_cursor"].clone()).await);
    assert_eq!(whole, all);
    // A list begun now is another.
    assert_ne!(ids(&aya.ask("GET /recommendations?limit=7").await.with(200)), ids(&first));
    // The one who is hidden now is on none of its pages.
    let last = quiet.last().unwrap();
    aya.ask(&format!("PUT /characters/{last}/hidden")).await.with(200);
    assert!(!rest(&aya, 7, first["next_cursor"].clone()).await.contains(last));
    // When everything it was made from is gone, it goes on with what there is.
    let place = first["next_cursor"].as_str().unwrap();
    let gone = format!("r{:016x}{}", 0xffff, &place[17..]);
    assert!(!ids(&aya.ask(&format!("GET /recommendations?limit=7&cursor={gone}")).await.with(200)).is_empty());
    for bad in ["r", "x", "0", &place[1..], &format!("{place}0")] {
        aya.ask(&format!("GET /recommendations?cursor={bad}")).await.problem(400, "invalid_cursor");
    }
    assert_eq!(aya.ask("GET /recommendations?limit=0").await.fields(), ["limit"]);
}

#[tokio::test]
async fn from_the_first_moment_there_is_somebody_to_meet() {
    let quiet = TestApp::start().await;
    let crowd = Crowd::of(&quiet);
    let (old, new) = (crowd.character("old", &["sea"]).await, crowd.character("new", &["tea"]).await);
    let aya = quiet.person("aya").await;
    let own = aya.character("public").await;
    // Nothing was learned: the newest of others, and nothing is said of what is liked.
    let page = aya.ask("GET /recommendations").await.with(200);
    assert_eq!(ids(&page), [new.to_string(), old.to_string()]);
    assert!(page["items"].as_array().unwrap().iter().all(|item| item["reason"]["kind"] == "new"));
    assert_eq!(ids(&aya.ask("GET /characters/trending").await.with(200)), [""; 0]);
    assert_eq!(ids(&aya.ask(&format!("GET /characters/{own}/similar")).await.with(200)), [""; 0]);
    // Somebody learns it: a catalogue without events is enough.
    let store = Some(quiet.stop(Duration::ZERO).await);
    let app = TestApp::with(Options { store, recommendations: Some(recommending()), ..Options::default() }).await;
    app.recommends().await;
    let aya = app.sign_in("aya").await;
    let page = aya.ask("GET /recommendations").await.with(200);
    assert_eq!(ids(&page).into_iter().collect::<BTreeSet<_>>(), named(&[old, new]));
    // Tags that she names count at once.
    aya.tell("PUT /recommendations/tastes", json!({"tags": ["Sea"]})).await.with(200);
    let first = &aya.ask("GET /recommendations").await.with(200)["items"][0];
    assert_eq!(first["character"]["id"], json!(old.to_string()));
    assert_eq!(first["reason"], json!({"kind": "matches_your_tags", "character": null, "tag": "sea"}));
}

#[tokio::test]
async fn what_one_node_learns_another_serves() {
    let learns =
        TestApp::with(Options { recommendations: Some(recommending()), shared: true, ..Options::default() }).await;
    let [knights, _] = Crowd::of(&learns).camps(5).await;
    learns.recommends().await;
    let mut config = recommending();
    config.learn_every = None;
    let options = Options {
        store: Some(learns.store.clone()),
        recommendations: Some(config),
        shared: true,
        ..Options::default()
    };
    let serves = TestApp::with(options).await;
    let there = learns.person("aya").await;
    let here = there.at(&serves);
    serves.recommends().await;
    react(&here, &knights[0].to_string(), "like").await;
    learns.recommends().await;
    serves.recommends().await;
    assert_eq!(serves.app.recommendations.version(), learns.app.recommendations.version());
    // Both nodes give the same pages, and a list begun at one goes on at the other.
    let path = "GET /recommendations?limit=3";
    let (one, other) = (there.ask(path).await.with(200), here.ask(path).await.with(200));
    assert_eq!(ids(&one), ids(&other));
    let gone_on = rest(&here, 3, one["next_cursor"].clone()).await;
    assert_eq!(rest(&there, 3, one["next_cursor"].clone()).await, gone_on);
}

#[tokio::test]
async fn a_run_that_dies_is_done_again_by_another() {
    let mut idle = remembering(false);
    idle.jobs.works = false;
    let app = TestApp::with(Options { memories: Some(idle), ..Options::default() }).await;
    Crowd::of(&app).camps(4).await;
    // A node takes the job, and is never heard of again.
    let jobs = app.store.stores().jobs;
    let (now, dead) = (app.clock.now(), NodeId(Uuid::from_u128(7)));
    jobs.want_jobs(&[Wanted { task: Task::recommend(), run_at: now }], now).await.unwrap();
    let claimed = jobs.claim_jobs(&[JobKind::Recommend], dead, now, now + Duration::from_secs(30), 10).await.unwrap();
    assert!(claimed.iter().any(|job| job.task == Task::recommend()), "{claimed:?}");
    let store = Some(app.stop(Duration::ZERO).await);
    let next = TestApp::with(Options { store, recommendations: Some(recommending()), ..Options::default() }).await;
    assert_eq!(next.app.recommendations.version(), None);
    next.clock.advance(Duration::from_secs(120));
    next.recommends().await;
    assert!(next.app.recommendations.version().is_some());
    // What the dead one says afterwards is not heard: its version is taken.
    let head = next.store.stores().snapshots.newest_snapshot().await.unwrap().unwrap();
    let late = next.store.stores().snapshots.keep_snapshot(&head, b"late").await;
    assert!(late.is_err());
}

#[tokio::test]
async fn whoever_leaves_is_unlearned() {
    let app = recommender().await;
    let crowd = Crowd::of(&app);
    let (one, two) = (crowd.character("one", &["a"]).await, crowd.character("two", &["b"]).await);
    let leaver = app.person("leaver").await;
    for id in [one, two] {
        react(&leaver, &id.to_string(), "like").await;
    }
    app.recommends().await;
    let aya = app.person("aya").await;
    let trending = async || ids(&aya.ask("GET /characters/trending").await.with(200)).len();
    assert_eq!(trending().await, 2);
    leaver.good(Method::DELETE, "/users/me", Some(json!({"password": testkit::app::PASSWORD}))).await;
    app.recommends().await;
    assert_eq!(trending().await, 0, "nobody else likes them");
}

#[tokio::test]
async fn many_that_are_put_away_make_no_list_short() {
    let app = recommender().await;
    let crowd = Crowd::of(&app);
    let mut liked = Vec::new();
    for n in 0..20 {
        liked.push(crowd.character(&format!("liked {n}"), &["sea"]).await);
    }
    let late = crowd.character("late", &["sea"]).await;
    for _ in 0..2 {
        crowd.likes(crowd.person().await, &liked).await;
    }
    crowd.likes(crowd.person().await, &[late]).await;
    app.recommends().await;
    let aya = app.person("aya").await;
    for id in &liked {
        aya.ask(&format!("PUT /characters/{id}/hidden")).await.with(200);
    }
    assert_eq!(ids(&aya.ask("GET /characters/trending?limit=1").await.with(200)), [late.to_string()]);
    let similar = ids(&aya.ask(&format!("GET /characters/{}/similar?limit=1", liked[0])).await.with(200));
    assert_eq!(similar, [late.to_string()]);
}
