//! Models that can be chosen.

use axum::Json;
use axum::extract::State;
use domain::models::{ModelInfo, ModelProvider};
use serde::Serialize;
use service::catalog::Catalog;
use utoipa::ToSchema;

use crate::AppState;
use crate::caller::Caller;
use crate::wire::WireModelProvider;

/// A model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ModelOut {
    /// The name by which it is chosen.
    name: String,
    /// The name shown to people.
    label: String,
    /// Who runs it.
    #[schema(value_type = WireModelProvider)]
    provider: ModelProvider,
    /// How many tokens of prompt and reply fit.
    context_tokens: u32,
    /// True for the built-in model that proves the path and no more.
    tiny: bool,
}

impl From<ModelInfo> for ModelOut {
    fn from(info: ModelInfo) -> Self {
        let ModelInfo { name, label, provider, context_tokens, tiny } = info;
        Self { name, label, provider, context_tokens, tiny }
    }
}

/// The models of this server.
#[derive(Debug, Serialize, ToSchema)]
pub struct ModelsOut {
    /// The name of the one that speaks where nothing was chosen.
    default: String,
    /// Those worth showing; a provider may serve others by name.
    items: Vec<ModelOut>,
}

/// The models that can be chosen.
#[utoipa::path(get, path = "/models", tag = "models", responses((status = 200, body = ModelsOut)))]
pub(crate) async fn list_models(State(state): State<AppState>, _: Caller) -> Json<ModelsOut> {
    Json(models_out(&state.app.catalog))
}

/// The models of a catalog.
pub(crate) fn models_out(catalog: &Catalog) -> ModelsOut {
    ModelsOut { default: catalog.default_model().name, items: catalog.list().into_iter().map(ModelOut::from).collect() }
}
