//! The recorder behind the metrics of all rooms: one for the process, made when somebody wants to read it.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// The bounds of durations, in seconds: from what a store answers in to what a patient person waits.
const BUCKETS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];

static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// What is recorded from now on; `None` when another recorder has this process.
pub(super) fn handle() -> Option<PrometheusHandle> {
    HANDLE.get_or_init(begin).clone()
}

fn begin() -> Option<PrometheusHandle> {
    let mut builder = PrometheusBuilder::new();
    for name in service::measures::SECONDS.iter().chain(api::measures::SECONDS) {
        builder = builder.set_buckets_for_metric(Matcher::Full((*name).to_owned()), BUCKETS).ok()?;
    }
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).ok()?;
    service::measures::describe();
    api::measures::describe();
    Some(handle)
}
