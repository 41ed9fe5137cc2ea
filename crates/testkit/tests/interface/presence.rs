//! Who is here, told to friends as it happens: to those who may know, and to nobody else.

use std::time::Duration;

use domain::ids::UserId;
use serde_json::{Value, json};
use service::social::SocialConfig;
use testkit::app::{Options, id};
use testkit::nodes::NodeOptions;
use testkit::socket::Next;
use testkit::{Person, Socket, TestApp, TestCluster};

use crate::groups::befriend;

async fn user_id(person: &Person<'_>) -> UserId {
    id(&person.get("/users/me").await).parse().unwrap()
}

async fn watching(person: &Person<'_>) -> Socket {
    let mut socket = person.socket().await;
    socket.hears_of_presence = true;
    socket
}

/// The next that is told of whoever is here: who, and whether they are.
async fn told(socket: &mut Socket) -> (UserId, Option<bool>) {
    let frame = socket.expect("presence").await;
    (frame["user_id"].as_str().unwrap().parse().unwrap(), frame["online"].as_bool())
}

/// Nothing of presence comes within a while; generously longer than it takes.
async fn silent(socket: &mut Socket) {
    while let Some(next) = socket.within(Duration::from_millis(600)).await {
        let Next::Frame(frame) = next else { panic!("it closed") };
        assert_ne!(frame["type"], "presence", "{frame}");
    }
}

async fn shows(person: &Person<'_>, audience: &str) {
    person.tell("PATCH /users/me/profile", json!({"privacy": {"presence": audience}})).await.with(200);
}

async fn online(viewer: &Person<'_>, handle: &str) -> Value {
    viewer.get(&format!("/people/{handle}")).await["person"]["online"].clone()
}

#[tokio::test]
async fn friends_hear_who_comes_and_who_went_and_nobody_else_does() {
    let app = TestApp::start().await;
    let (aya, ren, fan, muter) =
        (app.person("aya").await, app.person("ren").await, app.person("fan").await, app.person("muter").await);
    let a = user_id(&aya).await;
    befriend(&aya, &ren).await;
    befriend(&aya, &muter).await;
    fan.ask("PUT /people/aya/follow").await.with(200);
    muter.ask("PUT /people/aya/mute").await.with(204);
    // Of whom everybody may know, friends are told, and others who look.
    shows(&aya, "everyone").await;
    let mut friend = watching(&ren).await;
    let mut others = [watching(&fan).await, watching(&muter).await];
    let first = aya.socket().await;
    assert_eq!(told(&mut friend).await, (a, Some(true)));
    assert_eq!((online(&ren, "aya").await, online(&fan, "aya").await), (json!(true), json!(true)));
    // A second device is no news, nor that one of two went.
    let second = app.sign_in("aya").await.socket().await;
    drop(first);
    silent(&mut friend).await;
    drop(second);
    assert_eq!(told(&mut friend).await, (a, Some(false)));
    assert_eq!(online(&ren, "aya").await, json!(false));
    for socket in &mut others {
        silent(socket).await;
    }
    // It goes both ways, and not back to oneself.
    let mut hers = watching(&aya).await;
    assert_eq!(told(&mut friend).await, (a, Some(true)));
    drop(friend);
    assert_eq!(told(&mut hers).await, (user_id(&ren).await, Some(false)));
    silent(&mut hers).await;
}

#[tokio::test]
async fn who_blinks_was_never_gone() {
    let social = SocialConfig { told_after: Duration::ZERO, gone_after: Duration::from_secs(2) };
    let app = TestApp::with(Options { social: Some(social), ..Options::default() }).await;
    let (aya, ren) = (app.person("aya").await, app.person("ren").await);
    befriend(&aya, &ren).await;
    let mut friend = watching(&ren).await;
    let mut hers = aya.socket().await;
    assert_eq!(told(&mut friend).await.1, Some(true));
    for _ in 0..5 {
        drop(hers);
        hers = aya.socket().await;
    }
    silent(&mut friend).await;
    drop(hers);
    silent(&mut friend).await;
    assert_eq!(told(&mut friend).await.1, Some(false));
}

