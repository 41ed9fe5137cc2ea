//! Plain HTTP for tests: whole answers, each held against the OpenAPI document.

use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::openapi::document;
use crate::{Person, TestApp};

/// An answer with everything in it.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body as it came.
    pub bytes: Vec<u8>,
    /// Its body as JSON, or as text when it is none, or null when it is empty.
    pub body: Value,
}

impl Answer {
    /// A header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("a plain header"))
    }

    /// The body of an answer with this status.
    #[track_caller]
    pub fn with(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self.body
    }

    /// The body of a problem of this kind, which is whole.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        assert_eq!((self.status.as_u16(), self.body["code"].as_str()), (status, Some(code)), "{}", self.body);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(self.body["status"], status);
        assert_eq!(self.body["type"], format!("urn:talker:problem:{code}"));
        assert_eq!(self.body["request_id"].as_str(), Some(self.header("x-request-id")));
        assert!(self.body["title"].as_str().is_some_and(|title| !title.is_empty()));
        self.body
    }

    /// The fields that a `validation_failed` names.
    #[track_caller]
    pub fn fields(self) -> Vec<String> {
        let problem = self.problem(422, "validation_failed");
        let errors = problem["errors"].as_array().expect("errors");
        errors.iter().map(|error| error["field"].as_str().expect("a field").to_owned()).collect()
    }
}

/// Sends a request; what comes back must be as the document says.
pub async fn send(request: RequestBuilder) -> Answer {
    let (client, request) = request.build_split();
    let request = request.expect("a request");
    let (method, path) = (request.method().clone(), request.url().path().to_owned());
    let response = client.execute(request).await.expect("the server answers");
    let (status, headers) = (response.status(), response.headers().clone());
    let bytes = response.bytes().await.expect("a body").to_vec();
    let body = match String::from_utf8(bytes.clone()) {
        Ok(text) if text.is_empty() => Value::Null,
        Ok(text) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        Err(_) => Value::Null,
    };
    let answer = Answer { status, headers, bytes, body };
    document().hold(&method, &path, &answer);
    answer
}

/// `GET /path` as method and path.
fn parts(line: &str) -> (Method, &str) {
    let (method, path) = line.split_once(' ').expect("a method and a path");
    (method.parse().expect("a method"), path)
}

impl TestApp {
    /// What a stranger's request (`GET /media/…`) answers.
    pub async fn ask(&self, line: &str) -> Answer {
        let (method, path) = parts(line);
        send(self.request(method, path)).await
    }

    /// What a stranger's request with a body of JSON answers.
    pub async fn tell(&self, line: &str, body: Value) -> Answer {
        let (method, path) = parts(line);
        send(self.request(method, path).json(&body)).await
    }

    /// What the token endpoint answers to a form.
    pub async fn token(&self, form: &[(&str, &str)]) -> Answer {
        send(self.request(Method::POST, "/auth/token").form(form)).await
    }
}

impl Person<'_> {
    /// What a request (`GET /users/me`) answers.
    pub async fn ask(&self, line: &str) -> Answer {
        let (method, path) = parts(line);
        send(self.request(method, path)).await
    }

    /// What a request with a body of JSON answers.
    pub async fn tell(&self, line: &str, body: Value) -> Answer {
        let (method, path) = parts(line);
        send(self.request(method, path).json(&body)).await
    }
}

/// What the server answers to what is written to it as it is: no client library unpacks or repairs anything.
pub async fn raw(app: &TestApp, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    answer
}

/// The bytes of a PNG of that size, in which no two places look the same.
#[must_use]
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let image = image::RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([x, y, x / 256 + y / 256].map(|n| n.to_le_bytes()[0]))
    });
    image.write_to(&mut bytes, image::ImageFormat::Png).expect("memory has room");
    bytes.into_inner()
}
