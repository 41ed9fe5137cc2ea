//! See how it is: metrics for Prometheus, traces for OpenTelemetry.
//!
//! `service::measures` and `api::measures` say what is counted, `service::spans` what is traced; here is who collects it, and where it is
//! read. Nothing of this is on unless it is set, and then it costs a turn some microseconds.

mod gauges;
mod listener;
mod metrics;
mod process;
pub(crate) mod traces;

pub(crate) use listener::{Watch, with_metrics};
