//! Lorebooks as they are kept: whose they are, and where they stand open.

use time::OffsetDateTime;

use super::book::{Book, LoreMode};
use crate::ids::{CharacterId, LorebookId, SessionId, UserId};

closed_set! {
    /// Where a lorebook stands open.
    pub enum LoreTargetKind {
        /// With a character, whoever talks with her.
        Character = "character",
        /// With a person, whomever they talk with alone.
        Person = "person",
        /// In one session.
        Session = "session",
    }
}

/// Where a lorebook stands open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LoreTarget {
    /// With a character.
    Character(CharacterId),
    /// With a person.
    Person(UserId),
    /// In a session.
    Session(SessionId),
}

impl LoreTarget {
    /// Its kind.
    #[must_use]
    pub fn kind(self) -> LoreTargetKind {
        match self {
            Self::Character(_) => LoreTargetKind::Character,
            Self::Person(_) => LoreTargetKind::Person,
            Self::Session(_) => LoreTargetKind::Session,
        }
    }
}

/// A lorebook of a person. Nobody else reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct Lorebook {
    /// Its id.
    pub id: LorebookId,
    /// Whose it is.
    pub owner: UserId,
    /// What it holds.
    pub book: Book,
    /// How often it was changed.
    pub revision: u32,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it was last changed.
    pub updated_at: OffsetDateTime,
}

/// What stands of a lorebook in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LorebookBrief {
    /// Its id.
    pub id: LorebookId,
    /// Its name.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// By whose rules it is read.
    pub mode: LoreMode,
    /// How many entries it has.
    pub entries: u32,
    /// How often it was changed.
    pub revision: u32,
    /// When it was made.
    pub created_at: OffsetDateTime,
    /// When it was last changed.
    pub updated_at: OffsetDateTime,
}

impl From<&Lorebook> for LorebookBrief {
    fn from(lorebook: &Lorebook) -> Self {
        Self {
            id: lorebook.id,
            name: lorebook.book.name.clone(),
            description: lorebook.book.description.clone(),
            mode: lorebook.book.mode,
            entries: u32::try_from(lorebook.book.entries.len()).unwrap_or(u32::MAX),
            revision: lorebook.revision,
            created_at: lorebook.created_at,
            updated_at: lorebook.updated_at,
        }
    }
}
