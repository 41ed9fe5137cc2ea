//! A WebSocket client for tests: frames in, frames out, nothing hidden, each held against the contract.

use std::net::SocketAddr;
use std::time::Duration;

use crate::contract::{Way, contract};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// How long a test waits for a frame.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// An open socket.
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Whether it is told when a character remembers otherwise: that happens in its own time, between any two frames.
    pub hears_of_memories: bool,
    /// Whether it hears of bonds that are others than before.
    pub hears_of_bonds: bool,
    /// Whether it is told which friends are here, in its own time, too.
    pub hears_of_presence: bool,
    /// Whether it is told of notifications, which come in their own time, too.
    pub hears_of_notifications: bool,
}

/// What came next.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// A frame.
    Frame(Value),
    /// The end, with the code of the close.
    Closed(Option<u16>),
}

impl Socket {
    /// Opens the chat socket, with the token in the header if one is given.
    pub async fn open(address: SocketAddr, token: Option<&str>) -> Result<Self, Error> {
        let mut request = format!("ws://{address}/api/v1/chat/ws").into_client_request()?;
        if let Some(token) = token {
            request.headers_mut().insert("authorization", format!("Bearer {token}").parse().expect("a header"));
        }
        Self::connect(request).await
    }

    /// Opens a socket with a request of the caller's.
    pub async fn connect(request: tokio_tungstenite::tungstenite::handshake::client::Request) -> Result<Self, Error> {
        let (stream, _) = connect_async(request).await?;
        Ok(Self {
            stream,
            hears_of_memories: false,
            hears_of_bonds: false,
            hears_of_presence: false,
            hears_of_notifications: false,
        })
    }

    /// Sends a frame of the contract.
    pub async fn send(&mut self, frame: Value) {
        contract().hold(Way::Sent, &frame);
        self.send_unchecked(frame).await;
    }

    /// Sends a frame that may break the contract.
    pub async fn send_unchecked(&mut self, frame: Value) {
        self.send_raw(Message::Text(frame.to_string().into())).await;
    }

    /// Sends anything.
    pub async fn send_raw(&mut self, message: Message) {
        // The server may have closed meanwhile; what comes next tells.
        let _ = self.stream.send(message).await;
    }

    /// Sends text as it is.
    pub async fn send_text(&mut self, text: &str) {
        self.send_raw(Message::Text(Utf8Bytes::from(text))).await;
    }

    /// Says something under a client id.
    pub async fn say(&mut self, session: &str, client_message_id: &str, content: &str) {
        self.send(json!({"type": "message.send", "session_id": session, "client_message_id": client_message_id, "content": content})).await;
    }

    /// What comes next, within [`PATIENCE`].
    pub async fn next(&mut self) -> Next {
        self.within(PATIENCE).await.expect("nothing came")
    }

    /// What comes next, if it comes within `time`.
    pub async fn within(&mut self, time: Duration) -> Option<Next> {
        tokio::time::timeout(time, async {
            loop {
                return match self.stream.next().await {
                    Some(Ok(Message::Text(text))) => {
                        let frame: Value = serde_json::from_str(&text).expect("a frame is JSON");
                        contract().hold(Way::Received, &frame);
                        if !self.hears_of_memories && frame["type"] == "memory.changed" {
                            continue;
                        }
                        if !self.hears_of_bonds && frame["type"] == "bond.changed" {
                            continue;
                        }
                        if !self.hears_of_presence && frame["type"] == "presence" {
                            continue;
                        }
                        let of_inbox = matches!(frame["type"].as_str(), Some("notification" | "notifications.read"));
                        if !self.hears_of_notifications && of_inbox {
                            continue;
                        }
                        Next::Frame(frame)
                    }
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                    Some(Ok(Message::Close(frame))) => Next::Closed(frame.map(|frame| frame.code.into())),
                    Some(Ok(_)) => panic!("a frame that is no text"),
                    Some(Err(_)) | None => Next::Closed(None),
                };
            }
        })
        .await
        .ok()
    }

    /// The next frame.
    pub async fn frame(&mut self) -> Value {
        match self.next().await {
            Next::Frame(frame) => frame,
            Next::Closed(code) => panic!("closed with {code:?}"),
        }
    }

    /// The next frame of a type; others before it are passed over.
    pub async fn expect(&mut self, kind: &str) -> Value {
        self.until(kind).await.pop().expect("the frame itself")
    }

    /// All frames up to the next of a type, that one included.
    pub async fn until(&mut self, kind: &str) -> Vec<Value> {
        let mut frames = Vec::new();
        loop {
            let frame = match self.within(PATIENCE).await {
                Some(Next::Frame(frame)) => frame,
                other => panic!("waited for {kind}, got {other:?} after {frames:?}"),
            };
            let found = frame["type"] == kind;
            frames.push(frame);
            if found {
                return frames;
            }
        }
    }

    /// The code with which the server closes; frames before are passed over.
    pub async fn closed(&mut self) -> Option<u16> {
        loop {
            if let Next::Closed(code) = self.next().await {
                return code;
            }
        }
    }
}
