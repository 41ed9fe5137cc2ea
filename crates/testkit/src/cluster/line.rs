//! The line of a device to its server: the socket that is opened again and again, what is sent over it and when, what is
//! heard; and plain requests.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use parking_lot::Mutex;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::client::{Answer, Typed};
use super::journal::Journal;
use super::watch::Watch;

/// Times of the product's client, shorter where a test would wait for nothing.
const READY: Duration = Duration::from_secs(4);
const BACKOFF_FIRST: Duration = Duration::from_millis(200);
const BACKOFF_MOST: Duration = Duration::from_secs(2);
const BEAT: Duration = Duration::from_secs(2);
const PONG: Duration = Duration::from_secs(4);
const ACCEPT: Duration = Duration::from_secs(4);
const SEND_TRIES: u32 = 3;
const LOOK: Duration = Duration::from_millis(100);
const CALL: Duration = Duration::from_secs(8);

/// Refusals that may pass.
const PASSING: [&str; 4] = ["rate_limited", "unavailable", "internal", "unauthenticated"];

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A message that is on its way.
pub(super) struct Flight {
    pub(super) id: String,
    pub(super) tries: u32,
    pub(super) again: Instant,
}

/// What a device knows.
#[derive(Default)]
pub(super) struct State {
    pub(super) online: bool,
    pub(super) ended: Option<u16>,
    pub(super) watches: HashMap<String, Watch>,
    pub(super) outbox: VecDeque<Typed>,
    pub(super) flights: HashMap<String, Flight>,
    pub(super) typed: Vec<Typed>,
    pub(super) taken: HashMap<String, Value>,
    pub(super) refused: Vec<(String, String)>,
    pub(super) born: HashMap<String, String>,
    pub(super) strange: Vec<String>,
    pub(super) pinged: Option<Instant>,
    pub(super) heard: Option<Instant>,
    pub(super) local: Option<SocketAddr>,
}

/// What a device and its socket share.
pub(super) struct Shared {
    pub(super) name: String,
    pub(super) server: SocketAddr,
    pub(super) token: String,
    pub(super) http: reqwest::Client,
    pub(super) journal: Arc<Journal>,
    pub(super) state: Mutex<State>,
    pub(super) wake: Notify,
}

impl Shared {
    /// Keeps a socket open, for ever.
    pub(super) async fn live(self: Arc<Self>) {
        let mut wait = BACKOFF_FIRST;
        loop {
            let code = match timeout(READY, self.open()).await {
                Ok(Some(stream)) => {
                    wait = BACKOFF_FIRST;
                    self.come_online(&stream);
                    let code = self.serve(stream).await;
                    self.go_offline();
                    code
                }
                _ => None,
            };
            self.journal.note(&self.name, format!("is offline: {code:?}"));
            if matches!(code, Some(4403)) {
                self.state.lock().ended = code;
                return;
            }
            self.journal.count("reconnects");
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(BACKOFF_MOST);
        }
    }

    /// An open socket that has heard `ready`.
    async fn open(&self) -> Option<Stream> {
        let mut request = format!("ws://{}/api/v1/chat/ws", self.server).into_client_request().ok()?;
        request.headers_mut().insert("authorization", format!("Bearer {}", self.token).parse().ok()?);
        let (mut stream, _) = match connect_async(request).await {
            Ok(open) => open,
            Err(error) => {
                // A token that is no good any more is refused before the socket opens, or after.
                self.journal.note(&self.name, format!("is not let in: {error}"));
                return None;
            }
        };
        loop {
            match stream.next().await? {
                Ok(Message::Text(text)) => {
                    let frame: Value = serde_json::from_str(&text).ok()?;
                    return (frame["type"] == "ready").then_some(stream);
                }
                Ok(Message::Close(frame)) => {
                    let code = frame.map(|frame| u16::from(frame.code));
                    if matches!(code, Some(4403)) {
                        self.state.lock().ended = code;
                    }
                    return None;
                }
                Ok(_) => {}
                Err(_) => return None,
            }
        }
    }

