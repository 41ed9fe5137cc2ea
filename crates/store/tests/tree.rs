//! A chat against a plain model of it: random changes, and after each one everything that can be read.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "these are tests"
)]

mod backends;
mod model;

use std::collections::BTreeMap;

use domain::chats::{History, HistoryAnchor, Message, MessageStatus, RegenerateMode};
use domain::events::{EventBody, SessionEvent};
use domain::ids::MessageId;
use domain::limits;
use model::Model;
use proptest::prelude::*;
use store::chats::{NewReply, Parent, Queueing};
use store::conformance::{Chat, Making, complete, fail};
use store::sql::SqlStore;
use store::turns::{Claim, Orphans, Progress};
use store::{Conflict, StoreError, Stores};
use time::Duration;

#[derive(Debug, Clone, Copy)]
enum Step {
    SendAtLeaf,
    SendBelow(usize),
    Regenerate(usize),
    Continue(usize),
    Claim,
    Write,
    Finish(u8),
    Orphan,
    Edit(usize),
    Delete(usize),
    Select(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let any = 0_usize..10_000;
    prop_oneof![
        5 => Just(Step::SendAtLeaf),
        3 => any.clone().prop_map(Step::SendBelow),
        2 => any.clone().prop_map(Step::Regenerate),
        2 => any.clone().prop_map(Step::Continue),
        5 => Just(Step::Claim),
        2 => Just(Step::Write),
        5 => (0_u8..3).prop_map(Step::Finish),
        1 => Just(Step::Orphan),
        2 => any.clone().prop_map(Step::Edit),
        2 => any.clone().prop_map(Step::Delete),
        3 => any.prop_map(Step::Select),
    ]
}

/// A client that follows the events of a session.
#[derive(Debug, Clone, Default, PartialEq)]
struct Follower {
    messages: BTreeMap<MessageId, (Option<MessageId>, String, MessageStatus)>,
    leaf: Option<MessageId>,
    seq: u64,
}

impl Follower {
    fn put(&mut self, message: &Message) {
        self.messages.insert(message.id, (message.parent_id, message.content.clone(), message.status));
    }

    fn follow(&mut self, event: &SessionEvent) {
        assert_eq!(event.seq, self.seq + 1, "a place is missing");
        self.seq = event.seq;
        match &event.body {
            EventBody::MessageAccepted { message, reply } => {
                let reply = reply.as_ref().unwrap();
                self.put(message);
                self.put(reply);
                self.leaf = Some(reply.id);
            }
            EventBody::ReplyQueued { reply } => {
                self.put(reply);
                self.leaf = Some(reply.id);
            }
            EventBody::ReplyStarted { reply }
            | EventBody::ReplyCompleted { reply }
            | EventBody::ReplyFailed { reply } => self.put(reply),
            EventBody::MessageEdited { message } => self.put(message),
            EventBody::MessageDeleted { message_id, leaf_id } => {
                let mut gone = vec![*message_id];
                while let Some(id) = gone.pop() {
                    self.messages.remove(&id);
                    gone.extend(
                        self.messages.iter().filter(|(_, (parent, ..))| *parent == Some(id)).map(|(id, _)| *id),
                    );
                }
                self.leaf = *leaf_id;
            }
            EventBody::SessionUpdated { session } => self.leaf = session.leaf_id,
            EventBody::SessionDeleted => panic!("the session is there"),
        }
    }
}

struct Run<'a> {
    stores: &'a Stores,
    making: Making<'a>,
    chat: Chat,
    model: Model,
    held: Option<Claim>,
    /// The state after each event that ended a step.
    past: Vec<Follower>,
}

