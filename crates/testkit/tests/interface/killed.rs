//! The real binary, killed again and again while people chat.

use std::time::Duration;

use reqwest::Client;
use serde_json::{Value, json};
use testkit::process::{Process, binary, client};

const SCRIPTED: [(&str, &str); 4] = [
    ("TALKER_CHAT_MODEL", "scripted"),
    ("TALKER_SCRIPTED_TOKENS", "40"),
    ("TALKER_SCRIPTED_TOKENS_PER_SECOND", "100"),
    ("SECRET_KEY", "a secret for tests that is long enough"),
];

struct Talk {
    client: Client,
    base: String,
    token: String,
}

impl Talk {
    async fn call(&self, method: reqwest::Method, path: &str, body: Option<Value>) -> Option<Value> {
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(&self.token)
            .timeout(Duration::from_secs(5));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await.ok()?;
        if !response.status().is_success() {
            return None;
        }
        response.json().await.ok()
    }
}

async fn sign_up(base: &str, client: &Client) {
    let body = json!({"username": "aya", "email": "aya@example.org", "password": "a quiet harbour at dawn", "birth_date": "2000-02-29"});
    let response = client.post(format!("{base}/auth/register")).json(&body).send().await.unwrap();
    assert!(response.status().is_success(), "{}", response.text().await.unwrap());
}

async fn sign_in(base: &str, client: &Client) -> String {
    let form = [("grant_type", "password"), ("username", "aya"), ("password", "a quiet harbour at dawn")];
    let tokens: Value =
        client.post(format!("{base}/auth/token")).form(&form).send().await.unwrap().json().await.unwrap();
    tokens["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_killed_in_mid_answer_loses_and_doubles_nothing() {
    let Some(binary) = binary() else { return };
    let data = tempfile::tempdir().unwrap();
    let client = client();
    let mut session = String::new();
    let mut accepted: Vec<String> = Vec::new();
    let mut unsure: Option<String> = None;
    for round in 0..8_u32 {
        let process = Process::start(&binary, data.path(), &SCRIPTED).await;
        let base = format!("http://{}/api/v1", process.address);
        if round == 0 {
            sign_up(&base, &client).await;
        }
        let talk = Talk { client: client.clone(), token: sign_in(&base, &client).await, base };
        if round == 0 {
            let characters = talk.call(reqwest::Method::GET, "/characters", None).await.unwrap();
            let body = json!({"character_id": characters["items"][0]["id"]});
            session = talk.call(reqwest::Method::POST, "/sessions", Some(body)).await.unwrap()["id"]
                .as_str()
                .unwrap()
                .to_owned();
        }
        // The kill comes at another moment each round, while messages are being sent and answered.
        let path = format!("/sessions/{session}/messages");
        let kill = tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(137 + 91 * u64::from(round))).await;
            process.kill().await;
        });
        for n in 0..100 {
            let id = unsure.take().unwrap_or_else(|| format!("r{round}-{n}"));
            let answer = talk
                .call(
                    reqwest::Method::POST,
                    &path,
                    Some(json!({"client_message_id": id, "content": format!("Message {id}")})),
                )
                .await;
            match answer {
                Some(_) => accepted.push(id),
                None => {
                    unsure = Some(id);
                    if kill.is_finished() {
                        break;
                    }
                    tokio::time::sleep(Duration::from_millis(60)).await;
                }
            }
        }
        kill.await.unwrap();
    }
    assert!(accepted.len() > 8, "people did chat: {}", accepted.len());

    let process = Process::start(&binary, data.path(), &SCRIPTED).await;
    let base = format!("http://{}/api/v1", process.address);
    let talk = Talk { client: client.clone(), token: sign_in(&base, &client).await, base };
    let messages = loop {
        let messages = whole_history(&talk, &session).await;
        if messages.iter().all(|message| matches!(message["status"].as_str(), Some("complete" | "failed"))) {
            break messages;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    let said: Vec<&str> = messages.iter().filter_map(|message| message["client_message_id"].as_str()).collect();
    assert!(
        accepted.iter().all(|id| said.iter().filter(|other| *other == id).count() == 1),
        "each accepted message once"
    );
    let mut in_order = accepted.clone();
    in_order.retain(|id| said.contains(&id.as_str()));
    assert_eq!(in_order, accepted);
    let failed: Vec<&Value> = messages.iter().filter(|message| message["status"] == "failed").collect();
    assert!(failed.iter().all(|message| message["failure"]["code"] == "interrupted"));
    assert!(!failed.is_empty(), "some kill met a reply");
    assert!(
        failed.iter().any(|message| !message["content"].as_str().unwrap().is_empty()),
        "some partial text was kept"
    );
    process.kill().await;
}

async fn whole_history(talk: &Talk, session: &str) -> Vec<Value> {
    let mut messages: Vec<Value> = Vec::new();
    let mut anchor = String::new();
    loop {
        let page = talk
            .call(reqwest::Method::GET, &format!("/sessions/{session}/messages?limit=50{anchor}"), None)
            .await
            .unwrap();
        let items = page["items"].as_array().unwrap().clone();
        anchor = format!("&before={}", items[0]["id"].as_str().unwrap());
        messages.splice(0..0, items);
        if page["has_before"] == false {
            return messages;
        }
    }
}
