//! A chat that is shown: what is typed goes out once, however often the connection breaks, and what comes is shown once.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use service::clock::SystemClock;
use service::mint::Mint;
use tokio::time::{Interval, interval};

use super::Next;
use super::api::{Api, Trouble};
use super::events::{Heard, Heeded};
use super::input::{Input, Typed};
use super::json::At;
use super::people::{items, text};
use super::screen::Screen;
use super::socket::Socket;
use crate::terminal::say;

/// How long is waited before the connection is tried again: at first, and at most.
const AGAIN: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(15));

/// How often a chat that is fed by a program tries the connection again.
const TRIES: u32 = 6;

/// What can be typed.
const HELP: &str = "/regenerate makes the last reply again, /stop or Ctrl-C stops one, /sessions shows your chats and to which \
                    groups you are asked, /open N opens one or comes to it, /new begins one with her, /quit leaves.";

/// Something that was typed and not taken yet.
struct Unsent {
    id: String,
    content: String,
}

/// A chat in the list.
struct Listed {
    id: String,
    /// Whether the person is asked to come to it.
    is_asked: bool,
}

/// The names of those who are in a shared chat, by their ids.
fn names(session: &Value) -> HashMap<String, String> {
    let of = |list: &Value| -> Vec<(String, String)> {
        let all = list.as_array().map(Vec::as_slice).unwrap_or_default();
        all.iter()
            .filter_map(|one| Some((one.at("/id").as_str()?.to_owned(), one.at("/name").as_str()?.to_owned())))
            .collect()
    };
    of(session.at("/group/people")).into_iter().chain(of(session.at("/group/characters"))).collect()
}

/// What a shared chat is called: its title, or who is there beside the person.
fn called(session: &Value, me: &str) -> String {
    match session.at("/title").as_str().filter(|title| !title.is_empty()) {
        Some(title) => title.to_owned(),
        None => joined([session.at("/group/people"), session.at("/group/characters")], me),
    }
}

/// The names in these lists but one's own, in a row.
fn joined(lists: [&Value; 2], but: &str) -> String {
    let all = lists.into_iter().filter_map(Value::as_array).flatten();
    let others = all.filter(|one| one.at("/id").as_str() != Some(but));
    others.filter_map(|one| one.at("/name").as_str()).collect::<Vec<_>>().join(", ")
}

/// A chat that is shown.
pub(super) struct Conversation<'a> {
    api: &'a Api,
    screen: &'a Screen,
    heard: Heard,
    character: String,
    unsent: Option<Unsent>,
    /// Whether its reply is to be stopped as soon as it is known.
    stops: bool,
    /// The chats that were listed last.
    listed: Vec<Listed>,
    /// Whether a reply could not be finished, or something was refused.
    pub(super) failed: bool,
    /// Whether nothing more will be typed.
    ended: bool,
    mint: Mint,
}

/// What is to be done after something happened.
enum Then {
    Go,
    Reconnect,
    End(Next),
}

impl<'a> Conversation<'a> {
    /// Opens a chat, and shows the last of what was said there.
    pub(super) async fn open(api: &'a Api, id: &str, shown: u32, screen: &'a Screen) -> Result<Self, Trouble> {
        let session = api.get(&format!("/sessions/{}", super::people::escaped(id))).await?;
        let names = if session.at("/kind") == "solo" { None } else { Some(names(&session)) };
        let me = text(api.get("/users/me").await?.at("/id"))?;
        let (id, character) = (text(session.at("/id"))?, session.at("/character"));
        let name = match &names {
            None => character.at("/name").as_str().unwrap_or("They").to_owned(),
            Some(_) => called(&session, &me),
        };
        let history = api.get(&format!("/sessions/{id}/messages?limit={}", shown.max(1))).await?;
        let heard = Heard {
            session: id,
            name: name.clone(),
            names,
            me,
            sent: None,
            seq: history.at("/seq").as_u64().unwrap_or_default(),
            reply: None,
            waiting: VecDeque::new(),
            held: Vec::new(),
            last_reply: None,
        };
        let mut opened = Self {
            api,
            screen,
            heard,
            character: character.at("/id").as_str().unwrap_or_default().to_owned(),
            unsent: None,
            stops: false,
            listed: Vec::new(),
            failed: false,
            ended: false,
            mint: Mint::new(std::sync::Arc::new(SystemClock)),
        };
        opened.screen.note(&format!("A chat with {name}. {HELP}\n"));
        for message in items(&history) {
            opened.remember(message, shown > 0);
        }
        Ok(opened)
    }

    /// Something that was said before.
    fn remember(&mut self, message: &Value, shown: bool) {
        let is_hers = message.at("/role") == "character";
        if is_hers && matches!(message.at("/status").as_str(), Some("queued" | "streaming")) {
            return self.heard.meets(message, self.screen);
        }
        if is_hers {
            self.heard.last_reply = message.at("/id").as_str().map(str::to_owned);
        }
        if shown {
            let name = self.heard.name_of(message);
            self.screen.message(&name, message.at("/content").as_str().unwrap_or_default());
        }
    }