    fn come_online(&self, stream: &Stream) {
        self.journal.note(&self.name, "is online");
        let mut state = self.state.lock();
        state.local = match stream.get_ref() {
            MaybeTlsStream::Plain(stream) => stream.local_addr().ok(),
            _ => None,
        };
        state.online = true;
        (state.pinged, state.heard) = (None, Some(Instant::now()));
        state.flights.clear();
        state.watches.values_mut().for_each(Watch::reconnect);
    }

    fn go_offline(&self) {
        self.state.lock().online = false;
    }

    /// Serves an open socket to its end; the code of the close.
    async fn serve(&self, mut stream: Stream) -> Option<u16> {
        loop {
            self.read_lost().await;
            let frames = self.due(Instant::now())?;
            for frame in frames {
                timeout(PONG, stream.send(Message::Text(frame.to_string().into()))).await.ok()?.ok()?;
            }
            tokio::select! {
                next = stream.next() => match next? {
                    Ok(Message::Text(text)) => self.hear(&text, Instant::now()),
                    Ok(Message::Close(frame)) => return frame.map(|frame| frame.code.into()),
                    Ok(_) => self.state.lock().heard = Some(Instant::now()),
                    Err(_) => return None,
                },
                () = self.wake.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    /// Reads those chats anew of which too little is known.
    async fn read_lost(&self) {
        let lost = self.state.lock().watches.iter().find(|(_, watch)| watch.lost).map(|(id, _)| id.clone());
        let Some(session) = lost else { return };
        match self.history(&session).await {
            Ok((messages, seq)) => {
                self.journal.note(&self.name, format!("reads {session} at {seq}"));
                if let Some(watch) = self.state.lock().watches.get_mut(&session) {
                    watch.read(&messages, seq);
                }
            }
            Err(_) => tokio::time::sleep(LOOK).await,
        }
    }

    /// What is to be sent now; nothing when nobody is there any more.
    fn due(&self, now: Instant) -> Option<Vec<Value>> {
        let mut state = self.state.lock();
        let mut frames = Vec::new();
        if state.pinged.is_none_or(|pinged| now > pinged + BEAT) {
            state.pinged = Some(now);
            frames.push(json!({"type": "ping"}));
        }
        if state.heard.is_none_or(|heard| now > heard + BEAT + PONG) {
            return None;
        }
        let State { watches, .. } = &mut *state;
        frames.extend(watches.iter_mut().filter_map(|(session, watch)| watch.due(session, now)));
        let State { outbox, flights, .. } = &mut *state;
        for typed in outbox.iter() {
            // One message of a chat is on its way at a time: so they are taken in the order they were typed.
            let flight = flights.entry(typed.session.clone()).or_insert_with(|| Flight {
                id: typed.id.clone(),
                tries: 0,
                again: now,
            });
            if flight.id != typed.id || now < flight.again {
                continue;
            }
            if flight.tries >= SEND_TRIES {
                return None;
            }
            if flight.tries > 0 {
                self.journal.count("retries");
            }
            flight.tries += 1;
            flight.again = now + ACCEPT;
            frames.push(json!({"type": "message.send", "id": typed.id, "session_id": typed.session,
                "client_message_id": typed.id, "content": typed.content}));
        }
        Some(frames)
    }

    fn hear(&self, text: &str, now: Instant) {
        let mut state = self.state.lock();
        state.heard = Some(now);
        let Ok(frame) = serde_json::from_str::<Value>(text) else {
            state.strange.push("a frame that is no JSON".to_owned());
            return;
        };
        let kind = frame["type"].as_str().unwrap_or_default();
        if kind == "error" {
            self.journal.note(&self.name, format!("hears {text}"));
            return Self::refuse(&mut state, &frame, now);
        }
        let Some(session) = frame["session_id"].as_str().map(str::to_owned) else { return };
        if let (Some(reply), Some(parent)) = (frame["reply"]["id"].as_str(), frame["reply"]["parent_id"].as_str()) {
            state.born.insert(reply.to_owned(), parent.to_owned());
        }
        if kind == "message.accepted" {
            self.accept(&mut state, &frame);
        }
        let Some(watch) = state.watches.get_mut(&session) else {
            return state.strange.push(format!("heard {kind} of {session}, which is not theirs"));
        };
        match kind {
            "reply.delta" => watch.delta(&frame),
            "session.resumed" => watch.resumed(frame["seq"].as_u64().unwrap_or_default(), now),
            _ if frame["seq"].is_u64() && watch.event(&frame) => self.journal.note(&self.name, brief(&frame)),
            _ => {}
        }
    }

    fn accept(&self, state: &mut State, frame: &Value) {
        let Some(id) = frame["client_message_id"].as_str() else { return };
        let ours = state.outbox.iter().position(|typed| typed.id == id);
        if let Some(typed) = ours.and_then(|at| state.outbox.remove(at)) {
            state.flights.remove(&typed.session);
            self.wake.notify_one();
        }
        if !state.typed.iter().any(|typed| typed.id == id) {
            return;
        }
        let outcome =
            |frame: &Value| (frame["message"]["id"].clone(), frame["reply"]["id"].clone(), frame["seq"].clone());
        if let Some(first) = state.taken.get(id) {
            let (first, second) = (outcome(first), outcome(frame));
            if first != second {
                state.strange.push(format!("{id} had two outcomes: {first:?} and {second:?}"));
            }
        } else {
            state.taken.insert(id.to_owned(), frame.clone());
            self.journal.count("messages");
        }
    }

    fn refuse(state: &mut State, frame: &Value, now: Instant) {
        let (id, code) = (frame["ref"].as_str().unwrap_or_default(), frame["code"].as_str().unwrap_or_default());
        let Some(at) = state.outbox.iter().position(|typed| typed.id == id) else { return };
        let Some(session) = state.outbox.get(at).map(|typed| typed.session.clone()) else { return };
        // A crowded session has room when a reply is over.
        if PASSING.contains(&code) || code == "too_many_queued" {
            if let Some(flight) = state.flights.get_mut(&session) {
                (flight.tries, flight.again) = (0, now + Duration::from_millis(700));
            }
            return;
        }
        state.outbox.remove(at);
        state.flights.remove(&session);
        state.refused.push((id.to_owned(), code.to_owned()));
    }

    /// Makes one request.
    pub(super) async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let url = format!("http://{}/api/v1{path}", self.server);
        let mut request = self.http.request(method, url).bearer_auth(&self.token).timeout(CALL);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let Ok(response) = request.send().await else { return Answer::Unknown };
        let status = response.status();
        let Ok(text) = response.text().await else { return Answer::Unknown };
        let value: Value = serde_json::from_str(&text).unwrap_or_default();
        if status.is_success() {
            Answer::Good(value)
        } else {
            Answer::Refused(status, value["code"].as_str().unwrap_or_default().to_owned())
        }
    }

    /// All messages of the way in view, oldest first, and the place they were read at.
    pub(super) async fn history(&self, session: &str) -> Result<(Vec<Value>, u64), Answer> {
        let mut messages: Vec<Value> = Vec::new();
        let (mut anchor, mut seq) = (String::new(), None);
        loop {
            let path = format!("/sessions/{session}/messages?limit=100{anchor}");
            let page = match self.call(Method::GET, &path, None).await {
                Answer::Good(page) => page,
                other => return Err(other),
            };
            let at = page["seq"].as_u64().unwrap_or_default();
            // Pages of another time do not fit together.
            if *seq.get_or_insert(at) != at {
                return Err(Answer::Unknown);
            }
            let items = page["items"].as_array().cloned().unwrap_or_default();
            let Some(first) = items.first() else { return Ok((messages, at)) };
            anchor = format!("&before={}", first["id"].as_str().unwrap_or_default());
            messages.splice(0..0, items);
            if page["has_before"] != true {
                return Ok((messages, at));
            }
        }
    }
}

/// An event in one line.
pub fn brief(event: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let short = |id: String| id.get(id.len().saturating_sub(6)..).unwrap_or_default().to_owned();
    let (kind, seq, session) = (text(&event["type"]), &event["seq"], text(&event["session_id"]));
    let message = if event["reply"].is_object() { &event["reply"] } else { &event["message"] };
    let id = short(message["id"].as_str().or(event["message_id"].as_str()).unwrap_or_default().to_owned());
    let mark = text(&event["client_message_id"]);
    let (status, code) = (text(&message["status"]), text(&event["code"]));
    format!("hears {kind} {seq} of {} [{session}]: {id} {mark} {status} {code}", short(session.clone()))
}
