//! The server under test, in a process of its own: this program again, with other arguments.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use axum::serve::ListenerExt;
use serde::{Deserialize, Serialize};
use store::sql::Durability;
use tokio::net::TcpListener;

use crate::talker::{Cast, Chat};
use crate::{relay, stamp, talker};

/// Which server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// The yardstick, one frame a token.
    Relay,
    /// The yardstick, with tokens that are there already in one frame.
    JoiningRelay,
    /// Talker; every answer waits for the disk.
    Talker,
    /// Talker with `TALKER_SQLITE_DURABILITY=relaxed`.
    RelaxedTalker,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Relay => "relay",
            Self::JoiningRelay => "relay, joined",
            Self::Talker => "talker",
            Self::RelaxedTalker => "talker, relaxed",
        }
    }
}

/// What the child is told.
#[derive(Debug, Serialize, Deserialize)]
struct Orders {
    kind: Kind,
    cast: Cast,
    epoch: u64,
    folder: std::path::PathBuf,
}

/// What the child says when it listens.
#[derive(Debug, Serialize, Deserialize)]
struct Ready {
    address: SocketAddr,
    tokens: Vec<String>,
    chats: Vec<Chat>,
}

/// A running server; it ends when dropped.
pub struct Server {
    pub address: SocketAddr,
    pub tokens: Vec<String>,
    pub chats: Vec<Chat>,
    pub epoch: u64,
    child: Child,
    _folder: tempfile::TempDir,
}

impl Server {
    /// Starts one and waits until it listens.
    pub fn start(kind: Kind, cast: Cast) -> Self {
        let folder =
            tempfile::Builder::new().prefix("bench-").tempdir_in(crate::target()).expect("a folder on the disk");
        let orders = Orders { kind, cast, epoch: stamp::now(), folder: folder.path().to_owned() };
        let program = std::env::current_exe().expect("this program");
        let mut child = Command::new(program)
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut stdin = child.stdin.take().expect("its input");
        writeln!(stdin, "{}", serde_json::to_string(&orders).expect("orders")).expect("it listens to orders");
        // It ends with its input, so that none outlives a parent that is killed.
        child.stdin = Some(stdin);
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("it says where");
        let ready: Ready = serde_json::from_str(&line).expect("it is ready");
        Self {
            address: ready.address,
            tokens: ready.tokens,
            chats: ready.chats,
            epoch: orders.epoch,
            child,
            _folder: folder,
        }
    }

    /// The memory it holds, in bytes.
    pub fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|size| size.parse::<u64>().ok()).unwrap_or_default() * 1024
    }

    /// The processor time it has used, in seconds.
    pub fn processor(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
        fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The child's side: serves until its input ends.
pub fn serve() {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).expect("orders");
    let orders: Orders = serde_json::from_str(&line).expect("orders");
    std::thread::spawn(|| {
        let mut rest = String::new();
        let _ = std::io::stdin().read_line(&mut rest);
        std::process::exit(0);
    });
    // As `talker serve` has it.
    tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime").block_on(run(orders));
}

async fn run(orders: Orders) {
    let model = || stamp::model(orders.epoch);
    let started = match orders.kind {
        Kind::Relay => (relay::router(model(), false), Vec::new(), Vec::new(), None),
        Kind::JoiningRelay => (relay::router(model(), true), Vec::new(), Vec::new(), None),
        Kind::Talker | Kind::RelaxedTalker => {
            let durability = if orders.kind == Kind::Talker { Durability::Full } else { Durability::Relaxed };
            let talker = talker::start(&orders.folder, &orders.cast, durability, orders.epoch).await;
            (talker.router, talker.tokens, talker.chats, Some(talker._app))
        }
    };
    let (router, tokens, chats, _app) = started;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    println!("{}", serde_json::to_string(&Ready { address, tokens, chats }).expect("a line"));
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).await.expect("it serves");
}
