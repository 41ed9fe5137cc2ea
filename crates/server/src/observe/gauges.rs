//! What is not counted as it happens but looked at when somebody asks: the queue, the pools, the process.

use std::fmt::{Display, Write};
use std::time::Duration;

use api::{PartStatus, Readiness};
use store::sql::{QueueGauge, SqlStore};
use time::OffsetDateTime;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::process;

/// How long what the store said is told again: however often it is asked, the store is not.
const KEEP: Duration = Duration::from_secs(10);

/// How long the store may take.
const WITHIN: Duration = Duration::from_secs(2);

/// A page in Prometheus' text format.
#[derive(Default)]
pub(super) struct Page(String);

impl Page {
    /// The text.
    pub(super) fn into_text(self) -> String {
        self.0
    }

    /// A figure that goes up and down.
    pub(super) fn gauge(&mut self, name: &str, help: &str, value: f64) {
        self.head(name, help, "gauge");
        self.line(name, &[], value);
    }

    /// A figure that only grows.
    pub(super) fn counter(&mut self, name: &str, help: &str, value: f64) {
        self.head(name, help, "counter");
        self.line(name, &[], value);
    }

    fn head(&mut self, name: &str, help: &str, kind: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    /// Labels come from closed sets and from the build: there is nothing to escape.
    fn line(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }
}

/// What the servers behind this one said.
#[derive(Clone, Default)]
struct Seen {
    parts: Option<Vec<PartStatus>>,
    queue: Option<Vec<QueueGauge>>,
}

/// Looks at the store, the other parts, and the process.
pub(super) struct Gauges {
    store: SqlStore,
    readiness: Readiness,
    seen: Mutex<Option<(Instant, Seen)>>,
}

impl Gauges {
    pub(super) fn new(store: SqlStore, readiness: Readiness) -> Self {
        Self { store, readiness, seen: Mutex::default() }
    }

    /// How it is now.
    pub(super) async fn write(&self, page: &mut Page, now: OffsetDateTime) {
        page.head("talker_build_info", "The version that runs", "gauge");
        let local = if crate::models::embodied::LOCAL { "true" } else { "false" };
        page.line("talker_build_info", &[("version", env!("CARGO_PKG_VERSION")), ("local", local)], 1);
        self.write_pools(page);
        let Seen { parts, queue } = self.seen().await;
        if let Some(parts) = parts {
            write_parts(page, &parts);
        }
        if let Some(queue) = queue {
            write_queue(page, &queue, now);
        }
        process::write(page);
    }

    fn write_pools(&self, page: &mut Page) {
        let pools = self.store.pool_gauges();
        let name = "talker_database_connections";
        page.head(name, "Connections to the database, by pool and state", "gauge");
        for pool in &pools {
            page.line(name, &[("pool", pool.pool), ("state", "in_use")], pool.in_use);
            page.line(name, &[("pool", pool.pool), ("state", "idle")], pool.idle);
        }
        let name = "talker_database_connections_max";
        page.head(name, "How many connections a pool may have", "gauge");
        for pool in &pools {
            page.line(name, &[("pool", pool.pool)], pool.max);
        }
    }

    /// How it was a moment ago; what did not answer in time is left out.
    async fn seen(&self) -> Seen {
        let mut known = self.seen.lock().await;
        if let Some((_, seen)) = known.as_ref().filter(|(at, _)| at.elapsed() < KEEP) {
            return seen.clone();
        }
        let (parts, queue) = tokio::join!(
            tokio::time::timeout(WITHIN, (self.readiness)()),
            tokio::time::timeout(WITHIN, self.store.queue_gauges())
        );
        let queue = queue.ok().and_then(|queue| {
            queue.inspect_err(|error| tracing::warn!(error = %error, "the queue could not be counted")).ok()
        });
        let seen = Seen { parts: parts.ok(), queue };
        *known = Some((Instant::now(), seen.clone()));
        seen
    }
}

fn write_parts(page: &mut Page, parts: &[PartStatus]) {
    let mut lines = |name: &str, help: &str, is_so: &dyn Fn(&PartStatus) -> bool| {
        page.head(name, help, "gauge");
        for part in parts {
            page.line(name, &[("part", part.name)], u8::from(is_so(part)));
        }
    };
    lines("talker_part_ready", "Whether a part can be used: the store, the chat log, the bus, the model", &|part| {
        part.ready
    });
    lines(
        "talker_part_degraded",
        "Whether a part does less than it should, such as a bus that reaches no other node",
        &|part| part.degraded,
    );
}

fn write_queue(page: &mut Page, queue: &[QueueGauge], now: OffsetDateTime) {
    let labels = |gauge: &QueueGauge| [("kind", gauge.kind.to_string()), ("state", gauge.state.to_string())];
    let mut lines = |name: &str, help: &str, value: &dyn Fn(&QueueGauge) -> f64| {
        page.head(name, help, "gauge");
        for gauge in queue {
            let [kind, state] = labels(gauge);
            page.line(name, &[(kind.0, kind.1.as_str()), (state.0, state.1.as_str())], value(gauge));
        }
    };
    lines("talker_jobs", "Background jobs of all nodes, by kind and state", &|gauge| {
        process::number(usize::try_from(gauge.jobs).unwrap_or(usize::MAX))
    });
    lines("talker_jobs_oldest_due_seconds", "How long the first of them has been due; 0: none is due yet", &|gauge| {
        (now - gauge.oldest_due).as_seconds_f64().max(0.0)
    });
}
