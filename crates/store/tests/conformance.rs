//! The suites of the ports on every backend that is there. A backend that is not says so.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "these are tests")]

use store::conformance::SUITES;
use store::sql::{SqlOptions, SqlStore};

async fn run(store: SqlStore) {
    let stores = store.stores();
    for (name, suite) in SUITES {
        suite(&stores).await;
        println!("passed: {name}");
    }
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite() {
    run(SqlStore::open_temporary().await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres() {
    let Some(url) = std::env::vars().find_map(|(name, value)| (name == "TALKER_TEST_POSTGRES_URL").then_some(value))
    else {
        println!("skipped: postgres, {} suites (TALKER_TEST_POSTGRES_URL is not set)", SUITES.len());
        return;
    };
    let store = SqlStore::open(&url, SqlOptions::default()).await.unwrap();
    store.migrate().await.unwrap();
    run(store).await;
}
