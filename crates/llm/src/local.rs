//! Models in this process: any GGUF file, through llama.cpp.
//!
//! A model has one thread of its own, which serves several conversations at once, token by token; nothing here blocks the
//! async runtime. Callers hand over tokens and read text; the thread ends with the model and the last reply that is read, and
//! whoever drops the last of them waits for it, one step at most.

use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use async_trait::async_trait;
use domain::models::{ModelInfo, ModelProvider};
use domain::sampling::Sampling;
use futures_util::Stream;
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;

use crate::{ChatDelta, ChatModel, ChatRequest, ChatStream, ModelError};

mod embedder;
mod engine;
mod outbox;
mod prompt;
mod queue;
mod slot;
mod thread;
mod writer;

pub use embedder::LocalEmbedder;

use outbox::Reader;
use prompt::PromptWriter;
use queue::{Job, Queue};
use thread::OwnThread;

/// Where a tiny model loses its thread, by its replies: after a line break it writes the other's turn, describes itself or
/// signs a letter. Its first paragraph is its best.
const TINY_STOP: &str = "\n";

/// How a GGUF file is run.
#[derive(Debug, Clone)]
pub struct LocalOptions {
    /// The name shown to people; empty: the one in the file.
    pub label: String,
    /// Whether it is so small that it proves the path and no more.
    pub tiny: bool,
    /// How many tokens of prompt and reply fit, each conversation for itself; at most what the model was trained for.
    pub context_tokens: u32,
    /// How many replies are written at once; each keeps the memory of its conversation when it is done.
    pub slots: u32,
    /// Threads that compute; 0: all cores but one, at most 8. They wait for each other in busy loops, so that one core too
    /// many for a busy machine is slower by far than one too few.
    pub threads: u32,
    /// How many requests may wait for a slot.
    pub queue: u32,
}

impl Default for LocalOptions {
    fn default() -> Self {
        Self { label: String::new(), tiny: false, context_tokens: 4096, slots: 4, threads: 0, queue: 32 }
    }
}

/// A chat model in this process.
pub struct LocalModel {
    info: ModelInfo,
    defaults: Sampling,
    writer: Arc<PromptWriter>,
    engine: Arc<Running>,
}

/// The thread of a model with its queue, shared by the model and the replies that are read.
struct Running {
    queue: Arc<Queue>,
    // Dropped after the queue was closed, so the thread ends.
    _thread: OwnThread,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.queue.close();
    }
}

/// A reply that keeps its model's thread. The reader goes first: the thread must find the reply cancelled.
struct Reply {
    reader: Reader,
    _engine: Arc<Running>,
}

impl Stream for Reply {
    type Item = Result<ChatDelta, ModelError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut self.reader).poll_next(context)
    }
}

impl LocalModel {
    /// Loads a GGUF file and starts its thread. It takes a moment and blocks: call it outside the async runtime.
    ///
    /// # Errors
    /// `UnknownModel` when the file is missing or no model; `Internal` when there is not enough memory.
    pub fn load(path: impl AsRef<Path>, options: LocalOptions) -> Result<Self, ModelError> {
        let path = path.as_ref();
        let model = Arc::new(open(path)?);
        if model.meta_val_str("general.architecture").is_ok_and(|kind| kind.contains("bert")) {
            return Err(ModelError::UnknownModel("the file is an embedder and cannot talk".into()));
        }
        let trained = model.n_ctx_train();
        let context_tokens =
            if trained == 0 { options.context_tokens } else { options.context_tokens.min(trained) }.max(64);
        let info = ModelInfo {
            name: format!("local/{}", stem(path)),
            label: Some(options.label).filter(|label| !label.is_empty()).unwrap_or_else(|| label_of(&model, path)),
            provider: ModelProvider::Local,
            context_tokens,
            tiny: options.tiny,
        };
        let slots = options.slots.max(1);
        let shape = engine::Shape { context_tokens, slots, threads: threads(options.threads) };
        let queue = Arc::new(Queue::new(options.queue as usize));
        let writer = Arc::new(PromptWriter::new(Arc::clone(&model)));
        let thread = OwnThread::start("talker-model", {
            let queue = Arc::clone(&queue);
            move |ready| engine::run(&model, shape, &queue, ready)
        })?;
        let engine = Arc::new(Running { queue, _thread: thread });
        Ok(Self { info, defaults: defaults(options.tiny), writer, engine })
    }
}