impl Run<'_> {
    async fn step(&mut self, step: Step) {
        let full = self.model.queued().len() as u64 >= limits::QUEUED_REPLIES;
        match step {
            Step::SendAtLeaf => self.send(Parent::Leaf, self.model.leaf(), full).await,
            Step::SendBelow(n) => {
                let below = self.model.pick(n, |_| true);
                self.send(Parent::Message(below.map(|n| self.model.nodes[n].id)), below, full).await;
            }
            Step::Regenerate(n) => self.queue(n, RegenerateMode::New, full).await,
            Step::Continue(n) => self.queue(n, RegenerateMode::Continue, full).await,
            Step::Claim => self.claim().await,
            Step::Write => self.write().await,
            Step::Finish(how) => self.finish(how).await,
            Step::Orphan => self.orphan().await,
            Step::Edit(n) => {
                let Some(n) = self.model.pick(n, |node| node.status.is_final()) else { return };
                let content = format!("edited {}", self.model.seq);
                let event = self.stores.chats.edit_message(
                    self.chat.owner,
                    self.chat.session,
                    self.model.nodes[n].id,
                    &content,
                    self.making.now(),
                );
                assert!(
                    matches!(event.await.unwrap().body, EventBody::MessageEdited { message } if message.content == content)
                );
                self.model.nodes[n].content = content;
                self.model.seq += 1;
            }
            Step::Delete(n) => {
                let Some(n) = self.model.pick(n, |_| true) else { return };
                let id = self.model.nodes[n].id;
                let event = self
                    .stores
                    .chats
                    .delete_message(self.chat.owner, self.chat.session, id, self.making.now())
                    .await
                    .unwrap();
                self.model.delete(n);
                self.model.seq += 1;
                assert_eq!(event.body, EventBody::MessageDeleted { message_id: id, leaf_id: self.model.leaf_id() });
            }
            Step::Select(n) => {
                let Some(n) = self.model.pick(n, |_| true) else { return };
                let id = self.model.nodes[n].id;
                let event = self
                    .stores
                    .chats
                    .select_message(self.chat.owner, self.chat.session, id, self.making.now())
                    .await
                    .unwrap();
                self.model.lead_to(Some(n));
                self.model.seq += 1;
                assert!(
                    matches!(event.body, EventBody::SessionUpdated { session } if session.leaf_id == self.model.leaf_id())
                );
            }
        }
    }

    async fn send(&mut self, parent: Parent, below: Option<usize>, full: bool) {
        let new = self.making.new_message(parent, &format!("said {}", self.model.seq));
        let sent = self.stores.chats.accept_message(self.chat.owner, self.chat.session, &new, self.making.now()).await;
        if full {
            assert_eq!(sent, Err(StoreError::Conflict(Conflict::TooManyQueued)));
            return;
        }
        let event = sent.unwrap().event;
        let said = self.model.hang(below, new.id, &new.content, MessageStatus::Complete, false);
        let reply = self.model.hang(Some(said), new.replies[0].id, "", MessageStatus::Queued, true);
        self.model.lead_to(Some(reply));
        self.model.seq += 1;
        let EventBody::MessageAccepted { message, reply: Some(answer) } = event.body else { panic!("another event") };
        self.same(&message);
        self.same(&answer);
    }

    async fn queue(&mut self, n: usize, mode: RegenerateMode, full: bool) {
        let replies_only = mode == RegenerateMode::Continue;
        let Some(n) = self.model.pick(n, |node| node.status.is_final() && (node.is_reply || !replies_only)) else {
            return;
        };
        let (id, content, parent) =
            (self.model.nodes[n].id, self.model.nodes[n].content.clone(), self.model.nodes[n].parent);
        let reply = self.making.message_id();
        let queued = self
            .stores
            .chats
            .queue_reply(
                self.chat.owner,
                self.chat.session,
                id,
                Queueing::Again(mode),
                NewReply::of_the_character(reply),
                self.making.now(),
            )
            .await;
        if full {
            assert_eq!(queued, Err(StoreError::Conflict(Conflict::TooManyQueued)));
            return;
        }
        let below = if self.model.nodes[n].is_reply { parent } else { Some(n) };
        let new = self.model.hang(below, reply, if replies_only { &content } else { "" }, MessageStatus::Queued, true);
        self.model.lead_to(Some(new));
        self.model.seq += 1;
        let EventBody::ReplyQueued { reply } = queued.unwrap().body else { panic!("another event") };
        self.same(&reply);
    }

    async fn claim(&mut self) {
        let claim = self.making.claim(self.chat.session, self.making.node()).await;
        let held = self.held.as_ref().is_some_and(|held| self.model.find(held.reply.id).is_some());
        let next = if held { None } else { self.model.queued().first().copied() };
        assert_eq!(claim.as_ref().map(|claim| claim.reply.id), next.map(|n| self.model.nodes[n].id));
        if let (Some(claim), Some(next)) = (claim, next) {
            self.model.nodes[next].status = MessageStatus::Streaming;
            self.model.seq += 1;
            self.same(&claim.reply);
            self.held = Some(claim);
        }
    }

    async fn write(&mut self) {
        let Some(held) = &self.held else { return };
        let n = self.model.find(held.reply.id);
        let position = n.map_or(0, |n| self.model.nodes[n].content.len() as u64);
        let progress = Progress { reply_id: held.reply.id, fence: held.fence, position, text: " 花".into() };
        let lost =
            self.stores.turns.save_progress(&[progress], self.making.now() + Duration::hours(12)).await.unwrap().lost;
        assert_eq!(lost.is_empty(), n.is_some());
        if let Some(n) = n {
            self.model.nodes[n].content += " 花";
        }
    }

    async fn finish(&mut self, how: u8) {
        let Some(held) = self.held.take() else { return };
        let n = self.model.find(held.reply.id);
        let content = format!("{} and all", n.map_or("", |n| &self.model.nodes[n].content));
        let mut finish = if how == 0 { fail(&held, &content) } else { complete(&held, &content) };
        if how == 1 {
            finish.status = MessageStatus::Stopped;
        }
        let event = self.stores.turns.finish_reply(&finish, self.making.now()).await.unwrap();
        assert_eq!(event.is_some(), n.is_some());
        if let (Some(n), Some(event)) = (n, event) {
            (self.model.nodes[n].content, self.model.nodes[n].status) = (content, finish.status);
            self.model.seq += 1;
            assert_eq!(event.seq, self.model.seq);
            assert_eq!(self.stores.turns.finish_reply(&finish, self.making.now()).await.unwrap(), Some(event));
        }
    }

    async fn orphan(&mut self) {
        let ended =
            self.stores.turns.end_orphans(Orphans::AllBut(self.making.node()), self.making.now(), 10).await.unwrap();
        let n = self.held.take().and_then(|held| self.model.find(held.reply.id));
        assert_eq!(ended.len(), usize::from(n.is_some()));
        if let Some(n) = n {
            self.model.nodes[n].status = MessageStatus::Failed;
            self.model.seq += 1;
        }
    }

    fn same(&self, message: &Message) {
        let n = self.model.find(message.id).unwrap();
        let node = &self.model.nodes[n];
        assert_eq!((&message.content, message.status), (&node.content, node.status));
        assert_eq!(message.parent_id, node.parent.map(|parent| self.model.nodes[parent].id));
        assert_eq!(message.depth as usize, self.model.way_to(n).len() - 1);
        assert_eq!(message.siblings, self.model.siblings(n));
    }

    async fn page(&self, anchor: HistoryAnchor, limit: u32) -> History {
        let page = self.stores.history.history(self.chat.owner, self.chat.session, anchor, limit).await.unwrap();
        assert!(page.messages.len() <= limit as usize && page.seq == self.model.seq);
        page
    }

    /// Everything that can be read is what the model says.
    async fn check(&mut self, n: usize) {
        let way: Vec<MessageId> = self.model.way().into_iter().map(|n| self.model.nodes[n].id).collect();
        let limit = 2 + (n % 5) as u32;
        let mut page = self.page(HistoryAnchor::Newest, limit).await;
        assert!(!page.has_after);
        let mut back = page.messages.clone();
        while page.has_before {
            page = self.page(HistoryAnchor::Before(back[0].id), limit).await;
            assert!(page.has_after);
            back.splice(0..0, page.messages.clone());
        }
        back.iter().for_each(|message| self.same(message));
        assert_eq!(back.iter().map(|message| message.id).collect::<Vec<_>>(), way);
        self.same_said(&back, limit).await;
        if let Some(from) = back.get(n % back.len().max(1)) {
            let mut forth = vec![from.clone()];
            loop {
                page = self.page(HistoryAnchor::After(forth[forth.len() - 1].id), limit).await;
                forth.extend(page.messages);
                if !page.has_after {
                    break;
                }
            }
            assert_eq!(forth, back[n % back.len()..]);
        }
        let session = self.stores.sessions.find_session(self.chat.owner, self.chat.session).await.unwrap().unwrap();
        assert_eq!((session.leaf_id, session.seq), (self.model.leaf_id(), self.model.seq));
        self.follow(n, limit).await;
    }

    /// As memory reads it, it is the same way.
    async fn same_said(&self, way: &[Message], limit: u32) {
        let (owner, session) = (self.chat.owner, self.chat.session);
        let said = self.stores.transcripts.said_from(owner, session, 0, 10_000).await.unwrap();
        let all = |ids: &[MessageId]| way.iter().map(|message| message.id).eq(ids.iter().copied());
        assert!(all(&said.iter().map(|said| said.id).collect::<Vec<_>>()));
        if let Some(leaf) = way.last() {
            let before = self.stores.transcripts.said_before(owner, session, leaf.id, limit).await.unwrap();
            assert_eq!(before, said[said.len().saturating_sub(limit as usize)..]);
        }
    }

    /// Whoever fell behind, wherever, arrives at the present.
    async fn follow(&mut self, n: usize, limit: u32) {
        let present = Follower {
            messages: self
                .model
                .live()
                .map(|n| &self.model.nodes[n])
                .map(|node| (node.id, (node.parent.map(|n| self.model.nodes[n].id), node.content.clone(), node.status)))
                .collect(),
            leaf: self.model.leaf_id(),
            seq: self.model.seq,
        };
        let mut follower = self.past[n % self.past.len()].clone();
        // Progress is no event: it comes from the reply itself.
        if follower.seq == present.seq {
            follower.messages.clone_from(&present.messages);
        }
        loop {
            let events = self
                .stores
                .sessions
                .events_after(self.chat.owner, self.chat.session, follower.seq, limit)
                .await
                .unwrap();
            if events.is_empty() {
                break;
            }
            events.iter().for_each(|event| follower.follow(event));
        }
        for (id, (.., status)) in &present.messages {
            if *status == MessageStatus::Streaming {
                follower.messages.insert(*id, present.messages[id].clone());
            }
        }
        assert_eq!(follower, present);
        self.past.push(present);
    }
}

