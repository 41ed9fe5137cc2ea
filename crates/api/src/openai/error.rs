//! Errors as programs that speak with OpenAI read them: `{error: {message, type, param, code}}`.

use std::borrow::Cow;
use std::time::Duration;

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::ClosedSet;
use domain::chats::FailureCode;
use serde::Serialize;
use service::ServiceError;
use utoipa::ToSchema;

use crate::problem::{Problem, ProblemCode, seconds};

/// Tells a client whether it may come again by itself.
const X_SHOULD_RETRY: HeaderName = HeaderName::from_static("x-should-retry");

/// When to ask again a model that was not there.
const RETRY_MODEL: Duration = Duration::from_secs(2);

/// Why a request was not answered as asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OpenAiError {
    status: StatusCode,
    message: Cow<'static, str>,
    kind: &'static str,
    param: Option<Cow<'static, str>>,
    code: &'static str,
    retry_after: Option<Duration>,
    /// Whether it makes no sense to ask again soon, though the status says so.
    is_final: bool,
}

/// The body of an error.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenAiErrorOut {
    error: OpenAiErrorBody,
}

/// What is wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenAiErrorBody {
    /// What is wrong, in words.
    message: Cow<'static, str>,
    /// The kind: `invalid_request_error`, `authentication_error`, `permission_error`, `rate_limit_error`, `insufficient_quota` or
    /// `server_error`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The field that is wrong.
    #[schema(required)]
    param: Option<Cow<'static, str>>,
    /// What is wrong, for programs: `invalid_api_key`, `model_not_found`, `context_length_exceeded`, or a code of the problems of
    /// `/api/v1`.
    code: &'static str,
}

impl OpenAiError {
    /// A field that is wrong, or asks for what is not served.
    pub(crate) fn param(param: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        let problem = Problem::new(ProblemCode::ValidationFailed).because(message);
        Self { param: Some(param.into()), ..Self::from(problem) }
    }

    /// What is asked of a model that there is not.
    pub(crate) fn of_model(error: ServiceError) -> Self {
        match error {
            ServiceError::NotFound | ServiceError::CharacterUnavailable => Self {
                message: "there is no such character, or this key does not talk with her".into(),
                param: Some("model".into()),
                code: "model_not_found",
                ..Self::from(Problem::new(ProblemCode::NotFound))
            },
            error => error.into(),
        }
    }

    /// The same of a chat.
    pub(crate) fn of_session(error: ServiceError) -> Self {
        match error {
            ServiceError::NotFound => Self {
                message: "there is no such chat".into(),
                param: Some("session_id".into()),
                ..Self::from(Problem::new(ProblemCode::NotFound))
            },
            error => error.into(),
        }
    }

    /// That an answer could not be finished.
    pub(crate) fn of_failure(code: FailureCode) -> Self {
        let unavailable = |message: &'static str| Self {
            message: message.into(),
            code: code.as_str(),
            retry_after: code.retryable().then_some(RETRY_MODEL),
            is_final: !code.retryable(),
            ..Self::from(Problem::new(ProblemCode::Unavailable))
        };
        match code {
            FailureCode::ContextTooLong => Self {
                code: "context_length_exceeded",
                ..Self::param("messages", "the character and the last message do not fit the model: shorten them")
            },
            FailureCode::ContentRefused => Self {
                code: "content_filter",
                ..Self::param("messages", "the provider of the model refuses this content")
            },
            FailureCode::ModelBusy => Self {
                message: "the model takes no more requests now".into(),
                code: code.as_str(),
                retry_after: Some(RETRY_MODEL),
                ..Self::from(Problem::new(ProblemCode::RateLimited))
            },
            FailureCode::Interrupted => unavailable("the answer was interrupted"),
            FailureCode::ModelUnavailable => unavailable("the model cannot be reached now"),
            FailureCode::ModelTimeout => unavailable("the model took too long"),
            FailureCode::ModelCredentials | FailureCode::ModelUnknown | FailureCode::ModelQuota => {
                unavailable("the model cannot be used: whoever runs this server must act")
            }
            FailureCode::Internal => Self::from(Problem::new(ProblemCode::Internal)),
        }
    }

    /// The body.
    pub(crate) fn body(&self) -> OpenAiErrorOut {
        let Self { message, kind, param, code, .. } = self;
        OpenAiErrorOut { error: OpenAiErrorBody { message: message.clone(), kind, param: param.clone(), code } }
    }
}