#[async_trait]
impl ChatModel for LocalModel {
    fn info(&self) -> ModelInfo {
        self.info.clone()
    }

    fn count_tokens(&self, text: &str) -> u32 {
        self.writer.count(text)
    }

    async fn chat(&self, request: ChatRequest) -> Result<ChatStream, ModelError> {
        // A grammar would slow every token; the words of the prompt must do, and the answer is checked.
        let ChatRequest { cache_key, messages, continue_last, sampling, format: _ } = request;
        let writer = Arc::clone(&self.writer);
        let written = tokio::task::spawn_blocking(move || writer.write(&messages, continue_last)).await;
        let prompt = written.map_err(|_| ModelError::Internal("the prompt could not be written".into()))??;
        if prompt.tokens.len() >= self.info.context_tokens as usize {
            return Err(ModelError::ContextTooLong("the prompt leaves no room for a reply".into()));
        }
        let (pen, reader) = outbox::pair();
        let mut sampling = sampling.over(&self.defaults);
        if self.info.tiny {
            sampling.stop.push(TINY_STOP.to_owned());
        }
        let job = Job { key: cache_key, prompt, sampling, pen };
        self.engine.queue.push(job)?;
        Ok(Box::pin(Reply { reader, _engine: Arc::clone(&self.engine) }))
    }
}

/// What a model does when nothing else is said. The values for the tiny model were chosen by reading its replies: cooler
/// it repeats itself, hotter or with a stronger penalty it drifts into other people's stories.
fn defaults(tiny: bool) -> Sampling {
    let usual = Sampling {
        temperature: Some(0.7),
        top_p: Some(0.9),
        top_k: Some(40),
        min_p: Some(0.05),
        repeat_penalty: Some(1.1),
        max_tokens: Some(1024),
        ..Sampling::default()
    };
    if tiny {
        Sampling { temperature: Some(0.6), top_k: Some(30), min_p: Some(0.1), max_tokens: Some(160), ..usual }
    } else {
        usual
    }
}

fn backend() -> Result<&'static LlamaBackend, ModelError> {
    static BACKEND: OnceLock<Option<LlamaBackend>> = OnceLock::new();
    let backend = BACKEND.get_or_init(|| {
        let mut backend = LlamaBackend::init().ok()?;
        // llama.cpp writes to stderr of its own accord.
        backend.void_logs();
        Some(backend)
    });
    backend.as_ref().ok_or_else(|| ModelError::Internal("llama.cpp did not start".into()))
}

fn open(path: &Path) -> Result<LlamaModel, ModelError> {
    let backend = backend()?;
    if !path.is_file() {
        return Err(ModelError::UnknownModel("the model file does not exist".into()));
    }
    LlamaModel::load_from_file(backend, path, &LlamaModelParams::default())
        .map_err(|_| ModelError::UnknownModel("the file is not a model that llama.cpp can load".into()))
}

fn threads(wanted: u32) -> i32 {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let spare = u32::try_from(cores.saturating_sub(1)).unwrap_or(8).clamp(1, 8);
    i32::try_from(if wanted == 0 { spare } else { wanted }).unwrap_or(8)
}

fn stem(path: &Path) -> String {
    path.file_stem().map_or_else(|| "model".to_owned(), |stem| stem.to_string_lossy().to_lowercase())
}

fn label_of(model: &LlamaModel, path: &Path) -> String {
    model.meta_val_str("general.name").ok().filter(|name| !name.trim().is_empty()).unwrap_or_else(|| stem(path))
}

#[cfg(test)]
mod tests;
