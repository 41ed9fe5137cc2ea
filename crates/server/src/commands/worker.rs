//! `talker worker`: does background work until it is told to stop.

use std::process::ExitCode;

use super::Outcome;
use super::serve::{CUT_SHORT, told_to_stop};
use crate::config::Config;
use crate::terminal::say;
use crate::wire_up::{Overrides, assemble_worker};

pub(super) async fn work(config: &Config) -> Outcome {
    let assembled = assemble_worker(config, Overrides::default()).await?;
    match config.server.worker_address {
        Some(address) => {
            let running = assembled.listen(address).await?;
            tracing::info!(address = %running.address, "working");
            until_stopped(async move { running.shutdown().await }).await;
        }
        None => {
            assembled.show().await?;
            tracing::info!("working");
            until_stopped(async move { assembled.shutdown().await }).await;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Lets the jobs run; then those that are not done are handed back, so that another takes them up at once.
async fn until_stopped(goodbye: impl Future<Output = ()>) {
    say("\n  Talker does background work. Stop with Ctrl+C.\n");
    told_to_stop().await;
    say("\n  Stopping: what is not done is handed back.");
    tokio::select! {
        () = goodbye => {}
        () = told_to_stop() => std::process::exit(CUT_SHORT),
    }
}
