//! The thread of a model: one loop that reads and writes all its conversations together.
//!
//! Each round decodes one batch: the last token of every reply that is being written, and a piece of one prompt that is
//! being read. So nobody waits for another's whole reply or whole prompt.

use std::num::NonZeroU32;

use domain::models::FinishReason;
use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::LlamaContextParams;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::token::LlamaToken;

use super::queue::{Job, Next, Queue};
use super::slot::{Slot, Work, count};
use super::thread::Ready;
use crate::ModelError;

/// How much of a prompt is read at once while nobody is writing. A new reply waits for the end of one piece.
const PIECE: usize = 128;

/// How much is read at once while others write: as long as this takes, they pause.
const PIECE_BESIDE: usize = 32;

/// What a context is made for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    pub(super) context_tokens: u32,
    pub(super) slots: u32,
    pub(super) threads: i32,
}

/// The body of the thread.
pub(super) fn run(model: &LlamaModel, shape: Shape, queue: &Queue, ready: Ready) {
    let _end = End(queue);
    match Engine::new(model, shape) {
        Ok(mut engine) => {
            ready.say(Ok(()));
            engine.serve(queue);
        }
        Err(error) => ready.say(Err(error)),
    }
}

/// Tells the queue when the thread ends, also when it panics.
struct End<'q>(&'q Queue);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

struct Engine<'m> {
    model: &'m LlamaModel,
    context: LlamaContext<'m>,
    batch: LlamaBatch<'static>,
    slots: Vec<Slot>,
    context_tokens: usize,
    clock: u64,
    piece: Vec<u8>,
}

impl<'m> Engine<'m> {
    fn new(model: &'m LlamaModel, shape: Shape) -> Result<Self, ModelError> {
        let Shape { context_tokens, slots, threads } = shape;
        let batch = PIECE + slots as usize;
        let params = LlamaContextParams::default()
            // Every sequence has its own part, so that a full one takes nothing from its neighbours.
            .with_n_ctx(NonZeroU32::new(context_tokens.saturating_mul(slots)))
            .with_n_seq_max(slots)
            .with_n_batch(count(batch))
            .with_n_ubatch(count(batch))
            .with_n_threads(threads)
            .with_n_threads_batch(threads)
            .with_no_perf(true);
        let fault = |_| ModelError::Internal("no memory for the model's context".into());
        let context = model.new_context(super::backend()?, params).map_err(fault)?;
        let slots = (0..slots).filter_map(|number| i32::try_from(number).ok()).map(Slot::new).collect();
        let mut engine = Self {
            model,
            context,
            batch: LlamaBatch::new(batch, 1),
            slots,
            context_tokens: context_tokens as usize,
            clock: 0,
            piece: Vec::new(),
        };
        engine.warm_up();
        Ok(engine)
    }

    /// Reads one token, so that the first reply does not wait until the file is in memory.
    fn warm_up(&mut self) {
        if self.batch.add(self.model.vocab().bos(), 0, &[0], true).is_ok()
            && self.context.decode(&mut self.batch).is_ok()
        {
            self.context.synchronize();
        }
        self.batch.clear();
        self.context.clear_kv_cache();
    }

    fn serve(&mut self, queue: &Queue) {
        loop {
            for slot in &mut self.slots {
                if slot.work.as_ref().is_some_and(|work| work.pen.cancelled()) {
                    slot.end(Ok(FinishReason::Stop));
                }
            }
            let free = self.slots.iter().filter(|slot| slot.free()).count();
            match queue.take(free, self.slots.len()) {
                Next::Jobs(jobs) => jobs.into_iter().for_each(|job| self.admit(job)),
                Next::Stop => return,
            }
            self.step();
        }
    }

    /// Gives a job the slot that knows most of its prompt.
    fn admit(&mut self, job: Job) {
        let Some(slot) = choose(&mut self.slots, &job) else {
            job.pen.end(Err(ModelError::Busy("no slot is free".into())));
            return;
        };
        let mut shared = slot.shared(&job.prompt.tokens);
        if shared < slot.read.len() {
            let sequence = u32::try_from(slot.sequence).ok();
            // Some kinds of model cannot forget a part.
            if !matches!(self.context.clear_kv_cache_seq(sequence, Some(count(shared)), None), Ok(true)) {
                drop(self.context.clear_kv_cache_seq(sequence, None, None));
                shared = 0;
            }
            slot.read.truncate(shared);
        }
        self.clock += 1;
        slot.used = self.clock;
        slot.key = job.key;
        let mut work = Work::new(job, self.model.n_vocab());
        work.usage.cached_tokens = count(shared);
        slot.work = Some(work);
    }

