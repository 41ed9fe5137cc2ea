//! Memories and questions for the tests.

use domain::chats::Role;
use domain::ids::{CharacterId, MemoryId, SessionId, UserId};
use domain::memories::{EpisodePlace, FactSubject, Memory, MemoryKind, Scope};
use recall::{Entry, Hit, Index, Names, Question};
use time::OffsetDateTime;
use time::macros::datetime;
use uuid::Uuid;

/// When the tests ask: a Wednesday.
pub const NOW: OffsetDateTime = datetime!(2023-11-22 15:00 UTC);

pub fn index() -> Index {
    Index::new(Names { person: "Ben".to_owned(), character: "Mia".to_owned() })
}

pub fn id(number: u32) -> MemoryId {
    MemoryId(Uuid::from_u128(u128::from(number)))
}

fn memory(number: u32, kind: MemoryKind, text: &str) -> Memory {
    Memory {
        id: id(number),
        scope: Scope { user: UserId(Uuid::nil()), character: CharacterId(Uuid::nil()) },
        kind,
        subject: None,
        scale: None,
        speaker: None,
        author: None,
        place: None,
        text: text.to_owned(),
        importance: 2,
        pinned: false,
        happened_at: datetime!(2023-06-01 12:00 UTC),
        ended: None,
        session_id: None,
        sources: Vec::new(),
        model: None,
        created_at: datetime!(2023-06-01 12:00 UTC),
    }
}

/// What somebody said in a session, at the depth of its number.
pub fn episode(number: u32, session: u32, speaker: Role, text: &str) -> Entry {
    let memory = Memory {
        speaker: Some(speaker),
        place: Some(EpisodePlace { depth: number, part: 0 }),
        session_id: Some(SessionId(Uuid::from_u128(u128::from(session)))),
        ..memory(number, MemoryKind::Episode, text)
    };
    Entry { memory, vector: None }
}

pub fn fact(number: u32, subject: FactSubject, text: &str) -> Entry {
    Entry { memory: Memory { subject: Some(subject), ..memory(number, MemoryKind::Fact, text) }, vector: None }
}

pub fn note(number: u32, text: &str) -> Entry {
    Entry { memory: memory(number, MemoryKind::Note, text), vector: None }
}

pub fn at(mut entry: Entry, happened_at: OffsetDateTime) -> Entry {
    entry.memory.happened_at = happened_at;
    entry
}

pub fn filled(entries: impl IntoIterator<Item = Entry>) -> Index {
    let mut index = index();
    entries.into_iter().for_each(|entry| index.insert(entry));
    index
}

/// The person asks the character.
pub fn question(text: &str) -> Question<'_> {
    Question { text, before: None, vector: None, now: NOW, asked_by: Some(Role::User), ended: false, keep: &|_| true }
}

pub fn ids(hits: &[Hit]) -> Vec<MemoryId> {
    hits.iter().map(|hit| hit.id).collect()
}

pub fn found(index: &Index, text: &str) -> Vec<MemoryId> {
    ids(&index.search(&question(text), 10))
}
