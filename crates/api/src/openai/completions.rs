//! `POST /v1/chat/completions`: a character answers.

use std::time::Duration;

use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, HeaderName};
use axum::response::Response;
use service::ServiceError;

use super::KeyCaller;
use super::answer::{Head, OpenAiCompletionOut, streamed, whole};
use super::error::{OpenAiError, OpenAiErrorOut};
use super::request::OpenAiCompletionIn;
use crate::AppState;
use crate::extract::ApiJson;
use crate::problem::{Problem, ProblemCode};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// How long a request may take to come whole. The answer takes as long as a reply may.
const READ_WITHIN: Duration = Duration::from_secs(30);

/// Lets a character answer a conversation that the caller holds, or what is said in a chat.
///
/// Of a conversation nothing is kept here. With `session_id` the last message is said in that chat. An answer ends when its caller goes;
/// one that is said in a chat goes on, as all replies there do.
#[utoipa::path(
    post, path = "/chat/completions", tag = "openai", request_body = OpenAiCompletionIn,
    responses(
        (status = 200, description = "The answer; with `stream`, server-sent events of `chat.completion.chunk` and at last `[DONE]`", content(
            (OpenAiCompletionOut = "application/json"), (String = "text/event-stream"),
        )),
        (status = "default", description = "An error", body = OpenAiErrorOut),
    ),
)]
pub(crate) async fn create_chat_completion(
    State(state): State<AppState>,
    KeyCaller(key): KeyCaller,
    request: Request,
) -> Result<Response, OpenAiError> {
    let named = idempotency_key(request.headers())?;
    let body = read(request, &state).await?;
    body.must_be_served()?;
    let (streams, tells_usage, session_id) = (body.streams(), body.tells_usage(), body.session_id);
    let completions = &state.app.completions;
    let model = completions.find(&key, &body.model).await.map_err(OpenAiError::of_model)?.id;
    let answer = match session_id {
        None => completions.answer(&key, body.conversation(model)?).await.map_err(OpenAiError::of_model)?,
        Some(session) => completions.say(&key, model, body.saying(session, named)?).await.map_err(said)?,
    };
    let id = match session_id {
        None => format!("chatcmpl-{}", answer.id.0.simple()),
        Some(_) => answer.id.to_string(),
    };
    let head = Head { id, created: state.app.accounts.now().unix_timestamp(), model, session_id };
    if streams { streamed(answer, head, tells_usage).await } else { whole(answer, head).await }
}

async fn read(request: Request, state: &AppState) -> Result<OpenAiCompletionIn, OpenAiError> {
    let read = <ApiJson<OpenAiCompletionIn> as FromRequest<AppState>>::from_request(request, state);
    match tokio::time::timeout(READ_WITHIN, read).await {
        Ok(body) => Ok(body?.0),
        Err(_) => Err(Problem::new(ProblemCode::Malformed).because("the body did not come to its end").into()),
    }
}

/// The caller's own name for what is said.
fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, OpenAiError> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let named = value.to_str().ok().and_then(|text| domain::chats::client_message_id(text).ok());
    let wrong = || OpenAiError::param("Idempotency-Key", "Idempotency-Key: must be 1 to 64 printable ASCII characters");
    named.map(Some).ok_or_else(wrong)
}

/// What was wrong with what is said in a chat.
fn said(error: ServiceError) -> OpenAiError {
    match error {
        ServiceError::Invalid(errors) if errors.iter().any(|error| error.field == "content") => {
            let message = errors.into_iter().next().map_or_else(String::new, |error| error.message);
            OpenAiError::param("messages", format!("messages: the last {message}"))
        }
        error => OpenAiError::of_session(error),
    }
}
