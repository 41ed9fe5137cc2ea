//! Clients that cost little: one thread serves them all, and of a frame they read no more than they must.

use std::net::{Ipv4Addr, SocketAddr};

use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::stamp;

/// Connections that share a source address: fewer than there are ports.
const PER_ADDRESS: usize = 10_000;

async fn connect(server: SocketAddr, n: usize) -> TcpStream {
    let last = 1 + u8::try_from(n / PER_ADDRESS).expect("few enough");
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(SocketAddr::from((Ipv4Addr::new(127, 0, 0, last), 0))).expect("a port");
    socket.set_nodelay(true).expect("no delay");
    socket.connect(server).await.expect("a connection")
}

/// What a frame is, as far as a measurement cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame<'a> {
    Delta(&'a str),
    Accepted,
    Completed,
    Other,
}

fn read(text: &str) -> Frame<'_> {
    const DELTA: &str = r#""delta":""#;
    if text.starts_with(r#"{"type":"reply.delta""#) {
        let from = text.find(DELTA).map_or(0, |at| at + DELTA.len());
        return Frame::Delta(&text[from..text.len() - 2]);
    }
    let is = |kind: &str| text.contains(kind);
    if is(r#""type":"reply.completed""#) {
        Frame::Completed
    } else if is(r#""type":"message.accepted""#) {
        Frame::Accepted
    } else {
        assert!(!is(r#""type":"error""#) && !is(r#""type":"reply.failed""#), "{text}");
        Frame::Other
    }
}

/// One socket.
pub struct Client {
    stream: WebSocketStream<TcpStream>,
    sent: u64,
}

impl Client {
    /// Opens the `n`-th socket, and waits until it is ready when it has a token.
    pub async fn open(server: SocketAddr, token: Option<&str>, n: usize) -> Self {
        let mut request = format!("ws://{server}/api/v1/chat/ws").into_client_request().expect("a request");
        if let Some(token) = token {
            request.headers_mut().insert("authorization", format!("Bearer {token}").parse().expect("a header"));
        }
        let config = WebSocketConfig::default().read_buffer_size(4096).write_buffer_size(0);
        let stream = connect(server, n).await;
        let (stream, _) =
            tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await.expect("a socket");
        let mut client = Self { stream, sent: 0 };
        if token.is_some() {
            client.frame(|frame| assert_eq!(frame, Frame::Other)).await;
        }
        client
    }

    /// Says something.
    pub async fn say(&mut self, session: &str, words: &str) {
        self.sent += 1;
        let name = stamp::now();
        let frame = format!(
            r#"{{"type":"message.send","session_id":"{session}","client_message_id":"{name}-{}","content":"{words}"}}"#,
            self.sent
        );
        self.stream.send(Message::Text(frame.into())).await.expect("it can be said");
    }

    /// Shows a session, from its beginning.
    pub async fn show(&mut self, session: &str) {
        let frame = format!(r#"{{"type":"session.resume","session_id":"{session}","after_seq":0}}"#);
        self.stream.send(Message::Text(frame.into())).await.expect("it can be asked");
    }

    /// Shows the next frame to `look`.
    pub async fn frame<T>(&mut self, look: impl FnOnce(Frame<'_>) -> T) -> T {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => return look(read(&text)),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("the server went: {other:?}"),
            }
        }
    }

    /// Shows the next frame of a session to `look`: a socket hears of all that are its person's.
    pub async fn frame_of<T>(&mut self, session: &str, look: impl Fn(Frame<'_>) -> T) -> T {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) if text.contains(session) => return look(read(&text)),
                Some(Ok(Message::Text(_) | Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("the server went: {other:?}"),
            }
        }
    }

    /// Reads for ever, so that heartbeats are answered.
    pub async fn idle(mut self) {
        loop {
            self.frame(|_| ()).await;
        }
    }
}

/// A connection for requests, kept open.
pub struct Http {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Http {
    pub async fn open(server: SocketAddr) -> Self {
        Self { stream: connect(server, 0).await, buffer: Vec::new() }
    }

    /// How many bytes the body of a `GET` has.
    pub async fn get(&mut self, path: &str, token: &str) -> usize {
        let request = format!("GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n");
        self.stream.write_all(request.as_bytes()).await.expect("the request goes");
        self.buffer.clear();
        loop {
            assert!(self.stream.read_buf(&mut self.buffer).await.expect("an answer") > 0, "the server closed");
            let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
            let head = String::from_utf8_lossy(&self.buffer[..end]).to_lowercase();
            assert!(head.starts_with("http/1.1 200"), "{head}");
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok())
                .expect("a length");
            if self.buffer.len() >= end + 4 + length {
                return length;
            }
        }
    }
}
