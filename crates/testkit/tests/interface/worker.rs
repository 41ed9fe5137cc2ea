//! The real binary as servers and workers that share a database: who does the background work, and who takes it up.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use axum::extract::State;
use axum::{Json, Router, routing::post};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use testkit::process::{Process, binary, client};
use testkit::store::new_database_url;
use tokio::process::Command;

const SAID: &str = "My sister keeps bees behind the lighthouse.";

/// The settings that servers and workers share.
fn settings<'a>(database: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let shared = [
        ("DATABASE_URL", database),
        ("TALKER_JOBS", "off"),
        ("TALKER_CHAT_MODEL", "scripted"),
        ("TALKER_SCRIPTED_TOKENS", "5"),
        ("TALKER_SCRIPTED_TOKENS_PER_SECOND", "0"),
        ("TALKER_EMBEDDING_MODEL", "off"),
        ("TALKER_OLLAMA_URL", "off"),
        ("SECRET_KEY", "a secret for tests that is long enough"),
    ];
    shared.into_iter().chain(more.iter().copied()).collect()
}

/// A person with a session, at a server in a process of its own.
struct Talk {
    client: Client,
    base: String,
    token: String,
    character: String,
    session: String,
}

impl Talk {
    async fn begin(server: &Process) -> Self {
        Self::begin_as(server, "aya").await
    }

    async fn begin_as(server: &Process, name: &str) -> Self {
        let (client, base) = (client(), format!("http://{}/api/v1", server.address));
        let email = format!("{name}@example.org");
        let body = json!({"username": name, "email": email, "password": "a quiet harbour at dawn", "birth_date": "2000-02-29"});
        let made = client.post(format!("{base}/auth/register")).json(&body).send().await.unwrap();
        assert!(made.status().is_success(), "{}", made.text().await.unwrap());
        let form = [("grant_type", "password"), ("username", name), ("password", "a quiet harbour at dawn")];
        let tokens: Value =
            client.post(format!("{base}/auth/token")).form(&form).send().await.unwrap().json().await.unwrap();
        let token = tokens["access_token"].as_str().unwrap().to_owned();
        let mut talk = Self { client, base, token, character: String::new(), session: String::new() };
        let characters = talk.call(Method::GET, "/characters", None).await;
        talk.character = characters["items"][0]["id"].as_str().unwrap().to_owned();
        let session = talk.call(Method::POST, "/sessions", Some(json!({"character_id": talk.character}))).await;
        talk.session = session["id"].as_str().unwrap().to_owned();
        talk
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let request = self.client.request(method, format!("{}{path}", self.base)).bearer_auth(&self.token);
        let request = request.timeout(Duration::from_secs(5));
        let answer = body.into_iter().fold(request, |request, body| request.json(&body)).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
        answer.json().await.unwrap()
    }

