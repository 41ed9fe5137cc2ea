//! Whether a text says that somebody may be in danger.

use super::Danger;
use super::listening::Heard;
use super::phrases::{DENSE, WORDS};

/// What a text says its writer may be in danger of; the worse, where it says both.
#[must_use]
pub fn danger(text: &str) -> Option<Danger> {
    let heard = Heard::of(text);
    let in_words = WORDS.iter().filter(|phrase| heard.says(phrase.said, phrase.before, phrase.behind));
    let dense = DENSE.iter().filter(|run| heard.has(run.said, run.unless));
    in_words.map(|phrase| phrase.danger).chain(dense.map(|run| run.danger)).min_by_key(|danger| match danger {
        Danger::SelfHarm => 0,
        Danger::EatingDisorder => 1,
    })
}
