//! A cluster as in production, small and of the test's own: real processes of Talker behind a balancer, real servers that
//! can be killed, lines between them that can be cut, people who behave as the product's clients do, and a checker of what
//! must hold whatever happens.

pub mod balancer;
pub mod checker;
pub mod client;
pub mod errands;
pub mod gate;
mod jobs;
pub mod journal;
mod line;
pub mod model;
pub mod node;
pub mod people;
pub mod record;
pub mod services;
pub mod tree;
pub mod watch;

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

pub use balancer::{Line, Traffic};
pub use errands::Errand;
pub use journal::Journal;
pub use model::Echo;
pub use node::{Node, Setting};
pub use people::{Act, Person};
pub use services::{Kind, Service};

use crate::app::SECRET_KEY;

/// The names of those who talk, and the names of nodes.
const PEOPLE: [&str; 6] = ["aya", "ben", "chika", "dora", "emi", "fumi"];
const NODES: [&str; 4] = ["a", "b", "c", "d"];

/// Servers that nodes share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Servers {
    /// None: one node with the database in its folder.
    Embedded,
    /// PostgreSQL alone.
    Postgres,
    /// PostgreSQL, and a bus.
    Redis,
    /// PostgreSQL, the chat log in MongoDB, and a bus, where this version has one.
    Mongo,
}

/// What a cluster is made of.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Its servers.
    pub servers: Servers,
    /// How many nodes serve.
    pub nodes: usize,
    /// Whether a worker does the jobs instead of them.
    pub worker: bool,
    /// Settings of every process.
    pub environment: Vec<(String, String)>,
    /// What every process is run by.
    pub wrapper: Vec<String>,
}

impl Plan {
    /// Nodes beside these servers.
    pub fn of(servers: Servers, nodes: usize) -> Self {
        Self { servers, nodes, worker: false, environment: Vec::new(), wrapper: Vec::new() }
    }
}

/// The lines from one process to the servers.
pub struct Lines {
    /// To PostgreSQL.
    pub postgres: Option<Line>,
    /// To Redis.
    pub redis: Option<Line>,
    /// To MongoDB.
    pub mongo: Option<Line>,
}

/// A running cluster.
pub struct Cluster {
    /// What happened.
    pub journal: Arc<Journal>,
    /// The nodes that serve.
    pub nodes: Vec<Node>,
    /// The worker, when there is one.
    pub worker: Option<Node>,
    /// Where people connect.
    pub balancer: Line,
    /// The lines of each node, then those of the worker.
    pub lines: Vec<Lines>,
    /// The database.
    pub postgres: Option<Service>,
    /// The bus.
    pub redis: Option<Service>,
    /// The chat log.
    pub mongo: Option<Service>,
    /// Who speaks.
    pub model: Echo,
    /// Who talks.
    pub people: Vec<Arc<Person>>,
    _home: tempfile::TempDir,
}

impl Cluster {
    /// Starts everything; the reason when something cannot be had here.
    pub async fn start(plan: Plan) -> Result<Self, String> {
        let binary = node::binary()?;
        let able = node::abilities(&binary);
        let missing = [
            (plan.servers == Servers::Mongo && !able.mongo, "this version keeps no chats in MongoDB"),
            (plan.servers == Servers::Redis && !able.bus, "this version has no bus over Redis"),
            (plan.nodes > 1 && !able.bus, "nodes of this version do not hear of each other"),
            (plan.worker && !able.worker, "this version has no workers"),
        ];
        if let Some((_, why)) = missing.iter().find(|(is_missing, _)| *is_missing) {
            return Err((*why).to_owned());
        }
        let home = tempfile::Builder::new().prefix("talker-").tempdir().expect("a folder");
        let wanted = |is_wanted: bool, kind: Kind| async move {
            if is_wanted { Service::start(kind).await.map(Some) } else { Ok(None) }
        };
        let (postgres, redis, mongo) = tokio::try_join!(
            wanted(plan.servers != Servers::Embedded, Kind::Postgres),
            wanted(able.bus && matches!(plan.servers, Servers::Redis | Servers::Mongo), Kind::Valkey),
            wanted(plan.servers == Servers::Mongo, Kind::Mongo),
        )?;
        let model = Echo::start().await;
        let (mut nodes, mut lines) = (Vec::new(), Vec::new());
        let serving = NODES.into_iter().take(plan.nodes).map(|name| (name, "serve"));
        for (name, command) in serving.chain(plan.worker.then_some(("worker", "worker"))) {
            let line = Lines::to([&postgres, &redis, &mongo]).await;
            let mut environment = settings(&line, [&postgres, &redis, &mongo], &model);
            // By its key the model knows who asks.
            environment.push(("OPENAI_API_KEY".into(), name.into()));
            if plan.worker && command == "serve" {
                environment.push(("TALKER_JOBS".into(), "off".into()));
            }
            environment.extend(plan.environment.iter().cloned());
            let (binary, wrapper) = (binary.clone(), plan.wrapper.clone());
            nodes
                .push(Node::new(Setting { name: name.to_owned(), binary, command, environment, wrapper }, home.path()));
            lines.push(line);
        }
        // The first makes the tables; the others find them.
        nodes[0].start().await;
        nodes.iter_mut().skip(1).for_each(Node::begin);
        for node in nodes.iter_mut().skip(1) {
            node.ready().await;
        }
        let worker = if plan.worker { nodes.pop() } else { None };
        let ends: Vec<_> = nodes.iter().map(|node| node.address).collect();
        let balancer = Line::balancing(&ends).await;
        let journal = Arc::new(Journal::default());
        Ok(Self {
            journal,
            nodes,
            worker,
            balancer,
            lines,
            postgres,
            redis,
            mongo,
            model,
            people: Vec::new(),
            _home: home,
        })
    }

