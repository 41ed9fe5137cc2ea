//! What becomes of people and their words when processes and servers die: real ones, killed, paused, cut off. After each
//! fault everything that `testkit::cluster::checker` holds must hold.

use std::time::Duration;

use testkit::cluster::{Cluster, Plan, Servers, Traffic};

/// How long it may take until all is well again: a lease, a sweep, and a little.
const HEALED: Duration = Duration::from_secs(25);

/// Runs a story on a cluster, where there can be one.
async fn tell(name: &str, plan: Plan, story: impl AsyncFnOnce(&mut Cluster)) {
    match Cluster::start(plan).await {
        Ok(mut cluster) => story(&mut cluster).await,
        Err(why) => println!("SKIPPED: {name} - {}", why.trim()),
    }
}

/// A test of a story for each set of servers.
macro_rules! on {
    ($story:ident: $($servers:ident)+) => {
        mod $story {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $servers() {
                    let name = concat!(stringify!($story), " on ", stringify!($servers));
                    super::tell(name, super::plan(stringify!($servers)), super::stories::$story).await;
                }
            )+
        }
    };
}

fn plan(servers: &str) -> Plan {
    match servers {
        "postgres" => Plan::of(Servers::Postgres, 1),
        "redis" => Plan::of(Servers::Redis, 2),
        _ => Plan::of(Servers::Mongo, 2),
    }
}

on!(a_node_is_killed_in_mid_reply: postgres redis mongo);
on!(postgres_is_killed_in_mid_turns: postgres redis mongo);
on!(postgres_is_paused: postgres redis);
on!(statements_are_cut_in_the_middle: postgres redis mongo);
on!(nodes_are_restarted_one_after_the_other: postgres redis mongo);
on!(two_nodes_claim_the_same_turns: postgres redis mongo);

mod stories {
    use super::*;

    /// The reply of a killed node ends where everybody sees it, and its people go on on another node.
    pub async fn a_node_is_killed_in_mid_reply(cluster: &mut Cluster) {
        cluster.gather(2, 2, 1).await;
        let aya = cluster.people[0].clone();
        let phone = aya.present()[0].clone();
        let said = aya.say(&phone, aya.session(0), true);
        let ben = cluster.people[1].clone();
        ben.say(&ben.present()[1], ben.session(0), true);
        cluster.wait(Duration::from_secs(5), "the reply is being written", || phone.shows(aya.session(0)) > 40).await;
        let node = cluster.node_of(&phone);
        cluster.journal.note("fault", format!("node {node} is killed"));
        cluster.nodes[node].kill().await;
        // The phone cannot know, and says it again.
        aya.say(&phone, aya.session(0), false);
        cluster.must_hold(HEALED).await;
        let taken = phone.taken();
        let reply = taken[&said]["reply"]["id"].as_str().unwrap().to_owned();
        let shown = phone.look(aya.session(0), |watch| watch.tree.messages[&reply].clone());
        assert_eq!((shown.status.as_str(), shown.failure.as_deref()), ("failed", Some("interrupted")));
        assert!(shown.content.starts_with("re:zzslowaya"), "what was saved is kept: {}", shown.content);
    }

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

    /// Connections end in the middle of what they say, at another byte each time.
    pub async fn statements_are_cut_in_the_middle(cluster: &mut Cluster) {
        cluster.gather(2, 2, 2).await;
        let chatter = cluster.chatter(Duration::from_millis(300));
        for n in 0..24_u32 {
            for lines in &cluster.lines {
                lines.all().for_each(|line| line.cut_after(97 + n * 131));
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        for lines in &cluster.lines {
            lines.all().for_each(|line| line.set(Traffic::Flows));
            lines.all().for_each(|line| line.heal());
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        drop(chatter);
        cluster.must_hold(HEALED).await;
    }

    /// An update of all nodes under load: replies finish, or end where everybody sees it.
    pub async fn nodes_are_restarted_one_after_the_other(cluster: &mut Cluster) {
        cluster.gather(2, 2, 2).await;
        let chatter = cluster.chatter(Duration::from_millis(400));
        let aya = cluster.people[0].clone();
        aya.say(&aya.present()[0], aya.session(0), true);
        for n in 0..cluster.nodes.len() {
            tokio::time::sleep(Duration::from_millis(500)).await;
            cluster.journal.note("fault", format!("node {n} is told to stop"));
            let status = cluster.nodes[n].stop(Duration::from_secs(12)).await;
            assert!(status.success(), "{status}");
            cluster.nodes[n].start().await;
        }
        drop(chatter);
        cluster.must_hold(HEALED).await;
    }

    /// Two devices talk into one chat over two nodes at the same moment, again and again.
    pub async fn two_nodes_claim_the_same_turns(cluster: &mut Cluster) {
        cluster.gather(3, 2, 2).await;
        for round in 0..12 {
            for person in &cluster.people {
                for device in person.present() {
                    person.say(&device, person.session(round), false);
                }
            }
            tokio::time::sleep(Duration::from_millis(650)).await;
        }
        let checked = cluster.must_hold(HEALED).await;
        assert_eq!(checked.interrupted, 0, "nobody took a turn from another");
    }
}
