//! The chat models of a server by name, and which of them speaks when none is named.
//!
//! Models in this process are known one by one; a provider may serve any name, so it is asked through [`ModelSource`].

use std::sync::Arc;

use domain::models::ModelInfo;
use parking_lot::RwLock;

use crate::{ChatModel, ModelError};

/// Where models come from that nobody has listed in full.
pub trait ModelSource: Send + Sync {
    /// The model of that name, when this source serves it. Cheap: it asks nobody.
    fn find(&self, name: &str) -> Option<Arc<dyn ChatModel>>;

    /// Those that are worth showing.
    fn list(&self) -> Vec<ModelInfo>;
}

/// The chat models of a server.
pub struct Models {
    default: RwLock<Arc<dyn ChatModel>>,
    models: Vec<Arc<dyn ChatModel>>,
    sources: Vec<Arc<dyn ModelSource>>,
}

impl Models {
    /// One model, which is the default.
    #[must_use]
    pub fn new(default: Arc<dyn ChatModel>) -> Self {
        Self { models: vec![Arc::clone(&default)], default: RwLock::new(default), sources: Vec::new() }
    }

    /// These and one more; of two with one name the later is found.
    #[must_use]
    pub fn with(mut self, model: Arc<dyn ChatModel>) -> Self {
        let name = model.info().name;
        self.models.retain(|known| known.info().name != name);
        self.models.push(model);
        self
    }

    /// These and what a source serves.
    #[must_use]
    pub fn with_source(mut self, source: Arc<dyn ModelSource>) -> Self {
        self.sources.push(source);
        self
    }

    /// Who speaks when none is named.
    #[must_use]
    pub fn default_model(&self) -> Arc<dyn ChatModel> {
        Arc::clone(&self.default.read())
    }

    /// The model of that name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<Arc<dyn ChatModel>> {
        let listed = self.models.iter().find(|model| model.info().name == name).cloned();
        listed.or_else(|| self.sources.iter().find_map(|source| source.find(name)))
    }

    /// Makes the model of that name the default, from the next reply on.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn use_default(&self, name: &str) -> Result<(), ModelError> {
        let model =
            self.find(name).ok_or_else(|| ModelError::UnknownModel("no model of that name is served here".into()))?;
        *self.default.write() = model;
        Ok(())
    }

    /// All that are known by name, the default first, each name once.
    #[must_use]
    pub fn list(&self) -> Vec<ModelInfo> {
        let mut infos = vec![self.default_model().info()];
        let others = self.models.iter().map(|model| model.info());
        for info in others.chain(self.sources.iter().flat_map(|source| source.list())) {
            if infos.iter().all(|known| known.name != info.name) {
                infos.push(info);
            }
        }
        infos
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scripted::ScriptedModel;

    struct AnyOf(&'static str);

    impl ModelSource for AnyOf {
        fn find(&self, name: &str) -> Option<Arc<dyn ChatModel>> {
            name.starts_with(self.0).then(|| Arc::new(ScriptedModel::named(name)) as Arc<dyn ChatModel>)
        }

        fn list(&self) -> Vec<ModelInfo> {
            vec![ScriptedModel::named("far/one").info()]
        }
    }

    fn names(models: &Models) -> Vec<String> {
        models.list().into_iter().map(|info| info.name).collect()
    }

    #[test]
    fn the_default_can_be_changed_to_any_name_that_is_found() {
        let models = Models::new(Arc::new(ScriptedModel::named("a")))
            .with(Arc::new(ScriptedModel::named("b")))
            .with_source(Arc::new(AnyOf("far/")));
        assert_eq!(models.default_model().info().name, "a");
        assert_eq!(names(&models), ["a", "b", "far/one"]);
        models.use_default("far/two").unwrap();
        assert_eq!(names(&models), ["far/two", "a", "b", "far/one"]);
        assert!(matches!(models.use_default("nowhere"), Err(ModelError::UnknownModel(_))));
        assert_eq!(models.default_model().info().name, "far/two");
        assert!(models.find("b").is_some());
        assert!(models.find("c").is_none());
    }
}
