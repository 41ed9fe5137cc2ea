//! What a character declares about bonds with her: what can grow, and what that leads to.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::limits;
use crate::validation::{FieldError, line, text};

/// What can move between the two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BondDimension {
    /// What it is called in rules and events.
    pub key: String,
    /// What people read.
    pub label: String,
    /// What it means, for whoever judges.
    #[serde(default)]
    pub about: String,
    /// The lowest it can be.
    pub min: i32,
    /// The highest it can be.
    pub max: i32,
    /// Where it begins.
    pub start: i32,
    /// How far one event moves it, at most.
    pub per_event: i32,
    /// How far it rises within a day, at most, and how far it falls.
    pub per_day: i32,
    /// Whether it is of romance: it is not there for those who are not known to be adults.
    #[serde(default)]
    pub romantic: bool,
}

/// What a stage needs of a dimension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BondNeed {
    /// The key of the dimension.
    pub dimension: String,
    /// What it must have reached.
    pub at_least: i32,
}

/// A stage of a bond.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BondStage {
    /// What it is called in rules.
    pub key: String,
    /// What people read.
    pub label: String,
    /// How she is then, for the model that speaks.
    #[serde(default)]
    pub about: String,
    /// What must be reached for it, beside the stages before it; the first needs nothing.
    #[serde(default)]
    pub needs: Vec<BondNeed>,
    /// Whether it is of romance: it is not there for those who are not known to be adults.
    #[serde(default)]
    pub romantic: bool,
}

/// What a character declares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BondRules {
    /// What can move.
    pub dimensions: Vec<BondDimension>,
    /// What it leads to, in order.
    pub stages: Vec<BondStage>,
    /// In how many hours a mood fades by half.
    pub mood_hours: u32,
}

static USUAL: LazyLock<BondRules> = LazyLock::new(usual);

impl BondRules {
    /// Those of a character who declares none.
    #[must_use]
    pub fn usual() -> &'static Self {
        &USUAL
    }

    /// What of it is there for somebody: all, or what has nothing to do with romance.
    #[must_use]
    pub fn for_one(&self, romance: bool) -> Self {
        if romance {
            return self.clone();
        }
        let dimensions: Vec<BondDimension> = self.dimensions.iter().filter(|one| !one.romantic).cloned().collect();
        let has = |key: &str| dimensions.iter().any(|dimension| dimension.key == key);
        let is_there = |stage: &&BondStage| !stage.romantic && stage.needs.iter().all(|need| has(&need.dimension));
        let stages = self.stages.iter().filter(is_there).cloned().collect();
        Self { dimensions, stages, mood_hours: self.mood_hours }
    }

    /// The dimension of this key.
    #[must_use]
    pub fn dimension(&self, key: &str) -> Option<&BondDimension> {
        self.dimensions.iter().find(|dimension| dimension.key == key)
    }

    /// The rules, trimmed, when all of them are in their bounds.
    ///
    /// # Errors
    /// The first field that is not.
    pub fn checked(self) -> Result<Self, FieldError> {
        bounded("bond.dimensions", self.dimensions.len(), limits::BOND_DIMENSIONS)?;
        bounded("bond.stages", self.stages.len(), limits::BOND_STAGES)?;
        if !(1..=limits::BOND_MOOD_HOURS).contains(&self.mood_hours) {
            return Err(FieldError::new("bond.mood_hours", "must be between 1 and 168"));
        }
        let mut keys = HashSet::new();
        let dimensions = self.dimensions.into_iter().enumerate();
        let dimensions = dimensions.map(|(n, dimension)| dimension.checked(&format!("bond.dimensions.{n}"), &mut keys));
        let dimensions = dimensions.collect::<Result<Vec<_>, _>>()?;
        let mut keys = HashSet::new();
        let stages = self.stages.into_iter().enumerate();
        let stages = stages.map(|(n, stage)| stage.checked(&format!("bond.stages.{n}"), &mut keys, &dimensions));
        let stages = stages.collect::<Result<Vec<_>, _>>()?;
        if stages.first().is_none_or(|first| first.romantic || !first.needs.is_empty()) {
            return Err(FieldError::new(
                "bond.stages.0",
                "must need nothing and be there for everybody: all begin there",
            ));
        }
        Ok(Self { dimensions, stages, mood_hours: self.mood_hours })
    }
}

fn bounded(field: &str, count: usize, most: usize) -> Result<(), FieldError> {
    match count {
        0 => Err(FieldError::new(field, "must not be empty")),
        count if count > most => Err(FieldError::new(field, format!("must be at most {most}"))),
        _ => Ok(()),
    }
}

/// A key: a small word of ASCII.
fn key(field: &str, key: &str, seen: &mut HashSet<String>) -> Result<String, FieldError> {
    let field = format!("{field}.key");
    let is_fine = key.len() <= limits::BOND_KEY
        && key.starts_with(|c: char| c.is_ascii_lowercase())
        && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !is_fine {
        return Err(FieldError::new(field, "must be 1 to 32 of a-z, 0-9 and _, and begin with a letter"));
    }
    if !seen.insert(key.to_owned()) {
        return Err(FieldError::new(field, "must not stand twice"));
    }
    Ok(key.to_owned())
}

