//! What the model is told about how to learn. The defaults are a good start; `Model::tune` finds better ones in the data.

use serde::{Deserialize, Serialize};

use crate::events::{DAY, faded};

/// How the model learns.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Parameters {
    /// How fast older likings of a person lose weight.
    pub recency: Recency,
    /// The penalty of the regression on what is liked together.
    pub ease_penalty: f32,
    /// The penalty of the regression on what comes next.
    pub slist_penalty: f32,
    /// What "B was liked before A" says for B, beside "B was liked after A", which counts one.
    pub backwards: f32,
    /// The shares of the three methods.
    pub blend: Blend,
    /// The characters that take part in the regressions. Time grows with the cube, space with the square: 4,096 need
    /// 64 MiB for each of two matrices.
    pub head: usize,
    /// The neighbours kept of each character, if there is room.
    pub neighbours: usize,
    /// The neighbours kept of all characters together; six bytes each in a snapshot.
    pub all_neighbours: usize,
    /// The threads that may be used.
    pub threads: usize,
}

impl Default for Parameters {
    fn default() -> Self {
        Self {
            recency: Recency { power: 0.65, half_life_days: 180.0 },
            ease_penalty: 300.0,
            slist_penalty: 300.0,
            backwards: 0.25,
            blend: Blend { ease: 0.2, slist: 0.2, cooccurrence: 0.6 },
            head: 4_096,
            neighbours: 256,
            all_neighbours: 20_000_000,
            threads: 1,
        }
    }
}

impl Parameters {
    /// The neighbours of each of so many characters.
    pub(crate) fn neighbours_of(&self, items: usize) -> usize {
        self.neighbours.min(self.all_neighbours / items.max(1)).max(16)
    }
}

/// The shares of the methods in a score, each brought to the same spread before.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Blend {
    /// What is liked together.
    pub ease: f32,
    /// What comes next, as a regression.
    pub slist: f32,
    /// What comes near, counted.
    pub cooccurrence: f32,
}

/// How older likings lose weight: by their rank from the newest, and by their age.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Recency {
    /// The n-th newest counts `n^-power`.
    pub power: f32,
    /// After so many days half is left.
    pub half_life_days: f32,
}

impl Recency {
    /// What is left of a liking that has `rank` newer ones and is `age` seconds old.
    pub(crate) fn weight(&self, rank: usize, age: i64) -> f32 {
        (1.0 + rank as f32).powf(-self.power) * faded(age, self.half_life_days.max(0.01) * DAY)
    }
}
