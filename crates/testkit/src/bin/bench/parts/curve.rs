//! What ten million messages and a million memories change: the same questions at each size of the database.

use std::time::{Duration, Instant};

use domain::ids::{CharacterId, EntityId, SessionId};
use store::remembering::Lag;
use store::sql::Durability;
use time::OffsetDateTime;
use tokio::task::JoinSet;
use uuid::Uuid;

use super::turns::{gets, turn};
use crate::Plan;
use crate::child::{Kind, Orders, Server};
use crate::client::{Client, Frame, Http};
use crate::copies::Copies;
use crate::figures::{Report, Times};
use crate::stamp;
use crate::stores::{Backend, Ground, Place};
use crate::talker::{Cast, Model};

/// Sessions of the one who is copied, and turns in each.
const SESSIONS: usize = 10;
const TURNS: usize = 50;

/// Messages of the one long session; fewer as documents.
const LONG: u32 = 100_000;
const LONG_DOCUMENTS: u32 = 10_000;

/// The sizes, in messages.
const SIZES: [u64; 4] = [10_000, 100_000, 1_000_000, 10_000_000];

/// How far it goes where the chat log is in MongoDB: what the tests bring is not MongoDB, and as large it is not of interest.
const DOCUMENTS: u64 = 100_000;

/// People who are asked at each size.
const ASKED: u64 = 40;

/// How often each is asked.
const PASSES: usize = 3;

/// What a memory is looked for by.
const QUESTION: &str = "ships+in+the+evening";

/// What was measured at one size.
#[derive(Debug, Clone, Copy)]
struct Measured {
    open: Times,
    list: Times,
    recall: Times,
    accepted: Times,
    first: Times,
    long_open: Times,
    long_accepted: Times,
    sweep: Times,
}

