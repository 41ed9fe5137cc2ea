//! What of an account belongs to others as well, on its way from one server to another: chats that several share, moments, blocks, and
//! those one liked to meet.

use std::time::Duration;

use domain::ids::{EntityId, MomentId};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::app::id;
use testkit::faults::When;
use testkit::http::{png, send};
use testkit::{Person, TestApp};

use crate::groups::{befriend, character, user_id};
use crate::moments_privacy::crowded;
use crate::takeout::{MANIFEST, archive, bring, export};

fn counts(came: &Value) -> [u64; 4] {
    ["sessions", "moments", "shunned", "known"].map(|key| came[key].as_u64().unwrap())
}

async fn says(person: &Person<'_>, session: &str, content: &str) -> String {
    let body = json!({"client_message_id": content.replace(' ', "-"), "content": content});
    id(&person.post(&format!("/sessions/{session}/messages"), body).await["message"])
}

async fn words(person: &Person<'_>, session: &str) -> Vec<(String, String)> {
    let told = |message: &Value, key: &str| message[key].as_str().unwrap().to_owned();
    person.messages(session).await.iter().map(|message| (told(message, "role"), told(message, "content"))).collect()
}

fn told(words: &[(&str, &str)]) -> Vec<(String, String)> {
    words.iter().map(|(role, content)| ((*role).to_owned(), (*content).to_owned())).collect()
}

/// The sessions of somebody, by their titles.
async fn titled(person: &Person<'_>, title: &str) -> Value {
    let sessions = person.get("/sessions").await;
    let found = sessions["items"].as_array().unwrap().iter().find(|one| one["title"] == title);
    found.unwrap_or_else(|| panic!("{title} is not in {sessions}")).clone()
}

