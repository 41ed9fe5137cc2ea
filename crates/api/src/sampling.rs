//! How a model chooses its words, on the wire.

use domain::sampling::Sampling;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a model chooses its words; what is absent is the model's own default.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = Sampling)]
pub struct SamplingBody {
    /// Randomness; 0 always takes the most likely token.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 2)]
    temperature: Option<f32>,
    /// Nucleus: the share of probability to choose from, above 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(exclusive_minimum = 0, maximum = 1)]
    top_p: Option<f32>,
    /// Choose among this many most likely tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1000)]
    top_k: Option<u32>,
    /// Leave out tokens less likely than this share of the likeliest.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1)]
    min_p: Option<f32>,
    /// Above 1, words already written become less likely.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0.5, maximum = 2)]
    repeat_penalty: Option<f32>,
    /// Less likely by how often a word stands already.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -2, maximum = 2)]
    frequency_penalty: Option<f32>,
    /// Less likely when a word stands already.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -2, maximum = 2)]
    presence_penalty: Option<f32>,
    /// The longest reply in tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 8192)]
    max_tokens: Option<u32>,
    /// The same seed and prompt give the same reply where the provider keeps that promise.
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u32>,
    /// Up to 8 texts that end the reply and are not part of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 8)]
    stop: Vec<String>,
}

// Field by field and without `..`, so that a new one cannot be forgotten.
impl From<Sampling> for SamplingBody {
    fn from(sampling: Sampling) -> Self {
        let Sampling {
            temperature,
            top_p,
            top_k,
            min_p,
            repeat_penalty,
            frequency_penalty,
            presence_penalty,
            max_tokens,
            seed,
            stop,
        } = sampling;
        Self {
            temperature,
            top_p,
            top_k,
            min_p,
            repeat_penalty,
            frequency_penalty,
            presence_penalty,
            max_tokens,
            seed,
            stop,
        }
    }
}

impl From<SamplingBody> for Sampling {
    fn from(body: SamplingBody) -> Self {
        let SamplingBody {
            temperature,
            top_p,
            top_k,
            min_p,
            repeat_penalty,
            frequency_penalty,
            presence_penalty,
            max_tokens,
            seed,
            stop,
        } = body;
        Self {
            temperature,
            top_p,
            top_k,
            min_p,
            repeat_penalty,
            frequency_penalty,
            presence_penalty,
            max_tokens,
            seed,
            stop,
        }
    }
}
