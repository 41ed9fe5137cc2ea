//! The whole product in a test: everything real but the model, the clock and the network's far end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use api::{ApiConfig, AppState};
use bus::Bus;
use domain::accounts::UserRole;
use domain::bonds::BondJudge;
use domain::ids::NodeId;
use domain::sittings::Policy;
use llm::scripted::{Script, ScriptedEmbedder, ScriptedModel};
use llm::{ChatRequest, Embedder, Models};
use push::{VapidKey, WebPush, WebPushOptions};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use service::accounts::{AccountsConfig, Secret};
use service::admin::{Admin, AdminConfig};
use service::audit::Acting;
use service::bonds::BondsConfig;
use service::chats::ChatsConfig;
use service::clock::{Clock, CorrectedClock};
use service::initiatives::InitiativesConfig;
use service::jobs::JobsConfig;
use service::memories::MemoriesConfig;
use service::mint::Mint;
use service::moderation::ModerationConfig;
use service::moments::MomentsConfig;
use service::notifications::NotificationsConfig;
use service::operator::OperatorConfig;
use service::recommendations::RecommendationsConfig;
use service::social::SocialConfig;
use service::usage::UsageConfig;
use service::{App, AppParts};
use store::Store;
use store::remembering::Lag;
use store::sql::SqlStore;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::nodes::new_bus;
use crate::store::new_store;
use crate::{Faults, Socket, TestClock};

/// The password of everybody in tests.
pub const PASSWORD: &str = "a quiet harbour at dawn";

/// What the server signs access tokens with.
pub const SECRET_KEY: &str = "a secret for tests that is long enough";

/// The key of the operator in tests.
pub const OPERATOR_KEY: &str = "the key that the machine of the server shows";

/// By which push services know the server.
pub const VAPID_KEY: &str = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";

/// How a [`TestApp`] differs from the usual.
#[derive(Default)]
pub struct Options {
    /// An open store instead of a new one: the same data after a restart.
    pub store: Option<Store>,
    /// Not alone with the store: a node of a [`crate::TestCluster`].
    pub node: Option<Node>,
    /// Settings of chats.
    pub chats: Option<ChatsConfig>,
    /// Bounds of sockets.
    pub sockets: Option<api::SocketLimits>,
    /// Another model that answers.
    pub model: Option<ScriptedModel>,
    /// Models beside the usual one.
    pub models: Vec<Arc<ScriptedModel>>,
    /// Changes the settings of accounts.
    pub accounts: Option<fn(&mut AccountsConfig)>,
    /// Settings of the wire.
    pub api: Option<ApiConfig>,
    /// Settings of memories; the usual one learns no facts, so that the model is asked for replies only.
    pub memories: Option<MemoriesConfig>,
    /// Who judges bonds; usually words, so that the model is asked for replies only.
    pub bond_judge: Option<BondJudge>,
    /// Who makes vectors; `Some(None)` is nobody.
    pub embedder: Option<Option<Arc<dyn Embedder>>>,
    /// Whether other servers use the store, too.
    pub shared: bool,
    /// How much people may take in a day.
    pub usage: UsageConfig,
    /// Settings of notifications.
    pub notifications: Option<NotificationsConfig>,
    /// Settings of administration; the usual ones look again at once.
    pub admin: Option<AdminConfig>,
    /// Settings of recommendations; the usual one learns nothing, so that no job runs that no test asked for.
    pub recommendations: Option<RecommendationsConfig>,
    /// Settings of people among each other; in the usual ones whoever goes is gone at once.
    pub social: Option<SocialConfig>,
    /// Settings of moments; in the usual ones no character takes part, so that the model is asked for replies only.
    pub moments: Option<MomentsConfig>,
    /// What is not let through.
    pub moderation: ModerationConfig,
    /// Settings of characters who write first; in the usual ones none does.
    pub initiatives: Option<InitiativesConfig>,
    /// What the operator decides of reminders, and of characters who write first.
    pub policy: Option<Policy>,
}

/// What a node has with others, beside the store.
pub struct Node {
    /// What carries news to them.
    pub bus: Bus,
    /// Its id.
    pub id: NodeId,
    /// Its own clock.
    pub clock: Arc<TestClock>,
    /// Whether that is corrected by the database's.
    pub corrected: bool,
    /// The model that answers, on whichever node.
    pub model: Arc<ScriptedModel>,
}

/// Settings of memories for tests: what is to be done is done at once.
pub fn remembering(learn: bool) -> MemoriesConfig {
    let soon = Duration::from_millis(20);
    MemoriesConfig {
        learn,
        learn_every: 2,
        quiet: Duration::ZERO,
        jobs: JobsConfig {
            gather: soon,
            poll_every: soon,
            sweep_every: Duration::from_millis(100),
            ..JobsConfig::default()
        },
        ..MemoriesConfig::default()
    }
}

