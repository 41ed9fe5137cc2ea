//! How a model chooses its words. Every value is optional: what is absent is the model's own default.

use serde::{Deserialize, Serialize};

use crate::limits;
use crate::validation::FieldError;

/// Sampling settings of a session, a character or a request.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sampling {
    /// Randomness, 0 to 2; 0 always takes the most likely token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f32>,
    /// Nucleus: the share of probability to choose from, above 0 up to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_p: Option<f32>,
    /// Choose among this many most likely tokens, 1 to 1000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top_k: Option<u32>,
    /// Leave out tokens less likely than this share of the likeliest, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_p: Option<f32>,
    /// Above 1, words already written become less likely; 0.5 to 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeat_penalty: Option<f32>,
    /// Less likely by how often a word stands already, -2 to 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frequency_penalty: Option<f32>,
    /// Less likely when a word stands already, -2 to 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub presence_penalty: Option<f32>,
    /// The longest reply in tokens, 1 to 8192.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_tokens: Option<u32>,
    /// The same seed and prompt give the same reply where the provider keeps that promise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u32>,
    /// Texts that end the reply and are not part of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stop: Vec<String>,
}

impl Sampling {
    /// These settings, and those of `base` where these say nothing.
    #[must_use]
    pub fn over(self, base: &Self) -> Self {
        Self {
            temperature: self.temperature.or(base.temperature),
            top_p: self.top_p.or(base.top_p),
            top_k: self.top_k.or(base.top_k),
            min_p: self.min_p.or(base.min_p),
            repeat_penalty: self.repeat_penalty.or(base.repeat_penalty),
            frequency_penalty: self.frequency_penalty.or(base.frequency_penalty),
            presence_penalty: self.presence_penalty.or(base.presence_penalty),
            max_tokens: self.max_tokens.or(base.max_tokens),
            seed: self.seed.or(base.seed),
            stop: if self.stop.is_empty() { base.stop.clone() } else { self.stop },
        }
    }

    /// The settings, when every value is in its range.
    ///
    /// # Errors
    /// The first field that is not.
    pub fn checked(self) -> Result<Self, FieldError> {
        within("temperature", self.temperature, 0.0, 2.0)?;
        if self.top_p.is_some_and(|p| p <= 0.0) {
            return Err(FieldError::new("sampling.top_p", "must be above 0 and at most 1"));
        }
        within("top_p", self.top_p, 0.0, 1.0)?;
        within("min_p", self.min_p, 0.0, 1.0)?;
        within("repeat_penalty", self.repeat_penalty, 0.5, 2.0)?;
        within("frequency_penalty", self.frequency_penalty, -2.0, 2.0)?;
        within("presence_penalty", self.presence_penalty, -2.0, 2.0)?;
        if self.top_k.is_some_and(|k| !(1..=1000).contains(&k)) {
            return Err(FieldError::new("sampling.top_k", "must be between 1 and 1000"));
        }
        if self.max_tokens.is_some_and(|n| !(1..=8192).contains(&n)) {
            return Err(FieldError::new("sampling.max_tokens", "must be between 1 and 8192"));
        }
        let fits = |stop: &String| !stop.is_empty() && stop.chars().count() <= limits::STOP_STRING;
        if self.stop.len() > limits::STOP_STRINGS || !self.stop.iter().all(fits) {
            return Err(FieldError::new("sampling.stop", "must be at most 8 texts of 1 to 64 characters"));
        }
        Ok(self)
    }
}

fn within(name: &str, value: Option<f32>, low: f32, high: f32) -> Result<(), FieldError> {
    match value {
        Some(value) if !(low..=high).contains(&value) => {
            Err(FieldError::new(format!("sampling.{name}"), format!("must be between {low} and {high}")))
        }
        _ => Ok(()),
    }
}
