//! The chat log on MongoDB: sessions, the tree of messages, events, turns and traces. All else stays in the relational
//! store beside it, and of each session a shadow that memories hang on.
//!
//! # How a change is made
//!
//! There are no transactions over several documents. The document of a session is its head, and the one place where its
//! changes are made:
//!
//! 1. The head is read. If it says that its last change is unfinished (`pending`), that is finished first.
//! 2. The change is planned from what is read after the head.
//! 3. The head is replaced by the one of after the change, if its number (`change`) is still the one that was read. Else the
//!    plan may be of yesterday, and all begins again. The new head holds what is left to do: the event, new messages, the
//!    way that comes into view. Here the change is made.
//! 4. What is left is done: memories follow, then messages and the event are written.
//! 5. `pending` is removed.
//!
//! # What a process can leave that dies
//!
//! Before 3, nothing. After 3, a head that says what is left; whoever reads the head next, a sweep at the latest, does it.
//! Readers of messages by their ids read the head too, before or after; what they find is of before the change or of after
//! it, and of after it once anybody has seen that. A stretch of a way is read again when its messages do not hang together.
//!
//! # Two who do the same, and one who sleeps
//!
//! What is left may be done by two at once, and by one who slept while others went on. Every message has the number of
//! the last change that touched it, and each statement of step 4 asks for messages of a lower number than its own, and sets
//! that. So nothing is done twice to one message, and a late one finds nothing to do: each message that its change
//! touched has its number at least, because the next change was made only when all of it was done. New messages and events
//! are inserted under their own ids and places, once. Memories follow a number once: it stands in the session's shadow,
//! and moves in the same transaction. The only thing a late one can still do is to write a message of a session that was deleted
//! meanwhile: nobody finds it, and `sweeping` removes it.
//!
//! Progress of a reply changes its document alone, by the fence of the turn, many replies in one command.
//!
//! # Sharding
//!
//! Every document names its session, and every unique index begins with it: `{ session_id: 1 }` or `"hashed"` is the key to
//! shard by (of `sessions`, `_id`). Only what is asked by the id of a message alone (`find_message`, progress, what
//! recall checks) goes to all shards, by `_id`.

mod accounts;
mod archive;
mod bonds;
mod chats;
mod db;
mod diaries;
mod documents;
mod errors;
#[cfg(feature = "conformance")]
mod faults;
mod heads;
mod history;
mod pending;
mod places;
mod progress;
mod records;
mod remembering;
mod schema;
mod sessions;
mod settling;
mod sweeping;
#[cfg(feature = "conformance")]
mod temporary;
mod transcripts;
mod tree;
mod turns;
mod views;

use std::sync::Arc;

use db::Db;
pub use db::{MongoOptions, Watcher};
#[cfg(feature = "conformance")]
pub use faults::Faults;
use sweeping::Sweeping;

use crate::sql::{MigrationState, SqlStore};
use crate::{StoreResult, Stores};

/// The chat log on MongoDB, and all else on a SQL database. Cloning is cheap and shares the connections.
#[derive(Clone)]
pub struct MongoStore {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    sql: SqlStore,
    sweeping: Sweeping,
    /// For tests: removes the database at the end.
    #[cfg(feature = "conformance")]
    temporary: std::sync::OnceLock<temporary::Temporary>,
}

impl MongoStore {
    /// Opens the database that a `mongodb:` URL names, `talker` where it names none, for the chat log of the installation
    /// whose other data is in `sql`. Connects when it is first used.
    ///
    /// # Errors
    /// When the URL cannot be used.
    pub async fn open(url: &str, sql: &SqlStore, options: &MongoOptions) -> StoreResult<Self> {
        let db = Db::connect(url, options).await?;
        let sql = sql.with_chat_log_elsewhere();
        let inner = Inner {
            db,
            sql,
            sweeping: Sweeping::default(),
            #[cfg(feature = "conformance")]
            temporary: std::sync::OnceLock::new(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// All ports.
    #[must_use]
    pub fn stores(&self) -> Stores {
        let store = Arc::new(self.clone());
        Stores {
            accounts: store.clone(),
            sessions: store.clone(),
            chats: store.clone(),
            history: store.clone(),
            turns: store.clone(),
            places: store.clone(),
            transcripts: store.clone(),
            bonds: store.clone(),
            diaries: store.clone(),
            diary_pages: store.clone(),
            progress: store.clone(),
            remembering: store,
            ..self.sql().stores()
        }
    }

    /// Brings the tables, and the collections with their indexes, up to date.
    ///
    /// # Errors
    /// When one of the databases refuses.
    pub async fn migrate(&self) -> StoreResult<()> {
        self.sql().migrate().await?;
        self.make_collections().await
    }

    /// Which migrations there are, those of MongoDB at the end, and whether each is applied. Changes nothing.
    ///
    /// # Errors
    /// When one of the databases cannot be reached.
    pub async fn migrations(&self) -> StoreResult<Vec<MigrationState>> {
        let mut migrations = self.sql().migrations().await?;
        let version = self.version().await?.unwrap_or_default();
        migrations.extend((1..=schema::VERSION).map(|n| MigrationState {
            name: format!("mongodb_{n:04}_chat_log"),
            applied: n <= version,
            known: true,
        }));
        Ok(migrations)
    }

    /// Whether a chat log was ever begun in that database.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn is_begun(&self) -> StoreResult<bool> {
        Ok(self.version().await?.is_some())
    }

    /// Asks MongoDB for an answer.
    ///
    /// # Errors
    /// When there is none.
    pub async fn ping(&self) -> StoreResult<()> {
        self.db().ping().await
    }

    /// How often this store has asked MongoDB until now.
    #[must_use]
    pub fn round_trips(&self) -> u64 {
        self.db().asked.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// Ends the connections to MongoDB, then those of the relational store.
    ///
    /// # Errors
    /// When the relational store does not close well.
    pub async fn close(&self) -> StoreResult<()> {
        self.db().close().await;
        self.sql().close().await
    }

    /// The relational store.
    #[must_use]
    pub fn sql(&self) -> &SqlStore {
        &self.inner.sql
    }

    /// For tests: when this process dies.
    #[cfg(feature = "conformance")]
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.db().faults
    }

    fn db(&self) -> &Db {
        &self.inner.db
    }

    fn sweeping(&self) -> &Sweeping {
        &self.inner.sweeping
    }
}