/// Settings of notifications for tests: what waits is looked for all the time.
pub fn waking() -> NotificationsConfig {
    let soon = Duration::from_millis(20);
    let config = NotificationsConfig::default();
    let jobs = JobsConfig { gather: soon, poll_every: soon, sweep_every: Duration::from_millis(100), ..config.jobs };
    NotificationsConfig { jobs, ..config }
}

/// Settings of people among each other for tests: friends are told at once who came and went.
pub fn seeing() -> SocialConfig {
    SocialConfig { told_after: Duration::ZERO, gone_after: Duration::from_millis(150) }
}

/// Settings of moments for tests: every character who may has something to say, at once.
pub fn taking_part() -> MomentsConfig {
    let soon = Duration::from_millis(20);
    let config = MomentsConfig::default();
    let jobs = JobsConfig { gather: soon, poll_every: soon, sweep_every: Duration::from_millis(100), ..config.jobs };
    MomentsConfig { eagerness: 100, pause: Duration::ZERO, jobs, ..config }
}

/// Settings of characters who write first for tests: what is due is looked for all the time.
pub fn writing_first() -> InitiativesConfig {
    let soon = Duration::from_millis(20);
    let config = InitiativesConfig::default();
    let jobs = JobsConfig { gather: soon, poll_every: soon, sweep_every: Duration::from_millis(100), ..config.jobs };
    InitiativesConfig { jobs }
}

/// The usual ones: what is due is looked for by no test that did not ask for it.
fn writing_never() -> InitiativesConfig {
    let never = Duration::from_secs(60 * 60);
    let config = writing_first();
    InitiativesConfig { jobs: JobsConfig { poll_every: never, sweep_every: never, ..config.jobs } }
}

/// Who wakes devices in tests: push services on this machine, too.
fn pusher() -> WebPush {
    let key = VapidKey::read(VAPID_KEY).expect("a key");
    let options = WebPushOptions {
        allow_loopback: true,
        within: Duration::from_secs(3),
        ..WebPushOptions::new(key, "mailto:tests@example.org")
    };
    WebPush::new(options).expect("a client")
}

/// Settings of recommendations for tests: what can be learned is learned at once, and all nodes know it.
pub fn recommending() -> RecommendationsConfig {
    let soon = Duration::from_millis(20);
    RecommendationsConfig {
        learn_every: Some(Duration::ZERO),
        look_every: soon,
        gather: soon,
        ..RecommendationsConfig::default()
    }
}

/// A running server.
pub struct TestApp {
    /// Where it listens.
    pub address: SocketAddr,
    /// The model that answers.
    pub model: Arc<ScriptedModel>,
    /// The clock of the server.
    pub clock: Arc<TestClock>,
    /// Makes calls of the store fail.
    pub faults: Faults,
    /// Makes calls of the store fail that concern memories.
    pub memory_faults: Faults,
    /// The store itself, without faults.
    pub store: Store,
    /// The services.
    pub app: Arc<App>,
    /// What carries news to other nodes.
    pub bus: Bus,
    state: AppState,
    client: Client,
    serving: JoinHandle<()>,
}

impl TestApp {
    /// A server on a new store.
    pub async fn start() -> Self {
        Self::with(Options::default()).await
    }

    /// A server whose model answers so.
    pub async fn answering(options: Options, answer: fn(&ChatRequest) -> Script) -> Self {
        Self::with(Options { model: Some(ScriptedModel::new().otherwise(answer)), ..options }).await
    }

