//! `make bench`: Talker on each store beside a bare relay, in one run on one machine.
//!
//! The servers are child processes, the generator is one thread of this one. `bench --help` says what can be chosen.

mod child;
mod client;
mod copies;
mod dialect;
mod figures;
mod long;
mod parts;
mod relay;
mod stamp;
mod stores;
mod talker;

use std::path::PathBuf;
use std::time::Duration;

use child::Kind;
use figures::Report;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::json;
use stores::Backend;

const HELP: &str = "bench [PART…] [--stores STORE,…] [--quick] [--rounds N] [--messages N] [--json FILE]

Parts: trips   how often a turn asks each of its servers
       paced   tokens at 50 a second in 1 to 400 chats: how late they are
       flat    tokens as fast as they go in 1, 50 and 400 chats
       first   from a message to the first token of its reply, by the length of the chat
       accept  messages taken a second
       idle    memory of idle sockets, on the first store
       open    opening a chat of 10 and of 100,000 messages
       nodes   two nodes beside one, and a reply watched on another node than writes it
       curve   the same questions beside ten thousand to ten million messages; only when it is named
All but the last when none is named. --quick measures shorter and once; --messages bounds the curve.

Stores: sqlite, postgres, each with +mongo, and postgres with +redis; sqlite,postgres,postgres+mongo+redis when none is
named. The servers are those that TALKER_TEST_POSTGRES_URL, TALKER_TEST_MONGODB_URL and TALKER_TEST_REDIS_URL name;
tests/services/run brings them.";

/// How much is measured.
pub struct Plan {
    /// Rounds of which the median counts.
    pub rounds: usize,
    /// How long one measurement of a stream takes.
    pub window: Duration,
    /// How often something short is repeated.
    pub repeats: usize,
    /// Numbers of idle sockets.
    pub idle: Vec<usize>,
    /// What Talker runs on.
    pub stores: Vec<Backend>,
    /// How many messages the curve goes up to.
    pub messages: u64,
}

impl Plan {
    /// Talker on each store.
    pub fn kinds(&self) -> Vec<Kind> {
        self.stores.iter().copied().map(Kind::Talker).collect()
    }

    /// The same, and beside SQLite that which waits for no disk.
    pub fn durable_and_relaxed(&self) -> Vec<Kind> {
        let with_relaxed = |kind| if kind == self.sqlite() { vec![kind, Kind::RelaxedTalker] } else { vec![kind] };
        self.kinds().into_iter().flat_map(with_relaxed).collect()
    }

    /// The first of them.
    pub fn first(&self) -> Kind {
        self.stores.first().map_or(self.sqlite(), |store| Kind::Talker(*store))
    }

    /// That which the others are compared with.
    pub fn sqlite(&self) -> Kind {
        Kind::Talker(Backend::SQLITE)
    }
}

/// Where temporary databases and the figures go: on the disk the code is on.
pub fn target() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    std::fs::create_dir_all(&target).expect("a target folder");
    target
}

/// What was asked for.
struct Wanted {
    parts: Vec<String>,
    stores: Vec<Backend>,
    quick: bool,
    rounds: Option<usize>,
    messages: u64,
    json: PathBuf,
}

impl Wanted {
    /// Reads the arguments; a sentence when they make no sense.
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut wanted = Self {
            parts: Vec::new(),
            stores: Backend::USUAL.to_vec(),
            quick: false,
            rounds: None,
            messages: 10_000_000,
            json: target().join("bench.json"),
        };
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or_else(|| format!("What follows {argument} is missing."));
            let number = |text: String| text.parse::<u64>().map_err(|_| format!("{text} is no number."));
            match argument.as_str() {
                "--quick" => wanted.quick = true,
                "--rounds" => wanted.rounds = Some(number(value()?)?.max(1) as usize),
                "--messages" => wanted.messages = number(value()?)?,
                "--json" => wanted.json = PathBuf::from(value()?),
                "--stores" => wanted.stores = value()?.split(',').map(str::parse).collect::<Result<_, _>>()?,
                part if parts::NAMES.contains(&part) => wanted.parts.push(part.to_owned()),
                other => return Err(format!("There is no {other}.")),
            }
        }
        Ok(wanted)
    }

    fn runs(&self, part: &str) -> bool {
        if self.parts.is_empty() {
            !parts::NAMED_ONLY.contains(&part)
        } else {
            self.parts.iter().any(|name| name == part)
        }
    }

    fn plan(&self, stores: Vec<Backend>) -> Plan {
        let messages = self.messages;
        if self.quick {
            let (rounds, window) = (self.rounds.unwrap_or(1), Duration::from_secs(3));
            Plan { rounds, window, repeats: 50, idle: vec![1_000], stores, messages }
        } else {
            let (rounds, window) = (self.rounds.unwrap_or(3), Duration::from_secs(10));
            Plan { rounds, window, repeats: 200, idle: vec![1_000, 10_000], stores, messages }
        }
    }
}

fn main() {
    allow_many_files();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("serve") => return child::serve(),
        Some("--help" | "-h") => return println!("{HELP}"),
        _ => {}
    }
    let wanted = Wanted::read(arguments.into_iter()).unwrap_or_else(|wrong| {
        eprintln!("{wrong}\n\n{HELP}");
        std::process::exit(2);
    });
    let mut report = Report::default();
    report.fact("cores", json!(std::thread::available_parallelism().map_or(0, usize::from)));
    let mut stores = wanted.stores.clone();
    stores.retain(|store| match store.missing() {
        Some(reason) => {
            report.skip(&format!("Talker on {store}"), &reason);
            false
        }
        None => true,
    });
    let plan = wanted.plan(stores);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    for part in parts::NAMES.into_iter().filter(|part| !plan.stores.is_empty() && wanted.runs(part)) {
        let local = tokio::task::LocalSet::new();
        local.block_on(&runtime, parts::run(part, &plan, &mut report));
    }
    report.save(&wanted.json);
}

/// A socket is a file, and there are many of them.
fn allow_many_files() {
    const WANTED: u64 = 65_536;
    let limit = getrlimit(Resource::Nofile);
    let all = Rlimit { current: Some(WANTED), maximum: Some(WANTED.max(limit.maximum.unwrap_or(WANTED))) };
    if setrlimit(Resource::Nofile, all).is_err() {
        let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
    }
}
