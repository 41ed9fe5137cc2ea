//! Servers of a test's own, by the scripts in `tests/services`: to be killed, paused, and started again where they were.

use std::io::Write;
use std::net::SocketAddr;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::time::Instant;

/// How long a server may take to answer again after a fault.
const BACK_WITHIN: Duration = Duration::from_secs(30);

/// What `fetch` answers when a server cannot run on this machine.
const CANNOT: i32 = 75;

/// A kind of server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// PostgreSQL, which waits for the disk as it does where people's words are at stake.
    Postgres,
    /// Valkey, which keeps nothing.
    Valkey,
    /// SecantusDB, which speaks MongoDB's protocol.
    Mongo,
}

impl Kind {
    fn script(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Valkey => "valkey",
            Self::Mongo => "mongo",
        }
    }
}

/// The folder of the repository.
pub fn repository() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    folder.canonicalize().expect("the repository is there")
}

/// A running server in a folder of its own. When this process goes, however it goes, the server goes as well.
pub struct Service {
    kind: Kind,
    home: PathBuf,
    /// Where it listens: the same for all its life.
    pub address: SocketAddr,
    url: String,
    guard: Child,
}

impl Service {
    /// Starts one; the reason when it cannot be had here.
    pub async fn start(kind: Kind) -> Result<Self, String> {
        if !repository().join("tests/services").join(kind.script()).exists() {
            return Err(format!("there is no tests/services/{}", kind.script()));
        }
        tokio::task::spawn_blocking(move || Self::start_now(kind)).await.expect("it starts or says why not")
    }

    fn start_now(kind: Kind) -> Result<Self, String> {
        let home = tempfile::Builder::new().prefix("talker-").tempdir().expect("a folder").keep();
        let fetched = script(kind, &home, "fetch");
        if fetched.code == CANNOT {
            let _ = std::fs::remove_dir_all(&home);
            return Err(fetched.said);
        }
        assert_eq!(fetched.code, 0, "{kind:?} is not fetched: {}", fetched.said);
        let guard = guard(kind, &home);
        for word in ["start", "ready"] {
            let run = script(kind, &home, word);
            assert_eq!(run.code, 0, "{kind:?} does not {word}: {}", run.said);
        }
        let url = script(kind, &home, "url").said.trim().to_owned();
        let address = address(&url);
        Ok(Self { kind, home, address, url, guard })
    }

    /// Where it is, for a client that goes through `line` instead of straight to it.
    pub fn url_by(&self, line: SocketAddr) -> String {
        self.url.replacen(&self.address.to_string(), &line.to_string(), 1)
    }

    /// Ends it as a power cut would: all its processes at once, with no chance to tidy up.
    pub fn kill(&self) {
        for pid in self.processes() {
            let _ = kill_process(pid, Signal::KILL);
        }
    }

    /// Stops its processes where they stand: its connections stay, and nothing answers.
    pub fn pause(&self) {
        for pid in self.processes() {
            let _ = kill_process(pid, Signal::STOP);
        }
    }

    /// Lets paused processes go on.
    pub fn go_on(&self) {
        for pid in self.processes() {
            let _ = kill_process(pid, Signal::CONT);
        }
    }

    /// Starts it again on the same port and folder.
    pub async fn again(&self) {
        let give_up = Instant::now() + BACK_WITHIN;
        loop {
            let (kind, home) = (self.kind, self.home.clone());
            let run = tokio::task::spawn_blocking(move || script(kind, &home, "again")).await.expect("the script runs");
            if run.code == 0 {
                return;
            }
            // What it held is free a moment after the last of its processes has gone.
            assert!(Instant::now() < give_up, "{kind:?} does not come back: {}", run.said);
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }

    /// Its processes, the first of them first.
    fn processes(&self) -> Vec<Pid> {
        let run = script(self.kind, &self.home, "pid");
        let first = run.said.trim().parse().ok().and_then(Pid::from_raw);
        let mut all: Vec<Pid> = first.into_iter().collect();
        let mut at = 0;
        while let Some(parent) = all.get(at).copied() {
            all.extend(children(parent));
            at += 1;
        }
        all
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.kill();
        // Nothing is left to be stopped.
        let _ = std::fs::remove_dir_all(&self.home);
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

/// The processes that `parent` has begun.
fn children(parent: Pid) -> Vec<Pid> {
    let Ok(folder) = std::fs::read_dir("/proc") else { return Vec::new() };
    let pids = folder.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<i32>().ok());
    let is_child = |pid: &i32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        // The name stands in brackets and may hold anything.
        let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
        after.split_whitespace().nth(1).and_then(|ppid| ppid.parse().ok()) == Some(parent.as_raw_nonzero().get())
    };
    pids.filter(is_child).filter_map(Pid::from_raw).collect()
}

struct Run {
    code: i32,
    said: String,
}

fn script(kind: Kind, home: &Path, word: &str) -> Run {
    let output = Command::new(repository().join("tests/services").join(kind.script()))
        .arg(word)
        .env("SERVICE_HOME", home)
        .env("SERVICE_DURABLE", "on")
        .stdin(Stdio::null())
        .stdout(Stdio::from(file(home, "said")))
        .stderr(Stdio::from(file(home, "complained")))
        .status()
        .expect("the script runs");
    let read = |name: &str| std::fs::read_to_string(home.join(name)).unwrap_or_default();
    let said = if output.success() { read("said") } else { read("said") + &read("complained") };
    Run { code: output.code().unwrap_or(-1), said }
}

/// Files, not pipes: a server that goes on would hold a pipe open.
fn file(home: &Path, name: &str) -> std::fs::File {
    std::fs::File::create(home.join(name)).expect("a file")
}

/// A process that outlives this one just long enough to stop the server: it is told by the end of a pipe.
fn guard(kind: Kind, home: &Path) -> Child {
    const WATCH: &str = r#"trap '' INT TERM HUP; echo here >"$1/guarded"; read -r _; [ -d "$1" ] || exit 0
        "$2" stop; rm -rf "$1""#;
    let script = repository().join("tests/services").join(kind.script());
    let mut guard = Command::new("bash")
        .args(["-c", WATCH, "guard"])
        .arg(home)
        .arg(script)
        .env("SERVICE_HOME", home)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .expect("bash runs");
    if let Some(pipe) = &mut guard.stdin {
        let _ = pipe.flush();
    }
    guard
}

fn address(url: &str) -> SocketAddr {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let host = host.split(['/', '?']).next().unwrap_or(host);
    host.parse().unwrap_or_else(|_| panic!("{host} is an address"))
}
