//! Who talks for long is told that it is a machine and that a break does good: once on each device, and never in the chat.

use std::time::Duration;

use domain::sittings::{Counted, Policy};
use serde_json::{Value, json};
use testkit::app::{Options, PASSWORD};
use testkit::{Person, Socket, TestApp};

const STEP: Duration = Duration::from_secs(10 * 60);

/// Somebody under 18.
async fn mei(app: &TestApp) -> Person<'_> {
    let body = json!({"username": "mei", "email": "mei@example.org", "password": PASSWORD, "birth_date": "2010-02-28"});
    app.tell("POST /auth/register", body).await.with(201);
    app.sign_in("mei").await
}

/// Says something every ten minutes, as often as that.
async fn talk(app: &TestApp, person: &Person<'_>, session: &str, times: usize) {
    for _ in 0..times {
        person.say(session, "And then?").await;
        app.clock.advance(STEP);
    }
}

async fn open(person: &Person<'_>) -> Value {
    person.get("/users/me/reminder").await["reminder"].clone()
}

/// Waits until there is one.
async fn reminded(person: &Person<'_>) -> Value {
    for _ in 0..500 {
        let found = open(person).await;
        if !found.is_null() {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("nothing was said");
}

/// Talks of nothing for more than three hours. At their end there is a reminder, unless it is too soon for one there;
/// no model has heard of it.
pub(crate) async fn talk_for_hours(app: &TestApp, person: &Person<'_>, session: &str, reminds: bool) {
    talk(app, person, session, 20).await;
    let found = if reminds { reminded(person).await } else { open(person).await };
    let is_due = found["minutes"].as_i64().is_some_and(|minutes| (180..190).contains(&minutes));
    assert_eq!(is_due, reminds, "{found}");
    let asked = app.model.requests();
    assert!(asked.iter().flat_map(|asked| &asked.messages).all(|told| !told.content.contains("human being")));
}

/// How often anybody was reminded in that year.
pub(crate) async fn times_reminded(app: &TestApp) -> u64 {
    let counts = app.store.stores().sittings.care_counts(2026).await.unwrap();
    counts.iter().filter(|count| count.counted == Counted::Reminder).map(|count| count.times).sum()
}

/// How access tokens live long enough for an afternoon.
fn patient() -> Options {
    Options { accounts: Some(|config| config.access_ttl = Duration::from_secs(24 * 60 * 60)), ..Options::default() }
}

async fn nothing_more(socket: &mut Socket) {
    while let Some(next) = socket.within(Duration::from_millis(300)).await {
        let frame = format!("{next:?}");
        assert!(!frame.contains("\"reminder\""), "{frame}");
    }
}

#[tokio::test]
async fn after_an_hour_a_minor_is_told_once_on_each_device_also_after_a_reconnect() {
    let app = TestApp::with(patient()).await;
    let phone = mei(&app).await;
    let laptop = app.sign_in("mei").await;
    let session = phone.session().await;
    let (mut one, mut two) = (phone.socket().await, laptop.socket().await);
    talk(&app, &phone, &session, 6).await;
    assert_eq!(open(&phone).await, Value::Null);
    phone.say(&session, "One more.").await;
    let told = one.expect("reminder").await;
    assert_eq!(two.expect("reminder").await, told);
    let reminder = &told["reminder"];
    assert_eq!(reminder["minutes"], 60);
    assert!(reminder["words"]["en"].as_str().unwrap().contains("not with a human being"));
    assert_eq!(&open(&phone).await, reminder);
    // Until somebody has understood it there, it comes with each new socket.
    let mut again = phone.socket().await;
    assert_eq!(again.expect("reminder").await, told);
    let path = format!("POST /users/me/reminders/{}/acknowledge", reminder["id"].as_str().unwrap());
    for _ in 0..2 {
        phone.ask(&path).await.with(204);
    }
    assert_eq!(open(&phone).await, Value::Null);
    let mut quiet = phone.socket().await;
    nothing_more(&mut quiet).await;
    nothing_more(&mut one).await;
    assert_eq!(&open(&laptop).await, reminder);
    // It is in no chat, and no model heard of it.
    let said = phone.messages(&session).await;
    assert!(said.iter().all(|message| !message["content"].as_str().unwrap().contains("human being")));
    let told = app.model.last_request().unwrap();
    assert!(told.messages.iter().all(|message| !message.content.contains("human being")));
    // Another hour, another time.
    app.clock.advance(STEP);
    talk(&app, &phone, &session, 6).await;
    assert_ne!(reminded(&phone).await["id"], reminder["id"]);
    let counts = app.admin("boss").await.get("/admin/care").await;
    assert_eq!(counts["items"], json!([{"month": "2026-04", "counted": "reminder", "times": 2}]));
}

#[tokio::test]
async fn adults_are_told_after_three_hours_and_a_pause_begins_anew() {
    let app = TestApp::with(patient()).await;
    let aya = app.person("aya").await;
    let session = aya.session().await;
    talk(&app, &aya, &session, 17).await;
    assert_eq!(open(&aya).await, Value::Null);
    app.clock.advance(STEP);
    talk(&app, &aya, &session, 10).await;
    assert_eq!(open(&aya).await, Value::Null);
    talk(&app, &aya, &session, 9).await;
    assert_eq!(reminded(&aya).await["minutes"], 180);
    // Whoever comes back after a pause is not told of yesterday.
    app.clock.advance(STEP);
    assert_eq!(open(&aya).await, Value::Null);
}

#[tokio::test]
async fn the_operator_says_when_and_in_which_words() {
    let words = ["I am a program.".to_owned(), "我是程序。".to_owned(), "私はプログラムです。".to_owned()];
    let policy = Policy { adult_minutes: 20, words, ..Policy::default() };
    let app = TestApp::with(Options { policy: Some(policy), ..patient() }).await;
    let (aya, ren) = (app.person("aya").await, app.person("ren").await);
    let session = aya.session().await;
    talk(&app, &aya, &session, 3).await;
    let told = reminded(&aya).await;
    assert_eq!(told["words"], json!({"en": "I am a program.", "zh": "我是程序。", "ja": "私はプログラムです。"}));
    // What is another's is not there.
    let path = format!("POST /users/me/reminders/{}/acknowledge", told["id"].as_str().unwrap());
    ren.ask(&path).await.problem(404, "not_found");
    ren.ask("GET /admin/care").await.problem(403, "forbidden");
    let admin = app.admin("boss").await;
    assert_eq!(admin.ask("GET /admin/care?year=12").await.fields(), ["year"]);
    assert_eq!(admin.get("/admin/care?year=2025").await["items"], json!([]));
}
