//! Turns: how soon a reply begins, how many messages are taken, what a long chat costs.

use std::cell::Cell;
use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::Plan;
use crate::child::{Kind, Orders, Server};
use crate::client::{Client, Frame, Http};
use crate::figures::{Report, Times, median};
use crate::stamp::{self, Wish};
use crate::stores::Ground;
use crate::talker::Cast;

/// Turns that are not counted: files are read, statements prepared.
const WARM: usize = 10;

/// Turns in one chat before the next is taken: else all chats become long ones.
const TURNS: usize = 10;

/// How long one message took to be taken, and to its first token.
pub struct Turn {
    pub accepted: u64,
    pub first: u64,
}

/// Says something and reads the whole reply.
pub async fn turn(client: &mut Client, session: &str) -> Turn {
    client.say(session, &Wish::Once.words()).await;
    let sent = stamp::now();
    let mut turn = Turn { accepted: 0, first: 0 };
    loop {
        let frame = client.frame(|frame| match frame {
            Frame::Accepted => {
                turn.accepted = stamp::now() - sent;
                false
            }
            Frame::Delta(_) => {
                turn.first = stamp::now() - sent;
                false
            }
            frame => frame == Frame::Completed,
        });
        if frame.await {
            return turn;
        }
    }
}

/// Messages in chats that have so many already; in the next one before a short chat has become a long one.
async fn turns(server: &Server, chats: Range<usize>, repeats: usize) -> (Times, Times) {
    let (mut accepted, mut first) = (Vec::new(), Vec::new());
    let each = (repeats + WARM).div_ceil(chats.len());
    for chat in &server.chats[chats] {
        let mut client = Client::open(server.address(), Some(&chat.token), 0).await;
        for _ in 0..each {
            let turn = turn(&mut client, &chat.session).await;
            accepted.push(turn.accepted);
            first.push(turn.first);
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
    (Times::of(accepted.split_off(WARM)), Times::of(first.split_off(WARM)))
}

/// What was measured in chats of one length.
struct Talked {
    length: u32,
    kind: Kind,
    first: Times,
    accepted: Times,
}

async fn in_chats_of(kind: Kind, lengths: [u32; 2], plan: &Plan) -> Vec<Talked> {
    let [short, long] = lengths;
    let many = plan.repeats.div_ceil(TURNS);
    let mut chats = vec![short; many * plan.rounds];
    chats.push(long);
    let server = Server::start(kind, Cast { chats, ..Cast::default() });
    let mut rounds = [Vec::new(), Vec::new()];
    for round in 0..plan.rounds {
        rounds[0].push(turns(&server, round * many..(round + 1) * many, plan.repeats).await);
        rounds[1].push(turns(&server, many * plan.rounds..server.chats.len(), plan.repeats).await);
    }
    let talked = lengths.into_iter().zip(rounds).map(|(length, rounds)| {
        let (accepted, first): (Vec<Times>, Vec<Times>) = rounds.into_iter().unzip();
        Talked { length, kind, first: Times::median(&first), accepted: Times::median(&accepted) }
    });
    talked.collect()
}

const COLUMNS: [&str; 6] =
    ["first p50 ms", "first p99 ms", "accept p50 ms", "accept p99 ms", "first of sqlite", "acc. of sqlite"];

/// Talks in chats of these lengths on each store; where SQLite is among them, the others are compared with it.
async fn talk_on(kinds: &[Kind], lengths: [u32; 2], plan: &Plan, part: &str, report: &mut Report) {
    let mut on_sqlite: Vec<Talked> = Vec::new();
    for kind in kinds {
        let talked = in_chats_of(*kind, lengths, plan).await;
        for (n, talked) in talked.iter().enumerate() {
            let Talked { length, kind, first, accepted } = talked;
            let base = on_sqlite.get(n).unwrap_or(talked);
            let of = |ours: f64, sqlite: f64| if on_sqlite.is_empty() { f64::NAN } else { ours / sqlite };
            report.row(
                part,
                &format!("{length} messages, {}", kind.name()),
                &[
                    ("first_p50_ms", first.p50, 2),
                    ("first_p99_ms", first.p99, 2),
                    ("accepted_p50_ms", accepted.p50, 2),
                    ("accepted_p99_ms", accepted.p99, 2),
                    ("first_p50_of_sqlite", of(first.p50, base.first.p50), 2),
                    ("accepted_p50_of_sqlite", of(accepted.p50, base.accepted.p50), 2),
                ],
            );
        }
        if *kind == plan.sqlite() {
            on_sqlite = talked;
        }
    }
}

/// From a message to the first token of its reply.
pub async fn first(plan: &Plan, report: &mut Report) {
    report.part("From message.send to the first reply.delta, model at once", &COLUMNS);
    let disk = disk();
    talk_on(&plan.durable_and_relaxed(), [10, 2_000], plan, "first", report).await;
    report.row("first", "the disk alone, one fsync", &[("p50_ms", disk.p50, 2), ("p99_ms", disk.p99, 2)]);
}

/// What one wait for the disk takes.
fn disk() -> Times {
    use std::io::Write;
    let mut file = tempfile::tempfile_in(crate::target()).expect("a file");
    let times = (0..100).map(|_| {
        file.write_all(&[7; 4096]).expect("it is written");
        let begun = stamp::now();
        file.sync_data().expect("it is on the disk");
        stamp::now() - begun
    });
    Times::of(times.collect())
}

/// Messages taken a second, each with a whole turn behind it.
pub async fn accept(plan: &Plan, report: &mut Report) {
    report.part("Messages taken, each answered with one token", &["messages/s", "cores", "of sqlite"]);
    for clients in [1, 16, 128] {
        let mut on_sqlite = f64::NAN;
        for kind in plan.durable_and_relaxed() {
            let (rate, cores) = taken_in_rounds(kind, 1, clients, plan).await;
            if kind == plan.sqlite() {
                on_sqlite = rate;
            }
            let values = [("messages_per_second", rate, 0), ("cores", cores, 2), ("of_sqlite", rate / on_sqlite, 2)];
            report.row("accept", &format!("{clients} clients, {}", kind.name()), &values);
        }
    }
}

/// Messages a second on so many nodes, and the processor time of these; medians of the rounds.
pub async fn taken_in_rounds(kind: Kind, nodes: usize, clients: usize, plan: &Plan) -> (f64, f64) {
    let (mut rates, mut cores) = (Vec::new(), Vec::new());
    for _ in 0..plan.rounds {
        let (rate, processor) = taken(kind, nodes, clients, plan.window.min(Duration::from_secs(5))).await;
        rates.push(rate);
        cores.push(processor);
    }
    (median(rates), median(cores))
}

async fn taken(kind: Kind, nodes: usize, clients: usize, window: Duration) -> (f64, f64) {
    // About as many chats as there will be turns for.
    let each = 4_000 / TURNS / clients + 10;
    let cast = Cast { chats: vec![1; clients * each], ..Cast::default() };
    let server = Rc::new(Server::on(&Ground::make(kind.backend()), nodes, Orders::of(kind).with(cast)));
    let count = Rc::new(Cell::new(0_u64));
    let mut tasks = JoinSet::new();
    for n in 0..clients {
        let (server, count) = (Rc::clone(&server), Rc::clone(&count));
        tasks.spawn_local(async move {
            for chat in server.chats.iter().skip(n).step_by(clients).cycle() {
                let mut client = Client::open(server.node(n), Some(&chat.token), n).await;
                for _ in 0..TURNS {
                    turn(&mut client, &chat.session).await;
                    count.set(count.get() + 1);
                }
            }
        });
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (before, processor) = (count.get(), server.processor());
    let begun = stamp::now();
    tokio::time::sleep(window).await;
    let seconds = (stamp::now() - begun) as f64 / 1e9;
    let figures = ((count.get() - before) as f64 / seconds, (server.processor() - processor) / seconds);
    assert!(tasks.try_join_next().is_none(), "a client broke off");
    tasks.shutdown().await;
    figures
}

/// How long a request takes, over and over.
pub async fn gets(http: &mut Http, path: &str, token: &str, repeats: usize) -> Vec<u64> {
    let mut times = Vec::with_capacity(repeats);
    for _ in 0..repeats {
        let begun = stamp::now();
        http.get(path, token).await;
        times.push(stamp::now() - begun);
    }
    times
}

/// Opening a long chat and talking in it.
pub async fn open(plan: &Plan, report: &mut Report) {
    let lengths = [10, 100_000];
    report.part("Opening a chat: the newest 30 messages", &["p50 ms", "p99 ms", "p50 of sqlite"]);
    let mut on_sqlite = [f64::NAN; 2];
    for kind in plan.kinds() {
        let server = Server::start(kind, Cast { chats: lengths.to_vec(), ..Cast::default() });
        let mut http = Http::open(server.address()).await;
        for (n, (chat, length)) in server.chats.iter().zip(lengths).enumerate() {
            let path = format!("/api/v1/sessions/{}/messages?limit=30", chat.session);
            let mut rounds = Vec::new();
            for _ in 0..plan.rounds {
                let mut times = gets(&mut http, &path, &chat.token, plan.repeats + WARM).await;
                rounds.push(Times::of(times.split_off(WARM)));
            }
            let times = Times::median(&rounds);
            if kind == plan.sqlite() {
                on_sqlite[n] = times.p50;
            }
            let values =
                [("p50_ms", times.p50, 2), ("p99_ms", times.p99, 2), ("of_sqlite", times.p50 / on_sqlite[n], 2)];
            report.row("open", &format!("{length} messages, {}", kind.name()), &values);
        }
    }
    report.part("Talking in it", &COLUMNS);
    talk_on(&plan.kinds(), lengths, plan, "open_first", report).await;
}
