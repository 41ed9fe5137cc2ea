//! Somebody who talks to a server of its own process, over HTTP alone.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::Client;
use serde_json::{Value, json};

use crate::app::PASSWORD;
use crate::process::client;

/// Somebody who is signed in.
pub struct Visitor {
    client: Client,
    base: String,
    /// Their access token.
    pub token: String,
}

impl Visitor {
    /// Signs somebody up and in.
    pub async fn sign_up(server: SocketAddr, name: &str) -> Self {
        let (client, base) = (client(), format!("http://{server}/api/v1"));
        let body = json!({"username": name, "email": format!("{name}@example.org"), "password": PASSWORD, "birth_date": "2000-02-29"});
        let answer = client.post(format!("{base}/auth/register")).json(&body).send().await.expect("it answers");
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap_or_default());
        let form = [("grant_type", "password"), ("username", name), ("password", PASSWORD)];
        let answer = client.post(format!("{base}/auth/token")).form(&form).send().await.expect("it answers");
        let tokens: Value = answer.json().await.expect("tokens");
        Self { client, base, token: tokens["access_token"].as_str().expect("a token").to_owned() }
    }

    /// What a good `GET` answers.
    pub async fn get(&self, path: &str) -> Value {
        self.good(self.client.get(format!("{}{path}", self.base))).await
    }

    /// What a good `POST` answers.
    pub async fn post(&self, path: &str, body: Value) -> Value {
        self.good(self.client.post(format!("{}{path}", self.base)).json(&body)).await
    }

    async fn good(&self, request: reqwest::RequestBuilder) -> Value {
        let answer = request.bearer_auth(&self.token).send().await.expect("it answers");
        let (status, body) = (answer.status(), answer.text().await.expect("a body"));
        assert!(status.is_success(), "{status} {body}");
        serde_json::from_str(&body).expect("JSON")
    }

    /// A session with a character of theirs.
    pub async fn session(&self, name: &str, persona: &str) -> String {
        let character =
            json!({"name": name, "tagline": "", "persona": persona, "greeting": "Hello.", "visibility": "private"});
        let character = self.post("/characters", character).await;
        let session = self.post("/sessions", json!({"character_id": character["id"]})).await;
        session["id"].as_str().expect("an id").to_owned()
    }

    /// Says something and waits for the reply; gives its text.
    pub async fn say(&self, session: &str, words: &str) -> String {
        let id = format!("said-{}", words.len());
        let path = format!("/sessions/{session}/messages");
        let sent = self.post(&path, json!({"client_message_id": id, "content": words})).await;
        let reply = format!("{path}/{}", sent["reply"]["id"].as_str().expect("an id"));
        for _ in 0..600 {
            let reply = self.get(&reply).await;
            match reply["status"].as_str() {
                Some("queued" | "streaming") => tokio::time::sleep(Duration::from_millis(50)).await,
                Some("complete") => return reply["content"].as_str().expect("a text").to_owned(),
                _ => panic!("the reply ended as {}", reply["status"]),
            }
        }
        panic!("no reply in 30 s");
    }
}
