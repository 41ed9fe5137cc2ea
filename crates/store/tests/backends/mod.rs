//! The servers that tests of stores run on, where there are any.
#![allow(dead_code, clippy::allow_attributes, reason = "each test uses some of it")]

pub mod moving;

use sea_orm::{ConnectionTrait, Database};
use store::mongo::{MongoOptions, MongoStore};
use store::sql::{SqlOptions, SqlStore};

fn server(name: &str, variable: &str) -> Option<String> {
    let url = std::env::var_os(variable).and_then(|url| url.into_string().ok());
    if url.is_none() {
        println!("SKIPPED: {name} - {variable} is not set");
    }
    url
}

/// The PostgreSQL server, with all tables.
pub async fn postgres(name: &str) -> Option<SqlStore> {
    let store = SqlStore::open(&server(name, "TALKER_TEST_POSTGRES_URL")?, SqlOptions::default()).await.unwrap();
    store.migrate().await.unwrap();
    Some(store)
}

/// A new database on the PostgreSQL server, with all tables; it is left to the end of that server.
pub async fn new_postgres(name: &str) -> Option<SqlStore> {
    let server = server(name, "TALKER_TEST_POSTGRES_URL")?;
    let database = format!("test_{name}_{}", std::process::id());
    let any = Database::connect(&server).await.unwrap();
    any.execute_unprepared(&format!("CREATE DATABASE {database}")).await.unwrap();
    any.close().await.unwrap();
    let (address, options) = server.split_once('?').unwrap_or((&server, ""));
    let (host, _) = address.rsplit_once('/').unwrap();
    let store = SqlStore::open(&format!("{host}/{database}?{options}"), SqlOptions::default()).await.unwrap();
    store.migrate().await.unwrap();
    Some(store)
}

/// Where the MongoDB server is.
pub fn mongo_server(name: &str) -> Option<String> {
    server(name, "TALKER_TEST_MONGODB_URL")
}

/// A new database on the MongoDB server, beside a relational store.
pub async fn mongo(name: &str, sql: &SqlStore) -> Option<MongoStore> {
    let server = mongo_server(name)?;
    Some(MongoStore::open_temporary(&server, sql, &MongoOptions::default()).await.unwrap())
}

/// The steps of a change after which a process dies: the first, the last and every third between; all of them where
/// `TALKER_TEST_EVERY_STEP` is set, which takes minutes where a chat takes a second.
pub fn steps(last: i64) -> Vec<i64> {
    let is_every = std::env::var_os("TALKER_TEST_EVERY_STEP").is_some();
    (1..=last).filter(|step| is_every || step % 3 == 1 || *step == last).collect()
}
