//! What is remembered, within its share of the prompt.

use super::{PromptInput, Spoken, TEMPLATE_TOKENS};
use crate::ids::MessageId;
use crate::macros::{Names, expand};
use crate::traces::MemoryOutcome;

const REMEMBERED: &str =
    "What {{char}} remembers of {{user}} and their time together (to be used where it fits, not recited):";

const REMEMBERED_GROUP: &str =
    "What {{char}} remembers of what was said here before (to be used where it fits, not recited):";

/// What is remembered, within its own budget: a share of what the character leaves, so that a long past never drives the
/// present out.
pub(super) struct Recalled<'a> {
    input: &'a PromptInput<'a>,
    head: String,
    head_tokens: u32,
    lines: Vec<(String, u32)>,
    budget: u32,
    pub(super) outcomes: Vec<MemoryOutcome>,
}

/// The largest share of the free tokens that memories may take: one in so many.
const MEMORY_SHARE: u32 = 4;

/// The most tokens that memories may take.
const MEMORY_TOKENS: u32 = 1_200;

/// The same for a tiny model, which takes a long list for the conversation.
const MEMORY_TOKENS_TINY: u32 = 120;

impl<'a> Recalled<'a> {
    pub(super) fn new(input: &'a PromptInput<'a>, names: Names<'_>, free: u32, count: &dyn Fn(&str) -> u32) -> Self {
        let lines: Vec<(String, u32)> = input
            .memories
            .iter()
            .map(|memory| {
                let text = format!("- {}", memory.text.replace(['\n', '\r'], " "));
                let tokens = count(&text) + 1;
                (text, tokens)
            })
            .collect();
        let remembered = if input.company.is_empty() { REMEMBERED } else { REMEMBERED_GROUP };
        let head = match (input.now, lines.is_empty()) {
            ("", true) => String::new(),
            (now, true) => now.to_owned(),
            ("", false) => expand(remembered, names),
            (now, false) => format!("{now}\n{}", expand(remembered, names)),
        };
        let head_tokens = if head.is_empty() { 0 } else { count(&head) + TEMPLATE_TOKENS };
        let most = if input.tiny { MEMORY_TOKENS_TINY } else { MEMORY_TOKENS };
        let budget = (free / MEMORY_SHARE).min(most);
        Self { input, head, head_tokens, lines, budget, outcomes: Vec::new() }
    }

    /// The tokens that are kept free for it.
    pub(super) fn reserved(&self) -> u32 {
        let wanted = self.head_tokens + self.lines.iter().map(|(_, tokens)| tokens).sum::<u32>();
        wanted.min(self.budget)
    }

    /// The lines that fit and that `window` does not hold already, in the order of time, and their tokens.
    pub(super) fn tell(&mut self, window: &[&Spoken]) -> Option<(String, u32)> {
        let Some(mut left) = self.budget.checked_sub(self.head_tokens).filter(|_| !self.head.is_empty()) else {
            self.outcomes = vec![MemoryOutcome::NoRoom; self.lines.len()];
            return None;
        };
        let held: std::collections::HashSet<MessageId> = window.iter().map(|message| message.id).collect();
        let mut used = Vec::new();
        for (memory, (text, tokens)) in self.input.memories.iter().zip(&self.lines) {
            let known = !memory.anchors.is_empty() && memory.anchors.iter().all(|anchor| held.contains(anchor));
            self.outcomes.push(match left.checked_sub(*tokens) {
                _ if known => MemoryOutcome::InHistory,
                None => MemoryOutcome::NoRoom,
                Some(rest) => {
                    left = rest;
                    used.push((memory.at, text.as_str()));
                    MemoryOutcome::Used
                }
            });
        }
        used.sort_by_key(|(at, _)| *at);
        let head = if used.is_empty() { self.input.now } else { self.head.as_str() };
        if head.is_empty() {
            return None;
        }
        let text = std::iter::once(head).chain(used.iter().map(|(_, text)| *text)).collect::<Vec<_>>().join("\n");
        Some((text, self.budget - left))
    }
}
