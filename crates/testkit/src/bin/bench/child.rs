//! The servers under test, each in a process of its own: this program again, with other arguments.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::rc::Rc;
use std::sync::{Arc, OnceLock};

use axum::serve::ListenerExt;
use serde::{Deserialize, Serialize};
use store::sql::Durability;
use tokio::net::TcpListener;

use crate::stores::{Backend, Ground, Place};
use crate::talker::{Cast, Chat, Model, Talker};
use crate::{relay, stamp, talker};

/// Which server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// The yardstick, one frame a token.
    Relay,
    /// The yardstick, with tokens that are there already in one frame.
    JoiningRelay,
    /// Talker; every answer waits for the disk.
    Talker(Backend),
    /// Talker on SQLite with `TALKER_SQLITE_DURABILITY=relaxed`.
    RelaxedTalker,
}

impl Kind {
    pub fn name(self) -> String {
        match self {
            Self::Relay => "relay".to_owned(),
            Self::JoiningRelay => "relay, joined".to_owned(),
            Self::Talker(backend) => format!("{backend}"),
            Self::RelaxedTalker => "sqlite, relaxed".to_owned(),
        }
    }

    /// What it runs on.
    pub fn backend(self) -> Backend {
        match self {
            Self::Talker(backend) => backend,
            _ => Backend::SQLITE,
        }
    }
}

/// What the child is told.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Orders {
    pub kind: Kind,
    /// Who is made first; nobody where the data is there.
    pub cast: Option<Cast>,
    /// Who signs in, beside the cast.
    pub sign_in: Vec<String>,
    /// Does nothing by itself, so that what is counted was asked for.
    pub quiet: bool,
    pub epoch: u64,
    pub place: Place,
}

impl Orders {
    /// For a server of this kind.
    pub fn of(kind: Kind) -> Self {
        let place = Place::default();
        Self { kind, cast: None, sign_in: Vec::new(), quiet: false, epoch: stamp::now(), place }
    }

    /// The same, with people.
    pub fn with(self, cast: Cast) -> Self {
        Self { cast: Some(cast), ..self }
    }
}

/// What the child says when it listens.
#[derive(Debug, Serialize, Deserialize)]
struct Ready {
    address: SocketAddr,
    tokens: Vec<String>,
    chats: Vec<Chat>,
    model: Option<Model>,
}

/// What the databases of a node were asked until now.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Asked {
    /// Ways to the relational database and back.
    pub sql: u64,
    /// Commands of MongoDB, by name.
    pub mongo: BTreeMap<String, u64>,
}

/// Running servers on one ground; they end when dropped.
pub struct Server {
    pub tokens: Vec<String>,
    pub chats: Vec<Chat>,
    /// Somebody whose talk is copied.
    pub model: Option<Model>,
    pub epoch: u64,
    nodes: Vec<Node>,
    // The databases go after those who use them.
    _ground: Rc<Ground>,
}

impl Server {
    /// Starts one on new databases and waits until it listens.
    pub fn start(kind: Kind, cast: Cast) -> Self {
        Self::on(&Ground::make(kind.backend()), 1, Orders::of(kind).with(cast))
    }

    /// Starts so many nodes, the first of which follows the whole order and the others find what it made.
    pub fn on(ground: &Rc<Ground>, nodes: usize, orders: Orders) -> Self {
        let mut orders = Orders { place: ground.place.clone(), ..orders };
        let epoch = orders.epoch;
        let (first, ready) = Node::start(&orders);
        (orders.cast, orders.sign_in) = (None, Vec::new());
        let others = (1..nodes).map(|_| Node::start(&orders).0);
        let nodes = std::iter::once(first).chain(others).collect();
        let (tokens, chats, model) = (ready.tokens, ready.chats, ready.model);
        Self { tokens, chats, model, epoch, nodes, _ground: Rc::clone(ground) }
    }

    /// Where the first listens.
    pub fn address(&self) -> SocketAddr {
        self.node(0)
    }

    /// Where the `n`-th listens, counted around.
    pub fn node(&self, n: usize) -> SocketAddr {
        self.nodes[n % self.nodes.len()].address
    }

    /// What the databases were asked by the first.
    pub fn asked(&mut self) -> Asked {
        self.nodes[0].asked()
    }

    /// The memory the first holds, in bytes.
    pub fn memory(&self) -> u64 {
        let id = self.nodes[0].child.id();
        let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|size| size.parse::<u64>().ok()).unwrap_or_default() * 1024
    }

    /// The processor time all have used, in seconds. That of database servers is not in it.
    pub fn processor(&self) -> f64 {
        self.nodes.iter().map(Node::processor).sum()
    }
}

/// One process.
struct Node {
    address: SocketAddr,
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Node {
    fn start(orders: &Orders) -> (Self, Ready) {
        let program = std::env::current_exe().expect("this program");
        let serve = Command::new(program).arg("serve").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = serve.expect("the server starts");
        // It ends with its input, so that none outlives a parent that is killed.
        let mut input = child.stdin.take().expect("its input");
        let mut output = BufReader::new(child.stdout.take().expect("its output"));
        let ready = ask(&mut input, &mut output, &serde_json::to_string(orders).expect("orders"));
        let ready: Ready = serde_json::from_str(&ready).expect("it is ready");
        (Self { address: ready.address, child, input, output }, ready)
    }

    fn asked(&mut self) -> Asked {
        serde_json::from_str(&ask(&mut self.input, &mut self.output, "asked")).expect("it has counted")
    }

    fn processor(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
        fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
    }
}

fn ask(input: &mut ChildStdin, output: &mut BufReader<ChildStdout>, question: &str) -> String {
    writeln!(input, "{question}").expect("it listens");
    let mut answer = String::new();
    output.read_line(&mut answer).expect("it answers");
    answer
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The child's side: serves until its input ends, and says what its databases were asked whenever it is asked.
pub fn serve() {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).expect("orders");
    let orders: Orders = serde_json::from_str(&line).expect("orders");
    let count: Arc<OnceLock<talker::Count>> = Arc::default();
    let counted = Arc::clone(&count);
    std::thread::spawn(move || {
        for _ in std::io::stdin().lines().map_while(Result::ok) {
            let asked = counted.get().map_or_else(Asked::default, |count| count());
            println!("{}", serde_json::to_string(&asked).expect("a line"));
        }
        std::process::exit(0);
    });
    // As `talker serve` has it.
    tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime").block_on(run(orders, &count));
}

async fn run(orders: Orders, count: &OnceLock<talker::Count>) {
    let model = || stamp::model(orders.epoch);
    let durability = if orders.kind == Kind::RelaxedTalker { Durability::Relaxed } else { Durability::Full };
    let started = match orders.kind {
        Kind::Relay => Talker::only(relay::router(model(), false)),
        Kind::JoiningRelay => Talker::only(relay::router(model(), true)),
        Kind::Talker(_) | Kind::RelaxedTalker => talker::start(&orders, durability).await,
    };
    if let Some(counts) = started.count {
        drop(count.set(counts));
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let ready = Ready { address, tokens: started.tokens, chats: started.chats, model: started.model };
    println!("{}", serde_json::to_string(&ready).expect("a line"));
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let service = started.router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).await.expect("it serves");
}
