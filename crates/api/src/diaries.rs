//! Diaries: what a character wrote down of days with the caller, for the caller alone.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::diaries::{DiaryEntry, DiaryKeeping};
use domain::ids::{CharacterId, DiaryEntryId};
use serde::{Deserialize, Serialize};
use service::diaries::DiaryView;
use time::{Date, OffsetDateTime};
use utoipa::{IntoParams, ToSchema};

use crate::AppState;
use crate::caller::Caller;
use crate::extract::{ApiJson, ApiPath, ApiQuery};
use crate::page::{PageOut, page_request};
use crate::problem::Problem;
use crate::wire::{WireCharacterId, WireDiaryEntryId, WireDiaryKeeping, write_date};

/// What a character wrote of one day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DiaryEntry)]
pub struct DiaryEntryOut {
    #[schema(value_type = WireDiaryEntryId)]
    id: DiaryEntryId,
    #[schema(value_type = WireCharacterId)]
    character_id: CharacterId,
    /// The day, as it was where she lives.
    #[serde(serialize_with = "write_date")]
    day: Date,
    text: String,
    /// When she wrote it.
    #[serde(with = "time::serde::rfc3339")]
    written_at: OffsetDateTime,
    /// The model that found the words.
    #[schema(required)]
    model: Option<String>,
}

impl From<DiaryEntry> for DiaryEntryOut {
    fn from(entry: DiaryEntry) -> Self {
        let DiaryEntry { id, scope, day, text, written_at, model, sources: _ } = entry;
        Self { id, character_id: scope.character, day, text, written_at, model }
    }
}

/// How a diary is kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DiarySettings)]
pub struct DiarySettingsOut {
    /// Whether the caller wants it.
    on: bool,
    /// What was said until then stands in no entry: it was switched on then. Null: from the beginning.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    since: Option<OffsetDateTime>,
    /// Whether she keeps one, or why not.
    #[schema(value_type = WireDiaryKeeping)]
    keeping: DiaryKeeping,
}

impl From<DiaryView> for DiarySettingsOut {
    fn from(view: DiaryView) -> Self {
        let DiaryView { settings, keeping } = view;
        Self { on: settings.on, since: settings.since, keeping }
    }
}

/// How the caller wants a diary.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DiarySettingsIn {
    /// Whether she keeps one.
    on: bool,
}

/// Which part of the entries.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DiaryQuery {
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
    /// How many, 1 to 100; 30 if absent.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

// The macro of routes takes a plain name only.
type DiaryEntryPage = PageOut<DiaryEntryOut>;

/// What a character wrote of days with the caller, the newest first. What was written of words that were edited, erased, forgotten or left
/// for another branch is not there.
#[utoipa::path(
    get, path = "/characters/{character_id}/diary", tag = "diaries",
    params(("character_id" = WireCharacterId, Path), DiaryQuery), responses((status = 200, body = DiaryEntryPage)),
)]
pub(crate) async fn page_diary(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(character): ApiPath<CharacterId>,
    ApiQuery(query): ApiQuery<DiaryQuery>,
) -> Result<Json<PageOut<DiaryEntryOut>>, Problem> {
    let page = page_request(query.cursor, query.limit)?;
    let found = state.app.diaries.page(caller.user_id, character, &page).await?;
    Ok(Json(PageOut::of(found, DiaryEntryOut::from)))
}

/// Takes an entry away. Its day gets no other.
#[utoipa::path(
    delete, path = "/characters/{character_id}/diary/{entry_id}", tag = "diaries",
    params(("character_id" = WireCharacterId, Path), ("entry_id" = WireDiaryEntryId, Path)), responses((status = 204)),
)]
pub(crate) async fn delete_diary_entry(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath((character, entry)): ApiPath<(CharacterId, DiaryEntryId)>,
) -> Result<StatusCode, Problem> {
    state.app.diaries.delete(caller.user_id, character, entry).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How a diary is kept.
#[utoipa::path(
    get, path = "/characters/{character_id}/diary/settings", tag = "diaries",
    params(("character_id" = WireCharacterId, Path)), responses((status = 200, body = DiarySettingsOut)),
)]
pub(crate) async fn get_diary_settings(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(character): ApiPath<CharacterId>,
) -> Result<Json<DiarySettingsOut>, Problem> {
    Ok(Json(state.app.diaries.view(caller.user_id, character).await?.into()))
}

/// Lets a character keep a diary of days with the caller, or no more. What is written stays, until it is taken away.
#[utoipa::path(
    put, path = "/characters/{character_id}/diary/settings", tag = "diaries", request_body = DiarySettingsIn,
    params(("character_id" = WireCharacterId, Path)), responses((status = 200, body = DiarySettingsOut)),
)]
pub(crate) async fn set_diary_settings(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(character): ApiPath<CharacterId>,
    ApiJson(body): ApiJson<DiarySettingsIn>,
) -> Result<Json<DiarySettingsOut>, Problem> {
    Ok(Json(state.app.diaries.switch(caller.user_id, character, body.on).await?.into()))
}
