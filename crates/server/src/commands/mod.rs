//! The commands. Each answers on stdout and ends with a sentence on stderr when it cannot.

mod admin;
mod backup;
mod chat;
mod config;
mod embed;
mod embedder;
mod files;
mod healthcheck;
mod migrate;
mod models;
mod moving;
mod route;
mod serve;
mod sides;
mod worker;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

pub(crate) use self::healthcheck::reachable;
use crate::cli::{Cli, Command};
use crate::config::{Config, Environment};
use crate::observe::traces::{self, Traces};
use crate::terminal::{complain, print};
use crate::wire_up::StartError;
use crate::{doctor, logging};

/// What a command ends with.
type Outcome = Result<ExitCode, StartError>;

/// The configuration is wrong: nothing was tried.
const WRONG_CONFIGURATION: u8 = 2;

pub(crate) fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            // Help is an answer, too; clap knows where it belongs.
            drop(error.print());
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(1));
        }
    };
    // A program that has chosen a provider of cryptography keeps it.
    drop(rustls::crypto::ring::default_provider().install_default());
    match dispatch(cli) {
        Ok(code) => code,
        Err(error) => {
            complain(format_args!("talker: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn dispatch(cli: Cli) -> Outcome {
    let mut environment = Environment::of_process();
    if let Some(folder) = &cli.data_dir {
        environment.set("TALKER_DATA_DIR", "--data-dir", &folder.to_string_lossy());
    }
    let command = cli.command.unwrap_or(Command::Serve { address: None });
    // These need no configuration, also when it is wrong.
    match &command {
        Command::Openapi => {
            print(api::openapi());
            return Ok(ExitCode::SUCCESS);
        }
        Command::Route(command) => return route::route(command),
        Command::Config { care: true, .. } => {
            config::care();
            return Ok(ExitCode::SUCCESS);
        }
        Command::Config { moderation: true, .. } => {
            config::moderation();
            return Ok(ExitCode::SUCCESS);
        }
        Command::Config { consent: true, .. } => {
            config::consent();
            return Ok(ExitCode::SUCCESS);
        }
        Command::Config { policy: true, .. } => {
            config::policy();
            return Ok(ExitCode::SUCCESS);
        }
        Command::Config { example, reference, .. } if *example || *reference => {
            config::document(*example);
            return Ok(ExitCode::SUCCESS);
        }
        Command::Serve { address: Some(address) } => environment.set("TALKER_ADDRESS", "--address", address),
        _ => {}
    }
    let config = match Config::load(&environment) {
        Ok(config) => config,
        Err(error) => {
            complain(error);
            return Ok(ExitCode::from(WRONG_CONFIGURATION));
        }
    };
    for warning in &config.warnings {
        complain(format_args!("Note: {warning}"));
    }
    let runtime =
        tokio::runtime::Runtime::new().map_err(|error| StartError(format!("No threads to run on: {error}.")))?;
    runtime.block_on(async {
        let traces = begin_logs(&config, matches!(command, Command::Serve { .. } | Command::Worker))?;
        let outcome = match command {
            Command::Serve { .. } => serve::serve(&config).await,
            Command::Worker => worker::work(&config).await,
            Command::Healthcheck { worker } => Ok(healthcheck::ask(&config, worker).await),
            Command::Chat(args) => chat::chat(&config, &environment, args).await,
            Command::Import(args) => files::import(&config, &environment, args).await,
            Command::Export(command) => files::export(&config, &environment, command).await,
            Command::Doctor => Ok(doctor::examine(&config).await),
            Command::Embed => embed::embed(&config).await,
            Command::Embedder(command) => embedder::choose(&config, command).await,
            Command::Models(command) => models::models(&config, command).await,
            Command::Config { .. } | Command::Openapi | Command::Route(_) => Ok(config::show(&config)),
            Command::Migrate(command) => migrate::migrate(&config, command).await,
            Command::Admin(command) => admin::admin(&config, command).await,
            Command::Move { from, from_mongodb, to, to_mongodb } => {
                let from = sides::Named { store: &from, mongodb: from_mongodb.as_deref() };
                let to = sides::Named { store: &to, mongodb: to_mongodb.as_deref() };
                moving::move_house(&config, from, to).await
            }
            Command::Backup { file, keep } => backup::backup(&config, file, keep).await,
            Command::Restore { file, force } => backup::restore(&config, file, force).await,
        };
        if let Some(traces) = traces {
            traces.end().await;
        }
        outcome
    })
}

/// Begins to log; those that run for long also trace, where that is set.
fn begin_logs(config: &Config, traces: bool) -> Result<Option<Traces>, StartError> {
    let Some(wanted) = config.observe.traces.as_ref().filter(|_| traces) else {
        logging::begin(&config.log, None);
        return Ok(None);
    };
    let (traces, layer) = traces::begin(wanted).map_err(StartError)?;
    logging::begin(&config.log, Some(layer));
    Ok(Some(traces))
}
