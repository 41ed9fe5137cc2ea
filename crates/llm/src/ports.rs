//! The two ports: one who talks, one who turns texts into vectors.

use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use domain::models::{FinishReason, ModelInfo, TokenUsage};
use domain::moderation::Harm;
use domain::prompt::PromptMessage;
use domain::sampling::Sampling;
use futures_util::Stream;

use crate::ModelError;

/// What a model is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct ChatRequest {
    /// The same for every request of one conversation: lets a model in this process keep what it has read.
    pub cache_key: u64,
    /// The prompt.
    pub messages: Vec<PromptMessage>,
    /// The last message is the assistant's and is to be continued, not answered.
    pub continue_last: bool,
    /// How words are chosen; what is absent is the model's own default.
    pub sampling: Sampling,
    /// The form of the answer; `None` is free text.
    pub format: Option<JsonFormat>,
}

/// An answer as one JSON value. Servers that cannot be held to it are asked in words alone, so the answer is checked anyway.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonFormat {
    /// What such an answer is called: `a-z` and `_`.
    pub name: &'static str,
    /// Its JSON Schema.
    pub schema: Arc<serde_json::Value>,
}

/// A part of a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChatDelta {
    /// Text that follows what came before; never empty.
    Text(String),
    /// The end; the last item of a good stream.
    Done {
        /// Why it ended.
        finish: FinishReason,
        /// What it cost.
        usage: TokenUsage,
    },
}

/// A reply as it is written. Dropping it cancels the generation at once. After `Done` or an error nothing follows.
pub type ChatStream = Pin<Box<dyn Stream<Item = Result<ChatDelta, ModelError>> + Send>>;

/// One who talks.
#[async_trait]
pub trait ChatModel: Send + Sync {
    /// What is known of it.
    fn info(&self) -> ModelInfo;

    /// How many tokens a text takes: counted with its own tokenizer, or estimated and then rather too high.
    fn count_tokens(&self, text: &str) -> u32;

    /// Begins a reply.
    ///
    /// # Errors
    /// When it cannot begin; what goes wrong later comes through the stream.
    async fn chat(&self, request: ChatRequest) -> Result<ChatStream, ModelError>;
}

/// One who says what is wrong with a text.
#[async_trait]
pub trait Moderator: Send + Sync {
    /// What is wrong with a text; nothing in most.
    ///
    /// # Errors
    /// When it cannot be said now.
    async fn judge(&self, text: &str) -> Result<Vec<Harm>, ModelError>;
}

/// What is known of an embedder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbedderInfo {
    /// Its name; vectors of different names cannot be compared.
    pub name: String,
    /// The length of its vectors.
    pub dimensions: usize,
}

/// How soon vectors are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// Somebody waits for an answer.
    Now,
    /// Nobody does; those who wait go first.
    Background,
}

/// One who turns texts into vectors of length 1, so that their dot product is their likeness.
#[async_trait]
pub trait Embedder: Send + Sync {
    /// What is known of it.
    fn info(&self) -> EmbedderInfo;

    /// One vector for each text, in order.
    ///
    /// # Errors
    /// When it cannot.
    async fn embed(&self, texts: Vec<String>, urgency: Urgency) -> Result<Vec<Vec<f32>>, ModelError>;
}
