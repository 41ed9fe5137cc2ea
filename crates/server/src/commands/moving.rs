//! `talker move`: everything that is kept, from one store to another.
//!
//! It goes table by table in small steps. How far it has come stands in the target, written in the same transaction as what was
//! moved, so whoever is killed goes on where they were. At the end both sides are read again and compared.

use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};
use sha2::{Digest, Sha256};
use store::StoreError;
use store::archive::{Archive, Checksum, Mark, TABLES, Table, checksum};
use store::sql::SqlStore;

use super::Outcome;
use crate::config::{Config, redacted_url};
use crate::data_dir;
use crate::lock::Lock;
use crate::terminal::say;
use crate::wire_up::{Database, StartError};

/// The word for SQLite in the data folder.
const EMBEDDED: &str = "embedded";

/// One side of a move, for this process alone.
struct Side {
    store: SqlStore,
    shown: String,
    _lock: Option<Lock>,
}

pub(super) async fn move_house(config: &Config, from: &str, to: &str) -> Outcome {
    if config.store.mongodb_url.is_some() {
        return Err(StartError(
            "MONGODB_URL is set, and a chat log in MongoDB is not moved yet: unset it to move between SQLite and PostgreSQL.".into(),
        ));
    }
    let (source, target) = (database(config, from)?, database(config, to)?);
    if source.url == target.url {
        return Err(StartError("Both sides are the same database.".into()));
    }
    if let Some(file) = source.file.as_ref().filter(|file| !file.exists()) {
        return Err(StartError(format!("There is nothing to move: {} is not there.", file.display())));
    }
    if from == EMBEDDED || to == EMBEDDED {
        data_dir::prepare(&config.data_dir).map_err(StartError)?;
    }
    let source = open(config, source).await?;
    let target = open(config, target).await?;
    let moved = Moving::begin(&source, &target).await?.run().await;
    drop(source.store.close().await);
    drop(target.store.close().await);
    moved?;
    say(format_args!(
        "\nEverything is in {} now, and {} is as it was. Point DATABASE_URL to the new place before the next start{}.",
        target.shown,
        source.shown,
        if to == EMBEDDED { " (embedded: unset it)" } else { "" }
    ));
    Ok(ExitCode::SUCCESS)
}

fn database(config: &Config, named: &str) -> Result<Database, StartError> {
    let is_known = ["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| named.starts_with(scheme));
    if named != EMBEDDED && !is_known {
        return Err(StartError(format!(
            "{} is no store: name `embedded`, or an address that begins with sqlite: or postgres:.",
            redacted_url(named)
        )));
    }
    let mut config = config.clone();
    config.store.url = (named != EMBEDDED).then(|| named.to_owned());
    Ok(Database::of(&config))
}

async fn open(config: &Config, mut database: Database) -> Result<Side, StartError> {
    let shown = redacted_url(&database.url);
    let lock = database.file.as_deref().map(|file| Lock::take(&file.with_extension("lock"))).transpose();
    let lock = lock.map_err(StartError)?;
    if database.file.is_none() {
        // By this name the connections of this process are told from those of others.
        let sign = if database.url.contains('?') { '&' } else { '?' };
        database.url.push_str(&format!("{sign}application_name=talker-move-{}", std::process::id()));
    }
    let store = database.connect(&config.store).await?.sql().clone();
    store
        .migrate()
        .await
        .map_err(|error| StartError(format!("The tables of {shown} cannot be brought up to date: {error}.")))?;
    Ok(Side { store, shown, _lock: lock })
}

/// A move that may go on.
struct Moving<'s> {
    source: &'s Side,
    target: &'s Side,
    counts: Vec<u64>,
    mark: Mark,
}

fn unread(side: &Side) -> impl Fn(StoreError) -> StartError + '_ {
    move |error| StartError(format!("{} cannot be read: {error}.", side.shown))
}

