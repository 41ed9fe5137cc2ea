//! `talker embed`: the embedder by itself, to see that it works and how fast it is, or to measure with.

use std::process::ExitCode;
use std::time::Instant;

use llm::Urgency;
use serde::Serialize;
use tokio::io::{AsyncBufReadExt, BufReader};

use super::Outcome;
use crate::config::Config;
use crate::models::embedder;
use crate::terminal::say;
use crate::wire_up::StartError;

/// One line of the output.
#[derive(Serialize)]
struct Embedded {
    /// The embedder's name.
    model: String,
    /// How long it took, in microseconds.
    micros: u128,
    /// One vector for each text, in order.
    vectors: Vec<Vec<f32>>,
}

pub(super) async fn embed(config: &Config) -> Outcome {
    let embedder = embedder(&config.models).await.map_err(StartError)?;
    let embedder = embedder.ok_or_else(|| {
        StartError(
            "There is no embedder: put one into the models folder, or name one in TALKER_EMBEDDING_MODEL.".into(),
        )
    })?;
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let unread = |error: std::io::Error| StartError(format!("The input cannot be read: {error}."));
    while let Some(line) = lines.next_line().await.map_err(unread)? {
        let texts: Vec<String> = serde_json::from_str(&line)
            .map_err(|_| StartError("A line of the input is no JSON list of texts.".into()))?;
        let began = Instant::now();
        let vectors = embedder.embed(texts, Urgency::Now).await;
        let vectors = vectors.map_err(|error| StartError(format!("The embedder failed: {error}.")))?;
        let embedded = Embedded { model: embedder.info().name, micros: began.elapsed().as_micros(), vectors };
        let line = serde_json::to_string(&embedded).map_err(|error| StartError(error.to_string()))?;
        say(line);
    }
    Ok(ExitCode::SUCCESS)
}
