//! The inbox, over REST and the socket, on one node and on several.

use std::time::{Duration, Instant};

use domain::ids::{MomentId, UserId};
use domain::limits;
use domain::notifications::{News, NotificationKind, Notifier, Subject};
use llm::scripted::{Gate, Script};
use reqwest::Method;
use serde_json::{Value, json};
use testkit::app::{PASSWORD, id};
use testkit::{Person, TestApp, TestCluster};
use uuid::Uuid;

const SECRET: &str = "the lamp is under the third stone";

/// The caller's id.
async fn me(person: &Person<'_>) -> UserId {
    id(&person.get("/users/me").await).parse().unwrap()
}

/// That `by` likes a moment of `user`.
fn like(user: UserId, moment: u128, by: UserId) -> News {
    News {
        user,
        kind: NotificationKind::MomentLiked,
        subject: Subject::Moment(MomentId(Uuid::from_u128(moment))),
        by: Some(Notifier::Person(by)),
        source: format!("like:{moment}:{by}"),
    }
}

async fn list(person: &Person<'_>) -> Vec<Value> {
    person.get("/notifications?limit=100").await["items"].as_array().unwrap().clone()
}

/// The inbox once it holds so many notifications of a kind that all together happened so often.
async fn until(person: &Person<'_>, kind: &str, count: u64) -> Vec<Value> {
    let began = Instant::now();
    loop {
        let mut found = list(person).await;
        found.retain(|notification| notification["kind"] == kind);
        if found.iter().map(|one| one["count"].as_u64().unwrap()).sum::<u64>() == count {
            return found;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "{count} of {kind} did not come: {found:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn say(person: &Person<'_>, session: &str, name: &str) {
    let body = json!({"client_message_id": name, "content": "Where is the lamp?"});
    person.post(&format!("/sessions/{session}/messages"), body).await;
}

#[tokio::test]
async fn a_reply_that_nobody_saw_is_told_and_one_that_somebody_saw_is_not() {
    let app = TestApp::answering(Default::default(), |_| Script::say(SECRET)).await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    say(&aya, &session, "first").await;
    let told = until(&aya, "reply_ready", 1).await.remove(0);
    assert_eq!((told["category"].as_str(), told["read_at"].is_null()), (Some("characters"), true));
    assert_eq!(told["subject"], json!({"kind": "session", "id": session}));
    assert_eq!(told["path"], format!("/chat/{session}"));
    assert_eq!(
        (told["actors"][0]["kind"].as_str(), told["actors"][0]["name"].as_str()),
        (Some("character"), Some("Rin"))
    );
    assert!(!told.to_string().contains(SECRET), "no words of anybody");
    say(&aya, &session, "second").await;
    let again = until(&aya, "reply_ready", 2).await.remove(0);
    assert_eq!((&again["id"], again["actors"].as_array().unwrap().len()), (&told["id"], 1));
    assert!(again["seq"].as_u64() > told["seq"].as_u64());
    // Somebody is here from now on.
    let mut socket = aya.socket().await;
    socket.say(&session, "third", "Where is it?").await;
    socket.expect("reply.completed").await;
    // What would tell it has come to its end with the server.
    app.app.shutdown(Duration::ZERO).await;
    assert_eq!(until(&aya, "reply_ready", 2).await.len(), 1);
}

#[tokio::test]
async fn a_reply_that_was_stopped_or_failed_is_nothing_to_tell() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    let gate = Gate::new();
    app.model.push(Script::new().text("So far").wait(&gate));
    app.model.push(Script::refuse(llm::ModelError::Unavailable("in this test".into())));
    app.model.push(Script::say("There."));
    say(&aya, &session, "first").await;
    gate.reached().await;
    let reply = id(aya.messages(&session).await.last().unwrap());
    aya.post(&format!("/sessions/{session}/messages/{reply}/stop"), json!({})).await;
    say(&aya, &session, "second").await;
    say(&aya, &session, "third").await;
    assert_eq!(until(&aya, "reply_ready", 1).await.len(), 1);
}

#[tokio::test]
async fn what_happens_to_an_account_is_told() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    assert_eq!(aya.get("/notifications/unread").await["unread"], 0, "the first device is no news");
    let laptop = app.sign_in("aya").await;
    let told = until(&aya, "system", 1).await.remove(0);
    assert_eq!(told["subject"], json!({"kind": "account", "id": "new_sign_in"}));
    assert_eq!((told["path"].as_str(), told["actors"].as_array().unwrap().len()), (Some("/settings"), 0));
    let body = json!({"current_password": PASSWORD, "new_password": "another harbour at dusk"});
    assert_eq!(laptop.tell("POST /users/me/password", body).await.status, 204);
    let all = until(&laptop, "system", 2).await;
    assert_eq!(all[0]["subject"]["id"], "password_changed");
}

