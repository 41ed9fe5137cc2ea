//! `talker import` and `talker export`: files of other programs, and of this one, to and from a running server. They know no more of
//! the server than any client does, so they do nothing that a person may not.

mod exporting;
mod importing;
mod kinds;

use std::process::ExitCode;

use super::Outcome;
use super::chat::api::{Api, Trouble};
use super::chat::kept::Kept;
use super::chat::people;
use crate::cli::{ExportCommand, ImportArgs, SignInArgs};
use crate::config::{Config, Environment};
use crate::terminal::complain;

/// The server, as whoever is signed in here.
async fn enter(config: &Config, environment: &Environment, args: &SignInArgs) -> Result<Api, Trouble> {
    let server = args.server(config);
    match environment.plain("TALKER_TOKEN") {
        Some(token) => Api::showing(&server, token),
        None => people::signed_in(&server, Kept::of(environment)?, args).await,
    }
}

fn ended(outcome: Result<bool, Trouble>) -> Outcome {
    match outcome {
        Ok(true) => Ok(ExitCode::SUCCESS),
        Ok(false) => Ok(ExitCode::FAILURE),
        Err(trouble) => {
            complain(format_args!("talker: {trouble}"));
            Ok(ExitCode::FAILURE)
        }
    }
}

pub(super) async fn import(config: &Config, environment: &Environment, args: ImportArgs) -> Outcome {
    ended(importing::run(config, environment, &args).await)
}

pub(super) async fn export(config: &Config, environment: &Environment, command: ExportCommand) -> Outcome {
    ended(exporting::run(config, environment, command).await.map(|()| true))
}
