//! `talker move`: everything that is kept, from one store to another.
//!
//! It goes table by table in small steps. How far it has come stands in the target's relational store, written in the same
//! transaction as what was moved there, and after what went into MongoDB: so whoever is killed goes on where they were, and repeats
//! one step at most. At the end both sides are read again and compared.

use std::process::ExitCode;

use indicatif::{ProgressBar, ProgressStyle};
use sha2::{Digest, Sha256};
use store::archive::{Checksum, Mark, TABLES, Table, checksum};

use super::Outcome;
use super::sides::{Named, Place, Side};
use crate::config::Config;
use crate::data_dir;
use crate::terminal::say;
use crate::wire_up::StartError;

pub(super) async fn move_house(config: &Config, from: Named<'_>, to: Named<'_>) -> Outcome {
    if config.store.mongodb_url.is_some() && from.mongodb.is_none() && to.mongodb.is_none() {
        return Err(StartError(
            "MONGODB_URL is set: say with `--from-mongodb configured` or `--to-mongodb configured` on which side that chat log \
             is, or unset it."
                .into(),
        ));
    }
    let (source, target) = (Place::of(config, from)?, Place::of(config, to)?);
    if source.database.url == target.database.url {
        return Err(StartError("Both sides are the same database.".into()));
    }
    if source.mongodb_url.is_some() && source.mongodb_url == target.mongodb_url {
        return Err(StartError("Both sides have the same chat log.".into()));
    }
    if let Some(file) = source.database.file.as_ref().filter(|file| !file.exists()) {
        return Err(StartError(format!("There is nothing to move: {} is not there.", file.display())));
    }
    if source.is_embedded || target.is_embedded {
        data_dir::prepare(&config.data_dir).map_err(StartError)?;
    }
    let goes_home = target.is_embedded;
    let source = Side::open(config, source).await?;
    source.refuse_nowhere().await?;
    let target = Side::open(config, target).await?;
    for side in [&source, &target] {
        side.migrate().await?;
    }
    let moved = Moving::begin(&source, &target).await?.run().await;
    drop(source.store.close().await);
    drop(target.store.close().await);
    moved?;
    say(farewell(&source, &target, goes_home));
    Ok(ExitCode::SUCCESS)
}

/// What is to be done now.
fn farewell(source: &Side, target: &Side, goes_home: bool) -> String {
    let home = if goes_home { " (embedded: unset it)" } else { "" };
    let log = match (&source.log, &target.log) {
        (_, Some(log)) => format!(", and MONGODB_URL to {log}"),
        (Some(_), None) => ", and unset MONGODB_URL".to_owned(),
        (None, None) => String::new(),
    };
    format!(
        "\nEverything is in {} now, and {} is as it was. Point DATABASE_URL to the new place before the next start{home}{log}.",
        target.all(),
        source.all()
    )
}

/// A move that may go on.
struct Moving<'s> {
    source: &'s Side,
    target: &'s Side,
    counts: Vec<u64>,
    mark: Mark,
}

impl<'s> Moving<'s> {
    /// A new move into an empty store, or the one that was begun.
    async fn begin(source: &'s Side, target: &'s Side) -> Result<Self, StartError> {
        for side in [source, target] {
            side.refuse_others().await?;
        }
        if source.store.archive().mark().await.map_err(source.unread())?.is_some() {
            return Err(StartError(format!(
                "A move into {} has not come to its end: finish that one first.",
                source.all()
            )));
        }
        let begun = target.store.archive().mark().await.map_err(target.unread())?;
        if begun.is_none() {
            target.refuse_full().await?;
        }
        source.put_in_order().await?;
        let mut counts = Vec::with_capacity(TABLES.len());
        for table in TABLES {
            counts.push(source.store.archive().count(table).await.map_err(source.unread())?);
        }
        let state = fingerprint(source, target, &counts);
        let mark = match begun {
            Some(mark) if mark.source == state => {
                say("Going on where the last attempt ended.");
                mark
            }
            Some(_) => {
                return Err(StartError(format!(
                    "A move from somewhere else into {}, or from there in another state, or with another place for the chat log, \
                     has not come to its end. Make the target anew, then begin again.",
                    target.all()
                )));
            }
            None => Mark { source: state, place: 0, after: String::new() },
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
        self.target.store.archive().finish().await.map_err(self.target.unwritten())
    }

    /// Carries one table, from where it stands.
    async fn carry(&mut self, table: &Table, bar: &ProgressBar) -> Result<(), StartError> {
        let mut after = table.read_key(&self.mark.after).map_err(self.target.unread())?;
        loop {
            let records = self.source.store.archive().read(table, after.as_deref(), table.block).await;
            let records = records.map_err(self.source.unread())?;
            if let Some(last) = records.last() {
                let key = table.key_of(last).to_vec();
                self.mark.after = table.write_key(&key).map_err(self.source.unread())?;
                after = Some(key);
            }
            let written = self.target.store.archive().write(table, &records, Some(&self.mark)).await;
            written.map_err(self.target.unwritten())?;
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
            let here = checksum(self.source.store.archive(), table, |more| bar.inc(more))
                .await
                .map_err(self.source.unread())?;
            let there = checksum(self.target.store.archive(), table, |more| bar.inc(more))
                .await
                .map_err(self.target.unread())?;
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

/// The source, how much is in it, and where chat logs are: a source that was used meanwhile is another.
fn fingerprint(source: &Side, target: &Side, counts: &[u64]) -> String {
    let mut hash = Sha256::new();
    for part in [Some(&source.shown), source.log.as_ref(), target.log.as_ref()] {
        hash.update(part.map_or("-", String::as_str));
        hash.update([0]);
    }
    counts.iter().for_each(|count| hash.update(count.to_le_bytes()));
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bar(records: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("  {msg:32} {wide_bar} {pos} of {len}, {eta} left");
    let bar = ProgressBar::new(records);
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}
