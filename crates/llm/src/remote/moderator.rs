//! A moderation model on another server: OpenAI's `/moderations`, which LiteLLM and others have too.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use domain::moderation::Harm;
use reqwest::{Client, Url};
use serde::Deserialize;
use serde_json::json;

use super::{failure, http};
use crate::{ModelError, Moderator};

/// How long somebody who waits for words may wait for this.
const PATIENCE: Duration = Duration::from_secs(4);

/// A moderation model on another server.
pub struct RemoteModerator {
    model: Option<String>,
    url: Url,
    key: Option<String>,
    client: Client,
}

#[derive(Deserialize)]
struct Answer {
    results: Vec<Judged>,
}

#[derive(Deserialize)]
struct Judged {
    #[serde(default)]
    categories: BTreeMap<String, Option<bool>>,
}

impl RemoteModerator {
    /// The moderation of the server at `base_url`, by this model or by the server's own choice; nothing is sent yet.
    ///
    /// # Errors
    /// When the address is none.
    pub fn new(base_url: &str, key: Option<String>, model: Option<String>) -> Result<Self, ModelError> {
        let base = http::base(base_url)?;
        let url = format!("{}/moderations", base.as_str().trim_end_matches('/'));
        let url = Url::parse(&url).map_err(|_| ModelError::Internal("the address is none".into()))?;
        Ok(Self { model, url, key, client: http::client()? })
    }
}

/// What a category says is wrong; `hate/threatening` is hate.
fn harm(category: &str) -> Option<Harm> {
    if category == "sexual/minors" {
        return Some(Harm::SexualMinors);
    }
    match category.split('/').next().unwrap_or_default() {
        "sexual" => Some(Harm::Sexual),
        "hate" => Some(Harm::Hate),
        "harassment" => Some(Harm::Harassment),
        "self-harm" | "self_harm" => Some(Harm::SelfHarm),
        "violence" => Some(Harm::Violence),
        "illicit" => Some(Harm::Illicit),
        _ => None,
    }
}

#[async_trait]
impl Moderator for RemoteModerator {
    async fn judge(&self, text: &str) -> Result<Vec<Harm>, ModelError> {
        let body = match &self.model {
            Some(model) => json!({"input": text, "model": model}),
            None => json!({"input": text}),
        };
        let mut request = self.client.post(self.url.clone()).timeout(PATIENCE).json(&body);
        if let Some(key) = &self.key {
            request = request.bearer_auth(key);
        }
        let failed = |error: reqwest::Error| match error.is_timeout() {
            true => ModelError::Timeout("the moderation did not answer in time".into()),
            false => ModelError::Unavailable("the moderation does not answer".into()),
        };
        let response = request.send().await.map_err(failed)?;
        if !response.status().is_success() {
            return Err(failure::of_status(response.status()));
        }
        let answer: Answer = response.json().await.map_err(failed)?;
        if answer.results.is_empty() {
            return Err(ModelError::Unavailable("the moderation said nothing".into()));
        }
        let found = answer.results.into_iter().flat_map(|judged| judged.categories);
        Ok(found.filter(|(_, is_so)| *is_so == Some(true)).filter_map(|(category, _)| harm(&category)).collect())
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, StatusCode};
    use axum::routing::post;
    use axum::{Json, Router};
    use serde_json::Value;

    use super::*;

    async fn server() -> String {
        let answer = async |headers: HeaderMap, Json(body): Json<Value>| {
            if headers.get("authorization").is_none_or(|key| key != "Bearer key") {
                return (StatusCode::UNAUTHORIZED, Json(json!({})));
            }
            let text = body["input"].as_str().unwrap();
            let results = match text {
                "nothing" => json!([]),
                text => json!([{"flagged": true, "categories": {
                    "sexual/minors": text.contains("young"), "hate/threatening": text.contains("hate"),
                    "illicit": null, "something-new": true, "self-harm/intent": text.contains("harm"),
                }}]),
            };
            (StatusCode::OK, Json(json!({"id": "modr-1", "model": body["model"], "results": results})))
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1/", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, Router::new().route("/v1/moderations", post(answer))).await });
        url
    }

    #[tokio::test]
    async fn what_is_wrong_is_told_by_the_names_of_this_server() {
        let url = server().await;
        let moderator = RemoteModerator::new(&url, Some("key".into()), Some("omni".into())).unwrap();
        assert_eq!(moderator.judge("a calm sea").await, Ok(vec![]));
        assert_eq!(moderator.judge("young hate harm").await, Ok(vec![Harm::Hate, Harm::SelfHarm, Harm::SexualMinors]));
    }

    #[tokio::test]
    async fn what_cannot_be_asked_is_an_error() {
        let url = server().await;
        let stranger = RemoteModerator::new(&url, None, None).unwrap();
        assert!(stranger.judge("a calm sea").await.is_err());
        let known = RemoteModerator::new(&url, Some("key".into()), None).unwrap();
        assert!(matches!(known.judge("nothing").await, Err(ModelError::Unavailable(_))));
        let nobody = RemoteModerator::new("http://127.0.0.1:9/v1", None, None).unwrap();
        assert!(matches!(nobody.judge("x").await, Err(ModelError::Unavailable(_))));
        assert!(RemoteModerator::new("no address", None, None).is_err());
    }
}
