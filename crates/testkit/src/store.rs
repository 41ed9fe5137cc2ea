//! The store of a test: SQLite in a folder of its own, or a database of its own on a PostgreSQL server.

use std::sync::atomic::{AtomicU64, Ordering};

use sea_orm::{ConnectionTrait, Database};
use store::sql::{SqlOptions, SqlStore};

/// Connections of one test: many tests share a server.
const CONNECTIONS: u32 = 6;

/// Databases that this process has made.
static MADE: AtomicU64 = AtomicU64::new(0);

/// A new store with all tables. With `TALKER_TEST_STORE=postgres` it is a new database on the server that
/// `TALKER_TEST_POSTGRES_URL` names, which is left to the end of that server.
pub async fn new_store() -> SqlStore {
    match server() {
        None => SqlStore::open_temporary().await.expect("a temporary store opens"),
        Some(server) => new_database(&server).await,
    }
}

/// Where the PostgreSQL server is, when tests are to run on it.
fn server() -> Option<String> {
    let is_wanted = std::env::var_os("TALKER_TEST_STORE").is_some_and(|store| store == "postgres");
    let url = is_wanted.then(|| std::env::var_os("TALKER_TEST_POSTGRES_URL"))?;
    Some(url.and_then(|url| url.into_string().ok()).expect("TALKER_TEST_POSTGRES_URL names the server"))
}

async fn new_database(server: &str) -> SqlStore {
    let url = make_database(server).await;
    let options = SqlOptions { connections: CONNECTIONS, ..SqlOptions::default() };
    let store = SqlStore::open(&url, options).await.expect("the new database opens");
    store.migrate().await.expect("its tables are made");
    store
}

/// The address of a new, empty database for servers in processes of their own, on the PostgreSQL server that
/// `TALKER_TEST_POSTGRES_URL` names; without one, the test `name` is skipped.
pub async fn new_database_url(name: &str) -> Option<String> {
    let Some(server) = std::env::var("TALKER_TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty()) else {
        println!("SKIPPED: {name} - there is no PostgreSQL server");
        return None;
    };
    Some(make_database(&server).await)
}

async fn make_database(server: &str) -> String {
    let name = format!("test_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
    let any = Database::connect(server).await.expect("the PostgreSQL server is there");
    any.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}")).await.expect("an old database goes");
    any.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("a new database is made");
    any.close().await.expect("the connection closes");
    let (address, options) =
        server.split_once('?').map_or((server, None), |(address, options)| (address, Some(options)));
    let host = address.rsplit_once('/').map_or(address, |(host, _)| host);
    options.map_or_else(|| format!("{host}/{name}"), |options| format!("{host}/{name}?{options}"))
}
