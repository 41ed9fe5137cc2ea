//! The connection: how careful, how patient, and the one gate that every statement passes.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use mongodb::bson::{Document, doc};
use mongodb::event::EventHandler;
use mongodb::event::command::CommandEvent;
use mongodb::options::{Acknowledgment, ClientOptions, ReadConcern, SelectionCriteria, WriteConcern};
use mongodb::{Client, Collection, Database};

use super::documents::{EventDoc, HeadDoc, MessageDoc, RevisionDoc, TraceDoc};
use super::errors;
use crate::{StoreError, StoreResult};

/// The database where the URL names none.
const DEFAULT_DATABASE: &str = "talker";

/// How often a command is sent again whose statements may be repeated.
const REPEATS: usize = 2;

/// Is told the name of every command that is sent.
pub type Watcher = Arc<dyn Fn(&str) + Send + Sync>;

/// How MongoDB is used.
#[derive(Clone)]
pub struct MongoOptions {
    /// Connections to each server.
    pub connections: u32,
    /// How long a caller waits for a server, and for the answer to one statement.
    pub wait: Duration,
    /// Is told the name of every command.
    pub watcher: Option<Watcher>,
}

impl Default for MongoOptions {
    fn default() -> Self {
        Self { connections: 32, wait: Duration::from_secs(5), watcher: None }
    }
}

/// The database and its collections.
#[derive(Clone)]
pub(super) struct Db {
    client: Client,
    pub database: Database,
    pub heads: Collection<HeadDoc>,
    /// The same, for those of which only a tombstone is left.
    pub tombstones: Collection<Document>,
    pub messages: Collection<MessageDoc>,
    pub events: Collection<EventDoc>,
    pub revisions: Collection<RevisionDoc>,
    pub traces: Collection<TraceDoc>,
    /// People who leave.
    pub departures: Collection<Document>,
    wait: Duration,
    /// Statements until now.
    pub asked: Arc<AtomicU64>,
    /// For tests: how this process dies.
    #[cfg(feature = "conformance")]
    pub faults: super::faults::Faults,
}

impl Db {
    pub(super) async fn connect(url: &str, options: &MongoOptions) -> StoreResult<Self> {
        let mut parsed = ClientOptions::parse(url)
            .await
            .map_err(|_| StoreError::Unavailable("the URL of MongoDB cannot be read".into()))?;
        parsed.app_name.get_or_insert_with(|| "talker".into());
        parsed.server_selection_timeout = Some(options.wait);
        parsed.connect_timeout = Some(options.wait);
        parsed.max_pool_size = Some(options.connections.max(1));
        parsed.retry_writes = Some(true);
        parsed.retry_reads = Some(true);
        parsed.selection_criteria = Some(SelectionCriteria::ReadPreference(mongodb::options::ReadPreference::Primary));
        parsed.read_concern = Some(ReadConcern::majority());
        let mut careful = WriteConcern::majority();
        (careful.journal, careful.w_timeout) = (Some(true), Some(options.wait));
        parsed.write_concern = Some(careful);
        parsed.command_event_handler = options.watcher.clone().map(watch);
        let name = parsed.default_database.clone().unwrap_or_else(|| DEFAULT_DATABASE.to_owned());
        let client = Client::with_options(parsed).map_err(|error| errors::unavailable(&error))?;
        let database = client.database(&name);
        Ok(Self {
            heads: database.collection("sessions"),
            messages: database.collection("messages"),
            events: database.collection("events"),
            revisions: database.collection("message_revisions"),
            traces: database.collection("reply_traces"),
            departures: database.collection("departures"),
            tombstones: database.collection("sessions"),
            database,
            client,
            wait: options.wait,
            asked: Arc::default(),
            #[cfg(feature = "conformance")]
            faults: super::faults::Faults::default(),
        })
    }

    /// One statement: bounded in time, its error without what it may quote.
    pub(super) async fn run<T>(
        &self,
        statement: impl IntoFuture<Output = mongodb::error::Result<T>>,
    ) -> StoreResult<T> {
        self.run_within(self.wait * 2, statement).await
    }

    /// The same for a statement that takes longer the more there is.
    pub(super) async fn run_within<T>(
        &self,
        limit: Duration,
        statement: impl IntoFuture<Output = mongodb::error::Result<T>>,
    ) -> StoreResult<T> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.step(async {
            match tokio::time::timeout(limit, statement.into_future()).await {
                Ok(answer) => answer.map_err(StoreError::from),
                Err(_) => Err(StoreError::Unavailable("MongoDB does not answer".into())),
            }
        })
        .await
    }

    /// One step towards a change, of whichever database: after any of them this process may die.
    pub(super) async fn step<T>(&self, step: impl Future<Output = StoreResult<T>>) -> StoreResult<T> {
        #[cfg(feature = "conformance")]
        return self.faults.through(step).await;
        #[cfg(not(feature = "conformance"))]
        step.await
    }

    /// All documents that a query finds.
    pub(super) async fn all<T>(&self, query: mongodb::action::Find<'_, T>) -> StoreResult<Vec<T>>
    where
        T: serde::de::DeserializeOwned + Send + Sync + Unpin,
    {
        self.run(async { futures_util::TryStreamExt::try_collect(query.await?).await }).await
    }

    /// Updates of one collection in one command, one after the other. They may be repeated, so after a lost answer, or
    /// when another inserts the same at the same moment, they are. How many documents they found or made.
    pub(super) async fn update(&self, collection: &str, updates: &[Document], ordered: bool) -> StoreResult<u64> {
        let mut found = 0;
        for block in updates.chunks(1_000) {
            found += self.update_block(collection, block, ordered).await?;
        }
        Ok(found)
    }

    async fn update_block(&self, collection: &str, updates: &[Document], ordered: bool) -> StoreResult<u64> {
        let wait = i64::try_from(self.wait.as_millis()).unwrap_or(i64::MAX);
        let command = doc! {
            "update": collection, "updates": updates, "ordered": ordered,
            "writeConcern": { "w": "majority", "j": true, "wtimeout": wait },
        };
        let mut repeats = 0;
        loop {
            let answer = self.run(self.database.run_command(command.clone())).await;
            let answer = answer.and_then(|answer| errors::of_update(&answer));
            match answer {
                Ok(errors::Updated::All(found)) => return Ok(found),
                Ok(errors::Updated::MadeTwice) | Err(StoreError::Unavailable(_)) if repeats < REPEATS => repeats += 1,
                Ok(errors::Updated::MadeTwice) => return Err(StoreError::Corrupt("a document is there twice".into())),
                Err(error) => return Err(error),
            }
        }
    }

    /// A write that need not outlive this server: it is made again when it is lost.
    pub(super) fn hasty() -> WriteConcern {
        WriteConcern::from(Acknowledgment::Nodes(1))
    }

    pub(super) async fn ping(&self) -> StoreResult<()> {
        self.run(self.database.run_command(doc! { "ping": 1 })).await.map(|_| ())
    }

    pub(super) async fn close(&self) {
        // Idle connections are all there are once the callers are gone.
        let _ = tokio::time::timeout(self.wait, self.client.clone().shutdown().immediate(true)).await;
    }
}

fn watch(watcher: Watcher) -> EventHandler<CommandEvent> {
    EventHandler::callback(move |event: CommandEvent| {
        if let CommandEvent::Started(started) = event {
            watcher(&started.command_name);
        }
    })
}
