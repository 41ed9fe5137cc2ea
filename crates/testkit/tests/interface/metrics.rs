//! Metrics of the real binary: a conversation changes the figures, and nothing of it stands among them.

use std::net::SocketAddr;

use reqwest::{Client, Method};
use serde_json::json;
use testkit::Socket;
use testkit::process::{Process, binary, client, free_address};
use testkit::visitor::Visitor;

const TOKEN: &str = "a-token-that-nobody-can-guess";

/// A page of metrics.
struct Page(String);

impl Page {
    async fn read(client: &Client, address: SocketAddr) -> Self {
        let answer = client.get(format!("http://{address}/metrics")).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200);
        assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/plain; version=0.0.4"));
        Self(answer.text().await.unwrap())
    }

    /// The figure of one line, with its labels in any order.
    fn figure(&self, name: &str, labels: &[&str]) -> f64 {
        let is_it = |line: &&str| {
            let head = line.rsplit_once(' ').map_or("", |(head, _)| head);
            head.split('{').next() == Some(name) && labels.iter().all(|label| head.contains(label))
        };
        let line = self.0.lines().find(is_it).unwrap_or_else(|| panic!("no {name} {labels:?} in\n{}", self.0));
        line.rsplit_once(' ').unwrap().1.parse().unwrap()
    }

    fn lines(&self) -> usize {
        self.0.lines().count()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversation_changes_the_figures_and_stands_nowhere_among_them() {
    let Some(binary) = binary() else { return };
    let data = tempfile::tempdir().unwrap();
    let metrics = free_address();
    let environment = [
        ("TALKER_CHAT_MODEL", "scripted"),
        ("TALKER_EMBEDDING_MODEL", "scripted"),
        ("TALKER_SCRIPTED_TOKENS", "5"),
        ("TALKER_METRICS_ADDRESS", &metrics.to_string()),
        ("TALKER_METRICS_TOKEN", TOKEN),
    ];
    let process = Process::start(&binary, data.path(), &environment).await;
    let client = client();
    let before = Page::read(&client, metrics).await;
    assert_eq!(before.figure("talker_messages_accepted_total", &[]).to_string(), "0");

    let aya = Visitor::sign_up(process.address, "secretname").await;
    let session = aya.session("Secretrin", "secret-persona").await;
    let mut socket = Socket::open(process.address, Some(&aya.token)).await.unwrap();
    socket.hears_of_memories = true;
    socket.expect("ready").await;
    let reply = aya.say(&session, "a secret-word for nobody else").await;
    aya.say(&session, "and one secret-word more").await;
    socket.expect("reply.completed").await;
    // What is made up by others must not become a label of its own.
    let root = format!("http://{}", process.address);
    for n in 0..40 {
        client.get(format!("{root}/secret-path-{n}")).send().await.unwrap();
        let method = Method::from_bytes(format!("SECRET{n}").as_bytes()).unwrap();
        client.request(method, format!("{root}/api/v1/characters/{n}")).send().await.unwrap();
        client.get(format!("{root}/api/v1/sessions/secret-{n}")).bearer_auth(&aya.token).send().await.unwrap();
    }

    let page = Page::read(&client, metrics).await;
    for (name, labels, at_least) in [
        ("talker_turns_total", &["outcome=\"complete\""][..], 2.0),
        ("talker_tokens_total", &["kind=\"completion\""], 10.0),
        ("talker_first_token_seconds_count", &[], 2.0),
        ("talker_reply_seconds_count", &[], 2.0),
        ("talker_messages_accepted_total", &[], 2.0),
        ("talker_model_calls_total", &["provider=\"scripted\"", "outcome=\"answered\""], 2.0),
        ("talker_recall_seconds_count", &[], 1.0),
        ("talker_sockets_open", &[], 1.0),
        ("talker_socket_frames_total", &["direction=\"out\""], 3.0),
        ("talker_deltas_sent_total", &[], 1.0),
        (
            "talker_http_requests_total",
            &["route=\"/api/v1/sessions/{session_id}/messages\"", "status=\"2xx\"", "method=\"POST\""],
            2.0,
        ),
        ("talker_http_requests_total", &["route=\"/api/v1/sessions/{session_id}\"", "status=\"4xx\""], 40.0),
        ("talker_http_request_seconds_count", &["route=\"other\"", "method=\"GET\""], 40.0),
        ("talker_database_connections_max", &["pool=\"write\""], 1.0),
        ("talker_database_connections", &["pool=\"read\"", "state=\"idle\""], 1.0),
        ("talker_part_ready", &["part=\"store\""], 1.0),
        ("talker_part_degraded", &["part=\"bus\""], 0.0),
        ("talker_build_info", &["version="], 1.0),
        ("process_resident_memory_bytes", &[], 1e6),
        ("process_open_fds", &[], 5.0),
        ("process_cpu_seconds_total", &[], 0.0),
    ] {
        assert!(page.figure(name, labels) >= at_least, "{name} {labels:?} in\n{}", page.0);
    }
    assert_eq!(page.figure("talker_replies_running", &[]).to_string(), "0");
    assert!(page.lines() < 1_500, "{} lines", page.lines());
    let lower = page.0.to_lowercase();
    for word in ["secret", "example.org", reply.as_str(), session.as_str(), aya.token.as_str(), "ses_", "usr_", "msg_"]
    {
        assert!(!lower.contains(&word.to_lowercase()), "{word} stands among the metrics");
    }

    // On the server's own address only the token opens them.
    let open = |token: Option<&'static str>| {
        let request = client.get(format!("{root}/metrics"));
        token.map_or_else(|| request.try_clone().unwrap(), |token| request.try_clone().unwrap().bearer_auth(token))
    };
    for token in [None, Some("wrong"), Some("")] {
        assert_eq!(open(token).send().await.unwrap().status().as_u16(), 401);
    }
    assert!(open(Some(TOKEN)).send().await.unwrap().text().await.unwrap().contains("talker_turns_total"));
    for (path, body) in [("healthz", json!({"status": "ok"})), ("readyz", json!(true))] {
        let answer: serde_json::Value =
            client.get(format!("http://{metrics}/{path}")).send().await.unwrap().json().await.unwrap();
        assert!(answer == body || answer["ready"] == body, "{answer}");
    }
    assert!(process.stop().await.success());
}
