//! How often a request asks the store: a few times, and as often for much as for little.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bus::conformance::{OwnServer, fresh, reached};
use bus::redis::{RedisOptions, open};
use domain::blocks::Shunning;
use domain::ids::{CharacterId, CommentId, MomentId, NodeId, UserId};
use domain::moments::{MomentVisibility, NewComment, NewMoment};
use serde_json::{Value, json};
use service::admin::AdminConfig;
use service::chats::ChatsConfig;
use service::jobs::JobsConfig;
use service::memories::MemoriesConfig;
use service::moments::MomentsConfig;
use service::notifications::NotificationsConfig;
use store::Store;
use store::conformance::Making;
use store::mongo::{MongoOptions, MongoStore, Watcher};
use store::sql::SqlStore;
use testkit::app::{Node, Options, id, remembering};
use testkit::nodes::redis_url;
use testkit::talk::Talk;
use testkit::{Person, TestApp, TestClock};

/// How often everything that somebody has is made over, in the two worlds that are compared.
const LITTLE: usize = 2;
const MUCH: usize = 24;

/// On which those who are made are adults.
const ON_THAT_DAY: time::Date = time::macros::date!(2026 - 04 - 06);

/// A server that does nothing by itself, so that what is counted was asked for.
async fn quiet() -> TestApp {
    quiet_with(Options::default()).await
}

async fn quiet_with(options: Options) -> TestApp {
    let never = Duration::from_secs(60 * 60);
    let memories = MemoriesConfig {
        jobs: JobsConfig { gather: never, poll_every: never, sweep_every: never, ..JobsConfig::default() },
        ..remembering(false)
    };
    let chats = ChatsConfig { sweep_every: never, save_every: never, ..ChatsConfig::default() };
    let moments = MomentsConfig { jobs: memories.jobs.clone(), take_part: false, ..MomentsConfig::default() };
    let notifications = NotificationsConfig { jobs: memories.jobs.clone(), ..NotificationsConfig::default() };
    let admin = AdminConfig { look_every: never, sweep_every: never, ..AdminConfig::default() };
    let (memories, chats, notifications, admin) = (Some(memories), Some(chats), Some(notifications), Some(admin));
    let moments = Some(moments);
    let app = TestApp::with(Options { memories, chats, notifications, admin, moments, ..options }).await;
    // What a server looks for when it starts.
    settled(&app).await;
    app
}

