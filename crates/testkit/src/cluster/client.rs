//! A device of a person, as careful as `web/src/lib/connection.ts`: one socket that keeps itself alive and resumes what it
//! shows, and an outbox that is sent again until it is taken.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use reqwest::{Method, StatusCode};
use serde_json::Value;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::journal::Journal;
use super::line::{Shared, State};
use super::watch::Watch;

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
