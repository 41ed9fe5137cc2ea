//! People with several devices, and what they do: talk, edit, delete, swipe, stop, ask for another reply, sign out.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use rand::Rng;
use rand::rngs::StdRng;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::client::{Answer, Device};
use super::journal::Journal;
use super::tree::Seen;
use crate::app::{PASSWORD, id};

/// How long somebody tries to get in.
const PATIENCE: Duration = Duration::from_secs(30);

/// What somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Says something.
    Say,
    /// Says something that is answered slowly.
    SayMuch,
    /// Changes what was said.
    Edit,
    /// Deletes a message and all below it.
    Delete,
    /// Goes to another branch.
    Swipe,
    /// Wants another reply.
    Regenerate,
    /// Wants an ended reply to go on.
    Continue,
    /// Stops a reply.
    Stop,
    /// Their phone loses its socket.
    Blink,
    /// Signs a device out, and in again.
    SignOut,
}

/// A person.
pub struct Person {
    /// Their name: letters only.
    pub name: String,
    /// Their character.
    pub character: String,
    /// Their sessions, each with what stood in it at its beginning.
    pub sessions: Vec<(String, Vec<Value>)>,
    /// Their devices, those included that have been signed out.
    pub devices: Mutex<Vec<Arc<Device>>>,
    /// What messages were changed to, or may have been.
    pub edits: Mutex<HashMap<String, Vec<String>>>,
    server: SocketAddr,
    journal: Arc<Journal>,
    said: AtomicU32,
}

impl Person {
    /// Signs somebody up, with sessions of a character of their own, on several devices.
    pub async fn arrive(
        name: &str,
        server: SocketAddr,
        devices: usize,
        sessions: usize,
        journal: Arc<Journal>,
    ) -> Self {
        let mut person = Self {
            name: name.to_owned(),
            character: String::new(),
            sessions: Vec::new(),
            devices: Mutex::default(),
            edits: Mutex::default(),
            server,
            journal,
            said: AtomicU32::new(0),
        };
        let body = json!({"username": name, "email": format!("{name}@example.org"), "password": PASSWORD, "birth_date": "2000-02-29"});
        let request = crate::process::client().post(format!("http://{server}/api/v1/auth/register")).json(&body);
        let status = request.send().await.expect("the server answers").status();
        assert!(status.is_success(), "{name} cannot register: {status}");
        let first = person.device(&[]).await;
        let good = async |method: Method, path: &str, body: Option<Value>| match first.call(method, path, body).await {
            Answer::Good(value) => value,
            other => panic!("{path}: {other:?}"),
        };
        let profile = json!({"name": "Rin", "persona": "{{char}} keeps a lighthouse.", "greeting": "Hello.", "visibility": "private"});
        person.character = id(&good(Method::POST, "/characters", Some(profile)).await);
        let mut begun = Vec::new();
        for _ in 0..sessions {
            let session = id(&good(Method::POST, "/sessions", Some(json!({"character_id": person.character}))).await);
            let greeting = good(Method::GET, &format!("/sessions/{session}/messages"), None).await;
            begun.push((session, greeting["items"].as_array().cloned().unwrap_or_default()));
        }
        drop(first);
        person.devices.lock().clear();
        person.sessions = begun;
        for _ in 0..devices {
            person.sign_in().await;
        }
        person
    }

    /// Signs one more device in.
    pub async fn sign_in(&self) -> Arc<Device> {
        let sessions: Vec<String> = self.sessions.iter().map(|(session, _)| session.clone()).collect();
        self.device(&sessions).await
    }

    async fn device(&self, sessions: &[String]) -> Arc<Device> {
        let form = [("grant_type", "password"), ("username", self.name.as_str()), ("password", PASSWORD)];
        let url = format!("http://{}/api/v1/auth/token", self.server);
        let give_up = Instant::now() + PATIENCE;
        let token = loop {
            let asked = crate::process::client().post(&url).form(&form).timeout(Duration::from_secs(8)).send().await;
            if let Ok(answer) = asked
                && let Ok(tokens) = answer.json::<Value>().await
                && let Some(token) = tokens["access_token"].as_str()
            {
                break token.to_owned();
            }
            assert!(Instant::now() < give_up, "{} cannot sign in", self.name);
            tokio::time::sleep(Duration::from_millis(300)).await;
        };
        let mut devices = self.devices.lock();
        let name = format!("{}/{}", self.name, devices.len());
        let device = Arc::new(Device::begin(&name, self.server, &token, sessions, Arc::clone(&self.journal)));
        devices.push(Arc::clone(&device));
        device
    }

