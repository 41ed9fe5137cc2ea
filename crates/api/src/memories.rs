//! The memory book: what a character remembers of the caller, read, searched, added to, put right, forgotten.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use domain::chats::Role;
use domain::ids::{CharacterId, MemoryId, MessageId, SessionId};
use domain::memories::{EndReason, Ended, FactSubject, Learning, Memory, MemoryFilter, MemoryKind, SummaryScale};
use domain::traces::RecallKind;
use serde::{Deserialize, Serialize};
use service::memories::{BookExport, BookState, Found, MemoryChange, MemoryDetail, NewNote, Provenance};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};

use crate::AppState;
use crate::caller::Caller;
use crate::extract::{ApiJson, ApiPath, ApiQuery};
use crate::page::{PageOut, page_limit, page_request};
use crate::problem::Problem;
use crate::traces::ReasonOut;
use crate::wire::{
    WireCharacterId, WireEndReason, WireFactSubject, WireLearning, WireMemoryId, WireMemoryKind, WireMessageId,
    WireRecallKind, WireRole, WireSessionId, WireSummaryScale,
};

/// Something a character remembers.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemoryOut {
    #[schema(value_type = WireMemoryId)]
    id: MemoryId,
    #[schema(value_type = WireCharacterId)]
    character_id: CharacterId,
    #[schema(value_type = WireMemoryKind)]
    kind: MemoryKind,
    /// What it is about; facts only.
    #[schema(value_type = Option<WireFactSubject>, required)]
    subject: Option<FactSubject>,
    /// How much it covers; summaries only.
    #[schema(value_type = Option<WireSummaryScale>, required)]
    scale: Option<SummaryScale>,
    /// Who said it; episodes only.
    #[schema(value_type = Option<WireRole>, required)]
    speaker: Option<Role>,
    text: String,
    /// From 1, a trifle, to 5, what must not be forgotten.
    #[schema(minimum = 1, maximum = 5)]
    importance: u8,
    /// Always told to the character.
    pinned: bool,
    /// When it was said, or has been so since.
    #[serde(with = "time::serde::rfc3339")]
    happened_at: OffsetDateTime,
    /// When and why it no longer counts.
    #[schema(required)]
    ended: Option<EndedOut>,
    /// The session it was made from.
    #[schema(value_type = Option<WireSessionId>, required)]
    session_id: Option<SessionId>,
    /// The model that made it; null for what was said and for what the person wrote.
    #[schema(required)]
    model: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
}

/// How a memory ended.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MemoryEnd)]
pub struct EndedOut {
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
    #[schema(value_type = WireEndReason)]
    reason: EndReason,
    /// What took its place.
    #[schema(value_type = WireMemoryId)]
    by: MemoryId,
}

impl From<Ended> for EndedOut {
    fn from(ended: Ended) -> Self {
        let Ended { at, reason, by } = ended;
        Self { at, reason, by }
    }
}

impl From<Memory> for MemoryOut {
    fn from(memory: Memory) -> Self {
        Self {
            id: memory.id,
            character_id: memory.scope.character,
            kind: memory.kind,
            subject: memory.subject,
            scale: memory.scale,
            speaker: memory.speaker,
            text: memory.text,
            importance: memory.importance,
            pinned: memory.pinned,
            happened_at: memory.happened_at,
            ended: memory.ended.map(EndedOut::from),
            session_id: memory.session_id,
            model: memory.model,
            created_at: memory.created_at,
        }
    }
}

/// A message that a memory comes from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MemorySource)]
pub struct SourceOut {
    #[schema(value_type = WireMessageId)]
    message_id: MessageId,
    #[schema(value_type = WireSessionId)]
    session_id: SessionId,
    #[schema(value_type = WireRole)]
    role: Role,
    /// What it says now.
    content: String,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
}