/// Somebody with a group, a direct chat, a moment and people, and the archive of all that.
async fn left(here: &TestApp) -> Vec<u8> {
    let (aya, ben, foe) = (here.person("aya").await, here.person("ben").await, here.person("foe").await);
    let (mute, star) = (here.person("mute").await, here.person("star").await);
    befriend(&aya, &ben).await;
    let mira = character(&aya, "Mira", "private").await;
    let new =
        json!({"title": "Harbour", "people": [user_id(&ben).await], "characters": [mira], "reply_mode": "manual"});
    let group = id(&aya.post("/groups", new).await);
    ben.ask(&format!("POST /sessions/{group}/join")).await.with(200);
    says(&aya, &group, "Is anybody here").await;
    says(&ben, &group, "I am").await;
    let reply = id(&aya.post(&format!("/sessions/{group}/replies"), json!({"character_id": mira})).await["reply"]);
    for _ in 0..500 {
        if aya.get(&format!("/sessions/{group}/messages/{reply}")).await["status"] == "complete" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let gone = says(&ben, &group, "Something unkind").await;
    ben.ask(&format!("DELETE /sessions/{group}/messages/{gone}")).await.with(204);
    let direct = id(&ben.post("/direct-sessions", json!({"user_id": user_id(&aya).await})).await);
    says(&ben, &direct, "Between us").await;
    says(&aya, &direct, "Yes").await;
    let upload = aya.request(Method::POST, "/media").header("content-type", "image/png").body(png(30, 20));
    let image = id(&send(upload).await.with(201));
    let new = json!({"client_moment_id": "a", "text": "The sea", "image_ids": [image], "visibility": "public", "characters_may_comment": false});
    let moment = id(&aya.post("/moments", new).await);
    aya.post("/moments", json!({"client_moment_id": "b", "text": "For myself", "visibility": "private"})).await;
    ben.ask(&format!("PUT /moments/{moment}/like")).await.with(200);
    ben.post(&format!("/moments/{moment}/comments"), json!({"text": "Ben was here"})).await;
    aya.post(&format!("/moments/{moment}/comments"), json!({"text": "And I"})).await;
    aya.ask("PUT /people/foe/block").await.with(204);
    aya.ask("PUT /people/mute/mute").await.with(204);
    aya.ask("PUT /people/star/follow").await.with(200);
    let profile = json!({"bio": "Tea and rain.", "privacy": {"presence": "nobody", "friends": "everyone"}});
    aya.tell("PATCH /users/me/profile", profile).await.with(200);
    let portrait = aya.request(Method::PUT, "/users/me/avatar").header("content-type", "image/png").body(png(60, 60));
    send(portrait).await.with(200);
    drop((foe, mute, star));
    let archive = export(&aya).await;
    // At home all of it is there.
    assert_eq!(counts(&bring(&aya, archive.clone()).await.with(200)), [0, 0, 0, 5]);
    archive
}

#[tokio::test]
async fn what_is_shared_comes_in_as_far_as_it_is_ones_own() {
    let (here, there) = (TestApp::start().await, TestApp::start().await);
    let archive = left(&here).await;
    there.clock.advance(Duration::from_secs(60));
    // Others of the same names; one is nobody whom she sees.
    let (ben, foe, mute, star) =
        (there.person("ben").await, there.person("foe").await, there.person("mute").await, there.person("star").await);
    let mia = there.person("mia").await;
    let mut socket = ben.socket().await;
    let came = bring(&mia, archive.clone()).await.with(200);
    assert_eq!(counts(&came), [2, 2, 2, 0], "{came}");
    let refused: Vec<&Value> = came["not_taken"].as_array().unwrap().iter().map(|one| &one["path"]).collect();
    assert_eq!(refused, ["social/profile.json"], "what shows more than is usual");
    // Chats are copies to read, with the names of those who spoke; what was taken back is in no archive.
    let group = titled(&mia, "Harbour").await;
    assert_eq!(
        (&group["kind"], &group["character"]["name"], &group["character"]["deleted"]),
        (&json!("solo"), &json!("Harbour"), &json!(true))
    );
    let said = words(&mia, &id(&group)).await;
    assert_eq!(said[..2], told(&[("user", "Is anybody here"), ("character", "ben: I am")]));
    assert!(said[2].1.starts_with("Mira: ") && said.len() == 3, "{said:?}");
    let direct = titled(&mia, "ben").await;
    assert_eq!(words(&mia, &id(&direct)).await, told(&[("character", "Between us"), ("user", "Yes")]));
    for copy in [&group, &direct] {
        let path = format!("POST /sessions/{}/messages", id(copy));
        let on = json!({"client_message_id": "on", "content": "Go on"});
        mia.tell(&path, on).await.problem(409, "character_unavailable");
    }
    assert_eq!(mia.get("/characters?mine=true").await["items"].as_array().unwrap().len(), 1, "Mira alone");
    for other in [&ben, &star] {
        other.ask(&format!("GET /sessions/{}", id(&group))).await.problem(404, "not_found");
    }
    // Moments with image, circle, time and one's own words.
    let moments = mia.get("/people/mia/moments").await;
    let texts: Vec<&Value> = moments["items"].as_array().unwrap().iter().map(|one| &one["text"]).collect();
    assert_eq!(texts, ["For myself", "The sea"]);
    let sea = &moments["items"][1];
    assert_eq!((&sea["visibility"], &sea["likes"], &sea["comments"]), (&json!("public"), &json!(0), &json!(1)));
    assert_eq!((&sea["images"][0]["width"], &sea["characters_may_comment"]), (&json!(30), &json!(false)));
    let at = sea["created_at"].as_str().unwrap();
    assert!(at < mia.get("/users/me").await["created_at"].as_str().unwrap(), "it was posted before: {at}");
    let comments = ben.get(&format!("/moments/{}/comments", id(sea))).await;
    assert_eq!((&comments["items"][0]["text"], comments["items"].as_array().unwrap().len()), (&json!("And I"), 1));
    ben.ask(&format!("GET /moments/{}", id(&moments["items"][0]))).await.problem(404, "not_found");
    assert_eq!(
        ben.ask(&format!(
            "GET {}",
            ben.get(&format!("/moments/{}", id(sea))).await["images"][0]["url"]
                .as_str()
                .unwrap()
                .trim_start_matches("/api/v1")
        ))
        .await
        .status,
        200
    );
    // Who was blocked is; who was a friend or followed is named, and hears nothing.
    foe.ask("GET /people/mia").await.problem(404, "not_found");
    assert_eq!(mia.get("/users/me/muted").await["items"][0]["person"]["handle"], "mute");
    let known: Vec<(&str, &str)> = came["people"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["handle"].as_str().unwrap(), one["was"].as_str().unwrap()))
        .collect();
    assert_eq!(known, [("ben", "friend"), ("star", "followed")]);
    assert_eq!(came["people"][0]["user_id"], user_id(&ben).await);
    for direction in ["incoming", "outgoing"] {
        assert_eq!(mia.get(&format!("/users/me/friend-requests?direction={direction}")).await["items"], json!([]));
    }
    assert_eq!(star.get("/people/star/followers").await["items"], json!([]));
    socket.send(json!({"type": "ping"})).await;
    assert_eq!(socket.until("pong").await.iter().filter(|frame| frame["type"] == "friends.changed").count(), 0);
    // Of her profile what hides, and what she had not said.
    let profile = mia.get("/users/me/profile").await;
    assert_eq!(
        (&profile["about"]["bio"], &profile["privacy"]["presence"]),
        (&json!("Tea and rain."), &json!("nobody")),
        "{profile}"
    );
    assert_eq!(profile["privacy"]["friends"], "friends");
    assert!(profile["person"]["avatar_url"].is_string());

    // Once more makes nothing twice, and what was deleted since stays deleted.
    mia.ask(&format!("DELETE /moments/{}", id(sea))).await.with(204);
    mia.tell("PATCH /users/me/profile", json!({"bio": "Something else."})).await.with(200);
    let again = bring(&mia, archive.clone()).await.with(200);
    assert_eq!(counts(&again), [0, 0, 0, 5], "{again}");
    assert_eq!(mia.get("/people/mia/moments").await["items"].as_array().unwrap().len(), 1);
    assert_eq!(mia.get("/users/me/profile").await["about"]["bio"], "Something else.");
    drop(mute);
}

