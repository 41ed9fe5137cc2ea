//! Talker itself: real stores, the real services, the real router. Only the model is a script.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use api::{ApiConfig, AppState, SocketLimits};
use argon2::password_hash::{PasswordHasher, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use axum::Router;
use bus::redis::RedisOptions;
use bus::{Bus, BusState, Rate};
use domain::accounts::{User, UserRole};
use domain::characters::{CharacterProfile, ContentRating, DepthPrompt, Visibility};
use domain::ids::{NodeId, UserId};
use domain::sampling::Sampling;
use domain::sittings::Policy;
use futures_util::{StreamExt, stream};
use llm::Models;
use llm::scripted::ScriptedEmbedder;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use service::accounts::{AccountsConfig, Secret, SignIn};
use service::admin::AdminConfig;
use service::chats::ChatsConfig;
use service::clock::{Clock, SystemClock};
use service::initiatives::InitiativesConfig;
use service::jobs::JobsConfig;
use service::memories::MemoriesConfig;
use service::mint::Mint;
use service::moderation::ModerationConfig;
use service::moments::MomentsConfig;
use service::notifications::NotificationsConfig;
use service::operator::OperatorConfig;
use service::recommendations::RecommendationsConfig;
use service::usage::UsageConfig;
use service::{App, AppParts};
use store::sql::Durability;
use store::{Store, Stores};

use crate::child::{Asked, Orders};
use crate::stores::Place;
use crate::{long, stamp};

const PASSWORD: &str = "a quiet harbour at dawn";

/// The name of the one whose talk is copied, and what those of the copies begin with.
pub const MODEL: &str = "copied";

/// How many people are made at the same time.
const AT_ONCE: usize = 8;

/// How long a server that does nothing by itself waits before it does.
const NEVER: Duration = Duration::from_secs(60 * 60);

/// Who is there before the measuring begins.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Cast {
    /// People who only have a token.
    pub people: usize,
    /// Chats, each with a person of its own, by the number of messages in them.
    pub chats: Vec<u32>,
    /// Sessions of the one whose talk is copied.
    pub model: usize,
    /// Whether memory takes long chats for remembered, and leaves them alone.
    pub remembered: bool,
}

/// A chat with its person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Chat {
    /// Their access token.
    pub token: String,
    /// The session.
    pub session: String,
}

/// The one whose talk is copied.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Model {
    /// Their access token.
    pub token: String,
    /// The character they talk with.
    pub character: String,
    /// Their sessions.
    pub sessions: Vec<String>,
}

/// Tells what the databases were asked until now.
pub type Count = Box<dyn Fn() -> Asked + Send + Sync>;

/// A server that is ready.
pub struct Talker {
    pub router: Router,
    pub tokens: Vec<String>,
    pub chats: Vec<Chat>,
    pub model: Option<Model>,
    pub count: Option<Count>,
    // Lives as long as the server.
    _app: Option<Arc<App>>,
}

impl Talker {
    /// A server that is no Talker.
    pub fn only(router: Router) -> Self {
        Self { router, tokens: Vec::new(), chats: Vec::new(), model: None, count: None, _app: None }
    }
}

/// Fills new databases, if there is a cast, and opens them as `talker serve` does.
pub async fn start(orders: &Orders, durability: Durability) -> Talker {
    let place = &orders.place;
    let mut made = match &orders.cast {
        Some(cast) => fill(place, cast, orders.epoch).await,
        None => Made::default(),
    };
    let commands: Arc<Mutex<BTreeMap<String, u64>>> = Arc::default();
    let counted = Arc::clone(&commands);
    let watcher = Arc::new(move |command: &str| *counted.lock().entry(command.to_owned()).or_default() += 1);
    let store = place.open(durability, Some(watcher)).await;
    let app = app(&store, place, orders.epoch, orders.quiet).await;
    for name in &orders.sign_in {
        made.tokens.push(sign_in(&app, name).await);
    }
    // A generator asks faster than a person may.
    let limits = SocketLimits { frames_burst: 1_000_000, frames_per_second: 1_000_000, ..SocketLimits::default() };
    let router = api::router(AppState::new(Arc::clone(&app), limits), ApiConfig::default());
    let count: Count = Box::new(move || Asked { sql: store.sql().round_trips(), mongo: commands.lock().clone() });
    Talker { router, tokens: made.tokens, chats: made.chats, model: made.model, count: Some(count), _app: Some(app) }
}

async fn app(store: &Store, place: &Place, epoch: u64, quiet: bool) -> Arc<App> {
    let mut accounts =
        AccountsConfig::new(Secret::new("a secret for measuring that is long enough").expect("it is long enough"));
    accounts.logins_per_address = Rate { burst: 1_000_000, per: Duration::from_secs(1) };
    accounts.access_ttl = Duration::from_secs(24 * 60 * 60);
    let clock = Arc::new(SystemClock);
    let node = Mint::new(clock.clone()).id::<NodeId>();
    let (mut chats, mut jobs) = (ChatsConfig::default(), JobsConfig::default());
    if quiet {
        (chats.sweep_every, chats.save_every) = (NEVER, NEVER);
        (jobs.gather, jobs.poll_every, jobs.sweep_every) = (NEVER, NEVER, NEVER);
    }
    Arc::new(App::start(AppParts {
        stores: store.stores(),
        bus: bus(place, node).await,
        models: Arc::new(Models::new(Arc::new(stamp::model(epoch)))),
        embedder: Some(Arc::new(ScriptedEmbedder::new(256))),
        pusher: None,
        notifications: NotificationsConfig { jobs: jobs.clone(), ..NotificationsConfig::default() },
        memories: MemoriesConfig { learn: false, jobs, ..MemoriesConfig::default() },
        bonds: service::bonds::BondsConfig { judge: domain::bonds::BondJudge::Words },
        // The processes of one machine have one clock.
        clock,
        node,
        alone: place.is_sqlite(),
        accounts,
        chats,
        operator: OperatorConfig::default(),
        usage: UsageConfig::default(),
        admin: AdminConfig::default(),
        recommendations: RecommendationsConfig { learn_every: None, ..RecommendationsConfig::default() },
        social: service::social::SocialConfig::default(),
        moments: MomentsConfig::default(),
        moderation: ModerationConfig::default(),
        initiatives: InitiativesConfig::default(),
        policy: Policy::default(),
    }))
}

