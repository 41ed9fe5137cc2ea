//! Which models a server has: asked once, at the start, and not waited for long.

use std::time::Duration;

use serde_json::Value;

use super::{failure, http};
use crate::ModelError;

const PATIENCE: Duration = Duration::from_secs(1);

/// The names of the models behind an OpenAI-compatible address.
///
/// # Errors
/// When it does not answer within a second, or not with a list.
pub async fn list_models(base_url: &str, api_key: Option<&str>) -> Result<Vec<String>, ModelError> {
    names(base_url, "/models", api_key, "data", "id").await
}

/// The names of the models that an Ollama server has.
///
/// # Errors
/// When it does not answer within a second, or not with a list.
pub async fn ollama_models(base_url: &str) -> Result<Vec<String>, ModelError> {
    names(base_url, "/api/tags", None, "models", "name").await
}

async fn names(
    base_url: &str,
    path: &str,
    key: Option<&str>,
    list: &str,
    name: &str,
) -> Result<Vec<String>, ModelError> {
    let url = format!("{}{path}", http::base(base_url)?.as_str().trim_end_matches('/'));
    let mut request = http::client()?.get(url).timeout(PATIENCE);
    if let Some(key) = key {
        request = request.bearer_auth(key);
    }
    let failed = |error: reqwest::Error| match error.is_timeout() {
        true => ModelError::Timeout("the server did not answer within a second".into()),
        false => ModelError::Unavailable("the server does not answer".into()),
    };
    let response = request.send().await.map_err(failed)?;
    if !response.status().is_success() {
        return Err(failure::of_status(response.status()));
    }
    let body: Value = response.json().await.map_err(failed)?;
    let models = body.get(list).and_then(Value::as_array);
    let models =
        models.ok_or_else(|| ModelError::Unavailable("the server answered without a list of models".into()))?;
    Ok(models.iter().filter_map(|model| model.get(name)?.as_str()).map(str::to_owned).collect())
}
