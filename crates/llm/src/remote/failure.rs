//! What the errors of providers mean. Only their status and code are kept: their bodies may quote the conversation.

use std::time::Duration;

use genai::Error;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::Value;

use crate::ModelError;

/// Why a request failed, and when the provider wants to be asked again.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) error: ModelError,
    pub(super) retry_after: Option<Duration>,
}

impl From<ModelError> for Failure {
    fn from(error: ModelError) -> Self {
        Self { error, retry_after: None }
    }
}

impl Failure {
    /// Whether asking again may help.
    pub(super) fn passing(&self) -> bool {
        matches!(self.error, ModelError::Unavailable(_) | ModelError::Timeout(_) | ModelError::Busy(_))
    }

    pub(super) fn of(error: &Error) -> Self {
        match error {
            Error::HttpError { status, body, headers, .. } => Self::of_response(*status, body, headers),
            Error::WebStream { error, .. } => match error.downcast_ref::<Error>() {
                Some(inner) => Self::of(inner),
                None => Self::of_transport(error.as_ref()),
            },
            // An error in the middle of a stream.
            Error::ChatResponse { body, .. } => {
                let status = body.get("code").and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok());
                let status = status.and_then(|code| StatusCode::from_u16(code).ok()).unwrap_or(StatusCode::BAD_GATEWAY);
                meaning(status, body).into()
            }
            Error::StreamParse { .. } => ModelError::Unavailable("the provider sent what is no event".into()).into(),
            _ => ModelError::Internal("the request could not be made".into()).into(),
        }
    }

    fn of_transport(error: &(dyn std::error::Error + 'static)) -> Self {
        let timed_out = std::iter::successors(Some(error), |error| error.source()).any(|error| {
            error.downcast_ref::<reqwest::Error>().is_some_and(reqwest::Error::is_timeout)
                || error
                    .downcast_ref::<std::io::Error>()
                    .is_some_and(|error| error.kind() == std::io::ErrorKind::TimedOut)
        });
        if timed_out {
            ModelError::Timeout("the provider did not answer in time".into()).into()
        } else {
            ModelError::Unavailable("the connection failed".into()).into()
        }
    }

    fn of_response(status: StatusCode, body: &str, headers: &HeaderMap) -> Self {
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        // Some wrap it in a list.
        let body = body.get(0).unwrap_or(&body);
        Self { error: meaning(status, body.get("error").unwrap_or(body)), retry_after: retry_after(headers) }
    }
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

/// The meaning of a status and the error object beside it. Codes say more than statuses.
fn meaning(status: StatusCode, error: &Value) -> ModelError {
    let word = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
    let (code, kind, message) = (word("code"), word("type"), word("message"));
    let is = |words: &[&str]| words.contains(&code) || words.contains(&kind);
    let detail = format!("HTTP {}", status.as_u16()).into();
    if is(&["context_length_exceeded", "exceed_context_size_error"]) || message.contains("maximum context length") {
        return ModelError::ContextTooLong(detail);
    }
    // OpenRouter gives the reasons of its moderation beside a 403.
    let moderated = error.pointer("/metadata/reasons").is_some();
    if moderated || is(&["content_filter", "content_policy_violation", "moderation_blocked"]) {
        return ModelError::ContentRefused(detail);
    }
    if is(&["insufficient_quota", "billing_hard_limit_reached", "insufficient_balance"]) {
        return ModelError::Quota(detail);
    }
    if is(&["model_not_found", "model_not_found_error"]) {
        return ModelError::UnknownModel(detail);
    }
    if is(&["invalid_api_key", "authentication_error"]) {
        return ModelError::Credentials(detail);
    }
    if is(&["rate_limit_exceeded", "rate_limit_error", "overloaded_error"]) {
        return ModelError::Busy(detail);
    }
    match status.as_u16() {
        401 | 403 => ModelError::Credentials(detail),
        402 => ModelError::Quota(detail),
        404 => ModelError::UnknownModel(detail),
        408 | 504 => ModelError::Timeout(detail),
        413 => ModelError::ContextTooLong(detail),
        429 => ModelError::Busy(detail),
        300..=399 | 500.. => ModelError::Unavailable(detail),
        _ => ModelError::Internal(detail),
    }
}

/// The meaning of a status alone.
pub(super) fn of_status(status: StatusCode) -> ModelError {
    meaning(status, &Value::Null)
}
