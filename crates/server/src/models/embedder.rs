//! Who makes vectors: the one that is named, else the one in the models folder, else nobody.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use llm::scripted::ScriptedEmbedder;
use llm::{Embedder, RemoteEmbedder};

use super::folder::Folder;
use super::speakers::provider_url;
use crate::config::ModelsConfig;

/// Who makes vectors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EmbedderChoice {
    /// Nobody: memories are found by their words alone.
    Nobody,
    /// A fixed demonstration, for tests.
    Scripted,
    /// A GGUF file in this process.
    Local(PathBuf),
    /// A model of the provider.
    Provider(String),
    /// A model of the Ollama server.
    Ollama(String),
}

/// The choice of this configuration. It reads the heads of files: call it outside the async runtime.
///
/// # Errors
/// A sentence when the one that is named is not there.
pub fn choice(config: &ModelsConfig) -> Result<EmbedderChoice, String> {
    let found = |file: Option<PathBuf>| file.map_or(EmbedderChoice::Nobody, EmbedderChoice::Local);
    let folder = || Folder::read(&config.folder);
    let Some(named) = config.embedding.as_deref() else {
        let file = if super::embodied::LOCAL { folder().embedder().map(|file| file.path.clone()) } else { None };
        return Ok(found(file));
    };
    if let Some(name) = named.strip_prefix("openai/") {
        return Ok(EmbedderChoice::Provider(name.to_owned()));
    }
    if let Some(name) = named.strip_prefix("ollama/") {
        return Ok(EmbedderChoice::Ollama(name.to_owned()));
    }
    match named {
        "off" => Ok(EmbedderChoice::Nobody),
        "scripted" => Ok(EmbedderChoice::Scripted),
        _ if !super::embodied::LOCAL => {
            Err("TALKER_EMBEDDING_MODEL names a model in this process, but this build runs none there.".to_owned())
        }
        path if Path::new(path).is_file() => Ok(EmbedderChoice::Local(PathBuf::from(path))),
        name => {
            let known = folder();
            let file = known.others.iter().find(|file| file.name() == name || file.name() == format!("local/{name}"));
            let file = file.ok_or_else(|| {
                format!("TALKER_EMBEDDING_MODEL: there is no embedder named {name} in {}.", config.folder.display())
            })?;
            Ok(EmbedderChoice::Local(file.path.clone()))
        }
    }
}

/// The embedder of this configuration.
///
/// # Errors
/// A sentence when the one that is named cannot be had. One that nobody named is left out with a warning.
pub async fn embedder(config: &ModelsConfig) -> Result<Option<Arc<dyn Embedder>>, String> {
    let named = config.embedding.is_some();
    let looked = config.clone();
    let choice = tokio::task::spawn_blocking(move || choice(&looked)).await;
    let choice = choice.map_err(|_| "The embedder could not be looked for.".to_owned())??;
    let remote = |url: Option<String>, key: Option<String>, model: &str, name: String, missing: &str| {
        let url = url.ok_or_else(|| missing.to_owned())?;
        let embedder = RemoteEmbedder::new(&url, key, model, name);
        embedder
            .map(|embedder| Some(Arc::new(embedder) as _))
            .map_err(|error| format!("The embedder cannot be used: {error}."))
    };
    match choice {
        EmbedderChoice::Nobody => Ok(None),
        EmbedderChoice::Scripted => Ok(Some(Arc::new(ScriptedEmbedder::new(256)))),
        EmbedderChoice::Provider(model) => {
            let key = config.openai_api_key.as_ref().map(|key| key.0.clone());
            let missing =
                "TALKER_EMBEDDING_MODEL names a model of a provider: set OPENAI_API_BASE_URL or OPENAI_API_KEY.";
            remote(provider_url(config).map(str::to_owned), key, &model, format!("openai/{model}"), missing)
        }
        EmbedderChoice::Ollama(model) => {
            let url = config.ollama_url.as_ref().map(|url| format!("{}/v1", url.trim_end_matches('/')));
            let missing = "TALKER_EMBEDDING_MODEL names a model of Ollama, but TALKER_OLLAMA_URL is off.";
            remote(url, None, &model, format!("ollama/{model}"), missing)
        }
        EmbedderChoice::Local(path) => match load(path).await {
            Ok(embedder) => Ok(Some(embedder)),
            Err(fault) if named => Err(fault),
            Err(fault) => {
                tracing::warn!(fault, "memories are found by their words alone");
                Ok(None)
            }
        },
    }
}

#[cfg(feature = "local")]
async fn load(path: PathBuf) -> Result<Arc<dyn Embedder>, String> {
    let shown = path.display().to_string();
    let loaded = tokio::task::spawn_blocking(move || llm::LocalEmbedder::load(path)).await;
    let loaded = loaded.map_err(|_| "loading the embedder broke off".to_owned())?;
    loaded
        .map(|embedder| Arc::new(embedder) as _)
        .map_err(|error| format!("The embedder {shown} cannot be loaded: {error}."))
}

#[cfg(not(feature = "local"))]
#[expect(clippy::unused_async, reason = "the other build awaits")]
async fn load(_: PathBuf) -> Result<Arc<dyn Embedder>, String> {
    Err("this build runs no models in its process".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Environment};

    fn config(pairs: &[(&str, &str)]) -> ModelsConfig {
        let pairs = pairs.iter().copied().chain([("TALKER_DATA_DIR", "/nowhere/at/all")]);
        Config::load(&Environment::from_pairs(pairs)).unwrap().models
    }

    #[test]
    fn nobody_is_named_and_nothing_is_there() {
        assert_eq!(choice(&config(&[])), Ok(EmbedderChoice::Nobody));
        assert_eq!(choice(&config(&[("TALKER_EMBEDDING_MODEL", "off")])), Ok(EmbedderChoice::Nobody));
    }

    #[tokio::test]
    async fn a_named_one_is_had_or_it_is_said_what_is_missing() {
        let remote =
            config(&[("TALKER_EMBEDDING_MODEL", "openai/small"), ("OPENAI_API_BASE_URL", "http://127.0.0.1:9/v1")]);
        let found = embedder(&remote).await.unwrap().unwrap();
        assert_eq!(found.info().name, "openai/small");
        let unset = embedder(&config(&[("TALKER_EMBEDDING_MODEL", "openai/small")])).await;
        assert!(unset.is_err_and(|why| why.contains("OPENAI_API_BASE_URL")));
        let missing = embedder(&config(&[("TALKER_EMBEDDING_MODEL", "local/nothing")])).await;
        assert!(missing.is_err_and(|why| why.contains("TALKER_EMBEDDING_MODEL")));
    }
}
