//! A request as the protocol wants it.

use std::time::Duration;

use domain::prompt::{PromptMessage, PromptRole};
use domain::sampling::Sampling;
use genai::chat::{ChatMessage, ChatOptions};
use serde_json::{Map, Value, json};

use crate::{ChatRequest, JsonFormat};

/// OpenAI takes no more; the rest is watched for on this side, as are these.
const STOPS: usize = 4;

/// Models that know the limit by another name, and refuse the usual one.
const REASONERS: [&str; 5] = ["gpt-5", "gpt-6", "o1", "o3", "o4"];

pub(super) fn messages(messages: &[PromptMessage]) -> Vec<ChatMessage> {
    let message = |message: &PromptMessage| match message.role {
        PromptRole::System => ChatMessage::system(message.content.clone()),
        PromptRole::User => ChatMessage::user(message.content.clone()),
        PromptRole::Assistant => ChatMessage::assistant(message.content.clone()),
    };
    messages.iter().map(message).collect()
}

/// An answer in this form, as OpenAI's interface asks for it.
fn response_format(format: &JsonFormat) -> Value {
    json!({"type": "json_schema", "json_schema": {"name": format.name, "strict": true, "schema": *format.schema}})
}

/// The options of one request. `lenient` servers take parameters beyond OpenAI's own.
pub(super) fn options(model: &str, request: &ChatRequest, lenient: bool, silence: Duration) -> ChatOptions {
    let sampling = &request.sampling;
    let mut body = Map::new();
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            body.insert(name.to_owned(), value);
        }
    };
    set("model", Some(json!(model)));
    set("temperature", sampling.temperature.and_then(decimal));
    set("top_p", sampling.top_p.and_then(decimal));
    set("frequency_penalty", sampling.frequency_penalty.and_then(decimal));
    set("presence_penalty", sampling.presence_penalty.and_then(decimal));
    set("seed", sampling.seed.map(Value::from));
    let limit =
        if REASONERS.iter().any(|name| model.starts_with(name)) { "max_completion_tokens" } else { "max_tokens" };
    set(limit, sampling.max_tokens.map(Value::from));
    set("response_format", request.format.as_ref().map(response_format));
    if lenient {
        extras(sampling, &mut set);
        if request.continue_last {
            // vLLM's words for it; others continue a last message of the assistant without being told.
            set("continue_final_message", Some(json!(true)));
            set("add_generation_prompt", Some(json!(false)));
        }
    }
    let stops = sampling.stop.iter().filter(|stop| !stop.is_empty()).take(STOPS).cloned().collect();
    ChatOptions::default()
        .with_capture_usage(true)
        .with_stop_sequences(stops)
        .with_stream_read_timeout(silence)
        .with_extra_body(Value::Object(body))
}

fn extras(sampling: &Sampling, set: &mut impl FnMut(&str, Option<Value>)) {
    set("top_k", sampling.top_k.map(Value::from));
    set("min_p", sampling.min_p.and_then(decimal));
    set("repetition_penalty", sampling.repeat_penalty.and_then(decimal));
}

/// The number as it was written: 0.7, not 0.699999988.
fn decimal(number: f32) -> Option<Value> {
    number.to_string().parse::<f64>().ok().map(Value::from)
}
