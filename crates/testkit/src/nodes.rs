//! Several servers on one store, as behind a load balancer: each with its own services, sockets and bus, all with one
//! model, so that whichever writes a reply says the same.

use std::sync::Arc;
use std::time::Duration;

use bus::conformance::{OwnServer, fresh, reached};
use bus::redis::{RedisOptions, open};
use bus::{Bus, BusState};
use domain::bonds::BondJudge;
use domain::ids::NodeId;
use llm::scripted::ScriptedModel;
use service::chats::ChatsConfig;
use store::Store;

use crate::app::{Node, Options, remembering, taking_part, writing_first};
use crate::store::new_store;
use crate::{TestApp, TestClock};

/// Where a Redis server is, when the environment names one (`TALKER_TEST_REDIS_URL`).
pub fn redis_url() -> Option<String> {
    std::env::var_os("TALKER_TEST_REDIS_URL").and_then(|url| url.into_string().ok())
}

/// A bus over Redis with keys of its own.
fn over_redis(url: &str, prefix: &str, node: NodeId, silence: Option<Duration>) -> Bus {
    let mut options = RedisOptions { prefix: prefix.to_owned(), ..RedisOptions::new(url) };
    options.presence = silence.unwrap_or(options.presence);
    open(&options, node).expect("an address of Redis")
}

/// The bus of a server alone: within its process, or over Redis with `TALKER_TEST_BUS=redis`.
pub(crate) async fn new_bus(node: NodeId) -> Bus {
    if std::env::var_os("TALKER_TEST_BUS").is_none_or(|bus| bus != "redis") {
        return bus::local::bus();
    }
    let url = redis_url().expect("TALKER_TEST_REDIS_URL names the server");
    let bus = over_redis(&url, &format!("test-{}:", fresh().simple()), node, None);
    reached(&bus).await;
    bus
}

/// What carries news between the nodes.
enum Carrier {
    /// Nothing: each reads the store.
    Nothing,
    /// A Redis server, with a prefix of its own.
    Redis(String, String),
}

/// Nodes on one store.
pub struct TestCluster {
    /// The nodes.
    pub nodes: Vec<TestApp>,
    /// The store of all.
    pub store: Store,
    /// The model of all.
    pub model: Arc<ScriptedModel>,
    /// A server of the test's own, if it has one.
    pub server: Option<OwnServer>,
    carrier: Carrier,
}

/// How a node differs from the usual.
#[derive(Clone, Copy, Default)]
pub struct NodeOptions {
    /// How far its clock is ahead.
    pub ahead: Duration,
    /// Whether that is corrected.
    pub corrected: bool,
    /// Whether characters take part in moments there.
    pub takes_part: bool,
    /// Whether characters write first there.
    pub writes_first: bool,
    /// Whether something is learned there from what is said.
    pub learns: bool,
    /// Who judges bonds there; words if nobody.
    pub judge: Option<BondJudge>,
    /// How long it may be silent before its sockets are taken for gone; as long as usual if not said.
    pub silence: Option<Duration>,
}

impl TestCluster {
    /// Two nodes that hear of each other by the store alone.
    pub async fn deaf() -> Self {
        Self::on(Carrier::Nothing, None, NodeOptions::default()).await
    }

    /// Two nodes over Redis; `None` where there is none, which is printed.
    pub async fn redis(name: &str) -> Option<Self> {
        Self::redis_with(name, NodeOptions::default()).await
    }

    /// Two such nodes over Redis.
    pub async fn redis_with(name: &str, options: NodeOptions) -> Option<Self> {
        let Some(url) = redis_url() else {
            println!("SKIPPED: {name} - TALKER_TEST_REDIS_URL is not set");
            return None;
        };
        Some(Self::on(Carrier::Redis(url, prefix()), None, options).await)
    }

    /// Two nodes over a Redis server of their own, which the test may end.
    pub async fn own_redis(name: &str) -> Option<Self> {
        let server = match redis_url() {
            Some(url) => OwnServer::like(&url).await,
            None => None,
        };
        let Some(server) = server else {
            println!("SKIPPED: {name} - there is no Redis server on this machine (TALKER_TEST_REDIS_URL)");
            return None;
        };
        Some(Self::on(Carrier::Redis(server.url(), prefix()), Some(server), NodeOptions::default()).await)
    }

    /// No nodes yet; those that come hear of each other by the store alone.
    pub async fn without_nodes() -> Self {
        Self::of(Carrier::Nothing, None, new_store().await)
    }

    fn of(carrier: Carrier, server: Option<OwnServer>, store: Store) -> Self {
        Self { nodes: Vec::new(), store, model: Arc::default(), server, carrier }
    }

    async fn on(carrier: Carrier, server: Option<OwnServer>, options: NodeOptions) -> Self {
        let mut cluster = Self::of(carrier, server, new_store().await);
        for _ in 0..2 {
            cluster.add(NodeOptions { corrected: true, ..options }).await;
        }
        cluster
    }

    /// One more node.
    pub async fn add(&mut self, options: NodeOptions) {
        let clock = Arc::new(TestClock::default());
        clock.advance(options.ahead);
        let id = NodeId(fresh());
        let bus = match &self.carrier {
            Carrier::Nothing => bus::local::deaf(),
            Carrier::Redis(url, prefix) => over_redis(url, prefix, id, options.silence),
        };
        reached(&bus).await;
        let node = Node { bus, id, clock, corrected: options.corrected, model: Arc::clone(&self.model) };
        let chats = ChatsConfig {
            save_every: Duration::from_millis(20),
            lease: Duration::from_secs(3),
            sweep_every: Duration::from_millis(250),
            ..ChatsConfig::default()
        };
        // Shorter than people's, and long enough for a test that shares its cores with others.
        let sockets = api::SocketLimits { heartbeat: Duration::from_secs(15), ..api::SocketLimits::default() };
        let options = Options {
            store: Some(self.store.clone()),
            node: Some(node),
            chats: Some(chats),
            sockets: Some(sockets),
            moments: options.takes_part.then(taking_part),
            initiatives: options.writes_first.then(writing_first),
            bond_judge: options.judge,
            memories: options.learns.then(|| remembering(true)),
            ..Options::default()
        };
        self.nodes.push(TestApp::with(options).await);
    }

    /// The first two nodes.
    pub fn pair(&self) -> (&TestApp, &TestApp) {
        (&self.nodes[0], &self.nodes[1])
    }

    /// Waits until every node reaches the others, or none does.
    pub async fn connected(&self, wanted: bool) {
        for node in &self.nodes {
            let state = node.bus.health.until(|state| (state == BusState::Connected) == wanted);
            tokio::time::timeout(Duration::from_secs(20), state).await.expect("the bus changes");
        }
    }
}

fn prefix() -> String {
    format!("test-{}:", fresh().simple())
}
