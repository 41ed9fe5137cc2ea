//! How often a turn asks each of its servers, by the counts of the store, of MongoDB's driver, and of Redis itself.

use std::collections::BTreeMap;
use std::time::Duration;

use super::turns::turn;
use crate::Plan;
use crate::child::{Asked, Kind, Orders, Server};
use crate::client::Client;
use crate::figures::Report;
use crate::stores::{Backend, Ground};
use crate::talker::Cast;

/// Turns that are counted.
const TURNS: u64 = 50;

/// Turns before: files are read, statements prepared, and the history as long as it is for the others.
const BEFORE: u64 = 20;

/// What was asked of all servers until one moment.
struct Counts {
    asked: Asked,
    redis: BTreeMap<String, u64>,
}

impl Counts {
    fn now(server: &mut Server, redis: Option<&str>) -> Self {
        Self { asked: server.asked(), redis: redis.map(testkit::redis::commands).unwrap_or_default() }
    }
}

/// Ways there and back in one turn.
pub async fn trips(plan: &Plan, report: &mut Report) {
    report.part("Asked for one turn: message, reply of one token, end", &["relational", "MongoDB", "Redis"]);
    for store in &plan.stores {
        let (before, after) = counted(*store).await;
        let each = |after: u64, before: u64| after.saturating_sub(before) as f64 / TURNS as f64;
        let sum = |counts: &BTreeMap<String, u64>| counts.values().sum::<u64>();
        let values = [
            ("relational", each(after.asked.sql, before.asked.sql), 1),
            ("mongodb", each(sum(&after.asked.mongo), sum(&before.asked.mongo)), 1),
            ("redis", each(sum(&after.redis), sum(&before.redis)), 1),
        ];
        report.row("trips", &store.to_string(), &values);
        for (title, before, after) in
            [("MongoDB", &before.asked.mongo, &after.asked.mongo), ("Redis", &before.redis, &after.redis)]
        {
            let commands =
                after.iter().map(|(name, calls)| (name, each(*calls, before.get(name).copied().unwrap_or(0))));
            let shown: Vec<String> =
                commands.filter(|(_, calls)| *calls >= 0.1).map(|(name, calls)| format!("{name} {calls:.1}")).collect();
            if !shown.is_empty() {
                println!("    {title}: {}", shown.join(", "));
            }
        }
    }
}

/// What the servers had been asked before and after the turns.
async fn counted(store: Backend) -> (Counts, Counts) {
    let cast = Cast { chats: vec![1], ..Cast::default() };
    let orders = Orders { quiet: true, ..Orders::of(Kind::Talker(store)).with(cast) };
    let ground = Ground::make(store);
    let redis = ground.place.redis.as_ref().map(|(url, _)| url.clone());
    let mut server = Server::on(&ground, 1, orders);
    let chat = server.chats[0].clone();
    let mut client = Client::open(server.address(), Some(&chat.token), 0).await;
    for _ in 0..BEFORE {
        turn(&mut client, &chat.session).await;
    }
    // What a server looks for when it starts.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let before = Counts::now(&mut server, redis.as_deref());
    for _ in 0..TURNS {
        turn(&mut client, &chat.session).await;
    }
    // What is done behind the end of the last.
    tokio::time::sleep(Duration::from_millis(50)).await;
    (before, Counts::now(&mut server, redis.as_deref()))
}
