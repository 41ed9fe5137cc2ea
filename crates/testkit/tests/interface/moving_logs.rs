//! The real binary moves a chat log into MongoDB, from there into another and back, is killed while it does, and a server goes on
//! with what was moved.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use store::Store;
use store::mongo::{MongoOptions, MongoStore};
use testkit::process::{Process, binary};
use testkit::socket::Socket;
use testkit::store::{drop_mongodb, new_database_url, new_mongodb_url};

use crate::moving::{SCRIPTED, Talk, command, embedded, filled, good, moved_though_killed, open, refused, sums};

/// How often a test looks again, ten times a second, for what happens in its own time.
const LOOKS: u32 = 600;

/// A place for everything: the relational store, and MongoDB for the chat log.
#[derive(Debug, Clone)]
struct House {
    url: String,
    mongodb: Option<String>,
}

impl House {
    fn new(url: &str, mongodb: Option<&str>) -> Self {
        Self { url: url.to_owned(), mongodb: mongodb.map(str::to_owned) }
    }

    /// What a server is told of it.
    fn environment(&self) -> Vec<(&str, &str)> {
        let log = self.mongodb.as_deref().map(|url| ("MONGODB_URL", url));
        std::iter::once(("DATABASE_URL", self.url.as_str())).chain(log).collect()
    }

    /// How many records each table has, and their sums.
    async fn sums(&self) -> Vec<(&'static str, u64, String)> {
        let sql = open(&self.url).await;
        let store = match &self.mongodb {
            None => Store::Sql(sql),
            Some(url) => Store::Mongo(MongoStore::open(url, &sql, &MongoOptions::default()).await.unwrap()),
        };
        let sums = sums(store.archive()).await;
        store.close().await.unwrap();
        sums
    }

    async fn serve(&self, binary: &Path, data: &Path) -> Process {
        let settings: Vec<(&str, &str)> = SCRIPTED.into_iter().chain(self.environment()).collect();
        Process::start(binary, data, &settings).await
    }
}

/// Leaves a reply in mid-word: its server dies.
async fn cut_off(binary: &Path, data: &Path) {
    let slow: Vec<(&str, &str)> = SCRIPTED
        .into_iter()
        .map(|(name, value)| match name {
            "TALKER_SCRIPTED_TOKENS" => (name, "400"),
            "TALKER_SCRIPTED_TOKENS_PER_SECOND" => (name, "20"),
            _ => (name, value),
        })
        .collect();
    let process = Process::start(binary, data, &slow).await;
    let talk = Talk::begin(&process, false).await;
    let session = talk.get("/sessions").await["items"][0]["id"].as_str().unwrap().to_owned();
    let body = json!({"client_message_id": "cut-off", "content": "And then? Tell me all of it."});
    talk.post(&format!("/sessions/{session}/messages"), &body).await.expect("it is accepted");
    // Progress is saved several times a second.
    tokio::time::sleep(Duration::from_secs(2)).await;
    process.kill().await;
}

