//! From the configuration to the models of this server: looks around, decides, and embodies the decision.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::models::{ModelInfo, ModelProvider};
use llm::{ChatModel, ModelError, ModelSource, Models, RemoteOptions, RemoteServer, list_models, ollama_models};

use super::choice::{Choice, Decision, Listed, Surroundings, decide};
use super::folder::{Folder, ModelFile};
use super::lazy::Lazy;
use super::{embodied, preference, scripted};
use crate::config::{Config, ModelsConfig};

/// Where models of OpenAI are, when only a key is given.
const OPENAI: &str = "https://api.openai.com/v1";

/// How long an Ollama server may take to say that it is there.
const OLLAMA_PATIENCE: Duration = Duration::from_millis(300);

/// All that can speak for this configuration. Cloning is cheap.
#[derive(Clone)]
pub struct Speakers {
    config: Arc<ModelsConfig>,
    data_dir: PathBuf,
    provider: Option<RemoteServer>,
    ollama: Option<Ollama>,
}

/// An Ollama server, which counts once it has answered.
#[derive(Clone)]
struct Ollama {
    server: RemoteServer,
    there: Arc<AtomicBool>,
}

impl ModelSource for Ollama {
    fn find(&self, name: &str) -> Option<Arc<dyn ChatModel>> {
        self.server.find(name).filter(|_| self.there.load(Ordering::Relaxed))
    }

    fn list(&self) -> Vec<ModelInfo> {
        self.server.list()
    }
}

impl Speakers {
    /// Those of this configuration; nobody is asked yet.
    ///
    /// # Errors
    /// When an address is none.
    pub fn new(config: &Config) -> Result<Self, ModelError> {
        let models = &config.models;
        let remote = |provider, url: &str, key| {
            let options = RemoteOptions {
                context_tokens: models.remote_context_tokens,
                ..RemoteOptions::new(provider, url, key)
            };
            RemoteServer::new(options)
        };
        let key = models.openai_api_key.as_ref().map(|key| key.0.clone());
        let provider = provider_url(models).map(|url| remote(ModelProvider::OpenAi, url, key)).transpose()?;
        let ollama = models.ollama_url.as_deref().map(|url| remote(ModelProvider::Ollama, url, None)).transpose()?;
        let ollama = ollama.map(|server| Ollama { server, there: Arc::default() });
        Ok(Self { config: Arc::new(models.clone()), data_dir: config.data_dir.clone(), provider, ollama })
    }

    /// The models of the server, and the default among them, which begins to load.
    #[must_use]
    pub fn start(&self) -> (Arc<Models>, Lazy) {
        let speakers = self.clone();
        let default = Lazy::new(
            nobody(),
            Box::new(move |known| {
                let speakers = speakers.clone();
                Box::pin(async move {
                    let decision = decide(&speakers.look_around().await);
                    known.tell(speakers.info(&decision.choice), decision.why.clone());
                    speakers.embody(decision.choice).await
                })
            }),
        );
        default.begin();
        let mut models = Models::new(Arc::new(default.clone()));
        if let Some(provider) = &self.provider {
            models = models.with_source(Arc::new(provider.clone()));
        }
        if let Some(ollama) = &self.ollama {
            models = models.with_source(Arc::new(ollama.clone()));
        }
        if embodied::LOCAL {
            models = models.with_source(Arc::new(embodied::Files::new(Arc::clone(&self.config))));
        }
        (Arc::new(models), default)
    }

    /// Asks everyone there is, and waits for none of them long.
    pub async fn look_around(&self) -> Surroundings {
        let folder = self.config.folder.clone();
        let files = tokio::task::spawn_blocking(move || Folder::read(&folder).chat);
        let (provider, ollama, files) = tokio::join!(self.ask_provider(), self.ask_ollama(), files);
        Surroundings {
            named: self.config.chat.clone(),
            preferred: preference::read(&self.data_dir),
            provider,
            ollama,
            files: files.unwrap_or_default(),
            local: embodied::LOCAL,
        }
    }

    /// Who would speak, and why.
    pub async fn decision(&self) -> Decision {
        decide(&self.look_around().await)
    }

    async fn ask_provider(&self) -> Option<Listed> {
        let (server, url) = (self.provider.as_ref()?, provider_url(&self.config)?);
        let key = self.config.openai_api_key.as_ref().map(|key| key.0.as_str());
        let listed = match list_models(url, key).await {
            Ok(models) => Listed { models, trouble: None },
            Err(error) => Listed { models: Vec::new(), trouble: Some(error.to_string()) },
        };
        server.show(listed.models.clone());
        Some(listed)
    }

