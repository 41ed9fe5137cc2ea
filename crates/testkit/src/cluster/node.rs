//! A process of Talker: a node that serves, or a worker. It can be killed, paused, told to stop, and started again.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::time::Instant;

/// How long a node may take until it answers.
const READY_WITHIN: Duration = Duration::from_secs(30);

/// What a process is told: `serve` or `worker`, and its settings.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Its name in journals.
    pub name: String,
    /// The binary.
    pub binary: PathBuf,
    /// The command.
    pub command: &'static str,
    /// Variables of its environment, beside the folder and the address.
    pub environment: Vec<(String, String)>,
    /// A command that runs it: the binary and its command are added.
    pub wrapper: Vec<String>,
}

/// A process, running or not, with an address and a folder for all its life.
pub struct Node {
    /// Its name.
    pub name: String,
    /// Where it listens, when it is a node that serves.
    pub address: SocketAddr,
    setting: Setting,
    folder: PathBuf,
    child: Option<Child>,
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address").port()
}

/// The binary: the one that `TALKER_BIN` names, else the one that was built beside this program.
pub fn binary() -> Result<PathBuf, String> {
    if let Some(named) = std::env::var_os("TALKER_BIN") {
        return Ok(PathBuf::from(named));
    }
    let this = std::env::current_exe().map_err(|error| error.to_string())?;
    let beside = this.ancestors().skip(1).take(2).map(|folder| folder.join("talker")).find(|path| path.is_file());
    beside.ok_or_else(|| "TALKER_BIN names no binary, and none was built".to_owned())
}

/// What this version of Talker can do, by its own word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abilities {
    /// Its nodes hear of each other: it uses `REDIS_URL`.
    pub bus: bool,
    /// It uses `MONGODB_URL`.
    pub mongo: bool,
    /// It has workers.
    pub worker: bool,
}

/// Asks the binary what it can do.
pub fn abilities(binary: &Path) -> Abilities {
    let ask = |words: &[&str]| std::process::Command::new(binary).args(words).output().ok();
    let reference = ask(&["config", "--reference"]).map(|said| String::from_utf8_lossy(&said.stdout).into_owned());
    let reference = reference.unwrap_or_default();
    let uses = |name: &str| {
        let row = reference.lines().find(|line| line.starts_with(&format!("| `{name}`")));
        row.is_some_and(|row| !row.contains("Named for deployments that have it"))
    };
    let worker = ask(&["worker", "--help"]).is_some_and(|said| said.status.success());
    Abilities { bus: uses("REDIS_URL"), mongo: uses("MONGODB_URL"), worker }
}

impl Node {
    /// A process that is not started yet, with a new folder below `home`.
    pub fn new(setting: Setting, home: &Path) -> Self {
        let folder = home.join(&setting.name);
        std::fs::create_dir_all(&folder).expect("a folder");
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
        Self { name: setting.name.clone(), address, setting, folder, child: None }
    }

