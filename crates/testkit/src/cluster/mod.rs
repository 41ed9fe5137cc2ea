//! A cluster as in production, small and of the test's own: real processes of Talker behind a balancer, real servers that
//! can be killed, lines between them that can be cut, people who behave as the product's clients do, and a checker of what
//! must hold whatever happens.

pub mod balancer;
pub mod checker;
pub mod client;
pub mod journal;
pub mod model;
pub mod node;
pub mod people;
pub mod record;
pub mod services;
pub mod tree;
pub mod watch;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

pub use balancer::{Line, Traffic};
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
    /// PostgreSQL alone.
    Postgres,
    /// PostgreSQL, and a bus.
    Redis,
    /// PostgreSQL, the chat log in MongoDB, and a bus.
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
}

impl Plan {
    /// Nodes beside these servers.
    pub fn of(servers: Servers, nodes: usize) -> Self {
        Self { servers, nodes, worker: false, environment: Vec::new() }
    }
}

/// The lines from one process to the servers.
pub struct Lines {
    /// To PostgreSQL.
    pub postgres: Line,
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
    pub postgres: Service,
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
        let home = tempfile::Builder::new().prefix("talker-").tempdir().expect("a folder");
        let wanted = |is_wanted: bool, kind: Kind| async move {
            if is_wanted { Service::start(kind).await.map(Some) } else { Ok(None) }
        };
        let (postgres, redis, mongo) = tokio::try_join!(
            Service::start(Kind::Postgres),
            wanted(plan.servers != Servers::Postgres, Kind::Valkey),
            wanted(plan.servers == Servers::Mongo, Kind::Mongo),
        )?;
        let model = Echo::start().await;
        let (mut nodes, mut lines) = (Vec::new(), Vec::new());
        for n in 0..plan.nodes + usize::from(plan.worker) {
            let is_worker = n == plan.nodes;
            let line = Lines::to(&postgres, redis.as_ref(), mongo.as_ref()).await;
            let mut environment = settings(&line, &postgres, redis.as_ref(), mongo.as_ref(), &model);
            if plan.worker && !is_worker {
                environment.push(("TALKER_JOBS".into(), "off".into()));
            }
            environment.extend(plan.environment.iter().cloned());
            nodes.push(process(is_worker, n, &binary, environment, home.path()));
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
        Ok(Self { journal, nodes, worker, balancer, lines, postgres, redis, mongo, model, people: Vec::new(), _home: home })
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

    /// The number of the node that a device is connected to.
    pub fn node_of(&self, device: &client::Device) -> usize {
        let end = device.local().and_then(|near| self.balancer.end_of(near)).expect("it is online");
        self.nodes.iter().position(|node| node.address == end).expect("it is a node")
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
    async fn to(postgres: &Service, redis: Option<&Service>, mongo: Option<&Service>) -> Self {
        let line = async |service: Option<&Service>| match service {
            Some(service) => Some(Line::to(&[service.address]).await),
            None => None,
        };
        Self {
            postgres: Line::to(&[postgres.address]).await,
            redis: line(redis).await,
            mongo: line(mongo).await,
        }
    }

    /// All there are.
    pub fn all(&self) -> impl Iterator<Item = &Line> {
        std::iter::once(&self.postgres).chain(&self.redis).chain(&self.mongo)
    }
}

fn settings(
    lines: &Lines,
    postgres: &Service,
    redis: Option<&Service>,
    mongo: Option<&Service>,
    model: &Echo,
) -> Vec<(String, String)> {
    let url = |service: Option<&Service>, line: Option<&Line>| Some(service?.url_by(line?.address));
    let database = postgres.url_by(lines.postgres.address);
    let plain = [
        ("DATABASE_URL", database.as_str()),
        ("TALKER_DATABASE_CONNECTIONS", "8"),
        ("SECRET_KEY", SECRET_KEY),
        ("OPENAI_API_BASE_URL", model.url.as_str()),
        ("TALKER_CHAT_MODEL", "openai/echo"),
        ("TALKER_OLLAMA_URL", "off"),
        ("TALKER_EMBEDDING_MODEL", "off"),
        ("TALKER_LEARN", "off"),
        ("TALKER_ACCESS_TOKEN_MINUTES", "1440"),
        ("TALKER_REGISTRATIONS_PER_ADDRESS", "1000000"),
        ("TALKER_LOGINS_PER_ADDRESS", "1000000"),
        ("TALKER_LOGINS_PER_ACCOUNT", "1000000"),
        ("TALKER_SHUTDOWN_SECONDS", "4"),
        ("TALKER_LOG", "info,api=debug,bus=debug,server=debug,service=debug,store=debug"),
    ];
    let mut settings: Vec<(String, String)> = plain.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    let urls = [("REDIS_URL", url(redis, lines.redis.as_ref())), ("MONGODB_URL", url(mongo, lines.mongo.as_ref()))];
    settings.extend(urls.into_iter().filter_map(|(name, url)| Some((name.to_owned(), url?))));
    settings
}

fn process(is_worker: bool, n: usize, binary: &Path, environment: Vec<(String, String)>, home: &Path) -> Node {
    let (name, command) = if is_worker { ("worker", "worker") } else { (NODES[n], "serve") };
    let setting = Setting { name: name.to_owned(), binary: binary.to_owned(), command, environment };
    Node::new(setting, home)
}
