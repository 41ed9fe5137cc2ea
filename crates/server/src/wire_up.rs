//! From the configuration to a running server, one part after the other: stores, bus, models, services, router.
//!
//! [`assemble`] builds everything but listens nowhere, which is what most tests want; [`Assembled::listen`] does the rest.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use api::{ApiConfig, AppState, PartStatus, Readiness, SocketLimits, Sockets};
use axum::Router;
use axum::serve::ListenerExt;
use bus::{Bus, BusState, Health};
use domain::ids::NodeId;
use llm::{Embedder, Models, Moderator, RemoteModerator};
use push::{Pusher, WebPush, WebPushOptions};
use service::accounts::{AccountsConfig, Secret};
use service::clock::{Clock, SystemClock};
use service::memories::Memories;
use service::mint::Mint;
use service::moderation::ModerationConfig;
use service::operator::OperatorConfig;
use service::recommendations::RecommendationsConfig;
use service::social::SocialConfig;
use service::{App, AppParts, EmbedderState};
use store::Store;
use store::archive::Archive;
use store::mongo::{MongoOptions, MongoStore};
use store::sql::{SqlOptions, SqlStore};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::clock::ClockKeeper;
use crate::config::{Config, StoreConfig, redacted_url};
use crate::lock::Lock;
use crate::models::preference::Keeper;
use crate::models::{Lazy, Phase, Speakers, embedder};
use crate::observe::{Watch, traces, with_metrics};
use crate::{data_dir, secret, seeds};

/// How long sockets and requests may take to say goodbye, after the replies are done.
const GOODBYE: Duration = Duration::from_secs(3);

/// Why the server does not start, as a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct StartError(pub String);

/// What tests put in place of the real.
#[derive(Clone, Default)]
pub struct Overrides {
    /// Who speaks.
    pub models: Option<Arc<Models>>,
    /// Who makes vectors.
    pub embedder: Option<Arc<dyn Embedder>>,
    /// Who wakes devices.
    pub pusher: Option<Arc<dyn Pusher>>,
    /// The time.
    pub clock: Option<Arc<dyn Clock>>,
    /// Bounds of a socket.
    pub socket_limits: Option<SocketLimits>,
}

/// A server that listens nowhere yet.
pub struct Assembled {
    /// The services.
    pub app: Arc<App>,
    /// The whole wire.
    pub router: Router,
    /// The sockets of this node.
    pub sockets: Sockets,
    /// The databases.
    pub store: Store,
    /// The model that speaks by default, unless tests brought their own.
    pub speaks: Option<Lazy>,
    /// The key of the operator's page.
    pub operator_key: String,
    bus: Bus,
    clock: Option<ClockKeeper>,
    readiness: Readiness,
    watch: Watch,
    shutdown: Duration,
    lock: Option<Lock>,
}

/// A server that listens.
pub struct Running {
    /// Where.
    pub address: SocketAddr,
    /// What listens.
    pub assembled: Assembled,
    stop: CancellationToken,
    serving: JoinHandle<std::io::Result<()>>,
}

/// Builds the server of this configuration.
///
/// # Errors
/// A sentence that says what is missing.
pub async fn assemble(config: &Config, overrides: Overrides) -> Result<Assembled, StartError> {
    data_dir::prepare(&config.data_dir).map_err(StartError)?;
    let database = Database::of(config);
    let lock = database
        .file
        .as_deref()
        .map(|file| Lock::take(&file.with_extension("lock")))
        .transpose()
        .map_err(StartError)?;
    let store = database.open(&config.store).await?;
    let (models, speaks) = models(config, overrides.models)?;
    let operator_key = secret::operator_key(config).map_err(StartError)?;
    let embedder = match overrides.embedder {
        Some(embedder) => Some(embedder),
        None => embedder(&config.models).await.map_err(StartError)?,
    };
    let clock = overrides.clock.unwrap_or_else(|| Arc::new(SystemClock));
    let (clock, keeper) = if database.alone {
        (clock, None)
    } else {
        let (clock, keeper) = ClockKeeper::start(clock, store.sql().clone()).await;
        (clock, Some(keeper))
    };
    let node = Mint::new(Arc::clone(&clock)).id::<NodeId>();
    let bus = bus(config, database.alone, node)?;
    let memories = Arc::new(OnceLock::new());
    let readiness =
        readiness(store.clone(), bus.health.clone(), Arc::clone(&models), speaks.clone(), Arc::clone(&memories));
    // Before anything happens, so that everything is counted.
    let watch = Watch::begin(&config.observe, store.sql().clone(), Arc::clone(&clock), Arc::clone(&readiness));
    let app = App::start(AppParts {
        stores: store.stores(),
        bus: bus.clone(),
        models: Arc::clone(&models),
        embedder,
        pusher: pusher(config, overrides.pusher)?,
        notifications: config.notifications.clone(),
        node,
        clock,
        alone: database.alone,
        accounts: AccountsConfig {
            documents: config.documents.clone(),
            ..config.accounts.with_secret(secret::find_or_make(config).map_err(StartError)?)
        },
        chats: config.chats.clone(),
        memories: config.memories.clone(),
        bonds: config.bonds.clone(),
        operator: operator(config, &operator_key)?,
        usage: config.usage,
        admin: config.admin,
        recommendations: RecommendationsConfig::default(),
        social: SocialConfig::default(),
        moments: config.moments.clone(),
        moderation: moderation(config)?,
        initiatives: config.initiatives.clone(),
        policy: config.policy.clone(),
    });
    drop(memories.set(app.memories.clone()));
    seeds::offer(&app.characters).await;
    let state = AppState::new(Arc::new(app), overrides.socket_limits.unwrap_or_default());
    let (app, sockets) = (Arc::clone(&state.app), state.sockets.clone());
    let router = router(config, state, Arc::clone(&readiness));
    let router = if config.observe.traces.is_some() { traces::around(router) } else { router };
    let router = with_metrics(router, &watch);
    let shutdown = config.server.shutdown;
    let clock = keeper;
    Ok(Assembled { app, router, sockets, store, speaks, operator_key, watch, readiness, bus, clock, shutdown, lock })
}