#[tokio::test]
async fn devices_agree_on_what_is_read() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let (user, by) = (me(&aya).await, me(&app.person("ben").await).await);
    let (mut phone, mut laptop) = (aya.socket().await, aya.socket().await);
    phone.hears_of_notifications = true;
    laptop.hears_of_notifications = true;
    app.app.notifications.tell(&like(user, 1, by)).await.unwrap();
    for socket in [&mut phone, &mut laptop] {
        let frame = socket.frame().await;
        assert_eq!((frame["type"].as_str(), frame["unread"].as_u64()), (Some("notification"), Some(1)));
        assert_eq!(frame["notification"]["actors"][0]["name"], "ben");
    }
    // The same once more, as a job that runs again tells it, is nothing; another takes its place.
    app.app.notifications.tell(&like(user, 1, by)).await.unwrap();
    app.app.notifications.tell(&like(user, 1, user)).await.unwrap();
    app.app.notifications.tell(&like(user, 2, by)).await.unwrap();
    for socket in [&mut phone, &mut laptop] {
        let (more, other) = (socket.frame().await, socket.frame().await);
        assert_eq!(
            (more["notification"]["count"].as_u64(), other["notification"]["count"].as_u64()),
            (Some(2), Some(1))
        );
        assert_eq!((more["notification"]["seq"].as_u64(), other["unread"].as_u64()), (Some(2), Some(2)));
    }
    let inbox = aya.post("/notifications/read", json!({"up_to": 2})).await;
    assert_eq!((inbox["unread"].as_u64(), inbox["read_up_to"].as_u64()), (Some(1), Some(2)));
    for socket in [&mut phone, &mut laptop] {
        assert_eq!(socket.frame().await, json!({"type": "notifications.read", "up_to": 2, "unread": 1}));
    }
    assert_eq!(aya.get("/notifications?unread=true").await["items"].as_array().unwrap().len(), 1);
    let rest = list(&aya).await;
    let inbox = aya.post("/notifications/read", json!({"ids": [rest[0]["id"]]})).await;
    assert_eq!(inbox["unread"], 0);
    assert_eq!(aya.ask(&format!("DELETE /notifications/{}", id(&rest[1]))).await.status, 204);
    for _ in 0..2 {
        let frame = laptop.frame().await;
        assert_eq!((frame["type"].as_str(), frame["unread"].as_u64()), (Some("notifications.read"), Some(0)));
    }
    // Who comes later is told with the first frame.
    app.app.notifications.tell(&like(user, 3, by)).await.unwrap();
    let mut late = testkit::Socket::open(app.address, Some(&aya.access)).await.unwrap();
    assert_eq!(late.expect("ready").await["unread"], 1);
}

#[tokio::test]
async fn an_inbox_is_ones_own_and_goes_with_the_account() {
    let app = TestApp::start().await;
    let (aya, ben) = (app.person("aya").await, app.person("ben").await);
    let (user, by) = (me(&aya).await, me(&ben).await);
    app.app.notifications.tell(&like(user, 1, by)).await.unwrap();
    let one = id(&list(&aya).await[0]);
    assert_eq!(list(&ben).await, [Value::Null; 0]);
    ben.ask(&format!("DELETE /notifications/{one}")).await.problem(404, "not_found");
    ben.tell("POST /notifications/read", json!({"ids": [one]})).await.with(200);
    assert_eq!(aya.get("/notifications/unread").await["unread"], 1);
    // Who did it is gone: it says so by having no name.
    ben.tell("DELETE /users/me", json!({"password": PASSWORD})).await.with(204);
    let actor = list(&aya).await[0]["actors"][0].clone();
    assert_eq!((&actor["id"], &actor["name"]), (&json!(by), &Value::Null));
    let quiet = json!({"quiet_hours": {"from": "22:00", "to": "07:00"}});
    aya.good(Method::PUT, "/notifications/settings", Some(quiet)).await;
    aya.tell("DELETE /users/me", json!({"password": PASSWORD})).await.with(204);
    let stores = app.store.stores();
    assert_eq!(stores.inboxes.find_inbox(user).await.unwrap(), Default::default());
    // News for who is gone is nobody's, and no fault.
    app.app.notifications.tell(&like(user, 9, by)).await.unwrap();
}

