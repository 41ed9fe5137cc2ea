//! The suites of the ports on every backend that is there. A backend that is not says so.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "these are tests")]

mod backends;

use store::Stores;
use store::conformance::SUITES;
use store::sql::SqlStore;

/// Ports that the relational store serves by itself wherever the chat log is, and whose suites begin no chat.
const RELATIONAL: [&str; 16] = [
    "devices",
    "api_keys",
    "jobs",
    "audit",
    "discovery",
    "embedders",
    "profiles",
    "friends",
    "follows",
    "blocks",
    "notifications",
    "inboxes",
    "pushes",
    "tastes",
    "training",
    "snapshots",
];

/// A statement with an index of its own over what is bounded: the feed looks whom one follows among the newest moments.
const BOUNDED: &str = "recent AS MATERIALIZED";

async fn run(stores: &Stores) {
    run_but(stores, &[]).await;
}

async fn run_but(stores: &Stores, but: &[&str]) {
    for (name, suite) in SUITES.iter().filter(|(name, _)| !but.contains(name)) {
        suite(stores).await;
        println!("passed: {name}");
    }
}

async fn run_with_mongo(name: &str, sql: SqlStore) {
    let Some(store) = backends::mongo(name, &sql).await else { return };
    run_but(&store.stores(), &RELATIONAL).await;
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite() {
    let store = SqlStore::open_temporary().await.unwrap();
    run(&store.stores()).await;
    let plans = store.plans().await.unwrap();
    assert!(plans.len() > 500, "only {} statements were met", plans.len());
    // An index that is made for one statement says that a table is read from end to end for the few rows it stands on.
    for plan in plans.iter().filter(|plan| !plan.sql.contains(BOUNDED)) {
        assert!(!plan.steps.iter().any(|step| step.contains("AUTOMATIC")), "{plan:#?}");
    }
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres() {
    let Some(store) = backends::postgres("postgres").await else { return };
    run(&store.stores()).await;
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_and_mongodb() {
    run_with_mongo("sqlite_and_mongodb", SqlStore::open_temporary().await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_and_mongodb() {
    let Some(sql) = backends::new_postgres("postgres_and_mongodb").await else { return };
    run_with_mongo("postgres_and_mongodb", sql).await;
}
