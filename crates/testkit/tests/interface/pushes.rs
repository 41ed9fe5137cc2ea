//! Devices that are woken: over a real push service, which is this machine's, to a browser that reads what came.

use std::time::Duration;

use domain::ids::{MomentId, SessionId, UserId};
use domain::notifications::{News, NotificationKind, Notifier, Subject};
use llm::scripted::Script;
use push::testing::{Browser, PushService};
use reqwest::Method;
use serde_json::{Value, json};
use service::notifications::NotificationsConfig;
use testkit::app::{Options, VAPID_KEY, id, waking};
use testkit::{Person, TestApp};
use uuid::Uuid;

async fn me(person: &Person<'_>) -> UserId {
    id(&person.get("/users/me").await).parse().unwrap()
}

fn subscription(browser: &Browser) -> Value {
    let keys = json!({"p256dh": browser.p256dh(), "auth": browser.auth()});
    json!({"endpoint": browser.endpoint, "expirationTime": null, "keys": keys})
}

async fn subscribe(person: &Person<'_>, browser: &Browser) {
    person.tell("POST /notifications/push/subscriptions", subscription(browser)).await.with(201);
}

fn news(user: UserId, kind: NotificationKind, source: &str) -> News {
    let subject = match kind {
        NotificationKind::ReplyReady => Subject::Session(SessionId(Uuid::from_u128(5))),
        _ => Subject::Moment(MomentId(Uuid::from_u128(6))),
    };
    News { user, kind, subject, by: Some(Notifier::Person(user)), source: source.to_owned() }
}

async fn tell(app: &TestApp, user: UserId, kind: NotificationKind, source: &str) {
    app.app.notifications.tell(&news(user, kind, source)).await.unwrap();
}

fn read(browser: &Browser, body: &[u8]) -> Value {
    serde_json::from_slice(&browser.read(body).expect("a message for this browser")).unwrap()
}

/// A server on which people stay signed in, however the clock is set.
fn patient() -> Options {
    let year = |accounts: &mut service::accounts::AccountsConfig| {
        accounts.access_ttl = Duration::from_secs(366 * 86_400);
        accounts.refresh_ttl = accounts.access_ttl;
    };
    Options { accounts: Some(year), ..Options::default() }
}

/// Long enough for a message that must not come.
async fn a_while() {
    tokio::time::sleep(Duration::from_millis(400)).await;
}

#[tokio::test]
async fn a_device_is_woken_and_learns_no_words() {
    let app = TestApp::answering(Options::default(), |_| Script::say("the lamp is under the third stone")).await;
    let (service, aya) = (PushService::start().await, app.person("aya").await);
    let browser = service.browser("phone");
    let key = aya.get("/notifications/push/key").await;
    let expected = push::VapidKey::read(VAPID_KEY).unwrap().public_text();
    assert_eq!(key, json!({"key": expected}));
    subscribe(&aya, &browser).await;
    let session = aya.session().await;
    let body = json!({"client_message_id": "first", "content": "Where is the lamp?"});
    aya.post(&format!("/sessions/{session}/messages"), body.clone()).await;
    let came = service.wait_for(1).await.remove(0);
    let told = aya.get("/notifications").await["items"][0].clone();
    assert_eq!(
        read(&browser, &came.body),
        json!({
            "id": told["id"], "seq": 1, "kind": "reply_ready", "count": 1, "name": "Rin", "path": format!("/chat/{session}"),
            "unread": 1,
        })
    );
    assert_eq!((came.header("urgency"), came.header("ttl"), came.header("topic").len()), ("high", "86400", 32));
    assert!(came.header("authorization").starts_with("vapid t=") && came.header("authorization").ends_with(&expected));
    // It goes on in peace: a minute later, in the place of the first.
    for name in ["second", "third"] {
        let body = json!({"client_message_id": name, "content": "And then?"});
        aya.post(&format!("/sessions/{session}/messages"), body).await;
    }
    let count = || async { aya.get("/notifications").await["items"][0]["count"].as_u64() };
    while count().await != Some(3) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    a_while().await;
    assert_eq!(service.came().len(), 1);
    app.clock.advance(Duration::from_secs(61));
    let again = service.wait_for(2).await.remove(1);
    assert_eq!((read(&browser, &again.body)["count"].as_u64(), again.header("topic")), (Some(3), came.header("topic")));
    // What is read wakes nobody, and names can be kept back.
    let hidden = json!({"hide_names": true});
    aya.good(Method::PUT, "/notifications/settings", Some(hidden)).await;
    aya.post("/notifications/read", json!({"up_to": 100})).await;
    tell(&app, me(&aya).await, NotificationKind::MomentLiked, "like").await;
    let third = service.wait_for(3).await.remove(2);
    assert_eq!((&read(&browser, &third.body)["name"], third.header("urgency")), (&Value::Null, "normal"));
    a_while().await;
    assert_eq!(service.came().len(), 3, "each was sent once");
}

