//! Databases of their own for the tests of this room.

use std::sync::atomic::{AtomicU64, Ordering};

use sea_orm::{ConnectionTrait, Database};

static MADE: AtomicU64 = AtomicU64::new(0);

/// A new, empty database on the PostgreSQL server of the tests; `None` when there is none.
pub(crate) async fn new_database(name: &str) -> Option<String> {
    let server = std::env::vars().find_map(|(key, value)| (key == "TALKER_TEST_POSTGRES_URL").then_some(value))?;
    let name = format!("{name}_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
    let any = Database::connect(&server).await.unwrap();
    any.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name}")).await.unwrap();
    any.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    any.close().await.unwrap();
    let (address, options) =
        server.split_once('?').map_or((server.as_str(), String::new()), |(a, o)| (a, format!("?{o}")));
    let host = address.rsplit_once('/').map_or(address, |(host, _)| host);
    Some(format!("{host}/{name}{options}"))
}
