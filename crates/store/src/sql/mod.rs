//! The ports on SQLite and PostgreSQL, from one source.
//!
//! Statements are written once, with `$1`-style parameters that both servers read. Times are microseconds since 1970,
//! closed sets are their own spelling, lists are JSON. A transaction that writes takes its session's row first, so the
//! changes of one session happen one after the other; one that changes memories takes their scope's row next, for the same
//! reason.

mod accounts;
mod api_keys;
mod archive;
mod audit;
mod blocks;
mod bonds;
mod cards;
mod cases;
mod characters;
pub(crate) mod chats;
mod connect;
mod consents;
pub(crate) mod cursors;
mod devices;
mod diaries;
mod discovery;
mod elsewhere;
mod embedders;
pub(crate) mod entities;
mod errors;
pub(crate) mod events;
mod following;
mod follows;
mod friends;
mod gauges;
pub(crate) mod groups;
mod history;
mod inboxes;
mod initiatives;
mod jobs;
mod lagging;
mod lorebooks;
mod media;
mod memories;
mod migrations;
mod moments;
mod notifications;
mod origins;
mod patience;
mod people;
mod places;
mod plans;
mod profiles;
mod progress;
mod pushes;
mod query;
mod queue;
mod recommendations;
mod remembering;
mod reports;
mod responses;
mod routes;
pub(crate) mod rows;
mod scopes;
mod seen;
pub(crate) mod sessions;
mod sittings;
mod taking_part;
#[cfg(test)]
mod testing;
mod transcripts;
mod tree;
pub(crate) mod turns;
mod usage;
mod vectors;
pub(crate) mod views;
mod writing;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use domain::ids::UserId;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use time::OffsetDateTime;

