//! A program that shows an API key, in tests.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::http::{Answer, send};
use crate::{Person, TestApp};

/// Whoever calls with a key.
#[derive(Clone)]
pub struct Program<'a> {
    app: &'a TestApp,
    /// The key.
    pub secret: String,
    /// Its id.
    pub id: String,
}

impl TestApp {
    /// A program that shows this.
    pub fn program(&self, secret: &str) -> Program<'_> {
        Program { app: self, secret: secret.to_owned(), id: String::new() }
    }
}

impl<'a> Program<'a> {
    /// A program with a new key of a person.
    pub async fn of(app: &'a TestApp, person: &Person<'_>, key: Value) -> Self {
        let made = person.tell("POST /api-keys", key).await.with(201);
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        Self { app, secret: text(&made["secret"]), id: text(&made["key"]["id"]) }
    }

    /// A request below `/v1`.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.app.root(method, &format!("/v1{path}")).bearer_auth(&self.secret)
    }

    /// What a `GET` answers.
    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    /// What a character answers to a completion with these fields.
    pub async fn complete(&self, body: Value) -> Answer {
        send(self.request(Method::POST, "/chat/completions").json(&body)).await
    }

    /// What a character answers to one message.
    pub async fn ask(&self, model: &str, text: &str) -> Answer {
        self.complete(json!({"model": model, "messages": [{"role": "user", "content": text}]})).await
    }
}

impl Answer {
    /// The error of an answer of `/v1`, which is whole.
    #[track_caller]
    pub fn refusal(&self, status: u16, code: &str) -> Value {
        let error = &self.body["error"];
        assert_eq!((self.status.as_u16(), error["code"].as_str()), (status, Some(code)), "{}", self.body);
        assert_eq!(self.header("content-type"), "application/json");
        assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()) && error["type"].is_string());
        error.clone()
    }

    /// The events of a stream, each as JSON; `[DONE]` as text.
    pub fn events(&self) -> Vec<Value> {
        assert_eq!(self.header("content-type"), "text/event-stream");
        let text = String::from_utf8(self.bytes.clone()).expect("UTF-8");
        let data = text.lines().filter_map(|line| line.strip_prefix("data: "));
        data.map(|data| serde_json::from_str(data).unwrap_or_else(|_| data.into())).collect()
    }
}
