//! Models on other servers: everything with OpenAI's chat completions interface (OpenAI, OpenRouter, vLLM, llama.cpp's
//! server), and Ollama, which has it too.
//!
//! `genai` speaks the protocol. What differs among servers is settled here: which parameters they take, what their errors
//! mean, how long to wait for them, and that their thinking aloud is no part of a reply.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::models::{ModelInfo, ModelProvider};
use genai::adapter::AdapterKind;
use genai::chat::{ChatMessage, ChatOptions};
use genai::resolver::{AuthData, Endpoint};
use genai::{Headers, ModelIden, ServiceTarget};
use parking_lot::RwLock;

use crate::{ChatModel, ChatRequest, ChatStream, ModelError, ModelSource, estimate_tokens};

mod body;
mod catalog;
mod embedder;
mod failure;
mod http;
mod moderator;
mod stream;
mod think;

pub use catalog::{list_models, ollama_models};
pub use embedder::RemoteEmbedder;
pub use moderator::RemoteModerator;

/// How a server is reached.
#[derive(Clone)]
pub struct RemoteOptions {
    /// What kind of server it is: `OpenAi` or `Ollama`. Its models are named `openai/…` or `ollama/…`.
    pub provider: ModelProvider,
    /// Where its interface begins: `https://openrouter.ai/api/v1`, `http://127.0.0.1:11434`.
    pub base_url: String,
    /// The key, where one is needed.
    pub api_key: Option<String>,
    /// How many tokens of prompt and reply fit its models.
    pub context_tokens: u32,
    /// How long the first token may take.
    pub first_token: Duration,
    /// How long each further token may take.
    pub next_token: Duration,
}

impl RemoteOptions {
    /// A server at that address, with 60 seconds for the first token and 30 for each further one. The context is 8192
    /// tokens, for Ollama 4096: that is its default, and it cuts longer prompts without a word.
    #[must_use]
    pub fn new(provider: ModelProvider, base_url: impl Into<String>, api_key: Option<String>) -> Self {
        let (first_token, next_token) = (Duration::from_secs(60), Duration::from_secs(30));
        let context_tokens = if provider == ModelProvider::Ollama { 4096 } else { 8192 };
        Self { provider, base_url: base_url.into(), api_key, context_tokens, first_token, next_token }
    }
}

/// A server that serves any model by name. Cloning it is cheap.
#[derive(Clone)]
pub struct RemoteServer(Arc<Server>);

struct Server {
    options: RemoteOptions,
    client: genai::Client,
    url: String,
    /// Whether it takes parameters that OpenAI's own servers refuse.
    lenient: bool,
    known: RwLock<Vec<String>>,
}

impl RemoteServer {
    /// A server; nothing is sent yet.
    ///
    /// # Errors
    /// When the address is none.
    pub fn new(options: RemoteOptions) -> Result<Self, ModelError> {
        let base = http::base(&options.base_url)?;
        let root = if options.provider == ModelProvider::Ollama { "/v1" } else { "" };
        let url = format!("{}{root}/chat/completions", base.as_str().trim_end_matches('/'));
        let client = genai::Client::builder().with_reqwest(http::client()?).build();
        let client = client.map_err(|_| ModelError::Internal("the client could not be made".into()))?;
        let lenient = !http::is_strict(&base);
        Ok(Self(Arc::new(Server { options, client, url, lenient, known: RwLock::default() })))
    }

    /// The model that this server calls `name`.
    #[must_use]
    pub fn model(&self, name: &str) -> RemoteModel {
        RemoteModel { server: self.clone(), name: name.to_owned() }
    }

    /// Sets which models are shown in lists; any other is served as well.
    pub fn show(&self, names: Vec<String>) {
        *self.0.known.write() = names;
    }

    fn prefix(&self) -> &'static str {
        if self.0.options.provider == ModelProvider::Ollama { "ollama/" } else { "openai/" }
    }
}

impl ModelSource for RemoteServer {
    fn find(&self, name: &str) -> Option<Arc<dyn ChatModel>> {
        let name = name.strip_prefix(self.prefix()).filter(|name| !name.is_empty())?;
        Some(Arc::new(self.model(name)))
    }

    fn list(&self) -> Vec<ModelInfo> {
        self.0.known.read().iter().map(|name| self.model(name).info()).collect()
    }
}

/// One model of a server.
#[derive(Clone)]
pub struct RemoteModel {
    server: RemoteServer,
    name: String,
}

impl RemoteModel {
    /// Asks once. What goes wrong comes through the stream.
    async fn ask(
        &self,
        messages: Vec<ChatMessage>,
        options: &ChatOptions,
    ) -> Result<genai::chat::ChatStream, genai::Error> {
        let server = &self.server.0;
        let headers = match &server.options.api_key {
            Some(key) => Headers::from(("Authorization", format!("Bearer {key}"))),
            None => Headers::default(),
        };
        let target = ServiceTarget {
            endpoint: Endpoint::from_owned(server.url.as_str()),
            // Else genai would want a key also where none is needed.
            auth: AuthData::RequestOverride { url: server.url.clone(), headers },
            // The real name is in the body: genai would take `-high` from its end and ask for more effort.
            model: ModelIden::new(AdapterKind::OpenAI, "model"),
        };
        let request = genai::chat::ChatRequest::new(messages);
        Ok(server.client.exec_chat_stream(target, request, Some(options)).await?.stream)
    }
}

#[async_trait]
impl ChatModel for RemoteModel {
    fn info(&self) -> ModelInfo {
        let options = &self.server.0.options;
        ModelInfo {
            name: format!("{}{}", self.server.prefix(), self.name),
            label: self.name.clone(),
            provider: options.provider,
            context_tokens: options.context_tokens,
            tiny: false,
        }
    }

    fn count_tokens(&self, text: &str) -> u32 {
        estimate_tokens(text)
    }

    async fn chat(&self, request: ChatRequest) -> Result<ChatStream, ModelError> {
        Ok(stream::open(self.clone(), request))
    }
}

#[cfg(test)]
mod tests;
