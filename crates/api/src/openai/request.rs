//! What a program asks of a character: read generously, where that does no harm, and refused by name where it asks for what is not served.

use domain::chats::Role;
use domain::ids::{CharacterId, SessionId};
use domain::limits;
use domain::sampling::Sampling;
use serde::Deserialize;
use serde_json::Value;
use service::chats::Conversation;
use service::completions::Saying;
use utoipa::ToSchema;

use super::error::OpenAiError;
use crate::wire::WireSessionId;

/// The longest reply that can be asked for, in tokens; who asks for more gets this.
const MOST_TOKENS: u32 = 8_192;

/// What is asked of a character. Fields that are not here are passed over.
#[derive(Deserialize, ToSchema)]
pub struct OpenAiCompletionIn {
    /// The character: her id, or her name where one alone has it.
    pub(super) model: String,
    /// The conversation, oldest first, at most 2,048. What `system` and `developer` say stands beside her scenario; when the last is of the
    /// `assistant`, the answer goes on from there.
    #[schema(min_items = 1, max_items = 2048)]
    messages: Vec<OpenAiMessageIn>,
    /// Whether the answer comes as it is written.
    #[serde(default)]
    stream: Option<bool>,
    /// How it comes.
    stream_options: Option<OpenAiStreamOptionsIn>,
    /// A chat of the person with this character: then the last message, which must be the `user`'s, is said there as a device says it, and
    /// kept and remembered; all before it is what the chat holds, and its own settings hold. With `Idempotency-Key` it is said once.
    #[schema(value_type = Option<WireSessionId>)]
    pub(super) session_id: Option<SessionId>,
    #[schema(minimum = 0, maximum = 2)]
    temperature: Option<f32>,
    #[schema(exclusive_minimum = 0, maximum = 1)]
    top_p: Option<f32>,
    #[schema(minimum = -2, maximum = 2)]
    frequency_penalty: Option<f32>,
    #[schema(minimum = -2, maximum = 2)]
    presence_penalty: Option<f32>,
    /// The longest answer in tokens; 8,192 is the most.
    #[schema(minimum = 1)]
    max_completion_tokens: Option<u32>,
    /// The same, as it was called before.
    #[schema(minimum = 1)]
    max_tokens: Option<u32>,
    /// The same seed and conversation give the same answer where the provider keeps that promise.
    seed: Option<i64>,
    /// Texts that end the answer: one, or up to eight.
    stop: Option<OpenAiStopIn>,
    /// 1, or absent.
    n: Option<u32>,
    #[schema(ignore)]
    tools: Option<Value>,
    #[schema(ignore)]
    functions: Option<Value>,
    #[schema(ignore)]
    response_format: Option<Value>,
    #[schema(ignore)]
    logprobs: Option<Value>,
    #[schema(ignore)]
    logit_bias: Option<Value>,
    #[schema(ignore)]
    modalities: Option<Value>,
    #[schema(ignore)]
    audio: Option<Value>,
    #[schema(ignore)]
    web_search_options: Option<Value>,
}

/// A message of a conversation.
#[derive(Deserialize, ToSchema)]
pub struct OpenAiMessageIn {
    /// `system`, `developer`, `user` or `assistant`.
    role: String,
    /// What it says; null is nothing.
    content: Option<OpenAiContentIn>,
    #[schema(ignore)]
    tool_calls: Option<Value>,
    #[schema(ignore)]
    function_call: Option<Value>,
}

/// What a message says.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
pub enum OpenAiContentIn {
    /// A text.
    Text(String),
    /// Several, which follow each other.
    Parts(Vec<OpenAiPartIn>),
}

/// A part of what a message says.
#[derive(Deserialize, ToSchema)]
pub struct OpenAiPartIn {
    /// `text`.
    #[serde(rename = "type")]
    kind: String,
    text: Option<String>,
}

/// Texts that end an answer.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
pub enum OpenAiStopIn {
    /// One.
    One(String),
    /// Several.
    Several(Vec<String>),
}

/// How an answer comes.
#[derive(Deserialize, ToSchema)]
pub struct OpenAiStreamOptionsIn {
    /// Whether what it cost is told at its end.
    include_usage: Option<bool>,
}

/// Who says a message.
enum Speaker {
    Instructions,
    Said(Role),
}

/// A conversation, read.
#[derive(Default)]
struct Read {
    said: Vec<(Role, String)>,
    instructions: Vec<String>,
}

impl OpenAiCompletionIn {
    /// Whether the answer comes as it is written.
    pub(super) fn streams(&self) -> bool {
        self.stream == Some(true)
    }

    /// Whether what it cost is told at the end of a stream.
    pub(super) fn tells_usage(&self) -> bool {
        self.stream_options.as_ref().is_some_and(|options| options.include_usage == Some(true))
    }

