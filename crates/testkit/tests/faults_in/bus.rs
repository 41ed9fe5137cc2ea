//! The bus between nodes: without it chats go on, a little slower, and it keeps nothing that could be missed.

use std::time::Duration;

use testkit::cluster::Cluster;

use super::HEALED;

pub async fn redis_is_killed_and_comes_back_empty(cluster: &mut Cluster) {
    cluster.gather(2, 2, 2).await;
    let chatter = cluster.chatter(Duration::from_millis(300));
    for away in [2_500, 700] {
        tokio::time::sleep(Duration::from_millis(1_000)).await;
        cluster.journal.note("fault", "Redis is killed");
        cluster.redis().kill();
        tokio::time::sleep(Duration::from_millis(away)).await;
        cluster.redis().again().await;
        cluster.journal.note("fault", "Redis is back, and empty");
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    drop(chatter);
    let checked = cluster.must_hold(HEALED).await;
    assert_eq!(checked.interrupted, 0, "no reply needs Redis");
}

pub async fn redis_is_paused(cluster: &mut Cluster) {
    cluster.gather(2, 2, 2).await;
    let chatter = cluster.chatter(Duration::from_millis(400));
    tokio::time::sleep(Duration::from_secs(1)).await;
    cluster.journal.note("fault", "Redis is paused");
    cluster.redis().pause();
    tokio::time::sleep(Duration::from_secs(5)).await;
    let taken = cluster.journal.counted("messages");
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert!(cluster.journal.counted("messages") > taken + 5, "people talk while Redis stands still");
    cluster.redis().go_on();
    cluster.journal.note("fault", "Redis goes on");
    tokio::time::sleep(Duration::from_secs(1)).await;
    drop(chatter);
    let checked = cluster.must_hold(HEALED).await;
    assert_eq!(checked.interrupted, 0, "no reply needs Redis");
}
