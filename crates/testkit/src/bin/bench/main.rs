//! `make bench`: Talker beside a bare relay, in one run on one machine.
//!
//! The server is a child process, the generator is one thread of this one. `bench --help` says what can be chosen.

mod child;
mod client;
mod figures;
mod parts;
mod relay;
mod stamp;
mod talker;

use std::path::PathBuf;
use std::time::Duration;

use figures::Report;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::json;

const HELP: &str = "bench [PART…] [--quick] [--rounds N] [--json FILE]

Parts: paced   tokens at 50 a second in 1 to 400 chats: how late they are
       flat    tokens as fast as they go in 1, 50 and 400 chats
       first   from a message to the first token of its reply, by the length of the chat
       accept  messages taken a second
       idle    memory of idle sockets
       open    opening a chat of 10 and of 100,000 messages
All of them when none is named. --quick measures shorter and once.";

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
}

/// Where temporary databases and the figures go: on the disk the code is on.
pub fn target() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from);
    std::fs::create_dir_all(&target).expect("a target folder");
    target
}

fn main() {
    allow_many_files();
    let mut arguments = std::env::args().skip(1);
    let (mut named, mut quick, mut rounds, mut json) = (Vec::new(), false, None, target().join("bench.json"));
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "serve" => return child::serve(),
            "--help" | "-h" => return println!("{HELP}"),
            "--quick" => quick = true,
            "--rounds" => rounds = arguments.next().and_then(|rounds| rounds.parse().ok()),
            "--json" => json = arguments.next().map_or(json, PathBuf::from),
            part if parts::NAMES.contains(&part) => named.push(part.to_owned()),
            other => {
                eprintln!("There is no {other}.\n\n{HELP}");
                std::process::exit(2);
            }
        }
    }
    let plan = if quick {
        Plan { rounds: rounds.unwrap_or(1), window: Duration::from_secs(3), repeats: 50, idle: vec![1_000] }
    } else {
        Plan { rounds: rounds.unwrap_or(3), window: Duration::from_secs(10), repeats: 200, idle: vec![1_000, 10_000] }
    };
    let mut report = Report::default();
    report.fact("cores", json!(std::thread::available_parallelism().map_or(0, usize::from)));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    for part in parts::NAMES.into_iter().filter(|part| named.is_empty() || named.iter().any(|name| name == part)) {
        let local = tokio::task::LocalSet::new();
        local.block_on(&runtime, parts::run(part, &plan, &mut report));
    }
    report.save(&json);
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