impl From<Provenance> for SourceOut {
    fn from(source: Provenance) -> Self {
        let Provenance { message_id, session_id, role, content, created_at } = source;
        Self { message_id, session_id, role, content, created_at }
    }
}

/// A memory with where it comes from and what it replaced.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MemoryDetail)]
pub struct DetailOut {
    memory: MemoryOut,
    /// The messages it comes from, in their order; at most 50, the newest.
    sources: Vec<SourceOut>,
    /// What it took the place of, the newest first.
    replaced: Vec<MemoryOut>,
}

impl From<MemoryDetail> for DetailOut {
    fn from(detail: MemoryDetail) -> Self {
        Self {
            memory: detail.memory.into(),
            sources: detail.sources.into_iter().map(SourceOut::from).collect(),
            replaced: detail.replaced.into_iter().map(MemoryOut::from).collect(),
        }
    }
}

/// Memories that a search found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FoundMemories)]
pub struct FoundOut {
    /// The best first.
    items: Vec<FoundMemoryOut>,
    /// By meaning and by words, or by words alone.
    #[schema(value_type = WireRecallKind)]
    recall: RecallKind,
}

/// A memory that was found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FoundMemory)]
pub struct FoundMemoryOut {
    memory: MemoryOut,
    /// How well it fits; comparable within one answer only.
    score: f32,
    /// Why, the strongest first.
    reasons: Vec<ReasonOut>,
}

impl From<Found> for FoundOut {
    fn from(found: Found) -> Self {
        let item = |(memory, score, reasons): (Memory, f32, Vec<domain::traces::TracedReason>)| FoundMemoryOut {
            memory: memory.into(),
            score,
            reasons: reasons.into_iter().map(ReasonOut::from).collect(),
        };
        Self { items: found.items.into_iter().map(item).collect(), recall: found.recall }
    }
}

/// Who makes the vectors.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Embedder)]
pub struct EmbedderOut {
    name: String,
    /// How long its vectors are; 0 until it has made one.
    dimensions: usize,
}

/// How the book stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MemoryState)]
pub struct StateOut {
    episodes: u64,
    /// Those that count.
    facts: u64,
    /// Those that count.
    summaries: u64,
    /// Those that count.
    notes: u64,
    /// Memories that can be found by their meaning already.
    embedded: u64,
    /// Whether facts are learned, or why not.
    #[schema(value_type = WireLearning)]
    learning: Learning,
    /// Null: memories are found by their words alone.
    #[schema(required)]
    embedder: Option<EmbedderOut>,
}

impl From<BookState> for StateOut {
    fn from(state: BookState) -> Self {
        let BookState { episodes, facts, summaries, notes, embedded, learning, embedder } = state;
        let embedder = embedder.map(|info| EmbedderOut { name: info.name, dimensions: info.dimensions });
        Self { episodes, facts, summaries, notes, embedded, learning, embedder }
    }
}

/// How many memories are gone.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Forgotten)]
pub struct ForgottenOut {
    forgotten: u64,
}

/// A memory in an export.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ExportedMemory)]
pub struct ExportedOut {
    #[serde(flatten)]
    memory: MemoryOut,
    /// The messages it comes from, in their order.
    #[schema(value_type = Vec<WireMessageId>)]
    sources: Vec<MessageId>,
}

/// The whole book.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MemoryExport)]
pub struct ExportOut {
    #[schema(value_type = WireCharacterId)]
    character_id: CharacterId,
    /// Her name.
    character: String,
    #[serde(with = "time::serde::rfc3339")]
    exported_at: OffsetDateTime,
    /// All memories, also those that no longer count, the newest first.
    memories: Vec<ExportedOut>,
}

impl From<BookExport> for ExportOut {
    fn from(export: BookExport) -> Self {
        let exported = |mut memory: Memory| {
            let sources = std::mem::take(&mut memory.sources);
            ExportedOut { memory: memory.into(), sources }
        };
        Self {
            character_id: export.character_id,
            character: export.character,
            exported_at: export.exported_at,
            memories: export.memories.into_iter().map(exported).collect(),
        }
    }
}

