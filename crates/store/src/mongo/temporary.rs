//! For tests: databases of their own, gone with the last who holds them.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::ids::SessionId;
use mongodb::Client;
use mongodb::bson::doc;

use super::documents::id;
use super::{MongoOptions, MongoStore};
use crate::sql::SqlStore;
use crate::{StoreError, StoreResult};

/// Databases that this process has made.
static MADE: AtomicU64 = AtomicU64::new(0);

/// How long a database may take to go.
const GOING: Duration = Duration::from_secs(10);

/// A database that goes when this does.
pub(super) struct Temporary {
    url: String,
    name: String,
}

impl MongoStore {
    /// The chat log in a new database on a server, with all collections; the tables of `sql` are there. It is gone when
    /// the last clone is dropped.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn open_temporary(server: &str, sql: &SqlStore, options: &MongoOptions) -> StoreResult<Self> {
        let (address, parameters) = server.split_once('?').unwrap_or((server, ""));
        let made = MADE.fetch_add(1, Ordering::Relaxed);
        let chance = RandomState::new().hash_one(made);
        let name = format!("talker_test_{}_{made}_{:08x}", std::process::id(), chance >> 32);
        let (scheme, rest) = address.split_once("://").unwrap_or(("mongodb", address));
        let host = rest.split_once('/').map_or(rest, |(host, _)| host);
        let url = format!("{scheme}://{host}/{name}?{parameters}");
        let store = Self::open(&url, sql, options).await?;
        drop(store.inner.temporary.set(Temporary { url, name }));
        store.make_collections().await?;
        Ok(store)
    }

    /// Another node on the databases of this one, which must outlive it.
    ///
    /// # Errors
    /// When this one is not temporary.
    pub async fn another_node(&self, options: &MongoOptions) -> StoreResult<Self> {
        let there = self.inner.temporary.get().ok_or(StoreError::NotFound)?;
        Self::open(&there.url, self.sql(), options).await
    }

    /// The same chat log beside another relational store, to which it does not belong. This one must outlive it.
    ///
    /// # Errors
    /// When this one is not temporary.
    pub async fn beside(&self, sql: &SqlStore) -> StoreResult<Self> {
        let there = self.inner.temporary.get().ok_or(StoreError::NotFound)?;
        Self::open(&there.url, sql, &MongoOptions::default()).await
    }

    /// How many documents there are of a session, but for its head.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn documents_of(&self, session: SessionId) -> StoreResult<u64> {
        let (db, of) = (self.db(), doc! { "session_id": id(session.0) });
        let (messages, events, revisions, traces) = tokio::try_join!(
            db.run(db.messages.count_documents(of.clone())),
            db.run(db.events.count_documents(of.clone())),
            db.run(db.revisions.count_documents(of.clone())),
            db.run(db.traces.count_documents(of.clone())),
        )?;
        Ok(messages + events + revisions + traces)
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let (url, name) = (self.url.clone(), self.name.clone());
        // A thread with a runtime of its own: that of the test may be about to end.
        let going = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let gone = runtime.block_on(async {
                let going = async { Client::with_uri_str(&url).await?.database(&name).drop().await };
                tokio::time::timeout(GOING, going).await
            });
            runtime.shutdown_background();
            gone.map(drop).map_err(std::io::Error::from)
        });
        drop(going.join());
    }
}
