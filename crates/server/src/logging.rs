//! Logs: structured, to stderr, as text or JSON.
//!
//! Our own crates never log what people say. Others do when asked for details (a WebSocket library prints frames), so
//! they are never asked for more than `info`.

use std::io::IsTerminal;

use tracing::{Level, Metadata};
use tracing_subscriber::filter::{FilterFn, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry, fmt};

use crate::config::LogConfig;
use crate::observe::traces;

const OURS: &[&str] = &["api", "bus", "domain", "llm", "server", "service", "store", "talker", "testkit"];

/// What makes traces of spans.
pub(crate) type Traced = Box<dyn Layer<Registry> + Send + Sync>;

/// Begins to log, and to trace. In a process that logs already, nothing happens.
pub(crate) fn begin(config: &LogConfig, traces: Option<Traced>) {
    let wanted = config.filter.parse::<Targets>().unwrap_or_else(|_| Targets::new().with_default(Level::INFO));
    let layer = if config.json {
        fmt::layer().json().flatten_event(true).with_writer(std::io::stderr).boxed()
    } else {
        fmt::layer().with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr).boxed()
    };
    let discreet = FilterFn::new(discreet);
    let began =
        tracing_subscriber::registry().with(traces).with(layer.with_filter(wanted).with_filter(discreet)).try_init();
    drop(began);
}

fn discreet(metadata: &Metadata<'_>) -> bool {
    // What is told to traces is not for the log.
    !traces::is_ours(metadata) && (*metadata.level() <= Level::INFO || is_ours(metadata.target()))
}

fn is_ours(target: &str) -> bool {
    OURS.contains(&target.split("::").next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_our_own_crates_may_go_into_details() {
        assert!(super::is_ours("service::chats::runner") && super::is_ours("api"));
        assert!(!super::is_ours("tungstenite::protocol") && !super::is_ours("apiary"));
    }
}