    /// Starts it, and does not wait.
    pub fn begin(&mut self) {
        assert!(self.child.is_none(), "{} runs already", self.name);
        let path = self.log_path();
        let log = std::fs::OpenOptions::new().create(true).append(true).open(path).expect("a log file");
        let mut words = self.setting.wrapper.iter().map(PathBuf::from).chain([self.setting.binary.clone()]);
        let child = Command::new(words.next().expect("a program"))
            .args(words)
            .arg(self.setting.command)
            // Settings of whoever runs the test have no say here.
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .env("TALKER_DATA_DIR", &self.folder)
            .env(
                if self.setting.command == "worker" { "TALKER_WORKER_ADDRESS" } else { "TALKER_ADDRESS" },
                self.address.to_string(),
            )
            .envs(self.setting.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a second handle"))
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .expect("the binary starts");
        self.child = Some(child);
    }

    /// Waits until it answers.
    pub async fn ready(&mut self) {
        let give_up = Instant::now() + READY_WITHIN;
        while Instant::now() < give_up {
            if let Some(Ok(Some(status))) = self.child.as_mut().map(Child::try_wait) {
                panic!("{} ended with {status}:\n{}", self.name, self.log());
            }
            if self.answers().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{} is not ready after {READY_WITHIN:?}:\n{}", self.name, self.log());
    }

    async fn answers(&self) -> bool {
        let url = format!("http://{}/healthz", self.address);
        let asked = crate::process::client().get(url).timeout(Duration::from_secs(2)).send().await;
        asked.is_ok_and(|answer| answer.status().is_success())
    }

    /// Starts it and waits until it answers.
    pub async fn start(&mut self) {
        self.begin();
        self.ready().await;
    }

    /// Starts it again when it has ended by itself, as whoever supervises services does; whether that was so.
    pub fn supervise(&mut self) -> bool {
        let ended = self.child.as_mut().is_some_and(|child| !matches!(child.try_wait(), Ok(None)));
        if ended {
            self.child = None;
            self.begin();
        }
        ended
    }

    /// Waits until it answers, and starts it again whenever it ends before that.
    pub async fn insist(&mut self) {
        let give_up = Instant::now() + READY_WITHIN;
        while !self.answers().await {
            self.supervise();
            assert!(Instant::now() < give_up, "{} is not ready after {READY_WITHIN:?}:\n{}", self.name, self.log());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Changes its settings for the next start.
    pub fn set(&mut self, name: &str, value: &str) {
        self.setting.environment.retain(|(known, _)| known != name);
        self.setting.environment.push((name.to_owned(), value.to_owned()));
    }

    /// Whether it was started and has not been ended here.
    pub fn runs(&self) -> bool {
        self.child.is_some()
    }

    /// Ends it as the kernel would: no chance to tidy up.
    pub async fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().await.expect("it can be killed");
        }
    }

    /// Stops it where it stands: its connections stay, and nothing answers.
    pub fn pause(&self) {
        self.signal(Signal::STOP);
    }

    /// Lets it go on.
    pub fn go_on(&self) {
        self.signal(Signal::CONT);
    }

    /// Tells it to stop, and waits for its end.
    pub async fn stop(&mut self, within: Duration) -> ExitStatus {
        self.signal(Signal::TERM);
        let mut child = self.child.take().expect("it runs");
        match tokio::time::timeout(within, child.wait()).await {
            Ok(status) => status.expect("it ends"),
            Err(_) => panic!("{} did not stop within {within:?}:\n{}", self.name, self.log()),
        }
    }

    fn signal(&self, signal: Signal) {
        let pid =
            self.child.as_ref().and_then(Child::id).and_then(|pid| i32::try_from(pid).ok()).and_then(Pid::from_raw);
        kill_process(pid.expect("it runs"), signal).expect("it takes a signal");
    }

    fn log_path(&self) -> PathBuf {
        self.folder.join("talker.log")
    }

    /// Its folder as it sees it, which a wrapper may have put another in place of.
    pub fn folder(&self) -> PathBuf {
        let pid = self.child.as_ref().and_then(Child::id).expect("it runs");
        let inside = self.folder.strip_prefix("/").unwrap_or(&self.folder);
        Path::new("/proc").join(pid.to_string()).join("root").join(inside)
    }

    /// Everything it has logged in all its lives.
    pub fn log(&self) -> String {
        std::fs::read(self.log_path()).map(|log| String::from_utf8_lossy(&log).into_owned()).unwrap_or_default()
    }

    /// What its log must not hold: a panic, or one of `words`.
    pub fn complaints(&self, words: &[&str]) -> Vec<String> {
        let log = self.log();
        let wrong = |line: &&str| {
            line.contains("panicked") || line.contains("corrupt") || words.iter().any(|word| line.contains(word))
        };
        log.lines().filter(wrong).take(5).map(|line| format!("{} logs: {line}", self.name)).collect()
    }
}
