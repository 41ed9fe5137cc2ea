//! Memories of an archive. What was said word for word is remembered anew from the chats; here is what was made of it, or written down:
//! it counts as learned, so that nothing is learned twice.

use std::collections::HashMap;

use domain::ids::{CharacterId, MemoryId, MessageId, SessionId};
use domain::limits;
use domain::memories::{IMPORTANCE, Memory, MemoryKind, Scope, SummaryScale};
use domain::validation::required_text;
use store::remembering::{NewMemory, Step, Watermark};
use store::{Conflict, StoreError};

use super::{Coming, Made};
use crate::takeout::Takeout;
use crate::takeout::derived::derived;
use crate::takeout::records::{MemoryRecord, time};
use crate::{ServiceError, ServiceResult};

/// All bytes of one file of memories.
const BYTES: u64 = 64 * 1024 * 1024;

/// How often a step is tried when somebody else remembers the same chat.
const ATTEMPTS: u32 = 5;

impl Takeout {
    pub(super) async fn memories_of(&self, coming: &mut Coming, paths: Vec<String>) -> ServiceResult<()> {
        for path in paths {
            let taken = self.memories_in(coming, &path).await.map(|()| Made::New);
            coming.settle(&path, taken)?;
        }
        Ok(())
    }

    async fn memories_in(&self, coming: &mut Coming, path: &str) -> ServiceResult<()> {
        let Some(scope) = self.scope_of(coming, path).await? else { return Err(ServiceError::NotFound) };
        let bytes = coming.read(path, BYTES).await?.unwrap_or_default();
        let mut by_session: HashMap<SessionId, Vec<Memory>> = HashMap::new();
        for (n, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
            if line.trim_ascii().is_empty() {
                continue;
            }
            let Ok(record) = serde_json::from_slice::<MemoryRecord>(line) else {
                coming.leave(path, format!("line {n} is no memory as it should be"));
                continue;
            };
            // What counts no more is history; the story is told anew.
            let counts = record.ended_at.is_none() && record.scale != Some(SummaryScale::Story);
            if !counts || record.kind == MemoryKind::Episode {
                continue;
            }
            // At home it stands under its own id.
            if self.stores.memories.find_memory(scope, record.id).await?.is_some() {
                continue;
            }
            let session = record.session.and_then(|old| coming.sessions.get(&old).copied());
            let memory = match self.memory(scope, session, record) {
                Ok(memory) => memory,
                Err(error) => {
                    coming.leave(path, format!("line {n}: {} {}", error.field, error.message));
                    continue;
                }
            };
            if self.stores.memories.find_memory(scope, memory.id).await?.is_some() {
                continue;
            }
            match (memory.kind, session) {
                (MemoryKind::Note, _) => match self.stores.memories.add_memory(&memory, None).await {
                    Ok(()) => coming.came.memories += 1,
                    Err(StoreError::Conflict(conflict)) => coming.leave(path, conflict.to_string()),
                    Err(error) => return Err(error.into()),
                },
                (_, Some(session)) => by_session.entry(session).or_default().push(memory),
                (_, None) => coming.leave(path, format!("line {n} is of a chat that is not there")),
            }
        }
        let mut sessions: Vec<(SessionId, Vec<Memory>)> = by_session.into_iter().collect();
        sessions.sort_unstable_by_key(|(session, _)| *session);
        for (session, memories) in sessions {
            coming.came.memories += self.learned(scope, session, memories).await?;
        }
        Ok(())
    }

    /// Whose memories stand in a file: its name says with whom.
    pub(super) async fn scope_of(&self, coming: &Coming, path: &str) -> ServiceResult<Option<Scope>> {
        let name = path.rsplit('/').next().unwrap_or_default();
        let Some(old) = name.split(['-', '.']).next().and_then(|id| id.parse::<CharacterId>().ok()) else {
            return Ok(None);
        };
        let user = coming.person;
        let known = match coming.characters.get(&old).copied() {
            Some(known) => Some(known),
            None => self.stores.characters.find_character(user, old).await?.map(|found| found.id),
        };
        Ok(known.map(|character| Scope { user, character }))
    }

    fn memory(
        &self,
        scope: Scope,
        session: Option<SessionId>,
        record: MemoryRecord,
    ) -> Result<Memory, domain::validation::FieldError> {
        let now = self.clock.now();
        let most = if record.kind == MemoryKind::Summary { limits::SUMMARY } else { limits::MEMORY };
        let is_note = record.kind == MemoryKind::Note;
        let sources = record.sources.iter().take(64).map(|old| derived(scope.user, old.0, MessageId));
        let model = record.model.filter(|_| !is_note);
        Ok(Memory {
            id: derived(scope.user, record.id.0, MemoryId),
            scope,
            kind: record.kind,
            subject: record.subject.filter(|_| record.kind == MemoryKind::Fact),
            scale: (record.kind == MemoryKind::Summary).then_some(SummaryScale::Session),
            speaker: None,
            author: None,
            place: None,
            text: required_text("text", &record.text, most)?,
            importance: record.importance.clamp(*IMPORTANCE.start(), *IMPORTANCE.end()),
            pinned: record.pinned,
            happened_at: time(record.happened_at, now),
            ended: None,
            session_id: if is_note { None } else { session },
            sources: if is_note { Vec::new() } else { sources.collect() },
            model: model.map(|model| model.chars().filter(|c| !c.is_control()).take(limits::MODEL_NAME).collect()),
            created_at: time(record.created_at, now),
        })
    }

    /// Keeps what was learned from a chat, and that it was; how much. What was learned from messages that are not in view here is not.
    async fn learned(&self, scope: Scope, session: SessionId, memories: Vec<Memory>) -> ServiceResult<u32> {
        let anchors: Vec<MessageId> = memories.iter().filter_map(|memory| memory.sources.last().copied()).collect();
        let found = self.stores.history.messages_of(scope.user, session, &anchors).await?;
        let depths: HashMap<MessageId, u32> = found.iter().map(|message| (message.id, message.depth)).collect();
        let standing = self.stores.transcripts.standing(scope.user, &anchors).await?;
        let add: Vec<NewMemory> = memories
            .into_iter()
            .filter_map(|memory| {
                let last = memory.sources.last().filter(|last| standing.contains(last))?;
                let depth = depths.get(last).copied()?;
                Some(NewMemory { memory, depth: Some(depth), supersedes: Vec::new() })
            })
            .collect();
        let facts = add.iter().filter_map(|new| new.depth).max().map_or(0, |deepest| deepest + 1);
        let mut attempt = 1;
        while !add.is_empty() {
            let from = self.stores.remembering.remembered(session).await?.watermark;
            let to = Watermark { facts: from.facts.max(facts), ..from };
            let step = Step { session, scope, from, to, withdraw_from: None, withdraw: Vec::new(), add: add.clone() };
            match self.stores.remembering.step(&step).await {
                Ok(()) => return Ok(u32::try_from(add.len()).unwrap_or(u32::MAX)),
                Err(StoreError::Conflict(Conflict::Outdated)) if attempt < ATTEMPTS => attempt += 1,
                // Somebody turned the way meanwhile: it is learned anew, as after any turn.
                Err(StoreError::Conflict(Conflict::Outdated) | StoreError::NotFound) => return Ok(0),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(0)
    }
}
