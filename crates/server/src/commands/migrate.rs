//! `talker migrate`: the tables of the database, step by step. The server does the same by itself when it starts.

use std::io::IsTerminal;
use std::process::ExitCode;

use store::StoreError;

use super::Outcome;
use crate::cli::MigrateCommand;
use crate::config::{Config, redacted_url};
use crate::data_dir;
use crate::lock::Lock;
use crate::terminal::say;
use crate::wire_up::{Database, StartError};

pub(super) async fn migrate(config: &Config, command: MigrateCommand) -> Outcome {
    let database = Database::of(config);
    if matches!(command, MigrateCommand::Status) && database.file.as_ref().is_some_and(|file| !file.exists()) {
        say(format_args!("{} is not there yet: the first start makes it.", redacted_url(&database.url)));
        return Ok(ExitCode::FAILURE);
    }
    data_dir::prepare(&config.data_dir).map_err(StartError)?;
    let failed = |error: StoreError| StartError(format!("The database cannot be brought up to date: {error}."));
    let lock = match command {
        MigrateCommand::Status => None,
        _ => database.file.as_deref().map(|file| Lock::take(&file.with_extension("lock"))),
    };
    let _lock = lock.transpose().map_err(StartError)?;
    if let MigrateCommand::Down { steps, yes } = command {
        if !yes && !is_sure(steps, &redacted_url(&database.url)) {
            say("Nothing was changed. `--yes` does it without asking.");
            return Ok(ExitCode::FAILURE);
        }
        let store = database.connect(&config.store).await?;
        let gone = store.sql().migrate_down(steps).await;
        drop(store.close().await);
        let taken = |error: StoreError| StartError(format!("The steps cannot be taken back: {error}."));
        for step in gone.map_err(taken)? {
            say(format_args!("· {step} is taken back"));
        }
        return Ok(ExitCode::SUCCESS);
    }
    let store = database.connect(&config.store).await?;
    if matches!(command, MigrateCommand::Up) {
        store.migrate().await.map_err(failed)?;
    }
    let steps = store.migrations().await.map_err(failed)?;
    for step in &steps {
        let sign = if step.applied { "✓" } else { "·" };
        say(format_args!("{sign} {}{}", step.name, if step.known { "" } else { " (of a newer Talker)" }));
    }
    let missing = steps.iter().filter(|step| !step.applied).count();
    drop(store.close().await);
    if missing == 0 {
        say("The database is up to date.");
        return Ok(ExitCode::SUCCESS);
    }
    say(format_args!("{missing} to apply: run `talker migrate up`, or start the server."));
    Ok(ExitCode::FAILURE)
}

/// Asks whoever sits at the terminal; nobody there is no.
fn is_sure(steps: u32, database: &str) -> bool {
    if !std::io::stdin().is_terminal() {
        return false;
    }
    say(format_args!("{steps} step(s) of {database} will be taken back, with everything in their tables. Type yes:"));
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).is_ok() && answer.trim() == "yes"
}
