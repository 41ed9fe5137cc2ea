//! How often a request asks the store: a few times, and as often for much as for little.

use std::time::Duration;

use serde_json::{Value, json};
use service::chats::ChatsConfig;
use service::jobs::JobsConfig;
use service::memories::MemoriesConfig;
use service::notifications::NotificationsConfig;
use testkit::app::{Options, id, remembering};
use testkit::talk::Talk;
use testkit::{Person, TestApp};

/// How often everything that somebody has is made over, in the two worlds that are compared.
const LITTLE: usize = 2;
const MUCH: usize = 24;

/// A server that does nothing by itself, so that what is counted was asked for.
async fn quiet() -> TestApp {
    let never = Duration::from_secs(60 * 60);
    let memories = MemoriesConfig {
        jobs: JobsConfig { gather: never, poll_every: never, sweep_every: never, ..JobsConfig::default() },
        ..remembering(false)
    };
    let chats = ChatsConfig { sweep_every: never, save_every: never, ..ChatsConfig::default() };
    let notifications = NotificationsConfig { jobs: memories.jobs.clone(), ..NotificationsConfig::default() };
    let (memories, chats, notifications) = (Some(memories), Some(chats), Some(notifications));
    let app = TestApp::with(Options { memories, chats, notifications, ..Options::default() }).await;
    // What a server looks for when it starts.
    tokio::time::sleep(Duration::from_millis(300)).await;
    app
}

/// Somebody with a number of everything, and the paths at which it is read.
async fn somebody<'a>(app: &'a TestApp, name: &str, number: usize) -> (Person<'a>, Vec<(&'static str, String)>) {
    let person = app.person(name).await;
    let mut talk = Talk::begin(&person).await;
    let mut exchange = talk.say("Is the light on?").await;
    for n in 1..number {
        exchange = talk.say(&format!("And in the night of day {n}?")).await;
    }
    let reply = exchange.reply;
    let (reply_id, path) = (id(&reply), talk.messages.clone());
    for n in 0..number {
        person
            .tell(&format!("PATCH {path}/{}", id(&exchange.message)), json!({"content": format!("And {n}?")}))
            .await
            .with(200);
    }
    let session = person.get(&format!("/sessions/{}", talk.session)).await;
    let character = session["character"]["id"].as_str().unwrap().to_owned();
    for n in 0..number {
        person.character("public").await;
        person.session_with(&character).await;
        let note = json!({"text": format!("The ship of number {n} comes in spring.")});
        person.tell(&format!("POST /characters/{character}/memories"), note).await.with(201);
        app.sign_in(name).await;
    }
    let message = id(&exchange.message);
    let paths = vec![
        ("me", "/users/me".to_owned()),
        ("devices", "/users/me/devices".to_owned()),
        ("characters", "/characters?limit=50".to_owned()),
        ("characters, by words", "/characters?q=lighthouse&limit=50".to_owned()),
        ("a character", format!("/characters/{character}")),
        ("sessions", "/sessions?limit=50".to_owned()),
        ("a session", format!("/sessions/{}", talk.session)),
        ("the history", format!("{path}?limit=50")),
        ("the events", format!("/sessions/{}/events?limit=50", talk.session)),
        ("a message", format!("{path}/{reply_id}")),
        ("its revisions", format!("{path}/{message}/revisions")),
        ("the trace of a reply", format!("/messages/{reply_id}/trace")),
        ("notifications", "/notifications?limit=50".to_owned()),
        ("how many are unread", "/notifications/unread".to_owned()),
        ("memories", format!("/characters/{character}/memories?limit=50")),
        ("memories, by words", format!("/characters/{character}/memories/search?q=ship")),
    ];
    (person, paths)
}

/// How often the store is asked for what `request` does.
async fn asked<T>(app: &TestApp, request: impl Future<Output = T>) -> (u64, T) {
    let before = app.store.round_trips();
    let answer = request.await;
    (app.store.round_trips() - before, answer)
}

/// How often the store is asked for a page: the least of three times, for the server looks around by itself now and then.
async fn least(app: &TestApp, person: &Person<'_>, path: &str) -> u64 {
    let mut times = u64::MAX;
    for _ in 0..3 {
        times = times.min(asked(app, person.get(path)).await.0);
    }
    times
}

#[tokio::test]
async fn reading_asks_as_often_for_much_as_for_little() {
    let app = quiet().await;
    let (few, few_paths) = somebody(&app, "few", LITTLE).await;
    let (many, many_paths) = somebody(&app, "many", MUCH).await;
    // What their devices are told behind their back.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let mut wrong = Vec::new();
    for ((name, little), (_, much)) in few_paths.iter().zip(&many_paths) {
        // Once before: what is read the first time and then known is not what is compared.
        few.get(little).await;
        many.get(much).await;
        let (for_little, for_much) = (least(&app, &few, little).await, least(&app, &many, much).await);
        println!("{name:<24} {for_little:>3} {for_much:>3}");
        if for_much > for_little || for_much > 8 {
            wrong.push(*name);
        }
    }
    assert_eq!(wrong, Vec::<&str>::new(), "these ask more often for more, or more than eight times");
}

#[tokio::test]
async fn a_turn_asks_hardly_more_often_in_a_long_chat_than_in_a_short_one() {
    let app = quiet().await;
    let person = app.person("aya").await;
    let mut talk = Talk::begin(&person).await;
    for n in 0..8 {
        talk.say(&format!("What came by on day {n}?")).await;
    }
    let (short, _) = asked(&app, talk.say("Is the light on?")).await;
    for n in 0..40 {
        talk.say(&format!("And in the night of day {n}?")).await;
    }
    let (long, _) = asked(&app, talk.say("Is the light on?")).await;
    println!("a turn: {short} in a short chat, {long} in a long one");
    // The history is read in stretches, each twice as long, until the context of the model is full.
    assert!(long <= short + 2, "{long} in a long chat, {short} in a short one");
    assert!(short <= 38, "{short}");
}

#[tokio::test]
async fn what_people_do_asks_a_bounded_number_of_times() {
    let app = quiet().await;
    let person = app.person("aya").await;
    let mut talk = Talk::begin(&person).await;
    let first = talk.say("Hello.").await;
    let second = talk.say("Is the light on?").await;
    let (session, message, reply) = (talk.session.clone(), id(&second.message), id(&second.reply));
    let character = person.get(&format!("/sessions/{session}")).await["character"]["id"].as_str().unwrap().to_owned();
    let steps: Vec<(&str, String, Value)> = vec![
        ("a session begins", "POST /sessions".into(), json!({"character_id": character})),
        ("a session is named", format!("PATCH /sessions/{session}"), json!({"title": "By the sea"})),
        ("a message is edited", format!("PATCH {}/{message}", talk.messages), json!({"content": "Is it on?"})),
        ("a reply is chosen", format!("PUT /sessions/{session}/leaf"), json!({"message_id": reply})),
        ("a note is kept", format!("POST /characters/{character}/memories"), json!({"text": "She likes rain."})),
        ("a message is deleted", format!("DELETE {}/{}", talk.messages, id(&first.message)), Value::Null),
        ("a session is deleted", format!("DELETE /sessions/{session}"), Value::Null),
    ];
    for (name, call, body) in steps {
        let (times, answer) = asked(&app, person.tell(&call, body)).await;
        println!("{name:<24} {times:>3}");
        assert!(answer.status.is_success(), "{name}: {} {}", answer.status, answer.body);
        assert!(times <= 32, "{name}: {times}");
    }
}
