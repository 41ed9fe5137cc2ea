//! What a search needs of a memory besides its words and its vector, in a few bytes that lie side by side.

use domain::chats::Role;
use domain::memories::{EndReason, FactSubject, Memory, MemoryKind};

use crate::asked;

/// No slot, no session.
pub(crate) const NONE: u32 = u32::MAX;

/// Whether a memory counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It does.
    Holds,
    /// It did once.
    Held,
    /// It never did, or the slot is empty.
    Void,
}

/// The traits of one memory.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Traits {
    /// When it was said, or has been so since; seconds of Unix time.
    pub happened_at: i64,
    /// The turn before in its session.
    pub before: u32,
    /// The turn after.
    pub after: u32,
    /// The number of its session; episodes only.
    pub session: u32,
    /// Its own length in half words.
    pub halves: u32,
    /// Whether it counts.
    pub standing: Standing,
    /// What it is.
    pub kind: MemoryKind,
    /// How important it is.
    pub importance: u8,
    /// Whether it names a time.
    pub timed: bool,
    /// Whether it speaks for the person.
    pub person: bool,
    /// Whether it speaks for the character.
    pub character: bool,
}

impl Traits {
    pub(crate) const EMPTY: Self = Self {
        happened_at: 0,
        before: NONE,
        after: NONE,
        session: NONE,
        halves: 0,
        standing: Standing::Void,
        kind: MemoryKind::Episode,
        importance: 0,
        timed: false,
        person: false,
        character: false,
    };

    pub(crate) fn of(memory: &Memory, halves: u32) -> Self {
        let (person, character) = voices(memory);
        Self {
            happened_at: memory.happened_at.unix_timestamp(),
            halves,
            standing: match memory.ended.map(|ended| ended.reason) {
                None => Standing::Holds,
                // A summary carries on the one before: the older says nothing more.
                Some(EndReason::Superseded) if memory.kind == MemoryKind::Summary => Standing::Void,
                Some(EndReason::Superseded) => Standing::Held,
                Some(EndReason::Corrected) => Standing::Void,
            },
            kind: memory.kind,
            importance: memory.importance,
            timed: asked::names_a_time(&memory.text),
            person,
            character,
            ..Self::EMPTY
        }
    }

    /// Whether it speaks for one of the two.
    pub(crate) fn speaks_for(&self, role: Role) -> bool {
        match role {
            Role::User => self.person,
            Role::Character => self.character,
        }
    }
}

/// Whose words it holds, or whom it is about: a fact about the person is as good as her own words. Notes are the
/// person's, and like summaries they may be about both.
fn voices(memory: &Memory) -> (bool, bool) {
    match (memory.kind, memory.speaker, memory.subject) {
        (MemoryKind::Episode, Some(Role::User), _) | (MemoryKind::Fact, _, Some(FactSubject::Person)) => (true, false),
        (MemoryKind::Episode, Some(Role::Character), _) | (MemoryKind::Fact, _, Some(FactSubject::Character)) => {
            (false, true)
        }
        (MemoryKind::Episode, None, _) => (false, false),
        (MemoryKind::Fact | MemoryKind::Summary | MemoryKind::Note, _, _) => (true, true),
    }
}
