//! The chat log in a server of its own.

use std::time::Duration;

use testkit::cluster::Cluster;

use super::HEALED;

pub async fn mongo_is_killed_in_mid_turns(cluster: &mut Cluster) {
    cluster.gather(2, 2, 2).await;
    let chatter = cluster.chatter(Duration::from_millis(300));
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_millis(1_300)).await;
        cluster.journal.note("fault", "MongoDB is killed");
        cluster.mongo().kill();
        tokio::time::sleep(Duration::from_millis(700)).await;
        cluster.mongo().again().await;
        cluster.journal.note("fault", "MongoDB is back");
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    drop(chatter);
    cluster.must_hold(HEALED).await;
}

pub async fn mongo_is_paused(cluster: &mut Cluster) {
    cluster.gather(2, 2, 1).await;
    let chatter = cluster.chatter(Duration::from_millis(900));
    tokio::time::sleep(Duration::from_secs(1)).await;
    cluster.journal.note("fault", "MongoDB is paused");
    cluster.mongo().pause();
    tokio::time::sleep(Duration::from_secs(10)).await;
    cluster.mongo().go_on();
    cluster.journal.note("fault", "MongoDB goes on");
    tokio::time::sleep(Duration::from_secs(1)).await;
    drop(chatter);
    cluster.must_hold(HEALED).await;
}