    /// Says something and waits for the end of the answer.
    async fn say(&self) {
        let path = format!("/sessions/{}/messages", self.session);
        self.call(Method::POST, &path, Some(json!({"client_message_id": "one", "content": SAID}))).await;
        let done = |history: &Value| {
            history["items"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|message| message["role"] == "character")
                .all(|reply| reply["status"] == "complete")
        };
        for _ in 0..200 {
            let history = self.call(Method::GET, &path, None).await;
            if done(&history) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the reply is not complete after 10 s");
    }

    async fn likes(&self, character: &str) {
        let path = format!("/characters/{character}/reaction");
        self.call(Method::PUT, &path, Some(json!({"reaction": "like"}))).await;
    }

    /// Waits until a list says so.
    async fn lists(&self, path: &str, within: Duration, is_it: impl Fn(&[Value]) -> bool) {
        let begun = tokio::time::Instant::now();
        loop {
            let page = self.call(Method::GET, path, None).await;
            if is_it(page["items"].as_array().unwrap()) {
                return;
            }
            assert!(begun.elapsed() < within, "after {within:?} {path} is {page}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    async fn count(&self, what: &str) -> u64 {
        let state = self.call(Method::GET, &format!("/characters/{}/memories/state", self.character), None).await;
        state[what].as_u64().unwrap()
    }

    /// Waits until the book has some.
    async fn wait_for(&self, what: &str, within: Duration) {
        let begun = tokio::time::Instant::now();
        while self.count(what).await == 0 {
            assert!(begun.elapsed() < within, "no {what} after {within:?}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// The folders of a server and of two workers.
fn folders() -> (tempfile::TempDir, [PathBuf; 3]) {
    let folder = tempfile::tempdir().unwrap();
    let inside = ["server", "one", "other"].map(|name| folder.path().join(name));
    for path in &inside {
        std::fs::create_dir(path).unwrap();
    }
    (folder, inside)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_server_leaves_to_workers_is_done_by_a_worker() {
    let Some(binary) = binary() else { return };
    let Some(database) = new_database_url("what_a_server_leaves_to_workers_is_done_by_a_worker").await else { return };
    let (_folder, [server_data, worker_data, _]) = folders();
    let settings = settings(&database, &[]);
    let server = Process::start(&binary, &server_data, &settings).await;
    let talk = Talk::begin(&server).await;
    talk.say().await;
    // A server that did its jobs would have looked for them by now.
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(talk.count("episodes").await, 0, "the server leaves it");

    let worker = Process::start_worker(&binary, &worker_data, &settings).await;
    talk.wait_for("episodes", Duration::from_secs(20)).await;
    let found =
        talk.call(Method::GET, &format!("/characters/{}/memories/search?q=lighthouse", talk.character), None).await;
    assert!(found.to_string().contains(SAID), "{found}");

    let at = |path: &str| client().get(format!("http://{}{path}", worker.address)).send();
    assert_eq!(at("/readyz").await.unwrap().status(), 200);
    assert_eq!(at("/api/v1/models").await.unwrap().status(), 404, "a worker serves nobody");
    assert!(asked(&binary, "--worker", &[("TALKER_WORKER_ADDRESS", &worker.address.to_string())]).await);
    let gone = worker.address.to_string();
    assert!(worker.stop().await.success(), "a worker stops when it is asked");
    assert!(!asked(&binary, "--worker", &[("TALKER_WORKER_ADDRESS", &gone)]).await);
    server.kill().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_worker_learns_of_whom_people_like_a_server_shows() {
    let Some(binary) = binary() else { return };
    let Some(database) = new_database_url("what_a_worker_learns_of_whom_people_like_a_server_shows").await else {
        return;
    };
    let (_folder, [server_data, one_data, other_data]) = folders();
    let settings = settings(&database, &[("TALKER_REGISTRATIONS_PER_ADDRESS", "100")]);
    let server = Process::start(&binary, &server_data, &settings).await;
    let aya = Talk::begin(&server).await;
    let offered = aya.call(Method::GET, "/characters?limit=100", None).await;
    let offered: Vec<String> =
        offered["items"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect();
    let [first, second, third, ..] = &offered[..] else { panic!("three characters come along: {offered:?}") };
    let mut others = Vec::new();
    for n in 0..4 {
        let other = Talk::begin_as(&server, &format!("other{n}")).await;
        other.likes(first).await;
        other.likes(second).await;
        others.push(other);
    }
    aya.likes(first).await;
    // Nobody learns: a server that leaves jobs to others knows nothing of whom people like.
    tokio::time::sleep(Duration::from_secs(3)).await;
    let trending = "/characters/trending?limit=100";
    aya.lists(trending, Duration::ZERO, |items| items.is_empty()).await;
    let learned = |reason: &Value| reason["kind"] == "because_you_like";
    aya.lists("/recommendations", Duration::ZERO, |items| !items.iter().any(|one| learned(&one["reason"]))).await;

    let one = Process::start_worker(&binary, &one_data, &settings).await;
    let has = |items: &[Value], id: &str| items.iter().any(|one| one["id"] == id);
    aya.lists(trending, Duration::from_secs(60), |items| has(items, first) && has(items, second)).await;
    // Those who like her like the other: the server says so at once, with the reason.
    let because =
        |one: &Value| one["character"]["id"] == second.as_str() && one["reason"]["character"]["id"] == first.as_str();
    aya.lists("/recommendations", Duration::from_secs(10), |items| {
        items.first().is_some_and(|one| learned(&one["reason"]) && because(one))
    })
    .await;
    aya.lists(&format!("/characters/{first}/similar"), Duration::from_secs(10), |items| has(items, second)).await;
    // It dies, and another goes on from what is kept.
    one.kill().await;
    for other in &others {
        other.likes(third).await;
    }
    let other = Process::start_worker(&binary, &other_data, &settings).await;
    aya.lists(trending, Duration::from_secs(120), |items| has(items, third) && has(items, first)).await;
    assert!(other.stop().await.success());
    server.kill().await;
}

/// Whether `talker healthcheck` finds it alive.
async fn asked(binary: &Path, argument: &str, environment: &[(&str, &str)]) -> bool {
    let mut command = Command::new(binary);
    command.args(["healthcheck", argument]).envs(environment.iter().copied());
    command.output().await.unwrap().status.success()
}

/// An embedder that answers servers at once, and keeps workers waiting until it is told to answer.
#[derive(Clone, Default)]
struct SlowEmbedder {
    answers: Arc<AtomicBool>,
    asked: Arc<AtomicUsize>,
}

impl SlowEmbedder {
    async fn serve(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let app = Router::new()
            .route("/server/embeddings", post(async |Json(body): Json<Value>| Self::vectors(&body)))
            .route("/worker/embeddings", post(Self::embed))
            .with_state(self.clone());
        drop(tokio::spawn(axum::serve(listener, app).into_future()));
        url
    }

    async fn embed(State(embedder): State<Self>, Json(body): Json<Value>) -> Json<Value> {
        embedder.asked.fetch_add(1, Ordering::SeqCst);
        while !embedder.answers.load(Ordering::SeqCst) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Self::vectors(&body)
    }

    fn vectors(body: &Value) -> Json<Value> {
        let texts = body["input"].as_array().unwrap();
        let data: Vec<Value> =
            (0..texts.len()).map(|index| json!({"index": index, "embedding": [1.0, 0.5, 0.25]})).collect();
        Json(json!({"data": data}))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_job_of_a_worker_that_was_killed_is_taken_up_by_another() {
    let Some(binary) = binary() else { return };
    let Some(database) = new_database_url("the_job_of_a_worker_that_was_killed_is_taken_up_by_another").await else {
        return;
    };
    let (_folder, [server_data, one_data, other_data]) = folders();
    let embedder = SlowEmbedder::default();
    let url = embedder.serve().await;
    let (for_server, for_worker) = (format!("{url}/server"), format!("{url}/worker"));
    let slow = ("TALKER_EMBEDDING_MODEL", "openai/slow");
    let of_server = settings(&database, &[slow, ("OPENAI_API_BASE_URL", &for_server)]);
    let of_worker = settings(&database, &[slow, ("OPENAI_API_BASE_URL", &for_worker)]);
    let server = Process::start(&binary, &server_data, &of_server).await;
    let one = Process::start_worker(&binary, &one_data, &of_worker).await;
    let talk = Talk::begin(&server).await;
    talk.say().await;
    talk.wait_for("episodes", Duration::from_secs(20)).await;
    for _ in 0..200 {
        if embedder.asked.load(Ordering::SeqCst) > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(embedder.asked.load(Ordering::SeqCst) > 0, "the worker is in the middle of a job");
    one.kill().await;
    embedder.answers.store(true, Ordering::SeqCst);
    assert_eq!(talk.count("embedded").await, 0);

    let other = Process::start_worker(&binary, &other_data, &of_worker).await;
    // The lease of the dead one is half a minute.
    talk.wait_for("embedded", Duration::from_secs(60)).await;
    assert!(other.stop().await.success());
    server.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_beside_the_embedded_database_is_refused_with_a_hint() {
    let Some(binary) = binary() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(&binary);
    command.arg("worker").env("TALKER_DATA_DIR", folder.path()).env("TALKER_CHAT_MODEL", "scripted");
    let refused = command.output().await.unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("Set DATABASE_URL to the PostgreSQL database"), "{said}");
    assert!(!folder.path().join("talker.db").exists(), "nothing is made");
}
