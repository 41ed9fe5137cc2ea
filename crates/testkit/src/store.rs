//! The store of a test: SQLite in a folder of its own, or databases of its own on the servers that there are.

use std::sync::atomic::{AtomicU64, Ordering};

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use store::Store;
use store::mongo::{MongoOptions, MongoStore};
use store::sql::{SqlOptions, SqlStore};

/// Connections of one test: many tests share a server.
const CONNECTIONS: u32 = 6;

/// The lock of PostgreSQL under which the database is made that others are copies of.
const TEMPLATE: i64 = 0x7461_6c6b_6572;

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

/// A database with all tables: a copy of one that is made once, because to make tables takes a second and to copy them a tenth.
async fn new_database(server: &str) -> SqlStore {
    let name = new_name();
    let any = connect(server).await;
    let template = template(server, &any).await;
    any.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}")).await.expect("an old database goes");
    any.execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await.expect("a copy is made");
    any.close().await.expect("the connection closes");
    open(&database_url(server, &name)).await
}

async fn open(url: &str) -> SqlStore {
    let options = SqlOptions { connections: CONNECTIONS, ..SqlOptions::default() };
    let store = SqlStore::open(url, options).await.expect("the new database opens");
    store.migrate().await.expect("its tables are made");
    store
}

/// The name of the database that is copied. There is one for each build of the tests, so that none has tables of another; whoever
/// comes first makes it, and one that was not made to its end is made anew.
async fn template(server: &str, any: &DatabaseConnection) -> String {
    let this = std::env::current_exe().and_then(|path| path.metadata()).and_then(|meta| meta.modified());
    let since =
        this.expect("a test knows its binary").duration_since(std::time::UNIX_EPOCH).expect("it is not that old");
    let name = format!("template_{}", since.as_nanos());
    any.execute_unprepared(&format!("SELECT pg_advisory_lock({TEMPLATE})")).await.expect("one makes it at a time");
    let made = format!("SELECT 1 FROM pg_database WHERE datname = '{name}' AND datistemplate");
    let made = any.query_one_raw(Statement::from_string(DbBackend::Postgres, made)).await.expect("databases are known");
    if made.is_none() {
        any.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}")).await.expect("a half-made one goes");
        any.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("a new database is made");
        open(&database_url(server, &name)).await.close().await.expect("the store closes");
        let done = format!("ALTER DATABASE {name} WITH IS_TEMPLATE true");
        any.execute_unprepared(&done).await.expect("it is a template");
    }
    any.execute_unprepared(&format!("SELECT pg_advisory_unlock({TEMPLATE})")).await.expect("the next may look");
    name
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

/// The address of a new, empty database for chat logs of servers in processes of their own, on the server that
/// `TALKER_TEST_MONGODB_URL` names; without one, the test `name` is skipped. [`drop_mongodb`] removes it.
pub fn new_mongodb_url(name: &str) -> Option<String> {
    let named = std::env::var_os("TALKER_TEST_MONGODB_URL").and_then(|url| url.into_string().ok());
    let Some(server) = named.filter(|url| !url.is_empty()) else {
        println!("SKIPPED: {name} - there is no server of MongoDB's protocol");
        return None;
    };
    let (address, parameters) = server.split_once('?').unwrap_or((&server, ""));
    let (scheme, rest) = address.split_once("://").unwrap_or(("mongodb", address));
    let host = rest.split_once('/').map_or(rest, |(host, _)| host);
    let database = format!("talker_test_{}_p{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
    Some(format!("{scheme}://{host}/{database}?{parameters}"))
}

/// Removes a database of [`new_mongodb_url`].
pub async fn drop_mongodb(url: &str) {
    let client = mongodb::Client::with_uri_str(url).await.expect("the server of MongoDB's protocol is there");
    client.default_database().expect("the address names a database").drop().await.expect("the database goes");
}

async fn make_database(server: &str) -> String {
    let name = new_name();
    let any = connect(server).await;
    any.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}")).await.expect("an old database goes");
    any.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("a new database is made");
    any.close().await.expect("the connection closes");
    database_url(server, &name)
}

fn new_name() -> String {
    format!("test_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed))
}

/// One connection: a lock belongs to it.
async fn connect(server: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(server);
    options.max_connections(1);
    Database::connect(options).await.expect("the PostgreSQL server is there")
}

/// The address of a database on the server.
fn database_url(server: &str, name: &str) -> String {
    let (address, options) =
        server.split_once('?').map_or((server, None), |(address, options)| (address, Some(options)));
    let host = address.rsplit_once('/').map_or(address, |(host, _)| host);
    options.map_or_else(|| format!("{host}/{name}"), |options| format!("{host}/{name}?{options}"))
}
