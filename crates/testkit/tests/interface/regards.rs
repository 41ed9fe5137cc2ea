//! What people tell of what they do with characters, and what they make of them: kept once, theirs, and taken along.

use std::time::Duration;

use domain::recommendations::RecommendationEventType;
use reqwest::Method;
use serde_json::{Value, json};
use store::recommendations::{Acquaintance, Recall};
use testkit::app::{Options, PASSWORD, recommending};
use testkit::talk::Talk;
use testkit::{Person, TestApp};

const ALL: Recall = Recall { until: None, signals: 1_000, shown: 1_000, settled: 1_000 };

fn event(id: &str, kind: &str, character: &str) -> Value {
    json!({"event_id": id, "kind": kind, "character_id": character})
}

async fn tell(person: &Person<'_>, events: Vec<Value>) -> testkit::http::Answer {
    person.tell("POST /recommendations/events", json!({"events": events})).await
}

async fn known(app: &TestApp, person: &Person<'_>) -> Acquaintance {
    let me = person.get("/users/me").await["id"].as_str().unwrap().parse().unwrap();
    app.store.stores().tastes.acquaintance(me, ALL).await.unwrap()
}

async fn kinds(app: &TestApp, person: &Person<'_>) -> Vec<RecommendationEventType> {
    known(app, person).await.events.iter().map(|event| event.kind).collect()
}

fn counts(answer: &Value) -> (u64, u64, Vec<(&str, &str)>) {
    let refused = answer["refused"].as_array().unwrap().iter();
    let refused = refused.map(|one| (one["event_id"].as_str().unwrap(), one["reason"].as_str().unwrap()));
    (answer["kept"].as_u64().unwrap(), answer["repeated"].as_u64().unwrap(), refused.collect())
}

#[tokio::test]
async fn an_event_is_kept_once_and_only_of_whom_one_can_see() {
    let app = TestApp::start().await;
    let (aya, ben) = (app.person("aya").await, app.person("ben").await);
    let (public, secret) = (ben.character("public").await, ben.character("private").await);
    let batch = vec![
        event("a", "impression", &public),
        json!({"event_id": "b", "kind": "click", "character_id": public, "surface": "trending", "at": "2026-04-06T08:00:00Z"}),
        event("a", "impression", &public),
        event("c", "click", &secret),
        event("d", "click", "chr_018f0000000070008000000000000001"),
        event("e", "message_sent", &public),
        event("f", "share", &public),
    ];
    let first = tell(&aya, batch.clone()).await.with(200);
    let refused = vec![("e", "told_by_server"), ("c", "not_found"), ("d", "not_found")];
    assert_eq!(counts(&first), (3, 1, refused.clone()));
    let again = tell(&aya, batch).await.with(200);
    assert_eq!(counts(&again), (0, 4, refused));
    assert_eq!(
        kinds(&app, &aya).await,
        [RecommendationEventType::Impression, RecommendationEventType::Click, RecommendationEventType::Share]
    );
    let known = known(&app, &aya).await;
    assert_eq!(known.events[1].at, time::macros::datetime!(2026-04-06 08:00 UTC));
    // Time is believed within a week.
    let wild = |id: &str, at: &str| json!({"event_id": id, "kind": "click", "character_id": public, "at": at});
    tell(&aya, vec![wild("g", "1970-01-01T00:00:00Z"), wild("h", "2999-01-01T00:00:00Z")]).await.with(200);
    let times = self::known(&app, &aya).await.events.iter().map(|event| event.at).collect::<Vec<_>>();
    let day = time::Duration::DAY;
    let (oldest, newest) = (times.iter().min().unwrap(), times.iter().max().unwrap());
    assert!(*newest - *oldest > 6 * day && *newest - *oldest <= 8 * day, "{times:?}");
    assert_eq!(kinds(&app, &ben).await, [RecommendationEventType::Click; 0], "and nobody else did it");
}

#[tokio::test]
async fn a_wrong_batch_is_refused_as_a_whole() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let character = aya.character("public").await;
    let one = |id: &str| event(id, "click", &character);
    assert_eq!(tell(&aya, vec![]).await.fields(), ["events"]);
    assert_eq!(tell(&aya, (0..101).map(|n| one(&format!("e{n}"))).collect()).await.fields(), ["events"]);
    let bad = vec![one("fine"), one(""), one("a b"), one(&"x".repeat(65)), one(":mine")];
    let fields = ["events.1.event_id", "events.2.event_id", "events.3.event_id", "events.4.event_id"];
    assert_eq!(tell(&aya, bad).await.fields(), fields);
    assert_eq!(tell(&aya, vec![event("a", "stare", &character)]).await.fields(), ["events[0].kind"]);
    let elsewhere = json!({"event_id": "a", "kind": "click", "character_id": character, "surface": "moon"});
    assert_eq!(tell(&aya, vec![elsewhere]).await.fields(), ["events[0].surface"]);
    assert_eq!(kinds(&app, &aya).await, [RecommendationEventType::Click; 0]);
    assert_eq!(counts(&tell(&aya, (0..100).map(|n| one(&format!("e{n}"))).collect()).await.with(200)), (1, 99, vec![]));
}

