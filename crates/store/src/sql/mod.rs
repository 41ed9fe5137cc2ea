//! The ports on SQLite and PostgreSQL, from one source.
//!
//! Statements are written once, with `$1`-style parameters that both servers read. Times are microseconds since 1970,
//! closed sets are their own spelling, lists are JSON. A transaction that writes takes its session's row first, so the
//! changes of one session happen one after the other; one that changes memories takes their scope's row next, for the same
//! reason.

mod accounts;
mod characters;
mod chats;
mod connect;
pub(crate) mod cursors;
mod devices;
mod elsewhere;
pub(crate) mod entities;
mod errors;
pub(crate) mod events;
mod following;
mod history;
mod jobs;
mod media;
mod memories;
mod migrations;
mod places;
mod query;
mod remembering;
pub(crate) mod rows;
mod scopes;
mod sessions;
mod transcripts;
mod tree;
mod turns;
pub(crate) mod views;
mod writing;

use std::sync::Arc;

use sea_orm::{DatabaseConnection, DbBackend, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use time::OffsetDateTime;

use crate::{StoreResult, Stores};
pub use connect::{Durability, SqlOptions};
pub(crate) use elsewhere::{ChatLog, Followed, scope};
pub use migrations::MigrationState;
use writing::{Disk, Writing};

/// The store on a SQL database. Cloning is cheap and shares the connections.
#[derive(Clone)]
pub struct SqlStore {
    inner: Arc<Inner>,
    /// Where the messages are that memories are made from.
    chat_log: ChatLog,
}

struct Inner {
    read: DatabaseConnection,
    write: DatabaseConnection,
    /// Where the store itself waits for the disk.
    disk: Option<Arc<Disk>>,
    // Held for as long as the database inside it is open.
    _directory: Option<tempfile::TempDir>,
}

impl SqlStore {
    /// Opens `sqlite:` or `postgres:`. A SQLite file is made when missing; tables are not (see [`Self::migrate`]).
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn open(url: &str, options: SqlOptions) -> StoreResult<Self> {
        Self::connect(url, &options, None).await
    }

    /// A new SQLite database with all tables, gone when the last clone is dropped.
    ///
    /// # Errors
    /// When there is no place for it.
    pub async fn open_temporary() -> StoreResult<Self> {
        let directory =
            tempfile::tempdir().map_err(|error| crate::StoreError::Unavailable(error.kind().to_string()))?;
        let url = format!("sqlite://{}", directory.path().join("talker.db").display());
        let options = SqlOptions { durability: Durability::Careless, ..SqlOptions::default() };
        let store = Self::connect(&url, &options, Some(directory)).await?;
        store.migrate().await?;
        Ok(store)
    }

    async fn connect(url: &str, options: &SqlOptions, directory: Option<tempfile::TempDir>) -> StoreResult<Self> {
        let (read, write) = connect::connect(url, options).await?;
        let waits = options.durability == Durability::Full && write.get_database_backend() == DbBackend::Sqlite;
        let disk = if waits { Disk::under(&write).await? } else { None };
        Ok(Self { inner: Arc::new(Inner { read, write, disk, _directory: directory }), chat_log: ChatLog::Here })
    }

    /// All ports, served by this database.
    #[must_use]
    pub fn stores(&self) -> Stores {
        let store = Arc::new(self.clone());
        Stores {
            accounts: store.clone(),
            devices: store.clone(),
            characters: store.clone(),
            media: store.clone(),
            sessions: store.clone(),
            chats: store.clone(),
            history: store.clone(),
            turns: store.clone(),
            places: store.clone(),
            transcripts: store.clone(),
            memories: store.clone(),
            remembering: store.clone(),
            jobs: store,
        }
    }

    /// Brings the tables up to date.
    ///
    /// # Errors
    /// When a migration fails.
    pub async fn migrate(&self) -> StoreResult<()> {
        migrations::migrate_up(&self.inner.write).await
    }

    /// Which migrations there are, and whether each is applied. Changes nothing.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn migrations(&self) -> StoreResult<Vec<MigrationState>> {
        migrations::status(&self.inner.read).await
    }

    /// Asks the database for an answer.
    ///
    /// # Errors
    /// When there is none.
    pub async fn ping(&self) -> StoreResult<()> {
        query::row(self.read(), "SELECT 1", []).await.map(|_| ())
    }

    /// What time it is for the database, which is one for all nodes.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn database_time(&self) -> StoreResult<OffsetDateTime> {
        let sql = match self.inner.read.get_database_backend() {
            DbBackend::Sqlite => "SELECT CAST(unixepoch('subsec') * 1000000 AS bigint) AS now",
            _ => "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS bigint) AS now",
        };
        let row = query::row(self.read(), sql, []).await?;
        let row = row.ok_or_else(|| crate::StoreError::Corrupt("no time".into()))?;
        rows::time(row.try_get("", "now")?)
    }

    /// Ends all connections, and moves what SQLite has in its log into the file.
    ///
    /// # Errors
    /// When the database does not close well.
    pub async fn close(&self) -> StoreResult<()> {
        self.inner.read.close_by_ref().await?;
        self.inner.write.close_by_ref().await?;
        Ok(())
    }

    fn read(&self) -> &DatabaseConnection {
        &self.inner.read
    }

    /// Waits until all that was committed is as safe as it will be: before something is told that another wrote.
    async fn settle(&self) -> StoreResult<()> {
        writing::settle(self.inner.disk.as_ref()).await
    }

    /// A transaction that may write. Dropped without commit, it changes nothing.
    async fn begin(&self) -> StoreResult<Writing> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        Ok(Writing::new(self.inner.write.begin_with_options(options).await?, self.inner.disk.clone()))
    }
}
