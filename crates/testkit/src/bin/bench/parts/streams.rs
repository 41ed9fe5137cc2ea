//! Tokens on their way: how many, how late.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::Plan;
use crate::child::{Kind, Orders, Server};
use crate::client::{Client, Frame};
use crate::figures::{Report, Times, median};
use crate::stamp::{self, Wish};
use crate::stores::Ground;
use crate::talker::{Cast, Chat};

/// Tokens a second of one chat.
const PACE: f64 = 50.0;

/// Tokens of a reply that goes as fast as it can.
const REPLY: u32 = 1_000;

/// How long replies go before counting begins.
const WARM: Duration = Duration::from_secs(2);

/// What one run gave.
#[derive(Debug, Clone, Default)]
pub struct Run {
    pub tokens: f64,
    pub frames: f64,
    pub late: Times,
    pub processor: f64,
}

impl Run {
    pub fn median(rounds: &[Self]) -> Self {
        let of = |part: fn(&Self) -> f64| median(rounds.iter().map(part).collect());
        Self {
            tokens: of(|run| run.tokens),
            frames: of(|run| run.frames),
            processor: of(|run| run.processor),
            late: Times::median(&rounds.iter().map(|run| run.late).collect::<Vec<_>>()),
        }
    }
}

/// What is counted between two moments.
struct Counted {
    from: u64,
    to: u64,
    epoch: u64,
    tokens: u64,
    frames: u64,
    late: Option<Vec<u64>>,
}

impl Counted {
    fn take(&mut self, delta: &str) {
        let now = stamp::now();
        if now < self.from || now >= self.to {
            return;
        }
        self.frames += 1;
        let late = &mut self.late;
        self.tokens += stamp::read(delta.as_bytes(), self.epoch, |sent| {
            if let Some(late) = late {
                late.push(now.saturating_sub(sent));
            }
        });
    }
}

/// One chat after the other, each with replies of its own length, until the end.
async fn converse(server: Rc<Server>, chat: Option<Chat>, n: usize, counted: Rc<RefCell<Counted>>, paced: bool) {
    let mut client = Client::open(server.node(n), chat.as_ref().map(|chat| chat.token.as_str()), n).await;
    let session = chat.map_or_else(|| "ses_00000000000000000000000000000000".to_owned(), |chat| chat.session);
    if paced {
        // Neither do people all begin in the same moment.
        tokio::time::sleep(WARM.mul_f64(n as f64 / 400.0 % 1.0)).await;
    }
    for turn in 0.. {
        let wish = if paced {
            Wish::Tokens(100 + (n * 37 + turn * 61) as u32 % 200, Some(PACE))
        } else {
            Wish::Tokens(REPLY, None)
        };
        client.say(&session, &wish.words()).await;
        loop {
            let done = client.frame(|frame| match frame {
                Frame::Delta(delta) => {
                    counted.borrow_mut().take(delta);
                    false
                }
                frame => frame == Frame::Completed,
            });
            if done.await {
                break;
            }
        }
    }
}

/// Chats on so many nodes, which share them.
pub async fn run(kind: Kind, nodes: usize, chats: usize, paced: bool, window: Duration) -> Run {
    let cast = Cast { chats: vec![1; chats], ..Cast::default() };
    let server = Rc::new(Server::on(&Ground::make(kind.backend()), nodes, Orders::of(kind).with(cast)));
    let from = stamp::now() + (WARM + Duration::from_secs(1)).as_nanos() as u64;
    let to = from + window.as_nanos() as u64;
    let late = paced.then(|| Vec::with_capacity((PACE * 1.2 * chats as f64 * window.as_secs_f64()) as usize));
    let counted = Rc::new(RefCell::new(Counted { from, to, epoch: server.epoch, tokens: 0, frames: 0, late }));
    let mut tasks = JoinSet::new();
    for n in 0..chats {
        let chat = server.chats.get(n).cloned();
        tasks.spawn_local(converse(Rc::clone(&server), chat, n, Rc::clone(&counted), paced));
    }
    tokio::time::sleep(Duration::from_nanos(from - stamp::now())).await;
    let before = server.processor();
    tokio::time::sleep(window).await;
    let processor = server.processor() - before;
    assert_eq!(tasks.len(), chats);
    assert!(tasks.try_join_next().is_none(), "a chat broke off");
    tasks.shutdown().await;
    let seconds = window.as_secs_f64();
    let mut counted = counted.borrow_mut();
    Run {
        tokens: counted.tokens as f64 / seconds,
        frames: counted.frames as f64 / seconds,
        late: Times::of(counted.late.take().unwrap_or_default()),
        processor: processor / seconds,
    }
}

async fn rounds(kinds: &[Kind], chats: usize, paced: bool, plan: &Plan) -> Vec<Run> {
    let window = if paced { plan.window } else { plan.window.min(Duration::from_secs(5)) };
    let mut runs = vec![Vec::new(); kinds.len()];
    for _ in 0..plan.rounds {
        for (kind, runs) in kinds.iter().zip(&mut runs) {
            runs.push(run(*kind, 1, chats, paced, window).await);
        }
    }
    runs.iter().map(|rounds| Run::median(rounds)).collect()
}

/// Fifty tokens a second in each chat.
pub async fn paced(plan: &Plan, report: &mut Report) {
    let columns = ["tokens/s", "late p50 ms", "late p99 ms", "late max ms", "cores", "p50 of relay", "p50 of sqlite"];
    report.part("50 tokens/s in each chat", &columns);
    let kinds: Vec<Kind> = std::iter::once(Kind::Relay).chain(plan.kinds()).collect();
    for chats in [1, 50, 200, 400] {
        let runs = rounds(&kinds, chats, true, plan).await;
        let sqlite = runs.iter().zip(&kinds).find(|(_, kind)| **kind == plan.sqlite()).map(|(run, _)| run.late.p50);
        for (kind, run) in kinds.iter().zip(&runs) {
            let late = run.late;
            report.row(
                "paced",
                &format!("{chats} chats, {}", kind.name()),
                &[
                    ("tokens_per_second", run.tokens, 0),
                    ("late_p50_ms", late.p50, 2),
                    ("late_p99_ms", late.p99, 2),
                    ("late_max_ms", late.max, 1),
                    ("cores", run.processor, 2),
                    ("late_p50_of_relay", late.p50 / runs[0].late.p50, 2),
                    ("late_p50_of_sqlite", sqlite.map_or(f64::NAN, |sqlite| late.p50 / sqlite), 2),
                ],
            );
        }
    }
}

/// As many tokens as there can be.
pub async fn flat(plan: &Plan, report: &mut Report) {
    report.part("Tokens as fast as they go", &["tokens/s", "frames/s", "of the relay", "of joined", "cores"]);
    let kinds: Vec<Kind> = [Kind::Relay, Kind::JoiningRelay].into_iter().chain(plan.kinds()).collect();
    for chats in [1, 50, 400] {
        let runs = rounds(&kinds, chats, false, plan).await;
        for (kind, run) in kinds.iter().zip(&runs) {
            report.row(
                "flat",
                &format!("{chats} chats, {}", kind.name()),
                &[
                    ("tokens_per_second", run.tokens, 0),
                    ("frames_per_second", run.frames, 0),
                    ("of_relay", run.tokens / runs[0].tokens, 2),
                    ("of_joining_relay", run.tokens / runs[1].tokens, 2),
                    ("cores", run.processor, 2),
                ],
            );
        }
    }
}