#[tokio::test]
async fn a_service_that_fails_is_asked_again_when_it_likes() {
    let app = TestApp::start().await;
    let (service, aya) = (PushService::start().await, app.person("aya").await);
    let browser = service.browser("phone");
    subscribe(&aya, &browser).await;
    service.answer(503, None);
    service.answer(429, Some(600));
    let user = me(&aya).await;
    tell(&app, user, NotificationKind::MomentLiked, "first").await;
    service.wait_for(1).await;
    // Five seconds after the first failure.
    a_while().await;
    assert_eq!(service.came().len(), 1);
    app.clock.advance(Duration::from_secs(6));
    service.wait_for(2).await;
    // Then as long as it wants.
    app.clock.advance(Duration::from_secs(300));
    tell(&app, user, NotificationKind::MomentLiked, "second").await;
    a_while().await;
    assert_eq!(service.came().len(), 2);
    app.clock.advance(Duration::from_secs(301));
    let last = service.wait_for(3).await.remove(2);
    assert_eq!(read(&browser, &last.body)["count"], 2, "what came meanwhile goes along");
    a_while().await;
    assert_eq!(service.came().len(), 3);
    assert_eq!(app.store.stores().pushes.overdue(Some(user), time::OffsetDateTime::UNIX_EPOCH, 9).await.unwrap(), []);
    // What it refuses for good is not sent again.
    service.answer(400, None);
    tell(&app, user, NotificationKind::ReplyReady, "third").await;
    service.wait_for(4).await;
    // Its answer is noted before an hour has passed.
    a_while().await;
    app.clock.advance(Duration::from_secs(3_600));
    a_while().await;
    assert_eq!(service.came().len(), 4);
}

#[tokio::test]
async fn what_no_device_took_in_time_is_only_in_the_inbox() {
    let notifications = NotificationsConfig { push_within: Duration::from_secs(3_600), ..waking() };
    let app = TestApp::with(Options { notifications: Some(notifications), ..patient() }).await;
    let (service, aya) = (PushService::start().await, app.person("aya").await);
    subscribe(&aya, &service.browser("phone")).await;
    service.answer(503, Some(7_200));
    tell(&app, me(&aya).await, NotificationKind::MomentLiked, "first").await;
    service.wait_for(1).await;
    a_while().await;
    app.clock.advance(Duration::from_secs(7_201));
    a_while().await;
    assert_eq!((service.came().len(), aya.get("/notifications/unread").await["unread"].as_u64()), (1, Some(1)));
}

#[tokio::test]
async fn a_wake_is_found_again_after_a_crash() {
    let app = TestApp::start().await;
    let (service, aya) = (PushService::start().await, app.person("aya").await);
    let browser = service.browser("phone");
    subscribe(&aya, &browser).await;
    let user = me(&aya).await;
    // The news is kept, and the process dies before it wants the device to be woken.
    let stores = app.store.stores();
    let id = domain::ids::NotificationId(Uuid::from_u128(77));
    let now = service::clock::Clock::now(app.clock.as_ref());
    stores.notifications.tell_news(id, &news(user, NotificationKind::MomentLiked, "lost"), now).await.unwrap().unwrap();
    let store = app.crash().await;
    assert!(service.came().is_empty());
    let again = TestApp::with(Options { store: Some(store), ..Options::default() }).await;
    again.clock.advance(Duration::from_secs(120));
    let came = service.wait_for(1).await;
    assert_eq!(read(&browser, &came[0].body)["id"], json!(id));
}