impl<'s> Moving<'s> {
    /// A new move into an empty store, or the one that was begun.
    async fn begin(source: &'s Side, target: &'s Side) -> Result<Self, StartError> {
        for side in [source, target] {
            let others = side.store.others().await.map_err(unread(side))?;
            if others > 0 {
                return Err(StartError(format!(
                    "{others} other connections of this user are open to {}. Stop every Talker that uses it, then begin again.",
                    side.shown
                )));
            }
        }
        if source.store.mark().await.map_err(unread(source))?.is_some() {
            return Err(StartError(format!(
                "A move into {} has not come to its end: finish that one first.",
                source.shown
            )));
        }
        let mut counts = Vec::with_capacity(TABLES.len());
        for table in TABLES {
            counts.push(source.store.count(table).await.map_err(unread(source))?);
        }
        let state = fingerprint(&source.shown, &counts);
        let mark = match target.store.mark().await.map_err(unread(target))? {
            Some(mark) if mark.source == state => {
                say("Going on where the last attempt ended.");
                mark
            }
            Some(_) => {
                return Err(StartError(format!(
                    "A move from somewhere else into {}, or from there in another state, has not come to its end. Make the \
                     target anew, then begin again.",
                    target.shown
                )));
            }
            None if target.store.is_empty().await.map_err(unread(target))? => {
                Mark { source: state, place: 0, after: String::new() }
            }
            None => {
                return Err(StartError(format!("{} is not empty: a move needs a store without data.", target.shown)));
            }
        };
        Ok(Self { source, target, counts, mark })
    }

    async fn run(mut self) -> Result<(), StartError> {
        let bar = bar(self.counts.iter().sum());
        let begun = self.mark.place;
        bar.set_position(self.counts.iter().take(begun).sum());
        for (place, table) in TABLES.iter().enumerate().skip(begun) {
            if place > begun {
                self.mark = Mark { place, after: String::new(), ..self.mark };
            }
            bar.set_message(table.name);
            self.carry(table, &bar).await?;
        }
        bar.finish_and_clear();
        self.compare().await?;
        self.target.store.finish().await.map_err(unwritten(self.target))
    }

    /// Carries one table, from where it stands.
    async fn carry(&mut self, table: &Table, bar: &ProgressBar) -> Result<(), StartError> {
        let mut after = table.read_key(&self.mark.after).map_err(unread(self.target))?;
        loop {
            let records = self.source.store.read(table, after.as_deref(), table.block).await;
            let records = records.map_err(unread(self.source))?;
            if let Some(last) = records.last() {
                let key = table.key_of(last).to_vec();
                self.mark.after = table.write_key(&key).map_err(unread(self.source))?;
                after = Some(key);
            }
            let written = self.target.store.write(table, &records, Some(&self.mark)).await;
            written.map_err(unwritten(self.target))?;
            bar.inc(records.len() as u64);
            if records.len() < table.block as usize {
                return Ok(());
            }
        }
    }

    /// Reads both sides again: they must be the same, record by record.
    async fn compare(&self) -> Result<(), StartError> {
        let bar = bar(2 * self.counts.iter().sum::<u64>());
        let mut sums: Vec<(&str, Checksum)> = Vec::with_capacity(TABLES.len());
        for table in TABLES {
            bar.set_message(format!("{} (comparing)", table.name));
            let here = checksum(&self.source.store, table, |more| bar.inc(more)).await.map_err(unread(self.source))?;
            let there = checksum(&self.target.store, table, |more| bar.inc(more)).await.map_err(unread(self.target))?;
            if here != there {
                bar.finish_and_clear();
                return Err(StartError(format!(
                    "{} differs after the move: {} records here, {} there. Something wrote to one of them meanwhile? Make the \
                     target anew, then begin again.",
                    table.name, here.count, there.count
                )));
            }
            sums.push((table.name, here));
        }
        bar.finish_and_clear();
        for (name, sum) in sums.iter().filter(|(_, sum)| sum.count > 0) {
            say(format_args!("✓ {name:<18} {:>10}  {}", sum.count, sum.short()));
        }
        Ok(())
    }
}

fn unwritten(side: &Side) -> impl Fn(StoreError) -> StartError + '_ {
    move |error| StartError(format!("{} cannot be written: {error}. The same command goes on from there.", side.shown))
}

/// The source and how much is in it: a source that was used meanwhile is another.
fn fingerprint(shown: &str, counts: &[u64]) -> String {
    let mut hash = Sha256::new();
    hash.update(shown.as_bytes());
    counts.iter().for_each(|count| hash.update(count.to_le_bytes()));
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bar(records: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("  {msg:32} {wide_bar} {pos} of {len}, {eta} left");
    let bar = ProgressBar::new(records);
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}