/// Who wakes devices, unless nobody shall.
fn pusher(config: &Config, given: Option<Arc<dyn Pusher>>) -> Result<Option<Arc<dyn Pusher>>, StartError> {
    if given.is_some() || !config.push.enabled {
        return Ok(given);
    }
    let options = WebPushOptions::new(secret::vapid_key(config).map_err(StartError)?, config.push.contact.clone());
    let web = WebPush::new(options).map_err(|error| StartError(format!("Devices cannot be woken: {error}.")))?;
    Ok(Some(Arc::new(web)))
}

/// What is not let through, and who says so.
fn moderation(config: &Config) -> Result<ModerationConfig, StartError> {
    let settings = &config.moderation;
    let model = settings.url.as_ref().map(|url| {
        let key = settings.key.as_ref().map(|key| key.0.clone());
        RemoteModerator::new(url, key, settings.model.clone())
    });
    let model = model.transpose().map_err(|error| StartError(format!("TALKER_MODERATION_URL: {error}.")))?;
    let model = model.map(|model| Arc::new(model) as Arc<dyn Moderator>);
    Ok(ModerationConfig { policy: settings.policy.clone(), model })
}

/// What carries news to other nodes, if there can be any.
fn bus(config: &Config, alone: bool, node: NodeId) -> Result<Bus, StartError> {
    match &config.bus.redis_url {
        Some(url) => bus::redis::open(&bus::redis::RedisOptions::new(url.as_str()), node)
            .map_err(|invalid| StartError(format!("REDIS_URL cannot be used: {invalid}."))),
        None if alone => Ok(bus::local::bus()),
        None => Ok(bus::local::deaf()),
    }
}

/// Builds what does background work and nothing else: it takes no turns, and answers only how it is.
///
/// # Errors
/// A sentence that says what is missing.
pub async fn assemble_worker(config: &Config, overrides: Overrides) -> Result<Assembled, StartError> {
    let database = Database::of(config);
    if database.alone {
        return Err(StartError(format!(
            "A worker helps servers that share a database, but {} belongs to one process, and `talker serve` does its \
             background work itself. Set DATABASE_URL to the PostgreSQL database of the servers.",
            redacted_url(&database.url)
        )));
    }
    let mut config = config.clone();
    config.chats.writes = false;
    // That the servers leave jobs to others is no reason for the others to do so, too.
    config.memories.jobs.works = true;
    config.notifications.jobs.works = true;
    config.moments.jobs.works = true;
    config.initiatives.jobs.works = true;
    let assembled = assemble(&config, overrides).await?;
    let router = with_metrics(api::probes_alone(Arc::clone(&assembled.readiness)), &assembled.watch);
    Ok(Assembled { router, ..assembled })
}

/// How the operator is known, and where their choice is kept.
fn operator(config: &Config, key: &str) -> Result<OperatorConfig, StartError> {
    let key = Secret::new(key).map_err(|short| StartError(format!("The operator's key cannot be used: {short}.")))?;
    Ok(OperatorConfig { key: Some(key), keeper: Some(Arc::new(Keeper(config.data_dir.clone()))) })
}

/// Where the data is, and who else may be there.
pub(crate) struct Database {
    /// For the driver.
    pub url: String,
    /// The file, when it is one.
    pub file: Option<PathBuf>,
    /// Whether no other process can use it.
    pub alone: bool,
}

