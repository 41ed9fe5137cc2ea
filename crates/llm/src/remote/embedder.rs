//! An embedder on another server: OpenAI's `/embeddings`, which vLLM, llama.cpp's server and Ollama have too.

use std::sync::OnceLock;
use std::time::Duration;

use async_trait::async_trait;
use reqwest::{Client, Url};
use serde::Deserialize;
use serde_json::json;

use super::{failure, http};
use crate::vectors::unit;
use crate::{Embedder, EmbedderInfo, ModelError, Urgency};

/// How long an answer may take when somebody waits for it, and when nobody does.
const PATIENCE: [Duration; 2] = [Duration::from_secs(5), Duration::from_secs(60)];

/// How many texts go with one request.
const TEXTS: usize = 64;

/// The longest vector that is taken.
const DIMENSIONS: usize = 8_192;

/// An embedder on another server.
pub struct RemoteEmbedder {
    name: String,
    /// Known from the first answer on.
    dimensions: OnceLock<usize>,
    model: String,
    url: Url,
    key: Option<String>,
    client: Client,
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<Datum>,
}

#[derive(Deserialize)]
struct Datum {
    index: usize,
    embedding: Vec<f32>,
}

impl RemoteEmbedder {
    /// The embedder `model` of the server at `base_url`, known as `name`; nothing is sent yet.
    ///
    /// # Errors
    /// When the address is none.
    pub fn new(base_url: &str, key: Option<String>, model: &str, name: impl Into<String>) -> Result<Self, ModelError> {
        let base = http::base(base_url)?;
        let url = format!("{}/embeddings", base.as_str().trim_end_matches('/'));
        let url = Url::parse(&url).map_err(|_| ModelError::Internal("the address is none".into()))?;
        let (name, model) = (name.into(), model.to_owned());
        Ok(Self { name, dimensions: OnceLock::new(), model, url, key, client: http::client()? })
    }

    async fn ask(&self, texts: &[String], urgency: Urgency) -> Result<Vec<Vec<f32>>, ModelError> {
        let [now, background] = PATIENCE;
        let patience = if urgency == Urgency::Now { now } else { background };
        let body = json!({"model": self.model, "input": texts, "encoding_format": "float"});
        let mut request = self.client.post(self.url.clone()).timeout(patience).json(&body);
        if let Some(key) = &self.key {
            request = request.bearer_auth(key);
        }
        let failed = |error: reqwest::Error| match error.is_timeout() {
            true => ModelError::Timeout("the embedder did not answer in time".into()),
            false => ModelError::Unavailable("the embedder does not answer".into()),
        };
        let response = request.send().await.map_err(failed)?;
        if !response.status().is_success() {
            return Err(failure::of_status(response.status()));
        }
        let answer: Answer = response.json().await.map_err(failed)?;
        in_order(answer.data, texts.len())
    }
}

/// The vectors in the order of their texts, each of length 1.
fn in_order(mut data: Vec<Datum>, texts: usize) -> Result<Vec<Vec<f32>>, ModelError> {
    data.sort_by_key(|datum| datum.index);
    let complete = data.len() == texts && data.iter().enumerate().all(|(at, datum)| datum.index == at);
    let length = data.first().map_or(0, |datum| datum.embedding.len());
    let even = (1..=DIMENSIONS).contains(&length) && data.iter().all(|datum| datum.embedding.len() == length);
    if !complete || !even {
        return Err(ModelError::Unavailable("the embedder did not answer with one vector for each text".into()));
    }
    Ok(data.into_iter().map(|datum| unit(datum.embedding)).collect())
}

#[async_trait]
impl Embedder for RemoteEmbedder {
    fn info(&self) -> EmbedderInfo {
        EmbedderInfo { name: self.name.clone(), dimensions: self.dimensions.get().copied().unwrap_or_default() }
    }

    async fn embed(&self, texts: Vec<String>, urgency: Urgency) -> Result<Vec<Vec<f32>>, ModelError> {
        let mut vectors = Vec::with_capacity(texts.len());
        for texts in texts.chunks(TEXTS) {
            vectors.extend(self.ask(texts, urgency).await?);
        }
        let Some(first) = vectors.first() else { return Ok(vectors) };
        let dimensions = *self.dimensions.get_or_init(|| first.len());
        if vectors.iter().any(|vector| vector.len() != dimensions) {
            return Err(ModelError::Unavailable("the embedder's vectors have another length than before".into()));
        }
        Ok(vectors)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::extract::State;
    use axum::routing::post;
    use axum::{Json, Router};
    use parking_lot::Mutex;
    use serde_json::Value;

    use super::*;

    type Seen = Arc<Mutex<Vec<Value>>>;

    /// A server whose vectors tell the length of each text, given in the wrong order.
    async fn server(dimensions: usize) -> (String, Seen) {
        let seen = Seen::default();
        let answer = move |State(seen): State<Seen>, Json(body): Json<Value>| async move {
            let texts = body["input"].as_array().unwrap().clone();
            seen.lock().push(body);
            let data = texts.iter().enumerate().rev().map(|(index, text)| {
                let mut embedding = vec![0.0; dimensions];
                embedding[text.as_str().unwrap().len() % dimensions] = 3.0;
                json!({"index": index, "embedding": embedding})
            });
            Json(json!({"data": data.collect::<Vec<_>>()}))
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let app = Router::new().route("/v1/embeddings", post(answer)).with_state(Arc::clone(&seen));
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        (url, seen)
    }

    #[tokio::test]
    async fn vectors_come_in_the_order_of_their_texts_and_have_length_one() {
        let (url, seen) = server(4).await;
        let embedder = RemoteEmbedder::new(&url, Some("key".into()), "embed-small", "openai/embed-small").unwrap();
        assert_eq!(embedder.info().dimensions, 0);
        let texts: Vec<String> = (0..70).map(|length| "x".repeat(length)).collect();
        let vectors = embedder.embed(texts, Urgency::Background).await.unwrap();
        for (length, vector) in vectors.iter().enumerate() {
            assert_eq!(vector[length % 4], 1.0);
        }
        let sizes: Vec<usize> = seen.lock().iter().map(|body| body["input"].as_array().unwrap().len()).collect();
        assert_eq!(sizes, [64, 6]);
        assert_eq!(embedder.info(), EmbedderInfo { name: "openai/embed-small".into(), dimensions: 4 });
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_is_no_embedder() {
        let nobody = RemoteEmbedder::new("http://127.0.0.1:9/v1", None, "x", "openai/x").unwrap();
        let refused = nobody.embed(vec!["a".into()], Urgency::Now).await;
        assert!(matches!(refused, Err(ModelError::Unavailable(_))), "{refused:?}");
        assert!(RemoteEmbedder::new("no address", None, "x", "openai/x").is_err());
        assert!(in_order(vec![Datum { index: 1, embedding: vec![1.0] }], 1).is_err());
        assert!(in_order(vec![Datum { index: 0, embedding: vec![] }], 1).is_err());
    }
}
