//! The ports on SQLite and PostgreSQL, from one source.
//!
//! Statements are written once, with `$1`-style parameters that both servers read. Times are microseconds since 1970,
//! closed sets are their own spelling, lists are JSON. A transaction that writes takes its session's row first, so the
//! changes of one session happen one after the other.

mod accounts;
mod characters;
mod chats;
mod connect;
mod cursors;
mod devices;
mod entities;
mod errors;
mod events;
mod history;
mod media;
mod migrations;
mod query;
mod rows;
mod sessions;
mod tree;
mod turns;
mod views;

use std::sync::Arc;

use sea_orm::{DatabaseConnection, DatabaseTransaction, SqliteTransactionMode, TransactionOptions, TransactionTrait};

use crate::{StoreResult, Stores};
pub use connect::{Durability, SqlOptions};
pub use migrations::MigrationState;

/// The store on a SQL database. Cloning is cheap and shares the connections.
#[derive(Clone)]
pub struct SqlStore {
    inner: Arc<Inner>,
}

struct Inner {
    read: DatabaseConnection,
    write: DatabaseConnection,
    // Held for as long as the database inside it is open.
    _directory: Option<tempfile::TempDir>,
}

impl SqlStore {
    /// Opens `sqlite:` or `postgres:`. A SQLite file is made when missing; tables are not (see [`Self::migrate`]).
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn open(url: &str, options: SqlOptions) -> StoreResult<Self> {
        let (read, write) = connect::connect(url, &options).await?;
        Ok(Self { inner: Arc::new(Inner { read, write, _directory: None }) })
    }

    /// A new SQLite database with all tables, gone when the last clone is dropped.
    ///
    /// # Errors
    /// When there is no place for it.
    pub async fn open_temporary() -> StoreResult<Self> {
        let directory = tempfile::tempdir().map_err(|error| crate::StoreError::Unavailable(error.kind().to_string()))?;
        let url = format!("sqlite://{}", directory.path().join("talker.db").display());
        let options = SqlOptions { durability: Durability::Careless, ..SqlOptions::default() };
        let (read, write) = connect::connect(&url, &options).await?;
        let store = Self { inner: Arc::new(Inner { read, write, _directory: Some(directory) }) };
        store.migrate().await?;
        Ok(store)
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
            turns: store,
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

    /// A transaction that may write. Dropped without commit, it changes nothing.
    async fn begin(&self) -> StoreResult<DatabaseTransaction> {
        let options = TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..Default::default() };
        Ok(self.inner.write.begin_with_options(options).await?)
    }
}
