//! Why a reply is as it is: what was told to the model, and what came to mind.

use std::time::Duration;

use domain::chats::Message;
use domain::ids::{MessageId, UserId};
use domain::memories::Memory;
use domain::models::{ModelInfo, ModelProvider, TokenUsage};
use domain::prompt::Prompt;
use domain::traces::{MemoryOutcome, ReplyTrace, TracedMemory, TracedPart, TracedTimes};

use super::{Chats, ChatsConfig};
use crate::memories::Recalled;
use crate::{ServiceError, ServiceResult};

/// What a reply was made from, with the memories as they are now.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplyOrigin {
    /// The reply.
    pub message: Message,
    /// The trace; `None` where none was kept: a greeting, a message of the person, a reply that never began.
    pub trace: Option<ReplyTrace>,
    /// The memories of the trace, in its order.
    pub memories: Vec<TracedMemoryView>,
}

/// A memory of a trace.
#[derive(Debug, Clone, PartialEq)]
pub struct TracedMemoryView {
    /// How it came to mind.
    pub traced: TracedMemory,
    /// What it says now; `None` when it was forgotten since.
    pub memory: Option<Memory>,
}

impl Chats {
    /// What a reply was made from.
    ///
    /// # Errors
    /// `NotFound`, also when the message is another's.
    pub async fn origin(&self, owner: UserId, message: MessageId) -> ServiceResult<ReplyOrigin> {
        let stores = &self.inner.stores;
        let (found, trace) =
            tokio::join!(stores.history.find_message(owner, message), stores.history.trace(owner, message));
        let found = found?.ok_or(ServiceError::NotFound)?;
        let trace = trace?;
        let session = stores.sessions.find_session(owner, found.session_id).await?.ok_or(ServiceError::NotFound)?;
        // In a session that several share, why a character speaks stands beside her words, and she remembers nothing.
        let scope = session.scope().ok_or(ServiceError::NotFound)?;
        let mut memories = Vec::new();
        for traced in trace.iter().flat_map(|trace| &trace.memories) {
            let memory = stores.memories.find_memory(scope, traced.id).await?.map(|(memory, _)| memory);
            memories.push(TracedMemoryView { traced: traced.clone(), memory });
        }
        Ok(ReplyOrigin { message: found, trace, memories })
    }
}

/// The trace of a prompt.
pub(super) fn of(prompt: &Prompt, recalled: &Recalled, budget: u32, took: Duration) -> ReplyTrace {
    let outcomes = prompt.memories.iter().copied().chain(std::iter::repeat(MemoryOutcome::NoRoom));
    let memories = recalled.memories.iter().zip(outcomes).map(|(memory, outcome)| TracedMemory {
        id: memory.line.id,
        score: memory.score,
        reasons: memory.reasons.clone(),
        outcome,
    });
    ReplyTrace {
        parts: prompt.parts.iter().map(|(part, tokens)| TracedPart { part: *part, tokens: *tokens }).collect(),
        prompt_tokens: prompt.tokens,
        budget_tokens: budget,
        history_from: prompt.history_from,
        history_messages: prompt.history_messages,
        memories: memories.collect(),
        recall: recalled.kind,
        times: TracedTimes {
            recall: micros(recalled.took),
            embedding: micros(recalled.embedding),
            prompt: micros(took),
            first_word: None,
        },
        cost_usd: None,
    }
}

/// What a reply cost; models in this process cost nothing that is counted here.
pub(super) fn cost(config: &ChatsConfig, speaks: Option<&ModelInfo>, usage: Option<TokenUsage>) -> Option<f64> {
    let (price, usage) = (config.price?, usage?);
    let is_remote = matches!(speaks?.provider, ModelProvider::OpenAi | ModelProvider::Ollama);
    let tokens = |tokens: u32, price: f64| f64::from(tokens) * price / 1_000_000.0;
    is_remote.then(|| tokens(usage.prompt_tokens, price.prompt) + tokens(usage.completion_tokens, price.completion))
}

/// A duration as traces have it.
pub(super) fn micros(took: Duration) -> u64 {
    u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
}