/// Waits until nothing more is asked: what a turn took is written down a quarter of a second later.
async fn settled(app: &TestApp) {
    for _ in 0..40 {
        let before = app.store.round_trips();
        tokio::time::sleep(Duration::from_millis(500)).await;
        if app.store.round_trips() == before {
            return;
        }
    }
    panic!("it is never quiet");
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
    let (moment, author) = company(app, &person, number).await;
    let message = id(&exchange.message);
    let paths = vec![
        ("one's own profile", "/users/me/profile".to_owned()),
        ("a profile", format!("/people/{name}")),
        ("friends", format!("/people/{name}/friends?limit=50")),
        ("followers", format!("/people/{name}/followers?limit=50")),
        ("people followed", format!("/people/{name}/following?limit=50")),
        ("characters followed", format!("/people/{name}/following/characters?limit=50")),
        ("requests", "/users/me/friend-requests?limit=50".to_owned()),
        ("people blocked", "/users/me/blocked?limit=50".to_owned()),
        ("suggestions", "/users/me/suggestions?limit=50".to_owned()),
        ("people, by name", "/people?search=u&limit=50".to_owned()),
        ("the feed", "/feed?limit=50".to_owned()),
        ("one's own moments", format!("/people/{name}/moments?limit=50")),
        ("moments of a character", format!("/characters/{author}/moments?limit=50")),
        ("a moment", format!("/moments/{moment}")),
        ("who likes it", format!("/moments/{moment}/likes?limit=50")),
        ("what is said of it", format!("/moments/{moment}/comments?limit=50")),
        ("me", "/users/me".to_owned()),
        ("devices", "/users/me/devices".to_owned()),
        ("characters", "/characters?limit=50".to_owned()),
        ("characters, by words", "/characters?q=lighthouse&limit=50".to_owned()),
        ("a character", format!("/characters/{character}")),
        ("characters, for them", "/recommendations?limit=50".to_owned()),
        ("characters, hidden", "/characters?hidden=true&limit=50".to_owned()),
        ("their tastes", "/recommendations/tastes".to_owned()),
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

/// People of every kind around somebody, as many of each, who all post, like and talk; a moment of this person, and a character who
/// posted as many.
async fn company(app: &TestApp, person: &Person<'_>, number: usize) -> (String, CharacterId) {
    let stores = app.store.stores();
    let making = Making::new(&stores);
    let me: UserId = id(&person.get("/users/me").await).parse().unwrap();
    let post = async |sender, character, name: String| {
        let new = NewMoment {
            id: MomentId(making.uuid()),
            sender,
            client_id: name,
            character,
            text: "The sea".into(),
            images: Vec::new(),
            visibility: MomentVisibility::Public,
            characters_may_comment: true,
            at: making.now(),
        };
        stores.moments.post_moment(&new, &[]).await.unwrap().id
    };
    let moment = post(me, None, "first".into()).await;
    let rin = making.character(me).await.id;
    for n in 0..number {
        let (friend, far, asks, blocked) =
            (making.user().await.id, making.user().await.id, making.user().await.id, making.user().await.id);
        for (one, two) in [(me, friend), (friend, far)] {
            stores.friends.ask_friend(one, two, making.now()).await.unwrap();
            stores.friends.ask_friend(two, one, making.now()).await.unwrap();
        }
        stores.friends.ask_friend(asks, me, making.now()).await.unwrap();
        stores.follows.set_follow(far, me, true, making.now()).await.unwrap();
        stores.follows.set_follow(me, far, true, making.now()).await.unwrap();
        let character = making.character(far).await.id;
        for fan in [me, asks] {
            stores.follows.set_character_follow(fan, character, true, making.now()).await.unwrap();
        }
        post(me, None, format!("own{n}")).await;
        post(me, Some(rin), format!("hers{n}")).await;
        for author in [friend, far] {
            post(author, None, "one".into()).await;
            stores.responses.set_like(author, moment, true, making.now(), ON_THAT_DAY).await.unwrap();
            let said = NewComment {
                id: CommentId(making.uuid()),
                moment,
                text: "Blue".into(),
                reply_to: None,
                client_id: "one".into(),
                at: making.now(),
            };
            stores.responses.add_comment(author, &said, &[], ON_THAT_DAY).await.unwrap();
        }
        stores.blocks.shun(me, blocked, Shunning::Block, making.now()).await.unwrap();
    }
    (moment.to_string(), rin)
}

/// How often the store is asked for what `request` does.
async fn asked<T>(app: &TestApp, request: impl Future<Output = T>) -> (u64, T) {
    let before = app.store.round_trips();
    let answer = request.await;
    (app.store.round_trips() - before, answer)
}

/// How often reading this asks the store, without what the server looks for by itself meanwhile.
async fn fewest(app: &TestApp, person: &Person<'_>, path: &str) -> u64 {
    let mut fewest = u64::MAX;
    for _ in 0..3 {
        fewest = fewest.min(asked(app, person.get(path)).await.0);
    }
    fewest
}

/// The same, with what is done behind the answer.
async fn asked_in_all<T>(app: &TestApp, request: impl Future<Output = T>) -> u64 {
    settled(app).await;
    let before = app.store.round_trips();
    request.await;
    settled(app).await;
    app.store.round_trips() - before
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
        let (for_little, for_much) = (fewest(&app, &few, little).await, fewest(&app, &many, much).await);
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
    let short = asked_in_all(&app, talk.say("Is the light on?")).await;
    for n in 0..40 {
        talk.say(&format!("And in the night of day {n}?")).await;
    }
    let long = asked_in_all(&app, talk.say("Is the light on?")).await;
    println!("a turn: {short} in a short chat, {long} in a long one");
    // The history is read in stretches, each twice as long, until the context of the model is full. In MongoDB there are no
    // transactions over several documents: what is one statement here may be several there.
    let (bound, more) = if app.store.mongo().is_some() { (56, 5) } else { (38, 2) };
    assert!(long <= short + more, "{long} in a long chat, {short} in a short one");
    assert!(short <= bound, "{short}");
}

/// How often something is counted up in one turn, in a chat in which a few have been.
async fn in_a_turn(app: &TestApp, count: impl Fn() -> u64) -> f64 {
    const TURNS: u32 = 10;
    let person = app.person("aya").await;
    let mut talk = Talk::begin(&person).await;
    for n in 0..4 {
        talk.say(&format!("What came by on day {n}?")).await;
    }
    settled(app).await;
    let before = count();
    for n in 0..TURNS {
        talk.say(&format!("And in the night of day {n}?")).await;
    }
    settled(app).await;
    (count() - before) as f64 / f64::from(TURNS)
}

#[tokio::test]
async fn a_turn_sends_mongodb_a_bounded_number_of_commands() {
    let Some(server) = std::env::var_os("TALKER_TEST_MONGODB_URL").and_then(|url| url.into_string().ok()) else {
        println!("SKIPPED: what a turn asks of MongoDB - TALKER_TEST_MONGODB_URL is not set");
        return;
    };
    let commands = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&commands);
    // The driver's own word, not the store's.
    let watcher: Watcher = Arc::new(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
    });
    let sql = SqlStore::open_temporary().await.unwrap();
    let options = MongoOptions { connections: 6, watcher: Some(watcher), ..MongoOptions::default() };
    let store = MongoStore::open_temporary(&server, &sql, &options).await.unwrap();
    let app = quiet_with(Options { store: Some(Store::Mongo(store)), ..Options::default() }).await;
    let each = in_a_turn(&app, || commands.load(Ordering::Relaxed)).await;
    println!("a turn: {each} commands of MongoDB");
    assert!((1.0..=40.0).contains(&each), "{each}");
}

