//! Lorebooks: made, read, changed, opened, taken in and given out.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use domain::ids::{CharacterId, LorebookId, SessionId};
use domain::lore::book::{Book, LoreMode};
use domain::lore::reading::LoreFormat;
use domain::lore::shelves::{LoreTarget, LorebookBrief};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use service::lore::{LorebookPatch, LorebookView};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};

use crate::AppState;
use crate::caller::Caller;
use crate::extract::{ApiJson, ApiPath, ApiQuery};
use crate::friends::PageQuery;
use crate::lore_entries::EntryBody;
use crate::page::{PageOut, page_request};
use crate::problem::Problem;
use crate::wire::{WireCharacterId, WireLoreFormat, WireLoreMode, WireLorebookId, WireSessionId, present};

/// The largest file with a lorebook, in bytes.
pub(crate) const FILE_BYTES: usize = 6 * 1024 * 1024;

/// A lorebook in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LorebookBrief)]
pub struct LorebookBriefOut {
    #[schema(value_type = WireLorebookId)]
    id: LorebookId,
    name: String,
    description: String,
    /// By whose rules it is read.
    #[schema(value_type = WireLoreMode)]
    mode: LoreMode,
    /// How many entries it has.
    entry_count: u32,
    /// How often it was changed.
    revision: u32,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    updated_at: OffsetDateTime,
}

impl From<LorebookBrief> for LorebookBriefOut {
    fn from(brief: LorebookBrief) -> Self {
        let LorebookBrief { id, name, description, mode, entries, revision, created_at, updated_at } = brief;
        Self { id, name, description, mode, entry_count: entries, revision, created_at, updated_at }
    }
}

/// Where a lorebook stands open.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = LoreTargets)]
pub struct TargetsOut {
    /// With these characters of the caller's, whoever talks with them.
    #[schema(value_type = Vec<WireCharacterId>)]
    character_ids: Vec<CharacterId>,
    /// In these sessions.
    #[schema(value_type = Vec<WireSessionId>)]
    session_ids: Vec<SessionId>,
    /// Wherever the caller is alone with a character.
    with_me: bool,
}

/// A lorebook of the caller's.
#[derive(Debug, Serialize, ToSchema)]
pub struct LorebookOut {
    #[serde(flatten)]
    brief: LorebookBriefOut,
    /// How many messages are searched; the server's default if null. The rules of `st` leave it aside.
    #[schema(required)]
    scan_depth: Option<u32>,
    /// How many tokens its entries may take together. The rules of `st` leave it aside.
    #[schema(required)]
    token_budget: Option<u32>,
    /// Whether what entries say is searched, too. The rules of `st` leave it aside.
    #[schema(required)]
    recursive_scanning: Option<bool>,
    entries: Vec<EntryBody>,
    open_at: TargetsOut,
}

impl From<LorebookView> for LorebookOut {
    fn from(view: LorebookView) -> Self {
        let LorebookView { lorebook, open_at } = view;
        let mut targets = TargetsOut::default();
        for target in open_at {
            match target {
                LoreTarget::Character(id) => targets.character_ids.push(id),
                LoreTarget::Session(id) => targets.session_ids.push(id),
                LoreTarget::Person(_) => targets.with_me = true,
            }
        }
        let brief = LorebookBrief::from(&lorebook).into();
        let Book { scan_depth, token_budget, recursive_scanning, entries, .. } = lorebook.book;
        let entries = entries.into_iter().map(EntryBody::from).collect();
        Self { brief, scan_depth, token_budget, recursive_scanning, entries, open_at: targets }
    }
}

/// A lorebook to make; its entries are added to it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LorebookIn {
    /// Up to 200 characters.
    #[schema(max_length = 200)]
    name: String,
    /// Up to 4,000 characters.
    #[serde(default)]
    #[schema(max_length = 4000)]
    description: String,
    /// By whose rules it is read; `st` if absent.
    #[serde(default)]
    #[schema(value_type = WireLoreMode)]
    mode: LoreMode,
    /// Up to 2,000; the server's default if absent.
    scan_depth: Option<u32>,
    /// Up to 1,000,000; no limit of its own if absent.
    token_budget: Option<u32>,
    recursive_scanning: Option<bool>,
}

/// What to change of a lorebook; what is absent stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LorebookPatchIn {
    /// Up to 200 characters.
    #[schema(max_length = 200)]
    name: Option<String>,
    /// Up to 4,000 characters.
    #[schema(max_length = 4000)]
    description: Option<String>,
    #[schema(value_type = Option<WireLoreMode>)]
    mode: Option<LoreMode>,
    /// Up to 2,000; null is the server's default.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<u32>)]
    scan_depth: Option<Option<u32>>,
    /// Up to 1,000,000; null is no limit of its own.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<u32>)]
    token_budget: Option<Option<u32>>,
    /// Null is the default of the rules.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<bool>)]
    recursive_scanning: Option<Option<bool>>,
}

