//! Whole answers of a model that nobody waits for, counted for whom they are made.

use domain::ClosedSet;
use domain::chats::FailureCode;
use domain::ids::UserId;
use domain::models::{FinishReason, TokenUsage};
use futures_util::StreamExt;
use llm::{ChatDelta, ChatModel, ChatRequest, ModelError};
use tracing::Instrument;

use crate::jobs::JobFault;
use crate::usage::Usages;
use crate::{measures, spans};

/// The longest answer that is read, in bytes.
const ANSWER: usize = 64 * 1024;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NoAnswer {
    /// It will never take these words: fewer of them, or none.
    Refused,
    /// It may do better another time.
    Fault(JobFault),
}

impl From<ModelError> for NoAnswer {
    fn from(error: ModelError) -> Self {
        match error {
            ModelError::ContentRefused(_) | ModelError::ContextTooLong(_) => Self::Refused,
            error => Self::Fault(JobFault::Passing(error.to_string())),
        }
    }
}

/// For whom an answer is counted.
#[derive(Clone, Copy)]
pub(crate) struct Meter<'a> {
    pub(crate) usages: &'a Usages,
    pub(crate) user: UserId,
}

/// The whole answer to a request.
///
/// # Errors
/// When there is none.
pub(crate) async fn answer(model: &dyn ChatModel, request: ChatRequest, meter: Meter<'_>) -> Result<String, NoAnswer> {
    let info = model.info();
    let span = spans::chat(&info);
    let mut usage = None;
    let answer = read(model, request, meter, &mut usage).instrument(span.clone()).await;
    let failure =
        answer.as_ref().err().map(|error| error.as_ref().map_or(FailureCode::ContentRefused, ModelError::failure));
    measures::model_call(info.provider, failure);
    spans::answered(&span, usage.map(|_| FinishReason::Stop), usage, failure.map(|code| code.as_str()));
    answer.map_err(|error| error.map_or(NoAnswer::Refused, NoAnswer::from))
}

/// The whole answer; no error is a refusal.
async fn read(
    model: &dyn ChatModel,
    request: ChatRequest,
    meter: Meter<'_>,
    usage: &mut Option<TokenUsage>,
) -> Result<String, Option<ModelError>> {
    let prompt_tokens = request.messages.iter().map(|message| model.count_tokens(&message.content)).sum();
    let mut stream = model.chat(request).await.map_err(Some)?;
    let (mut answer, mut told) = (String::new(), None);
    let finish = loop {
        match stream.next().await {
            Some(Ok(ChatDelta::Text(text))) => answer.push_str(&text),
            Some(Ok(ChatDelta::Done { finish, usage })) => {
                told = Some(usage);
                break Ok(Some(finish));
            }
            Some(Err(error)) => break Err(error),
            None => break Ok(None),
        }
        if answer.len() > ANSWER {
            break Ok(None);
        }
    };
    // What broke off was paid for as well.
    let estimated = || TokenUsage { prompt_tokens, cached_tokens: 0, completion_tokens: model.count_tokens(&answer) };
    meter.usages.count_lesson(meter.user, &model.info(), told.unwrap_or_else(estimated));
    *usage = told;
    match finish.map_err(Some)? {
        Some(FinishReason::ContentFilter) => Err(None),
        _ => Ok(answer),
    }
}