    /// Lets people come.
    pub async fn gather(&mut self, people: usize, devices: usize, sessions: usize) {
        let server = self.balancer.address;
        let arriving = PEOPLE.iter().take(people).map(|name| {
            let journal = Arc::clone(&self.journal);
            async move { Arc::new(Person::arrive(name, server, devices, sessions, journal).await) }
        });
        self.people = futures_util::future::join_all(arriving).await;
        for device in self.people.iter().flat_map(|person| person.present()) {
            self.wait(Duration::from_secs(10), "everybody is online", || device.restless().is_none()).await;
        }
    }

    /// Waits until something is so.
    pub async fn wait(&self, limit: Duration, what: &str, mut is_so: impl FnMut() -> bool) {
        let give_up = Instant::now() + limit;
        while !is_so() {
            assert!(Instant::now() < give_up, "not within {limit:?}: {what}\n{}", self.journal.last(60, &[]));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until what stands is remembered, by the marks of what people said.
    pub async fn remembered(&self, limit: Duration) {
        let give_up = Instant::now() + limit;
        loop {
            let mut missing = Vec::new();
            for person in &self.people {
                missing.extend(checker::not_remembered(person).await);
            }
            if missing.is_empty() {
                return;
            }
            assert!(Instant::now() < give_up, "not remembered within {limit:?}: {missing:?}\n{}", self.warnings(30));
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }

    /// The number of the node that a device is connected to.
    pub fn node_of(&self, device: &client::Device) -> usize {
        let end = device.local().and_then(|near| self.balancer.end_of(near)).expect("it is online");
        self.nodes.iter().position(|node| node.address == end).expect("it is a node")
    }

    /// The process of this name.
    pub fn process(&mut self, name: &str) -> &mut Node {
        let mut all = self.nodes.iter_mut().chain(&mut self.worker);
        all.find(|node| node.name == name).unwrap_or_else(|| panic!("no process is called {name}"))
    }

    /// Lets everybody say something every now and then, until the chatter is stopped.
    pub fn chatter(&self, every: Duration) -> Chatter {
        let talking = self.people.iter().map(|person| {
            let person = Arc::clone(person);
            tokio::spawn(async move {
                for n in 0_usize.. {
                    let present = person.present();
                    let device = &present[n % present.len()];
                    person.say(device, person.session(n), false);
                    tokio::time::sleep(every).await;
                }
            })
        });
        Chatter(talking.collect())
    }

    /// The database, which is a server.
    pub fn postgres(&self) -> &Service {
        self.postgres.as_ref().expect("PostgreSQL")
    }

    /// The bus.
    pub fn redis(&self) -> &Service {
        self.redis.as_ref().expect("Redis")
    }

    /// The chat log.
    pub fn mongo(&self) -> &Service {
        self.mongo.as_ref().expect("MongoDB")
    }

    /// All processes of Talker.
    pub fn processes(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().chain(&self.worker)
    }
}

/// People who talk until this is dropped.
pub struct Chatter(Vec<tokio::task::JoinHandle<()>>);

impl Drop for Chatter {
    fn drop(&mut self) {
        self.0.iter().for_each(tokio::task::JoinHandle::abort);
    }
}

impl Lines {
    async fn to([postgres, redis, mongo]: [&Option<Service>; 3]) -> Self {
        let line = async |service: &Option<Service>| match service {
            Some(service) => Some(Line::to(&[service.address]).await),
            None => None,
        };
        Self { postgres: line(postgres).await, redis: line(redis).await, mongo: line(mongo).await }
    }

    /// All there are.
    pub fn all(&self) -> impl Iterator<Item = &Line> {
        self.postgres.iter().chain(&self.redis).chain(&self.mongo)
    }
}

fn settings(lines: &Lines, services: [&Option<Service>; 3], model: &Echo) -> Vec<(String, String)> {
    let plain = [
        ("TALKER_DATABASE_CONNECTIONS", "8"),
        ("SECRET_KEY", SECRET_KEY),
        ("OPENAI_API_BASE_URL", model.url.as_str()),
        ("TALKER_CHAT_MODEL", "openai/echo"),
        ("TALKER_OLLAMA_URL", "off"),
        ("TALKER_EMBEDDING_MODEL", "off"),
        ("TALKER_LEARN", "off"),
        ("TALKER_BOND_JUDGE", "words"),
        ("TALKER_ACCESS_TOKEN_MINUTES", "1440"),
        ("TALKER_REGISTRATIONS_PER_ADDRESS", "1000000"),
        ("TALKER_LOGINS_PER_ADDRESS", "1000000"),
        ("TALKER_LOGINS_PER_ACCOUNT", "1000000"),
        ("TALKER_SHUTDOWN_SECONDS", "4"),
        ("TALKER_LOG", "info,api=debug,bus=debug,server=debug,service=debug,store=debug"),
    ];
    let mut settings: Vec<(String, String)> =
        plain.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    let names = ["DATABASE_URL", "REDIS_URL", "MONGODB_URL"];
    for (name, service) in names.into_iter().zip(services) {
        let line = match name {
            "DATABASE_URL" => &lines.postgres,
            "REDIS_URL" => &lines.redis,
            _ => &lines.mongo,
        };
        if let (Some(service), Some(line)) = (service, line) {
            settings.push((name.to_owned(), service.url_by(line.address)));
        }
    }
    settings
}
