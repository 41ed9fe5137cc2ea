//! How fast recall is before a real reply: over 10,000 memories of one scope, alone and beside those of many others.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use domain::chats::{Role, Session};
use domain::events::EventBody;
use domain::ids::{CharacterId, MemoryId, MessageId, SessionId, UserId};
use domain::memories::{EpisodePlace, Memory, MemoryKind, Scope};
use domain::traces::RecallKind;
use llm::{Embedder, EmbedderInfo, ModelError, Urgency};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use service::App;
use service::chats::SendMessage;
use service::clock::SystemClock;
use service::memories::{Asking, Names};
use service::mint::Mint;
use store::Stores;
use store::memories::{MemoryStore, ScopeVersion};
use store::remembering::{NewMemory, NewVector, Step, Watermark};
use store::sql::SqlStore;
use time::OffsetDateTime;
use time::macros::datetime;

use crate::import::{Sayer, app, remembered};
use crate::report::quantile;

/// Memories of the scope that is searched.
const MEMORIES: usize = 10_000;

/// Replies that are measured, each with a question of its own.
const REPLIES: usize = 200;

/// Recalls that are measured by themselves.
const RECALLS: usize = 2_000;

/// Memories of each of the other scopes.
const EACH: usize = 1_000;

/// How long vectors are.
const DIMENSIONS: usize = 384;

/// Measures and prints.
pub async fn measure(others: usize) {
    let store = SqlStore::open_temporary().await.expect("a store opens");
    let embedder: Arc<dyn Embedder> = Arc::new(Fixed);
    let mut words = Words::new(7);
    let mut say = Sayer::new(store.stores(), "Aya", "Rin").await;
    for session in 0..10 {
        say.begin(datetime!(2025-01-01 09:00 UTC) + time::Duration::days(session * 30)).await;
        for n in 0..MEMORIES / 10 {
            say.say(if n % 2 == 0 { Role::User } else { Role::Character }, &words.sentence()).await;
        }
        say.settle().await;
    }
    let (user, character) = (say.user, say.character);
    println!("recall before a reply, over {MEMORIES} memories of one scope, without the embedding of the question");
    alone(&store, &embedder, &mut words, user, character, "alone").await;
    if others > 0 {
        eprintln!("adding {others} memories of others …");
        crowd(&store.stores(), others, &mut words).await;
        let label = format!("beside {others} of {} other scopes", others.div_ceil(EACH));
        alone(&store, &embedder, &mut words, user, character, &label).await;
    }
    store.close().await.expect("the store closes");
}

async fn alone(
    store: &SqlStore,
    embedder: &Arc<dyn Embedder>,
    words: &mut Words,
    user: UserId,
    character: CharacterId,
    label: &str,
) {
    let questions: Vec<String> = (0..REPLIES).map(|_| words.question()).collect();
    let app = Arc::new(app(store, Arc::clone(embedder)));
    remembered(&app, store).await;
    let session = app.chats.create_session(user, character, "", None).await.expect("a session").session;
    let cold = Instant::now();
    let everything = read_everything(store, Scope { user, character }).await;
    let cold = cold.elapsed();
    let (mut inside, mut found) = (Vec::new(), 0);
    for question in &questions {
        let (recall, memories) = reply(&app, user, session.id, question).await;
        inside.push(recall);
        found += memories;
        // Nobody asks again before what was just said is remembered.
        remembered(&app, store).await;
    }
    let said = store.stores().transcripts.said_from(user, session.id, 0, 10_000).await.expect("it is read");
    let asked: Vec<MessageId> = said.iter().filter(|said| said.role == Role::User).map(|said| said.id).collect();
    // As a reply calls it, on a thread of the runtime.
    let by_itself = tokio::spawn(by_itself(Arc::clone(&app), session, asked)).await.expect("it is measured");
    print_times(&format!("{label}, by itself"), by_itself);
    print_times(&format!("{label}, inside a reply"), inside);
    println!(
        "    {:.1} memories considered; the first reading of all {everything} took {cold:?}",
        f64::from(found) / REPLIES as f64
    );
    app.shutdown(Duration::from_secs(1)).await;
}

/// Recalls for the same messages over and over, and nothing else.
async fn by_itself(app: Arc<App>, session: Session, asked: Vec<MessageId>) -> Vec<Duration> {
    let names = Names { person: "Aya".to_owned(), character: "Rin".to_owned() };
    let mut times = Vec::new();
    for parent in asked.iter().cycle().take(RECALLS) {
        let asking = Asking {
            session: &session,
            parent: Some(*parent),
            given: None,
            names: &names,
            zone: None,
            gathering: None,
        };
        let recalled = app.memories.recall(asking).await;
        assert_eq!(recalled.kind, RecallKind::Hybrid, "it was found");
        times.push(recalled.took.saturating_sub(recalled.embedding));
    }
    times
}

fn print_times(label: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    println!(
        "  {label:<58} p50 {:?}, p99 {:?}, max {:?}",
        quantile(&times, 0.5),
        quantile(&times, 0.99),
        quantile(&times, 1.0)
    );
}

