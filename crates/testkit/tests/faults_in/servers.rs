//! The database, and the lines to it.

use std::time::Duration;

use testkit::cluster::{Cluster, Line, Traffic};

use super::HEALED;

pub async fn postgres_is_killed_in_mid_turns(cluster: &mut Cluster) {
    cluster.gather(2, 2, 2).await;
    let chatter = cluster.chatter(Duration::from_millis(300));
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_millis(1_300)).await;
        cluster.journal.note("fault", "PostgreSQL is killed");
        cluster.postgres().kill();
        tokio::time::sleep(Duration::from_millis(700)).await;
        cluster.postgres().again().await;
        cluster.journal.note("fault", "PostgreSQL is back");
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    drop(chatter);
    cluster.must_hold(HEALED).await;
}

pub async fn postgres_is_paused(cluster: &mut Cluster) {
    cluster.gather(2, 2, 1).await;
    let chatter = cluster.chatter(Duration::from_millis(900));
    tokio::time::sleep(Duration::from_secs(1)).await;
    cluster.journal.note("fault", "PostgreSQL is paused");
    cluster.postgres().pause();
    tokio::time::sleep(Duration::from_secs(10)).await;
    cluster.postgres().go_on();
    cluster.journal.note("fault", "PostgreSQL goes on");
    tokio::time::sleep(Duration::from_secs(1)).await;
    drop(chatter);
    cluster.must_hold(HEALED).await;
}

/// Connections to every server end in the middle of what they say, at another byte each time.
pub async fn statements_are_cut_in_the_middle(cluster: &mut Cluster) {
    cluster.gather(2, 2, 2).await;
    let chatter = cluster.chatter(Duration::from_millis(300));
    for n in 0..24_u32 {
        for lines in &cluster.lines {
            lines.all().for_each(|line| line.cut_after(97 + n * 131));
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    cluster.lines.iter().for_each(|lines| lines.all().for_each(Line::heal));
    tokio::time::sleep(Duration::from_millis(500)).await;
    drop(chatter);
    cluster.must_hold(HEALED).await;
}

/// Connections to every server fall silent, as behind a gateway that forgot them: they are given up, and made anew.
pub async fn connections_fall_silent_for_ever(cluster: &mut Cluster) {
    cluster.gather(2, 2, 1).await;
    let chatter = cluster.chatter(Duration::from_millis(400));
    tokio::time::sleep(Duration::from_secs(1)).await;
    for lines in &cluster.lines {
        lines.all().for_each(Line::lose);
        lines.all().for_each(|line| line.set(Traffic::Flows));
    }
    cluster.journal.note("fault", "connections fall silent");
    tokio::time::sleep(Duration::from_secs(2)).await;
    drop(chatter);
    // A statement is waited for 15 s, a connection for a sign of life 3 s, and the end of a reply is tried again.
    cluster.must_hold(Duration::from_secs(40)).await;
}
