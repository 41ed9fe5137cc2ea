//! Models in this process: the files of the models folder, each loaded when it is first wanted.
//!
//! Built without the feature `local` this says so and does nothing else.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::models::{ModelInfo, ModelProvider};
use llm::{ChatModel, ModelError, ModelSource};
use parking_lot::Mutex;

use super::folder::{Folder, ModelFile};
use super::lazy::Lazy;
use crate::config::ModelsConfig;

/// Whether this build runs models in its process.
pub const LOCAL: bool = cfg!(feature = "local");

/// Models beside the default that are kept loaded: each takes the memory of its whole file.
const KEPT: usize = 2;

/// How long what was seen in the folder is believed.
const SEEN: Duration = Duration::from_secs(5);

/// What is known of a file before it is loaded.
pub(super) fn info(file: &ModelFile, config: &ModelsConfig) -> ModelInfo {
    let trained = u32::try_from(file.head.context).unwrap_or(u32::MAX);
    let context_tokens =
        if trained == 0 { config.local_context_tokens } else { config.local_context_tokens.min(trained) };
    ModelInfo {
        name: file.name(),
        label: file.label(),
        provider: ModelProvider::Local,
        context_tokens,
        tiny: file.tiny(),
    }
}

/// Loads a file, off the async runtime.
#[cfg(feature = "local")]
pub(super) async fn load(file: ModelFile, config: &ModelsConfig) -> Result<Arc<dyn ChatModel>, ModelError> {
    let options = llm::LocalOptions {
        label: file.label(),
        tiny: file.tiny(),
        context_tokens: config.local_context_tokens,
        slots: config.local_slots,
        threads: config.local_threads,
        ..llm::LocalOptions::default()
    };
    let loading = tokio::task::spawn_blocking(move || llm::LocalModel::load(&file.path, options));
    let model = loading.await.map_err(|_| ModelError::Internal("loading the model broke off".into()))??;
    Ok(Arc::new(model))
}

#[cfg(not(feature = "local"))]
#[expect(clippy::unused_async, reason = "the other build awaits")]
pub(super) async fn load(_: ModelFile, _: &ModelsConfig) -> Result<Arc<dyn ChatModel>, ModelError> {
    Err(ModelError::Unavailable("this build runs no models in its process".into()))
}

/// The files of the models folder as a source of models.
pub(super) struct Files {
    config: Arc<ModelsConfig>,
    seen: Mutex<Option<(Instant, Folder)>>,
    loaded: Mutex<VecDeque<(String, Lazy)>>,
}

impl Files {
    pub(super) fn new(config: Arc<ModelsConfig>) -> Self {
        Self { config, seen: Mutex::default(), loaded: Mutex::default() }
    }

    fn files(&self) -> Vec<ModelFile> {
        let mut seen = self.seen.lock();
        match seen.as_ref().filter(|(at, _)| at.elapsed() < SEEN) {
            Some((_, folder)) => folder.chat.clone(),
            None => {
                let folder = Folder::read(&self.config.folder);
                let files = folder.chat.clone();
                *seen = Some((Instant::now(), folder));
                files
            }
        }
    }
}

impl ModelSource for Files {
    fn find(&self, name: &str) -> Option<Arc<dyn ChatModel>> {
        if !name.starts_with("local/") {
            return None;
        }
        let file = self.files().into_iter().find(|file| file.name() == name)?;
        let mut loaded = self.loaded.lock();
        if let Some((_, lazy)) = loaded.iter().find(|(known, _)| known == name) {
            return Some(Arc::new(lazy.clone()));
        }
        let (info, config) = (info(&file, &self.config), Arc::clone(&self.config));
        let lazy = Lazy::new(
            info,
            Box::new(move |_| {
                let (file, config) = (file.clone(), Arc::clone(&config));
                Box::pin(async move { load(file, &config).await })
            }),
        );
        // Whoever is still writing with the one that goes keeps it until they are done.
        loaded.truncate(KEPT - 1);
        loaded.push_front((name.to_owned(), lazy.clone()));
        Some(Arc::new(lazy))
    }

    fn list(&self) -> Vec<ModelInfo> {
        self.files().iter().map(|file| info(file, &self.config)).collect()
    }
}
