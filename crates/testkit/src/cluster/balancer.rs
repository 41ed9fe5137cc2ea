//! A line of TCP that can be disturbed: between people and nodes it is a plain load balancer, between a node and a server
//! it is the cable.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How long a node may take to accept.
const CONNECT: Duration = Duration::from_secs(1);

/// How often a balancer asks nodes whether they are there, and how long they may take.
const PROBE: Duration = Duration::from_millis(500);

/// No connection is to be cut after some bytes.
const NEVER: i64 = i64::MAX;

/// What passes a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Traffic {
    /// Everything.
    Flows,
    /// Nothing, for now: what was sent arrives later.
    Waits,
    /// No connection: those there were are cut, new ones are refused.
    Refused,
}

/// A line to one of several places.
pub struct Line {
    /// Where it begins.
    pub address: SocketAddr,
    shared: Arc<Shared>,
    tasks: Vec<JoinHandle<()>>,
}

struct Shared {
    ends: Mutex<Vec<End>>,
    next: AtomicUsize,
    traffic: watch::Sender<Traffic>,
    /// Counted up to cut all connections there are.
    cuts: watch::Sender<u64>,
    /// Counted up to let all connections there are fall silent for ever.
    lost: AtomicU64,
    /// Bytes until a connection is cut.
    left: AtomicI64,
    delay: AtomicU64,
    /// Where connections that come from an address go.
    open: Mutex<HashMap<SocketAddr, SocketAddr>>,
}

struct End {
    address: SocketAddr,
    healthy: bool,
}

impl Line {
    /// A line to the first of `ends` that accepts, beginning with another each time.
    pub async fn to(ends: &[SocketAddr]) -> Self {
        Self::begin(ends, false).await
    }

    /// The same, but asks each end over HTTP whether it is well, and leaves those out that are not.
    pub async fn balancing(ends: &[SocketAddr]) -> Self {
        Self::begin(ends, true).await
    }

    async fn begin(ends: &[SocketAddr], probing: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let ends = ends.iter().map(|address| End { address: *address, healthy: true }).collect();
        let shared = Arc::new(Shared {
            ends: Mutex::new(ends),
            next: AtomicUsize::new(0),
            traffic: watch::Sender::new(Traffic::Flows),
            cuts: watch::Sender::new(0),
            lost: AtomicU64::new(0),
            left: AtomicI64::new(NEVER),
            delay: AtomicU64::new(0),
            open: Mutex::default(),
        });
        let mut tasks = vec![tokio::spawn(accept(listener, Arc::clone(&shared)))];
        if probing {
            tasks.push(tokio::spawn(probe(Arc::clone(&shared))));
        }
        Self { address, shared, tasks }
    }

    /// Where the connection goes that comes from `near`.
    pub fn end_of(&self, near: SocketAddr) -> Option<SocketAddr> {
        self.shared.open.lock().get(&near).copied()
    }

    /// Sets what passes.
    pub fn set(&self, traffic: Traffic) {
        self.shared.traffic.send_replace(traffic);
        if traffic == Traffic::Refused {
            self.cut();
        }
    }

    /// Cuts all connections there are.
    pub fn cut(&self) {
        self.shared.cuts.send_modify(|cuts| *cuts += 1);
    }

    /// Lets the connections there are fall silent for ever, as behind a gateway that forgot them: nothing arrives, and
    /// nobody is told. New ones work.
    pub fn lose(&self) {
        self.shared.lost.fetch_add(1, Ordering::SeqCst);
    }

    /// Cuts the connection over which the last of so many bytes goes, in the middle of what it says.
    pub fn cut_after(&self, bytes: u32) {
        self.shared.left.store(i64::from(bytes), Ordering::SeqCst);
    }

    /// Lets everything arrive so much later.
    pub fn delay(&self, delay: Duration) {
        self.shared.delay.store(delay.as_micros().try_into().unwrap_or(u64::MAX), Ordering::SeqCst);
    }

    /// All as it should be.
    pub fn heal(&self) {
        self.shared.left.store(NEVER, Ordering::SeqCst);
        self.delay(Duration::ZERO);
        self.set(Traffic::Flows);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
        self.cut();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let Ok((near, _)) = listener.accept().await else { continue };
        if *shared.traffic.borrow() == Traffic::Refused {
            abort(&near);
            continue;
        }
        tokio::spawn(connect(near, Arc::clone(&shared)));
    }
}

