//! The real binary as a process of its own, to be killed.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::process::{Child, Command};

/// The release binary, when the environment names one (`TALKER_BIN`).
pub fn binary() -> Option<PathBuf> {
    let path = std::env::var_os("TALKER_BIN").map(PathBuf::from);
    if path.is_none() {
        println!("SKIPPED: TALKER_BIN names no binary");
    }
    path
}

/// A client for a server of its own process.
pub fn client() -> reqwest::Client {
    // Another test of this process may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

/// An address of this machine that is free now.
pub fn free_address() -> SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port")
}

/// A running `talker serve`, or `talker worker`.
pub struct Process {
    /// Where it listens.
    pub address: SocketAddr,
    child: Child,
}

impl Process {
    /// Starts the server on a data folder and waits until it answers.
    pub async fn start(binary: &Path, data: &Path, environment: &[(&str, &str)]) -> Self {
        Self::begin(binary, ["serve", "TALKER_ADDRESS"], data, environment).await
    }

    /// Starts a worker and waits until it answers.
    pub async fn start_worker(binary: &Path, data: &Path, environment: &[(&str, &str)]) -> Self {
        Self::begin(binary, ["worker", "TALKER_WORKER_ADDRESS"], data, environment).await
    }

    async fn begin(
        binary: &Path,
        [command, address_setting]: [&str; 2],
        data: &Path,
        environment: &[(&str, &str)],
    ) -> Self {
        let address = free_address();
        let log =
            std::fs::OpenOptions::new().create(true).append(true).open(data.join("server.log")).expect("a log file");
        let child = Command::new(binary)
            .arg(command)
            .env("TALKER_DATA_DIR", data)
            // The model is asked for what a test asks for.
            .env("TALKER_BOND_JUDGE", "words")
            .env(address_setting, address.to_string())
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a second handle"))
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .expect("the binary starts");
        let mut process = Self { address, child };
        process.wait_until_ready().await;
        process
    }

    async fn wait_until_ready(&mut self) {
        let client = client();
        for _ in 0..600 {
            if let Ok(Some(status)) = self.child.try_wait() {
                panic!("the server ended with {status}");
            }
            let url = format!("http://{}/healthz", self.address);
            if client.get(url).send().await.is_ok_and(|response| response.status().is_success()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the server is not ready after 30 s");
    }

    /// Asks it to stop, as a service manager would, and waits until it has.
    pub async fn stop(mut self) -> ExitStatus {
        let id = self.child.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
        rustix::process::kill_process(id.expect("it runs"), rustix::process::Signal::TERM).expect("it can be asked");
        let ended = tokio::time::timeout(Duration::from_secs(30), self.child.wait()).await;
        ended.expect("it ends within 30 s").expect("its end is known")
    }

    /// Kills it as the kernel would: no chance to tidy up.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("it can be killed");
    }
}