async fn run(stores: &Stores, steps: &[Step]) {
    let making = Making::new(stores);
    let chat = making.chat(2).await;
    let model = Model::new(&chat.greetings);
    let mut run = Run { stores, making, chat, model, held: None, past: vec![] };
    let begin = Follower {
        messages: run
            .chat
            .greetings
            .iter()
            .map(|greeting| (greeting.id, (None, greeting.content.clone(), greeting.status)))
            .collect(),
        leaf: run.model.leaf_id(),
        seq: 0,
    };
    run.past.push(begin);
    for (n, step) in steps.iter().enumerate() {
        run.step(*step).await;
        run.check(n * 7_919).await;
    }
}

async fn on_sqlite(steps: Vec<Step>) {
    let store = SqlStore::open_temporary().await.unwrap();
    run(&store.stores(), &steps).await;
    store.close().await.unwrap();
}

async fn on_mongodb(steps: Vec<Step>) {
    let sql = SqlStore::open_temporary().await.unwrap();
    let Some(store) = backends::mongo("a_chat_in_mongodb_is_what_its_model_says", &sql).await else { return };
    run(&store.stores(), &steps).await;
    store.close().await.unwrap();
}

fn block_on(run: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(run);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, max_shrink_iters: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_chat_is_what_its_model_says(steps in prop::collection::vec(step(), 200)) {
        block_on(on_sqlite(steps));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3, max_shrink_iters: 30, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_chat_in_mongodb_is_what_its_model_says(steps in prop::collection::vec(step(), 120)) {
        block_on(on_mongodb(steps));
    }
}
