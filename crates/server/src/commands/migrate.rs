//! `talker migrate`: the tables of the database, step by step. The server does the same by itself when it starts.

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
    let store = match command {
        MigrateCommand::Status => database.connect(&config.store).await?,
        MigrateCommand::Up => {
            let lock = database.file.as_deref().map(|file| Lock::take(&file.with_extension("lock")));
            let _lock = lock.transpose().map_err(StartError)?;
            let store = database.connect(&config.store).await?;
            store.migrate().await.map_err(failed)?;
            store
        }
    };
    let steps = store.migrations().await.map_err(failed)?;
    for step in &steps {
        say(format_args!("{} {}", if step.applied { "✓" } else { "·" }, step.name));
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
