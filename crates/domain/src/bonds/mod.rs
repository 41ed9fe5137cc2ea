//! Bonds: how a person and a character stand with each other, as far as what they did together has moved it.
//!
//! A bond is never kept: it is told from its events, in their order, each with what caused it. So the same history gives the
//! same bond, and what was taken back never was. Nothing moves it but what was said and done: no clock, no absence, no silence;
//! a mood alone fades, towards calm.

mod colour;
mod hearing;
mod rules;
mod telling;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::accounts::AgeClass;
use crate::ids::{BondEventId, MessageId, SessionId};
use crate::limits;
use crate::memories::Scope;

pub use colour::colour;
pub use hearing::hear;
pub use rules::{BondDimension, BondNeed, BondRules, BondStage};
pub(crate) use telling::stage_of;
pub use telling::{Bond, BondNext, Effect, tell};

closed_set! {
    /// What an event of a bond follows from, and is undone with.
    pub enum BondCause {
        /// Something the person said, once it was answered.
        Message = "message",
        /// A choice they took in a scene of her route; undone with what they said by it.
        Choice = "choice",
    }
}

closed_set! {
    /// What in somebody's words moved a bond.
    pub enum BondReason {
        /// They were kind, or took care of her.
        Kindness = "kindness",
        /// They thanked her.
        Thanks = "thanks",
        /// They told something of themselves that one does not tell everybody.
        Sharing = "sharing",
        /// They played, joked, or did something together.
        Play = "play",
        /// They showed romantic affection. Absent for those who are not known to be adults.
        Affection = "affection",
        /// They made up for something.
        Apology = "apology",
        /// They were rude to her.
        Rudeness = "rudeness",
        /// Something else.
        Other = "other",
    }
}

impl BondReason {
    /// Whether it is of romance.
    #[must_use]
    pub fn is_romantic(self) -> bool {
        self == Self::Affection
    }
}

closed_set! {
    /// In what mood a character is with a person.
    #[derive(Default)]
    pub enum BondMood {
        /// A little reserved.
        Reserved = "reserved",
        /// Neither this nor that.
        #[default]
        Calm = "calm",
        /// Warm.
        Warm = "warm",
        /// Very glad.
        Bright = "bright",
    }
}

closed_set! {
    /// Who judges what was said.
    #[derive(Default)]
    pub enum BondJudge {
        /// The model that speaks.
        #[default]
        Model = "model",
        /// Rules on words, where no model is asked.
        Words = "words",
    }
}

/// Whether romance is there for somebody: for nobody but those who are known to be adults.
#[must_use]
pub fn may_romance(age: AgeClass) -> bool {
    age == AgeClass::Adult
}

/// How much something moved a bond, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// What it was.
    pub reason: BondReason,
    /// By how much, by the key of the dimension.
    pub moves: BTreeMap<String, i32>,
    /// How it changes her mood, from -3 to 3.
    pub mood: i32,
    /// Why, in a few words; may be empty.
    pub why: String,
}

/// The furthest that one event moves a mood.
pub const MOOD: i32 = 3;

impl Judgement {
    /// As much of it as the rules allow; `None` when nothing of it moves anything.
    #[must_use]
    pub fn within(self, rules: &BondRules) -> Option<Self> {
        let moves: BTreeMap<String, i32> = rules
            .dimensions
            .iter()
            .filter_map(|dimension| {
                let asked = *self.moves.get(&dimension.key)?;
                let by = asked.clamp(-dimension.per_event, dimension.per_event);
                (by != 0).then(|| (dimension.key.clone(), by))
            })
            .collect();
        let mood = self.mood.clamp(-MOOD, MOOD);
        if moves.is_empty() && mood == 0 {
            return None;
        }
        let why: String = self.why.split_whitespace().collect::<Vec<_>>().join(" ");
        let why = why.chars().filter(|c| !c.is_control()).take(limits::BOND_WHY).collect();
        Some(Self { reason: self.reason, moves, mood, why })
    }
}

/// Something that moved a bond.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BondEvent {
    /// Its id.
    pub id: BondEventId,
    /// Whose bond.
    pub scope: Scope,
    /// What kind of thing caused it.
    pub cause: BondCause,
    /// The session of what was said.
    pub session_id: SessionId,
    /// What was said.
    pub message_id: MessageId,
    /// When it was said.
    pub at: OffsetDateTime,
    /// The day of the person's calendar on which it was said, as a Julian day.
    pub day: i32,
    /// How much it moves, and why.
    pub judgement: Judgement,
    /// The model that judged it; `None` where the words alone did.
    pub model: Option<String>,
}

/// How a person wants the bond with a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BondSettings {
    /// Whether anything is judged.
    pub on: bool,
    /// What was said until then is never judged: it was switched on then, or begun anew.
    pub since: Option<OffsetDateTime>,
}

impl Default for BondSettings {
    fn default() -> Self {
        Self { on: true, since: None }
    }
}

/// How a bond stood when a reply was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TracedBond {
    /// The key of the stage.
    pub stage: String,
    /// The mood.
    pub mood: BondMood,
}
