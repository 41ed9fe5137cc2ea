//! The stories of faults, a room for each part that fails.

pub mod behind;
pub mod bus;
pub mod chat_log;
pub mod processes;
pub mod servers;

use std::time::Duration;

use testkit::cluster::{Cluster, Plan, Servers, node};

/// How long it may take until all is well again: a lease, a sweep, and a little.
pub const HEALED: Duration = Duration::from_secs(25);

/// Runs a story on a cluster with these settings, where there can be one. No number of nodes is as many as this version
/// can have.
pub async fn tell(
    name: &str,
    servers: &str,
    nodes: usize,
    settings: &[(&str, &str)],
    story: impl AsyncFnOnce(&mut Cluster),
) {
    let servers = match servers {
        "postgres" => Servers::Postgres,
        "redis" => Servers::Redis,
        _ => Servers::Mongo,
    };
    let many = node::binary().is_ok_and(|binary| node::abilities(&binary).bus);
    let nodes = match nodes {
        0 if many => 2,
        0 => 1,
        nodes => nodes,
    };
    let environment = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let plan = Plan { worker: name.contains("worker"), environment, ..Plan::of(servers, nodes) };
    match Cluster::start(plan).await {
        Ok(mut cluster) => story(&mut cluster).await,
        Err(why) => println!("SKIPPED: {name} - {}", why.trim()),
    }
}