impl BondDimension {
    fn checked(self, field: &str, seen: &mut HashSet<String>) -> Result<Self, FieldError> {
        let of = |part: &str, message: &str| Err(FieldError::new(format!("{field}.{part}"), message));
        let range = -limits::BOND_VALUE..=limits::BOND_VALUE;
        if !range.contains(&self.min) || !range.contains(&self.max) || self.min >= self.max {
            return of("max", "must be above min, and both between -1000 and 1000");
        }
        if !(self.min..=self.max).contains(&self.start) {
            return of("start", "must be between min and max");
        }
        if !(1..=limits::BOND_PER_EVENT).contains(&self.per_event) {
            return of("per_event", "must be between 1 and 20");
        }
        if !(self.per_event..=limits::BOND_PER_DAY).contains(&self.per_day) {
            return of("per_day", "must be between per_event and 100");
        }
        Ok(Self {
            key: key(field, &self.key, seen)?,
            label: line(&format!("{field}.label"), &self.label, limits::BOND_LABEL)?,
            about: text(&format!("{field}.about"), self.about.trim(), limits::BOND_ABOUT)?,
            ..self
        })
    }
}

impl BondStage {
    fn checked(
        self,
        field: &str,
        seen: &mut HashSet<String>,
        dimensions: &[BondDimension],
    ) -> Result<Self, FieldError> {
        let mut needed = HashSet::new();
        for (n, need) in self.needs.iter().enumerate() {
            let of = |part: &str, message: &str| Err(FieldError::new(format!("{field}.needs.{n}.{part}"), message));
            let Some(dimension) = dimensions.iter().find(|dimension| dimension.key == need.dimension) else {
                return of("dimension", "must be the key of a dimension");
            };
            if !needed.insert(&need.dimension) {
                return of("dimension", "must not stand twice");
            }
            if !(dimension.min..=dimension.max).contains(&need.at_least) {
                return of("at_least", "must be within the range of the dimension");
            }
        }
        Ok(Self {
            key: key(field, &self.key, seen)?,
            label: line(&format!("{field}.label"), &self.label, limits::BOND_LABEL)?,
            about: text(&format!("{field}.about"), self.about.trim(), limits::BOND_ABOUT)?,
            ..self
        })
    }
}

fn usual() -> BondRules {
    let dimension = |key: &str, label: &str, about: &str, romantic| BondDimension {
        key: key.into(),
        label: label.into(),
        about: about.into(),
        min: 0,
        max: 100,
        start: 0,
        per_event: 3,
        per_day: 6,
        romantic,
    };
    let stage = |key: &str, label: &str, about: &str, needs: &[(&str, i32)], romantic| BondStage {
        key: key.into(),
        label: label.into(),
        about: about.into(),
        needs: needs.iter().map(|(key, at)| BondNeed { dimension: (*key).into(), at_least: *at }).collect(),
        romantic,
    };
    BondRules {
        dimensions: vec![
            dimension("closeness", "Closeness", "how well they know each other and like each other's company", false),
            dimension("trust", "Trust", "how far they rely on each other and tell what matters", false),
            dimension("affection", "Affection", "romantic feeling, as far as both show it", true),
        ],
        stages: vec![
            stage("just_met", "Just met", "They have only just met: polite and curious.", &[], false),
            stage(
                "acquainted",
                "Acquainted",
                "They know each other a little: friendly and open.",
                &[("closeness", 8)],
                false,
            ),
            stage(
                "friends",
                "Friends",
                "They are friends: at ease, teasing is fine.",
                &[("closeness", 25), ("trust", 15)],
                false,
            ),
            stage(
                "close_friends",
                "Close friends",
                "They are close friends, who trust each other with what matters.",
                &[("closeness", 50), ("trust", 45)],
                false,
            ),
            stage(
                "sweethearts",
                "Sweethearts",
                "They are in love and both know it: tender and unhurried.",
                &[("closeness", 60), ("affection", 50)],
                true,
            ),
        ],
        mood_hours: 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_along_is_in_its_bounds() {
        assert_eq!(BondRules::usual().clone().checked().as_ref(), Ok(BondRules::usual()));
    }

    #[test]
    fn romance_is_not_there_for_those_who_are_no_adults() {
        let rules = BondRules::usual().for_one(false);
        assert!(rules.dimension("affection").is_none() && rules.dimension("trust").is_some());
        assert!(rules.stages.iter().all(|stage| stage.key != "sweethearts"));
        assert_eq!(&BondRules::usual().for_one(true), BondRules::usual());
        // A stage that is not called romantic, and needs what is.
        let mut hidden = BondRules::usual().clone();
        hidden.stages.iter_mut().for_each(|stage| stage.romantic = false);
        assert_eq!(hidden.for_one(false), rules);
    }

    #[test]
    fn rules_out_of_their_bounds_are_refused_with_their_place() {
        let refused = |change: fn(&mut BondRules)| {
            let mut rules = BondRules::usual().clone();
            change(&mut rules);
            rules.checked().unwrap_err().field
        };
        type Change = fn(&mut BondRules);
        let cases: [(Change, &str); 12] = [
            (|rules| rules.dimensions.clear(), "bond.dimensions"),
            (|rules| rules.stages.clear(), "bond.stages"),
            (|rules| rules.mood_hours = 0, "bond.mood_hours"),
            (|rules| rules.dimensions[1].key = "closeness".into(), "bond.dimensions.1.key"),
            (|rules| rules.dimensions[0].key = "Über".into(), "bond.dimensions.0.key"),
            (|rules| rules.dimensions[0].label = " ".into(), "bond.dimensions.0.label"),
            (|rules| rules.dimensions[0].max = 0, "bond.dimensions.0.max"),
            (|rules| rules.dimensions[0].start = 101, "bond.dimensions.0.start"),
            (|rules| rules.dimensions[0].per_event = 21, "bond.dimensions.0.per_event"),
            (|rules| rules.dimensions[0].per_day = 2, "bond.dimensions.0.per_day"),
            (|rules| rules.stages[1].needs[0].dimension = "none".into(), "bond.stages.1.needs.0.dimension"),
            (|rules| rules.stages.swap(0, 1), "bond.stages.0"),
        ];
        for (change, field) in cases {
            assert_eq!(refused(change), field);
        }
    }
}
