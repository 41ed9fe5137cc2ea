//! API keys of the caller: for programs that talk with characters by [`crate::openai`], and for nothing else.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use domain::api_keys::{ApiKey, ApiKeyPatch, ApiKeyScope};
use domain::ids::{ApiKeyId, CharacterId};
use serde::{Deserialize, Serialize};
use service::api_keys::{MadeApiKey, NewApiKey};
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::AppState;
use crate::caller::Caller;
use crate::extract::{ApiJson, ApiPath};
use crate::page::PageOut;
use crate::problem::Problem;
use crate::wire::{WireApiKeyId, WireApiKeyScope, WireCharacterId, present};

/// A key, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiKeyOut {
    #[schema(value_type = WireApiKeyId)]
    id: ApiKeyId,
    /// What it is for.
    name: String,
    /// How the key begins.
    hint: String,
    /// What it is good for.
    #[schema(value_type = Vec<WireApiKeyScope>)]
    scopes: Vec<ApiKeyScope>,
    /// With whom it talks; null is everybody whom the person may talk to.
    #[schema(value_type = Option<Vec<WireCharacterId>>, required)]
    characters: Option<Vec<CharacterId>>,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    /// When it ends by itself.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    expires_at: Option<OffsetDateTime>,
    /// When it was last shown, to the hour.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schema(required)]
    last_used_at: Option<OffsetDateTime>,
}

impl From<ApiKey> for ApiKeyOut {
    fn from(key: ApiKey) -> Self {
        let ApiKey { id, name, hint, scopes, characters, created_at, expires_at, last_used_at, user_id: _ } = key;
        Self { id, name, hint, scopes, characters, created_at, expires_at, last_used_at }
    }
}

/// A key that was just made.
#[derive(Serialize, ToSchema)]
pub struct MadeApiKeyOut {
    /// The key itself. It is told this once: what is kept is a hash of it.
    secret: String,
    /// What lists show of it.
    key: ApiKeyOut,
}

/// What a key is wanted for.
#[derive(Deserialize, ToSchema)]
pub struct ApiKeyIn {
    /// What it is for, in a line.
    #[schema(min_length = 1, max_length = 80)]
    name: String,
    /// What it is good for; `chat` and `recall` if absent.
    #[serde(default = "usual_scopes")]
    #[schema(value_type = Vec<WireApiKeyScope>, required = false)]
    scopes: Vec<ApiKeyScope>,
    /// With whom it talks, at most 32; everybody if absent or null.
    #[schema(value_type = Option<Vec<WireCharacterId>>)]
    characters: Option<Vec<CharacterId>>,
    /// When it ends by itself; never if absent or null.
    #[serde(default, with = "time::serde::rfc3339::option")]
    expires_at: Option<OffsetDateTime>,
}

fn usual_scopes() -> Vec<ApiKeyScope> {
    vec![ApiKeyScope::Chat, ApiKeyScope::Recall]
}

/// What is changed about a key; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[schema(as = ApiKeyPatch)]
pub struct ApiKeyPatchIn {
    /// What it is for, in a line.
    #[schema(min_length = 1, max_length = 80)]
    name: Option<String>,
    /// What it is good for.
    #[schema(value_type = Option<Vec<WireApiKeyScope>>)]
    scopes: Option<Vec<ApiKeyScope>>,
    /// With whom it talks; null is everybody.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Vec<WireCharacterId>>)]
    characters: Option<Option<Vec<CharacterId>>>,
    /// When it ends by itself; null is never.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Option<Time>>,
}

/// A time in a patch.
#[derive(Deserialize)]
struct Time(#[serde(with = "time::serde::rfc3339")] OffsetDateTime);

// The macro of routes takes a plain name only.
type ApiKeyPage = PageOut<ApiKeyOut>;

/// The caller's API keys, the newest first.
#[utoipa::path(get, path = "/api-keys", tag = "api_keys", responses((status = 200, body = ApiKeyPage)))]
pub(crate) async fn list_api_keys(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<Json<PageOut<ApiKeyOut>>, Problem> {
    let keys = state.app.api_keys.list(caller.user_id).await?;
    Ok(Json(PageOut::whole(keys.into_iter().map(ApiKeyOut::from).collect())))
}

/// Makes an API key.
#[utoipa::path(post, path = "/api-keys", tag = "api_keys", request_body = ApiKeyIn, responses((status = 201, body = MadeApiKeyOut)))]
pub(crate) async fn create_api_key(
    State(state): State<AppState>,
    caller: Caller,
    ApiJson(body): ApiJson<ApiKeyIn>,
) -> Result<(StatusCode, Json<MadeApiKeyOut>), Problem> {
    let ApiKeyIn { name, scopes, characters, expires_at } = body;
    let wanted = NewApiKey { name, scopes, characters, expires_at };
    let MadeApiKey { key, secret } = state.app.api_keys.create(caller.user_id, wanted).await?;
    Ok((StatusCode::CREATED, Json(MadeApiKeyOut { secret, key: key.into() })))
}

/// Changes name, scopes, characters or end of an API key.
#[utoipa::path(
    patch, path = "/api-keys/{api_key_id}", tag = "api_keys", request_body = ApiKeyPatchIn,
    params(("api_key_id" = WireApiKeyId, Path)), responses((status = 200, body = ApiKeyOut)),
)]
pub(crate) async fn update_api_key(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<ApiKeyId>,
    ApiJson(body): ApiJson<ApiKeyPatchIn>,
) -> Result<Json<ApiKeyOut>, Problem> {
    let ApiKeyPatchIn { name, scopes, characters, expires_at } = body;
    let expires_at = expires_at.map(|end| end.map(|Time(end)| end));
    let patch = ApiKeyPatch { name, scopes, characters, expires_at };
    Ok(Json(state.app.api_keys.update(caller.user_id, id, patch).await?.into()))
}

/// Revokes an API key: it opens nothing from now on.
#[utoipa::path(
    delete, path = "/api-keys/{api_key_id}", tag = "api_keys",
    params(("api_key_id" = WireApiKeyId, Path)), responses((status = 204)),
)]
pub(crate) async fn revoke_api_key(
    State(state): State<AppState>,
    caller: Caller,
    ApiPath(id): ApiPath<ApiKeyId>,
) -> Result<StatusCode, Problem> {
    state.app.api_keys.revoke(caller.user_id, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