    async fn ask_ollama(&self) -> Option<Listed> {
        let (ollama, url) = (self.ollama.as_ref()?, self.config.ollama_url.as_deref()?);
        let models = tokio::time::timeout(OLLAMA_PATIENCE, ollama_models(url)).await.ok()?.ok()?;
        ollama.there.store(true, Ordering::Relaxed);
        ollama.server.show(models.clone());
        Some(Listed { models, trouble: None })
    }

    /// What is known of the choice before it speaks.
    #[must_use]
    pub fn info(&self, choice: &Choice) -> ModelInfo {
        match choice {
            Choice::Scripted => scripted::model(&self.config).info(),
            Choice::Provider(name) => self.provider.as_ref().map_or_else(nobody, |server| server.model(name).info()),
            Choice::Ollama(name) => self.ollama.as_ref().map_or_else(nobody, |ollama| ollama.server.model(name).info()),
            Choice::Local(file) => embodied::info(file, &self.config),
            Choice::Path(path) => {
                ModelFile::open(Path::new(path)).map_or_else(|_| nobody(), |file| embodied::info(&file, &self.config))
            }
            Choice::Nobody(_) => nobody(),
        }
    }

    async fn embody(&self, choice: Choice) -> Result<Arc<dyn ChatModel>, ModelError> {
        let unset = |what: &'static str| ModelError::Unavailable(what.into());
        match choice {
            Choice::Scripted => Ok(Arc::new(scripted::model(&self.config))),
            Choice::Provider(name) => {
                let server = self
                    .provider
                    .as_ref()
                    .ok_or_else(|| unset("no provider is configured: set OPENAI_API_BASE_URL"))?;
                Ok(Arc::new(server.model(&name)))
            }
            Choice::Ollama(name) => {
                let ollama = self.ollama.as_ref().ok_or_else(|| unset("TALKER_OLLAMA_URL is off"))?;
                Ok(Arc::new(ollama.server.model(&name)))
            }
            Choice::Local(file) => embodied::load(*file, &self.config).await,
            Choice::Path(path) => match ModelFile::open(Path::new(&path)) {
                Ok(file) => embodied::load(file, &self.config).await,
                Err(_) => Err(ModelError::UnknownModel(format!("there is no GGUF file at {path}").into())),
            },
            Choice::Nobody(advice) => Err(ModelError::Unavailable(advice.into())),
        }
    }
}

/// Where the configured provider is.
#[must_use]
pub fn provider_url(config: &ModelsConfig) -> Option<&str> {
    config.openai_api_base_url.as_deref().or_else(|| config.openai_api_key.as_ref().map(|_| OPENAI))
}

fn nobody() -> ModelInfo {
    ModelInfo {
        name: "none".to_owned(),
        label: "No model".to_owned(),
        provider: ModelProvider::Local,
        context_tokens: 4096,
        tiny: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Environment;
    use crate::models::lazy::Phase;

    fn speakers(pairs: &[(&str, &str)]) -> (tempfile::TempDir, Speakers) {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().to_string_lossy().into_owned();
        let pairs = pairs.iter().copied().chain([("TALKER_DATA_DIR", data.as_str()), ("TALKER_OLLAMA_URL", "off")]);
        let config = Config::load(&Environment::from_pairs(pairs)).unwrap();
        (folder, Speakers::new(&config).unwrap())
    }

    #[tokio::test]
    async fn with_nothing_there_it_is_said_what_to_do() {
        let (_folder, speakers) = speakers(&[]);
        let (models, default) = speakers.start();
        let Phase::Failed(why) = default.settled().await else { panic!("nobody should speak") };
        assert!(why.contains("talker models pull"), "{why}");
        assert_eq!(models.default_model().info().name, "none");
    }

    #[tokio::test]
    async fn the_demonstration_speaks_when_named() {
        let (_folder, speakers) = speakers(&[("TALKER_CHAT_MODEL", "scripted")]);
        let (models, default) = speakers.start();
        assert_eq!(default.settled().await, Phase::Ready);
        assert_eq!(models.default_model().info().name, "scripted/model");
        assert!(models.find("scripted/model").is_some());
    }

    #[tokio::test]
    async fn a_provider_that_does_not_answer_can_still_be_named() {
        let (_folder, speakers) =
            speakers(&[("OPENAI_API_BASE_URL", "http://127.0.0.1:9/v1"), ("TALKER_CHAT_MODEL", "far/one")]);
        let (models, default) = speakers.start();
        assert_eq!(default.settled().await, Phase::Ready);
        assert_eq!(models.default_model().info().name, "openai/far/one");
        assert!(models.find("openai/far/two").is_some());
    }
}