#[tokio::test]
async fn who_shows_it_no_more_is_hidden_at_once_and_comes_and_goes_unseen() {
    let app = TestApp::start().await;
    let (aya, ren) = (app.person("aya").await, app.person("ren").await);
    let a = user_id(&aya).await;
    befriend(&aya, &ren).await;
    let mut friend = watching(&ren).await;
    let hers = aya.socket().await;
    assert_eq!(told(&mut friend).await, (a, Some(true)));
    shows(&aya, "nobody").await;
    assert_eq!(told(&mut friend).await, (a, None));
    assert_eq!(online(&ren, "aya").await, Value::Null);
    drop(hers);
    silent(&mut friend).await;
    let hers = aya.socket().await;
    silent(&mut friend).await;
    shows(&aya, "friends").await;
    assert_eq!(told(&mut friend).await, (a, Some(true)));
    drop(hers);
    assert_eq!(told(&mut friend).await, (a, Some(false)));
    // A change of something else tells nothing.
    aya.tell("PATCH /users/me/profile", json!({"privacy": {"profile": "nobody"}})).await.with(200);
    silent(&mut friend).await;
    // Who is kept out does not seem to be here for ever.
    let admin = app.admin("boss").await;
    let _hers = aya.socket().await;
    assert_eq!(told(&mut friend).await, (a, Some(true)));
    admin.tell(&format!("PUT /admin/people/{a}/disabled"), json!({})).await.with(200);
    assert_eq!(told(&mut friend).await, (a, None));
}

#[tokio::test]
async fn a_block_ends_it_at_once_also_for_what_was_on_its_way() {
    let social = SocialConfig { told_after: Duration::ZERO, gone_after: Duration::from_millis(400) };
    for blocks in ["aya", "ren"] {
        let app = TestApp::with(Options { social: Some(social), ..Options::default() }).await;
        let (aya, ren) = (app.person("aya").await, app.person("ren").await);
        befriend(&aya, &ren).await;
        let mut friend = watching(&ren).await;
        let hers = aya.socket().await;
        assert_eq!(told(&mut friend).await.1, Some(true));
        // She goes, and before friends hear of it one of the two has had enough.
        drop(hers);
        let (by, of) = if blocks == "aya" { (&aya, "ren") } else { (&ren, "aya") };
        by.ask(&format!("PUT /people/{of}/block")).await.with(204);
        silent(&mut friend).await;
        let hers = aya.socket().await;
        silent(&mut friend).await;
        by.ask(&format!("DELETE /people/{of}/block")).await.with(204);
        drop(hers);
        silent(&mut friend).await;
    }
}

#[tokio::test]
async fn a_friendship_that_ends_ends_what_is_told() {
    let app = TestApp::start().await;
    let (aya, ren) = (app.person("aya").await, app.person("ren").await);
    befriend(&aya, &ren).await;
    let mut friend = watching(&ren).await;
    let hers = aya.socket().await;
    assert_eq!(told(&mut friend).await.1, Some(true));
    aya.ask("DELETE /people/ren/friend").await.with(200);
    drop(hers);
    silent(&mut friend).await;
}

#[tokio::test]
async fn friends_at_other_nodes_hear_it_and_who_is_at_two_nodes_is_gone_when_both_are() {
    let Some(cluster) = TestCluster::redis("presence").await else { return };
    let (a, b) = cluster.pair();
    let (aya, ren) = (a.person("aya").await, b.person("ren").await);
    befriend(&aya, &ren).await;
    let id = user_id(&aya).await;
    let mut friend = watching(&ren).await;
    let near = aya.socket().await;
    assert_eq!(told(&mut friend).await, (id, Some(true)));
    let far = b.sign_in("aya").await.socket().await;
    // The other node may say so once more; nobody says that she went.
    drop(near);
    while let Some(Next::Frame(frame)) = friend.within(Duration::from_millis(800)).await {
        assert!(frame["type"] != "presence" || frame["online"] == true, "{frame}");
    }
    assert_eq!(online(&ren, "aya").await, true);
    drop(far);
    assert_eq!(told(&mut friend).await, (id, Some(false)));
}

#[tokio::test]
async fn who_was_at_a_node_that_died_is_gone_unless_they_came_back_at_another() {
    let silence = Some(Duration::from_secs(2));
    let options = NodeOptions { silence, ..NodeOptions::default() };
    let Some(mut cluster) = TestCluster::redis_with("presence of a dead node", options).await else { return };
    let dying = cluster.nodes.remove(0);
    let b = &cluster.nodes[0];
    let (aya, kai, ren) = (dying.person("aya").await, dying.person("kai").await, b.person("ren").await);
    befriend(&aya, &ren).await;
    befriend(&kai, &ren).await;
    let gone = user_id(&aya).await;
    let mut friend = watching(&ren).await;
    let mut sockets = Vec::new();
    for person in [&aya, &kai] {
        sockets.push(person.socket().await);
        assert_eq!(told(&mut friend).await.1, Some(true));
    }
    dying.crash().await;
    let _back = b.sign_in("kai").await.socket().await;
    // That somebody is here may be said twice, and never that kai went.
    loop {
        match told(&mut friend).await {
            (_, Some(true)) => {}
            told => {
                assert_eq!(told, (gone, Some(false)));
                break;
            }
        }
    }
    silent(&mut friend).await;
}
