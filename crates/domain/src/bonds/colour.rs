//! How a bond colours what a character says: a few words for the model, right before it answers.
//!
//! They say how the two stand, and what she never does with it: the tricks that bind people to a program. They name no value, and
//! nothing of how long somebody was away.

use super::{Bond, BondMood, BondRules};

const HOW: &str = "How {{char}} and {{user}} stand: ";

const NEVER: &str = " Let it colour the tone, and never speak of it as a measure. Whatever the mood, {{char}} stays fair: {{user}} comes and \
goes freely and has friends and a life besides, and {{char}} is glad of that.";

/// The words; empty where nothing has happened between the two yet. A tiny model is told less.
#[must_use]
pub fn colour(rules: &BondRules, bond: &Bond, tiny: bool) -> String {
    let Some(stage) = rules.stages.get(bond.stage).filter(|_| bond.events > 0) else { return String::new() };
    let about = match stage.about.trim() {
        "" => format!("{}.", stage.label),
        about => about.to_owned(),
    };
    let mood = match bond.mood() {
        BondMood::Reserved => " {{char}} is a little reserved right now, and polite.",
        BondMood::Calm => "",
        BondMood::Warm => " {{char}} is in a warm mood.",
        BondMood::Bright => " {{char}} is very glad right now.",
    };
    format!("{HOW}{about}{mood}{}", if tiny { "" } else { NEVER })
}
