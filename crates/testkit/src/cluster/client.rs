//! A device of a person, as careful as `web/src/lib/connection.ts`: one socket that keeps itself alive and resumes what it
//! shows, and an outbox that is sent again until it is taken.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use parking_lot::Mutex;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

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

/// What became of a request.
#[derive(Debug, Clone)]
pub enum Answer {
    /// It was done.
    Good(Value),
    /// It was refused, for this reason.
    Refused(StatusCode, String),
    /// Nobody knows: the server may have done it.
    Unknown,
}

/// A message that was typed.
#[derive(Debug, Clone)]
pub struct Typed {
    /// Its client id.
    pub id: String,
    /// Where.
    pub session: String,
    /// The words.
    pub content: String,
}

/// A message that is on its way.
struct Flight {
    id: String,
    tries: u32,
    again: Instant,
}

#[derive(Default)]
struct State {
    online: bool,
    ended: Option<u16>,
    watches: HashMap<String, Watch>,
    outbox: VecDeque<Typed>,
    flights: HashMap<String, Flight>,
    typed: Vec<Typed>,
    taken: HashMap<String, Value>,
    refused: Vec<(String, String)>,
    born: HashMap<String, String>,
    strange: Vec<String>,
    pinged: Option<Instant>,
    heard: Option<Instant>,
    local: Option<SocketAddr>,
}

struct Shared {
    name: String,
    server: SocketAddr,
    token: String,
    http: reqwest::Client,
    journal: Arc<Journal>,
    state: Mutex<State>,
    wake: Notify,
}

/// A device that is signed in.
pub struct Device {
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl Device {
    /// A device with this access token, which shows these sessions.
    pub fn begin(name: &str, server: SocketAddr, token: &str, sessions: &[String], journal: Arc<Journal>) -> Self {
        let watches = sessions.iter().map(|session| (session.clone(), Watch::new())).collect();
        let shared = Arc::new(Shared {
            name: name.to_owned(),
            server,
            token: token.to_owned(),
            http: crate::process::client(),
            journal,
            state: Mutex::new(State { watches, ..State::default() }),
            wake: Notify::new(),
        });
        let task = tokio::spawn(Arc::clone(&shared).live());
        Self { shared, task }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.shared.name
    }

    /// Types a message: it is in the outbox until it is taken.
    pub fn say(&self, session: &str, id: &str, content: &str) {
        let typed = Typed { id: id.to_owned(), session: session.to_owned(), content: content.to_owned() };
        self.shared.journal.note(&self.shared.name, format!("types {id} in {session}"));
        let mut state = self.shared.state.lock();
        state.typed.push(typed.clone());
        state.outbox.push_back(typed);
        drop(state);
        self.shared.wake.notify_one();
    }

    /// Makes one request.
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.shared.call(method, path, body).await
    }

    /// Like [`Self::call`], again and again until the outcome is known, for at most `limit`.
    pub async fn insist(&self, method: Method, path: &str, body: Option<Value>, limit: Duration) -> Answer {
        let give_up = Instant::now() + limit;
        loop {
            let answer = self.call(method.clone(), path, body.clone()).await;
            let passing = match &answer {
                Answer::Good(_) => return answer,
                Answer::Refused(status, _) => status.is_server_error() || *status == StatusCode::TOO_MANY_REQUESTS,
                Answer::Unknown => true,
            };
            if !passing || Instant::now() > give_up {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    }

    /// All messages of the way in view, oldest first, and the place they were read at.
    pub async fn history(&self, session: &str) -> Result<(Vec<Value>, u64), Answer> {
        self.shared.history(session).await
    }

    /// Looks at what it shows of a session.
    pub fn look<T>(&self, session: &str, look: impl FnOnce(&Watch) -> T) -> T {
        look(&self.shared.state.lock().watches[session])
    }

    /// How much it shows of replies that are being written in a session, in UTF-16 code units.
    pub fn shows(&self, session: &str) -> usize {
        self.look(session, Watch::shows)
    }

    /// What it typed, in its order.
    pub fn typed(&self) -> Vec<Typed> {
        self.shared.state.lock().typed.clone()
    }

    /// What was taken of it: `message.accepted`, by client id.
    pub fn taken(&self) -> HashMap<String, Value> {
        self.shared.state.lock().taken.clone()
    }

    /// The replies it saw begin to wait, and what they answer.
    pub fn born(&self) -> HashMap<String, String> {
        self.shared.state.lock().born.clone()
    }

    /// What was refused for good, with the code.
    pub fn refused(&self) -> Vec<(String, String)> {
        self.shared.state.lock().refused.clone()
    }

    /// The code with which the server ended it for good.
    pub fn ended(&self) -> Option<u16> {
        self.shared.state.lock().ended
    }

    /// Where its socket comes from.
    pub fn local(&self) -> Option<SocketAddr> {
        self.shared.state.lock().local
    }

    /// Closes its socket, as a phone does that locks: it comes back at once.
    pub fn blink(&self) {
        self.shared.state.lock().heard = None;
        self.shared.wake.notify_one();
    }

    /// What it saw that may not be.
    pub fn strange(&self) -> Vec<String> {
        let state = self.shared.state.lock();
        let wrong = state.watches.values().flat_map(|watch| watch.wrong.clone());
        state.strange.iter().cloned().chain(wrong).map(|what| format!("{}: {what}", self.shared.name)).collect()
    }

    /// Why it is not at rest, if it is not.
    pub fn restless(&self) -> Option<String> {
        let state = self.shared.state.lock();
        if state.ended.is_some() {
            return None;
        }
        let behind = state.watches.iter().find(|(_, watch)| watch.behind() || watch.waits());
        if !state.online {
            Some(format!("{} is offline", self.shared.name))
        } else if let Some(typed) = state.outbox.front() {
            Some(format!("{} could not send {}", self.shared.name, typed.id))
        } else {
            let (session, watch) = behind?;
            Some(format!("{} is behind in {session} at {}, or a reply is not over", self.shared.name, watch.seq))
        }
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Shared {
    async fn live(self: Arc<Self>) {
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
            _ if frame["seq"].is_u64() => {
                if watch.event(&frame) {
                    self.journal.note(&self.name, brief(&frame));
                }
            }
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
        let outcome = |frame: &Value| (frame["message"]["id"].clone(), frame["reply"]["id"].clone(), frame["seq"].clone());
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

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
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

    async fn history(&self, session: &str) -> Result<(Vec<Value>, u64), Answer> {
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