/// Lets a connection end with a reset instead of a goodbye.
fn abort(stream: &TcpStream) {
    let _ = stream.set_zero_linger();
}

async fn connect(near: TcpStream, shared: Arc<Shared>) {
    let _ = near.set_nodelay(true);
    let Some(far) = shared.reach().await else { return abort(&near) };
    let _ = far.set_nodelay(true);
    abort(&near);
    abort(&far);
    let from = near.peer_addr().ok().zip(far.peer_addr().ok());
    shared.open.lock().extend(from);
    let lost = shared.lost.load(Ordering::SeqCst);
    let mut cuts = shared.cuts.subscribe();
    let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
    let both = async {
        tokio::select! {
            () = shared.copy(near_in, far_out, lost) => {}
            () = shared.copy(far_in, near_out, lost) => {}
        }
    };
    tokio::select! {
        () = both => {}
        _ = cuts.changed() => {}
    }
    if let Some((near, _)) = from {
        shared.open.lock().remove(&near);
    }
}

impl Shared {
    /// The next end that accepts.
    async fn reach(&self) -> Option<TcpStream> {
        let order: Vec<SocketAddr> = {
            let ends = self.ends.lock();
            let first = self.next.fetch_add(1, Ordering::Relaxed);
            let around = (0..ends.len()).filter_map(|n| ends.get((first + n) % ends.len()));
            let (well, ill): (Vec<&End>, Vec<&End>) = around.partition(|end| end.healthy);
            // Where none seems well, any is tried.
            let chosen = if well.is_empty() { ill } else { well };
            chosen.into_iter().map(|end| end.address).collect()
        };
        for address in order {
            if let Ok(Ok(stream)) = tokio::time::timeout(CONNECT, TcpStream::connect(address)).await {
                return Some(stream);
            }
        }
        None
    }

    async fn copy(&self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf, lost: u64) {
        let mut buffer = vec![0; 16 * 1024];
        let mut traffic = self.traffic.subscribe();
        loop {
            let Ok(read @ 1..) = from.read(&mut buffer).await else { return };
            if traffic.wait_for(|traffic| *traffic != Traffic::Waits).await.is_err() {
                return;
            }
            if self.lost.load(Ordering::SeqCst) != lost {
                std::future::pending::<()>().await;
            }
            let delay = self.delay.load(Ordering::SeqCst);
            if delay > 0 {
                tokio::time::sleep(Duration::from_micros(delay)).await;
            }
            let Some(passes) = self.take(read) else { return };
            if to.write_all(&buffer[..passes]).await.is_err() || passes < read {
                return;
            }
        }
    }

    /// How many of so many bytes pass before the cut, if it is not long past.
    fn take(&self, bytes: usize) -> Option<usize> {
        let left = self.left.load(Ordering::SeqCst);
        if left == NEVER {
            return Some(bytes);
        }
        let bytes = i64::try_from(bytes).unwrap_or(NEVER);
        let before = self.left.fetch_sub(bytes, Ordering::SeqCst);
        if before > bytes {
            return usize::try_from(bytes).ok();
        }
        // Only the one that crosses the mark is cut.
        self.left.store(NEVER, Ordering::SeqCst);
        usize::try_from(before.max(0)).ok()
    }
}

/// Asks the ends again and again whether they are well.
async fn probe(shared: Arc<Shared>) {
    let client = reqwest::Client::builder().timeout(PROBE * 3).pool_max_idle_per_host(0).build().expect("a client");
    loop {
        let ends: Vec<SocketAddr> = shared.ends.lock().iter().map(|end| end.address).collect();
        let asked = ends.iter().map(|end| client.get(format!("http://{end}/healthz")).send());
        let answers = futures_util::future::join_all(asked).await;
        for (end, answer) in shared.ends.lock().iter_mut().zip(answers) {
            end.healthy = answer.is_ok_and(|answer| answer.status().is_success());
        }
        tokio::time::sleep(PROBE).await;
    }
}
