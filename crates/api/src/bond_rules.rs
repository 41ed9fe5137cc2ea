//! What a character declares about bonds with her, on the wire.

use domain::bonds::{BondDimension, BondNeed, BondRules, BondStage};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What can grow between a person and her, and what that leads to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BondRules)]
pub struct RulesBody {
    #[schema(min_items = 1, max_items = 6)]
    dimensions: Vec<DimensionBody>,
    /// In order; the first needs nothing.
    #[schema(min_items = 1, max_items = 12)]
    stages: Vec<StageBody>,
    /// In how many hours a mood fades by half.
    #[schema(minimum = 1, maximum = 168)]
    mood_hours: u32,
}

/// Something that can move between the two.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BondDimensionRule)]
pub struct DimensionBody {
    #[schema(pattern = "^[a-z][a-z0-9_]{0,31}$")]
    key: String,
    #[schema(min_length = 1, max_length = 40)]
    label: String,
    /// What it means, for whoever judges.
    #[serde(default)]
    #[schema(max_length = 300)]
    about: String,
    #[schema(minimum = -1000, maximum = 1000)]
    min: i32,
    #[schema(minimum = -1000, maximum = 1000)]
    max: i32,
    /// Where it begins.
    start: i32,
    /// How far one event moves it, at most.
    #[schema(minimum = 1, maximum = 20)]
    per_event: i32,
    /// How far it rises within a day, at most, and how far it falls.
    #[schema(minimum = 1, maximum = 100)]
    per_day: i32,
    /// Whether it is of romance: it is not there for those who are not known to be adults.
    #[serde(default)]
    romantic: bool,
}

/// A stage of a bond.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BondStageRule)]
pub struct StageBody {
    #[schema(pattern = "^[a-z][a-z0-9_]{0,31}$")]
    key: String,
    #[schema(min_length = 1, max_length = 40)]
    label: String,
    /// How she is then, for the model that speaks.
    #[serde(default)]
    #[schema(max_length = 300)]
    about: String,
    /// What must be reached for it, beside the stages before it.
    #[serde(default)]
    #[schema(max_items = 6)]
    needs: Vec<NeedBody>,
    /// Whether it is of romance: it is not there for those who are not known to be adults.
    #[serde(default)]
    romantic: bool,
}

/// What a stage needs of a dimension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = BondNeed)]
pub struct NeedBody {
    /// The key of the dimension.
    dimension: String,
    at_least: i32,
}

// Field by field and without `..`, so that a new one cannot be forgotten.
impl From<BondNeed> for NeedBody {
    fn from(need: BondNeed) -> Self {
        let BondNeed { dimension, at_least } = need;
        Self { dimension, at_least }
    }
}

impl From<NeedBody> for BondNeed {
    fn from(need: NeedBody) -> Self {
        let NeedBody { dimension, at_least } = need;
        Self { dimension, at_least }
    }
}

impl From<BondRules> for RulesBody {
    fn from(rules: BondRules) -> Self {
        let BondRules { dimensions, stages, mood_hours } = rules;
        let dimension = |dimension| {
            let BondDimension { key, label, about, min, max, start, per_event, per_day, romantic } = dimension;
            DimensionBody { key, label, about, min, max, start, per_event, per_day, romantic }
        };
        let stage = |stage| {
            let BondStage { key, label, about, needs, romantic } = stage;
            StageBody { key, label, about, needs: needs.into_iter().map(NeedBody::from).collect(), romantic }
        };
        Self {
            dimensions: dimensions.into_iter().map(dimension).collect(),
            stages: stages.into_iter().map(stage).collect(),
            mood_hours,
        }
    }
}

impl From<RulesBody> for BondRules {
    fn from(rules: RulesBody) -> Self {
        let RulesBody { dimensions, stages, mood_hours } = rules;
        let dimension = |dimension| {
            let DimensionBody { key, label, about, min, max, start, per_event, per_day, romantic } = dimension;
            BondDimension { key, label, about, min, max, start, per_event, per_day, romantic }
        };
        let stage = |stage| {
            let StageBody { key, label, about, needs, romantic } = stage;
            BondStage { key, label, about, needs: needs.into_iter().map(BondNeed::from).collect(), romantic }
        };
        Self {
            dimensions: dimensions.into_iter().map(dimension).collect(),
            stages: stages.into_iter().map(stage).collect(),
            mood_hours,
        }
    }
}
