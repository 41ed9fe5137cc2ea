//! Answers of a model in an agreed form: asked for with a schema, and believed only as far as they keep to it.

use domain::prompt::{PromptMessage, PromptRole};
use domain::sampling::Sampling;
use llm::{ChatModel, ChatRequest, JsonFormat};
use serde::de::DeserializeOwned;

use crate::asking;
pub(crate) use crate::asking::{Meter, NoAnswer};
use crate::jobs::JobFault;

/// The longest answer that is asked for, in tokens.
pub(crate) const ANSWER_TOKENS: u32 = 1_500;

/// Asks a model for one value of `T`.
///
/// # Errors
/// When it does not answer, or in no such form.
pub(crate) async fn ask<T: DeserializeOwned>(
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
    let answer = asking::answer(model, request, meter).await?;
    let form = || NoAnswer::Fault(JobFault::Passing("the model did not answer in the agreed form".to_owned()));
    parse(&answer).ok_or_else(form)
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
