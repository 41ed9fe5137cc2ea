//! The store of a test: SQLite in a folder of its own, or databases of its own on the servers that there are.

use std::sync::atomic::{AtomicU64, Ordering};

use sea_orm::{ConnectionTrait, Database};
use store::Store;
use store::mongo::{MongoOptions, MongoStore};
use store::sql::{SqlOptions, SqlStore};

/// Connections of one test: many tests share a server.
const CONNECTIONS: u32 = 6;

/// Databases that this process has made.
static MADE: AtomicU64 = AtomicU64::new(0);

/// A new store with all tables. `TALKER_TEST_STORE` says where: on SQLite without it; `postgres`: in a new database on the
/// server that `TALKER_TEST_POSTGRES_URL` names, which is left to the end of that server; `mongo`: on SQLite, with the chat log in
/// a new database on the server that `TALKER_TEST_MONGODB_URL` names, which goes with the store; `postgres+mongo`: both.
pub async fn new_store() -> Store {
    let (postgres, mongo) = wanted();
    let sql = match postgres {
        false => SqlStore::open_temporary().await.expect("a temporary store opens"),
        true => new_database(&server("TALKER_TEST_POSTGRES_URL")).await,
    };
    if !mongo {
        return Store::Sql(sql);
    }
    let options = MongoOptions { connections: CONNECTIONS, ..MongoOptions::default() };
    let store = MongoStore::open_temporary(&server("TALKER_TEST_MONGODB_URL"), &sql, &options).await;
    Store::Mongo(store.expect("a new chat log opens"))
}

/// Tests that go through a long series with a new store for each take every so-manieth of it: all on SQLite, where a store costs
/// milliseconds, fewer on servers, where each costs a second and more.
#[must_use]
pub fn stride() -> usize {
    match wanted() {
        (false, false) => 1,
        (true, false) => 3,
        (_, true) => 9,
    }
}

/// Whether `TALKER_TEST_STORE` wants PostgreSQL, and whether it wants MongoDB.
fn wanted() -> (bool, bool) {
    let wanted = std::env::var_os("TALKER_TEST_STORE").and_then(|store| store.into_string().ok()).unwrap_or_default();
    match wanted.as_str() {
        "" | "sqlite" => (false, false),
        "postgres" => (true, false),
        "mongo" => (false, true),
        "postgres+mongo" => (true, true),
        other => panic!("TALKER_TEST_STORE is {other}; it must be sqlite, postgres, mongo or postgres+mongo"),
    }
}

/// Where a server is that tests are to run on.
fn server(variable: &str) -> String {
    let url = std::env::var_os(variable).and_then(|url| url.into_string().ok());
    url.unwrap_or_else(|| panic!("{variable} names the server"))
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
    let named = std::env::var_os("TALKER_TEST_POSTGRES_URL").and_then(|url| url.into_string().ok());
    let Some(server) = named.filter(|url| !url.is_empty()) else {
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
