//! `talker backup` and `talker restore`: the embedded store as one file, and back.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use service::clock::{Clock, SystemClock};
use store::archive::{Archive, TABLES};
use store::sql::{Durability, SqlOptions, SqlStore};
use store::{StoreError, StoreResult};
use time::format_description::well_known::Rfc3339;

use super::Outcome;
use crate::backup::{BESIDE, Counts, DATABASE, Manifest, pack, unpack};
use crate::config::{self, Config, redacted_url};
use crate::data_dir;
use crate::lock::Lock;
use crate::terminal::say;
use crate::wire_up::{Database, StartError};

/// The file of the database, when it is one.
fn file(config: &Config) -> Result<PathBuf, StartError> {
    let database = Database::of(config);
    if config.store.mongodb_url.is_some() {
        return Err(StartError(
            "The chat log is in MongoDB: back it up with mongodump, and the database with its own tools (docs/moving.md).".into(),
        ));
    }
    database.file.ok_or_else(|| {
        StartError(format!(
            "{} is a server with tools of its own: back it up with pg_dump, the chat log in MongoDB with mongodump, and the \
             secret key with both (docs/moving.md).",
            redacted_url(&database.url)
        ))
    })
}

fn said(what: &str) -> impl Fn(std::io::Error) -> StartError + '_ {
    move |error| StartError(format!("{what}: {}.", config::reason(&error)))
}

fn url(file: &Path) -> String {
    format!("sqlite://{}", crate::wire_up::escaped(file))
}

/// Makes a backup, also while a server runs: SQLite gives the whole as it is at one moment, and holds up nobody who writes.
pub(super) async fn backup(config: &Config, into: PathBuf, keep: u32) -> Outcome {
    let from = file(config)?;
    if !from.exists() {
        return Err(StartError(format!("There is nothing to back up: {} is not there.", from.display())));
    }
    let folder = into.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let place = tempfile::Builder::new().prefix(".talker-backup-").tempdir_in(folder);
    let place = place.map_err(said(&format!("A backup cannot be made in {}", folder.display())))?;
    let snapshot = place.path().join(DATABASE);
    let failed = |error: StoreError| StartError(format!("{} cannot be backed up: {error}.", from.display()));
    let manifest = snapshot_of(&from, &snapshot).await.map_err(failed)?;
    let mut files = vec![(snapshot, DATABASE.to_owned())];
    let beside = BESIDE.iter().map(|name| (config.data_dir.join(name), (*name).to_owned()));
    files.extend(beside.filter(|(path, _)| path.is_file()));
    let shown = into.display().to_string();
    let packed = tokio::task::spawn_blocking(move || pack(&into, manifest, &files, keep)).await;
    let packed = packed.map_err(|_| StartError("The backup broke off.".into()))?;
    let manifest = packed.map_err(said(&format!("{shown} cannot be written")))?;
    tell(&manifest);
    say(format_args!("Backed up to {shown}. It holds everything people said, and the key: keep it as you keep those."));
    Ok(ExitCode::SUCCESS)
}

/// Copies the database, and says what is in the copy.
async fn snapshot_of(from: &Path, to: &Path) -> StoreResult<Manifest> {
    let options = SqlOptions { connections: 1, ..SqlOptions::default() };
    let store = SqlStore::open(&url(from), options).await?;
    let copied = store.snapshot(to).await;
    store.close().await?;
    copied?;
    let options = SqlOptions { durability: Durability::Careless, ..options };
    let copy = SqlStore::open(&url(to), options).await?;
    let step = copy.migrations().await?.into_iter().filter(|step| step.applied).map(|step| step.name).max();
    let counts = counts(&copy).await;
    // What is in its log goes into the file.
    copy.close().await?;
    let made_at = SystemClock.now().format(&Rfc3339).unwrap_or_default();
    Ok(Manifest {
        format: 1,
        talker: env!("CARGO_PKG_VERSION").to_owned(),
        step: step.unwrap_or_default(),
        made_at,
        counts: counts?,
        files: Vec::new(),
    })
}

async fn counts(store: &SqlStore) -> StoreResult<Counts> {
    let mut counts = Counts::default();
    for table in TABLES {
        let place = match table.name {
            "users" => &mut counts.people,
            "characters" => &mut counts.characters,
            "sessions" => &mut counts.sessions,
            "messages" => &mut counts.messages,
            "memories" => &mut counts.memories,
            _ => continue,
        };
        *place = store.count(table).await?;
    }
    Ok(counts)
}

