//! Why a reply is as it is: what was told to the model, and what came to mind.

use std::time::Duration;

use domain::chats::{Author, Message};
use domain::ids::{MessageId, UserId};
use domain::memories::Memory;
use domain::models::{ModelInfo, ModelProvider, TokenUsage};
use domain::prompt::Prompt;
use domain::traces::{MemoryOutcome, ReplyTrace, TracedLore, TracedMemory, TracedPart, TracedTimes};

use super::access::Access;
use super::lore::TracedLoreView;
use super::{Chats, ChatsConfig};
use crate::memories::{Hearer, Recalled, recollected};
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
    /// The entries of lorebooks of one's own that fired, or nearly did.
    pub lore: Vec<TracedLoreView>,
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
    /// What a reply was made from. Where several talk, all who see the reply may know: what came to mind there was said before
    /// them, and is shown as far as it is for their eyes.
    ///
    /// # Errors
    /// `NotFound`, also when the message is not for the caller's eyes.
    pub async fn origin(&self, user: UserId, message: MessageId) -> ServiceResult<ReplyOrigin> {
        let stores = &self.inner.stores;
        let (access, found) = self.inner.seen(user, message).await?;
        let owner = access.owner;
        let mut trace = stores.history.trace(owner, message).await?;
        let lore = match trace.as_ref().and_then(|trace| trace.lore.as_ref()) {
            Some(lore) => self.inner.own_lore(user, lore).await?,
            None => Vec::new(),
        };
        if access.shared.is_some() {
            let mut memories = Vec::new();
            if let Some(trace) = &mut trace {
                trace.history_from = self.first_seen(&access, trace.history_from).await?;
                memories = self.heard(&access, &found, &trace.memories).await?;
            }
            return Ok(ReplyOrigin { message: found, trace, memories, lore });
        }
        let traced: Vec<TracedMemory> = trace.iter().flat_map(|trace| trace.memories.clone()).collect();
        if traced.is_empty() {
            return Ok(ReplyOrigin { message: found, trace, memories: Vec::new(), lore });
        }
        let session = stores.sessions.find_session(owner, found.session_id).await?.ok_or(ServiceError::NotFound)?;
        let scope = session.scope().ok_or(ServiceError::NotFound)?;
        let mut memories = Vec::with_capacity(traced.len());
        for traced in traced {
            let memory = stores.memories.find_memory(scope, traced.id).await?.map(|(memory, _)| memory);
            memories.push(TracedMemoryView { traced, memory });
        }
        Ok(ReplyOrigin { message: found, trace, memories, lore })
    }

    /// What came to the mind of a character in a group: messages, as they are now. What was said before the caller came is not
    /// even counted.
    async fn heard(
        &self,
        access: &Access,
        reply: &Message,
        traced: &[TracedMemory],
    ) -> ServiceResult<Vec<TracedMemoryView>> {
        let Some(Author::Character(character)) = reply.author else { return Ok(Vec::new()) };
        let hearer = Hearer { session: reply.session_id, owner: access.owner, character };
        let mut memories = Vec::with_capacity(traced.len());
        for traced in traced {
            let message = self.inner.stores.history.find_message(access.owner, MessageId(traced.id.0)).await?;
            let message = message.filter(|message| message.session_id == reply.session_id);
            if message.as_ref().is_some_and(|message| !access.sees(message)) {
                continue;
            }
            let memory = message.map(|message| recollected(hearer, message));
            memories.push(TracedMemoryView { traced: traced.clone(), memory });
        }
        Ok(memories)
    }

    /// With which message the history of a prompt began, unless that was said before the caller came.
    async fn first_seen(&self, access: &Access, first: Option<MessageId>) -> ServiceResult<Option<MessageId>> {
        let Some(first) = first else { return Ok(None) };
        let found = self.inner.stores.history.find_message(access.owner, first).await?;
        Ok(found.filter(|found| access.sees(found)).map(|found| found.id))
    }
}

/// The trace of a prompt.
pub(super) fn of(
    prompt: &Prompt,
    lore: Option<TracedLore>,
    recalled: &Recalled,
    budget: u32,
    took: Duration,
) -> ReplyTrace {
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
        lore,
        bond: None,
        present: None,
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
