//! What is counted and timed of the services: every name and label in one place, so that both stay few.
//!
//! No label holds an id, a name or a text; each comes from a closed set. Without a recorder (see `server::observe`) a call here does
//! nothing.

use std::time::Duration;

use domain::ClosedSet;
use domain::chats::{FailureCode, MessageStatus};
use domain::jobs::JobKind;
use domain::models::{ModelProvider, TokenUsage};
use domain::moderation::{Harm, Side};
use domain::notifications::PushOutcome;
use domain::safety::Danger;
use domain::traces::RecallKind;
use metrics::{Unit, counter, gauge, histogram};

/// The histograms of durations, in seconds, that answer how long people wait.
pub const SECONDS: &[&str] = &[FIRST_TOKEN, REPLY, JOB, RECALL, EMBEDDING];

const TURNS: &str = "talker_turns_total";
const TOKENS: &str = "talker_tokens_total";
const FIRST_TOKEN: &str = "talker_first_token_seconds";
const REPLY: &str = "talker_reply_seconds";
const RUNNING: &str = "talker_replies_running";
const WAITING: &str = "talker_replies_waiting";
const ACCEPTED: &str = "talker_messages_accepted_total";
const JOB_RUNS: &str = "talker_job_runs_total";
const JOB: &str = "talker_job_seconds";
const RECALL: &str = "talker_recall_seconds";
const INDEX: &str = "talker_memory_index_bytes";
const EMBEDDING: &str = "talker_embedding_seconds";
const EMBEDDINGS: &str = "talker_embeddings_total";
const PUSHES: &str = "talker_pushes_total";
const CARE: &str = "talker_care_replies_total";
const REFUSED: &str = "talker_moderation_refused_total";
const MODEL_CALLS: &str = "talker_model_calls_total";

/// Says what each means, and shows those at zero that would otherwise be missing until something happens.
pub fn describe() {
    metrics::describe_counter!(
        TURNS,
        "Replies that ended on this node, by how: complete, stopped, lost to another node, or the code of the failure"
    );
    metrics::describe_counter!(TOKENS, "Tokens of replies, by kind; cached ones are among those of the prompt");
    metrics::describe_histogram!(FIRST_TOKEN, Unit::Seconds, "From a claimed reply to its first word");
    metrics::describe_histogram!(REPLY, Unit::Seconds, "From a claimed reply to its end");
    metrics::describe_gauge!(RUNNING, "Replies that are being written on this node");
    metrics::describe_gauge!(WAITING, "Sessions whose reply waits for one of the places of TALKER_CONCURRENT_REPLIES");
    metrics::describe_counter!(ACCEPTED, "Messages of people that were taken; a repeat is not counted");
    metrics::describe_counter!(JOB_RUNS, "Runs of background jobs on this node, by kind and outcome");
    metrics::describe_histogram!(JOB, Unit::Seconds, "How long a run of a background job took");
    metrics::describe_histogram!(RECALL, Unit::Seconds, "How long a reply waited for what is remembered");
    metrics::describe_gauge!(
        INDEX,
        Unit::Bytes,
        "What the search over memories takes; the bound is TALKER_MEMORY_INDEX_MIB"
    );
    metrics::describe_histogram!(EMBEDDING, Unit::Seconds, "How long the embedder took");
    metrics::describe_counter!(EMBEDDINGS, "Calls of the embedder, by outcome");
    metrics::describe_counter!(MODEL_CALLS, "Calls of models for replies and for learning, by provider and outcome");
    metrics::describe_counter!(
        REFUSED,
        "Words that were not let through, by whose they were and what was wrong with them"
    );
    metrics::describe_counter!(
        CARE,
        "Replies in which the server itself told of help, by what somebody may have been in danger of"
    );
    metrics::describe_counter!(
        PUSHES,
        "Messages to devices that are not here, by what their push service did with them"
    );
    counter!(ACCEPTED).absolute(0);
    gauge!(RUNNING).set(0.0);
    gauge!(WAITING).set(0.0);
    gauge!(INDEX).set(0.0);
}

/// Counted up while it lives.
pub(crate) struct Counted(&'static str);

impl Counted {
    fn up(name: &'static str) -> Self {
        gauge!(name).increment(1.0);
        Self(name)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        gauge!(self.0).decrement(1.0);
    }
}

/// A reply is being written.
pub(crate) fn running() -> Counted {
    Counted::up(RUNNING)
}

/// A session waits for a place to write its reply.
pub(crate) fn waiting() -> Counted {
    Counted::up(WAITING)
}

/// The server itself told of help.
pub(crate) fn care(danger: Danger) {
    counter!(CARE, "danger" => danger.as_str()).increment(1);
}

/// Words were not let through.
pub(crate) fn refused(side: Side, harm: Harm) {
    counter!(REFUSED, "side" => side.as_str(), "harm" => harm.as_str()).increment(1);
}

/// A message was taken.
pub(crate) fn accepted() {
    counter!(ACCEPTED).increment(1);
}

/// How a reply is said to have ended; `None` is another's now.
pub(crate) fn outcome(status: Option<MessageStatus>, failure: Option<FailureCode>) -> &'static str {
    match (failure, status) {
        (Some(code), _) => code.as_str(),
        (None, Some(status)) => status.as_str(),
        (None, None) => "lost",
    }
}

/// A reply ended.
pub(crate) fn turn(outcome: &'static str, usage: Option<TokenUsage>, took: Duration) {
    counter!(TURNS, "outcome" => outcome).increment(1);
    histogram!(REPLY).record(took);
    let Some(usage) = usage else { return };
    for (kind, tokens) in
        [("prompt", usage.prompt_tokens), ("cached", usage.cached_tokens), ("completion", usage.completion_tokens)]
    {
        counter!(TOKENS, "kind" => kind).increment(u64::from(tokens));
    }
}

/// The first word of a reply came.
pub(crate) fn first_token(after: Duration) {
    histogram!(FIRST_TOKEN).record(after);
}

/// A model was asked; `failure` when it did not answer well.
pub(crate) fn model_call(provider: ModelProvider, failure: Option<FailureCode>) {
    let outcome = failure.map_or("answered", |code| code.as_str());
    counter!(MODEL_CALLS, "provider" => provider.as_str(), "outcome" => outcome).increment(1);
}

/// The embedder was asked.
pub(crate) fn embedding(answered: bool, took: Duration) {
    counter!(EMBEDDINGS, "outcome" => if answered { "answered" } else { "failed" }).increment(1);
    histogram!(EMBEDDING).record(took);
}

/// Something was recalled.
pub(crate) fn recall(kind: RecallKind, took: Duration) {
    histogram!(RECALL, "kind" => kind.as_str()).record(took);
}

/// A message was handed to a push service.
pub(crate) fn push(outcome: PushOutcome) {
    counter!(PUSHES, "outcome" => outcome.as_str()).increment(1);
}

/// What the indexes take.
#[expect(clippy::cast_precision_loss, reason = "a gauge is a float; 2^53 bytes are enough")]
pub(crate) fn index_bytes(bytes: usize) {
    gauge!(INDEX).set(bytes as f64);
}

/// A run of a job ended.
pub(crate) fn job(kind: JobKind, outcome: &'static str, took: Duration) {
    counter!(JOB_RUNS, "kind" => kind.as_str(), "outcome" => outcome).increment(1);
    histogram!(JOB, "kind" => kind.as_str()).record(took);
}
