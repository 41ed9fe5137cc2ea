//! What a model is asked for behind people's backs: whoever asked is killed before there is an answer. The other takes
//! it over, and when the dead one is back it is there once.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use service::clock::{Clock, SystemClock};
use testkit::app::id;
use testkit::cluster::client::{Answer, Device};
use testkit::cluster::{Cluster, Errand};

use super::HEALED;

/// A model is asked for all of it, and whoever serves people does jobs as well.
pub const SETTINGS: &[(&str, &str)] = &[("TALKER_JOBS", "on"), ("TALKER_BOND_JUDGE", "model"), ("TALKER_LEARN", "on")];

/// All who do jobs where there is one node.
const KILLED: [&str; 2] = ["a", "worker"];

/// A minute ago, as times are kept.
const DUE: &str = "(EXTRACT(EPOCH FROM now()) * 1000000)::bigint - 60000000";

/// A turn that was being judged moves the bond once.
pub async fn a_worker_or_server_is_killed_in_mid_judgement(cluster: &mut Cluster) {
    cluster.gather(1, 1, 1).await;
    let aya = cluster.people[0].clone();
    let phone = aya.present()[0].clone();
    cluster.model.hold(Errand::Judge);
    let said = aya.say(&phone, aya.session(0), false);
    is_relieved(cluster, Errand::Judge).await;
    let bond = read(&phone, &format!("/characters/{}/bond", aya.character)).await;
    assert_eq!(bond["events"], 1, "{bond}");
    let events = items(&phone, &format!("/characters/{}/bond/events", aya.character)).await;
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(events[0]["cause"]["message_id"], phone.taken()[&said]["message"]["id"]);
    assert_eq!((&events[0]["moved"], &events[0]["model"]), (&json!({"trust": 2}), &json!("openai/echo")));
    cluster.must_hold(HEALED).await;
}

/// A page that was being written is there once, and told once.
pub async fn a_worker_or_server_is_killed_in_mid_diary(cluster: &mut Cluster) {
    cluster.gather(1, 1, 1).await;
    let aya = cluster.people[0].clone();
    let phone = aya.present()[0].clone();
    done(&phone, Method::PATCH, "/users/me", json!({"timezone": where_it_is_noon()})).await;
    for _ in 0..2 {
        aya.say(&phone, aya.session(0), false);
    }
    // Both moved the bond, so the day is worth a page.
    let bond = format!("/characters/{}/bond", aya.character);
    until("both turns are judged", async || read(&phone, &bond).await["events"] == 2).await;
    cluster.idle(HEALED).await;
    cluster.model.hold(Errand::Diary);
    // The next morning.
    let pages = cluster.change(&format!("UPDATE diary_entries SET due_at = {DUE} WHERE state = 'open'")).await;
    assert_eq!(pages, 1, "a day has a page");
    is_found(cluster).await;
    is_relieved(cluster, Errand::Diary).await;
    let diary = items(&phone, &format!("/characters/{}/diary", aya.character)).await;
    assert_eq!(diary.len(), 1, "{diary:?}");
    assert_eq!(diary[0]["text"], Errand::Diary.answer());
    assert_eq!(told(&phone, "diary_written").await, 1);
    cluster.must_hold(HEALED).await;
}

/// What a character was writing first is said once, and told once.
pub async fn a_worker_or_server_is_killed_in_mid_first_message(cluster: &mut Cluster) {
    let (phone, session) = may_be_written_to(cluster).await;
    cluster.model.hold(Errand::First);
    time_comes(cluster).await;
    is_relieved(cluster, Errand::First).await;
    wrote_once(cluster, &phone, &session).await;
}

/// What she wrote first was about to stand in their chat.
pub async fn a_worker_or_server_is_killed_before_a_first_message_is_said(cluster: &mut Cluster) {
    all_are_killed_who_write(cluster, "messages").await;
}

/// It stood there, and they were about to be told.
pub async fn a_worker_or_server_is_killed_before_a_first_message_is_told(cluster: &mut Cluster) {
    all_are_killed_who_write(cluster, "notifications").await;
}

/// Whoever wrote to this table is killed there, and with them whoever could: the words that were made are said once, and told once.
async fn all_are_killed_who_write(cluster: &mut Cluster, table: &str) {
    let (phone, session) = may_be_written_to(cluster).await;
    let gate = cluster.gate(table).await;
    time_comes(cluster).await;
    gate.reached(HEALED).await;
    cluster.journal.note("fault", format!("all are killed before {table}"));
    for name in KILLED {
        cluster.process(name).kill().await;
    }
    gate.open().await;
    assert!(cluster.leases_end(Errand::First.job()).await > 0, "somebody had a lease");
    for name in KILLED {
        cluster.process(name).start().await;
    }
    cluster.journal.note("fault", "all are back");
    cluster.idle(HEALED).await;
    assert_eq!(cluster.model.asked_for(Errand::First).len(), 1, "the words were there");
    wrote_once(cluster, &phone, &session).await;
}

