//! Talker itself: the real store on a file, the real services, the real router. Only the model is a script.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use api::{ApiConfig, AppState, SocketLimits};
use argon2::password_hash::{PasswordHasher, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use axum::Router;
use bus::Rate;
use domain::accounts::{User, UserRole};
use domain::characters::{CharacterProfile, Visibility};
use domain::ids::{EntityId, NodeId, SessionId, UserId};
use domain::sampling::Sampling;
use llm::Models;
use llm::scripted::ScriptedEmbedder;
use sea_orm::{ConnectionTrait, Database};
use serde::{Deserialize, Serialize};
use service::accounts::{AccountsConfig, Secret, SignIn};
use service::admin::AdminConfig;
use service::chats::ChatsConfig;
use service::clock::{Clock, SystemClock};
use service::memories::MemoriesConfig;
use service::mint::Mint;
use service::operator::OperatorConfig;
use service::recommendations::RecommendationsConfig;
use service::usage::UsageConfig;
use service::{App, AppParts};
use store::sql::{Durability, SqlOptions, SqlStore};

use crate::stamp;

const PASSWORD: &str = "a quiet harbour at dawn";

/// Who is there before the measuring begins.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Cast {
    /// People who only have a token.
    pub people: usize,
    /// Chats, each with a person of its own, by the number of messages in them.
    pub chats: Vec<u32>,
}

/// A chat with its person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Chat {
    /// Their access token.
    pub token: String,
    /// The session.
    pub session: String,
}

/// A server that is ready.
pub struct Talker {
    pub router: Router,
    pub tokens: Vec<String>,
    pub chats: Vec<Chat>,
    // Lives as long as the server.
    pub _app: Arc<App>,
}

/// Fills a new database in `folder` and opens it as `talker serve` does.
pub async fn start(folder: &Path, cast: &Cast, durability: Durability, epoch: u64) -> Talker {
    let url = format!("sqlite://{}", folder.join("talker.db").display());
    let (tokens, chats) = fill(&url, cast, epoch).await;
    let store =
        SqlStore::open(&url, SqlOptions { durability, ..SqlOptions::default() }).await.expect("the store opens");
    let app = app(&store, epoch);
    // A generator asks faster than a person may.
    let limits = SocketLimits { frames_burst: 1_000_000, frames_per_second: 1_000_000, ..SocketLimits::default() };
    let router = api::router(AppState::new(Arc::clone(&app), limits), ApiConfig::default());
    Talker { router, tokens, chats, _app: app }
}

fn app(store: &SqlStore, epoch: u64) -> Arc<App> {
    let mut accounts =
        AccountsConfig::new(Secret::new("a secret for measuring that is long enough").expect("it is long enough"));
    accounts.logins_per_address = Rate { burst: 1_000_000, per: Duration::from_secs(1) };
    accounts.access_ttl = Duration::from_secs(24 * 60 * 60);
    let clock = Arc::new(SystemClock);
    Arc::new(App::start(AppParts {
        stores: store.stores(),
        bus: bus::local::bus(),
        models: Arc::new(Models::new(Arc::new(stamp::model(epoch)))),
        embedder: Some(Arc::new(ScriptedEmbedder::new(256))),
        memories: MemoriesConfig { learn: false, ..MemoriesConfig::default() },
        clock: clock.clone(),
        node: Mint::new(clock).id::<NodeId>(),
        alone: true,
        accounts,
        chats: ChatsConfig::default(),
        operator: OperatorConfig::default(),
        usage: UsageConfig::default(),
        admin: AdminConfig::default(),
        recommendations: RecommendationsConfig { learn_every: None, ..RecommendationsConfig::default() },
    }))
}

/// Makes the cast, without waiting for the disk.
async fn fill(url: &str, cast: &Cast, epoch: u64) -> (Vec<String>, Vec<Chat>) {
    let options = SqlOptions { durability: Durability::Careless, ..SqlOptions::default() };
    let store = SqlStore::open(url, options).await.expect("a new store opens");
    store.migrate().await.expect("its tables are made");
    let app = app(&store, epoch);
    let hash = cheap_hash();
    let mut tokens = Vec::with_capacity(cast.people);
    for n in 0..cast.people {
        tokens.push(person(&app, &store, &format!("idle{n}"), &hash).await.1);
    }
    let mut chats = Vec::with_capacity(cast.chats.len());
    let mut long = Vec::new();
    for (n, messages) in cast.chats.iter().enumerate() {
        let (user, token) = person(&app, &store, &format!("talks{n}"), &hash).await;
        let character = app.characters.create(user, profile()).await.expect("a character");
        let session = app.chats.create_session(user, character.id, "").await.expect("a session").session.id;
        chats.push(Chat { token, session: session.to_string() });
        long.push((session, *messages));
    }
    app.shutdown(Duration::from_secs(1)).await;
    store.close().await.expect("the store closes");
    lengthen(url, &long).await;
    (tokens, chats)
}