#[tokio::test]
async fn an_import_that_breaks_off_anywhere_is_whole_when_it_is_brought_again() {
    // Somebody brings it for each call that fails.
    let (here, there) = (TestApp::start().await, crowded().await);
    let archive = left(&here).await;
    there.clock.advance(Duration::from_secs(60));
    for handle in ["ben", "foe", "mute", "star"] {
        there.person(handle).await;
    }
    let mut broken = 0;
    for (n, when) in (0..60).flat_map(|n| [(n, When::Before), (n, When::After)]) {
        let person = there.person(&format!("p{n}{}", u8::from(when == When::After))).await;
        there.faults.fail_call(n, when);
        let first = bring(&person, archive.clone()).await;
        let happened = there.faults.happened();
        there.faults.heal();
        if first.status != 200 {
            broken += 1;
            bring(&person, archive.clone()).await.with(200);
        }
        let copies = person.get("/sessions").await;
        let copies = copies["items"].as_array().unwrap();
        assert!(copies.iter().all(|one| one["character"]["deleted"] == true), "{n} {when:?}: {copies:?}");
        let mut lengths = Vec::new();
        for copy in copies {
            lengths.push(words(&person, &id(copy)).await.len());
        }
        lengths.sort_unstable();
        assert_eq!(lengths, [2, 3], "{n} {when:?}");
        assert_eq!(
            person.get(&format!("/people/{}/moments", user_id(&person).await)).await["items"].as_array().unwrap().len(),
            2
        );
        if !happened {
            break;
        }
    }
    assert!(broken > 4, "only {broken} broke off");
}

