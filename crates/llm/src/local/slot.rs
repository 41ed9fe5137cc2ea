//! A place in the model's memory: what it has read of one conversation, and the reply that is being written there.

use domain::models::{FinishReason, TokenUsage};
use domain::sampling::Sampling;
use llama_cpp_2::sampling::LlamaSampler;
use llama_cpp_2::token::LlamaToken;

use super::outbox::Pen;
use super::queue::Job;
use super::writer::Writer;
use crate::ModelError;

/// Over how many tokens words count as repeated.
const PENALTY_WINDOW: i32 = 64;

/// A sequence of the model's context.
pub(super) struct Slot {
    /// Its number there.
    pub(super) sequence: i32,
    /// The tokens whose keys and values are in memory.
    pub(super) read: Vec<LlamaToken>,
    /// The conversation they are of.
    pub(super) key: u64,
    /// When it was used last; larger is later.
    pub(super) used: u64,
    pub(super) work: Option<Work>,
}

/// A reply that is being written.
pub(super) struct Work {
    pub(super) prompt: Vec<LlamaToken>,
    /// The token that was chosen and not read yet.
    pub(super) next: Option<LlamaToken>,
    /// Where in the batch its next choice stands.
    pub(super) logits_at: Option<i32>,
    pub(super) sampler: LlamaSampler,
    pub(super) writer: Writer,
    pub(super) usage: TokenUsage,
    pub(super) max_tokens: u32,
    pub(super) pen: Pen,
}

impl Slot {
    pub(super) fn new(sequence: i32) -> Self {
        Self { sequence, read: Vec::new(), key: 0, used: 0, work: None }
    }

    pub(super) fn free(&self) -> bool {
        self.work.is_none()
    }

    /// How many tokens of a prompt are in memory already. One is always read again, for the choice after it.
    pub(super) fn shared(&self, prompt: &[LlamaToken]) -> usize {
        let shared = self.read.iter().zip(prompt).take_while(|(known, wanted)| known == wanted).count();
        shared.min(prompt.len().saturating_sub(1))
    }

    pub(super) fn end(&mut self, end: Result<FinishReason, ModelError>) {
        if let Some(mut work) = self.work.take() {
            if end.is_ok() {
                work.pen.write(&work.writer.finish());
            }
            work.pen.end(end.map(|finish| (finish, work.usage)));
        }
    }

    /// What of the prompt has not been read.
    pub(super) fn unread(&self) -> &[LlamaToken] {
        self.work.as_ref().and_then(|work| work.prompt.get(self.read.len()..)).unwrap_or_default()
    }
}

impl Work {
    pub(super) fn new(job: Job, vocabulary: i32) -> Self {
        let Job { prompt, sampling, pen, .. } = job;
        let usage = TokenUsage { prompt_tokens: count(prompt.tokens.len()), ..TokenUsage::default() };
        let sampler = sampler(&sampling, vocabulary);
        let max_tokens = sampling.max_tokens.unwrap_or(u32::MAX);
        let writer = Writer::new(sampling.stop, prompt.trim);
        Self { prompt: prompt.tokens, next: None, logits_at: None, sampler, writer, usage, max_tokens, pen }
    }
}

/// How this reply's words are chosen.
fn sampler(sampling: &Sampling, vocabulary: i32) -> LlamaSampler {
    let penalties = LlamaSampler::penalties(
        vocabulary,
        PENALTY_WINDOW,
        sampling.repeat_penalty.unwrap_or(1.0),
        sampling.frequency_penalty.unwrap_or(0.0),
        sampling.presence_penalty.unwrap_or(0.0),
    );
    let temperature = sampling.temperature.unwrap_or(1.0);
    if temperature <= 0.0 {
        return LlamaSampler::chain([penalties, LlamaSampler::greedy()], true);
    }
    let top_k = i32::try_from(sampling.top_k.unwrap_or(0)).unwrap_or(0);
    // Without a seed llama.cpp takes a random one for this value.
    let seed = sampling.seed.unwrap_or(u32::MAX);
    let chain = [
        penalties,
        LlamaSampler::top_k(top_k),
        LlamaSampler::top_p(sampling.top_p.unwrap_or(1.0), 1),
        LlamaSampler::min_p(sampling.min_p.unwrap_or(0.0), 1),
        LlamaSampler::temp(temperature),
        LlamaSampler::dist(seed),
    ];
    LlamaSampler::chain(chain, true)
}

pub(super) fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
