//! `GET /v1/models`: those with whom a key talks.

use axum::Json;
use axum::extract::{Path, State};
use domain::characters::Character;
use domain::ids::CharacterId;
use serde::Serialize;
use utoipa::ToSchema;

use super::KeyCaller;
use super::error::{OpenAiError, OpenAiErrorOut};
use crate::AppState;
use crate::wire::WireCharacterId;

/// A character, as a model.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenAiModelOut {
    /// Her id.
    #[schema(value_type = WireCharacterId)]
    id: CharacterId,
    /// `model`.
    object: &'static str,
    /// When she was made, in seconds since 1970.
    created: i64,
    /// Who made her; `talker` when she came along.
    owned_by: String,
    /// Her name, by which she can be asked, too, where one alone has it.
    name: String,
}

impl From<Character> for OpenAiModelOut {
    fn from(character: Character) -> Self {
        Self {
            id: character.id,
            object: "model",
            created: character.created_at.unix_timestamp(),
            owned_by: character.owner.map_or_else(|| "talker".to_owned(), |owner| owner.to_string()),
            name: character.profile.name,
        }
    }
}

/// Characters, as a list of models.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenAiModelListOut {
    /// `list`.
    object: &'static str,
    /// The person's own first, then those they talked with lately, then public ones, the newest first; at most 300.
    data: Vec<OpenAiModelOut>,
}

/// The characters with whom the key talks.
#[utoipa::path(
    get, path = "/models", tag = "openai",
    responses((status = 200, body = OpenAiModelListOut), (status = "default", description = "An error", body = OpenAiErrorOut)),
)]
pub(crate) async fn list_character_models(
    State(state): State<AppState>,
    KeyCaller(key): KeyCaller,
) -> Result<Json<OpenAiModelListOut>, OpenAiError> {
    let characters = state.app.completions.list(&key).await?;
    let data = characters.into_iter().map(OpenAiModelOut::from).collect();
    Ok(Json(OpenAiModelListOut { object: "list", data }))
}

/// A character, by her id or by her name.
#[utoipa::path(
    get, path = "/models/{model}", tag = "openai", params(("model" = String, Path, description = "Her id, or her name where one alone has it")),
    responses((status = 200, body = OpenAiModelOut), (status = "default", description = "An error", body = OpenAiErrorOut)),
)]
pub(crate) async fn get_character_model(
    State(state): State<AppState>,
    KeyCaller(key): KeyCaller,
    Path(model): Path<String>,
) -> Result<Json<OpenAiModelOut>, OpenAiError> {
    let found = state.app.completions.find(&key, &model).await;
    Ok(Json(found.map_err(OpenAiError::of_model)?.into()))
}
