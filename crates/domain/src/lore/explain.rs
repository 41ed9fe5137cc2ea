//! Why an entry fires, or does not.

use serde::{Deserialize, Serialize};

use crate::ids::LorebookId;

closed_set! {
    /// What became of an entry.
    pub enum LoreReason {
        /// It fires always.
        Constant = "constant",
        /// One of its keys was found.
        Key = "key",
        /// What it says is near in meaning to what was said last.
        Near = "near",
        /// A decorator makes it fire.
        Activated = "activated",
        /// It fired a while ago and stays.
        Sticky = "sticky",
        /// It fired once and stays for good.
        Kept = "kept",
        /// It is switched off.
        Disabled = "disabled",
        /// It is for other characters.
        OtherCharacter = "other_character",
        /// It is for other kinds of replies.
        OtherTrigger = "other_trigger",
        /// The chat is not long enough yet.
        Delayed = "delayed",
        /// It fired a while ago and rests.
        CoolingDown = "cooling_down",
        /// It fired once and never does again.
        Spent = "spent",
        /// Only other entries wake it, and none did.
        WaitsForRecursion = "waits_for_recursion",
        /// A decorator keeps it from firing.
        Deactivated = "deactivated",
        /// A decorator wants another number of messages.
        OtherMessage = "other_message",
        /// A decorator wants another greeting.
        OtherGreeting = "other_greeting",
        /// None of its keys was found.
        NoKey = "no_key",
        /// None of its keys was found, and what it says is not near in meaning to what was said last.
        Far = "far",
        /// None of its keys was found, and what is near in meaning cannot be told here, or not yet.
        NoVectors = "no_vectors",
        /// Its keys are regular expressions that cannot be used.
        BadPattern = "bad_pattern",
        /// Searching for its regular expressions would have taken too long.
        TooCostly = "too_costly",
        /// A key was found, and the secondary keys speak against it.
        Secondary = "secondary",
        /// A key was found, and none of the further keys that a decorator wants.
        AdditionalKeys = "additional_keys",
        /// A key was found, and one that excludes it.
        ExcludedKey = "excluded_key",
        /// Another entry of its group fires.
        LostGroup = "lost_group",
        /// Chance was against it.
        RolledOut = "rolled_out",
        /// There was no room left.
        NoRoom = "no_room",
    }
}

impl LoreReason {
    /// Whether the entry fires.
    #[must_use]
    pub fn fires(self) -> bool {
        matches!(self, Self::Constant | Self::Key | Self::Near | Self::Activated | Self::Sticky | Self::Kept)
    }

    /// Whether the entry would have fired, had nothing been in its way.
    #[must_use]
    pub fn is_close(self) -> bool {
        self.fires()
            || matches!(
                self,
                Self::CoolingDown
                    | Self::Secondary
                    | Self::AdditionalKeys
                    | Self::ExcludedKey
                    | Self::LostGroup
                    | Self::RolledOut
                    | Self::NoRoom
            )
    }
}

/// What became of an entry, and why. Names no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Of which book.
    pub book: LorebookId,
    /// Which entry.
    pub uid: u32,
    /// What became of it.
    pub reason: LoreReason,
    /// Which of its keys was found, counted from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<u32>,
    /// In which round: 1 searches what was said, later ones what other entries say, or further back.
    pub round: u32,
    /// How many tokens it takes.
    pub tokens: u32,
}
