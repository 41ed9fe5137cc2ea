//! What is known of a language model, whoever runs it.

use serde::{Deserialize, Serialize};

closed_set! {
    /// Who runs a model.
    pub enum ModelProvider {
        /// This process, through llama.cpp.
        Local = "local",
        /// An Ollama server.
        Ollama = "ollama",
        /// Any server with OpenAI's chat completions interface.
        OpenAi = "openai",
        /// A script; for tests and benchmarks.
        Scripted = "scripted",
    }
}

closed_set! {
    /// Why a model stopped writing.
    pub enum FinishReason {
        /// It came to its end, or wrote a stop string.
        Stop = "stop",
        /// The limit of tokens was reached.
        Length = "length",
        /// The provider withheld the rest.
        ContentFilter = "content_filter",
    }
}

/// A model as people see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelInfo {
    /// The name by which it is chosen (`local/smollm2-135m-instruct`, `openai/gpt-5-mini`).
    pub name: String,
    /// The name shown to people (`SmolLM2 135M`).
    pub label: String,
    /// Who runs it.
    pub provider: ModelProvider,
    /// How many tokens of prompt and reply fit.
    pub context_tokens: u32,
    /// True for the built-in model that proves the path and no more; the screen says so.
    pub tiny: bool,
}

/// What a reply cost in tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TokenUsage {
    /// Tokens of the prompt.
    pub prompt_tokens: u32,
    /// Those of them that a cache spared.
    pub cached_tokens: u32,
    /// Tokens of the reply.
    pub completion_tokens: u32,
}
