//! Traces: what a reply was made from, to be read back by the person it was made for.
//!
//! A trace names what went in and holds no text of it: texts are shown as they are now, so what was deleted or forgotten
//! since is nowhere.

use serde::{Deserialize, Serialize};

use crate::bonds::TracedBond;
use crate::ids::{MemoryId, MessageId};
use crate::initiatives::InitiativeReason;
use crate::lore::{LoreState, Verdict};
use crate::prompt::PromptPart;
use crate::routine::Activity;

/// What a reply was made from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ReplyTrace {
    /// The parts of the prompt, in their order.
    pub parts: Vec<TracedPart>,
    /// All tokens of the prompt, as they were counted before it was sent.
    pub prompt_tokens: u32,
    /// How many tokens the prompt was allowed.
    pub budget_tokens: u32,
    /// The oldest message of the history that went in.
    pub history_from: Option<MessageId>,
    /// How many messages of the history went in.
    pub history_messages: u32,
    /// The memories that were considered, the best first.
    pub memories: Vec<TracedMemory>,
    /// How the memories were found.
    pub recall: RecallKind,
    /// How long each step took.
    pub times: TracedTimes,
    /// What the reply cost in US dollars, where prices are known.
    #[serde(default)]
    pub cost_usd: Option<f64>,
    /// What lorebooks added; absent where none stood open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lore: Option<TracedLore>,
    /// How the two stood with each other; absent where that was not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bond: Option<TracedBond>,
    /// What she knew of the present; absent where that was nothing but the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub present: Option<TracedPresent>,
}

/// What a character knew of the present.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TracedPresent {
    /// What she did at that hour, where her week is known.
    pub activity: Option<Activity>,
    /// For how many seconds nothing had been said, where that was long.
    pub away_seconds: Option<u64>,
    /// Why she wrote first, where she did.
    pub wrote_first: Option<InitiativeReason>,
}

/// What lorebooks added to a prompt.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TracedLore {
    /// The entries that fired, then those that nearly did.
    pub entries: Vec<Verdict>,
    /// What the chat remembers of its lore from this reply on.
    pub state: LoreState,
}

/// A part of a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TracedPart {
    /// Which.
    pub part: PromptPart,
    /// How many tokens it took.
    pub tokens: u32,
}

/// A memory that was considered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TracedMemory {
    /// Which.
    pub id: MemoryId,
    /// How well it fits; comparable within one trace only.
    pub score: f32,
    /// Why it was found, the strongest first.
    pub reasons: Vec<TracedReason>,
    /// What became of it.
    pub outcome: MemoryOutcome,
}

/// Why a memory was found.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TracedReason {
    /// The reason.
    pub reason: RecallReason,
    /// Its share of the score.
    pub weight: f32,
}

closed_set! {
    /// Why a memory is found.
    pub enum RecallReason {
        /// It means something alike.
        Meaning = "meaning",
        /// It has the same words.
        Words = "words",
        /// What stands next to it fits.
        Neighbours = "neighbours",
        /// The one who was asked about said it.
        Speaker = "speaker",
        /// It is of the time that was asked about.
        Time = "time",
        /// It is recent.
        Recency = "recency",
        /// It is important.
        Importance = "importance",
        /// It is pinned.
        Pinned = "pinned",
    }
}

closed_set! {
    /// What became of a memory that was considered.
    pub enum MemoryOutcome {
        /// It was told to the character.
        Used = "used",
        /// It stands in the history that she was told anyway.
        InHistory = "in_history",
        /// There was no room left.
        NoRoom = "no_room",
    }
}

closed_set! {
    /// How memories were found.
    #[derive(Default)]
    pub enum RecallKind {
        /// There was nothing to recall that the history does not hold.
        #[default]
        Nothing = "nothing",
        /// By meaning and by words.
        Hybrid = "hybrid",
        /// By words alone: no embedder, or it did not answer in time.
        Words = "words",
        /// Not in time; the reply was made without.
        Late = "late",
    }
}

/// How long the steps before a reply took, in microseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TracedTimes {
    /// Finding the memories, the vector of the question included.
    pub recall: u64,
    /// The vector of the question.
    pub embedding: u64,
    /// The whole prompt.
    pub prompt: u64,
    /// From the prompt to the first word.
    pub first_word: Option<u64>,
}
