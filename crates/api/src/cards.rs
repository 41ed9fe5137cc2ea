//! Characters as files of other programs: looked at, imported, exported.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::cards::{CardContainer, CardFormat, CardNotice, CardVersion, CardWarning};
use domain::ids::CharacterId;
use serde::{Deserialize, Serialize};
use service::cards::CardPreview;
use utoipa::{IntoParams, ToSchema};

use crate::AppState;
use crate::caller::Caller;
use crate::characters::{CharacterOut, DepthPromptBody};
use crate::extract::{ApiPath, ApiQuery};
use crate::files::{FileBody, FileBytes, FileForm, give};
use crate::problem::Problem;
use crate::wire::{WireCardContainer, WireCardFormat, WireCardNotice, WireCardVersion, WireCharacterId};

/// Something to know about a card.
#[derive(Debug, Serialize, ToSchema)]
pub struct CardWarningOut {
    #[schema(value_type = WireCardNotice)]
    notice: CardNotice,
    /// Where in the card; empty for all of it.
    field: String,
}

impl From<CardWarning> for CardWarningOut {
    fn from(warning: CardWarning) -> Self {
        Self { notice: warning.notice, field: warning.field }
    }
}

/// What importing a file would make.
#[derive(Debug, Serialize, ToSchema)]
pub struct CardPreviewOut {
    #[schema(value_type = WireCardContainer)]
    container: CardContainer,
    #[schema(value_type = WireCardVersion)]
    version: CardVersion,
    name: String,
    tagline: String,
    persona: String,
    scenario: String,
    greeting: String,
    /// Other first messages; they are offered as swipes of the first.
    alternate_greetings: Vec<String>,
    /// First messages in groups alone.
    group_greetings: Vec<String>,
    examples: String,
    system_prompt: String,
    /// Instructions behind the history.
    post_history_instructions: String,
    /// A note in the history.
    depth_prompt: DepthPromptBody,
    creator_notes: String,
    tags: Vec<String>,
    /// Whether a picture comes along.
    has_portrait: bool,
    /// Entries of the card's lorebook.
    book_entries: u32,
    /// Files beside the card.
    assets: u32,
    warnings: Vec<CardWarningOut>,
    /// The caller's first character from the same file.
    #[schema(value_type = Option<WireCharacterId>, required)]
    known_character_id: Option<CharacterId>,
}

impl From<CardPreview> for CardPreviewOut {
    fn from(preview: CardPreview) -> Self {
        let profile = preview.profile;
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Self {
            container: preview.container,
            version: preview.version,
            name: profile.name,
            tagline: profile.tagline,
            persona: profile.persona,
            scenario: profile.scenario,
            greeting: profile.greeting,
            alternate_greetings: profile.alternate_greetings,
            group_greetings: profile.group_greetings,
            examples: profile.examples,
            system_prompt: profile.system_prompt,
            post_history_instructions: profile.post_history_instructions,
            depth_prompt: profile.depth_prompt.into(),
            creator_notes: profile.creator_notes,
            tags: profile.tags,
            has_portrait: preview.portrait,
            book_entries: count(preview.book_entries),
            assets: count(preview.assets),
            warnings: preview.warnings.into_iter().map(Into::into).collect(),
            known_character_id: preview.known,
        }
    }
}

/// A character that was imported.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportedCharacterOut {
    character: CharacterOut,
    warnings: Vec<CardWarningOut>,
}

/// How a file is imported.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// Whether to make another character from a file that was imported before; false if absent.
    again: Option<bool>,
}

/// How a character leaves.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// `json_v3` if absent.
    #[param(value_type = Option<WireCardFormat>)]
    format: Option<CardFormat>,
}

/// Says what importing a card would make, and makes nothing: a card of version 1, 2 or 3 as JSON, PNG or CHARX, or a character of
/// Agnai, as the field `file` of a form or as the body itself. Nothing that a card names elsewhere is fetched.
#[utoipa::path(
    post, path = "/characters/import/preview", tag = "characters",
    request_body(content((FileForm = "multipart/form-data"), (FileBytes = "application/octet-stream"))),
    responses((status = 200, body = CardPreviewOut)),
)]
pub(crate) async fn preview_card(
    State(state): State<AppState>,
    caller: Caller,
    FileBody { bytes, name }: FileBody,
) -> Result<Json<CardPreviewOut>, Problem> {
    Ok(Json(state.app.cards.preview(caller.user_id, bytes, name).await?.into()))
}

/// Makes a new, private character from a card, with its picture; none is ever overwritten. The same file twice is a conflict,
/// `card_known`, which names the first character; ask for it `again` to have another one.
#[utoipa::path(
    post, path = "/characters/import", tag = "characters", params(ImportQuery),
    request_body(content((FileForm = "multipart/form-data"), (FileBytes = "application/octet-stream"))),
    responses((status = 201, body = ImportedCharacterOut)),
)]
pub(crate) async fn import_card(
    State(state): State<AppState>,
    caller: Caller,
    ApiQuery(query): ApiQuery<ImportQuery>,
    FileBody { bytes, name }: FileBody,
) -> Result<(StatusCode, Json<ImportedCharacterOut>), Problem> {
    let again = query.again.unwrap_or(false);
    let imported = state.app.cards.import(caller.user_id, bytes, name, again).await?;
    let character = CharacterOut::of(imported.view, caller.user_id);
    let warnings = imported.warnings.into_iter().map(Into::into).collect();
    Ok((StatusCode::CREATED, Json(ImportedCharacterOut { character, warnings })))
}

/// One's own character as a card: what she is now, laid over the card she came from, with all that it had and nobody here knows. The
/// images of her story go along as far as the form has room for them; `json_v2` has none.
#[utoipa::path(
    get, path = "/characters/{character_id}/export", tag = "characters",
    params(("character_id" = WireCharacterId, Path), ExportQuery),
    responses((status = 200, content(
        (FileBytes = "application/octet-stream"), (FileBytes = "image/png"), (FileBytes = "application/zip"),
    ))),
)]
pub(crate) async fn export_character(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<CharacterId>,
    ApiQuery(query): ApiQuery<ExportQuery>,
) -> Result<Response, Problem> {
    let format = query.format.unwrap_or(CardFormat::JsonV3);
    let exported = state.app.cards.export(caller.user_id, id, format).await?;
    let kind = match format {
        CardFormat::JsonV2 | CardFormat::JsonV3 => "application/octet-stream",
        CardFormat::Png => "image/png",
        CardFormat::Charx => "application/zip",
    };
    Ok(give(kind, &exported.file_name, exported.bytes))
}