#[tokio::test]
async fn a_night_is_quiet_where_the_person_lives() {
    let app = TestApp::with(patient()).await;
    let (service, aya) = (PushService::start().await, app.person("aya").await);
    let browser = service.browser("phone");
    subscribe(&aya, &browser).await;
    let user = me(&aya).await;
    // It is nine in the morning by UTC, and six in the evening in Tokyo.
    aya.good(Method::PATCH, "/users/me", Some(json!({"timezone": "Asia/Tokyo"}))).await;
    let night = |from: &str, to: &str| json!({"quiet_hours": {"from": from, "to": to}});
    aya.good(Method::PUT, "/notifications/settings", Some(night("17:30", "19:00"))).await;
    tell(&app, user, NotificationKind::MomentLiked, "first").await;
    tell(&app, user, NotificationKind::MomentLiked, "second").await;
    tell(&app, user, NotificationKind::ReplyReady, "third").await;
    a_while().await;
    assert!(service.came().is_empty());
    assert_eq!(aya.get("/notifications/unread").await["unread"], 2, "the inbox has it at once");
    app.clock.advance(Duration::from_secs(59 * 60));
    a_while().await;
    assert!(service.came().is_empty());
    app.clock.advance(Duration::from_secs(61));
    let came = service.wait_for(2).await;
    let mut counts: Vec<_> = came.iter().map(|one| read(&browser, &one.body)["count"].as_u64()).collect();
    counts.sort();
    assert_eq!(counts, [Some(1), Some(2)], "what is alike comes as one");
    // Who wants no quiet any more is told what waits.
    aya.post("/notifications/read", json!({"up_to": 100})).await;
    aya.good(Method::PUT, "/notifications/settings", Some(night("19:00", "18:00"))).await;
    tell(&app, user, NotificationKind::MomentLiked, "fourth").await;
    a_while().await;
    assert_eq!(service.came().len(), 2);
    aya.good(Method::PUT, "/notifications/settings", Some(json!({}))).await;
    service.wait_for(3).await;
    // Kinds that are not wanted wake nobody, and are in the inbox.
    let silent = json!({"kinds": [{"kind": "reply_ready", "push": false}]});
    aya.good(Method::PUT, "/notifications/settings", Some(silent)).await;
    tell(&app, user, NotificationKind::ReplyReady, "fifth").await;
    a_while().await;
    assert_eq!((service.came().len(), aya.get("/notifications/unread").await["unread"].as_u64()), (3, Some(2)));
}

#[tokio::test]
async fn a_night_in_which_clocks_go_back_is_longer() {
    let app = TestApp::with(patient()).await;
    let (service, aya) = (PushService::start().await, app.person("aya").await);
    subscribe(&aya, &service.browser("phone")).await;
    aya.good(Method::PATCH, "/users/me", Some(json!({"timezone": "Europe/Paris"}))).await;
    let night = json!({"quiet_hours": {"from": "23:00", "to": "07:00"}});
    aya.good(Method::PUT, "/notifications/settings", Some(night)).await;
    let reach = |to: time::OffsetDateTime| {
        let left = to - service::clock::Clock::now(app.clock.as_ref());
        app.clock.advance(Duration::try_from(left).unwrap());
    };
    // Half past eleven in the evening of the last day of summer time.
    reach(time::macros::datetime!(2026-10-24 21:30 UTC));
    tell(&app, me(&aya).await, NotificationKind::ReplyReady, "late").await;
    a_while().await;
    // By summer time it would be morning.
    reach(time::macros::datetime!(2026-10-25 05:30 UTC));
    a_while().await;
    assert!(service.came().is_empty());
    reach(time::macros::datetime!(2026-10-25 06:00 UTC));
    service.wait_for(1).await;
}

