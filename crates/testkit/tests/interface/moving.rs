//! The real binary moves everything and is killed while it does, and makes backups while people talk.

use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use sea_orm::{ConnectionTrait, Database};
use serde_json::{Value, json};
use store::archive::{Archive, Cell, TABLES, checksum};
use store::sql::{SqlOptions, SqlStore};
use testkit::TestApp;
use testkit::app::Options;
use testkit::process::{Process, binary, client};
use tokio::process::Command;
use uuid::Uuid;

pub(crate) const SCRIPTED: [(&str, &str); 5] = [
    ("TALKER_CHAT_MODEL", "scripted"),
    ("TALKER_SCRIPTED_TOKENS", "20"),
    ("TALKER_SCRIPTED_TOKENS_PER_SECOND", "200"),
    ("TALKER_OLLAMA_URL", "off"),
    ("SECRET_KEY", "a secret for tests that is long enough"),
];

pub(crate) fn command(binary: &Path, data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(binary);
    command.args(arguments).env("TALKER_DATA_DIR", data).envs(SCRIPTED).env_remove("DATABASE_URL");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

async fn run(binary: &Path, data: &Path, arguments: &[&str]) -> Output {
    command(binary, data, arguments).output().await.unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

pub(crate) async fn good(binary: &Path, data: &Path, arguments: &[&str]) -> String {
    let output = run(binary, data, arguments).await;
    assert!(output.status.success(), "{arguments:?}: {}", said(&output));
    said(&output)
}

pub(crate) async fn refused(binary: &Path, data: &Path, arguments: &[&str], why: &str) {
    let output = run(binary, data, arguments).await;
    assert!(!output.status.success() && said(&output).contains(why), "{arguments:?}: {}", said(&output));
}

pub(crate) async fn open(url: &str) -> SqlStore {
    let store = SqlStore::open(url, SqlOptions::default()).await.unwrap();
    store.migrate().await.unwrap();
    store
}

pub(crate) fn embedded(data: &Path) -> String {
    format!("sqlite://{}", data.join("talker.db").display())
}

pub(crate) async fn sums(store: &dyn Archive) -> Vec<(&'static str, u64, String)> {
    let mut sums = Vec::new();
    for table in TABLES {
        let sum = checksum(store, table, |_| ()).await.unwrap();
        sums.push((table.name, sum.count, sum.to_string()));
    }
    sums
}

/// A database with what a few people left, and a long conversation.
pub(crate) async fn filled(data: &Path, messages: u32) {
    let store = open(&embedded(data)).await;
    let app = TestApp::with(Options { store: Some(store::Store::Sql(store.clone())), ..Options::default() }).await;
    for name in ["aya", "ben"] {
        let person = app.person(name).await;
        let session = person.session().await;
        let mut socket = person.socket().await;
        socket.say(&session, "a", "The key is under the third stone. 灯台").await;
        socket.expect("reply.completed").await;
    }
    app.remembered().await;
    app.stop(Duration::from_secs(2)).await;
    let table = TABLES.iter().find(|table| table.name == "messages").unwrap();
    let one = store.read(table, None, 1).await.unwrap().remove(0);
    let place = |name: &str| table.columns.iter().position(|column| column.name == name).unwrap();
    let copies: Vec<_> = (0..messages)
        .map(|n| {
            let mut copy = one.clone();
            copy[place("id")] = Cell::Uuid(Uuid::from_u128(0x018f_0000_0000_7000_8000_0000_0000_0000 + u128::from(n)));
            copy[place("content")] = Cell::Text(format!("{n}: {}", "what was said ".repeat(20)));
            copy[place("client_message_id")] = Cell::Null;
            copy[place("in_view")] = Cell::Bool(false);
            copy
        })
        .collect();
    for block in copies.chunks(2_000) {
        store.write(table, block, None).await.unwrap();
    }
    store.close().await.unwrap();
}

/// An empty database on the PostgreSQL server of the tests.
async fn new_database() -> Option<String> {
    let server = std::env::var_os("TALKER_TEST_POSTGRES_URL")?.into_string().ok()?;
    let name = format!("moving_{}", std::process::id());
    let any = Database::connect(&server).await.unwrap();
    any.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}")).await.unwrap();
    any.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    any.close().await.unwrap();
    let (address, options) = server.split_once('?').unwrap_or((&server, ""));
    let host = address.rsplit_once('/').map_or(address, |(host, _)| host);
    Some(if options.is_empty() { format!("{host}/{name}") } else { format!("{host}/{name}?{options}") })
}

/// Moves, and is killed again and again while it does. `target` is what a server is told that is to serve what was moved: until all
/// of it is there, it refuses.
pub(crate) async fn moved_though_killed(binary: &Path, data: &Path, arguments: &[&str], target: &[(&str, &str)]) {
    let nowhere = tempfile::tempdir().unwrap();
    // Killed at a moment that is later and later, until the move has begun; from then on at any moment.
    let (mut patience, mut going_on, mut refusals) = (60, 0, 0);
    for round in 0..80_u64 {
        let mut moving = command(binary, data, arguments).spawn().unwrap();
        let wait = Duration::from_millis(patience + (round * 37) % 60);
        if going_on == 8 || tokio::time::timeout(wait, moving.wait()).await.is_ok() {
            let output = moving.wait_with_output().await.unwrap();
            // Connections of one who was killed a moment ago may still be there.
            if said(&output).contains("other connections") {
                tokio::time::sleep(Duration::from_millis(200)).await;
                continue;
            }
            // The one before was killed when all was done.
            let is_done = going_on > 0 && said(&output).contains("is not empty");
            assert!(output.status.success() || is_done, "{}", said(&output));
            break;
        }
        moving.start_kill().unwrap();
        if !said(&moving.wait_with_output().await.unwrap()).contains("Going on") {
            patience += patience / 3;
            continue;
        }
        going_on += 1;
        if going_on == 1 {
            // Half a house is not lived in.
            let mut serving = command(binary, nowhere.path(), &["serve"]);
            let output = serving.envs(target.iter().copied()).env("TALKER_ADDRESS", "127.0.0.1:0").output();
            let output = tokio::time::timeout(Duration::from_secs(20), output).await.unwrap().unwrap();
            refusals += u32::from(said(&output).contains("has not come to its end"));
        }
    }
    assert!(going_on > 0 && refusals == 1, "the kills met a move that was going on: {going_on}, {refusals}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_that_is_killed_again_and_again_ends_whole() {
    let Some(binary) = binary() else { return };
    let Some(url) = new_database().await else {
        println!("SKIPPED: a move that is killed - TALKER_TEST_POSTGRES_URL is not set");
        return;
    };
    let (home, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    filled(home.path(), 20_000).await;
    let before = open(&embedded(home.path())).await;
    let sums_before = sums(&before).await;
    before.close().await.unwrap();

    let arguments = ["move", "--from", "embedded", "--to", &url];
    moved_though_killed(&binary, home.path(), &arguments, &[("DATABASE_URL", &url)]).await;
    let target = open(&url).await;
    assert_eq!(sums(&target).await, sums_before);
    target.close().await.unwrap();
    refused(&binary, home.path(), &arguments, "is not empty").await;

    // And back.
    let told = good(&binary, other.path(), &["move", "--from", &url, "--to", "embedded"]).await;
    assert!(told.contains("messages") && !told.contains("stone"), "{told}");
    let back = open(&embedded(other.path())).await;
    assert_eq!(sums(&back).await, sums_before);
    back.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_is_refused_where_it_would_harm() {
    let Some(binary) = binary() else { return };
    let (home, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let elsewhere = format!("sqlite://{}", other.path().join("talker.db").display());
    refused(&binary, home.path(), &["move", "--from", "embedded", "--to", &elsewhere], "is not there").await;
    filled(home.path(), 10).await;
    refused(&binary, home.path(), &["move", "--from", "embedded", "--to", "embedded"], "the same database").await;
    refused(&binary, home.path(), &["move", "--from", "embedded", "--to", "mysql://u:hunter2@h/d"], "no store").await;
    let process = Process::start(&binary, home.path(), &SCRIPTED).await;
    refused(&binary, home.path(), &["move", "--from", "embedded", "--to", &elsewhere], "is using").await;
    process.kill().await;
    good(&binary, home.path(), &["move", "--from", "embedded", "--to", &elsewhere]).await;
    refused(&binary, home.path(), &["move", "--from", "embedded", "--to", &elsewhere], "is not empty").await;
}

pub(crate) struct Talk {
    client: reqwest::Client,
    base: String,
    pub token: String,
}

impl Talk {
    pub async fn begin(process: &Process, is_new: bool) -> Self {
        let (client, base) = (client(), format!("http://{}/api/v1", process.address));
        let (name, password) = ("aya", "a quiet harbour at dawn");
        if is_new {
            let body =
                json!({"username": name, "email": "aya@example.org", "password": password, "birth_date": "2000-02-29"});
            let answer = client.post(format!("{base}/auth/register")).json(&body).send().await.unwrap();
            assert!(answer.status().is_success());
        }
        let form = [("grant_type", "password"), ("username", name), ("password", password)];
        let tokens: Value =
            client.post(format!("{base}/auth/token")).form(&form).send().await.unwrap().json().await.unwrap();
        Self { client, base, token: tokens["access_token"].as_str().unwrap().to_owned() }
    }

    pub async fn get(&self, path: &str) -> Value {
        let answer = self.client.get(format!("{}{path}", self.base)).bearer_auth(&self.token).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}");
        answer.json().await.unwrap()
    }

    pub async fn post(&self, path: &str, body: &Value) -> Option<Value> {
        let request = self.client.post(format!("{}{path}", self.base)).bearer_auth(&self.token).json(body);
        request.timeout(Duration::from_secs(5)).send().await.ok()?.error_for_status().ok()?.json().await.ok()
    }
}

/// How many of these messages the session has.
async fn known(talk: &Talk, session: &str, ids: &[String]) -> usize {
    let mut found: Vec<String> = Vec::new();
    let mut anchor = String::new();
    loop {
        let page = talk.get(&format!("/sessions/{session}/messages?limit=100{anchor}")).await;
        let items = page["items"].as_array().unwrap();
        found.extend(items.iter().filter_map(|item| item["client_message_id"].as_str().map(str::to_owned)));
        anchor = format!("&before={}", items[0]["id"].as_str().unwrap());
        if page["has_before"] == false {
            return ids.iter().filter(|id| found.iter().filter(|found| found == id).count() == 1).count();
        }
    }
}

/// Says another message; whether it was accepted.
async fn say(talk: &Talk, path: &str, accepted: &mut Vec<String>) -> bool {
    let n = accepted.len();
    let body = json!({"client_message_id": format!("m{n}"), "content": format!("Message {n}")});
    let is_accepted = talk.post(path, &body).await.is_some();
    if is_accepted {
        accepted.push(format!("m{n}"));
    }
    is_accepted
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_made_while_people_talk_holds_all_that_was_accepted_before() {
    let Some(binary) = binary() else { return };
    let (home, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let process = Process::start(&binary, home.path(), &SCRIPTED).await;
    let talk = Talk::begin(&process, true).await;
    let character = talk.get("/characters").await["items"][0]["id"].clone();
    let session = talk.post("/sessions", &json!({"character_id": character})).await.unwrap();
    let session = session["id"].as_str().unwrap().to_owned();
    let path = format!("/sessions/{session}/messages");
    let file = home.path().join("talker.tar");
    let shown = file.to_str().unwrap();
    let mut accepted: Vec<String> = Vec::new();
    let mut before = 0;
    // As many replies wait as may, and a backup of so little is made in a moment: so there is another when nothing was said in it.
    for _ in 0..20 {
        while accepted.len() < before + 12 {
            if !say(&talk, &path, &mut accepted).await {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        before = accepted.len();
        let mut backup = command(&binary, home.path(), &["backup", shown, "--keep", "2"]).spawn().unwrap();
        while backup.try_wait().unwrap().is_none() {
            say(&talk, &path, &mut accepted).await;
        }
        let output = backup.wait_with_output().await.unwrap();
        assert!(output.status.success(), "{}", said(&output));
        if accepted.len() > before {
            break;
        }
    }
    assert!(accepted.len() > before, "people went on talking meanwhile");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    // Who is there is not overwritten, least of all while a server runs.
    refused(&binary, home.path(), &["restore", shown, "--force"], "is using").await;
    process.kill().await;
    refused(&binary, home.path(), &["restore", shown], "is there already").await;

    good(&binary, other.path(), &["restore", shown]).await;
    let process = Process::start(&binary, other.path(), &SCRIPTED).await;
    let talk = Talk::begin(&process, false).await;
    assert_eq!(known(&talk, &session, &accepted[..before]).await, before);
    process.kill().await;
    let key = |folder: &Path| std::fs::read(folder.join("operator_key")).unwrap();
    assert_eq!(key(home.path()), key(other.path()));
    let told = good(&binary, other.path(), &["restore", shown, "--force"]).await;
    assert!(told.contains("What was there before is in "), "{told}");
    let left: Vec<String> = std::fs::read_dir(other.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert!(left.iter().any(|name| name.starts_with("before-restore-")), "{left:?}");
    assert!(!left.iter().any(|name| name.starts_with('.') || name.ends_with("-wal")), "{left:?}");

    // A damaged one changes nothing.
    let bytes = std::fs::read(&file).unwrap();
    std::fs::write(&file, &bytes[..bytes.len() * 2 / 3]).unwrap();
    refused(&binary, other.path(), &["restore", shown, "--force"], "no whole backup").await;
    let process = Process::start(&binary, other.path(), &SCRIPTED).await;
    assert_eq!(known(&Talk::begin(&process, false).await, &session, &accepted[..before]).await, before);
    process.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_are_backed_up_with_their_own_tools_and_steps_go_down_when_one_is_sure() {
    let Some(binary) = binary() else { return };
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("x.tar");
    let mut asked = command(&binary, home.path(), &["backup", file.to_str().unwrap()]);
    let output = asked.env("DATABASE_URL", "postgres://aya:hunter2@127.0.0.1:9/talker").output().await.unwrap();
    let told = said(&output);
    assert!(!output.status.success() && told.contains("pg_dump") && !told.contains("hunter2"), "{told}");
    good(&binary, home.path(), &["migrate", "up"]).await;
    refused(&binary, home.path(), &["migrate", "down"], "Nothing was changed").await;
    good(&binary, home.path(), &["migrate", "down", "--steps", "2", "--yes"]).await;
    refused(&binary, home.path(), &["migrate", "status"], "2 to apply").await;
    good(&binary, home.path(), &["migrate", "up"]).await;
    good(&binary, home.path(), &["embedder", "status"]).await;
}
