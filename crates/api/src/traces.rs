//! Traces: why a reply is as it is.

use axum::Json;
use axum::extract::State;
use domain::bonds::{BondMood, TracedBond};
use domain::ids::{MemoryId, MessageId};
use domain::initiatives::InitiativeReason;
use domain::prompt::PromptPart;
use domain::routine::Activity;
use domain::traces::{MemoryOutcome, RecallKind, RecallReason, TracedPart, TracedReason, TracedTimes};
use serde::Serialize;
use service::chats::{ReplyOrigin, TracedMemoryView};
use utoipa::ToSchema;

use crate::AppState;
use crate::caller::Caller;
use crate::extract::ApiPath;
use crate::lore_open::VerdictOut;
use crate::memories::MemoryOut;
use crate::messages::UsageOut;
use crate::problem::{Problem, ProblemCode};
use crate::wire::{
    WireActivity, WireBondMood, WireInitiativeReason, WireMemoryId, WireMemoryOutcome, WireMessageId, WirePromptPart,
    WireRecallKind, WireRecallReason,
};

/// What a reply was made from.
#[derive(Debug, Serialize, ToSchema)]
pub struct TraceOut {
    #[schema(value_type = WireMessageId)]
    message_id: MessageId,
    /// The model that wrote it.
    #[schema(required)]
    model: Option<String>,
    /// All tokens of the prompt, as they were counted before it was sent.
    prompt_tokens: u32,
    /// How many tokens the prompt was allowed.
    budget_tokens: u32,
    /// The oldest message of the history that went in.
    #[schema(value_type = Option<WireMessageId>, required)]
    history_from: Option<MessageId>,
    /// How many messages of the history went in.
    history_messages: u32,
    /// The parts of the prompt, in their order.
    parts: Vec<PartOut>,
    /// How the memories were found.
    #[schema(value_type = WireRecallKind)]
    recall: RecallKind,
    /// The memories that were considered, the best first.
    memories: Vec<TracedMemoryOut>,
    /// The entries of lorebooks of the caller's own that fired, then those that nearly did. Those of others are nowhere told of.
    lore: Vec<VerdictOut>,
    /// How the two stood with each other, where that was told.
    #[schema(required)]
    bond: Option<TracedBondOut>,
    times: TimesOut,
    /// What the provider counted.
    #[schema(required)]
    usage: Option<UsageOut>,
    /// What the reply cost in US dollars, where the operator told the prices.
    #[schema(required)]
    cost_usd: Option<f64>,
    /// What she did at that hour; null where her week is not known.
    #[schema(value_type = Option<WireActivity>, required)]
    activity: Option<Activity>,
    /// For how many seconds nothing had been said before; null where that was not long.
    #[schema(required)]
    away_seconds: Option<u64>,
    /// Why she wrote first; null where she answered.
    #[schema(value_type = Option<WireInitiativeReason>, required)]
    wrote_first: Option<InitiativeReason>,
}

/// How the two stood when a reply was made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TracedBond)]
pub struct TracedBondOut {
    /// The key of the stage.
    stage: String,
    #[schema(value_type = WireBondMood)]
    mood: BondMood,
}

impl From<TracedBond> for TracedBondOut {
    fn from(bond: TracedBond) -> Self {
        let TracedBond { stage, mood } = bond;
        Self { stage, mood }
    }
}

/// A part of a prompt.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TracedPart)]
pub struct PartOut {
    #[schema(value_type = WirePromptPart)]
    part: PromptPart,
    tokens: u32,
}

impl From<TracedPart> for PartOut {
    fn from(part: TracedPart) -> Self {
        let TracedPart { part, tokens } = part;
        Self { part, tokens }
    }
}

/// A memory that was considered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TracedMemory)]
pub struct TracedMemoryOut {
    #[schema(value_type = WireMemoryId)]
    id: MemoryId,
    /// How well it fits; comparable within one trace only.
    score: f32,
    /// Why it was found, the strongest first.
    reasons: Vec<ReasonOut>,
    #[schema(value_type = WireMemoryOutcome)]
    outcome: MemoryOutcome,
    /// The memory as it is now; null when it was forgotten since.
    #[schema(required)]
    memory: Option<MemoryOut>,
}

impl From<TracedMemoryView> for TracedMemoryOut {
    fn from(view: TracedMemoryView) -> Self {
        let TracedMemoryView { traced, memory } = view;
        Self {
            id: traced.id,
            score: traced.score,
            reasons: traced.reasons.into_iter().map(ReasonOut::from).collect(),
            outcome: traced.outcome,
            memory: memory.map(MemoryOut::from),
        }
    }
}

/// Why a memory was found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TracedReason)]
pub struct ReasonOut {
    #[schema(value_type = WireRecallReason)]
    reason: RecallReason,
    /// Its share of the score.
    weight: f32,
}

impl From<TracedReason> for ReasonOut {
    fn from(reason: TracedReason) -> Self {
        let TracedReason { reason, weight } = reason;
        Self { reason, weight }
    }
}

/// How long the steps before a reply took, in microseconds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TracedTimes)]
pub struct TimesOut {
    /// Finding the memories, the vector of the question included.
    recall: u64,
    /// The vector of the question.
    embedding: u64,
    /// The whole prompt.
    prompt: u64,
    /// From the prompt to the first word.
    #[schema(required)]
    first_word: Option<u64>,
}

impl From<TracedTimes> for TimesOut {
    fn from(times: TracedTimes) -> Self {
        let TracedTimes { recall, embedding, prompt, first_word } = times;
        Self { recall, embedding, prompt, first_word }
    }
}

/// What a reply was made from. `no_trace` where none was kept: a greeting, a message of the person, a reply that never began.
#[utoipa::path(
    get, path = "/messages/{message_id}/trace", tag = "messages",
    params(("message_id" = WireMessageId, Path)), responses((status = 200, body = TraceOut)),
)]
pub(crate) async fn get_trace(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(message): ApiPath<MessageId>,
) -> Result<Json<TraceOut>, Problem> {
    let ReplyOrigin { message, trace, memories, lore } = state.app.chats.origin(caller.user_id, message).await?;
    let trace = trace.ok_or_else(|| Problem::new(ProblemCode::NoTrace))?;
    let present = trace.present.unwrap_or_default();
    Ok(Json(TraceOut {
        message_id: message.id,
        model: message.model,
        prompt_tokens: trace.prompt_tokens,
        budget_tokens: trace.budget_tokens,
        history_from: trace.history_from,
        history_messages: trace.history_messages,
        parts: trace.parts.into_iter().map(PartOut::from).collect(),
        recall: trace.recall,
        memories: memories.into_iter().map(TracedMemoryOut::from).collect(),
        lore: lore.into_iter().map(VerdictOut::from).collect(),
        bond: trace.bond.map(TracedBondOut::from),
        times: trace.times.into(),
        usage: message.usage.map(UsageOut::from),
        cost_usd: trace.cost_usd,
        activity: present.activity,
        away_seconds: present.away_seconds,
        wrote_first: present.wrote_first,
    }))
}