/// What the person writes into the book.
#[derive(Deserialize, ToSchema)]
#[schema(as = NoteIn)]
pub struct NoteIn {
    #[schema(min_length = 1, max_length = 2000)]
    text: String,
    /// 3 if absent.
    #[schema(minimum = 1, maximum = 5)]
    importance: Option<u8>,
    /// Whether she is always told it.
    #[serde(default)]
    pinned: bool,
    /// Since when it is so; now if absent.
    #[serde(default, with = "time::serde::rfc3339::option")]
    happened_at: Option<OffsetDateTime>,
}

/// What changes about a memory; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[schema(as = MemoryPatch)]
pub struct MemoryPatchIn {
    /// How it really is: a new memory takes the old one's place. Not for episodes: they are what was said.
    #[schema(min_length = 1, max_length = 2000)]
    text: Option<String>,
    #[schema(minimum = 1, maximum = 5)]
    importance: Option<u8>,
    pinned: Option<bool>,
}

/// Which memories are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MemoriesQuery {
    /// Only these.
    #[param(value_type = Option<WireMemoryKind>)]
    kind: Option<MemoryKind>,
    /// Only those pinned, or only those not.
    pinned: Option<bool>,
    /// Also those that no longer count.
    ended: Option<bool>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
    /// How many, 1 to 100; 30 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

/// What is looked for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FindQuery {
    /// A question or some words.
    #[param(max_length = 200)]
    q: String,
    /// How many, 1 to 100; 30 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

// The macro of routes takes a plain name only.
type MemoryPage = PageOut<MemoryOut>;

/// What a character remembers of the caller, the newest first.
#[utoipa::path(
    get, path = "/characters/{character_id}/memories", tag = "memories",
    params(("character_id" = WireCharacterId, Path), MemoriesQuery), responses((status = 200, body = MemoryPage)),
)]
pub(crate) async fn page_memories(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(character): ApiPath<CharacterId>,
    ApiQuery(query): ApiQuery<MemoriesQuery>,
) -> Result<Json<PageOut<MemoryOut>>, Problem> {
    let page = page_request(query.cursor, query.limit)?;
    let filter = MemoryFilter { kind: query.kind, pinned: query.pinned, ended: query.ended.unwrap_or(false) };
    let found = state.app.memories.page(caller.user_id, character, filter, &page).await?;
    Ok(Json(PageOut::of(found, MemoryOut::from)))
}

/// The memories that fit a question or some words best, found as they are before a reply; those that no longer count too.
#[utoipa::path(
    get, path = "/characters/{character_id}/memories/search", tag = "memories",
    params(("character_id" = WireCharacterId, Path), FindQuery), responses((status = 200, body = FoundOut)),
)]
pub(crate) async fn search_memories(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(character): ApiPath<CharacterId>,
    ApiQuery(query): ApiQuery<FindQuery>,
) -> Result<Json<FoundOut>, Problem> {
    let limit = page_limit(query.limit)?;
    Ok(Json(state.app.memories.search(caller.user_id, character, &query.q, limit).await?.into()))
}

/// How the book stands: how much is in it, and how it is made.
#[utoipa::path(
    get, path = "/characters/{character_id}/memories/state", tag = "memories",
    params(("character_id" = WireCharacterId, Path)), responses((status = 200, body = StateOut)),
)]
pub(crate) async fn get_memory_state(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(character): ApiPath<CharacterId>,
) -> Result<Json<StateOut>, Problem> {
    Ok(Json(state.app.memories.state(caller.user_id, character).await?.into()))
}