/// The last message of the session, once it is as wanted.
async fn last_message(talk: &Talk, session: &str, is_wanted: impl Fn(&Value) -> bool) -> Value {
    let mut last = Value::Null;
    for _ in 0..LOOKS {
        let page = talk.get(&format!("/sessions/{session}/messages?limit=100")).await;
        last = page["items"].as_array().unwrap().last().unwrap().clone();
        if is_wanted(&last) {
            return last;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the last message is still {last}");
}

/// How many memories of the character say this.
async fn remembered(talk: &Talk, character: &str, words: &str) -> usize {
    let page = talk.get(&format!("/characters/{character}/memories?limit=100&kind=episode")).await;
    let items = page["items"].as_array().unwrap();
    items.iter().filter(|memory| memory["text"].as_str().is_some_and(|text| text.contains(words))).count()
}

/// What a person finds after a move: the chat, a reply that was cut off, every event, a send that is known, and a character who
/// remembers. Then the two go on, and the character remembers that, too.
async fn goes_on(binary: &Path, house: &House, words: &str) {
    let data = tempfile::tempdir().unwrap();
    let process = house.serve(binary, data.path()).await;
    let talk = Talk::begin(&process, false).await;
    let listed = talk.get("/sessions").await["items"][0].clone();
    let session = listed["id"].as_str().unwrap().to_owned();
    let character = listed["character"]["id"].as_str().unwrap().to_owned();
    last_message(&talk, &session, |last| last["status"] != "streaming" && last["status"] != "queued").await;
    let page = talk.get(&format!("/sessions/{session}/messages?limit=100")).await;
    let items = page["items"].as_array().unwrap().clone();
    let cut_off = items.iter().position(|item| item["client_message_id"] == "cut-off").unwrap();
    let interrupted = &items[cut_off + 1];
    assert_eq!(interrupted["failure"]["code"], "interrupted", "{interrupted}");
    assert!(!interrupted["content"].as_str().unwrap().is_empty(), "what was saved of it is there");
    assert_eq!(remembered(&talk, &character, "third stone").await, 1, "remembered once");

    let mut socket = Socket::open(process.address, Some(&talk.token)).await.unwrap();
    socket.expect("ready").await;
    socket.send(json!({"type": "session.resume", "session_id": session, "after_seq": 0})).await;
    let frames = socket.until("session.resumed").await;
    let seqs: Vec<u64> = frames
        .iter()
        .filter(|frame| frame["type"] != "session.resumed")
        .filter_map(|frame| frame["seq"].as_u64())
        .collect();
    let seq = frames.last().unwrap()["seq"].as_u64().unwrap();
    assert_eq!(seqs, (1..=seq).collect::<Vec<u64>>(), "every event, once");
    socket.say(&session, "a", "The key is under the third stone. 灯台").await;
    let first = socket.expect("message.accepted").await;
    assert!(first["seq"].as_u64().unwrap() <= seq, "the first outcome: {first}");
    socket.say(&session, &words.to_lowercase().replace(' ', "-"), words).await;
    let said = socket.expect("message.accepted").await;
    assert_eq!(said["seq"], seq + 1);
    socket.expect("reply.completed").await;
    let mut looks = 0;
    while remembered(&talk, &character, words).await != 1 {
        looks += 1;
        assert!(looks < LOOKS, "{words} is not remembered");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(remembered(&talk, &character, "third stone").await, 1, "still once");
    assert!(process.stop().await.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chat_log_that_moves_goes_on_where_it_was() {
    let Some(binary) = binary() else { return };
    let name = "a chat log that moves";
    let Some(postgres) = new_database_url(name).await else { return };
    let (Some(first), Some(second)) = (new_mongodb_url(name), new_mongodb_url(name)) else { return };
    let (home, other, last) =
        (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    filled(home.path(), 2_000).await;
    cut_off(&binary, home.path()).await;
    let before = House::new(&embedded(home.path()), None).sums().await;
    let chunks = before.iter().find(|(table, ..)| *table == "reply_chunks").unwrap();
    assert!(chunks.1 > 0, "a reply was being written");

    let house = House::new(&postgres, Some(&first));
    let arguments = ["move", "--from", "embedded", "--to", &postgres, "--to-mongodb", &first];
    moved_though_killed(&binary, home.path(), &arguments, &house.environment()).await;
    assert_eq!(house.sums().await, before);
    goes_on(&binary, &house, "The boat leaves at nine").await;

    let elsewhere = House::new(&format!("sqlite://{}", other.path().join("talker.db").display()), Some(&second));
    let there =
        ["move", "--from", &postgres, "--from-mongodb", &first, "--to", &elsewhere.url, "--to-mongodb", &second];
    moved_though_killed(&binary, home.path(), &there, &elsewhere.environment()).await;
    assert_eq!(house.sums().await, elsewhere.sums().await);
    goes_on(&binary, &elsewhere, "The lamp burns low").await;

    let back = ["move", "--from", &elsewhere.url, "--from-mongodb", &second, "--to", "embedded"];
    let told = good(&binary, last.path(), &back).await;
    assert!(told.contains("unset MONGODB_URL") && !told.contains("lamp"), "{told}");
    let house = House::new(&embedded(last.path()), None);
    assert_eq!(elsewhere.sums().await, house.sums().await);
    goes_on(&binary, &house, "A bell rings in the fog").await;
    for url in [&first, &second] {
        drop_mongodb(url).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chat_log_is_named_where_it_is() {
    let Some(binary) = binary() else { return };
    let name = "a chat log that is named";
    let (Some(first), Some(second)) = (new_mongodb_url(name), new_mongodb_url(name)) else { return };
    let folders: Vec<tempfile::TempDir> = (0..3).map(|_| tempfile::tempdir().unwrap()).collect();
    let [home, other, third] = [0, 1, 2].map(|n: usize| folders[n].path());
    let [there, further] = [other, third].map(|folder| format!("sqlite://{}", folder.join("talker.db").display()));
    filled(home, 10).await;
    let to_mongodb = ["move", "--from", "embedded", "--to", &there, "--to-mongodb", &first];
    for (log, why) in [("https://u:hunter2@h/d", "is no chat log"), ("configured", "MONGODB_URL is not set")] {
        let wrong = ["move", "--from", "embedded", "--to", &there, "--to-mongodb", log];
        let output = command(&binary, home, &wrong).output().await.unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && told.contains(why) && !told.contains("hunter2"), "{told}");
    }
    // Its log is in its own tables, whatever MongoDB is named; and a server does not begin another one beside it.
    refused(
        &binary,
        home,
        &["move", "--from", "embedded", "--from-mongodb", &first, "--to", &there],
        "There is no chat log in",
    )
    .await;
    let unsaid =
        command(&binary, home, &["move", "--from", "embedded", "--to", &there]).env("MONGODB_URL", &first).output();
    let told = String::from_utf8_lossy(&unsaid.await.unwrap().stderr).into_owned();
    assert!(told.contains("on which side"), "{told}");
    let begun =
        command(&binary, home, &["serve"]).env("MONGODB_URL", &first).env("TALKER_ADDRESS", "127.0.0.1:0").output();
    let told = String::from_utf8_lossy(&begun.await.unwrap().stderr).into_owned();
    assert!(told.contains("`talker move` carries it there"), "{told}");
    drop_mongodb(&first).await;

    let mut moved =
        command(&binary, home, &["move", "--from", "embedded", "--to", &there, "--to-mongodb", "configured"]);
    let output = moved.env("MONGODB_URL", &first).output().await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    refused(&binary, home, &to_mongodb, "is not empty").await;
    let full = ["move", "--from", "embedded", "--to", &further, "--to-mongodb", &first];
    refused(&binary, home, &full, "is not empty: a move needs a store without data").await;
    // Without its log, it is half a house.
    refused(&binary, home, &["move", "--from", &there, "--to", &further], "Name it with --from-mongodb").await;
    let alone =
        command(&binary, third, &["serve"]).env("DATABASE_URL", &there).env("TALKER_ADDRESS", "127.0.0.1:0").output();
    let told = String::from_utf8_lossy(&alone.await.unwrap().stderr).into_owned();
    assert!(told.contains("Set MONGODB_URL"), "{told}");
    // The log of others.
    good(&binary, home, &["move", "--from", "embedded", "--to", &format!("{further}.2"), "--to-mongodb", &second])
        .await;
    let own = ["move", "--from", "embedded", "--from-mongodb", &second, "--to", &further];
    refused(&binary, home, &own, "is in its own tables: leave out --from-mongodb").await;
    let same = ["move", "--from", &there, "--from-mongodb", &first, "--to", &further, "--to-mongodb", &first];
    refused(&binary, home, &same, "the same chat log").await;
    for url in [&first, &second] {
        drop_mongodb(url).await;
    }
}
