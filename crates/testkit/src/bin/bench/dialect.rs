//! The few words in which SQLite and PostgreSQL differ, for statements that make many rows at once.

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use uuid::Uuid;

use crate::stores::Place;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    pub fn of(place: &Place) -> Self {
        if place.is_sqlite() { Self::Sqlite } else { Self::Postgres }
    }

    /// This id.
    pub fn id(self, id: Uuid) -> String {
        match self {
            Self::Sqlite => format!("x'{}'", id.simple()),
            Self::Postgres => format!("CAST('{id}' AS uuid)"),
        }
    }

    /// An id of hexadecimal digits, in whose middle stands a number of so many.
    pub fn made_id(self, before: &str, number: &str, digits: usize, after: &str) -> String {
        match self {
            Self::Sqlite => format!("unhex('{before}' || printf('%0{digits}x', {number}) || '{after}')"),
            Self::Postgres => format!("CAST('{before}' || lpad(to_hex({number}), {digits}, '0') || '{after}' AS uuid)"),
        }
    }

    /// `numbers (n)`, a common table of the numbers from `first` to `last`.
    pub fn numbers(self, first: u64, last: u64) -> String {
        match self {
            Self::Sqlite => {
                format!("numbers (n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM numbers WHERE n < {last})")
            }
            Self::Postgres => {
                format!("numbers (n) AS (SELECT generate_series(CAST({first} AS bigint), CAST({last} AS bigint)))")
            }
        }
    }

    /// A connection for one who writes much: it waits for no disk, and trusts that what rows refer to is there.
    pub async fn connect(self, place: &Place) -> DatabaseConnection {
        let mut options = ConnectOptions::new(&place.sql);
        options.max_connections(1).sqlx_logging(false);
        let database = Database::connect(options).await.expect("the database opens");
        let hasty = match self {
            Self::Sqlite => {
                "PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -1000000; PRAGMA temp_store = MEMORY"
            }
            Self::Postgres => "SET synchronous_commit = off; SET session_replication_role = replica",
        };
        database.execute_unprepared(hasty).await.expect("it may be hasty");
        database
    }

    /// Ends it; the planner then knows what there is.
    pub async fn close(self, database: DatabaseConnection) {
        let done = match self {
            Self::Sqlite => "PRAGMA wal_checkpoint(TRUNCATE)",
            Self::Postgres => "VACUUM ANALYZE",
        };
        database.execute_unprepared(done).await.expect("it is done");
        database.close().await.expect("the database closes");
    }
}