#[tokio::test]
async fn a_device_that_is_gone_is_forgotten() {
    let app = TestApp::start().await;
    let (service, aya) = (PushService::start().await, app.person("aya").await);
    let laptop = app.sign_in("aya").await;
    let (phone, desk) = (service.browser("phone"), service.browser("desk"));
    subscribe(&aya, &phone).await;
    subscribe(&laptop, &desk).await;
    let user = me(&aya).await;
    service.answer(410, None);
    service.answer(410, None);
    tell(&app, user, NotificationKind::MomentLiked, "first").await;
    service.wait_for(2).await;
    a_while().await;
    tell(&app, user, NotificationKind::ReplyReady, "second").await;
    a_while().await;
    assert_eq!(service.came().len(), 2, "nobody subscribes any more");
    aya.ask("POST /notifications/push/test").await.problem(404, "not_found");
    // A device that is signed out, and one whose person deletes their account.
    subscribe(&aya, &phone).await;
    subscribe(&laptop, &desk).await;
    laptop.ask("POST /auth/logout").await.with(204);
    tell(&app, user, NotificationKind::MomentCommented, "third").await;
    let came = service.wait_for(3).await;
    a_while().await;
    assert_eq!((service.came().len(), came[2].to.as_str()), (3, "phone"));
    aya.ask("DELETE /notifications/push/subscriptions").await.with(204);
    aya.ask("DELETE /notifications/push/subscriptions").await.with(204);
    tell(&app, user, NotificationKind::MomentCommented, "fourth").await;
    a_while().await;
    assert_eq!(service.came().len(), 3);
}

#[tokio::test]
async fn the_same_browser_is_woken_for_who_uses_it_now() {
    let app = TestApp::start().await;
    let (service, aya, ben) = (PushService::start().await, app.person("aya").await, app.person("ben").await);
    let browser = service.browser("shared");
    subscribe(&aya, &browser).await;
    subscribe(&ben, &browser).await;
    tell(&app, me(&aya).await, NotificationKind::MomentLiked, "first").await;
    tell(&app, me(&ben).await, NotificationKind::ReplyReady, "second").await;
    let came = service.wait_for(1).await;
    a_while().await;
    assert_eq!((service.came().len(), read(&browser, &came[0].body)["kind"].as_str()), (1, Some("reply_ready")));
}

#[tokio::test]
async fn a_trial_says_what_became_of_it() {
    let app = TestApp::start().await;
    let (service, aya) = (PushService::start().await, app.person("aya").await);
    let browser = service.browser("phone");
    aya.ask("POST /notifications/push/test").await.problem(404, "not_found");
    subscribe(&aya, &browser).await;
    for (status, outcome) in [(201, "taken"), (503, "unreachable"), (400, "refused"), (404, "gone")] {
        service.answer(status, None);
        let body = aya.ask("POST /notifications/push/test").await.with(200);
        assert_eq!(body, json!({"outcome": outcome}));
    }
    assert_eq!(read(&browser, &service.came()[0].body), json!({"kind": "test", "path": "/settings"}));
    aya.ask("POST /notifications/push/test").await.problem(404, "not_found");
    subscribe(&aya, &browser).await;
    aya.ask("POST /notifications/push/test").await.with(200);
    aya.ask("POST /notifications/push/test").await.problem(429, "rate_limited");
}

#[tokio::test]
async fn an_address_that_leads_within_is_refused() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let good = Browser::at("https://push.example.net/x");
    for endpoint in [
        "",
        "nonsense",
        "ftp://push.example.net/x",
        "https://10.0.0.1/x",
        "https://169.254.169.254/latest/meta-data",
        "https://[fd00::1]/x",
        "https://user:word@push.example.net/x",
        &format!("https://push.example.net/{}", "x".repeat(2_048)),
    ] {
        let mut body = subscription(&good);
        body["endpoint"] = json!(endpoint);
        let answer = aya.tell("POST /notifications/push/subscriptions", body).await;
        assert_eq!(answer.fields(), ["endpoint"], "{endpoint}");
    }
    for (key, field) in [("p256dh", "keys.p256dh"), ("auth", "keys.auth")] {
        let mut body = subscription(&good);
        body["keys"][key] = json!("AAAA");
        assert_eq!(aya.tell("POST /notifications/push/subscriptions", body).await.fields(), [field]);
        let mut body = subscription(&good);
        body["keys"].as_object_mut().unwrap().remove(key);
        assert_eq!(aya.tell("POST /notifications/push/subscriptions", body).await.fields(), [field]);
    }
}
