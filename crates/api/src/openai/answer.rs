//! How an answer is written down: whole, or piece by piece as server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::Json;
use axum::http::HeaderName;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use domain::ids::{CharacterId, SessionId};
use domain::models::{FinishReason, TokenUsage};
use futures_util::stream;
use serde::Serialize;
use service::chats::{Answer, AnswerPart};
use utoipa::ToSchema;

use super::error::OpenAiError;
use crate::wire::{WireCharacterId, WireFinishReason, WireSessionId};

/// How long a stream waits for its first piece before it begins: what fails until then has a status of its own.
const FIRST_WITHIN: Duration = Duration::from_secs(5);

/// How often a stream that says nothing shows that it lives.
const ALIVE_EVERY: Duration = Duration::from_secs(15);

const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// What stands in every piece of an answer.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub(super) id: String,
    pub(super) created: i64,
    pub(super) model: CharacterId,
    pub(super) session_id: Option<SessionId>,
}

/// An answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenAiCompletionOut {
    /// Its id; that of its message, when it was said in a chat.
    id: String,
    /// `chat.completion`.
    object: &'static str,
    /// When it was asked for, in seconds since 1970.
    created: i64,
    /// Who says it.
    #[schema(value_type = WireCharacterId)]
    model: CharacterId,
    /// The one answer.
    choices: Vec<OpenAiChoiceOut>,
    /// What it cost; null is not known.
    #[schema(required)]
    usage: Option<OpenAiUsageOut>,
    /// The chat in which it was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<WireSessionId>)]
    session_id: Option<SessionId>,
}

/// One of the answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenAiChoiceOut {
    index: u32,
    message: OpenAiMessageOut,
    /// Why it ended.
    #[schema(value_type = WireFinishReason)]
    finish_reason: FinishReason,
    /// Null: not known here.
    #[schema(required)]
    logprobs: Option<u32>,
}

/// What she says.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenAiMessageOut {
    /// `assistant`.
    role: &'static str,
    content: String,
    /// Null.
    #[schema(required)]
    refusal: Option<String>,
}

/// What an answer cost in tokens.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct OpenAiUsageOut {
    prompt_tokens: u32,
    completion_tokens: u32,
    total_tokens: u32,
    prompt_tokens_details: OpenAiPromptTokensOut,
}

/// Which tokens of a prompt were spared.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct OpenAiPromptTokensOut {
    /// Those that a cache spared.
    cached_tokens: u32,
}

impl From<TokenUsage> for OpenAiUsageOut {
    fn from(usage: TokenUsage) -> Self {
        let TokenUsage { prompt_tokens, cached_tokens, completion_tokens } = usage;
        Self {
            prompt_tokens,
            completion_tokens,
            total_tokens: prompt_tokens.saturating_add(completion_tokens),
            prompt_tokens_details: OpenAiPromptTokensOut { cached_tokens },
        }
    }
}

/// A piece of an answer.
#[derive(Serialize)]
struct Chunk<'a> {
    id: &'a str,
    object: &'static str,
    created: i64,
    model: CharacterId,
    choices: &'a [ChunkChoice<'a>],
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<Option<OpenAiUsageOut>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_id: Option<SessionId>,
}

#[derive(Serialize)]
struct ChunkChoice<'a> {
    index: u32,
    delta: Delta<'a>,
    finish_reason: Option<FinishReason>,
    logprobs: Option<u32>,
}

#[derive(Default, Serialize)]
struct Delta<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<&'a str>,
}

/// The whole answer.
pub(super) async fn whole(mut answer: Answer, head: Head) -> Result<Response, OpenAiError> {
    let mut content = String::new();
    loop {
        match answer.next().await {
            AnswerPart::Text(text) => content.push_str(&text),
            AnswerPart::Failed(code) => return Err(OpenAiError::of_failure(code)),
            AnswerPart::Ended { finish, usage } => {
                let message = OpenAiMessageOut { role: "assistant", content, refusal: None };
                let choice = OpenAiChoiceOut { index: 0, message, finish_reason: finish, logprobs: None };
                let Head { id, created, model, session_id } = head;
                let (choices, usage) = (vec![choice], usage.map(OpenAiUsageOut::from));
                let whole =
                    OpenAiCompletionOut { id, object: "chat.completion", created, model, choices, usage, session_id };
                return Ok(Json(whole).into_response());
            }
        }
    }
}

/// How far a stream has come.
enum Place {
    Beginning(Option<AnswerPart>),
    Going,
    /// What it cost is still to be told.
    Usage(Option<TokenUsage>),
    Done,
    Over,
}

struct Telling {
    answer: Answer,
    head: Head,
    tells_usage: bool,
    place: Place,
    /// The piece that was waited for.
    first: Option<AnswerPart>,
}

/// The answer as it is written.
pub(super) async fn streamed(mut answer: Answer, head: Head, tells_usage: bool) -> Result<Response, OpenAiError> {
    let first = tokio::time::timeout(FIRST_WITHIN, answer.next()).await.ok();
    if let Some(AnswerPart::Failed(code)) = first {
        return Err(OpenAiError::of_failure(code));
    }
    let telling = Telling { answer, head, tells_usage, place: Place::Beginning(first), first: None };
    let events = stream::unfold(telling, |mut telling| async move {
        let event = telling.next().await?;
        Some((Ok::<_, Infallible>(event), telling))
    });
    let events = Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE_EVERY));
    // A proxy that gathers what it passes on would make one piece of it.
    Ok(([(X_ACCEL_BUFFERING, "no")], events).into_response())
}

impl Telling {
    async fn next(&mut self) -> Option<Event> {
        match std::mem::replace(&mut self.place, Place::Over) {
            Place::Beginning(first) => {
                (self.first, self.place) = (first, Place::Going);
                let delta = Delta { role: Some("assistant"), content: Some("") };
                Some(self.chunk(delta, None))
            }
            Place::Going => {
                let part = match self.first.take() {
                    Some(part) => part,
                    None => self.answer.next().await,
                };
                match part {
                    AnswerPart::Text(text) => {
                        self.place = Place::Going;
                        Some(self.chunk(Delta { role: None, content: Some(&text) }, None))
                    }
                    AnswerPart::Ended { finish, usage } => {
                        self.place = if self.tells_usage { Place::Usage(usage) } else { Place::Done };
                        Some(self.chunk(Delta::default(), Some(finish)))
                    }
                    // What was said stands; that it is not the end is said in the form of an error.
                    AnswerPart::Failed(code) => Some(event(&OpenAiError::of_failure(code).body())),
                }
            }
            Place::Usage(usage) => {
                self.place = Place::Done;
                Some(self.write(&[], Some(usage.map(OpenAiUsageOut::from))))
            }
            Place::Done => Some(Event::default().data("[DONE]")),
            Place::Over => None,
        }
    }

    fn chunk(&self, delta: Delta<'_>, finish_reason: Option<FinishReason>) -> Event {
        let choice = ChunkChoice { index: 0, delta, finish_reason, logprobs: None };
        self.write(&[choice], self.tells_usage.then_some(None))
    }

    fn write(&self, choices: &[ChunkChoice<'_>], usage: Option<Option<OpenAiUsageOut>>) -> Event {
        let Head { id, created, model, session_id } = &self.head;
        event(&Chunk {
            id,
            object: "chat.completion.chunk",
            created: *created,
            model: *model,
            choices,
            usage,
            session_id: *session_id,
        })
    }
}

/// A value as an event. Plain data always becomes JSON, which has no line breaks.
fn event(value: &impl Serialize) -> Event {
    Event::default().data(serde_json::to_string(value).unwrap_or_default())
}