use crate::{StoreError, StoreResult, Stores};
pub use connect::{Durability, SqlOptions};
pub(crate) use elsewhere::{ChatLog, Followed, scope};
pub use gauges::{PoolGauge, QueueGauge};
pub use migrations::MigrationState;
pub use plans::Plan;
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
    asked: Arc<AtomicU64>,
    /// What a temporary database was asked, for [`SqlStore::plans`].
    statements: Option<Arc<plans::Statements>>,
    unlearned: lagging::Round,
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
        let (mut read, mut write) = connect::connect(url, options).await?;
        let asked = Arc::new(AtomicU64::new(0));
        let statements = directory.is_some().then(Arc::default);
        for pool in [&mut read, &mut write] {
            let (asked, statements) = (Arc::clone(&asked), statements.clone());
            pool.set_metric_callback(move |info| {
                asked.fetch_add(1, Ordering::Relaxed);
                plans::note(statements.as_deref(), &info.statement.sql);
            });
        }
        let waits = options.durability == Durability::Full && write.get_database_backend() == DbBackend::Sqlite;
        let disk = if waits { Disk::under(&write).await? } else { None };
        let unlearned = lagging::Round::default();
        let inner = Inner { read, write, disk, asked, statements, unlearned, _directory: directory };
        Ok(Self { inner: Arc::new(inner), chat_log: ChatLog::Here })
    }

    /// All ports, served by this database.
    #[must_use]
    pub fn stores(&self) -> Stores {
        let store = Arc::new(self.clone());
        Stores {
            accounts: store.clone(),
            consents: store.clone(),
            devices: store.clone(),
            api_keys: store.clone(),
            characters: store.clone(),
            cards: store.clone(),
            media: store.clone(),
            sessions: store.clone(),
            chats: store.clone(),
            history: store.clone(),
            turns: store.clone(),
            places: store.clone(),
            transcripts: store.clone(),
            memories: store.clone(),
            remembering: store.clone(),
            bonds: store.clone(),
            diaries: store.clone(),
            diary_pages: store.clone(),
            routes: store.clone(),
            progress: store.clone(),
            jobs: store.clone(),
            people: store.clone(),
            usage: store.clone(),
            queue: store.clone(),
            audit: store.clone(),
            discovery: store.clone(),
            embedders: store.clone(),
            profiles: store.clone(),
            friends: store.clone(),
            circles: store.clone(),
            follows: store.clone(),
            blocks: store.clone(),
            reports: store.clone(),
            notifications: store.clone(),
            inboxes: store.clone(),
            pushes: store.clone(),
            tastes: store.clone(),
            training: store.clone(),
            snapshots: store.clone(),
            groups: store.clone(),
            reported: store.clone(),
            moments: store.clone(),
            responses: store.clone(),
            taking_part: store.clone(),
            posting: store.clone(),
            lorebooks: store.clone(),
            lore_shelves: store.clone(),
            initiatives: store.clone(),
            first_messages: store.clone(),
            sittings: store.clone(),
            origins: store,
        }
    }

    /// Brings the tables up to date.
    ///
    /// # Errors
    /// When a migration fails.
    pub async fn migrate(&self) -> StoreResult<()> {
        migrations::up(&self.inner.write).await
    }

    /// Takes the last `steps` steps of the tables back, with what is in them; their names.
    ///
    /// # Errors
    /// When a step cannot be taken back, or is not this version's.
    pub async fn migrate_down(&self, steps: u32) -> StoreResult<Vec<String>> {
        migrations::down(&self.inner.write, steps).await
    }

    /// Which migrations there are, and whether each is applied. Changes nothing.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn migrations(&self) -> StoreResult<Vec<MigrationState>> {
        migrations::status(&self.inner.read).await
    }

    /// How often this store has asked its database until now: statements, and the beginnings and ends of transactions that
    /// may write. Each is one way there and back.
    #[must_use]
    pub fn round_trips(&self) -> u64 {
        self.inner.asked.load(Ordering::Relaxed)
    }

    /// Copies a SQLite database, as it is at one moment, into a new file. Those who write go on meanwhile.
    ///
    /// # Errors
    /// When it cannot be read, or the file not be written.
    pub async fn snapshot(&self, to: &std::path::Path) -> StoreResult<()> {
        query::run(self.read(), "VACUUM INTO $1", [to.to_string_lossy().into_owned().into()]).await.map(|_| ())
    }

    /// Whether a SQLite database is whole.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn is_sound(&self) -> StoreResult<bool> {
        let row = query::row(self.read(), "PRAGMA quick_check(1)", []).await?;
        Ok(row.map(|row| row.try_get_by_index::<String>(0)).transpose()?.is_some_and(|said| said == "ok"))
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
        for conn in [&self.inner.read, &self.inner.write] {
            patience::closed(conn.get_database_backend(), conn.close_by_ref()).await?;
        }
        Ok(())
    }

    fn read(&self) -> &DatabaseConnection {
        &self.inner.read
    }

    /// Reads, but not for ever.
    async fn read_within<T>(&self, read: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
        patience::within(self.inner.read.get_database_backend(), read).await
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
        self.inner.asked.fetch_add(2, Ordering::Relaxed);
        let write = &self.inner.write;
        let tx = patience::within(write.get_database_backend(), write.begin_with_options(options)).await?;
        Ok(Writing::new(tx, self.inner.disk.clone()))
    }
}

/// What holds the rows that a statement selects until its transaction ends, where others may write at the same time.
fn for_update<C: ConnectionTrait>(conn: &C) -> &'static str {
    if conn.get_database_backend() == DbBackend::Postgres { " FOR UPDATE" } else { "" }
}

/// The same, but for those who only need them to stay.
fn for_share<C: ConnectionTrait>(conn: &C) -> &'static str {
    if conn.get_database_backend() == DbBackend::Postgres { " FOR SHARE" } else { "" }
}

/// Holds a person until the transaction ends: who else holds them waits. `NotFound` without them.
async fn hold_user(tx: &DatabaseTransaction, user: UserId) -> StoreResult<()> {
    let sql = format!("SELECT 1 FROM users WHERE id = $1{}", for_update(tx));
    query::row(tx, sql, [user.0.into()]).await?.map(drop).ok_or(StoreError::NotFound)
}
