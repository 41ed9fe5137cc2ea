//! Who speaks and who makes vectors: the settings of models.

use std::path::PathBuf;

use super::reader::Reader;
use super::{parse, settings};

/// Who speaks.
#[derive(Debug, Clone)]
pub struct ModelsConfig {
    /// The model that was named.
    pub chat: Option<String>,
    /// Who makes vectors, when one was named.
    pub embedding: Option<String>,
    /// The key of a provider.
    pub openai_api_key: Option<ApiKey>,
    /// The address of a provider.
    pub openai_api_base_url: Option<String>,
    /// Tokens that fit models of a provider or of Ollama.
    pub remote_context_tokens: u32,
    /// Where an Ollama server is looked for.
    pub ollama_url: Option<String>,
    /// Where GGUF files are.
    pub folder: PathBuf,
    /// Tokens that fit a model in this process.
    pub local_context_tokens: u32,
    /// Replies it writes at once.
    pub local_slots: u32,
    /// Its threads.
    pub local_threads: u32,
    /// Tokens of a scripted reply.
    pub scripted_tokens: u32,
    /// How many a second; `None`: as fast as they are read.
    pub scripted_rate: Option<f64>,
}

/// A key of a provider. It is never shown, also not by `Debug`.
#[derive(Clone)]
pub struct ApiKey(pub String);

impl std::fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ApiKey")
    }
}

/// What the environment says of models.
pub(super) fn models(reader: &mut Reader, data_dir: &std::path::Path) -> ModelsConfig {
    let mut small = |setting, low, high| u32::try_from(reader.number(setting, low, high)).unwrap_or(u32::MAX);
    let remote_context_tokens = small(&settings::REMOTE_CONTEXT, 512, 10_000_000);
    let (local_context_tokens, local_slots) =
        (small(&settings::LOCAL_CONTEXT, 512, 1_048_576), small(&settings::LOCAL_SLOTS, 1, 64));
    let (local_threads, scripted_tokens) =
        (small(&settings::LOCAL_THREADS, 0, 256), small(&settings::SCRIPTED_TOKENS, 1, 100_000));
    let rate = reader
        .read(&settings::SCRIPTED_RATE, |text| text.parse().ok().filter(|rate| (0.0..=1_000_000.0).contains(rate)));
    ModelsConfig {
        chat: reader.read(&settings::CHAT_MODEL, |text| Some(text.to_owned())),
        embedding: reader.read(&settings::EMBEDDING_MODEL, |text| Some(text.to_owned())),
        openai_api_key: reader.read(&settings::OPENAI_API_KEY, |text| Some(ApiKey(text.to_owned()))),
        openai_api_base_url: reader.read(&settings::OPENAI_API_BASE_URL, parse::http_url),
        ollama_url: reader.read(&settings::OLLAMA_URL, parse::http_url_or_off).flatten(),
        folder: reader.read(&settings::MODELS_DIR, parse::path).unwrap_or_else(|| data_dir.join("models")),
        remote_context_tokens,
        local_context_tokens,
        local_slots,
        local_threads,
        scripted_tokens,
        scripted_rate: rate.filter(|rate| *rate > 0.0),
    }
}
