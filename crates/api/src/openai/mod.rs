//! `/v1`: characters as models, in the interface of OpenAI, for the many programs that speak it. By API keys alone, and with errors in the
//! form that those programs read.

mod answer;
mod completions;
mod error;
mod models;
mod request;

use axum::extract::{FromRequestParts, Request};
use axum::http::header;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::api_keys::ApiKey;

use crate::AppState;
use crate::caller::bearer;
use crate::problem::{Problem, ProblemCode};

pub(crate) use completions::{__path_create_chat_completion, create_chat_completion};
use error::OpenAiError;
pub(crate) use models::{
    __path_get_character_model, __path_list_character_models, get_character_model, list_character_models,
};

/// Where it stands.
const ROOT: &str = "/v1";

/// The one route that may take as long as a reply.
pub(crate) const COMPLETIONS: &str = "/v1/chat/completions";

/// Whoever shows an API key (`Authorization: Bearer talker_…`). The token of a device opens nothing here, nor a key anything elsewhere.
pub(crate) struct KeyCaller(pub(crate) ApiKey);

impl FromRequestParts<AppState> for KeyCaller {
    type Rejection = OpenAiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, OpenAiError> {
        let key = bearer(&parts.headers).ok_or(Problem::new(ProblemCode::Unauthenticated))?;
        let key = state.app.api_keys.authenticate(key).await?;
        if parts.method == axum::http::Method::POST {
            state.app.consents.must_agree(key.user_id).await?;
        }
        Ok(Self(key))
    }
}

/// Whether a path is below [`ROOT`].
pub(crate) fn is_here(path: &str) -> bool {
    path.strip_prefix(ROOT).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Answers what no route answers.
pub(crate) async fn serve_nothing() -> OpenAiError {
    OpenAiError::from(Problem::new(ProblemCode::NotFound).because("there is no such route"))
}

/// Gives every error here its form, whoever found it.
pub(crate) async fn shape(request: Request, next: Next) -> Response {
    let is_here = is_here(request.uri().path());
    let mut response = next.run(request).await;
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    let has_form = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    if !is_here || !is_error || has_form {
        return response;
    }
    let problem = response.extensions_mut().remove::<Problem>();
    OpenAiError::from(problem.unwrap_or_else(|| Problem::new(ProblemCode::of_status(status)))).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_here_is_below_the_root() {
        assert!(is_here("/v1") && is_here("/v1/") && is_here("/v1/models"));
        assert!(!is_here("/v10") && !is_here("/api/v1/models") && !is_here("/"));
    }
}