    /// A server that differs from the usual.
    pub async fn with(options: Options) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let store = match options.store {
            Some(store) => store,
            None => new_store().await,
        };
        let alone = options.node.is_none();
        let node = match options.node {
            Some(node) => node,
            None => Node::alone(options.model.unwrap_or_default()).await,
        };
        let (bus, clock, model) = (node.bus, node.clock, node.model);
        let time: Arc<dyn Clock> =
            if node.corrected { corrected(&clock, store.sql()).await } else { Arc::clone(&clock) as Arc<dyn Clock> };
        let (faults, memory_faults) = (Faults::default(), Faults::default());
        let mut accounts = AccountsConfig::new(Secret::new(SECRET_KEY).expect("it is long enough"));
        if let Some(change) = options.accounts {
            change(&mut accounts);
        }
        let models = options.models.into_iter().fold(Models::new(model.clone()), |models, more| models.with(more));
        let app = Arc::new(App::start(AppParts {
            stores: memory_faults.wrap_memories(faults.wrap(store.stores())),
            bus: bus.clone(),
            models: Arc::new(models),
            embedder: options.embedder.unwrap_or_else(|| Some(Arc::new(ScriptedEmbedder::new(256)))),
            clock: time,
            node: node.id,
            alone: alone && !options.shared,
            accounts,
            operator: OperatorConfig { key: Secret::new(OPERATOR_KEY).ok(), keeper: None },
            chats: options
                .chats
                .unwrap_or(ChatsConfig { save_every: Duration::from_millis(20), ..ChatsConfig::default() }),
            memories: options.memories.unwrap_or_else(|| remembering(false)),
            bonds: BondsConfig { judge: options.bond_judge.unwrap_or(BondJudge::Words) },
            pusher: Some(Arc::new(pusher())),
            notifications: options.notifications.unwrap_or_else(waking),
            usage: options.usage,
            admin: options.admin.unwrap_or(AdminConfig {
                look_every: Duration::from_millis(100),
                sweep_every: Duration::from_millis(500),
                ..AdminConfig::default()
            }),
            recommendations: options
                .recommendations
                .unwrap_or(RecommendationsConfig { learn_every: None, ..RecommendationsConfig::default() }),
            social: options.social.unwrap_or_else(seeing),
            moments: options.moments.unwrap_or_else(|| MomentsConfig { take_part: false, ..taking_part() }),
            moderation: options.moderation,
            initiatives: options.initiatives.unwrap_or_else(writing_never),
            policy: options.policy.unwrap_or_default(),
        }));
        let state = AppState::new(Arc::clone(&app), options.sockets.unwrap_or_default());
        let router = api::router(state.clone(), options.api.unwrap_or_default());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let serving = tokio::spawn(async move {
            let service = router.into_make_service_with_connect_info::<SocketAddr>();
            axum::serve(listener, service).await.expect("it serves");
        });
        Self { address, model, clock, faults, memory_faults, store, app, bus, state, client: Client::new(), serving }
    }

    /// Ends the server as an orderly stop does, and gives the store for another.
    pub async fn stop(self, limit: Duration) -> Store {
        self.app.shutdown(limit).await;
        self.state.sockets.close(Duration::from_secs(2)).await;
        self.bus.close().await;
        self.serving.abort();
        self.store.clone()
    }

    /// Like [`Self::stop`], with something else going on meanwhile.
    pub async fn stop_while(self, limit: Duration, meanwhile: impl Future<Output = ()>) -> Store {
        let ((), store) = tokio::join!(meanwhile, self.stop(limit));
        store
    }

    /// Ends the server at once, as far as a task can: nothing is told, nothing is finished.
    pub async fn crash(self) -> Store {
        self.faults.fail_everything();
        self.memory_faults.fail_everything();
        self.serving.abort();
        self.bus.close().await;
        self.app.shutdown(Duration::ZERO).await;
        self.store.clone()
    }

    /// Waits until everything that was said is remembered, and all that follows from it is done.
    pub async fn remembered(&self) {
        self.caught_up(None).await;
    }

    /// Like [`Self::remembered`], and everything that can be learned from it is learned.
    pub async fn learned(&self) {
        self.caught_up(Some(1)).await;
    }

    async fn caught_up(&self, facts: Option<u32>) {
        let stores = self.store.stores();
        let lag = Lag { facts, quiet_since: self.clock.now() };
        let mut quiet = 0;
        for _ in 0..2_000 {
            let open: u64 =
                stores.jobs.count_jobs().await.expect("jobs are counted").iter().map(|count| count.jobs).sum();
            let behind = stores.remembering.behind(lag, 1).await.expect("what is behind is found").len();
            quiet = if open == 0 && behind == 0 { quiet + 1 } else { 0 };
            if facts.is_some() {
                // Some of it waits for its time.
                self.clock.advance(Duration::from_millis(500));
            }
            // What is wanted soon is written down a moment later.
            if quiet > 6 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it was not remembered: {:?}", stores.jobs.count_jobs().await);
    }

    /// A request to a path under `/api/v1`.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let path = if path.starts_with("/api/") || path == "/" { path.to_owned() } else { format!("/api/v1{path}") };
        self.root(method, &path)
    }

    /// A request to a path as it is.
    pub fn root(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, format!("http://{}{path}", self.address))
    }

    /// Signs somebody up and in.
    pub async fn person(&self, name: &str) -> Person<'_> {
        let body = json!({"username": name, "email": format!("{name}@example.org"), "password": PASSWORD, "birth_date": "2000-02-29"});
        let (status, user) = answer(self.request(Method::POST, "/auth/register").json(&body)).await;
        assert_eq!(status, StatusCode::CREATED, "{user}");
        self.sign_in(name).await
    }

    /// Somebody who is an admin, as `talker admin grant` makes one.
    pub async fn admin(&self, name: &str) -> Person<'_> {
        let person = self.person(name).await;
        self.grant(name, UserRole::Admin).await;
        person
    }

    /// Gives somebody a role, as a command on the machine does: by the store alone.
    pub async fn grant(&self, name: &str, role: UserRole) {
        let desk = self.desk();
        let id = desk.find_by_name(name).await.expect("an account").id;
        desk.set_role(&Acting::cli(), id, role).await.expect("a role");
    }

    /// Administration by another process, whose notices no socket here hears.
    pub fn desk(&self) -> Admin {
        Admin::new(self.store.stores(), bus::local::bus(), self.clock.clone())
    }

    /// Signs somebody in once more: another device.
    pub async fn sign_in(&self, name: &str) -> Person<'_> {
        let form = [("grant_type", "password"), ("username", name), ("password", PASSWORD)];
        let (status, tokens) = answer(self.request(Method::POST, "/auth/token").form(&form)).await;
        assert_eq!(status, StatusCode::OK, "{tokens}");
        let text = |field: &str| tokens[field].as_str().unwrap_or_default().to_owned();
        Person { app: self, access: text("access_token"), refresh: text("refresh_token") }
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Node {
    /// What a server has that has nobody beside it.
    async fn alone(model: ScriptedModel) -> Self {
        let clock = Arc::new(TestClock::default());
        let id = Mint::new(clock.clone()).id::<NodeId>();
        Self { bus: new_bus(id).await, id, clock, corrected: false, model: Arc::new(model) }
    }
}

