//! The book of memories: what a person sees of what a character knows, and puts right.

use domain::chats::Role;
use domain::ids::{CharacterId, MemoryId, MessageId, SessionId, UserId};
use domain::limits;
use domain::memories::{Learning, Memory, MemoryFilter, MemoryKind, Scope, importance, memory_text};
use domain::pages::{Page, PageRequest};
use domain::traces::{RecallKind, TracedReason};
use domain::validation::{FieldError, optional_line};
use llm::EmbedderInfo;
use recall::{Hit, Question};
use store::memories::{Forgetting, MemoryPatch};
use time::{OffsetDateTime, UtcOffset};

use super::Memories;
use crate::{ServiceError, ServiceResult, zones};

/// What a person writes into the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNote {
    /// The words.
    pub text: String,
    /// From 1 to 5; 3 when nothing is said.
    pub importance: Option<u8>,
    /// Always told to the character.
    pub pinned: bool,
    /// Since when it is so; now, when nothing is said. Not in the future.
    pub happened_at: Option<OffsetDateTime>,
}

/// What a person changes; `None` leaves as is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemoryChange {
    /// How it really is: a new memory takes the old one's place.
    pub text: Option<String>,
    /// Another weight.
    pub importance: Option<u8>,
    /// Always told, or no longer.
    pub pinned: Option<bool>,
}

/// A message that a memory comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// Which message.
    pub message_id: MessageId,
    /// Where it was said.
    pub session_id: SessionId,
    /// Who said it.
    pub role: Role,
    /// What it says now.
    pub content: String,
    /// When it was said.
    pub created_at: OffsetDateTime,
}

/// A memory with where it comes from and what it replaced.
#[derive(Debug, Clone, PartialEq)]
pub struct MemoryDetail {
    /// The memory.
    pub memory: Memory,
    /// The messages it comes from, as far as they are there; at most 50, the newest.
    pub sources: Vec<Provenance>,
    /// What it took the place of, the newest first.
    pub replaced: Vec<Memory>,
}

/// Memories that a search found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The memories, the best first: how well each fits, and why.
    pub items: Vec<(Memory, f32, Vec<TracedReason>)>,
    /// By meaning and by words, or by words alone.
    pub recall: RecallKind,
}

/// How the book stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookState {
    /// Episodes.
    pub episodes: u64,
    /// Facts that count.
    pub facts: u64,
    /// Summaries that count.
    pub summaries: u64,
    /// Notes that count.
    pub notes: u64,
    /// Memories that have their vector.
    pub embedded: u64,
    /// Whether facts are learned, or why not.
    pub learning: Learning,
    /// Who makes the vectors.
    pub embedder: Option<EmbedderInfo>,
}

/// The first year of which somebody may remember something.
const EARLIEST: i32 = 1900;

/// How many sources are shown.
const SOURCES: usize = 50;

impl Memories {
    /// The memories of a character the person may see, the newest first.
    ///
    /// # Errors
    /// `NotFound`, `InvalidCursor`.
    pub async fn page(
        &self,
        user: UserId,
        character: CharacterId,
        filter: MemoryFilter,
        page: &PageRequest,
    ) -> ServiceResult<Page<Memory>> {
        let scope = self.scope(user, character).await?;
        self.page_of(scope, filter, page).await
    }

    /// A page of those that stand: it may be shorter than asked for.
    pub(super) async fn page_of(
        &self,
        scope: Scope,
        filter: MemoryFilter,
        page: &PageRequest,
    ) -> ServiceResult<Page<Memory>> {
        let mut found = self.inner.stores.memories.page_memories(scope, filter, page).await?;
        let standing = self.inner.standing(scope.user, found.items.iter()).await?;
        found.items.retain(|memory| standing.contains(&memory.id));
        Ok(found)
    }

    /// The memories that fit a text best, by meaning and by words, as recall finds them; those that no longer count too.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`.
    pub async fn search(&self, user: UserId, character: CharacterId, text: &str, limit: u32) -> ServiceResult<Found> {
        let text = optional_line("q", text, limits::SEARCH)?;
        let scope = self.scope(user, character).await?;
        let inner = &self.inner;
        let names = inner.names(scope).await?;
        let index = inner.indexes.fresh(scope, &names).await?;
        if text.is_empty() || index.read(recall::Index::is_empty) {
            return Ok(Found { items: Vec::new(), recall: RecallKind::Nothing });
        }
        let vector = inner.vector(&text, None).await;
        let recall = if vector.is_some() { RecallKind::Hybrid } else { RecallKind::Words };
        let limit = usize::try_from(limit.clamp(1, limits::PAGE)).unwrap_or(1);
        let zone = inner.stores.accounts.find_user(user).await?.and_then(|user| user.timezone);
        let now = zones::local(inner.clock.now(), zone.as_deref());
        let search = move || {
            let question = Question {
                text: &text,
                before: None,
                vector: vector.as_deref(),
                now,
                asked_by: Some(Role::User),
                ended: true,
                keep: &|_| true,
            };
            index.read(|index| {
                let memory = |hit: Hit| Some((index.get(hit.id)?.clone(), hit.score, hit.reasons));
                index.search(&question, limit).into_iter().filter_map(memory).collect()
            })
        };
        let items = tokio::task::spawn_blocking(search).await;
        let mut items: Vec<(Memory, f32, Vec<TracedReason>)> =
            items.map_err(|_| ServiceError::Internal("a search was not finished".into()))?;
        let standing = inner.standing(scope.user, items.iter().map(|(memory, ..)| memory)).await?;
        items.retain(|(memory, ..)| standing.contains(&memory.id));
        Ok(Found { items, recall })
    }