    /// Fails when something is asked for that is not served.
    pub(super) fn must_be_served(&self) -> Result<(), OpenAiError> {
        if self.n.is_some_and(|n| n != 1) {
            return Err(OpenAiError::param("n", "n: there is one answer, so this must be 1"));
        }
        let is_text = |format: &Value| format["type"] == "text";
        let only_text = |kinds: &Value| kinds.as_array().is_some_and(|kinds| kinds.iter().all(|kind| kind == "text"));
        let asked = [
            ("tools", is_something(self.tools.as_ref())),
            ("functions", is_something(self.functions.as_ref())),
            ("response_format", self.response_format.as_ref().is_some_and(|format| !is_text(format))),
            ("logprobs", is_something(self.logprobs.as_ref())),
            ("logit_bias", is_something(self.logit_bias.as_ref())),
            ("modalities", self.modalities.as_ref().is_some_and(|kinds| !only_text(kinds))),
            ("audio", is_something(self.audio.as_ref())),
            ("web_search_options", self.web_search_options.is_some()),
        ];
        match asked.into_iter().find(|(_, asked)| *asked) {
            Some((name, _)) => Err(OpenAiError::param(name, format!("{name}: characters do not do this"))),
            None => Ok(()),
        }
    }

    /// The conversation that is to be answered.
    pub(super) fn conversation(self, character: CharacterId) -> Result<Conversation, OpenAiError> {
        let sampling = self.sampling()?;
        let Read { mut said, instructions } = self.read()?;
        let begun = match said.pop() {
            Some((Role::Character, begun)) => begun,
            Some(last) => {
                said.push(last);
                String::new()
            }
            None => String::new(),
        };
        let instructions = instructions.join("\n\n");
        if instructions.chars().count() > limits::CHARACTER_TEXT {
            return Err(OpenAiError::param("messages", "messages: what the system says is too long"));
        }
        Ok(Conversation { character, said, instructions, begun, sampling, recalls: false })
    }

    /// What is to be said in a chat.
    pub(super) fn saying(self, session: SessionId, idempotency_key: Option<String>) -> Result<Saying, OpenAiError> {
        match self.read()?.said.pop() {
            Some((Role::User, content)) => Ok(Saying { session, content, idempotency_key }),
            _ => Err(OpenAiError::param("messages", "messages: the last must be of the user, to be said in the chat")),
        }
    }

    fn read(&self) -> Result<Read, OpenAiError> {
        if self.messages.is_empty() || self.messages.len() > limits::GIVEN_MESSAGES {
            return Err(OpenAiError::param("messages", "messages: must be 1 to 2,048"));
        }
        let mut read = Read::default();
        for (n, message) in self.messages.iter().enumerate() {
            let text = message.text(n)?;
            match message.speaker(n)? {
                Speaker::Said(role) => read.said.push((role, text)),
                Speaker::Instructions if text.trim().is_empty() => {}
                Speaker::Instructions => read.instructions.push(text),
            }
        }
        Ok(read)
    }

    fn sampling(&self) -> Result<Sampling, OpenAiError> {
        let max_tokens = self.max_completion_tokens.or(self.max_tokens).map(|tokens| tokens.min(MOST_TOKENS));
        let stop = match &self.stop {
            None => Vec::new(),
            Some(OpenAiStopIn::One(stop)) => vec![stop.clone()],
            Some(OpenAiStopIn::Several(stops)) => stops.clone(),
        };
        let sampling = Sampling {
            temperature: self.temperature,
            top_p: self.top_p,
            frequency_penalty: self.frequency_penalty,
            presence_penalty: self.presence_penalty,
            max_tokens,
            // Seeds there are longer than ours: both halves count.
            seed: self.seed.map(|seed| {
                let bits = seed.cast_unsigned();
                u32::try_from((bits ^ (bits >> 32)) & u64::from(u32::MAX)).unwrap_or_default()
            }),
            stop,
            ..Sampling::default()
        };
        sampling.checked().map_err(|error| {
            let name = error.field.trim_start_matches("sampling.").to_owned();
            OpenAiError::param(name.clone(), format!("{name}: {}", error.message))
        })
    }
}

impl OpenAiMessageIn {
    fn speaker(&self, n: usize) -> Result<Speaker, OpenAiError> {
        if is_something(self.tool_calls.as_ref()) || is_something(self.function_call.as_ref()) {
            return Err(wrong(n, "tool_calls", "characters have no tools"));
        }
        match self.role.as_str() {
            "system" | "developer" => Ok(Speaker::Instructions),
            "user" => Ok(Speaker::Said(Role::User)),
            "assistant" => Ok(Speaker::Said(Role::Character)),
            _ => Err(wrong(n, "role", "must be system, developer, user or assistant")),
        }
    }

