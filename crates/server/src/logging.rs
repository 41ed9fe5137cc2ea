//! Logs: structured, to stderr, as text or JSON.
//!
//! Our own crates never log what people say. Others do when asked for details (a WebSocket library prints frames), so
//! they are never asked for more than `info`.

use std::io::IsTerminal;

use tracing::{Level, Metadata};
use tracing_subscriber::filter::{FilterFn, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use crate::config::LogConfig;

const OURS: &[&str] = &["api", "bus", "domain", "llm", "server", "service", "store", "talker", "testkit"];

/// Begins to log. In a process that logs already, nothing happens.
pub(crate) fn begin(config: &LogConfig) {
    let wanted = config.filter.parse::<Targets>().unwrap_or_else(|_| Targets::new().with_default(Level::INFO));
    let layer = if config.json {
        fmt::layer().json().flatten_event(true).with_writer(std::io::stderr).boxed()
    } else {
        fmt::layer().with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr).boxed()
    };
    let discreet = FilterFn::new(discreet);
    let began = tracing_subscriber::registry().with(layer.with_filter(wanted).with_filter(discreet)).try_init();
    drop(began);
}

fn discreet(metadata: &Metadata<'_>) -> bool {
    *metadata.level() <= Level::INFO || is_ours(metadata.target())
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
