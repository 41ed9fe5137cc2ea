//! What must hold when all is well again, whatever happened before. Each broken promise is one sentence.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use tokio::time::Instant;

use super::Cluster;
use super::client::{Answer, Device};
use super::model::{marks, reply_to};
use super::people::Person;
use super::record::Record;
use super::tree::Seen;
use crate::app::{PASSWORD, SECRET_KEY};

/// How long what follows from a deletion may take to reach the memories.
const FORGETTING: Duration = Duration::from_secs(10);

/// Checks again and again, and knows what was deleted before.
#[derive(Default)]
pub struct Checker {
    /// Since when what is deleted is settled.
    gone: HashMap<String, Instant>,
    /// How many replies there were at the last check.
    pub replies: usize,
    /// How many of those that stand had been interrupted.
    pub interrupted: usize,
}

impl Cluster {
    /// Waits until everybody is online, everything typed was taken, and no reply is open; who or what is not at rest.
    pub async fn settle(&self, limit: Duration) -> Vec<String> {
        let give_up = Instant::now() + limit;
        loop {
            let devices = self.people.iter().flat_map(|person| person.present());
            let restless: Vec<String> = devices.filter_map(|device| device.restless()).collect();
            if restless.is_empty() {
                return Vec::new();
            }
            if Instant::now() > give_up {
                return restless.into_iter().map(|what| format!("not at rest after {limit:?}: {what}")).collect();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Settles, checks, and stops the test with everything that is wrong.
    pub async fn must_hold(&self, limit: Duration) -> Checker {
        let mut wrong = self.settle(limit).await;
        let mut checker = Checker::default();
        wrong.extend(checker.check(self).await);
        assert!(
            wrong.is_empty(),
            "{}\n\nWhat happened:\n{}\nWarnings:\n{}",
            wrong.join("\n"),
            self.journal.last(250, &[]),
            self.warnings(30)
        );
        println!("{}, {} replies, {} interrupted", self.journal.counts(), checker.replies, checker.interrupted);
        checker
    }

    /// The last warnings of all processes.
    pub fn warnings(&self, most: usize) -> String {
        let mut text = String::new();
        for node in self.processes() {
            let log = node.log();
            let lines: Vec<&str> = log.lines().filter(|line| line.contains("WARN") || line.contains("ERROR")).collect();
            for line in lines.iter().rev().take(most).rev() {
                text.push_str(&format!("{}: {line}\n", node.name));
            }
        }
        text
    }
}

impl Checker {
    /// Everything that is wrong.
    pub async fn check(&mut self, cluster: &Cluster) -> Vec<String> {
        let mut wrong = Vec::new();
        let quiet = Instant::now();
        let mut deleted = HashSet::new();
        (self.replies, self.interrupted) = (0, 0);
        for person in &cluster.people {
            wrong.extend(person.devices.lock().iter().flat_map(|device| device.strange()));
            let mut theirs = HashSet::new();
            for (session, beginning) in &person.sessions {
                let Some(reader) = person.present().first().cloned() else { continue };
                match Record::read(&reader, session, beginning).await {
                    Ok(record) => {
                        let of_session = Session { cluster, person, session, record: &record };
                        wrong.extend(of_session.check(&reader).await);
                        theirs.extend(of_session.deleted_marks());
                        self.replies += record.replies.len();
                        self.interrupted +=
                            record.tree.messages.values().filter(|message| message.status == "failed").count();
                    }
                    Err(error) => wrong.push(error),
                }
            }
            wrong.extend(told(person, &theirs).await);
            deleted.extend(theirs);
        }
        wrong.extend(self.asked(cluster));
        for mark in deleted {
            self.gone.entry(mark).or_insert(quiet);
        }
        let names: Vec<String> = cluster.people.iter().map(|person| format!("zz{}", person.name)).collect();
        let words: Vec<&str> =
            names.iter().map(String::as_str).chain(["zzslow", "re:zz", PASSWORD, SECRET_KEY]).collect();
        wrong.extend(cluster.processes().flat_map(|node| node.complaints(&words)));
        wrong
    }

    /// What was deleted, and settled, must not be in a later prompt.
    fn asked(&self, cluster: &Cluster) -> Vec<String> {
        let Some(first) = self.gone.values().min() else { return Vec::new() };
        let later = cluster.model.asked_since(*first);
        let told = later.iter().flat_map(|asked| {
            let gone = asked.marks.iter().filter(|mark| self.gone.get(*mark).is_some_and(|since| asked.at > *since));
            gone.map(|mark| format!("the deleted {mark} was in the prompt of the reply to {}", asked.mark))
        });
        told.collect()
    }
}

/// Memories of deleted messages that can still be read.
async fn told(person: &Person, deleted: &HashSet<String>) -> Vec<String> {
    let Some(reader) = person.present().first().cloned() else { return Vec::new() };
    let give_up = Instant::now() + FORGETTING;
    loop {
        let remembered = remembered(&reader, &person.character).await;
        let told: Vec<String> =
            remembered.iter().flat_map(|text| marks(text)).filter(|mark| deleted.contains(mark)).collect();
        if told.is_empty() || Instant::now() > give_up {
            return told.into_iter().map(|mark| format!("the deleted {mark} is still remembered")).collect();
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// Marks of what somebody said, stands, and is not remembered.
pub async fn not_remembered(person: &Person) -> Vec<String> {
    let Some(reader) = person.present().first().cloned() else { return Vec::new() };
    let remembered: HashSet<String> =
        remembered(&reader, &person.character).await.iter().flat_map(|text| marks(text)).collect();
    let sessions = person.sessions.iter().map(|(session, _)| session);
    let shown = sessions.flat_map(|session| reader.look(session, |watch| watch.tree.path()));
    let said = shown.filter(|message| message.role == "user").flat_map(|message| marks(&message.content));
    said.filter(|mark| !remembered.contains(mark)).collect()
}

async fn remembered(reader: &Device, character: &str) -> Vec<String> {
    let (mut texts, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/characters/{character}/memories?limit=100{cursor}");
        let Answer::Good(page) = reader.insist(Method::GET, &path, None, Duration::from_secs(10)).await else {
            return vec!["memories cannot be read".to_owned()];
        };
        let items = page["items"].as_array().cloned().unwrap_or_default();
        texts.extend(items.iter().filter_map(|memory| memory["text"].as_str().map(str::to_owned)));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return texts,
        }
    }
}

/// One session of a person, and what it says happened.
struct Session<'a> {
    cluster: &'a Cluster,
    person: &'a Person,
    session: &'a str,
    record: &'a Record,
}

impl Session<'_> {
    async fn check(&self, reader: &Device) -> Vec<String> {
        let mut wrong = self.places();
        wrong.extend(self.accepted_once());
        wrong.extend(self.lives());
        wrong.extend(self.texts());
        wrong.extend(self.asked_once());
        wrong.extend(self.screens(reader).await);
        wrong.into_iter().map(|what| format!("{} {}: {what}", self.person.name, self.session)).collect()
    }

    /// Events without gaps.
    fn places(&self) -> Vec<String> {
        let places = self.record.events.iter().filter_map(|event| event["seq"].as_u64());
        let gaps = places.zip(1..).filter(|(seq, n)| seq != n).take(1);
        gaps.map(|(seq, n)| format!("event {seq} stands at place {n}")).collect()
    }

    /// Every accepted message is there once, with the outcome that was told, in the order it was typed.
    fn accepted_once(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let accepted = self.record.accepted();
        let places: HashMap<&str, usize> = accepted.iter().enumerate().map(|(n, (id, _))| (*id, n)).collect();
        if places.len() != accepted.len() {
            wrong.push("a message was accepted twice".to_owned());
        }
        for device in self.person.devices.lock().iter() {
            let taken = device.taken();
            let typed: Vec<String> = device
                .typed()
                .iter()
                .filter(|typed| typed.session == self.session)
                .map(|typed| typed.id.clone())
                .collect();
            for id in &typed {
                match (taken.get(id), places.get(id.as_str())) {
                    (Some(told), Some(place)) => {
                        let kept = accepted[*place].1;
                        let same = told["message"]["id"] == kept["message"]["id"] && told["seq"] == kept["seq"];
                        if !same {
                            wrong.push(format!("{id} was told with another outcome than is kept"));
                        }
                    }
                    (Some(told), None) if self.record.says_deleted(&told["seq"], &told["message"]["id"]) => {}
                    (Some(_), None) => wrong.push(format!("{id} was accepted and is lost")),
                    (None, Some(_)) if device.ended().is_none() => {
                        wrong.push(format!("{id} is kept, and nobody was told"));
                    }
                    _ => {}
                }
            }
            let order: Vec<usize> = typed.iter().filter_map(|id| places.get(id.as_str()).copied()).collect();
            if !order.is_sorted() {
                wrong.push(format!("{} typed in another order than is kept", device.name()));
            }
        }
        wrong
    }

    /// Each reply waits once, is written at most once, and ends once, where everybody sees it.
    fn lives(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        for (id, life) in &self.record.replies {
            let ends = if self.record.deleted.contains(id) { life.ended <= 1 } else { life.ended == 1 };
            if life.queued != 1 || life.started > 1 || !ends {
                wrong.push(format!("the life of reply {id} is {life:?}"));
            }
        }
        wrong
    }

    /// What each message says is what was typed; what each reply says is what the model said to that.
    fn texts(&self) -> Vec<String> {
        let typed: HashMap<String, String> = self
            .person
            .devices
            .lock()
            .iter()
            .flat_map(|device| device.typed())
            .map(|typed| (typed.id, typed.content))
            .collect();
        let edits = self.person.edits.lock();
        let tree = &self.record.tree;
        let mut wrong = Vec::new();
        for message in tree.messages.values() {
            if let Some(client) = &message.client_id {
                let edited = edits.get(&message.id).is_some_and(|edits| edits.contains(&message.content));
                if !edited && typed.get(client) != Some(&message.content) {
                    wrong.push(format!("{client} says '{}'", message.content));
                }
            } else if let Some(parent) = message.parent.as_ref().and_then(|parent| tree.messages.get(parent)) {
                wrong.extend(self.reply(message, parent));
            }
        }
        wrong
    }

    fn reply(&self, reply: &Seen, parent: &Seen) -> Option<String> {
        let whole = reply_to(marks(&parent.content).first()?);
        let good = match reply.status.as_str() {
            "complete" => reply.content == whole,
            "stopped" => whole.starts_with(&reply.content),
            "failed" => reply.failure.as_deref() == Some("interrupted") && whole.starts_with(&reply.content),
            _ => false,
        };
        (!good).then(|| {
            let (id, status, failure, content) = (&reply.id, &reply.status, &reply.failure, &reply.content);
            format!("reply {id} is {status} {failure:?} with '{content}'")
        })
    }

    /// The model is asked once for each reply.
    fn asked_once(&self) -> Vec<String> {
        let mut born: HashMap<String, String> =
            self.person.devices.lock().iter().flat_map(|device| device.born()).collect();
        born.extend(self.record.replies.iter().map(|(id, life)| (id.clone(), life.parent.clone())));
        let messages = self.marks_of_messages();
        // Nobody saw these before they were deleted: each may have been a reply to anything.
        let known = |id: &&String| born.contains_key(*id) || messages.iter().any(|(_, message)| message == *id);
        let unknown = self.record.deleted.iter().filter(|id| !known(id)).count();
        let mut wrong = Vec::new();
        for (mark, message) in &messages {
            let asked = self.cluster.model.times(mark);
            let wanted = born.values().filter(|parent| *parent == message).count();
            if asked > wanted + unknown {
                wrong.push(format!("the model was asked {asked} times for {wanted} replies to {mark}"));
            }
        }
        wrong
    }

    /// The mark and the id of each accepted message, deleted ones included.
    fn marks_of_messages(&self) -> Vec<(String, String)> {
        let accepted: HashMap<&str, &Value> = self.record.accepted().into_iter().collect();
        let mut found = Vec::new();
        for device in self.person.devices.lock().iter() {
            let taken = device.taken();
            for typed in device.typed().iter().filter(|typed| typed.session == self.session) {
                let event = accepted.get(typed.id.as_str()).copied().or_else(|| taken.get(&typed.id));
                let id = event.and_then(|event| event["message"]["id"].as_str());
                found.extend(marks(&typed.content).pop().zip(id.map(str::to_owned)));
            }
        }
        found
    }

    fn deleted_marks(&self) -> Vec<String> {
        let marks = self.marks_of_messages();
        marks.into_iter().filter(|(_, id)| self.record.deleted.contains(id)).map(|(mark, _)| mark).collect()
    }

    /// All screens show the same, and what the history says.
    async fn screens(&self, reader: &Device) -> Vec<String> {
        let (history, seq) = match reader.history(self.session).await {
            Ok(read) => read,
            Err(error) => return vec![format!("the history cannot be read: {error:?}")],
        };
        let mut wrong = Vec::new();
        if seq != self.record.events.len() as u64 {
            wrong.push(format!("the history stands at {seq}, the events at {}", self.record.events.len()));
        }
        let history: Vec<Seen> = history.iter().map(Seen::of).collect();
        if let Some(open) = history.iter().find(|message| !message.is_final()) {
            wrong.push(format!("{} is {} for ever", open.id, open.status));
        }
        wrong.extend(differs("the replay of all events", &self.record.tree.path(), &history));
        for device in self.person.present() {
            let (path, at) = device.look(self.session, |watch| (watch.tree.path(), watch.seq));
            if at != seq {
                wrong.push(format!("{} stands at {at} of {seq}", device.name()));
            }
            wrong.extend(differs(device.name(), &path, &history));
        }
        wrong
    }
}

fn differs(who: &str, shown: &[Seen], kept: &[Seen]) -> Option<String> {
    if shown == kept {
        return None;
    }
    let first = shown.iter().zip(kept).find(|(shown, kept)| shown != kept);
    Some(format!("{who} shows {} messages, kept are {}; the first difference: {first:?}", shown.len(), kept.len()))
}