    /// The words, without control characters, which no model is to be shown.
    fn text(&self, n: usize) -> Result<String, OpenAiError> {
        let mut text = match &self.content {
            None => String::new(),
            Some(OpenAiContentIn::Text(text)) => text.clone(),
            Some(OpenAiContentIn::Parts(parts)) => {
                let texts = parts.iter().map(|part| match (part.kind.as_str(), &part.text) {
                    ("text", Some(text)) => Ok(text.as_str()),
                    _ => Err(wrong(n, "content", "must be text: characters see and hear nothing else")),
                });
                texts.collect::<Result<Vec<_>, _>>()?.join("\n")
            }
        };
        if text.len() > limits::REPLY && text.chars().count() > limits::REPLY {
            return Err(wrong(n, "content", "must have at most 64000 characters"));
        }
        text.retain(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'));
        Ok(text)
    }
}

fn wrong(n: usize, field: &str, message: &str) -> OpenAiError {
    let param = format!("messages[{n}].{field}");
    OpenAiError::param(param.clone(), format!("{param}: {message}"))
}

/// Whether a field asks for anything: not when it is null, false or empty.
fn is_something(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null | Value::Bool(false)) => false,
        Some(Value::Array(items)) => !items.is_empty(),
        Some(Value::Object(fields)) => !fields.is_empty(),
        Some(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use uuid::Uuid;

    const RIN: CharacterId = CharacterId(Uuid::from_u128(1));

    fn read(more: Value) -> OpenAiCompletionIn {
        let mut body = json!({"model": "Rin", "messages": [{"role": "user", "content": "Hi"}]});
        if let Value::Object(fields) = more {
            body.as_object_mut().unwrap().extend(fields);
        }
        serde_json::from_value(body).unwrap()
    }

    fn param(result: Result<impl Sized, OpenAiError>) -> String {
        let body = serde_json::to_value(result.map(|_| ()).unwrap_err().body()).unwrap();
        body["error"]["param"].as_str().unwrap().to_owned()
    }

    #[test]
    fn what_is_not_served_is_refused_by_name() {
        for (field, value) in [
            ("tools", json!([{"type": "function"}])),
            ("functions", json!([{"name": "f"}])),
            ("response_format", json!({"type": "json_object"})),
            ("logprobs", json!(true)),
            ("logit_bias", json!({"1": 2})),
            ("modalities", json!(["text", "audio"])),
            ("audio", json!({"voice": "x"})),
            ("web_search_options", json!({})),
            ("n", json!(2)),
        ] {
            assert_eq!(param(read(json!({field: value})).must_be_served()), field);
        }
        let harmless = json!({
            "tools": [], "response_format": {"type": "text"}, "logprobs": false, "modalities": ["text"], "n": 1, "user": "x", "store": true,
            "tool_choice": "none", "parallel_tool_calls": true, "metadata": {"a": "b"}, "top_logprobs": null, "anything": [1],
        });
        assert!(read(harmless).must_be_served().is_ok());
    }

    #[test]
    fn a_conversation_is_taken_apart_by_who_speaks() {
        let messages = json!([
            {"role": "system", "content": "It snows."},
            {"role": "user", "content": [{"type": "text", "text": "Are"}, {"type": "text", "text": "you\u{7} cold?"}]},
            {"role": "developer", "content": "Be brief."},
            {"role": "assistant", "content": "I am"},
        ]);
        let read = read(json!({"messages": messages, "seed": -1, "stop": "END", "max_tokens": 100_000}))
            .conversation(RIN)
            .unwrap();
        assert_eq!(read.said, [(Role::User, "Are\nyou cold?".to_owned())]);
        assert_eq!((read.instructions.as_str(), read.begun.as_str()), ("It snows.\n\nBe brief.", "I am"));
        assert_eq!((read.sampling.max_tokens, read.sampling.stop), (Some(8_192), vec!["END".to_owned()]));
    }

    #[test]
    fn what_is_wrong_in_a_conversation_is_named() {
        let of = |messages: Value| param(read(json!({"messages": messages})).conversation(RIN));
        assert_eq!(of(json!([])), "messages");
        assert_eq!(of(json!([{"role": "tool", "content": "x"}])), "messages[0].role");
        let image = json!([{"type": "image_url", "image_url": {"url": "data:"}}]);
        assert_eq!(
            of(json!([{"role": "user", "content": "a"}, {"role": "user", "content": image}])),
            "messages[1].content"
        );
        assert_eq!(of(json!([{"role": "assistant", "tool_calls": [{}]}])), "messages[0].tool_calls");
        for (field, value) in
            [("temperature", json!(2.5)), ("top_p", json!(0)), ("max_tokens", json!(0)), ("stop", json!([""]))]
        {
            assert_eq!(param(read(json!({field: value})).conversation(RIN)), field);
        }
    }

    #[test]
    fn only_what_the_user_says_last_is_said_in_a_chat() {
        let session = SessionId(Uuid::from_u128(2));
        assert_eq!(read(json!({})).saying(session, None).unwrap().content, "Hi");
        let last = json!({"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Yes"}]});
        assert_eq!(param(read(last).saying(session, None)), "messages");
    }
}