/// Somebody who talked with her so long ago that she may have a thought, on their phone; and where they talked.
async fn may_be_written_to(cluster: &mut Cluster) -> (Arc<Device>, String) {
    // They talked elsewhere.
    cluster.gather(1, 1, 0).await;
    let aya = cluster.people[0].clone();
    let phone = aya.present()[0].clone();
    done(&phone, Method::PATCH, "/users/me", json!({"timezone": where_it_is_noon()})).await;
    let at = (SystemClock.now() - time::Duration::days(5)).unix_timestamp();
    let line = |words: &str, is_user: bool| json!({"mes": words, "is_user": is_user, "send_date": at});
    let chat = json!([line("Come in.", false), line("Tell me of the gulls.", true), line("They sleep.", false)]);
    let came = done(&phone, Method::POST, &format!("/sessions/import?character_id={}", aya.character), chat).await;
    let wanted = json!({"enabled": true, "reasons": ["thought"]});
    done(&phone, Method::PUT, &format!("/characters/{}/initiative", aya.character), wanted).await;
    cluster.idle(HEALED).await;
    (phone, id(&came["sessions"][0]))
}

/// An hour or two later.
async fn time_comes(cluster: &mut Cluster) {
    let looked_at = cluster.change(&format!("UPDATE initiatives SET due_at = {DUE} WHERE enabled")).await;
    assert_eq!(looked_at, 1, "she may write first");
    is_found(cluster).await;
}

/// She wrote first: once, whole, and it was told once.
async fn wrote_once(cluster: &Cluster, phone: &Device, session: &str) {
    let messages = items(phone, &format!("/sessions/{session}/messages")).await;
    let wrote: Vec<&Value> = messages.iter().skip(3).collect();
    assert_eq!(wrote.len(), 1, "{messages:?}");
    assert_eq!((&wrote[0]["content"], &wrote[0]["status"]), (&json!(Errand::First.answer()), &json!("complete")));
    assert_eq!(told(phone, "character_wrote").await, 1);
    let words = ["silver today", "of the gulls"];
    let complaints: Vec<String> = cluster.processes().flat_map(|process| process.complaints(&words)).collect();
    assert!(complaints.is_empty(), "{complaints:?}");
}

/// Whoever does jobs looks at once, when they begin, for what is due.
async fn is_found(cluster: &mut Cluster) {
    let worker = cluster.worker.as_mut().expect("a worker");
    let status = worker.stop(Duration::from_secs(12)).await;
    assert!(status.success(), "{status}");
    worker.start().await;
}

/// Whoever asks for it first is killed in the middle, and the other does it; the dead one comes back and finds it done.
async fn is_relieved(cluster: &mut Cluster, errand: Errand) {
    cluster.wait(HEALED, "it is begun", || !cluster.model.asked_for(errand).is_empty()).await;
    let dead = cluster.model.asked_for(errand).remove(0);
    cluster.journal.note("fault", format!("{dead} is killed"));
    cluster.process(&dead).kill().await;
    assert!(cluster.leases_end(errand.job()).await > 0, "{dead} had a lease");
    cluster.wait(HEALED, "it is taken over", || cluster.model.asked_for(errand).len() > 1).await;
    cluster.model.release();
    cluster.process(&dead).start().await;
    cluster.journal.note("fault", format!("{dead} is back"));
    cluster.idle(HEALED).await;
    let asked = cluster.model.asked_for(errand);
    assert!(asked.len() == 2 && asked[1] != dead, "{dead} was killed, and it was asked for by {asked:?}");
}

/// Waits until something is so.
async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    let give_up = tokio::time::Instant::now() + HEALED;
    while !is_so().await {
        assert!(tokio::time::Instant::now() < give_up, "not within {HEALED:?}: {what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// A time zone in which it is noon: nobody is asleep, and no day ends. By its name, it is behind by what it is ahead.
fn where_it_is_noon() -> String {
    format!("Etc/GMT{:+}", i32::from(SystemClock.now().hour()) - 12)
}

/// What a request answers that is made once.
async fn done(device: &Device, method: Method, path: &str, body: Value) -> Value {
    match device.call(method, path, Some(body)).await {
        Answer::Good(value) => value,
        other => panic!("{path}: {other:?}"),
    }
}

/// What is there, as soon as somebody answers.
async fn read(device: &Device, path: &str) -> Value {
    match device.insist(Method::GET, path, None, HEALED).await {
        Answer::Good(value) => value,
        other => panic!("{path}: {other:?}"),
    }
}

async fn items(device: &Device, path: &str) -> Vec<Value> {
    read(device, &format!("{path}?limit=100")).await["items"].as_array().cloned().expect("a page")
}

/// How often they were told of something.
async fn told(device: &Device, kind: &str) -> u64 {
    let news = items(device, "/notifications").await;
    news.iter().filter(|one| one["kind"] == kind).filter_map(|one| one["count"].as_u64()).sum()
}