#[tokio::test]
async fn a_hostile_archive_posts_nothing_it_should_not() {
    let app = TestApp::start().await;
    let (aya, ren) = (app.person("aya").await, app.person("ren").await);
    let moment = |n: u32, visibility: &str, more: &str| {
        let id = format!("mom_018f000000007000800000000000{n:04}");
        format!(r#"{{"id":"{id}","visibility":"{visibility}","created_at":1,"text":"T"{more}}}"#)
    };
    let far = MomentId::from(uuid::Uuid::from_u128(u128::MAX));
    let lines = [
        moment(1, "sideways", ""),
        moment(2, "public", r#","images":["../../etc/passwd"]"#),
        moment(3, "public", r#","images":["social/images/none.png"]"#),
        format!(r#"{{"id":"{}_{}","visibility":"public","created_at":1,"text":"For ever first"}}"#, MomentId::PREFIX, far.0.simple()),
        "{".to_owned(),
        format!(r#"{{"id":"mom_018f0000000070008000000000000005","visibility":"public","created_at":1,"text":"{}"}}"#, "x".repeat(4_001)),
        r#"{"id":"mom_018f0000000070008000000000000006","visibility":"friends","created_at":99999999999999999,"text":"Late","comments":[{"id":"cmt_018f0000000070008000000000000001","text":"","created_at":1}]}"#.to_owned(),
    ];
    let shared = r#"{"id":"ses_018f0000000070008000000000000002","title":"\u0007","with":["<b>"],"created_at":-5,"last_message_at":99999999999999999}"#;
    let said = r#"{"id":"msg_018f0000000070008000000000000003","mine":false,"name":"","content":"Hi","created_at":1}
        {"id":"msg_018f0000000070008000000000000003","mine":true,"name":"","content":"Twice","created_at":1}
        {"id":"msg_018f0000000070008000000000000004","mine":false,"name":"Ben\n","content":"Oh","created_at":1}"#;
    let me = user_id(&aya).await;
    let people = format!(
        r#"[{{"id":"{me}","handle":"aya"}},{{"id":"usr_018f0000000070008000000000000001","handle":"../REN"}},
        {{"id":"usr_018f0000000070008000000000000001","handle":"ren"}},{{"id":"usr_018f0000000070008000000000000001","handle":"ren"}}]"#
    );
    let came = bring(
        &aya,
        archive(&[
            ("talker.json", MANIFEST),
            ("shared_chats/a/session.json", shared.as_bytes()),
            ("shared_chats/a/messages-0001.jsonl", said.as_bytes()),
            ("shared_chats/b/session.json", b"[]"),
            ("social/moments.jsonl", lines.join("\n").as_bytes()),
            ("social/blocked.json", b"{}"),
            ("social/friends.json", people.as_bytes()),
            ("social/profile.json", br#"{"bio":7}"#),
        ]),
    )
    .await
    .with(200);
    assert_eq!(counts(&came), [1, 3, 0, 0], "{came}");
    let known = came["people"].as_array().unwrap();
    assert_eq!((known.len(), &known[0]["handle"]), (1, &json!("ren")), "{came}");
    let copy = &aya.get("/sessions").await["items"][0];
    assert_eq!(words(&aya, &id(copy)).await, told(&[("character", "Hi"), ("character", "Ben: Oh")]));
    // What has no circle that is known is for nobody else.
    let seen = ren.get("/people/aya/moments").await;
    let texts: Vec<&Value> = seen["items"].as_array().unwrap().iter().map(|one| &one["text"]).collect();
    assert_eq!(texts, ["T"], "{seen}");
    let named = came["not_taken"].to_string();
    for place in [
        "moments.jsonl line 2",
        "moments.jsonl line 4",
        "moments.jsonl line 5",
        "moments.jsonl line 6",
        "images/none.png",
        "blocked.json",
        "profile.json",
        "shared_chats/b",
    ] {
        assert!(named.contains(place), "{place}: {named}");
    }
}