/// How a file is taken in.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// A name for the book; its own if absent.
    #[param(max_length = 200)]
    name: Option<String>,
}

/// In which format a book is given out.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// `lorebook_v3` if absent.
    #[param(value_type = Option<WireLoreFormat>)]
    format: Option<LoreFormat>,
}

// The macro of routes takes a plain name only.
type LorebookPage = PageOut<LorebookBriefOut>;

/// The caller's lorebooks, the newest first.
#[utoipa::path(get, path = "/lorebooks", tag = "lorebooks", params(PageQuery), responses((status = 200, body = LorebookPage)))]
pub(crate) async fn page_lorebooks(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<Json<PageOut<LorebookBriefOut>>, Problem> {
    let page = page_request(query.cursor, query.limit)?;
    Ok(Json(PageOut::of(state.app.lore.page(caller.user_id, &page).await?, LorebookBriefOut::from)))
}

/// Makes a lorebook without entries.
#[utoipa::path(post, path = "/lorebooks", tag = "lorebooks", request_body = LorebookIn, responses((status = 201, body = LorebookOut)))]
pub(crate) async fn create_lorebook(
    State(state): State<AppState>,
    caller: Caller,
    ApiJson(body): ApiJson<LorebookIn>,
) -> Result<(StatusCode, Json<LorebookOut>), Problem> {
    let LorebookIn { name, description, mode, scan_depth, token_budget, recursive_scanning } = body;
    let book = Book { name, description, mode, scan_depth, token_budget, recursive_scanning, ..Book::default() };
    Ok((StatusCode::CREATED, Json(state.app.lore.create(caller.user_id, book).await?.into())))
}

/// Makes a lorebook of a file: the book of a card or a whole card, a V3 lorebook, a world of `SillyTavern`, a list of `RisuAI`. Up to
/// 6 MiB.
#[utoipa::path(
    post, path = "/lorebooks/import", tag = "lorebooks", params(ImportQuery), request_body = Object,
    responses((status = 201, body = LorebookOut)),
)]
pub(crate) async fn import_lorebook(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<ImportQuery>,
    ApiJson(file): ApiJson<Value>,
) -> Result<(StatusCode, Json<LorebookOut>), Problem> {
    Ok((StatusCode::CREATED, Json(state.app.lore.import(caller.user_id, &file, query.name).await?.into())))
}

/// A lorebook of the caller's, with its entries.
#[utoipa::path(
    get, path = "/lorebooks/{lorebook_id}", tag = "lorebooks",
    params(("lorebook_id" = WireLorebookId, Path)), responses((status = 200, body = LorebookOut)),
)]
pub(crate) async fn get_lorebook(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<LorebookId>,
) -> Result<Json<LorebookOut>, Problem> {
    Ok(Json(state.app.lore.get(caller.user_id, id).await?.into()))
}

/// Changes a lorebook itself.
#[utoipa::path(
    patch, path = "/lorebooks/{lorebook_id}", tag = "lorebooks", request_body = LorebookPatchIn,
    params(("lorebook_id" = WireLorebookId, Path)), responses((status = 200, body = LorebookOut)),
)]
pub(crate) async fn update_lorebook(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<LorebookId>,
    ApiJson(body): ApiJson<LorebookPatchIn>,
) -> Result<Json<LorebookOut>, Problem> {
    let LorebookPatchIn { name, description, mode, scan_depth, token_budget, recursive_scanning } = body;
    let patch = LorebookPatch { name, description, mode, scan_depth, token_budget, recursive_scanning };
    Ok(Json(state.app.lore.update(caller.user_id, id, &patch).await?.into()))
}

/// Erases a lorebook.
#[utoipa::path(
    delete, path = "/lorebooks/{lorebook_id}", tag = "lorebooks",
    params(("lorebook_id" = WireLorebookId, Path)), responses((status = 204)),
)]
pub(crate) async fn delete_lorebook(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<LorebookId>,
) -> Result<StatusCode, Problem> {
    state.app.lore.delete(caller.user_id, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A lorebook as a file for other programs; what it had of theirs is in it.
#[utoipa::path(
    get, path = "/lorebooks/{lorebook_id}/export", tag = "lorebooks",
    params(("lorebook_id" = WireLorebookId, Path), ExportQuery), responses((status = 200, body = Object)),
)]
pub(crate) async fn export_lorebook(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<LorebookId>,
    ApiQuery(query): ApiQuery<ExportQuery>,
) -> Result<(HeaderMap, Json<Value>), Problem> {
    let file = state.app.lore.export(caller.user_id, id, query.format.unwrap_or_default()).await?;
    let attachment = HeaderValue::from_static("attachment; filename=\"lorebook.json\"");
    Ok((HeaderMap::from_iter([(header::CONTENT_DISPOSITION, attachment)]), Json(file)))
}
