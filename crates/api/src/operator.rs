//! The operator's page: which model speaks. An admin may do the same without the key, see [`crate::admin`]. The key stands in the data folder and is shown where the server was started.

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use domain::audit::Actor;
use serde::Deserialize;
use service::audit::Acting;
use utoipa::ToSchema;

use crate::AppState;
use crate::admin::acting;
use crate::caller::bearer;
use crate::extract::ApiJson;
use crate::models::{ModelsOut, models_out};
use crate::problem::{Problem, ProblemCode};

/// Whoever shows the operator's key (`Authorization: Bearer <key>`).
pub(crate) struct Operator(pub(crate) Acting);

impl FromRequestParts<AppState> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let key = bearer(&parts.headers).ok_or(Problem::new(ProblemCode::Unauthenticated))?;
        state.app.operator.authenticate(key)?;
        let acting = acting(parts, state, Actor::OperatorKey).await;
        state.app.operator.note_key(&acting).await;
        Ok(Self(acting))
    }
}

/// The model that is to speak.
#[derive(Deserialize, ToSchema)]
pub struct DefaultModelIn {
    /// Its name, of those that are listed or that a provider serves.
    #[schema(max_length = 200)]
    pub(crate) name: String,
}

/// The models that the operator can let speak.
#[utoipa::path(get, path = "/operator/models", tag = "operator", responses((status = 200, body = ModelsOut)))]
pub(crate) async fn list_operator_models(State(state): State<AppState>, _: Operator) -> Json<ModelsOut> {
    Json(models_out(&state.app.catalog))
}

/// Lets another model speak where nothing was chosen: at once, and after a restart.
#[utoipa::path(put, path = "/operator/models/default", tag = "operator", request_body = DefaultModelIn, responses((status = 200, body = ModelsOut)))]
pub(crate) async fn set_default_model(
    State(state): State<AppState>,
    Operator(acting): Operator,
    ApiJson(choice): ApiJson<DefaultModelIn>,
) -> Result<Json<ModelsOut>, Problem> {
    state.app.operator.use_model(&acting, &choice.name).await?;
    Ok(Json(models_out(&state.app.catalog)))
}