    /// One memory, with where it comes from.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn read(&self, user: UserId, character: CharacterId, id: MemoryId) -> ServiceResult<MemoryDetail> {
        let scope = self.scope(user, character).await?;
        let found = self.inner.stores.memories.find_memory(scope, id).await?;
        let (memory, replaced) = found.ok_or(ServiceError::NotFound)?;
        let mut sources = Vec::new();
        for id in memory.sources.iter().skip(memory.sources.len().saturating_sub(SOURCES)) {
            if let Some(message) = self.inner.stores.history.find_message(user, *id).await? {
                sources.push(Provenance {
                    message_id: message.id,
                    session_id: message.session_id,
                    role: message.role,
                    content: message.content,
                    created_at: message.created_at,
                });
            }
        }
        Ok(MemoryDetail { memory, sources, replaced })
    }

    /// Writes a note into the book.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`, `Conflict(TooManyNotes)`.
    pub async fn add(&self, user: UserId, character: CharacterId, note: NewNote) -> ServiceResult<Memory> {
        let now = self.inner.clock.now();
        let mut errors = Vec::new();
        let mut keep = |error: FieldError| errors.push(error);
        let text = memory_text(&note.text).map_err(&mut keep).unwrap_or_default();
        let weight = importance(note.importance.unwrap_or(3)).map_err(&mut keep).unwrap_or_default();
        let happened_at = note.happened_at.map_or(now, |at| at.to_offset(UtcOffset::UTC));
        if happened_at > now || happened_at.year() < EARLIEST {
            keep(FieldError::new("happened_at", "must be after the year 1900 and not in the future"));
        }
        if !errors.is_empty() {
            return Err(ServiceError::Invalid(errors));
        }
        let scope = self.scope(user, character).await?;
        let memory = Memory {
            id: self.inner.mint.id(),
            scope,
            kind: MemoryKind::Note,
            subject: None,
            scale: None,
            speaker: None,
            author: None,
            place: None,
            text,
            importance: weight,
            pinned: note.pinned,
            happened_at,
            ended: None,
            session_id: None,
            sources: Vec::new(),
            model: None,
            created_at: now,
        };
        self.inner.stores.memories.add_memory(&memory, None).await?;
        self.changed(scope);
        Ok(memory)
    }

    /// Pins, weighs, or puts right.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`, `Conflict(MemoryEnded)`, `Conflict(EpisodeIsWhatWasSaid)`.
    pub async fn change(
        &self,
        user: UserId,
        character: CharacterId,
        id: MemoryId,
        change: MemoryChange,
    ) -> ServiceResult<Memory> {
        let scope = self.scope(user, character).await?;
        let weight = change.importance.map(importance).transpose()?;
        let memory = match change.text {
            None => {
                let patch = MemoryPatch { pinned: change.pinned, importance: weight };
                self.inner.stores.memories.change_memory(scope, id, patch).await?
            }
            Some(text) => {
                let text = memory_text(&text)?;
                let found = self.inner.stores.memories.find_memory(scope, id).await?;
                let (old, _) = found.ok_or(ServiceError::NotFound)?;
                let memory = Memory {
                    id: self.inner.mint.id(),
                    text,
                    importance: weight.unwrap_or(old.importance),
                    pinned: change.pinned.unwrap_or(old.pinned),
                    // From here on it is the person's word.
                    model: None,
                    created_at: self.inner.clock.now(),
                    ended: None,
                    ..old
                };
                self.inner.stores.memories.add_memory(&memory, Some(id)).await?;
                memory
            }
        };
        self.changed(scope);
        Ok(memory)
    }

    /// Forgets one memory, and what would bring it back; how many are gone.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn forget(&self, user: UserId, character: CharacterId, id: MemoryId) -> ServiceResult<u64> {
        self.forget_all_of(user, character, Forgetting::One(id)).await
    }

    /// Forgets everything up to now; how many memories are gone.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn forget_everything(&self, user: UserId, character: CharacterId) -> ServiceResult<u64> {
        self.forget_all_of(user, character, Forgetting::All).await
    }

    async fn forget_all_of(&self, user: UserId, character: CharacterId, what: Forgetting) -> ServiceResult<u64> {
        let scope = self.scope(user, character).await?;
        let gone = self.inner.stores.memories.forget(scope, what, self.inner.clock.now()).await?;
        self.changed(scope);
        Ok(gone)
    }

    /// How the book stands.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn state(&self, user: UserId, character: CharacterId) -> ServiceResult<BookState> {
        let scope = self.scope(user, character).await?;
        let inner = &self.inner;
        let shown = inner.characters.get(user, character).await?;
        let model = inner.catalog.choose([shown.profile.model.as_deref()]);
        let names = inner.names(scope).await?;
        let index = inner.indexes.fresh(scope, &names).await?;
        Ok(index.read(|index| {
            let count = |kind| {
                let counts = |memory: &&Memory| memory.kind == kind && memory.ended.is_none();
                index.memories().filter(counts).count() as u64
            };
            BookState {
                episodes: count(MemoryKind::Episode),
                facts: count(MemoryKind::Fact),
                summaries: count(MemoryKind::Summary),
                notes: count(MemoryKind::Note),
                embedded: index.embedded() as u64,
                learning: inner.learning(model.as_ref()),
                embedder: self.embedder(),
            }
        }))
    }

    /// The scope of a person and a character the person may see.
    pub(super) async fn scope(&self, user: UserId, character: CharacterId) -> ServiceResult<Scope> {
        self.inner.characters.get(user, character).await?;
        Ok(Scope { user, character })
    }

    /// A person changed a scope: the other devices see it, and what is missing is made.
    fn changed(&self, scope: Scope) {
        self.inner.tell(scope);
        self.jobs.soon(domain::jobs::Task::embed());
    }
}
