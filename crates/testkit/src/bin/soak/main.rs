//! `make soak`: people talk over a whole cluster while everything is killed, paused and cut off, in an order that follows
//! from a seed. At quiet points, and at the end, everything that must hold is checked.

mod schedule;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use schedule::{Fault, Server, Step, What, schedule};
use testkit::cluster::checker::Checker;
use testkit::cluster::node::Abilities;
use testkit::cluster::{Act, Cluster, Line, Node, Person, Plan, Servers, Service, Traffic, node};
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;
use tokio::time::Instant;

const HELP: &str = "soak [--seed N] [--minutes N] [--servers postgres|redis|mongo] [--nodes N] [--schedule]

People talk over three nodes (one, where nodes do not hear of each other) and a worker while faults are injected; what must hold is checked.
The seed gives the schedule of faults; --schedule only prints it. Without --servers, all that can be had are used.";

/// How long it may take until all is at rest, when all is well again.
const REST: Duration = Duration::from_secs(45);

/// What is asked for.
struct Wish {
    seed: u64,
    minutes: u64,
    servers: Option<Servers>,
    nodes: usize,
    only_schedule: bool,
}

fn wish() -> Result<Wish, String> {
    let seed = rand::random_range(1..1_000_000);
    let nodes = if node::binary().is_ok_and(|binary| node::abilities(&binary).bus) { 3 } else { 1 };
    let mut wish = Wish { seed, minutes: 3, servers: None, nodes, only_schedule: false };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} wants a value"));
        match argument.as_str() {
            "--seed" => wish.seed = value()?.parse().map_err(|_| "the seed is a number")?,
            "--minutes" => wish.minutes = value()?.parse().map_err(|_| "minutes are a number")?,
            "--nodes" => wish.nodes = value()?.parse().map_err(|_| "nodes are a number")?,
            "--servers" => {
                wish.servers = match value()?.as_str() {
                    "postgres" => Some(Servers::Postgres),
                    "redis" => Some(Servers::Redis),
                    "mongo" => Some(Servers::Mongo),
                    other => return Err(format!("there are no servers {other}")),
                }
            }
            "--schedule" => wish.only_schedule = true,
            _ => return Err(HELP.to_owned()),
        }
    }
    Ok(wish)
}

#[tokio::main(worker_threads = 2)]
async fn main() -> ExitCode {
    let wish = match wish() {
        Ok(wish) => wish,
        Err(help) => {
            eprintln!("{help}");
            return ExitCode::from(2);
        }
    };
    let able = match node::binary() {
        Ok(binary) => node::abilities(&binary),
        Err(why) => {
            println!("SKIPPED: soak - {why}");
            return ExitCode::SUCCESS;
        }
    };
    let all = [Servers::Mongo, Servers::Redis, Servers::Postgres];
    for servers in wish.servers.map_or(all.to_vec(), |servers| vec![servers]) {
        let plan = Plan { worker: able.worker, ..Plan::of(servers, wish.nodes) };
        let steps = schedule(wish.seed, wish.minutes, &those(servers, able), wish.nodes + usize::from(plan.worker));
        if wish.only_schedule {
            steps.iter().for_each(|step| println!("{step}"));
            return ExitCode::SUCCESS;
        }
        match Cluster::start(plan).await {
            Ok(cluster) => {
                println!("seed {}, {} minutes, {servers:?}", wish.seed, wish.minutes);
                // Told to stop, it takes its processes and servers with it.
                return tokio::select! {
                    code = soak(cluster, wish.seed, &steps) => code,
                    () = told_to_stop() => ExitCode::from(130),
                };
            }
            Err(why) => println!("SKIPPED: soak on {servers:?} - {}", why.trim()),
        }
    }
    ExitCode::SUCCESS
}

