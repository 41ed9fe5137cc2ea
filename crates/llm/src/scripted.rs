//! A model and an embedder that do what they are told, for tests and benchmarks.
//!
//! A [`Script`] is one reply: texts, pauses, gates, an end. Scripts queue up; when none is left the model answers with a
//! fixed kind of sentence. What it was asked can be read back, and how many replies are being written now.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use domain::models::{FinishReason, ModelInfo, ModelProvider, TokenUsage};
use domain::prompt::PromptRole;
use parking_lot::Mutex;
use tokio::sync::Semaphore;

use crate::{ChatModel, ChatRequest, ChatStream, Embedder, EmbedderInfo, ModelError, Urgency, estimate_tokens};

mod stream;

/// How many requests are kept to be read back.
const KEPT_REQUESTS: usize = 256;

/// Makes the text of the n-th token.
pub type TokenMaker = Arc<dyn Fn(u32) -> String + Send + Sync>;

type Improvise = Arc<dyn Fn(&ChatRequest) -> Script + Send + Sync>;

/// A place where a reply waits until the test lets it go on.
#[derive(Debug, Clone)]
pub struct Gate(Arc<Doors>);

#[derive(Debug)]
struct Doors {
    passes: Semaphore,
    arrivals: Semaphore,
}

impl Gate {
    /// A closed gate.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(Doors { passes: Semaphore::new(0), arrivals: Semaphore::new(0) }))
    }

    /// Lets one more reply through.
    pub fn pass_one(&self) {
        self.0.passes.add_permits(1);
    }

    /// Lets all through, now and later.
    pub fn open(&self) {
        self.0.passes.close();
    }

    /// Waits until a reply stands before the gate; each arrival is reported once.
    pub async fn reached(&self) {
        if let Ok(arrival) = self.0.arrivals.acquire().await {
            arrival.forget();
        }
    }

    async fn wait(self) {
        self.0.arrivals.add_permits(1);
        // Closed means open to all.
        if let Ok(pass) = self.0.passes.acquire().await {
            pass.forget();
        }
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}

/// One step of a script.
#[derive(Clone)]
enum Step {
    Text(String),
    Delay(Duration),
    Wait(Gate),
    Fail(ModelError),
    Finish(FinishReason),
    Paced { tokens: u32, per_second: Option<f64>, make: TokenMaker },
}

/// One reply.
#[derive(Clone, Default)]
pub struct Script {
    steps: VecDeque<Step>,
    refusal: Option<ModelError>,
}

impl Script {
    /// An empty reply, to which steps are added.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A reply of one piece.
    #[must_use]
    pub fn say(text: impl Into<String>) -> Self {
        Self::new().text(text)
    }

    /// A reply that comes word by word.
    #[must_use]
    pub fn words(text: &str) -> Self {
        Self { steps: text.split_inclusive(' ').map(|word| Step::Text(word.to_owned())).collect(), refusal: None }
    }

    /// No reply: the request itself fails, before there is a stream.
    #[must_use]
    pub fn refuse(error: ModelError) -> Self {
        Self { steps: VecDeque::new(), refusal: Some(error) }
    }

    /// Then this text, as one delta.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        self.step(Step::Text(text.into()))
    }

    /// Then a pause.
    #[must_use]
    pub fn delay(self, pause: Duration) -> Self {
        self.step(Step::Delay(pause))
    }

    /// Then it waits at a gate.
    #[must_use]
    pub fn wait(self, gate: &Gate) -> Self {
        self.step(Step::Wait(gate.clone()))
    }

    /// Then it breaks.
    #[must_use]
    pub fn fail(self, error: ModelError) -> Self {
        self.step(Step::Fail(error))
    }

    /// Then it ends for this reason. Without it a script ends with `Stop`.
    #[must_use]
    pub fn finish(self, reason: FinishReason) -> Self {
        self.step(Step::Finish(reason))
    }

    /// Then `tokens` tokens, each made in the moment it is sent: `per_second` of them, or as fast as they are read. When
    /// the reader falls behind, what is due comes at once.
    #[must_use]
    pub fn paced(self, tokens: u32, per_second: Option<f64>, make: TokenMaker) -> Self {
        self.step(Step::Paced { tokens, per_second, make })
    }

    fn step(mut self, step: Step) -> Self {
        self.steps.push_back(step);
        self
    }
}

/// A model that follows scripts.
pub struct ScriptedModel {
    info: ModelInfo,
    improvise: Improvise,
    queue: Mutex<VecDeque<Script>>,
    requests: Mutex<VecDeque<ChatRequest>>,
    calls: AtomicU64,
    active: Arc<AtomicUsize>,
}