impl Measured {
    fn values(&self) -> [(&'static str, f64, usize); 12] {
        [
            ("open_p50_ms", self.open.p50, 2),
            ("open_p99_ms", self.open.p99, 2),
            ("list_p50_ms", self.list.p50, 2),
            ("list_p99_ms", self.list.p99, 2),
            ("recall_p50_ms", self.recall.p50, 2),
            ("recall_p99_ms", self.recall.p99, 2),
            ("accepted_p50_ms", self.accepted.p50, 2),
            ("accepted_p99_ms", self.accepted.p99, 2),
            ("first_p50_ms", self.first.p50, 2),
            ("long_open_p50_ms", self.long_open.p50, 2),
            ("long_accepted_p50_ms", self.long_accepted.p50, 2),
            ("sweep_ms", self.sweep.p50, 1),
        ]
    }
}

const COLUMNS: [&str; 12] = [
    "open p50 ms",
    "p99",
    "list p50 ms",
    "p99",
    "recall p50 ms",
    "p99",
    "accept p50 ms",
    "p99",
    "first p50 ms",
    "long open ms",
    "long accept ms",
    "sweep ms",
];

/// The curve of each store.
pub async fn curve(plan: &Plan, report: &mut Report) {
    report.part("By the messages and memories in the database", &COLUMNS);
    for store in &plan.stores {
        let most = if store.mongo { plan.messages.min(DOCUMENTS) } else { plan.messages };
        let mut sizes: Vec<u64> = SIZES.into_iter().filter(|size| *size <= most).collect();
        if sizes.last().is_none_or(|last| *last < most) {
            sizes.push(most);
        }
        on(*store, &sizes, report).await;
    }
}

async fn on(store: Backend, sizes: &[u64], report: &mut Report) {
    let ground = Ground::make(store);
    let kind = Kind::Talker(store);
    let long = if store.mongo { LONG_DOCUMENTS } else { LONG };
    let cast = Cast { chats: vec![long], model: SESSIONS, remembered: true, ..Cast::default() };
    let server = Server::on(&ground, 1, Orders::of(kind).with(cast));
    let (model, long) = (server.model.clone().expect("the one who is copied"), server.chats[0].clone());
    let began = Instant::now();
    talk(&server, &model).await;
    eprintln!("  {store}: talked for {:.0} s", began.elapsed().as_secs_f64());
    remembered(&ground.place).await;
    eprintln!("  {store}: remembered after {:.0} s", began.elapsed().as_secs_f64());
    drop(server);
    let first = id(&model.sessions[0]);
    let copies = Copies::of(&ground.place, first).await;
    let (messages, memories) = (copies.number("messages"), copies.number("memories"));
    let (mut made, mut all) = (0, Vec::new());
    for size in sizes {
        let wanted = size.div_ceil(messages);
        let began = Instant::now();
        copies.make(&ground.place, made..wanted).await;
        let took = began.elapsed().as_secs_f64();
        eprintln!("  {store}: {} messages more in {took:.0} s", (wanted - made) * messages);
        made = wanted;
        let people: Vec<u64> = (0..made.min(ASKED)).map(|n| n * made / made.min(ASKED)).collect();
        let orders = Orders { sign_in: people.iter().map(|n| Copies::name(*n)).collect(), ..Orders::of(kind) };
        let server = Server::on(&ground, 1, orders);
        let mut measured = measure(&server, &model, &people).await;
        (measured.long_open, measured.long_accepted) = in_long(&server, &long.token, &long.session).await;
        measured.sweep = sweep(&ground.place).await;
        let label = format!("{} + {}, {store}", made * messages, made * memories);
        report.row("curve", &label, &measured.values());
        all.push(measured);
    }
    if let [first, .., last] = all.as_slice() {
        let (first, last) = (first.values(), last.values());
        let ratios: Vec<_> =
            last.iter().zip(first).map(|((name, last, _), (_, first, _))| (*name, last / first, 2)).collect();
        report.row("curve_last_of_first", &format!("last / first, {store}"), &ratios);
    }
}

fn id(session: &str) -> Uuid {
    session.parse::<SessionId>().expect("an id").uuid()
}

/// What the one who is copied says, in all sessions at the same time.
async fn talk(server: &Server, model: &Model) {
    let mut sessions = JoinSet::new();
    for session in &model.sessions {
        let (address, token, session) = (server.address(), model.token.clone(), session.clone());
        sessions.spawn_local(async move {
            let mut client = Client::open(address, Some(&token), 0).await;
            for n in 0..TURNS {
                // The first words are what the model does, the others are for the memory.
                let words =
                    format!("tokens 30 now The ships went by in the evening, and number {n} had no light at all.");
                client.say(&session, &words).await;
                while !client.frame_of(&session, |frame| frame == Frame::Completed).await {}
            }
        });
    }
    while let Some(talked) = sessions.join_next().await {
        talked.expect("everything is said");
    }
}

/// Waits until all that was said is remembered.
async fn remembered(place: &Place) {
    let store = place.open(Durability::Relaxed, None).await;
    let remembering = store.stores().remembering;
    let embedder = llm::Embedder::info(&llm::scripted::ScriptedEmbedder::new(256)).name;
    let lag = Lag { facts: None, quiet_since: OffsetDateTime::UNIX_EPOCH };
    let give_up = Instant::now() + Duration::from_secs(180);
    loop {
        let behind = remembering.behind(lag, 1).await.expect("what is behind is found");
        let unembedded = remembering.unembedded(&embedder, 1).await.expect("what has no vector is found");
        if behind.is_empty() && unembedded.is_empty() {
            break;
        }
        assert!(Instant::now() < give_up, "it is not remembered: {behind:?} {unembedded:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    store.close().await.expect("the store closes");
}

async fn measure(server: &Server, model: &Model, people: &[u64]) -> Measured {
    let mut http = Http::open(server.address()).await;
    let character = model.character.parse::<CharacterId>().expect("an id").uuid();
    let who: Vec<(u64, &String)> = people.iter().copied().zip(&server.tokens).collect();
    let (mut open, mut list, mut recall) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..PASSES {
        for (n, token) in &who {
            for session in &model.sessions {
                let session = SessionId(Copies::id(id(session), *n));
                let path = format!("/api/v1/sessions/{session}/messages?limit=30");
                open.extend(gets(&mut http, &path, token, 1).await);
            }
            list.extend(gets(&mut http, "/api/v1/sessions?limit=30", token, 1).await);
            let character = CharacterId(Copies::id(character, *n));
            let path = format!("/api/v1/characters/{character}/memories/search?q={QUESTION}");
            // The first reads the index of this scope, as the beginning of a session does.
            recall.extend(gets(&mut http, &path, token, 2).await.split_off(1));
        }
    }
    let (mut accepted, mut first) = (Vec::new(), Vec::new());
    for (n, token) in &who {
        let mut client = Client::open(server.address(), Some(token), 0).await;
        for session in &model.sessions {
            let session = SessionId(Copies::id(id(session), *n)).to_string();
            let turn = turn(&mut client, &session).await;
            accepted.push(turn.accepted);
            first.push(turn.first);
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
    Measured {
        open: Times::of(open),
        list: Times::of(list),
        recall: Times::of(recall),
        accepted: Times::of(accepted),
        first: Times::of(first),
        long_open: Times::default(),
        long_accepted: Times::default(),
        sweep: Times::default(),
    }
}

/// Opening the long session, and sending in it.
async fn in_long(server: &Server, token: &str, session: &str) -> (Times, Times) {
    let mut http = Http::open(server.address()).await;
    let path = format!("/api/v1/sessions/{session}/messages?limit=30");
    let open = gets(&mut http, &path, token, 100).await;
    let mut client = Client::open(server.address(), Some(token), 0).await;
    let mut accepted = Vec::new();
    for _ in 0..30 {
        accepted.push(turn(&mut client, session).await.accepted);
    }
    (Times::of(open), Times::of(accepted))
}

/// What looks once a minute for sessions that memory has not seen.
async fn sweep(place: &Place) -> Times {
    let store = place.open(Durability::Relaxed, None).await;
    let remembering = store.stores().remembering;
    let mut times = Vec::new();
    for _ in 0..5 {
        let began = stamp::now();
        let lag = Lag { facts: Some(16), quiet_since: OffsetDateTime::UNIX_EPOCH };
        remembering.behind(lag, 64).await.expect("what is behind is found");
        times.push(stamp::now() - began);
    }
    store.close().await.expect("the store closes");
    Times::of(times)
}
