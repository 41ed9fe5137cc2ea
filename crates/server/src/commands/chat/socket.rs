//! The socket, over the same client as everything else: through the same proxies, with the same certificates.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use reqwest::{StatusCode, Upgraded, header};
use serde_json::Value;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

use super::api::{Api, Trouble};
use super::json::At;

/// How long it may take until it is open, and until a frame is taken.
const WITHIN: Duration = Duration::from_secs(15);

/// An open socket that has said `ready`.
pub(super) struct Socket {
    stream: WebSocketStream<Upgraded>,
    /// How often it shows that it lives.
    pub(super) heartbeat: Duration,
}

impl Socket {
    /// Opens it with a token that is good.
    pub(super) async fn open(api: &Api) -> Result<Self, Trouble> {
        let token = api.token(None).await?;
        match Self::with(api, &token).await? {
            Some(socket) => Ok(socket),
            // It ended before its time.
            None => {
                let token = api.token(Some(&token)).await?;
                Self::with(api, &token).await?.ok_or_else(|| Trouble::new("The server takes no token of this device"))
            }
        }
    }

    /// The same with this token; `None` when it is not taken.
    async fn with(api: &Api, token: &str) -> Result<Option<Self>, Trouble> {
        let key = generate_key();
        let request = api
            .socket(token)
            .header(header::CONNECTION, "Upgrade")
            .header(header::UPGRADE, "websocket")
            .header(header::SEC_WEBSOCKET_VERSION, "13")
            .header(header::SEC_WEBSOCKET_KEY, &key);
        let silent = |_| Trouble::passing(format!("{} does not answer in time", api.server));
        let answer = tokio::time::timeout(WITHIN, request.send()).await.map_err(silent)?;
        let answer = answer.map_err(|error| api.unreached(&error))?;
        let status = answer.status();
        if status == StatusCode::UNAUTHORIZED {
            return Ok(None);
        }
        let accepted = answer.headers().get(header::SEC_WEBSOCKET_ACCEPT).and_then(|value| value.to_str().ok());
        if status != StatusCode::SWITCHING_PROTOCOLS || accepted != Some(derive_accept_key(key.as_bytes()).as_str()) {
            return Err(api.told(status, &Value::Null));
        }
        let upgraded = answer.upgrade().await.map_err(|error| api.unreached(&error))?;
        let stream = WebSocketStream::from_raw_socket(upgraded, Role::Client, None).await;
        let mut socket = Self { stream, heartbeat: WITHIN };
        let ready = tokio::time::timeout(WITHIN, socket.next()).await.map_err(silent)?;
        match ready.filter(|frame| frame.at("/type") == "ready") {
            Some(ready) => {
                let seconds = ready.at("/heartbeat_seconds").as_u64().unwrap_or(15).clamp(1, 60);
                socket.heartbeat = Duration::from_secs(seconds);
                Ok(Some(socket))
            }
            None => Ok(None),
        }
    }

    /// Sends a frame; whether it went.
    pub(super) async fn send(&mut self, frame: &Value) -> bool {
        let sent = self.stream.send(Message::Text(frame.to_string().into()));
        tokio::time::timeout(WITHIN, sent).await.is_ok_and(|sent| sent.is_ok())
    }

    /// The next frame; `None` when it is closed. Safe to cancel.
    pub(super) async fn next(&mut self) -> Option<Value> {
        loop {
            match self.stream.next().await? {
                Ok(Message::Text(text)) => match serde_json::from_str(&text) {
                    Ok(frame) => return Some(frame),
                    Err(_) => continue,
                },
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }
}