    /// One batch.
    fn step(&mut self) {
        self.batch.clear();
        if self.fill().is_none() {
            self.fail("the batch could not be filled");
            return;
        }
        if self.batch.n_tokens() == 0 {
            return;
        }
        if self.context.decode(&mut self.batch).is_err() {
            self.fail("llama.cpp could not decode");
            return;
        }
        for slot in &mut self.slots {
            let Some(work) = &mut slot.work else { continue };
            let Some(at) = work.logits_at.take() else { continue };
            let token = work.sampler.sample(&self.context, at);
            if let Some(finish) = take(work, token, self.model, &mut self.piece) {
                slot.end(Ok(finish));
            } else if slot.read.len() >= self.context_tokens {
                slot.end(Ok(FinishReason::Length));
            }
        }
    }

    /// Puts into the batch what is read in this round.
    fn fill(&mut self) -> Option<()> {
        let batch = &mut self.batch;
        for slot in &mut self.slots {
            let Some(work) = &mut slot.work else { continue };
            let Some(token) = work.next.take() else { continue };
            work.logits_at = Some(batch.n_tokens());
            batch.add(token, position(slot.read.len())?, &[slot.sequence], true).ok()?;
            slot.read.push(token);
        }
        let mut room = if batch.n_tokens() == 0 { PIECE } else { PIECE_BESIDE };
        // Who came first is read first.
        let mut reading: Vec<&mut Slot> = self.slots.iter_mut().filter(|slot| !slot.unread().is_empty()).collect();
        reading.sort_by_key(|slot| slot.used);
        for slot in reading {
            let piece: Vec<LlamaToken> = slot.unread().iter().take(room).copied().collect();
            room -= piece.len();
            let last = piece.len() == slot.unread().len();
            let end = piece.len().saturating_sub(1);
            for (place, token) in piece.into_iter().enumerate() {
                let choose = last && place == end;
                if choose && let Some(work) = &mut slot.work {
                    work.logits_at = Some(batch.n_tokens());
                }
                batch.add(token, position(slot.read.len())?, &[slot.sequence], choose).ok()?;
                slot.read.push(token);
            }
        }
        Some(())
    }

    /// Ends all replies, and forgets what they were of: nobody knows what of it is in memory.
    fn fail(&mut self, why: &'static str) {
        tracing::error!(reason = why, "local model failed");
        for slot in self.slots.iter_mut().filter(|slot| !slot.free()) {
            drop(self.context.clear_kv_cache_seq(u32::try_from(slot.sequence).ok(), None, None));
            slot.read.clear();
            slot.end(Err(ModelError::Internal(why.into())));
        }
    }
}

/// Among the free slots: the one of this conversation; else one that knows half of the prompt or more; else one that is
/// empty, or was used longest ago.
fn choose<'s>(slots: &'s mut [Slot], job: &Job) -> Option<&'s mut Slot> {
    let prompt = &job.prompt.tokens;
    slots.iter_mut().filter(|slot| slot.free()).max_by_key(|slot| {
        let shared = slot.shared(prompt);
        let same = slot.key == job.key && shared > 0;
        let alike = if shared * 2 >= prompt.len() { shared } else { 0 };
        (same, alike, slot.read.is_empty(), std::cmp::Reverse(slot.used))
    })
}

/// Takes the token that was chosen; says why the reply ends when it does.
fn take(work: &mut Work, token: LlamaToken, model: &LlamaModel, piece: &mut Vec<u8>) -> Option<FinishReason> {
    let vocab = model.vocab();
    if vocab.is_eog(token) {
        return Some(FinishReason::Stop);
    }
    work.usage.completion_tokens += 1;
    piece.clear();
    vocab.token_to_piece_into(token, piece, false, None);
    let written = work.writer.push(piece);
    work.pen.write(&written.text);
    if written.stopped {
        return Some(FinishReason::Stop);
    }
    if work.usage.completion_tokens >= work.max_tokens {
        return Some(FinishReason::Length);
    }
    work.next = Some(token);
    None
}

fn position(length: usize) -> Option<i32> {
    i32::try_from(length).ok()
}