fn profile() -> CharacterProfile {
    CharacterProfile {
        name: "Rin".into(),
        tagline: "keeps the lighthouse".into(),
        persona: "{{char}} keeps a lighthouse and writes down every ship.".into(),
        scenario: String::new(),
        greeting: "*waves* Hello, {{user}}.".into(),
        alternate_greetings: Vec::new(),
        examples: String::new(),
        system_prompt: String::new(),
        creator_notes: String::new(),
        tags: Vec::new(),
        visibility: Visibility::Private,
        model: None,
        sampling: Sampling::default(),
    }
}

/// A hash that is checked in no time: passwords are not what is measured here.
fn cheap_hash() -> String {
    let params = Params::new(8, 1, 1, None).expect("parameters");
    let salt = SaltString::encode_b64(b"sixteen bytes ok").expect("a salt");
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password(PASSWORD.as_bytes(), &salt).expect("a hash").to_string()
}

async fn person(app: &App, store: &SqlStore, name: &str, hash: &str) -> (UserId, String) {
    let now = SystemClock.now();
    let id = Mint::new(Arc::new(SystemClock)).id();
    let user = User {
        id,
        username: name.to_owned(),
        email: format!("{name}@example.org"),
        display_name: name.to_owned(),
        birth_date: None,
        timezone: None,
        role: UserRole::Member,
        disabled: None,
        created_at: now,
        updated_at: now,
    };
    store.stores().accounts.create_user(&user, hash).await.expect("an account");
    let sign_in = SignIn { login: name.to_owned(), password: PASSWORD.to_owned(), label: None, address: None };
    (id, app.accounts.token_by_password(sign_in).await.expect("tokens").access_token)
}

/// Hangs messages below the greetings, by the table: 100,000 of them one by one would take longer than all measuring.
async fn lengthen(url: &str, chats: &[(SessionId, u32)]) {
    let database = Database::connect(url).await.expect("the database opens");
    for (chat, (session, messages)) in chats.iter().enumerate() {
        let more = messages.saturating_sub(1);
        if more == 0 {
            continue;
        }
        let session = session.uuid().simple();
        for sql in lengthening(chat, &session.to_string(), more) {
            database.execute_unprepared(&sql).await.expect("the messages are kept");
        }
    }
    database.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await.expect("a checkpoint");
    database.close().await.expect("the database closes");
}

fn lengthening(chat: usize, session: &str, more: u32) -> [String; 4] {
    let id = |n: &str| format!("unhex(printf('01900000%04x7000%016x', {chat}, {n}))");
    let parent =
        format!("CASE n WHEN 1 THEN (SELECT leaf_id FROM sessions WHERE id = x'{session}') ELSE {} END", id("n - 1"));
    let made = format!("(SELECT created_at FROM sessions WHERE id = x'{session}') + n");
    let numbers =
        format!("WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {more})");
    [
        format!(
            "{numbers} INSERT INTO messages (id, session_id, parent_id, branch_id, depth, role, status, content, client_message_id,
                revision, active_child_id, in_view, event_seq, created_at, fence)
            SELECT {}, x'{session}', {parent}, {parent}, n, CASE n % 2 WHEN 1 THEN 'user' ELSE 'character' END, 'complete',
                'The ships went by in the evening, and number ' || n || ' had no light at all.',
                CASE n % 2 WHEN 1 THEN 'before-' || n END, 0, CASE WHEN n < {more} THEN {} END, TRUE, n, {made}, 1
            FROM numbers",
            id("n"),
            id("n + 1"),
        ),
        format!(
            "{numbers} INSERT INTO events (session_id, seq, kind, message_id, reply_id, created_at)
            SELECT x'{session}', n, CASE n % 2 WHEN 1 THEN 'message_accepted' ELSE 'reply_completed' END,
                CASE n % 2 WHEN 1 THEN {} END, {}, {made} FROM numbers",
            id("n"),
            id("n + n % 2"),
        ),
        format!("UPDATE messages SET active_child_id = {} WHERE session_id = x'{session}' AND depth = 0 AND in_view", id("1")),
        format!("UPDATE sessions SET leaf_id = {}, seq = {more} WHERE id = x'{session}'", id(&more.to_string())),
    ]
}
