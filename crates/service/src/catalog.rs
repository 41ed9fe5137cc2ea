//! Models that can be chosen, and which one speaks where nothing was chosen.

use std::sync::Arc;

use domain::models::ModelInfo;
use llm::{ChatModel, Models};

use crate::{ServiceError, ServiceResult};

/// The models of this server.
#[derive(Clone)]
pub struct Catalog {
    models: Arc<Models>,
}

impl Catalog {
    /// A catalog of `models`.
    #[must_use]
    pub fn new(models: Arc<Models>) -> Self {
        Self { models }
    }

    /// The model that speaks where nothing was chosen.
    #[must_use]
    pub fn default_model(&self) -> ModelInfo {
        self.models.default_model().info()
    }

    /// All models that can be chosen.
    #[must_use]
    pub fn list(&self) -> Vec<ModelInfo> {
        self.models.list()
    }

    /// Makes a model the one that speaks where nothing was chosen.
    pub(crate) fn use_default(&self, name: &str) -> ServiceResult<ModelInfo> {
        match self.models.use_default(name) {
            Ok(()) => Ok(self.default_model()),
            Err(_) => self.check("name", name).map(|()| self.default_model()),
        }
    }

    /// The first of the `wanted` that there is, else the default.
    pub(crate) fn choose<'a>(&self, wanted: impl IntoIterator<Item = Option<&'a str>>) -> Arc<dyn ChatModel> {
        wanted
            .into_iter()
            .flatten()
            .find_map(|name| self.models.find(name))
            .unwrap_or_else(|| self.models.default_model())
    }

    /// Fails when there is no model of this name.
    pub(crate) fn check(&self, field: &str, name: &str) -> ServiceResult<()> {
        match self.models.find(name) {
            Some(_) => Ok(()),
            None => Err(ServiceError::Invalid(vec![domain::validation::FieldError::new(
                field,
                "is not a model of this server",
            )])),
        }
    }
}