#[tokio::test]
async fn a_turn_sends_redis_a_bounded_number_of_commands() {
    let server = match redis_url() {
        Some(url) => OwnServer::like(&url).await,
        None => None,
    };
    let Some(server) = server else {
        println!(
            "SKIPPED: what a turn asks of Redis - there is no Redis server on this machine (TALKER_TEST_REDIS_URL)"
        );
        return;
    };
    let id = NodeId(fresh());
    let bus = open(&RedisOptions::new(server.url()), id).unwrap();
    reached(&bus).await;
    let clock = Arc::new(TestClock::default());
    let node = Node { bus, id, clock, corrected: false, model: Arc::default() };
    let app = quiet_with(Options { node: Some(node), ..Options::default() }).await;
    let calls = || testkit::redis::commands(&server.url()).values().sum();
    let each = in_a_turn(&app, calls).await;
    println!("a turn: {each} commands of Redis");
    // A reply that is told for longer, as on a busy machine, is told in more pieces.
    assert!((1.0..=10.0).contains(&each), "{each}");
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
    app.person("ren").await;
    let report = json!({"target": {"kind": "character", "id": character}, "reason": "other"});
    let steps: Vec<(&str, String, Value)> = vec![
        ("a session begins", "POST /sessions".into(), json!({"character_id": character})),
        ("a session is named", format!("PATCH /sessions/{session}"), json!({"title": "By the sea"})),
        ("a message is edited", format!("PATCH {}/{message}", talk.messages), json!({"content": "Is it on?"})),
        ("a reply is chosen", format!("PUT /sessions/{session}/leaf"), json!({"message_id": reply})),
        ("a note is kept", format!("POST /characters/{character}/memories"), json!({"text": "She likes rain."})),
        ("a message is deleted", format!("DELETE {}/{}", talk.messages, id(&first.message)), Value::Null),
        ("a session is deleted", format!("DELETE /sessions/{session}"), Value::Null),
        ("somebody is followed", "PUT /people/ren/follow".into(), Value::Null),
        ("somebody is asked", "PUT /people/ren/friend".into(), Value::Null),
        ("a character is followed", format!("PUT /characters/{character}/follow"), Value::Null),
        (
            "a moment is posted",
            "POST /moments".into(),
            json!({"client_moment_id": "a", "text": "x", "visibility": "public"}),
        ),
        ("a character is reported", "POST /reports".into(), report),
        ("somebody is blocked", "PUT /people/ren/block".into(), Value::Null),
    ];
    for (name, call, body) in steps {
        let (times, answer) = asked(&app, person.tell(&call, body)).await;
        println!("{name:<24} {times:>3}");
        assert!(answer.status.is_success(), "{name}: {} {}", answer.status, answer.body);
        assert!(times <= 32, "{name}: {times}");
    }
}