impl Database {
    /// The one that is named, else SQLite in the data folder.
    pub(crate) fn of(config: &Config) -> Self {
        match &config.store.url {
            None => {
                let file = std::path::absolute(config.data_dir.join("talker.db"))
                    .unwrap_or_else(|_| config.data_dir.join("talker.db"));
                Self { url: format!("sqlite://{}", escaped(&file)), file: Some(file), alone: true }
            }
            Some(url) => {
                let file = url.strip_prefix("sqlite:").and_then(sqlite_file);
                Self { url: url.clone(), file, alone: url.starts_with("sqlite:") }
            }
        }
    }

    /// Connects, and brings the tables up to date.
    async fn open(&self, config: &StoreConfig) -> Result<Store, StartError> {
        let store = self.connect(config).await?;
        store
            .migrate()
            .await
            .map_err(|error| StartError(format!("The database cannot be brought up to date: {error}.")))?;
        let moving = store.sql().mark().await;
        let moving = moving.map_err(|error| StartError(format!("The database cannot be read: {error}.")))?;
        if moving.is_some() {
            return Err(StartError(format!(
                "A move into {} has not come to its end: run the same `talker move` again.",
                redacted_url(&self.url)
            )));
        }
        self.refuse_half(&store).await?;
        Ok(store)
    }

    /// Refuses to serve without the chat log: nobody would find what they said, and what belongs to it would be tidied away.
    async fn refuse_half(&self, store: &Store) -> Result<(), StartError> {
        let shown = redacted_url(&self.url);
        let is_half = match store {
            Store::Sql(sql) => sql.lacks_its_chat_log().await,
            Store::Mongo(mongo) => mongo.sql().holds_chat_log().await,
        };
        match (is_half, store) {
            (Ok(false), _) => Ok(()),
            (Ok(true), Store::Sql(_)) => Err(StartError(format!(
                "The sessions in {shown} are there without anything that was said in them: their chat log is in MongoDB. Set \
                 MONGODB_URL."
            ))),
            (Ok(true), Store::Mongo(_)) => Err(StartError(format!(
                "The chat log is in the tables of {shown}, and MONGODB_URL names another place. `talker move` carries it there; \
                 until then, unset MONGODB_URL."
            ))),
            (Err(error), _) => Err(StartError(format!("The database cannot be read: {error}."))),
        }
    }

    /// Connects, and changes nothing.
    pub(crate) async fn connect(&self, config: &StoreConfig) -> Result<Store, StartError> {
        let defaults = SqlOptions::default();
        let connections = config.connections.unwrap_or(defaults.connections);
        let options = SqlOptions { connections, durability: config.durability, ..defaults };
        let failed = |url: &str, error: store::StoreError| {
            StartError(format!("The database {} cannot be opened: {error}.", redacted_url(url)))
        };
        let sql = SqlStore::open(&self.url, options).await.map_err(|error| failed(&self.url, error))?;
        let Some(url) = &config.mongodb_url else { return Ok(Store::Sql(sql)) };
        let mut options = MongoOptions::default();
        options.connections = config.connections.unwrap_or(options.connections);
        let opened = MongoStore::open(url, &sql, &options).await;
        opened.map(Store::Mongo).map_err(|error| failed(url, error))
    }
}

/// A path as a part of a URL.
pub(crate) fn escaped(path: &Path) -> String {
    path.to_string_lossy().replace('%', "%25").replace('?', "%3F").replace('#', "%23")
}

