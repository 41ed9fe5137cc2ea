//! Answers of a model in an agreed form: asked for with a schema, and believed only as far as they keep to it.

use domain::ClosedSet;
use domain::chats::FailureCode;
use domain::ids::UserId;
use domain::models::{FinishReason, TokenUsage};
use domain::prompt::{PromptMessage, PromptRole};
use domain::sampling::Sampling;
use futures_util::StreamExt;
use llm::{ChatDelta, ChatModel, ChatRequest, JsonFormat, ModelError};
use serde::de::DeserializeOwned;
use tracing::Instrument;

use crate::jobs::JobFault;
use crate::usage::Usages;
use crate::{measures, spans};

/// The longest answer that is read, in bytes.
const ANSWER: usize = 64 * 1024;

/// The longest answer that is asked for, in tokens.
pub(super) const ANSWER_TOKENS: u32 = 1_500;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NoAnswer {
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

/// Asks a model for one value of `T`.
///
/// # Errors
/// When it does not answer, or in no such form.
pub(super) async fn ask<T: DeserializeOwned>(
    model: &dyn ChatModel,
    cache_key: u64,
    system: String,
    user: String,
    format: JsonFormat,
    meter: Meter<'_>,
) -> Result<T, NoAnswer> {
    let message = |role, content| PromptMessage { role, content };
    let request = ChatRequest {
        cache_key,
        messages: vec![message(PromptRole::System, system), message(PromptRole::User, user)],
        continue_last: false,
        sampling: Sampling { temperature: Some(0.2), max_tokens: Some(ANSWER_TOKENS), ..Sampling::default() },
        format: Some(format),
    };
    let info = model.info();
    let span = spans::chat(&info);
    let mut usage = None;
    let answer = read(model, request, meter, &mut usage).instrument(span.clone()).await;
    let failure =
        answer.as_ref().err().map(|error| error.as_ref().map_or(FailureCode::ContentRefused, ModelError::failure));
    measures::model_call(info.provider, failure);
    spans::answered(&span, usage.map(|_| FinishReason::Stop), usage, failure.map(|code| code.as_str()));
    let answer = answer.map_err(|error| error.map_or(NoAnswer::Refused, NoAnswer::from))?;
    let form = || NoAnswer::Fault(JobFault::Passing("the model did not answer in the agreed form".to_owned()));
    parse(&answer).ok_or_else(form)
}

/// For whom an answer is counted.
#[derive(Clone, Copy)]
pub(super) struct Meter<'a> {
    pub(super) usages: &'a Usages,
    pub(super) user: UserId,
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

/// The value in an answer; models like to put words or a fence around it.
fn parse<T: DeserializeOwned>(answer: &str) -> Option<T> {
    let (begin, end) = (answer.find('{')?, answer.rfind('}')?);
    serde_json::from_str(answer.get(begin..=end)?).ok()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::parse;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Answer {
        facts: Vec<String>,
    }

    #[test]
    fn a_value_is_found_among_words_and_nonsense_is_none() {
        let expected = Answer { facts: vec!["a {brace}".into()] };
        for answer in
            [r#"{"facts":["a {brace}"]}"#, "Here you are:\n```json\n{\"facts\": [\"a {brace}\"]}\n```\nAnything else?"]
        {
            assert_eq!(parse::<Answer>(answer).as_ref(), Some(&expected));
        }
        for answer in ["", "no", "{", "}{", r#"{"facts":"a"}"#, r#"{"facts":["a"]"#] {
            assert_eq!(parse::<Answer>(answer), None);
        }
    }
}
