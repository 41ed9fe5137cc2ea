//! `talker serve`: runs until it is told to stop.

use std::net::SocketAddr;
use std::process::ExitCode;

use llm::ChatModel;
use tokio::signal;

use super::Outcome;
use crate::config::Config;
use crate::models::{Lazy, Phase};
use crate::terminal::{complain, say};
use crate::wire_up::{Overrides, assemble};

/// As when a shell ends a program by SIGINT.
pub(super) const CUT_SHORT: i32 = 130;

pub(super) async fn serve(config: &Config) -> Outcome {
    let assembled = assemble(config, Overrides::default()).await?;
    let running = assembled.listen(config.server.address).await?;
    tracing::info!(address = %running.address, "listening");
    say(format_args!("\n  Talker is ready: {}\n", url(running.address)));
    // The key stands behind the `#`, which browsers keep to themselves.
    say(format_args!(
        "  Choose who speaks: http://localhost:{}/operator#{}",
        running.address.port(),
        running.assembled.operator_key
    ));
    if let Some(speaks) = running.assembled.speaks.clone() {
        drop(tokio::spawn(introduce(speaks)));
    }
    told_to_stop().await;
    say(format_args!(
        "\n  Stopping: replies that are being written may take {} s more. Press Ctrl+C again to stop at once.",
        config.server.shutdown.as_secs()
    ));
    tokio::select! {
        () = running.shutdown() => Ok(ExitCode::SUCCESS),
        () = told_to_stop() => std::process::exit(CUT_SHORT),
    }
}

/// Says who speaks, once it is known.
async fn introduce(speaks: Lazy) {
    match speaks.settled().await {
        Phase::Ready => {
            let info = speaks.info();
            say(format_args!("  Speaks: {} ({}); {}.", info.label, info.name, speaks.why()));
            if info.tiny {
                say("  It is very small, and its prose is weak. `talker models pull` fetches a better one.");
            }
            say("  Also: `talker models list` and `talker models use NAME`. Stop with Ctrl+C.\n");
        }
        Phase::Failed(why) => complain(format_args!("  Nobody speaks yet: {why}.\n")),
        Phase::Waiting | Phase::Loading => {}
    }
}

/// What to open in a browser: an address of all networks is this machine, too.
fn url(address: SocketAddr) -> String {
    match address {
        address if address.ip().is_unspecified() => {
            format!("http://localhost:{} (and on every address of this machine)", address.port())
        }
        address => format!("http://{address}"),
    }
}

#[cfg(unix)]
pub(super) async fn told_to_stop() {
    use signal::unix::{SignalKind, signal};
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut terminated) => drop(terminated.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = signal::ctrl_c() => {}
        () = terminated => {}
    }
}

#[cfg(not(unix))]
pub(super) async fn told_to_stop() {
    drop(signal::ctrl_c().await);
}