#[tokio::test]
async fn a_list_is_paged_and_bounded_and_read_with_few_questions() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let user = me(&aya).await;
    let friends = [me(&app.person("ben").await).await, me(&app.person("cleo").await).await];
    let mut asked = Vec::new();
    let mut made = 0;
    for number in [2, 40] {
        for n in made..number {
            app.app.notifications.tell(&like(user, n, friends[usize::try_from(n).unwrap() % 2])).await.unwrap();
        }
        made = number;
        // The least of several: what was just told keeps the server busy for a while, and it looks around by itself now and then.
        let mut least = u64::MAX;
        for _ in 0..250 {
            let before = app.store.round_trips();
            list(&aya).await;
            least = least.min(app.store.round_trips() - before);
            if least <= asked.first().copied().unwrap_or(3) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        asked.push(least);
    }
    println!("a page of notifications: {asked:?}");
    assert!(asked[1] <= asked[0] && asked[0] <= 4, "{asked:?}");
    let (mut met, mut path) = (Vec::new(), "/notifications?limit=7".to_owned());
    loop {
        let page = aya.get(&path).await;
        met.extend(page["items"].as_array().unwrap().iter().map(|item| item["seq"].as_u64().unwrap()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/notifications?limit=7&cursor={cursor}");
    }
    assert_eq!(met, (1..=40).rev().collect::<Vec<_>>());
    aya.ask("GET /notifications?cursor=nonsense").await.problem(400, "invalid_cursor");
    aya.ask("GET /notifications?limit=101").await.problem(422, "validation_failed");
    for n in 40..u128::from(limits::NOTIFICATIONS) + 5 {
        app.app.notifications.tell(&like(user, n, friends[0])).await.unwrap();
    }
    assert_eq!(aya.get("/notifications/unread").await["unread"], limits::NOTIFICATIONS);
}

#[tokio::test]
async fn wishes_are_kept_and_nonsense_is_named() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let (user, by) = (me(&aya).await, me(&app.person("ben").await).await);
    let usual = aya.get("/notifications/settings").await;
    assert_eq!((usual["quiet_hours"].is_null(), usual["hide_names"].as_bool()), (true, Some(false)));
    assert!(usual["kinds"].as_array().unwrap().iter().all(|kind| kind["in_app"] == true && kind["push"] == true));
    let wanted = json!({
        "kinds": [{"kind": "moment_liked", "in_app": false}, {"kind": "system", "push": false}],
        "quiet_hours": {"from": "22:30", "to": "07:00"}, "hide_names": true,
    });
    let kept = aya.good(Method::PUT, "/notifications/settings", Some(wanted)).await;
    assert_eq!(kept, aya.get("/notifications/settings").await);
    let of = |name: &str| kept["kinds"].as_array().unwrap().iter().find(|kind| kind["kind"] == name).unwrap().clone();
    assert_eq!(
        (of("moment_liked")["in_app"].as_bool(), of("moment_liked")["push"].as_bool()),
        (Some(false), Some(false))
    );
    assert_eq!((of("system")["in_app"].as_bool(), of("system")["optional"].as_bool()), (Some(true), Some(false)));
    assert_eq!(kept["quiet_hours"], json!({"from": "22:30", "to": "07:00"}));
    app.app.notifications.tell(&like(user, 1, by)).await.unwrap();
    assert_eq!(aya.get("/notifications/unread").await["unread"], 0, "it is not wanted");
    for (body, field) in [
        (json!({"quiet_hours": {"from": "24:00", "to": "07:00"}}), "quiet_hours.from"),
        (json!({"quiet_hours": {"from": "22:00", "to": "22:00"}}), "quiet_hours.to"),
        (json!({"quiet_hours": {"from": "22:00"}}), "quiet_hours.to"),
        (json!({"kinds": [{"kind": "system", "in_app": false}]}), "kinds"),
        (json!({"kinds": [{"kind": "dances"}]}), "kinds[0].kind"),
        (json!({"silence": true}), "silence"),
    ] {
        assert_eq!(aya.tell("PUT /notifications/settings", body).await.fields(), [field]);
    }
    for body in [json!({}), json!({"up_to": 1, "ids": []}), json!({"up_to": -1}), json!({"ids": ["nonsense"]})] {
        aya.tell("POST /notifications/read", body).await.problem(422, "validation_failed");
    }
    assert_eq!(aya.tell("POST /notifications/read", json!({"ids": []})).await.fields(), ["ids"]);
    let many = vec![format!("ntf_{}", Uuid::nil().simple()); limits::READ_AT_ONCE + 1];
    assert_eq!(aya.tell("POST /notifications/read", json!({"ids": many})).await.fields(), ["ids"]);
    aya.ask("DELETE /notifications/nonsense").await.problem(404, "not_found");
}

/// News told on one node is heard on the other, and told on both at once it is one.
async fn two_nodes(cluster: TestCluster) {
    let (a, b) = cluster.pair();
    let aya = a.person("aya").await;
    let user = me(&aya).await;
    let (ben, cleo) = (me(&a.person("ben").await).await, me(&b.person("cleo").await).await);
    let (mut near, mut far) = (aya.socket().await, aya.at(b).socket().await);
    near.hears_of_notifications = true;
    far.hears_of_notifications = true;
    let (ours, theirs) = (like(user, 1, ben), like(user, 1, cleo));
    let (one, two) = tokio::join!(a.app.notifications.tell(&ours), b.app.notifications.tell(&theirs));
    one.and(two).unwrap();
    for socket in [&mut near, &mut far] {
        loop {
            let frame = socket.expect("notification").await;
            assert_eq!(frame["unread"], 1);
            if frame["notification"]["count"] == 2 {
                break;
            }
        }
    }
    let (again, more) = tokio::join!(a.app.notifications.tell(&ours), b.app.notifications.tell(&ours));
    again.and(more).unwrap();
    let all = list(&aya).await;
    assert_eq!((all.len(), all[0]["count"].as_u64()), (1, Some(2)));
    aya.at(b).post("/notifications/read", json!({"up_to": all[0]["seq"]})).await;
    for socket in [&mut near, &mut far] {
        while socket.expect("notifications.read").await["unread"] != 0 {}
    }
    b.app.notifications.tell(&like(user, 2, ben)).await.unwrap();
    assert_eq!(near.expect("notification").await["notification"]["count"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_tell_each_other_by_the_store() {
    two_nodes(TestCluster::deaf().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_tell_each_other_over_redis() {
    if let Some(cluster) = TestCluster::redis("nodes tell each other of notifications over Redis").await {
        two_nodes(cluster).await;
    }
}

/// A reply on one node is seen by a socket at another: that somebody is there is known everywhere.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_at_another_node_is_there() {
    let Some(cluster) = TestCluster::redis("who is at another node is there").await else { return };
    let (a, b) = cluster.pair();
    let aya = a.person("aya").await;
    let session = aya.session().await;
    cluster.model.push(Script::say("Here."));
    cluster.model.push(Script::say("And here."));
    let mut far = aya.at(b).socket().await;
    // Until the other node knows.
    tokio::time::sleep(Duration::from_millis(300)).await;
    say(&aya, &session, "first").await;
    far.expect("reply.completed").await;
    drop(far);
    tokio::time::sleep(Duration::from_millis(300)).await;
    say(&aya, &session, "second").await;
    assert_eq!(until(&aya, "reply_ready", 1).await.len(), 1);
}

#[tokio::test]
async fn who_is_asked_answered_or_followed_is_told_once_and_of_nobody_muted() {
    let app = TestApp::start().await;
    let (aya, ren, mio) = (app.person("aya").await, app.person("ren").await, app.person("mio").await);
    ren.ask("PUT /people/aya/friend").await.with(200);
    ren.ask("PUT /people/aya/friend").await.with(200);
    let asked = until(&aya, "friend_request", 1).await.remove(0);
    assert_eq!((&asked["actors"][0]["id"], &asked["subject"]["id"]), (&json!(me(&ren).await), &json!(me(&ren).await)));
    aya.ask("POST /people/ren/friend/accept").await.with(200);
    assert_eq!(until(&ren, "friend_accepted", 1).await[0]["actors"][0]["id"], json!(me(&aya).await));

    for who in [&ren, &mio] {
        who.ask("PUT /people/aya/follow").await.with(200);
    }
    let followed = until(&aya, "new_follower", 2).await;
    assert_eq!((followed.len(), followed[0]["actors"].as_array().unwrap().len()), (1, 2), "both are told of together");
    // Taken back and done again, it is the same news.
    mio.ask("DELETE /people/aya/follow").await.with(200);
    mio.ask("PUT /people/aya/follow").await.with(200);
    ren.ask("PUT /people/mio/mute").await.with(204);
    mio.ask("PUT /people/ren/follow").await.with(200);
    aya.ask("PUT /people/ren/follow").await.with(200);
    let heard = until(&ren, "new_follower", 1).await;
    assert_eq!(
        heard[0]["actors"],
        json!([{"kind": "person", "id": me(&aya).await, "name": "aya", "avatar_url": null}])
    );
    until(&aya, "new_follower", 2).await;
}