/// This clock as the shared store corrects it.
async fn corrected(clock: &Arc<TestClock>, store: &SqlStore) -> Arc<dyn Clock> {
    let corrected = CorrectedClock::new(clock.clone());
    let (asked, began) = (corrected.uncorrected(), Instant::now());
    let shared = store.database_time().await.expect("the database tells the time");
    corrected.correct(asked, began.elapsed(), shared);
    Arc::new(corrected)
}

/// Somebody who is signed in on one device.
#[derive(Clone)]
pub struct Person<'a> {
    app: &'a TestApp,
    /// Their access token.
    pub access: String,
    /// Their refresh token.
    pub refresh: String,
}

impl Person<'_> {
    /// The same, calling another node.
    pub fn at<'a>(&self, app: &'a TestApp) -> Person<'a> {
        Person { app, access: self.access.clone(), refresh: self.refresh.clone() }
    }

    /// The same, but showing another access token.
    pub fn showing(&self, access: impl Into<String>) -> Self {
        Self { access: access.into(), ..self.clone() }
    }

    /// A request of theirs to a path under `/api/v1`.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.app.request(method, path).bearer_auth(&self.access)
    }

    /// What a request answers.
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request.json(&body);
        }
        answer(request).await
    }

    /// What a good `GET` answers.
    pub async fn get(&self, path: &str) -> Value {
        self.good(Method::GET, path, None).await
    }

    /// What a good `POST` answers.
    pub async fn post(&self, path: &str, body: Value) -> Value {
        self.good(Method::POST, path, Some(body)).await
    }

    /// What a good request answers.
    pub async fn good(&self, method: Method, path: &str, body: Option<Value>) -> Value {
        let (status, value) = self.call(method.clone(), path, body).await;
        assert!(status.is_success(), "{method} {path}: {status} {value}");
        value
    }

    /// Makes a character and returns her id.
    pub async fn character(&self, visibility: &str) -> String {
        let character = json!({
            "name": "Rin", "tagline": "keeps the lighthouse", "persona": "{{char}} keeps a lighthouse.", "greeting": "*waves* Hello, {{user}}.",
            "alternate_greetings": ["You again, {{user}}?"], "tags": ["Sea"], "visibility": visibility,
        });
        id(&self.post("/characters", character).await)
    }

    /// Begins a session with a character.
    pub async fn session_with(&self, character: &str) -> String {
        id(&self.post("/sessions", json!({"character_id": character})).await)
    }

    /// A session with a new character.
    pub async fn session(&self) -> String {
        let character = self.character("private").await;
        self.session_with(&character).await
    }

    /// The messages in view.
    pub async fn messages(&self, session: &str) -> Vec<Value> {
        self.get(&format!("/sessions/{session}/messages?limit=100")).await["items"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    }

    /// Opens a socket and waits until it is ready.
    pub async fn socket(&self) -> Socket {
        let mut socket = Socket::open(self.app.address, Some(&self.access)).await.expect("the socket opens");
        socket.expect("ready").await;
        socket
    }
}

/// The id in an answer.
pub fn id(value: &Value) -> String {
    value["id"].as_str().unwrap_or_else(|| panic!("no id in {value}")).to_owned()
}

/// Status and body; a body that is no JSON is given as text.
pub async fn answer(request: reqwest::RequestBuilder) -> (StatusCode, Value) {
    let answer = crate::http::send(request).await;
    (answer.status, answer.body)
}