#[tokio::test]
async fn whoever_tells_too_often_waits() {
    let mut config = recommending();
    config.batches.burst = 3;
    config.batches.per = Duration::from_secs(3_600);
    config.changes.burst = 2;
    config.changes.per = Duration::from_secs(3_600);
    let app = TestApp::with(Options { recommendations: Some(config), ..Options::default() }).await;
    let (aya, ben) = (app.person("aya").await, app.person("ben").await);
    let character = ben.character("public").await;
    for n in 0..3 {
        tell(&aya, vec![event(&format!("e{n}"), "click", &character)]).await.with(200);
    }
    let refused = tell(&aya, vec![event("e4", "click", &character)]).await;
    assert!(refused.header("retry-after").parse::<u64>().unwrap() > 0);
    refused.problem(429, "rate_limited");
    tell(&ben, vec![event("e1", "click", &character)]).await.with(200);
    let hide = format!("PUT /characters/{character}/hidden");
    aya.ask(&hide).await.with(200);
    aya.ask(&hide).await.with(200);
    aya.ask(&hide).await.problem(429, "rate_limited");
}

#[tokio::test]
async fn the_server_tells_of_chats_itself_and_once_a_day() {
    let app = TestApp::with(Options { recommendations: Some(recommending()), ..Options::default() }).await;
    let aya = app.person("aya").await;
    let mut talk = Talk::begin(&aya).await;
    for n in 0..3 {
        talk.say(&format!("Hello for the {n}th time.")).await;
    }
    let wanted = [RecommendationEventType::ChatStarted, RecommendationEventType::MessageSent];
    for _ in 0..500 {
        if kinds(&app, &aya).await == wanted {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    app.clock.advance(Duration::from_secs(86_400));
    let aya = app.sign_in("aya").await;
    let path = talk.messages.clone();
    aya.tell(&format!("POST {path}"), json!({"client_message_id": "next-day", "content": "Good morning."}))
        .await
        .with(202);
    // Told at the end at the latest.
    let store = app.stop(Duration::from_secs(5)).await;
    let app = TestApp::with(Options { store: Some(store), ..Options::default() }).await;
    let aya = app.sign_in("aya").await;
    let all = [
        RecommendationEventType::ChatStarted,
        RecommendationEventType::MessageSent,
        RecommendationEventType::MessageSent,
    ];
    assert_eq!(kinds(&app, &aya).await, all);
}

#[tokio::test]
async fn the_server_tells_who_is_followed_itself_and_only_what_is_news() {
    let app = TestApp::with(Options { recommendations: Some(recommending()), ..Options::default() }).await;
    let (aya, ben) = (app.person("aya").await, app.person("ben").await);
    let (rin, kai) = (ben.character("public").await, ben.character("public").await);
    let told = tell(&aya, vec![event("a", "follow", &rin), event("b", "unfollow", &rin)]).await.with(200);
    assert_eq!(counts(&told), (0, 0, vec![("a", "told_by_server"), ("b", "told_by_server")]));
    let call = |method: &str, character: &str| format!("{method} /characters/{character}/follow");
    // She is not followed: there is nothing to leave, and that is no news.
    aya.ask(&call("DELETE", &kai)).await.with(200);
    for _ in 0..2 {
        aya.ask(&call("PUT", &rin)).await.with(200);
    }
    aya.ask(&call("PUT", &kai)).await.with(200);
    for _ in 0..2 {
        aya.ask(&call("DELETE", &kai)).await.with(200);
    }
    // Told at the end at the latest.
    let store = app.stop(Duration::from_secs(5)).await;
    let app = TestApp::with(Options { store: Some(store), ..Options::default() }).await;
    let aya = app.sign_in("aya").await;
    let known = known(&app, &aya).await;
    let seen = |character: &str| {
        let of = known.events.iter().filter(|event| event.character.to_string() == character);
        of.map(|event| event.kind).collect::<Vec<_>>()
    };
    assert_eq!(
        (seen(&rin), seen(&kai)),
        (
            vec![RecommendationEventType::Follow],
            vec![RecommendationEventType::Follow, RecommendationEventType::Unfollow]
        )
    );
}

#[tokio::test]
async fn of_ten_likes_at_once_one_counts() {
    let app = TestApp::start().await;
    let (aya, ben) = (app.person("aya").await, app.person("ben").await);
    let character = ben.character("public").await;
    let path = format!("/characters/{character}/reaction");
    let like = || aya.good(Method::PUT, &path, Some(json!({"reaction": "like"})));
    let answers = futures_util::future::join_all((0..10).map(|_| like())).await;
    let liked = json!({"likes": 1, "reaction": "like", "hidden": false});
    assert!(answers.iter().all(|answer| *answer == liked), "{answers:?}");
    assert_eq!(kinds(&app, &aya).await, [RecommendationEventType::Like]);
    // A batch that says the same says nothing, and the maker may like her, too.
    assert_eq!(counts(&tell(&aya, vec![event("x", "like", &character)]).await.with(200)), (0, 1, vec![]));
    ben.tell(&format!("PUT {path}"), json!({"reaction": "like"})).await.with(200);
    let seen = aya.get(&format!("/characters/{character}")).await;
    assert_eq!((seen["likes"].as_u64(), &seen["reaction"], &seen["hidden"]), (Some(2), &json!("like"), &json!(false)));
    let listed = &ben.get("/characters").await["items"][0];
    assert_eq!((listed["likes"].as_u64(), &listed["reaction"]), (Some(2), &json!("like")));
    // The other way, and back.
    let disliked = aya.tell(&format!("PUT {path}"), json!({"reaction": "dislike"})).await.with(200);
    assert_eq!(disliked, json!({"likes": 1, "reaction": "dislike", "hidden": false}));
    let neither = aya.ask(&format!("DELETE {path}")).await.with(200);
    assert_eq!(neither, json!({"likes": 1, "reaction": null, "hidden": false}));
    assert_eq!(aya.ask(&format!("DELETE {path}")).await.with(200), neither);
    assert_eq!(aya.tell(&format!("PUT {path}"), json!({"reaction": "love"})).await.fields(), ["reaction"]);
}

#[tokio::test]
async fn what_one_cannot_see_one_cannot_like_but_take_back() {
    let app = TestApp::start().await;
    let (aya, ben) = (app.person("aya").await, app.person("ben").await);
    let character = ben.character("unlisted").await;
    let hidden = format!("/characters/{character}/hidden");
    aya.ask(&format!("PUT {hidden}")).await.with(200);
    ben.tell(&format!("PATCH /characters/{character}"), json!({"visibility": "private"})).await.with(200);
    let reaction = format!("/characters/{character}/reaction");
    aya.tell(&format!("PUT {reaction}"), json!({"reaction": "like"})).await.problem(404, "not_found");
    aya.ask(&format!("PUT {hidden}")).await.problem(404, "not_found");
    assert_eq!(aya.ask(&format!("DELETE {hidden}")).await.with(200)["hidden"], json!(false));
    aya.ask("PUT /characters/chr_018f0000000070008000000000000001/hidden").await.problem(404, "not_found");
    aya.ask("DELETE /characters/chr_018f0000000070008000000000000001/hidden").await.problem(404, "not_found");
    for path in ["/recommendations", "/recommendations/tastes", "/characters/trending"] {
        app.ask(&format!("GET {path}")).await.problem(401, "unauthenticated");
    }
}

#[tokio::test]
async fn an_account_takes_along_what_it_told() {
    let app = TestApp::start().await;
    let (aya, ben) = (app.person("aya").await, app.person("ben").await);
    let character = ben.character("public").await;
    for person in [&aya, &ben] {
        person.tell(&format!("PUT /characters/{character}/reaction"), json!({"reaction": "like"})).await.with(200);
        tell(person, vec![event("a", "click", &character)]).await.with(200);
    }
    aya.tell("PUT /recommendations/tastes", json!({"tags": ["Sea", "sea", " tea "]})).await.with(200);
    assert_eq!(aya.get("/recommendations/tastes").await, json!({"tags": ["sea", "tea"]}));
    assert_eq!(aya.tell("PUT /recommendations/tastes", json!({"tags": ["x".repeat(41)]})).await.fields(), ["tags.0"]);
    let me = aya.get("/users/me").await["id"].as_str().unwrap().parse().unwrap();
    aya.tell("DELETE /users/me", json!({"password": PASSWORD})).await.with(204);
    let left = app.store.stores().tastes.acquaintance(me, ALL).await.unwrap();
    assert_eq!((left.events, left.settled, left.tags), (vec![], vec![], vec![]));
    assert_eq!(ben.get(&format!("/characters/{character}")).await["likes"], json!(1));
    assert_eq!(kinds(&app, &ben).await, [RecommendationEventType::Like, RecommendationEventType::Click]);
}