    /// Talks until the person wants something else.
    pub(super) async fn hold(&mut self, input: &mut Input) -> Result<Next, Trouble> {
        let (mut wait, mut tries) = (AGAIN.0, 0);
        loop {
            let trouble = match Socket::open(self.api).await {
                Ok(socket) => {
                    (wait, tries) = (AGAIN.0, 0);
                    match self.over(socket, input).await {
                        Then::End(next) => return Ok(next),
                        Then::Go | Then::Reconnect => Trouble::new("The connection is lost"),
                    }
                }
                Err(trouble) if !trouble.passes => return Err(trouble),
                Err(trouble) => trouble,
            };
            tries += 1;
            if !input.is_terminal() && tries > TRIES {
                return Err(trouble);
            }
            self.screen.note(&format!("{trouble} Trying again."));
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                typed = input.next(false) => if let Typed::Interrupt { twice: true } = typed {
                    return Ok(Next::Leave);
                },
            }
            wait = (wait * 2).min(AGAIN.1);
        }
    }

    /// Talks over this socket for as long as it is there.
    async fn over(&mut self, mut socket: Socket, input: &mut Input) -> Then {
        let mut beats: Interval = interval(socket.heartbeat);
        beats.reset();
        let mut is_heard = true;
        if !self.catch_up(&mut socket).await {
            return Then::Reconnect;
        }
        if self.heard.is_quiet() && self.unsent.is_none() {
            self.screen.prompt();
        }
        loop {
            let is_free = self.heard.is_quiet() && self.unsent.is_none();
            if is_free && self.ended {
                return Then::End(Next::Leave);
            }
            // A person may stop a reply by a line; a program's lines wait for their turn.
            let wants_lines = !self.ended && (is_free || input.is_terminal());
            let then = tokio::select! {
                frame = socket.next() => match frame {
                    Some(frame) => {
                        is_heard = true;
                        self.heed(&frame, &mut socket).await
                    }
                    None => Then::Reconnect,
                },
                typed = input.next(wants_lines) => self.act(typed, &mut socket).await,
                _ = beats.tick() => {
                    // Two beats without a word: nobody is there any more.
                    if std::mem::replace(&mut is_heard, false) && socket.send(&json!({"type": "ping"})).await {
                        Then::Go
                    } else {
                        Then::Reconnect
                    }
                }
            };
            if !matches!(then, Then::Go) {
                return then;
            }
        }
    }

    /// Asks for what was missed, and says again what was not taken.
    async fn catch_up(&mut self, socket: &mut Socket) -> bool {
        let (reply, offset) = self.heard.reply.as_ref().map(|reply| (&reply.id, reply.offset)).unzip();
        let resume = json!({
            "type": "session.resume", "session_id": self.heard.session, "after_seq": self.heard.seq, "message_id": reply, "offset": offset,
        });
        socket.send(&resume).await && self.send(socket).await
    }

    async fn send(&mut self, socket: &mut Socket) -> bool {
        let Some(unsent) = &self.unsent else { return true };
        let frame = json!({
            "type": "message.send", "session_id": self.heard.session, "client_message_id": unsent.id, "content": unsent.content,
        });
        socket.send(&frame).await
    }

    async fn heed(&mut self, frame: &Value, socket: &mut Socket) -> Then {
        match self.heard.heeds(frame, self.screen) {
            Heeded::Nothing => {}
            Heeded::Accepted(id) => {
                if self.unsent.as_ref().is_some_and(|unsent| unsent.id == id) {
                    self.unsent = None;
                    if std::mem::take(&mut self.stops) {
                        return self.stop(socket).await;
                    }
                }
            }
            Heeded::Ended { well } => {
                self.failed |= !well;
                if self.heard.is_quiet() {
                    self.screen.prompt();
                }
            }
            Heeded::Missed => {
                if !self.catch_up(socket).await {
                    return Then::Reconnect;
                }
            }
            Heeded::Refused(why) => {
                self.screen.trouble(&why);
                self.failed = true;
                (self.unsent, self.stops) = (None, false);
                self.screen.prompt();
            }
            Heeded::Gone => {
                self.screen.trouble("The chat was deleted.");
                return Then::End(Next::Leave);
            }
        }
        Then::Go
    }

    async fn act(&mut self, typed: Typed, socket: &mut Socket) -> Then {
        match typed {
            Typed::End => self.ended = true,
            Typed::Interrupt { twice: true } => return Then::End(Next::Leave),
            Typed::Interrupt { twice: false } if self.heard.is_quiet() && self.unsent.is_none() => {
                self.screen.note("Ctrl-C once more leaves.");
            }
            Typed::Interrupt { twice: false } => return self.stop(socket).await,
            Typed::Line(line) => return self.line(line.trim(), socket).await,
        }
        Then::Go
    }

    async fn line(&mut self, line: &str, socket: &mut Socket) -> Then {
        let (command, rest) = line.split_once(' ').unwrap_or((line, ""));
        let done = match command {
            "" => Ok(None),
            "/quit" | "/exit" => return Then::End(Next::Leave),
            "/stop" => return self.stop(socket).await,
            "/help" => {
                self.screen.note(HELP);
                Ok(None)
            }
            "/sessions" => self.list().await.map(|()| None),
            "/open" => self.opened(rest).await,
            "/new" => self.begin_anew().await.map(Some),
            _ if !self.heard.is_quiet() || self.unsent.is_some() => {
                self.screen.note("She still speaks: /stop stops her.");
                return Then::Go;
            }
            "/regenerate" => return self.regenerate(socket).await,
            _ if command.starts_with('/') => {
                self.screen.note(HELP);
                Ok(None)
            }
            _ => {
                let id = self.mint.id::<domain::ids::MessageId>().0.simple().to_string();
                self.heard.sent = Some(id.clone());
                self.unsent = Some(Unsent { id, content: line.to_owned() });
                return if self.send(socket).await { Then::Go } else { Then::Reconnect };
            }
        };
        match done {
            Ok(Some(session)) => return Then::End(Next::Open(session)),
            Ok(None) => {}
            Err(trouble) => {
                self.failed = true;
                self.screen.trouble(&trouble.to_string());
            }
        }
        if self.heard.is_quiet() {
            self.screen.prompt();
        }
        Then::Go
    }

    async fn stop(&mut self, socket: &mut Socket) -> Then {
        let Some(reply) = &self.heard.reply else {
            self.stops = self.unsent.is_some();
            return Then::Go;
        };
        let frame = json!({"type": "reply.stop", "session_id": self.heard.session, "message_id": reply.id});
        if socket.send(&frame).await { Then::Go } else { Then::Reconnect }
    }

    async fn regenerate(&mut self, socket: &mut Socket) -> Then {
        let Some(last) = &self.heard.last_reply else {
            self.screen.trouble("There is no reply to make again.");
            return Then::Go;
        };
        let frame = json!({"type": "reply.regenerate", "session_id": self.heard.session, "message_id": last});
        if !socket.send(&frame).await {
            return Then::Reconnect;
        }
        // Until the server says which reply it is, nothing else is said.
        loop {
            let frame = tokio::time::timeout(AGAIN.1, socket.next()).await;
            let Ok(Some(frame)) = frame else { return Then::Reconnect };
            let is_answer = matches!(frame.at("/type").as_str(), Some("reply.queued" | "error"));
            match self.heed(&frame, socket).await {
                Then::Go if !is_answer => {}
                then => return then,
            }
        }
    }

    /// Shows the chats, each with a number, and to which groups the person is asked.
    async fn list(&mut self) -> Result<(), Trouble> {
        let page = self.api.get("/sessions?limit=20").await?;
        let asked = self.api.get("/invitations").await?;
        self.listed.clear();
        for session in items(&page) {
            let Some(id) = session.at("/id").as_str() else { continue };
            let (name, title) = match session.at("/kind") == "solo" {
                true => (
                    session.at("/character/name").as_str().unwrap_or_default().to_owned(),
                    session.at("/title").as_str(),
                ),
                false => (called(session, &self.heard.me), None),
            };
            let title = title.filter(|title| !title.is_empty()).map_or(String::new(), |title| format!(": {title}"));
            let mark = if id == self.heard.session { "*" } else { " " };
            self.tell_of(mark, Listed { id: id.to_owned(), is_asked: false }, &format!("{name}{title}"));
        }
        for invitation in items(&asked) {
            let Some(id) = invitation.at("/session_id").as_str() else { continue };
            let by = invitation.at("/invited_by/name").as_str().unwrap_or("Somebody");
            let there = joined([invitation.at("/people"), invitation.at("/characters")], "");
            self.tell_of(
                "?",
                Listed { id: id.to_owned(), is_asked: true },
                &format!("{by} asks you to a group: {there}"),
            );
        }
        Ok(())
    }

    fn tell_of(&mut self, mark: &str, listed: Listed, what: &str) {
        self.listed.push(listed);
        say(super::screen::harmless(&format!("{mark}{:>3}  {what}", self.listed.len())));
    }

    /// The chat of this number; where the person is asked to come, they come.
    async fn opened(&self, number: &str) -> Result<Option<String>, Trouble> {
        let place = number.trim().parse::<usize>().ok().and_then(|n| n.checked_sub(1));
        let Some(found) = place.and_then(|n| self.listed.get(n)) else {
            self.screen.note("/sessions shows the numbers that can be opened.");
            return Ok(None);
        };
        if found.is_asked {
            self.api.call(Method::POST, &format!("/sessions/{}/join", found.id), None).await?;
        }
        Ok(Some(found.id.clone()))
    }

    async fn begin_anew(&mut self) -> Result<String, Trouble> {
        if self.character.is_empty() {
            return Err(Trouble::new("Another chat begins with one character: open one with her first"));
        }
        let body = json!({"character_id": self.character});
        text(self.api.call(Method::POST, "/sessions", Some(body)).await?.at("/id"))
    }
}