async fn read_everything(store: &SqlStore, scope: Scope) -> usize {
    let (mut since, mut read) = (ScopeVersion::default(), 0);
    while let Some(changes) =
        store.changed_memories(scope, since, Some(&Fixed.info().name), 2_000).await.expect("it is read")
    {
        read += changes.changed.len();
        since = changes.version;
        if !changes.more {
            break;
        }
    }
    read
}

/// Says something and waits for the reply: how long recall took without the embedding, and how much it considered.
async fn reply(app: &App, user: UserId, session: SessionId, question: &str) -> (Duration, u32) {
    let client_message_id = Mint::new(Arc::new(SystemClock)).id::<MessageId>().to_string();
    let message = SendMessage { client_message_id, content: question.to_owned(), parent_id: None };
    let sent = app.chats.send(user, session, message).await.expect("it is taken");
    let EventBody::MessageAccepted { reply: Some(reply), .. } = sent.event.body else { panic!("another event") };
    loop {
        let origin = app.chats.origin(user, reply.id).await.expect("the reply is there");
        if let Some(trace) = origin.trace {
            let micros = trace.times.recall.saturating_sub(trace.times.embedding);
            return (Duration::from_micros(micros), u32::try_from(trace.memories.len()).unwrap_or(u32::MAX));
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Memories of other people, with vectors.
async fn crowd(stores: &Stores, others: usize, words: &mut Words) {
    let mint = Mint::new(Arc::new(SystemClock));
    let now = datetime!(2025-06-01 09:00 UTC);
    for _ in 0..others.div_ceil(EACH) {
        let mut say = Sayer::new(stores.clone(), "Ren", "Mio").await;
        let session = say.begin(now).await;
        let scope = Scope { user: say.user, character: say.character };
        let add: Vec<NewMemory> =
            (0..).take(EACH).map(|n| other(&mint, scope, session, n, words.sentence(), now)).collect();
        let vectors: Vec<NewVector> = add
            .iter()
            .map(|new| NewVector { memory: new.memory.id, revision: 0, vector: vector(&new.memory.text) })
            .collect();
        let to = Watermark { seq: 1, episodes: u32::try_from(EACH).unwrap_or(u32::MAX), ..Watermark::default() };
        let step =
            Step { session, scope, from: Watermark::default(), to, withdraw_from: None, withdraw: Vec::new(), add };
        stores.remembering.step(&step).await.expect("they are kept");
        stores.remembering.save_vectors(&Fixed.info().name, &vectors).await.expect("their vectors are kept");
    }
}

fn other(mint: &Mint, scope: Scope, session: SessionId, n: u32, text: String, now: OffsetDateTime) -> NewMemory {
    let memory = Memory {
        id: mint.id::<MemoryId>(),
        scope,
        kind: MemoryKind::Episode,
        subject: None,
        scale: None,
        speaker: Some(Role::User),
        author: None,
        place: Some(EpisodePlace { depth: n, part: 0 }),
        text,
        importance: 2,
        pinned: false,
        happened_at: now,
        ended: None,
        session_id: Some(session),
        sources: vec![mint.id::<MessageId>()],
        model: None,
        created_at: now,
    };
    NewMemory { memory, depth: Some(n), supersedes: Vec::new() }
}

/// Vectors that depend on the text and on nothing else, made in no time.
struct Fixed;

#[async_trait]
impl Embedder for Fixed {
    fn info(&self) -> EmbedderInfo {
        EmbedderInfo { name: "fixed/384".to_owned(), dimensions: DIMENSIONS }
    }

    async fn embed(&self, texts: Vec<String>, _: Urgency) -> Result<Vec<Vec<f32>>, ModelError> {
        Ok(texts.iter().map(|text| vector(text)).collect())
    }
}

fn vector(text: &str) -> Vec<f32> {
    let seed = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let mut random = StdRng::seed_from_u64(seed);
    let mut vector: Vec<f32> = (0..DIMENSIONS).map(|_| random.random_range(-1.0..1.0)).collect();
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    vector.iter_mut().for_each(|value| *value /= length);
    vector
}

/// Sentences of made-up words, a few of them frequent and most of them rare, as in any language (Zipf).
struct Words {
    random: StdRng,
    words: Vec<String>,
}

impl Words {
    fn new(seed: u64) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let mut syllable = || {
            let of = |letters: &str, at: usize| letters.chars().nth(at % letters.len()).unwrap_or('a');
            let (consonant, vowel) = (random.random_range(0..14), random.random_range(0..5));
            format!("{}{}", of("bdfghklmnprstv", consonant), of("aeiou", vowel))
        };
        let words = (0..20_000).map(|n| (0..2 + n % 3).map(|_| syllable()).collect()).collect();
        Self { random, words }
    }

    fn word(&mut self) -> &str {
        let share: f64 = self.random.random_range(0.0..1.0);
        let at = (self.words.len() as f64).powf(share) as usize;
        self.words.get(at.saturating_sub(1)).map_or("", String::as_str)
    }

    fn text(&mut self, words: usize) -> String {
        (0..words).map(|_| self.word().to_owned()).collect::<Vec<_>>().join(" ")
    }

    fn sentence(&mut self) -> String {
        let words = self.random.random_range(8..40);
        format!("{}.", self.text(words))
    }

    fn question(&mut self) -> String {
        let words = self.random.random_range(6..14);
        format!("Do you remember {}?", self.text(words))
    }
}
