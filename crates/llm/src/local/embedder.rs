//! An embedder in this process: a model of the BERT kind in a GGUF file, on a thread of its own.
//!
//! Its texts are cut where the model's context ends. Several go through the model in one batch.

use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::LlamaContextParams;
use llama_cpp_2::context::params::LlamaPoolingType;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::token::LlamaToken;
use tokio::sync::{mpsc, oneshot};

use super::thread::{OwnThread, Ready};
use super::{open, stem};
use crate::vectors::unit;
use crate::{Embedder, EmbedderInfo, ModelError, Urgency};

/// How many calls may wait. Those after them wait too, outside.
const WAITING: usize = 64;

/// How many texts share a batch.
const TEXTS: u32 = 16;

/// Longer texts are cut; models of this kind know no more.
const TEXT_TOKENS: u32 = 512;

/// How many texts of one call are embedded before somebody who waits is looked for.
const STRETCH: usize = 4;

struct Job {
    texts: Vec<String>,
    urgency: Urgency,
    answer: oneshot::Sender<Result<Vec<Vec<f32>>, ModelError>>,
}

/// An embedder in this process.
pub struct LocalEmbedder {
    info: EmbedderInfo,
    // In this order: without a sender the thread ends, and then it is waited for.
    jobs: mpsc::Sender<Job>,
    _thread: OwnThread,
}

impl LocalEmbedder {
    /// Loads a GGUF file and starts its thread, which ends when the embedder is dropped. It blocks: call it outside the
    /// async runtime.
    ///
    /// # Errors
    /// `UnknownModel` when the file is missing or no embedder; `Internal` when there is not enough memory.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, ModelError> {
        let path = path.as_ref();
        let model = Arc::new(open(path)?);
        let dimensions = usize::try_from(model.n_embd_out()).unwrap_or(0);
        if dimensions == 0 {
            return Err(ModelError::UnknownModel("the file is no embedder".into()));
        }
        let (jobs, coming) = mpsc::channel(WAITING);
        let waiting = Waiting { coming, background: VecDeque::new() };
        let thread = OwnThread::start("talker-embedder", move |ready| run(&model, waiting, ready))?;
        let info = EmbedderInfo { name: format!("local/{}", stem(path)), dimensions };
        Ok(Self { info, jobs, _thread: thread })
    }
}

#[async_trait]
impl Embedder for LocalEmbedder {
    fn info(&self) -> EmbedderInfo {
        self.info.clone()
    }

    async fn embed(&self, texts: Vec<String>, urgency: Urgency) -> Result<Vec<Vec<f32>>, ModelError> {
        let gone = || ModelError::Internal("the embedder's thread ended".into());
        let (answer, vectors) = oneshot::channel();
        self.jobs.send(Job { texts, urgency, answer }).await.map_err(|_| gone())?;
        vectors.await.map_err(|_| gone())?
    }
}

/// Who waits for vectors.
struct Waiting {
    coming: mpsc::Receiver<Job>,
    /// Those that came and can wait.
    background: VecDeque<Job>,
}

impl Waiting {
    /// A job that somebody waits for, if one has come.
    fn urgent(&mut self) -> Option<Job> {
        while let Ok(job) = self.coming.try_recv() {
            if job.urgency == Urgency::Now {
                return Some(job);
            }
            self.background.push_back(job);
        }
        None
    }

    /// The next job; blocks until there is one, `None` when none will come.
    fn next(&mut self) -> Option<Job> {
        self.urgent().or_else(|| self.background.pop_front()).or_else(|| self.coming.blocking_recv())
    }
}

fn run(model: &LlamaModel, mut waiting: Waiting, ready: Ready) {
    let mut worker = match Worker::new(model) {
        Ok(worker) => worker,
        Err(error) => return ready.say(Err(error)),
    };
    ready.say(Ok(()));
    while let Some(job) = waiting.next() {
        let mut vectors = Ok(Vec::with_capacity(job.texts.len()));
        for texts in job.texts.chunks(STRETCH) {
            while let Some(urgent) = waiting.urgent() {
                if !urgent.answer.is_closed() {
                    answer(urgent.answer, worker.embed(&urgent.texts));
                }
            }
            // Nobody waits for the answer when the call was dropped meanwhile.
            if job.answer.is_closed() {
                break;
            }
            vectors = vectors.and_then(|mut vectors: Vec<_>| {
                vectors.extend(worker.embed(texts)?);
                Ok(vectors)
            });
        }
        answer(job.answer, vectors);
    }
}