/// The whole book, to keep.
#[utoipa::path(
    get, path = "/characters/{character_id}/memories/export", tag = "memories",
    params(("character_id" = WireCharacterId, Path)), responses((status = 200, body = ExportOut)),
)]
pub(crate) async fn export_memories(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(character): ApiPath<CharacterId>,
) -> Result<(HeaderMap, Json<ExportOut>), Problem> {
    let export = state.app.memories.export(caller.user_id, character).await?;
    let attachment = HeaderValue::from_static("attachment; filename=\"memories.json\"");
    let headers = HeaderMap::from_iter([(header::CONTENT_DISPOSITION, attachment)]);
    Ok((headers, Json(export.into())))
}

/// Writes a note into the book.
#[utoipa::path(
    post, path = "/characters/{character_id}/memories", tag = "memories",
    params(("character_id" = WireCharacterId, Path)), request_body = NoteIn, responses((status = 201, body = MemoryOut)),
)]
pub(crate) async fn add_memory(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(character): ApiPath<CharacterId>,
    ApiJson(body): ApiJson<NoteIn>,
) -> Result<(StatusCode, Json<MemoryOut>), Problem> {
    let NoteIn { text, importance, pinned, happened_at } = body;
    let note = NewNote { text, importance, pinned, happened_at };
    let memory = state.app.memories.add(caller.user_id, character, note).await?;
    Ok((StatusCode::CREATED, Json(memory.into())))
}

/// One memory, with where it comes from.
#[utoipa::path(
    get, path = "/characters/{character_id}/memories/{memory_id}", tag = "memories",
    params(("character_id" = WireCharacterId, Path), ("memory_id" = WireMemoryId, Path)), responses((status = 200, body = DetailOut)),
)]
pub(crate) async fn get_memory(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath((character, memory)): ApiPath<(CharacterId, MemoryId)>,
) -> Result<Json<DetailOut>, Problem> {
    Ok(Json(state.app.memories.read(caller.user_id, character, memory).await?.into()))
}

/// Pins, weighs, or puts right. With another text the answer is a new memory, which took the old one's place.
#[utoipa::path(
    patch, path = "/characters/{character_id}/memories/{memory_id}", tag = "memories",
    params(("character_id" = WireCharacterId, Path), ("memory_id" = WireMemoryId, Path)),
    request_body = MemoryPatchIn, responses((status = 200, body = MemoryOut)),
)]
pub(crate) async fn change_memory(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath((character, memory)): ApiPath<(CharacterId, MemoryId)>,
    ApiJson(body): ApiJson<MemoryPatchIn>,
) -> Result<Json<MemoryOut>, Problem> {
    let MemoryPatchIn { text, importance, pinned } = body;
    let change = MemoryChange { text, importance, pinned };
    Ok(Json(state.app.memories.change(caller.user_id, character, memory, change).await?.into()))
}

/// Forgets one memory, and what would bring it back: what it replaced, and the episodes of the same messages; with an episode,
/// also the facts from its message.
#[utoipa::path(
    delete, path = "/characters/{character_id}/memories/{memory_id}", tag = "memories",
    params(("character_id" = WireCharacterId, Path), ("memory_id" = WireMemoryId, Path)), responses((status = 200, body = ForgottenOut)),
)]
pub(crate) async fn forget_memory(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath((character, memory)): ApiPath<(CharacterId, MemoryId)>,
) -> Result<Json<ForgottenOut>, Problem> {
    let forgotten = state.app.memories.forget(caller.user_id, character, memory).await?;
    Ok(Json(ForgottenOut { forgotten }))
}

/// Forgets everything up to now. The chats stay; nothing that was said in them until now is remembered again.
#[utoipa::path(
    delete, path = "/characters/{character_id}/memories", tag = "memories",
    params(("character_id" = WireCharacterId, Path)), responses((status = 200, body = ForgottenOut)),
)]
pub(crate) async fn forget_memories(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(character): ApiPath<CharacterId>,
) -> Result<Json<ForgottenOut>, Problem> {
    let forgotten = state.app.memories.forget_everything(caller.user_id, character).await?;
    Ok(Json(ForgottenOut { forgotten }))
}
