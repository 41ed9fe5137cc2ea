//! The demonstration: a model that says the same words at a fixed pace, for tests and benchmarks of the whole server.

use std::sync::Arc;

use llm::scripted::{Script, ScriptedModel};

use crate::config::ModelsConfig;

const WORDS: &[&str] =
    &["I", "was", "just", "thinking", "of", "you,", "and", "of", "what", "you", "said", "yesterday."];

pub(super) fn model(config: &ModelsConfig) -> ScriptedModel {
    let (tokens, rate) = (config.scripted_tokens, config.scripted_rate);
    let word = Arc::new(|n: u32| {
        let place = usize::try_from(n).unwrap_or_default() % WORDS.len();
        let word = WORDS.get(place).copied().unwrap_or_default();
        if n == 0 { word.to_owned() } else { format!(" {word}") }
    });
    ScriptedModel::new().otherwise(move |_| Script::new().paced(tokens, rate, word.clone()))
}