impl From<ServiceError> for OpenAiError {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Forbidden => Self {
                message: "this key is not good for that: its scopes can be changed where it was made".into(),
                ..Self::from(Problem::new(ProblemCode::Forbidden))
            },
            error => Self::from(Problem::from(error)),
        }
    }
}

impl From<Problem> for OpenAiError {
    fn from(problem: Problem) -> Self {
        let Problem { code, detail, errors, retry_after, .. } = problem;
        let first = errors.into_iter().next();
        let message = match (&first, detail.is_empty()) {
            (Some(first), true) => Cow::Owned(format!("{}: {}", first.field, first.message)),
            (_, false) => detail,
            (None, true) => Cow::Borrowed(code.title()),
        };
        let (status, kind, code, message) = match code {
            ProblemCode::Unauthenticated => (
                StatusCode::UNAUTHORIZED,
                "authentication_error",
                "invalid_api_key",
                Cow::Borrowed("show an API key of this server that is good: Authorization: Bearer talker_…"),
            ),
            ProblemCode::ValidationFailed => {
                (StatusCode::BAD_REQUEST, "invalid_request_error", "invalid_value", message)
            }
            ProblemCode::Forbidden => (code.status(), "permission_error", code.as_str(), message),
            ProblemCode::RateLimited => (code.status(), "rate_limit_error", "rate_limit_exceeded", message),
            ProblemCode::QuotaReached => (code.status(), "insufficient_quota", "insufficient_quota", message),
            other if other.status().is_server_error() => (code.status(), "server_error", code.as_str(), message),
            _ => (code.status(), "invalid_request_error", code.as_str(), message),
        };
        let is_final = problem.code == ProblemCode::QuotaReached || status == StatusCode::CONFLICT;
        Self { status, message, kind, param: first.map(|first| first.field.into()), code, retry_after, is_final }
    }
}

impl IntoResponse for OpenAiError {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body())).into_response();
        let headers = response.headers_mut();
        if let Some(wait) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds(wait));
        }
        if self.is_final {
            headers.insert(X_SHOULD_RETRY, HeaderValue::from_static("false"));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(r#"Bearer realm="talker""#));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(error: &OpenAiError) -> (u16, &str, &str, Option<&str>) {
        (error.status.as_u16(), error.kind, error.code, error.param.as_deref())
    }

    #[test]
    fn what_is_wrong_with_a_field_is_a_bad_request_that_names_it() {
        let error = OpenAiError::from(Problem::field("sampling.temperature", "must be between 0 and 2"));
        assert_eq!(of(&error), (400, "invalid_request_error", "invalid_value", Some("sampling.temperature")));
        assert_eq!(error.message, "sampling.temperature: must be between 0 and 2");
    }

    #[test]
    fn each_failure_of_a_model_has_a_status_and_says_whether_to_come_again() {
        for code in FailureCode::ALL {
            let error = OpenAiError::of_failure(*code);
            let comes_again = error.status.as_u16() >= 429 && !error.is_final;
            assert_eq!(comes_again, code.retryable(), "{code}");
        }
        let long = OpenAiError::of_failure(FailureCode::ContextTooLong);
        assert_eq!(of(&long), (400, "invalid_request_error", "context_length_exceeded", Some("messages")));
    }

    #[test]
    fn a_reached_quota_is_not_asked_again() {
        let response = OpenAiError::from(Problem::new(ProblemCode::QuotaReached)).into_response();
        assert_eq!(
            (response.status().as_u16(), &response.headers()["x-should-retry"]),
            (429, &HeaderValue::from_static("false"))
        );
    }
}
