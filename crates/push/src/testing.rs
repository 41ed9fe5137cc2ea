//! The far end, for tests: a push service on this machine, and the browser that reads what is sent through it.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

use std::collections::VecDeque;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::{PublicKey, SecretKey, ecdh};
use parking_lot::Mutex;
use ring::aead::Aad;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::encrypt::{content_keys, secret};
use crate::vapid::{fresh, fresh_key};

/// A browser that subscribed.
#[derive(Clone)]
pub struct Browser {
    key: SecretKey,
    auth: [u8; 16],
    /// Where it is reached.
    pub endpoint: String,
}

impl Browser {
    /// A browser reached at `endpoint`.
    #[must_use]
    pub fn at(endpoint: impl Into<String>) -> Self {
        Self { key: fresh_key().unwrap(), auth: fresh().unwrap(), endpoint: endpoint.into() }
    }

    /// Its public key.
    #[must_use]
    pub fn p256dh(&self) -> String {
        crate::text(self.key.public_key().to_encoded_point(false))
    }

    /// Its secret.
    #[must_use]
    pub fn auth(&self) -> String {
        crate::text(self.auth)
    }

    /// What a message says; nothing when it is not for this browser.
    #[must_use]
    pub fn read(&self, body: &[u8]) -> Option<Vec<u8>> {
        let (header, record) = body.split_at_checked(86)?;
        let salt: [u8; 16] = header[..16].try_into().unwrap();
        assert_eq!((&header[16..20], header[20]), (&4096_u32.to_be_bytes()[..], 65), "one record, one point");
        let sender = PublicKey::from_sec1_bytes(&header[21..]).ok()?;
        let shared = ecdh::diffie_hellman(self.key.to_nonzero_scalar(), sender.as_affine());
        let secret = secret(shared.raw_secret_bytes(), &self.auth, &self.key.public_key(), &sender).ok()?;
        let (key, nonce) = content_keys(&secret, &salt).ok()?;
        let mut record = record.to_vec();
        let plain = key.open_in_place(nonce, Aad::empty(), &mut record).ok()?;
        let end = plain.iter().rposition(|byte| *byte != 0)?;
        (plain[end] == 2).then(|| plain[..end].to_vec())
    }
}

/// A message as it came.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// For which browser: the end of its address.
    pub to: String,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
}

impl Delivery {
    /// A header, or nothing.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

#[derive(Default)]
struct Inner {
    /// What is answered first, each once; then 201.
    answers: Mutex<VecDeque<(StatusCode, Option<u64>)>>,
    came: Mutex<Vec<Delivery>>,
    news: Notify,
}

/// A push service that listens on this machine.
pub struct PushService {
    address: std::net::SocketAddr,
    inner: Arc<Inner>,
    serving: JoinHandle<()>,
}

impl PushService {
    /// One that takes every message.
    pub async fn start() -> Self {
        let inner = Arc::new(Inner::default());
        let router = Router::new().route("/to/{browser}", post(take)).with_state(Arc::clone(&inner));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.expect("it serves") });
        Self { address, inner, serving }
    }

    /// A browser that is reached through it.
    #[must_use]
    pub fn browser(&self, name: &str) -> Browser {
        Browser::at(format!("http://{}/to/{name}", self.address))
    }

    /// Answers the next message so, and says when to ask again.
    pub fn answer(&self, status: u16, retry_after: Option<u64>) {
        self.inner.answers.lock().push_back((StatusCode::from_u16(status).unwrap(), retry_after));
    }

    /// All that came so far, also what was not taken.
    #[must_use]
    pub fn came(&self) -> Vec<Delivery> {
        self.inner.came.lock().clone()
    }

    /// Waits until so many came in all.
    pub async fn wait_for(&self, count: usize) -> Vec<Delivery> {
        let waiting = async {
            loop {
                let news = self.inner.news.notified();
                let came = self.came();
                if came.len() >= count {
                    return came;
                }
                news.await;
            }
        };
        let patience = std::time::Duration::from_secs(20);
        tokio::time::timeout(patience, waiting).await.unwrap_or_else(|_| {
            panic!("waited for {count} messages, {} came", self.inner.came.lock().len());
        })
    }
}

impl Drop for PushService {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn take(State(inner): State<Arc<Inner>>, Path(to): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    let (status, retry_after) = inner.answers.lock().pop_front().unwrap_or((StatusCode::CREATED, None));
    inner.came.lock().push(Delivery { to, headers, body: body.to_vec() });
    inner.news.notify_waiters();
    let mut response = status.into_response();
    if let Some(seconds) = retry_after {
        response.headers_mut().insert("retry-after", HeaderValue::from(seconds));
    }
    response
}