fn tell(manifest: &Manifest) {
    let Counts { people, characters, sessions, messages, memories } = manifest.counts;
    say(format_args!(
        "{people} people, {characters} characters, {sessions} sessions, {messages} messages, {memories} memories; made at {} by \
         Talker {}.",
        manifest.made_at, manifest.talker
    ));
    for file in &manifest.files {
        say(format_args!("✓ {:<14} {:>12} bytes  sha256 {:.16}", file.name, file.bytes, file.sha256));
    }
}

/// Puts a backup in place. What is there is refused, or with `force` set aside.
pub(super) async fn restore(config: &Config, from: PathBuf, force: bool) -> Outcome {
    let database = file(config)?;
    data_dir::prepare(&config.data_dir).map_err(StartError)?;
    let _lock = Lock::take(&database.with_extension("lock")).map_err(StartError)?;
    let place = tempfile::Builder::new().prefix(".restoring-").tempdir_in(&config.data_dir);
    let place = place.map_err(said(&format!("Nothing can be written in {}", config.data_dir.display())))?;
    let into = place.path().to_owned();
    let unpacked = tokio::task::spawn_blocking(move || unpack(&from, &into)).await;
    let manifest = unpacked.map_err(|_| StartError("Unpacking broke off.".into()))?.map_err(StartError)?;
    verify(&place.path().join(DATABASE), &manifest).await?;
    // The database last: without it a start finds nothing that is half there.
    let mut files: Vec<(PathBuf, PathBuf)> =
        BESIDE.iter().map(|name| (place.path().join(name), config.data_dir.join(name))).collect();
    files.push((place.path().join(DATABASE), database.clone()));
    let logs = ["-wal", "-shm"].map(|suffix| PathBuf::from(format!("{}{suffix}", database.display())));
    let there: Vec<&PathBuf> = files.iter().map(|(_, to)| to).rev().chain(&logs).filter(|path| path.exists()).collect();
    if !there.is_empty() && !force {
        let names: Vec<String> = there.iter().map(|path| path.display().to_string()).collect();
        return Err(StartError(format!(
            "{} is there already. `--force` sets it aside and restores; `--data-dir` names another folder.",
            names.join(", ")
        )));
    }
    let aside = (!there.is_empty()).then(|| set_aside(config, &there)).transpose()?;
    for (unpacked, to) in files.iter().filter(|(unpacked, _)| unpacked.exists()) {
        std::fs::rename(unpacked, to).map_err(said(&format!("{} cannot be put in place", to.display())))?;
    }
    let folders = [Some(config.data_dir.as_path()), database.parent()];
    for folder in folders.into_iter().flatten().filter(|folder| !folder.as_os_str().is_empty()) {
        let settled = std::fs::File::open(folder).and_then(|folder| folder.sync_all());
        settled.map_err(said(&format!("{} cannot be written", folder.display())))?;
    }
    tell(&manifest);
    say(format_args!("Restored into {}.", config.data_dir.display()));
    if let Some(aside) = aside {
        say(format_args!("What was there before is in {}.", aside.display()));
    }
    Ok(ExitCode::SUCCESS)
}

/// Looks whether the database can be read, and holds what the manifest says.
async fn verify(database: &Path, manifest: &Manifest) -> Result<(), StartError> {
    let options = SqlOptions { connections: 1, durability: Durability::Careless, ..SqlOptions::default() };
    let looked = async {
        let store = SqlStore::open(&url(database), options).await?;
        let sound = store.is_sound().await?;
        let counts = counts(&store).await?;
        store.close().await?;
        Ok::<_, StoreError>(sound && counts == manifest.counts)
    };
    match looked.await {
        Ok(true) => Ok(()),
        Ok(false) => Err(StartError("The database in the backup is damaged.".into())),
        Err(error) => Err(StartError(format!("The database in the backup cannot be read: {error}."))),
    }
}

/// Moves what is there into a folder of its own.
fn set_aside(config: &Config, there: &[&PathBuf]) -> Result<PathBuf, StartError> {
    let aside = config.data_dir.join(format!("before-restore-{}", SystemClock.now().unix_timestamp()));
    data_dir::prepare(&aside).map_err(StartError)?;
    for path in there {
        let to = aside.join(path.file_name().unwrap_or_default());
        std::fs::rename(path, to).map_err(said(&format!("{} cannot be set aside", path.display())))?;
    }
    Ok(aside)
}
