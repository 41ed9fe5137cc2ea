//! Two nodes beside one: the same load shared by both, and what it costs to watch on one what the other writes.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use tokio::task::JoinSet;

use super::{streams, turns};
use crate::Plan;
use crate::child::{Kind, Orders, Server};
use crate::client::{Client, Frame};
use crate::figures::{Report, Times};
use crate::stamp::{self, Wish};
use crate::stores::{Backend, Ground};
use crate::talker::{Cast, Chat};

/// Chats that are watched at the same time.
const WATCHED: usize = 20;

/// Tokens of a watched reply, and how many come in a second.
const REPLY: u32 = 200;
const PACE: f64 = 50.0;

/// What two nodes do with what one does.
pub async fn nodes(plan: &Plan, report: &mut Report) {
    let shared: Vec<Backend> = plan.stores.iter().copied().filter(|store| store.is_shared()).collect();
    if shared.is_empty() {
        report.skip("two nodes", "no store was chosen, or is here, that nodes can share");
        return;
    }
    lateness(&shared, plan, report).await;
    taken(&shared, plan, report).await;
    hops(&shared, plan, report).await;
}

fn times(nodes: usize) -> &'static str {
    if nodes == 1 { "one node" } else { "two nodes" }
}

async fn lateness(stores: &[Backend], plan: &Plan, report: &mut Report) {
    report.part("50 tokens/s in 200 chats", &["late p50 ms", "late p99 ms", "cores", "p50 of one", "p99 of one"]);
    for store in stores {
        let mut one = Times::default();
        for nodes in [1, 2] {
            let mut runs = Vec::new();
            for _ in 0..plan.rounds {
                runs.push(streams::run(Kind::Talker(*store), nodes, 200, true, plan.window).await);
            }
            let run = streams::Run::median(&runs);
            if nodes == 1 {
                one = run.late;
            }
            report.row(
                "nodes_paced",
                &format!("{}, {store}", times(nodes)),
                &[
                    ("late_p50_ms", run.late.p50, 2),
                    ("late_p99_ms", run.late.p99, 2),
                    ("cores", run.processor, 2),
                    ("late_p50_of_one", run.late.p50 / one.p50, 2),
                    ("late_p99_of_one", run.late.p99 / one.p99, 2),
                ],
            );
        }
    }
}

async fn taken(stores: &[Backend], plan: &Plan, report: &mut Report) {
    report.part("Messages taken, each answered with one token", &["messages/s", "cores", "of one"]);
    for store in stores {
        for clients in [16, 128] {
            let mut one = f64::NAN;
            for nodes in [1, 2] {
                let (rate, cores) = turns::taken_in_rounds(Kind::Talker(*store), nodes, clients, plan).await;
                if nodes == 1 {
                    one = rate;
                }
                let values = [("messages_per_second", rate, 0), ("cores", cores, 2), ("of_one", rate / one, 2)];
                report.row("nodes_accept", &format!("{clients} clients, {}, {store}", times(nodes)), &values);
            }
        }
    }
}

/// Where a watcher is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hop {
    /// At the node that writes.
    Same,
    /// At another that hears of it by the bus.
    Redis,
    /// At another that reads the store.
    Store,
}

impl Hop {
    fn name(self) -> &'static str {
        match self {
            Self::Same => "on the same node",
            Self::Redis => "on another, by Redis",
            Self::Store => "on another, without Redis",
        }
    }

    /// The stores of this kind, with the bus that this hop takes.
    fn on(self, store: Backend) -> Backend {
        Backend { redis: self == Self::Redis, ..store }
    }
}

async fn hops(stores: &[Backend], plan: &Plan, report: &mut Report) {
    report.part("A reply at 50 tokens/s, watched", &["late p50 ms", "late p99 ms", "late max ms", "frames/reply"]);
    let mut measured: Vec<Backend> = Vec::new();
    for store in stores {
        let base = Backend { redis: false, ..*store };
        if measured.contains(&base) {
            continue;
        }
        measured.push(base);
        for hop in [Hop::Same, Hop::Redis, Hop::Store] {
            let store = hop.on(*store);
            let label = format!("{}, {base}", hop.name());
            if let Some(reason) = store.missing() {
                report.skip(&label, &reason);
                continue;
            }
            let mut rounds = Vec::new();
            for _ in 0..plan.rounds {
                rounds.push(watched(store, hop, plan.window).await);
            }
            let late = Times::median(&rounds.iter().map(|(late, _)| *late).collect::<Vec<_>>());
            let frames = crate::figures::median(rounds.iter().map(|(_, frames)| *frames).collect());
            let values = [
                ("late_p50_ms", late.p50, 2),
                ("late_p99_ms", late.p99, 2),
                ("late_max_ms", late.max, 1),
                ("frames_per_reply", frames, 1),
            ];
            report.row("nodes_watched", &label, &values);
        }
    }
}

/// What the watchers of all chats saw.
#[derive(Default)]
struct Seen {
    late: Vec<u64>,
    tokens: u64,
    frames: u64,
}

/// Chats on the first node and their watchers where the hop has them: how late tokens are there, and frames for a reply.
async fn watched(store: Backend, hop: Hop, window: Duration) -> (Times, f64) {
    let cast = Cast { chats: vec![1; WATCHED], ..Cast::default() };
    let orders = Orders::of(Kind::Talker(store)).with(cast);
    let server = Rc::new(Server::on(&Ground::make(store), 2, orders));
    let seen: Rc<RefCell<Seen>> = Rc::default();
    let mut tasks = JoinSet::new();
    for (n, chat) in server.chats.iter().cloned().enumerate() {
        let watcher = if hop == Hop::Same { server.node(0) } else { server.node(1) };
        let mut watching = Client::open(watcher, Some(&chat.token), n).await;
        watching.show(&chat.session).await;
        tasks.spawn_local(watch(watching, server.epoch, Rc::clone(&seen)));
        tasks.spawn_local(write(Rc::clone(&server), chat, n));
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    *seen.borrow_mut() = Seen::default();
    tokio::time::sleep(window).await;
    assert!(tasks.try_join_next().is_none(), "a chat broke off");
    tasks.shutdown().await;
    let seen = std::mem::take(&mut *seen.borrow_mut());
    assert!(seen.tokens > 0, "nothing was seen");
    (Times::of(seen.late), seen.frames as f64 * f64::from(REPLY) / seen.tokens as f64)
}

async fn write(server: Rc<Server>, chat: Chat, n: usize) {
    let mut client = Client::open(server.node(0), Some(&chat.token), n).await;
    tokio::time::sleep(Duration::from_millis(100 * n as u64)).await;
    loop {
        client.say(&chat.session, &Wish::Tokens(REPLY, Some(PACE)).words()).await;
        while !client.frame(|frame| frame == Frame::Completed).await {}
    }
}

async fn watch(mut client: Client, epoch: u64, seen: Rc<RefCell<Seen>>) {
    loop {
        let look = |frame: Frame<'_>| {
            if let Frame::Delta(delta) = frame {
                let (now, seen) = (stamp::now(), &mut *seen.borrow_mut());
                seen.frames += 1;
                seen.tokens += stamp::read(delta.as_bytes(), epoch, |sent| seen.late.push(now.saturating_sub(sent)));
            }
        };
        client.frame(look).await;
    }
}