    /// Devices that are signed in.
    pub fn present(&self) -> Vec<Arc<Device>> {
        self.devices.lock().iter().filter(|device| device.ended().is_none()).cloned().collect()
    }

    /// A session by its number.
    pub fn session(&self, n: usize) -> &str {
        &self.sessions[n % self.sessions.len()].0
    }

    /// Says something on a device; its client id. What is answered slowly is written for some eight seconds.
    pub fn say(&self, device: &Device, session: &str, slowly: bool) -> String {
        let n = self.said.fetch_add(1, Ordering::Relaxed);
        let mark = if slowly { format!("zzslow{}{n}", self.name) } else { format!("zz{}{n}", self.name) };
        let thing = ["harbour", "lantern", "violin", "orchard", "comet", "ferry", "letter"][n as usize % 7];
        let id = format!("n{n}-{}", self.name);
        device.say(session, &id, &format!("{mark} I dreamt of the {thing} again."));
        id
    }

    /// Does something on one of their devices.
    pub async fn act(&self, act: Act, random: &mut StdRng) {
        let present = self.present();
        let Some(device) = present.get(random.random_range(0..present.len().max(1))) else { return };
        let session = self.session(random.random_range(0..self.sessions.len())).to_owned();
        let path = device.look(&session, |watch| watch.tree.path());
        let one = |wanted: &dyn Fn(&Seen) -> bool, random: &mut StdRng| {
            let found: Vec<&Seen> = path.iter().filter(|message| wanted(message)).collect();
            (!found.is_empty()).then(|| found[random.random_range(0..found.len())].clone())
        };
        let said = |message: &Seen| message.role == "user";
        let replied = |message: &Seen| message.role == "character" && message.parent.is_some();
        let base = format!("/sessions/{session}/messages");
        match act {
            Act::Say | Act::SayMuch => drop(self.say(device, &session, act == Act::SayMuch)),
            Act::Blink => device.blink(),
            Act::SignOut => self.sign_out(device).await,
            Act::Edit => {
                let Some(message) = one(&said, random) else { return };
                let mark = message.content.split(' ').next().unwrap_or_default().to_owned();
                let content = format!("{mark} I meant number {}.", random.random_range(0..1_000));
                self.edits.lock().entry(message.id.clone()).or_default().push(content.clone());
                let body = Some(json!({"content": content}));
                self.try_it(device, act, Method::PATCH, &format!("{base}/{}", message.id), body).await;
            }
            Act::Delete => {
                // Mostly near the end, so that something is left.
                let from = path.len().saturating_sub(6);
                let late = |message: &Seen| {
                    message.parent.is_some() && path[from..].iter().any(|other| other.id == message.id)
                };
                let Some(message) = one(&late, random) else { return };
                self.try_it(device, act, Method::DELETE, &format!("{base}/{}", message.id), None).await;
            }
            Act::Swipe => {
                let known: Vec<String> = device.look(&session, |watch| {
                    let mut known: Vec<String> = watch.tree.messages.keys().cloned().collect();
                    known.sort();
                    known
                });
                let Some(to) = known.get(random.random_range(0..known.len().max(1))) else { return };
                let body = Some(json!({"message_id": to}));
                self.try_it(device, act, Method::PUT, &format!("/sessions/{session}/leaf"), body).await;
            }
            Act::Regenerate | Act::Continue => {
                let Some(message) = one(&replied, random) else { return };
                let mode = if act == Act::Continue { "continue" } else { "new" };
                let path = format!("{base}/{}/regenerate", message.id);
                self.try_it(device, act, Method::POST, &path, Some(json!({"mode": mode}))).await;
            }
            Act::Stop => {
                let Some(message) = one(&|message: &Seen| !message.is_final(), random) else { return };
                self.try_it(device, act, Method::POST, &format!("{base}/{}/stop", message.id), None).await;
            }
        }
    }

    async fn try_it(&self, device: &Device, act: Act, method: Method, path: &str, body: Option<Value>) {
        let answer = device.call(method, path, body).await;
        let outcome = match &answer {
            Answer::Good(_) => "done".to_owned(),
            Answer::Refused(status, code) => format!("{status} {code}"),
            Answer::Unknown => "nobody knows".to_owned(),
        };
        self.journal.note(device.name(), format!("{act:?} {path}: {outcome}"));
    }

    /// Signs a device out, and another in.
    async fn sign_out(&self, device: &Device) {
        // What it typed is not to be lost with it.
        if self.present().len() < 2 || device.restless().is_some() {
            return;
        }
        let answer = device.insist(Method::POST, "/auth/logout", None, PATIENCE).await;
        self.journal.note(device.name(), format!("signs out: {answer:?}"));
        self.sign_in().await;
    }
}