fn answer(to: oneshot::Sender<Result<Vec<Vec<f32>>, ModelError>>, vectors: Result<Vec<Vec<f32>>, ModelError>) {
    drop(to.send(vectors));
}

struct Worker<'m> {
    model: &'m LlamaModel,
    context: LlamaContext<'m>,
    batch: LlamaBatch<'static>,
    text_tokens: usize,
}

impl<'m> Worker<'m> {
    fn new(model: &'m LlamaModel) -> Result<Self, ModelError> {
        let text_tokens = model.n_ctx_train().clamp(1, TEXT_TOKENS);
        let params = LlamaContextParams::default()
            .with_n_ctx(NonZeroU32::new(text_tokens * TEXTS))
            .with_n_seq_max(TEXTS)
            // These models read a text in one piece, so a batch holds the longest.
            .with_n_batch(text_tokens)
            .with_n_ubatch(text_tokens)
            // Its texts are short, and threads that wait for one another lose more than they win where a chat model has the cores.
            .with_n_threads(1)
            .with_n_threads_batch(1)
            .with_embeddings(true)
            .with_pooling_type(LlamaPoolingType::Mean)
            .with_no_perf(true);
        let fault = |_| ModelError::Internal("no memory for the embedder's context".into());
        let context = model.new_context(super::backend()?, params).map_err(fault)?;
        Ok(Self { model, context, batch: LlamaBatch::new(text_tokens as usize, 1), text_tokens: text_tokens as usize })
    }

    fn embed(&mut self, texts: &[String]) -> Result<Vec<Vec<f32>>, ModelError> {
        let tokens: Vec<Vec<LlamaToken>> = texts.iter().map(|text| self.tokens(text)).collect();
        let mut vectors = Vec::with_capacity(texts.len());
        let mut rest = tokens.as_slice();
        while !rest.is_empty() {
            let mut room = self.text_tokens;
            let fitting = rest.iter().take(TEXTS as usize).take_while(|text| {
                let fits = text.len() <= room;
                room = room.saturating_sub(text.len());
                fits
            });
            let (now, later) = rest.split_at(fitting.count().max(1));
            self.batch(now, &mut vectors)?;
            rest = later;
        }
        Ok(vectors)
    }

    /// The tokens of a text as the model wants them, with its marks at both ends also where the text is cut.
    fn tokens(&self, text: &str) -> Vec<LlamaToken> {
        let vocab = self.model.vocab();
        let mut tokens = vocab.tokenize(text.as_bytes(), true, false);
        if tokens.len() > self.text_tokens {
            let last = tokens.last().copied();
            tokens.truncate(self.text_tokens - 1);
            tokens.extend(last);
        }
        if tokens.is_empty() {
            tokens.push(vocab.bos());
        }
        tokens
    }

    fn batch(&mut self, texts: &[Vec<LlamaToken>], vectors: &mut Vec<Vec<f32>>) -> Result<(), ModelError> {
        let fault = |why: &'static str| ModelError::Internal(why.into());
        self.batch.clear();
        for (sequence, text) in (0..).zip(texts) {
            self.batch.add_sequence(text, sequence, true).map_err(|_| fault("the batch is full"))?;
        }
        self.context.clear_kv_cache();
        self.context.decode(&mut self.batch).map_err(|_| fault("llama.cpp could not embed"))?;
        for sequence in (0..).take(texts.len()) {
            let vector = self.context.embeddings_seq_ith(sequence).map_err(|_| fault("the model gave no embedding"))?;
            vectors.push(unit(vector.to_vec()));
        }
        Ok(())
    }
}
