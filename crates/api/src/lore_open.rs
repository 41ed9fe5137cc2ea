//! Where lorebooks stand open, and why their entries fire.

use axum::Json;
use axum::extract::State;
use domain::ids::{CharacterId, LorebookId, SessionId};
use domain::lore::{LoreReason, Verdict};
use serde::{Deserialize, Serialize};
use service::chats::{ExplainLore, ExplainedLore, TracedLoreView};
use utoipa::ToSchema;

use crate::AppState;
use crate::caller::Caller;
use crate::extract::{ApiJson, ApiPath};
use crate::lorebooks::LorebookOut;
use crate::problem::Problem;
use crate::wire::{WireCharacterId, WireLoreReason, WireLorebookId, WireSessionId};

/// What became of an entry, and why.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LoreVerdict)]
pub struct VerdictOut {
    #[schema(value_type = WireLorebookId)]
    lorebook_id: LorebookId,
    /// Its number in the book.
    uid: u32,
    /// Its name, or what else it is known by.
    name: String,
    /// Whether it fires.
    fires: bool,
    #[schema(value_type = WireLoreReason)]
    reason: LoreReason,
    /// The key that was found.
    #[schema(required)]
    key: Option<String>,
    /// In which round: 1 searches what was said, later ones what other entries say, or further back.
    round: u32,
    /// How many tokens it takes, where it fires or would.
    tokens: u32,
}

impl From<TracedLoreView> for VerdictOut {
    fn from(view: TracedLoreView) -> Self {
        let TracedLoreView { verdict, name, key } = view;
        let Verdict { book, uid, reason, round, tokens, .. } = verdict;
        Self { lorebook_id: book, uid, name, fires: reason.fires(), reason, key, round, tokens }
    }
}

/// What is to be explained.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplainIn {
    /// The session whose next reply is looked at, with the books that stand open there.
    #[schema(value_type = Option<WireSessionId>)]
    session_id: Option<SessionId>,
    /// Who would answer, in a group; its first character if absent.
    #[schema(value_type = Option<WireCharacterId>)]
    character_id: Option<CharacterId>,
    /// What would be said before it, up to 16,000 characters; what alone is searched where there is no session.
    #[serde(default)]
    #[schema(max_length = 16000)]
    text: String,
    /// Books of the caller's that are searched besides; at least one where there is no session.
    #[serde(default)]
    #[schema(value_type = Vec<WireLorebookId>, max_items = 16)]
    lorebook_ids: Vec<LorebookId>,
}

/// Why each entry fires, or does not.
#[derive(Debug, Serialize, ToSchema)]
pub struct LoreExplainedOut {
    /// The entries of the caller's own books. Those of others are searched, too, and not told of.
    entries: Vec<VerdictOut>,
    /// How many tokens all entries may take together.
    budget_tokens: u32,
}

impl From<ExplainedLore> for LoreExplainedOut {
    fn from(explained: ExplainedLore) -> Self {
        let budget_tokens = explained.budget;
        Self { entries: explained.named().into_iter().map(VerdictOut::from).collect(), budget_tokens }
    }
}

/// Why each entry of the caller's lorebooks fires before the next reply of a session, or after a text, and why the others do not.
#[utoipa::path(
    post, path = "/lorebooks/explain", tag = "lorebooks", request_body = ExplainIn,
    responses((status = 200, body = LoreExplainedOut)),
)]
pub(crate) async fn explain_lore(
    State(state): State<AppState>,
    caller: Caller,
    ApiJson(body): ApiJson<ExplainIn>,
) -> Result<Json<LoreExplainedOut>, Problem> {
    let ExplainIn { session_id, character_id, text, lorebook_ids } = body;
    if lorebook_ids.len() > 16 {
        return Err(Problem::field("lorebook_ids", "must be at most 16"));
    }
    let asked = ExplainLore { session: session_id, character: character_id, text, books: lorebook_ids };
    Ok(Json(state.app.chats.explain_lore(caller.user_id, asked).await?.into()))
}

/// Has a lorebook stand open with a character of the caller's, whoever talks with her.
#[utoipa::path(
    put, path = "/lorebooks/{lorebook_id}/characters/{character_id}", tag = "lorebooks",
    params(("lorebook_id" = WireLorebookId, Path), ("character_id" = WireCharacterId, Path)), responses((status = 200, body = LorebookOut)),
)]
pub(crate) async fn open_lorebook_with_character(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath((id, character)): ApiPath<(LorebookId, CharacterId)>,
) -> Result<Json<LorebookOut>, Problem> {
    Ok(Json(state.app.lore.set_open_with(caller.user_id, id, character, true).await?.into()))
}

/// Has a lorebook stand open in a session; among several, those who look after the group may.
#[utoipa::path(
    put, path = "/lorebooks/{lorebook_id}/sessions/{session_id}", tag = "lorebooks",
    params(("lorebook_id" = WireLorebookId, Path), ("session_id" = WireSessionId, Path)), responses((status = 200, body = LorebookOut)),
)]
pub(crate) async fn open_lorebook_in_session(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath((id, session)): ApiPath<(LorebookId, SessionId)>,
) -> Result<Json<LorebookOut>, Problem> {
    Ok(Json(state.app.chats.set_open_lorebook(caller.user_id, id, session, true).await?.into()))
}

/// Has a lorebook stand open wherever the caller is alone with a character.
#[utoipa::path(
    put, path = "/lorebooks/{lorebook_id}/me", tag = "lorebooks",
    params(("lorebook_id" = WireLorebookId, Path)), responses((status = 200, body = LorebookOut)),
)]
pub(crate) async fn open_lorebook_with_me(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<LorebookId>,
) -> Result<Json<LorebookOut>, Problem> {
    Ok(Json(state.app.lore.set_open_with_me(caller.user_id, id, true).await?.into()))
}

/// Has it stand open there no more.
#[utoipa::path(
    delete, path = "/lorebooks/{lorebook_id}/characters/{character_id}", tag = "lorebooks",
    params(("lorebook_id" = WireLorebookId, Path), ("character_id" = WireCharacterId, Path)), responses((status = 200, body = LorebookOut)),
)]
pub(crate) async fn close_lorebook_with_character(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath((id, character)): ApiPath<(LorebookId, CharacterId)>,
) -> Result<Json<LorebookOut>, Problem> {
    Ok(Json(state.app.lore.set_open_with(caller.user_id, id, character, false).await?.into()))
}

/// Has it stand open there no more.
#[utoipa::path(
    delete, path = "/lorebooks/{lorebook_id}/sessions/{session_id}", tag = "lorebooks",
    params(("lorebook_id" = WireLorebookId, Path), ("session_id" = WireSessionId, Path)), responses((status = 200, body = LorebookOut)),
)]
pub(crate) async fn close_lorebook_in_session(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath((id, session)): ApiPath<(LorebookId, SessionId)>,
) -> Result<Json<LorebookOut>, Problem> {
    Ok(Json(state.app.chats.set_open_lorebook(caller.user_id, id, session, false).await?.into()))
}

/// Has it stand open there no more.
#[utoipa::path(
    delete, path = "/lorebooks/{lorebook_id}/me", tag = "lorebooks",
    params(("lorebook_id" = WireLorebookId, Path)), responses((status = 200, body = LorebookOut)),
)]
pub(crate) async fn close_lorebook_with_me(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<LorebookId>,
) -> Result<Json<LorebookOut>, Problem> {
    Ok(Json(state.app.lore.set_open_with_me(caller.user_id, id, false).await?.into()))
}
