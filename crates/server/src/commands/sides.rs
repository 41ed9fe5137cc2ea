//! The two sides of a move: how they are named, and what must be so of each before anything moves.

use std::time::Duration;

use service::clock::{Clock, SystemClock};
use store::mongo::{MongoOptions, MongoStore};
use store::{Store, StoreError};

use crate::config::{Config, StoreConfig, redacted_url};
use crate::lock::Lock;
use crate::wire_up::{Database, StartError};

/// The word for SQLite in the data folder.
const EMBEDDED: &str = "embedded";

/// The word for what the configuration names, which need not be typed.
const CONFIGURED: &str = "configured";

/// Statements of a move read and write many records: how long MongoDB may take to take one up.
const PATIENCE: Duration = Duration::from_secs(15);

/// A side, as it was named.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named<'n> {
    /// The relational store.
    pub store: &'n str,
    /// Where the chat log is, when that is in MongoDB.
    pub mongodb: Option<&'n str>,
}

/// Where a side is.
pub(super) struct Place {
    pub database: Database,
    pub mongodb_url: Option<String>,
    /// Whether it is the embedded store.
    pub is_embedded: bool,
}

impl Place {
    pub(super) fn of(config: &Config, named: Named<'_>) -> Result<Self, StartError> {
        let mut config = config.clone();
        let is_known = ["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| named.store.starts_with(scheme));
        match named.store {
            EMBEDDED => config.store.url = None,
            CONFIGURED => {}
            url if is_known => config.store.url = Some(url.to_owned()),
            other => {
                return Err(StartError(format!(
                    "{} is no store: name `embedded`, `configured`, or an address that begins with sqlite: or postgres:.",
                    redacted_url(other)
                )));
            }
        }
        let mongodb_url = match named.mongodb {
            None => None,
            Some(CONFIGURED) => {
                Some(config.store.mongodb_url.clone().ok_or_else(|| {
                    StartError("MONGODB_URL is not set, so `configured` names no chat log.".to_owned())
                })?)
            }
            Some(url) if url.starts_with("mongodb://") || url.starts_with("mongodb+srv://") => Some(url.to_owned()),
            Some(other) => {
                return Err(StartError(format!(
                    "{} is no chat log: name `configured`, or an address that begins with mongodb: or mongodb+srv:.",
                    redacted_url(other)
                )));
            }
        };
        Ok(Self { is_embedded: config.store.url.is_none(), database: Database::of(&config), mongodb_url })
    }
}

/// One side of a move, for this process alone.
pub(super) struct Side {
    pub store: Store,
    /// The relational store, without its password.
    pub shown: String,
    /// The chat log in MongoDB, without its password.
    pub log: Option<String>,
    _lock: Option<Lock>,
}

impl Side {
    /// Connects to what is there.
    pub(super) async fn open(config: &Config, place: Place) -> Result<Self, StartError> {
        let mut database = place.database;
        let shown = redacted_url(&database.url);
        let lock = database.file.as_deref().map(|file| Lock::take(&file.with_extension("lock"))).transpose();
        let lock = lock.map_err(StartError)?;
        if database.file.is_none() {
            // By this name the connections of this process are told from those of others.
            let sign = if database.url.contains('?') { '&' } else { '?' };
            database.url.push_str(&format!("{sign}application_name=talker-move-{}", std::process::id()));
        }
        let store = database.connect(&StoreConfig { mongodb_url: None, ..config.store.clone() }).await?;
        let log = place.mongodb_url.as_deref().map(redacted_url);
        let store = match (place.mongodb_url, &log) {
            (Some(url), Some(log)) => {
                let options = MongoOptions { wait: PATIENCE, ..MongoOptions::default() };
                let opened = MongoStore::open(&url, store.sql(), &options).await;
                Store::Mongo(opened.map_err(|error| StartError(format!("{log} cannot be opened: {error}.")))?)
            }
            _ => store,
        };
        Ok(Self { store, shown, log, _lock: lock })
    }

    /// Brings tables and collections up to date.
    pub(super) async fn migrate(&self) -> Result<(), StartError> {
        let migrated = self.store.migrate().await;
        migrated
            .map_err(|error| StartError(format!("The tables of {} cannot be brought up to date: {error}.", self.shown)))
    }

    /// Refuses while others use it.
    pub(super) async fn refuse_others(&self) -> Result<(), StartError> {
        match self.store.archive().others().await.map_err(self.unread())? {
            0 => Ok(()),
            others => Err(StartError(format!(
                "{others} other connections of this user are open to {}. Stop every Talker that uses it, then begin again.",
                self.shown
            ))),
        }
    }

    /// Refuses to take from a store without its chat log, and has it do what it has left to do.
    pub(super) async fn put_in_order(&self) -> Result<(), StartError> {
        let (sql, shown) = (self.store.sql(), &self.shown);
        let (Store::Mongo(mongo), Some(log)) = (&self.store, &self.log) else {
            if sql.holds_shadows().await.map_err(self.unread())? {
                return Err(StartError(format!(
                    "The sessions in {shown} are there without anything that was said in them: their chat log is in MongoDB. \
                     Name it with --from-mongodb."
                )));
            }
            return Ok(());
        };
        if sql.holds_chat_log().await.map_err(self.unread())? {
            return Err(StartError(format!("The chat log of {shown} is in its own tables: leave out --from-mongodb.")));
        }
        mongo.put_in_order(SystemClock.now()).await.map_err(|error| match error {
            StoreError::Refused(why) => StartError(format!("{log} is not the chat log of {shown}: {why}.")),
            error => self.unread()(error),
        })
    }

    /// Refuses a chat log that was never begun: an address with a mistake in it, most of the time.
    pub(super) async fn refuse_nowhere(&self) -> Result<(), StartError> {
        match (&self.store, &self.log) {
            (Store::Mongo(mongo), Some(log)) if !mongo.is_begun().await.map_err(self.unread())? => {
                Err(StartError(format!("There is no chat log in {log}.")))
            }
            _ => Ok(()),
        }
    }

    /// Refuses what has anything in it.
    pub(super) async fn refuse_full(&self) -> Result<(), StartError> {
        let full = if !self.store.sql().is_empty().await.map_err(self.unread())? {
            &self.shown
        } else if !self.store.is_empty().await.map_err(self.unread())? {
            self.log.as_ref().unwrap_or(&self.shown)
        } else {
            return Ok(());
        };
        Err(StartError(format!("{full} is not empty: a move needs a store without data.")))
    }

    pub(super) fn unread(&self) -> impl Fn(StoreError) -> StartError + '_ {
        move |error| StartError(format!("{} cannot be read: {error}.", self.all()))
    }

    pub(super) fn unwritten(&self) -> impl Fn(StoreError) -> StartError + '_ {
        move |error| {
            StartError(format!("{} cannot be written: {error}. The same command goes on from there.", self.all()))
        }
    }

    /// Everything it consists of.
    pub(super) fn all(&self) -> String {
        self.log.as_ref().map_or_else(|| self.shown.clone(), |log| format!("{} with {log}", self.shown))
    }
}