async fn told_to_stop() {
    let mut terminated = signal(SignalKind::terminate()).expect("signals can be heard");
    tokio::select! {
        _ = terminated.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

/// The servers that can fail.
fn those(servers: Servers, able: Abilities) -> Vec<Server> {
    let mut those = vec![Server::Postgres];
    if able.bus && servers != Servers::Postgres {
        those.push(Server::Redis);
    }
    if servers == Servers::Mongo {
        those.push(Server::Mongo);
    }
    those
}

async fn soak(mut cluster: Cluster, seed: u64, steps: &[Step]) -> ExitCode {
    cluster.gather(4, 3, 2).await;
    let quiet = Arc::new(AtomicBool::new(false));
    let people = talk(&cluster, seed, &quiet);
    let (degraded, watching) = watch(&cluster);
    let mut checker = Checker::default();
    let mut began = Instant::now();
    for step in steps {
        while Instant::now() < began + step.at {
            tokio::time::sleep_until((began + step.at).min(Instant::now() + Duration::from_millis(500))).await;
            supervise(&mut cluster);
        }
        println!("{step}");
        cluster.journal.note("schedule", step.to_string());
        match step.what {
            What::Begin(fault) => {
                cluster.journal.count("faults");
                begin(&mut cluster, fault).await;
            }
            What::End(fault) => end(&mut cluster, fault).await,
            What::Quiet => {
                quiet.store(true, Ordering::SeqCst);
                for n in 0..cluster.lines.len() {
                    process(&mut cluster, n).insist().await;
                }
                let rested = Instant::now();
                let mut wrong = cluster.settle(REST).await;
                let rested = rested.elapsed();
                wrong.extend(checker.check(&cluster).await);
                if !wrong.is_empty() {
                    report(&cluster, seed, &wrong);
                    return ExitCode::FAILURE;
                }
                println!(
                    "          all holds, at rest after {:.1} s; {}",
                    rested.as_secs_f64(),
                    cluster.journal.counts()
                );
                quiet.store(false, Ordering::SeqCst);
                began = Instant::now();
            }
        }
    }
    people.iter().chain([&watching]).for_each(JoinHandle::abort);
    println!(
        "\nseed {seed}: {}, {} replies, {} interrupted, {} node-seconds degraded",
        cluster.journal.counts(),
        checker.replies,
        checker.interrupted,
        degraded.load(Ordering::Relaxed)
    );
    ExitCode::SUCCESS
}

/// Lets everybody do something every now and then, but when it is to be quiet.
fn talk(cluster: &Cluster, seed: u64, quiet: &Arc<AtomicBool>) -> Vec<JoinHandle<()>> {
    let people = cluster.people.iter().enumerate();
    people.map(|(n, person)| tokio::spawn(live(Arc::clone(person), seed + n as u64, Arc::clone(quiet)))).collect()
}

async fn live(person: Arc<Person>, seed: u64, quiet: Arc<AtomicBool>) {
    let mut random = StdRng::seed_from_u64(seed);
    loop {
        tokio::time::sleep(Duration::from_millis(random.random_range(200..1_200))).await;
        let act = match random.random_range(0..100) {
            0..=49 => Act::Say,
            50..=55 => Act::SayMuch,
            56..=62 => Act::Edit,
            63..=66 => Act::Delete,
            67..=74 => Act::Swipe,
            75..=82 => Act::Regenerate,
            83..=86 => Act::Continue,
            87..=92 => Act::Stop,
            93..=97 => Act::Blink,
            _ => Act::SignOut,
        };
        if !quiet.load(Ordering::SeqCst) {
            person.act(act, &mut random).await;
        }
    }
}

/// Counts the seconds in which a node says that something it needs is not there, or says nothing.
fn watch(cluster: &Cluster) -> (Arc<AtomicU64>, JoinHandle<()>) {
    let counted = Arc::new(AtomicU64::new(0));
    let addresses: Vec<_> = cluster.nodes.iter().map(|node| node.address).collect();
    let seconds = Arc::clone(&counted);
    let watching = tokio::spawn(async move {
        let client = testkit::process::client();
        let mut every = tokio::time::interval(Duration::from_secs(1));
        loop {
            every.tick().await;
            let asked = addresses.iter().map(|address| {
                client.get(format!("http://{address}/readyz")).timeout(Duration::from_millis(900)).send()
            });
            for answer in futures_util::future::join_all(asked).await {
                let well = match answer {
                    Ok(answer) if answer.status().is_success() => {
                        !answer.text().await.unwrap_or_default().contains("degraded")
                    }
                    _ => false,
                };
                seconds.fetch_add(u64::from(!well), Ordering::Relaxed);
            }
        }
    });
    (counted, watching)
}

/// Starts those processes again that have ended by themselves.
fn supervise(cluster: &mut Cluster) {
    for n in 0..cluster.lines.len() {
        let node = process(cluster, n);
        if node.supervise() {
            let name = node.name.clone();
            cluster.journal.note("schedule", format!("{name} ended by itself and is started again"));
            cluster.journal.count("ends by itself");
        }
    }
}

fn process(cluster: &mut Cluster, n: usize) -> &mut Node {
    let nodes = cluster.nodes.len();
    if n < nodes { &mut cluster.nodes[n] } else { cluster.worker.as_mut().expect("a worker") }
}

fn server(cluster: &Cluster, server: Server) -> &Service {
    match server {
        Server::Postgres => cluster.postgres(),
        Server::Redis => cluster.redis(),
        Server::Mongo => cluster.mongo(),
    }
}

fn line(cluster: &Cluster, process: usize, server: Server) -> &Line {
    let lines = &cluster.lines[process];
    let line = match server {
        Server::Postgres => &lines.postgres,
        Server::Redis => &lines.redis,
        Server::Mongo => &lines.mongo,
    };
    line.as_ref().expect("a line to it")
}

async fn begin(cluster: &mut Cluster, fault: Fault) {
    let each = |server| (0..cluster.lines.len()).map(move |n| (n, server));
    match fault {
        Fault::Kill(n) => process(cluster, n).kill().await,
        Fault::Pause(n) => process(cluster, n).pause(),
        Fault::Restart(n) => drop(process(cluster, n).stop(Duration::from_secs(30)).await),
        Fault::KillServer(which) => server(cluster, which).kill(),
        Fault::PauseServer(which) => server(cluster, which).pause(),
        Fault::Part(n, which) => line(cluster, n, which).set(Traffic::Waits),
        Fault::Refuse(n, which) => line(cluster, n, which).set(Traffic::Refused),
        Fault::Lose(n, which) => line(cluster, n, which).lose(),
        Fault::Cut(which, bytes) => each(which).for_each(|(n, which)| line(cluster, n, which).cut_after(bytes)),
        Fault::Slow(which) => {
            each(which).for_each(|(n, which)| line(cluster, n, which).delay(Duration::from_millis(25)));
        }
        Fault::CutPeople(bytes) => cluster.balancer.cut_after(bytes),
    }
}

async fn end(cluster: &mut Cluster, fault: Fault) {
    match fault {
        // It may find its servers away, and end again.
        Fault::Kill(n) | Fault::Restart(n) => process(cluster, n).begin(),
        Fault::Pause(n) => process(cluster, n).go_on(),
        Fault::KillServer(which) => server(cluster, which).again().await,
        Fault::PauseServer(which) => server(cluster, which).go_on(),
        Fault::Part(n, which) | Fault::Refuse(n, which) => line(cluster, n, which).heal(),
        Fault::Cut(which, _) | Fault::Slow(which) => {
            (0..cluster.lines.len()).for_each(|n| line(cluster, n, which).heal());
        }
        Fault::CutPeople(_) => cluster.balancer.heal(),
        Fault::Lose(..) => {}
    }
}

/// Tells what is wrong, and what happened around it.
fn report(cluster: &Cluster, seed: u64, wrong: &[String]) {
    println!("\nseed {seed}: {} promises are broken", wrong.len());
    wrong.iter().for_each(|what| println!("  {what}"));
    let ids = wrong.iter().flat_map(|what| what.split_whitespace());
    let mut words: Vec<&str> = ids
        .map(|word| word.trim_matches(|character: char| !character.is_ascii_alphanumeric()))
        .filter(|word| word.starts_with("ses_"))
        .collect();
    words.sort_unstable();
    words.dedup();
    println!("\nWhat happened there:\n{}", cluster.journal.last(200, &[&words[..], &["schedule"]].concat()));
    println!("The last that happened at all:\n{}", cluster.journal.last(80, &[]));
    println!("The last warnings:\n{}", cluster.warnings(25));
}