/// As `talker serve` chooses it.
async fn bus(place: &Place, node: NodeId) -> Bus {
    let bus = match &place.redis {
        Some((url, prefix)) => {
            let options = RedisOptions { prefix: prefix.clone(), ..RedisOptions::new(url.as_str()) };
            bus::redis::open(&options, node).expect("an address of Redis")
        }
        None if place.is_sqlite() => bus::local::bus(),
        None => bus::local::deaf(),
    };
    let reached = bus.health.until(|state| !matches!(state, BusState::Degraded { .. }));
    tokio::time::timeout(Duration::from_secs(10), reached).await.expect("the bus is reached");
    bus
}

/// Who was made.
#[derive(Default)]
struct Made {
    tokens: Vec<String>,
    chats: Vec<Chat>,
    model: Option<Model>,
}

/// Makes the cast, without waiting for the disk.
async fn fill(place: &Place, cast: &Cast, epoch: u64) -> Made {
    let store = place.open_to_fill().await;
    store.migrate().await.expect("the tables are made");
    // Nobody hears of it.
    let alone = Place { redis: None, ..place.clone() };
    let app = &app(&store, &alone, epoch, false).await;
    let (stores, hash) = (&store.stores(), &cheap_hash());
    let idle = (0..cast.people).map(|n| async move { person(app, stores, &format!("idle{n}"), hash).await.1 });
    let tokens = stream::iter(idle).buffered(AT_ONCE).collect().await;
    let talking = (0..cast.chats.len()).map(|n| async move {
        let (user, token) = person(app, stores, &format!("talks{n}"), hash).await;
        let (_, sessions) = sessions(app, user, 1).await;
        Chat { token, session: sessions.into_iter().next().expect("a session") }
    });
    let chats: Vec<Chat> = stream::iter(talking).buffered(AT_ONCE).collect().await;
    let mut model = None;
    if cast.model > 0 {
        let (user, token) = person(app, stores, MODEL, hash).await;
        let (character, sessions) = sessions(app, user, cast.model).await;
        model = Some(Model { token, character, sessions });
    }
    app.shutdown(Duration::from_secs(1)).await;
    store.close().await.expect("the store closes");
    let long = chats.iter().map(|chat| chat.session.as_str()).zip(cast.chats.iter().copied());
    long::lengthen(place, &long.filter(|(_, messages)| *messages > 1).collect::<Vec<_>>(), cast.remembered).await;
    Made { tokens, chats, model }
}

/// A new character, and sessions with her.
async fn sessions(app: &App, user: UserId, number: usize) -> (String, Vec<String>) {
    let character = app.characters.create(user, profile()).await.expect("a character").id;
    let mut sessions = Vec::with_capacity(number);
    for _ in 0..number {
        sessions
            .push(app.chats.create_session(user, character, "", None).await.expect("a session").session.id.to_string());
    }
    (character.to_string(), sessions)
}

fn profile() -> CharacterProfile {
    CharacterProfile {
        name: "Rin".into(),
        tagline: "keeps the lighthouse".into(),
        persona: "{{char}} keeps a lighthouse and writes down every ship.".into(),
        scenario: String::new(),
        greeting: "*waves* Hello, {{user}}.".into(),
        alternate_greetings: Vec::new(),
        group_greetings: Vec::new(),
        examples: String::new(),
        system_prompt: String::new(),
        post_history_instructions: String::new(),
        depth_prompt: DepthPrompt::default(),
        creator_notes: String::new(),
        tags: Vec::new(),
        visibility: Visibility::Private,
        rating: ContentRating::General,
        model: None,
        sampling: Sampling::default(),
        bond: None,
        routine: None,
        translations: Vec::new(),
    }
}

/// A hash that is checked in no time: passwords are not what is measured here.
fn cheap_hash() -> String {
    let params = Params::new(8, 1, 1, None).expect("parameters");
    let salt = SaltString::encode_b64(b"sixteen bytes ok").expect("a salt");
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password(PASSWORD.as_bytes(), &salt).expect("a hash").to_string()
}

async fn person(app: &App, stores: &Stores, name: &str, hash: &str) -> (UserId, String) {
    let now = SystemClock.now();
    let id = Mint::new(Arc::new(SystemClock)).id();
    let user = User {
        id,
        username: name.to_owned(),
        email: format!("{name}@example.org"),
        display_name: name.to_owned(),
        birth_date: None,
        timezone: None,
        sees_mature: false,
        role: UserRole::Member,
        disabled: None,
        created_at: now,
        updated_at: now,
    };
    stores.accounts.create_user(&user, hash).await.expect("an account");
    (id, sign_in(app, name).await)
}

async fn sign_in(app: &App, name: &str) -> String {
    let sign_in = SignIn { login: name.to_owned(), password: PASSWORD.to_owned(), label: None, address: None };
    app.accounts.token_by_password(sign_in).await.expect("tokens").access_token
}
