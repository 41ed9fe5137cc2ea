//! Spans for traces: what a reply and a job spent their time on. Fields are numbers and closed sets, by the conventions of
//! OpenTelemetry for generative models; no text, no name, no id.
//!
//! All carry the target [`TARGET`], which the log leaves out. Where nobody traces, a span is nothing. Numbers are `i64`: those without
//! a sign would be sent as text.

use std::time::Duration;

use domain::ClosedSet;
use domain::jobs::JobKind;
use domain::models::{FinishReason, ModelInfo, TokenUsage};
use tracing::Span;
use tracing::field::Empty;

/// The target of every span, and of the events within.
pub const TARGET: &str = "talker::spans";

/// A reply from its claim to its stored end.
pub(crate) fn turn() -> Span {
    tracing::info_span!(
        target: TARGET,
        "invoke_agent",
        gen_ai.operation.name = "invoke_agent",
        gen_ai.request.model = Empty,
        talker.outcome = Empty,
        otel.status_code = Empty
    )
}

/// A model that is asked.
pub(crate) fn chat(model: &ModelInfo) -> Span {
    tracing::info_span!(
        target: TARGET,
        "chat",
        otel.name = %format_args!("chat {}", model.name),
        otel.kind = "client",
        gen_ai.operation.name = "chat",
        gen_ai.provider.name = model.provider.as_str(),
        gen_ai.request.model = model.name,
        gen_ai.response.finish_reasons = Empty,
        gen_ai.usage.input_tokens = Empty,
        gen_ai.usage.output_tokens = Empty,
        error.r#type = Empty,
        otel.status_code = Empty
    )
}

/// What is remembered is looked for.
pub(crate) fn recall() -> Span {
    tracing::info_span!(target: TARGET, "recall", talker.recall.kind = Empty, talker.recall.memories = Empty)
}

/// A run of a background job.
pub(crate) fn job(kind: JobKind, attempt: u32) -> Span {
    tracing::info_span!(
        target: TARGET,
        "job",
        otel.name = %format_args!("job {}", kind.as_str()),
        talker.job.kind = kind.as_str(),
        talker.job.attempt = i64::from(attempt),
        talker.outcome = Empty,
        otel.status_code = Empty
    )
}

/// The first word came.
pub(crate) fn first_token(span: &Span, after: Duration) {
    let seconds = after.as_secs_f64();
    tracing::info!(target: TARGET, parent: span, { gen_ai.server.time_to_first_token = seconds }, "first token");
}

/// How a model ended: well with a reason, or with the code of a failure.
pub(crate) fn answered(
    span: &Span,
    finish: Option<FinishReason>,
    usage: Option<TokenUsage>,
    failure: Option<&'static str>,
) {
    if let Some(finish) = finish {
        span.record("gen_ai.response.finish_reasons", finish.as_str());
    }
    if let Some(usage) = usage {
        span.record("gen_ai.usage.input_tokens", i64::from(usage.prompt_tokens));
        span.record("gen_ai.usage.output_tokens", i64::from(usage.completion_tokens));
    }
    if let Some(code) = failure {
        span.record("error.type", code);
        span.record("otel.status_code", "ERROR");
    }
}

/// How a reply or a job ended.
pub(crate) fn ended(span: &Span, outcome: &'static str, failed: bool) {
    span.record("talker.outcome", outcome);
    if failed {
        span.record("otel.status_code", "ERROR");
    }
}
