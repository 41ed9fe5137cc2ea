//! Processes of Talker itself that die, stand still, or are replaced.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use testkit::cluster::Cluster;
use testkit::cluster::client::{Answer, Device};

use super::HEALED;

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
    if cluster.nodes.len() == 1 {
        cluster.nodes[node].start().await;
    }
    cluster.must_hold(HEALED).await;
    let taken = phone.taken();
    let reply = taken[&said]["reply"]["id"].as_str().unwrap().to_owned();
    let shown = phone.look(aya.session(0), |watch| watch.tree.messages[&reply].clone());
    assert_eq!((shown.status.as_str(), shown.failure.as_deref()), ("failed", Some("interrupted")));
    assert!(shown.content.starts_with("re:zzslowaya"), "what was saved is kept: {}", shown.content);
}

/// An update of all nodes under load: replies finish, or end where everybody sees it and can be continued.
pub async fn nodes_are_restarted_one_after_the_other(cluster: &mut Cluster) {
    cluster.gather(2, 2, 2).await;
    let aya = cluster.people[0].clone();
    let phone = aya.present()[0].clone();
    aya.say(&phone, aya.session(0), true);
    cluster.wait(Duration::from_secs(5), "the reply is being written", || phone.shows(aya.session(0)) > 40).await;
    let chatter = cluster.chatter(Duration::from_millis(400));
    for n in 0..cluster.nodes.len() {
        tokio::time::sleep(Duration::from_millis(500)).await;
        cluster.journal.note("fault", format!("node {n} is told to stop"));
        let status = cluster.nodes[n].stop(Duration::from_secs(12)).await;
        assert!(status.success(), "{status}");
        cluster.nodes[n].start().await;
    }
    drop(chatter);
    cluster.must_hold(HEALED).await;
    let path = phone.look(aya.session(0), |watch| watch.tree.path());
    let cut: Vec<_> = path.into_iter().filter(|message| message.status == "failed").collect();
    assert!(!cut.is_empty(), "the slow reply outlasts every patience");
    for message in &cut {
        let path = format!("/sessions/{}/messages/{}/regenerate", aya.session(0), message.id);
        let answer = phone.insist(Method::POST, &path, Some(json!({"mode": "continue"})), HEALED).await;
        let Answer::Good(reply) = answer else { panic!("{answer:?}") };
        let reply = reply["reply"]["id"].as_str().unwrap().to_owned();
        // Until they hear of it, devices are at rest.
        let hears =
            |device: &Arc<Device>| device.look(aya.session(0), |watch| watch.tree.messages.contains_key(&reply));
        cluster.wait(HEALED, "everybody hears of it", || aya.present().iter().all(hears)).await;
    }
    // The checker knows what the whole reply must say.
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

/// A node that stands still loses its turns to others, and when it goes on it does not write into them.
pub async fn a_node_is_paused_for_longer_than_its_leases(cluster: &mut Cluster) {
    cluster.gather(2, 2, 1).await;
    let aya = cluster.people[0].clone();
    let phone = aya.present()[0].clone();
    aya.say(&phone, aya.session(0), true);
    cluster.wait(Duration::from_secs(5), "the reply is being written", || phone.shows(aya.session(0)) > 40).await;
    let node = cluster.node_of(&phone);
    cluster.journal.note("fault", format!("node {node} is paused"));
    cluster.nodes[node].pause();
    aya.say(&phone, aya.session(0), false);
    tokio::time::sleep(Duration::from_secs(19)).await;
    cluster.nodes[node].go_on();
    cluster.journal.note("fault", format!("node {node} goes on"));
    let checked = cluster.must_hold(HEALED).await;
    assert_eq!(checked.interrupted, 1, "the reply of the paused node was ended");
}

/// What a killed worker was at is done by its successor.
pub async fn a_worker_is_killed_in_mid_job(cluster: &mut Cluster) {
    cluster.gather(2, 1, 2).await;
    // So slow that the kill comes in the middle.
    cluster.lines[cluster.nodes.len()].all().for_each(|line| line.delay(Duration::from_millis(60)));
    let chatter = cluster.chatter(Duration::from_millis(400));
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(1_700)).await;
        let worker = cluster.worker.as_mut().expect("a worker");
        worker.kill().await;
        cluster.journal.note("fault", "the worker is killed");
        worker.start().await;
    }
    drop(chatter);
    cluster.lines[cluster.nodes.len()].all().for_each(|line| line.delay(Duration::ZERO));
    cluster.must_hold(HEALED).await;
    // The job of a killed worker is another's when its lease is over.
    cluster.remembered(Duration::from_secs(45)).await;
}