/// The file behind what follows `sqlite:`; none for a database in memory.
fn sqlite_file(rest: &str) -> Option<PathBuf> {
    let (path, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let path = path.strip_prefix("//").unwrap_or(path);
    let in_memory = path.is_empty() || path == ":memory:" || parameters.contains("mode=memory");
    (!in_memory).then(|| PathBuf::from(path.replace("%23", "#").replace("%3F", "?").replace("%25", "%")))
}

fn models(config: &Config, given: Option<Arc<Models>>) -> Result<(Arc<Models>, Option<Lazy>), StartError> {
    match given {
        Some(models) => Ok((models, None)),
        None => {
            let speakers =
                Speakers::new(config).map_err(|error| StartError(format!("The models cannot be set up: {error}.")))?;
            let (models, speaks) = speakers.start();
            Ok((models, Some(speaks)))
        }
    }
}

/// What the server is ready for. A model that is loading is no reason to send people away: their replies wait for it.
///
/// `memories` is there once the services are.
fn readiness(
    store: Store,
    bus: Health,
    models: Arc<Models>,
    speaks: Option<Lazy>,
    memories: Arc<OnceLock<Memories>>,
) -> Readiness {
    Arc::new(move || {
        let (store, bus, models, speaks) = (store.clone(), bus.state(), Arc::clone(&models), speaks.clone());
        let (degraded, embedder) = match memories.get().map_or(EmbedderState::Off, Memories::embedder_state) {
            EmbedderState::Off => (false, "off".to_owned()),
            EmbedderState::Ours(name) => (false, name),
            EmbedderState::Others { ours, deployment } => {
                (true, format!("words only: {ours} here, {deployment} in the deployment"))
            }
        };
        Box::pin(async move {
            let reached = store.sql().ping().await.is_ok();
            let chat_log = match store.mongo() {
                Some(mongo) => {
                    let ready = mongo.ping().await.is_ok();
                    Some(PartStatus { name: "chat_log", ready, degraded: false, detail: None })
                }
                None => None,
            };
            let detail = match speaks.map_or(Phase::Ready, |speaks| speaks.phase()) {
                Phase::Ready => models.default_model().info().name,
                Phase::Waiting | Phase::Loading => "loading".to_owned(),
                Phase::Failed(_) => "none".to_owned(),
            };
            let mut parts = vec![PartStatus { name: "store", ready: reached, degraded: false, detail: None }];
            parts.extend(chat_log);
            parts.push(bus_status(bus));
            parts.push(PartStatus { name: "model", ready: true, degraded: false, detail: Some(detail) });
            parts.push(PartStatus { name: "embedder", ready: true, degraded, detail: Some(embedder) });
            parts
        })
    })
}

/// Without what carries news, they are read from the store: no reason to send people away.
fn bus_status(state: BusState) -> PartStatus {
    let (degraded, detail) = match state {
        BusState::Local => (false, "local".to_owned()),
        BusState::Connected => (false, "connected".to_owned()),
        BusState::Degraded { since } => (true, format!("not reached for {} s", since.elapsed().as_secs())),
    };
    PartStatus { name: "bus", ready: true, degraded, detail: Some(detail) }
}

fn router(config: &Config, state: AppState, readiness: Readiness) -> Router {
    let wire = ApiConfig {
        origins: config.server.cors_origins.clone(),
        trusted_proxies: config.server.trusted_proxies.clone(),
        readiness,
        ..ApiConfig::default()
    };
    api::router(state, wire)
}

impl Assembled {
    /// Listens and serves.
    ///
    /// # Errors
    /// A sentence when the address cannot be had.
    pub async fn listen(self, address: SocketAddr) -> Result<Running, StartError> {
        self.show().await?;
        let listener = TcpListener::bind(address).await.map_err(|error| StartError(unavailable(address, &error)))?;
        let address = listener.local_addr().map_err(|error| StartError(unavailable(address, &error)))?;
        let stop = CancellationToken::new();
        // Deltas are small and each should leave at once.
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        let service = self.router.clone().into_make_service_with_connect_info::<SocketAddr>();
        let serving = axum::serve(listener, service).with_graceful_shutdown(stop.clone().cancelled_owned());
        let serving = tokio::spawn(serving.into_future());
        Ok(Running { address, assembled: self, stop, serving })
    }

    /// Shows how this process is, where that is set: [`Self::listen`] does so, too.
    ///
    /// # Errors
    /// A sentence when the address of metrics cannot be had.
    pub async fn show(&self) -> Result<(), StartError> {
        let shown = self.watch.listen().await;
        shown.map_err(|(address, error)| {
            StartError(unavailable(address, &error).replace("TALKER_ADDRESS", "TALKER_METRICS_ADDRESS"))
        })
    }

    /// Lets running replies finish, says goodbye to sockets, closes the database.
    pub async fn shutdown(self) {
        self.app.shutdown(self.shutdown).await;
        self.sockets.close(GOODBYE).await;
        self.bus.close().await;
        if let Some(clock) = &self.clock {
            clock.stop().await;
        }
        if let Err(error) = self.store.close().await {
            tracing::warn!(error = %error, "the database did not close well");
        }
        self.watch.stop().await;
        drop(self.lock);
    }
}

impl Running {
    /// Stops accepting, then as [`Assembled::shutdown`].
    pub async fn shutdown(self) {
        let Self { assembled, stop, mut serving, .. } = self;
        stop.cancel();
        assembled.app.shutdown(assembled.shutdown).await;
        assembled.sockets.close(GOODBYE).await;
        if tokio::time::timeout(GOODBYE, &mut serving).await.is_err() {
            serving.abort();
        }
        assembled.shutdown().await;
    }
}

fn unavailable(address: SocketAddr, error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::AddrInUse => {
            format!(
                "{address} is in use: another program listens there. Stop it, or name another address with TALKER_ADDRESS."
            )
        }
        ErrorKind::AddrNotAvailable => {
            format!("{address} is not an address of this machine. TALKER_ADDRESS names another.")
        }
        ErrorKind::PermissionDenied => format!("This user may not listen on {address}. TALKER_ADDRESS names another."),
        _ => format!("{address} cannot be listened on: {error}."),
    }
}

#[cfg(test)]
#[path = "wire_up_tests.rs"]
mod tests;