impl ScriptedModel {
    /// A model named `scripted/model`.
    #[must_use]
    pub fn new() -> Self {
        Self::named("scripted/model")
    }

    /// A model of that name.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self {
            info: ModelInfo {
                name: name.to_owned(),
                label: "Scripted".to_owned(),
                provider: ModelProvider::Scripted,
                context_tokens: 8192,
                tiny: false,
            },
            improvise: Arc::new(|request| {
                let said = request.messages.iter().rev().find(|message| message.role == PromptRole::User);
                let length = said.map_or(0, |message| message.content.chars().count());
                Script::words(&format!("You said {length} characters."))
            }),
            queue: Mutex::default(),
            requests: Mutex::default(),
            calls: AtomicU64::new(0),
            active: Arc::default(),
        }
    }

    /// The same with another description.
    #[must_use]
    pub fn with_info(mut self, info: ModelInfo) -> Self {
        self.info = info;
        self
    }

    /// The same with other replies for when the queue is empty.
    #[must_use]
    pub fn otherwise(mut self, improvise: impl Fn(&ChatRequest) -> Script + Send + Sync + 'static) -> Self {
        self.improvise = Arc::new(improvise);
        self
    }

    /// Queues a reply.
    pub fn push(&self, script: Script) {
        self.queue.lock().push_back(script);
    }

    /// What it was asked, oldest first; the last 256.
    #[must_use]
    pub fn requests(&self) -> Vec<ChatRequest> {
        self.requests.lock().iter().cloned().collect()
    }

    /// What it was asked last.
    #[must_use]
    pub fn last_request(&self) -> Option<ChatRequest> {
        self.requests.lock().back().cloned()
    }

    /// How often it was asked.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// How many streams are alive: neither ended nor dropped.
    #[must_use]
    pub fn active(&self) -> usize {
        self.active.load(Ordering::Acquire)
    }
}

impl Default for ScriptedModel {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl ChatModel for ScriptedModel {
    fn info(&self) -> ModelInfo {
        self.info.clone()
    }

    fn count_tokens(&self, text: &str) -> u32 {
        estimate_tokens(text)
    }

    async fn chat(&self, request: ChatRequest) -> Result<ChatStream, ModelError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let script = self.queue.lock().pop_front().unwrap_or_else(|| (self.improvise)(&request));
        let prompt_tokens = request.messages.iter().map(|message| estimate_tokens(&message.content)).sum();
        {
            let mut requests = self.requests.lock();
            if requests.len() == KEPT_REQUESTS {
                requests.pop_front();
            }
            requests.push_back(request);
        }
        match script.refusal {
            Some(error) => Err(error),
            None => {
                let usage = TokenUsage { prompt_tokens, ..TokenUsage::default() };
                Ok(stream::play(script.steps, usage, Arc::clone(&self.active)))
            }
        }
    }
}

/// An embedder that needs no model: texts that share words are alike, and nothing else is.
#[derive(Debug, Clone)]
pub struct ScriptedEmbedder {
    name: String,
    dimensions: usize,
}

impl ScriptedEmbedder {
    /// Vectors of that length, at least 1.
    #[must_use]
    pub fn new(dimensions: usize) -> Self {
        Self { name: "scripted/words".to_owned(), dimensions: dimensions.max(1) }
    }

    /// The same under another name.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self }
    }

    fn vector(&self, text: &str) -> Vec<f32> {
        let mut vector = vec![0.0_f32; self.dimensions];
        let lower = text.to_lowercase();
        for word in lower.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()) {
            // FNV-1a: the same in every run and on every machine.
            let hash = word
                .bytes()
                .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
            let place = usize::try_from(hash % self.dimensions as u64).unwrap_or(0);
            if let Some(value) = vector.get_mut(place) {
                *value += 1.0;
            }
        }
        let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
        if length > 0.0 {
            vector.iter_mut().for_each(|value| *value /= length);
        } else if let Some(first) = vector.first_mut() {
            *first = 1.0;
        }
        vector
    }
}

#[async_trait]
impl Embedder for ScriptedEmbedder {
    fn info(&self) -> EmbedderInfo {
        EmbedderInfo { name: self.name.clone(), dimensions: self.dimensions }
    }

    async fn embed(&self, texts: Vec<String>, _urgency: Urgency) -> Result<Vec<Vec<f32>>, ModelError> {
        Ok(texts.iter().map(|text| self.vector(text)).collect())
    }
}

#[cfg(test)]
mod tests;
