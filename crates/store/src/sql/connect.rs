//! Connections: how many, and how careful.
//!
//! SQLite has one writer, so it gets one connection for transactions that write and several for single reads; in WAL mode
//! these never wait for each other. PostgreSQL has one pool for both.

use std::time::Duration;

use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::sqlx::{Connection, SqliteConnection};
use sea_orm::{ConnectOptions, Database, DatabaseConnection};

use super::patience;
use crate::{StoreError, StoreResult};

/// What a power cut may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Nothing that was answered.
    Full,
    /// The last moments, but never the file.
    Relaxed,
    /// Everything; for tests.
    Careless,
}

/// How a database is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SqlOptions {
    /// Connections for reading (SQLite), or for everything (PostgreSQL).
    pub connections: u32,
    /// How long a caller waits for a connection, or for a lock of SQLite.
    pub wait: Duration,
    /// What a power cut may take (SQLite; PostgreSQL decides for itself).
    pub durability: Durability,
}

impl Default for SqlOptions {
    fn default() -> Self {
        Self { connections: 8, wait: Duration::from_secs(5), durability: Durability::Full }
    }
}

/// The connections for reading and for writing.
pub(super) async fn connect(url: &str, options: &SqlOptions) -> StoreResult<(DatabaseConnection, DatabaseConnection)> {
    if url.starts_with("sqlite:") {
        // The writer first: it makes the file and turns WAL on, which the readers then find.
        let write = Database::connect(sqlite(url, options, 1)).await?;
        let read = Database::connect(sqlite(url, options, options.connections.max(1))).await?;
        Ok((read, write))
    } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
        let mut connect = base(url, options, options.connections.max(2));
        connect.map_sqlx_postgres_pool_opts(patience::doubting);
        let pool = Database::connect(connect).await?;
        Ok((pool.clone(), pool))
    } else {
        Err(StoreError::Unavailable("the database URL must begin with sqlite: or postgres:".into()))
    }
}

/// Whether no transaction is open, as far as the driver knows.
///
/// When a disk is full or fails, SQLite ends a transaction by itself. The driver's own end then fails, and it goes on
/// counting one that is open: what follows would be savepoints inside it, and after the next rollback their ends would end
/// nothing. Everything would be answered, and nothing kept. Such a connection is closed, and another takes its place.
fn is_clean(connection: &SqliteConnection) -> bool {
    !connection.is_in_transaction()
}

fn base(url: &str, options: &SqlOptions, connections: u32) -> ConnectOptions {
    let mut connect = ConnectOptions::new(url);
    // Statements hold what people say: no log may see them.
    connect.sqlx_logging(false).record_stmt_in_spans(false);
    connect.max_connections(connections).acquire_timeout(options.wait).connect_timeout(options.wait);
    connect.test_before_acquire_if_idle_for(Duration::from_secs(30));
    connect
}

fn sqlite(url: &str, options: &SqlOptions, connections: u32) -> ConnectOptions {
    let mut connect = base(url, options, connections);
    // An idle file connection costs little, a new one costs its prepared statements.
    connect.idle_timeout(None::<Duration>).max_lifetime(None::<Duration>);
    let synchronous = match options.durability {
        // The store waits for the disk itself, for many transactions at a time: see `writing`.
        Durability::Full | Durability::Relaxed => SqliteSynchronous::Normal,
        Durability::Careless => SqliteSynchronous::Off,
    };
    connect.map_sqlx_sqlite_before_acquire(|connection, _| Box::pin(std::future::ready(Ok(is_clean(connection)))));
    let wait = options.wait;
    connect.map_sqlx_sqlite_opts(move |file: SqliteConnectOptions| {
        file.create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(synchronous)
            .foreign_keys(true)
            .busy_timeout(wait)
            .statement_cache_capacity(512)
            // Rows come from another thread: with room for many, neither side waits for the other at each.
            .row_buffer_size(1_024)
            .pragma("journal_size_limit", "67108864")
            .pragma("cache_size", "-16384")
            .pragma("mmap_size", "268435456")
            .pragma("temp_store", "memory")
    });
    connect
}

#[cfg(test)]
mod tests {
    use sea_orm::ConnectionTrait;

    use crate::sql::{SqlStore, query};

    async fn count(store: &SqlStore) -> usize {
        query::rows(store.read(), "SELECT id FROM seen", []).await.unwrap().len()
    }

    #[tokio::test]
    async fn after_a_full_disk_what_is_answered_is_kept() {
        let store = SqlStore::open_temporary().await.unwrap();
        let write = &store.inner.write;
        write.execute_unprepared("CREATE TABLE seen (id INTEGER PRIMARY KEY, text TEXT)").await.unwrap();
        // A disk that is full, as SQLite sees it.
        write.execute_unprepared("PRAGMA max_page_count = 1").await.unwrap();
        let tx = store.begin().await.unwrap();
        let filled = query::run(&tx, "INSERT INTO seen (text) VALUES (hex(randomblob(900000)))", []).await;
        assert!(filled.unwrap_err().to_string().contains("13"), "the disk is full");
        drop(tx);
        write.execute_unprepared("PRAGMA max_page_count = 1000000").await.unwrap();
        for n in 0..4 {
            let tx = store.begin().await.unwrap();
            query::run(&tx, "INSERT INTO seen (text) VALUES ('given up')", []).await.unwrap();
            tx.rollback().await.unwrap();
            let tx = store.begin().await.unwrap();
            query::run(&tx, "INSERT INTO seen (text) VALUES ('answered')", []).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(count(&store).await, n + 1, "others see it, too");
        }
    }
}
