//! What a character's maker has stand among or behind what was said: her note in the history, and the instructions that follow it.

use super::{PromptInput, PromptMessage, PromptRole, Spoken, TEMPLATE_TOKENS};
use crate::macros::{Env, Expander};

/// Where chance is asked for these texts, beside the stable parts.
const NOTE: u64 = 4;
const LAST: u64 = 5;

/// A text, and the tokens of the message that it is.
struct Text {
    text: String,
    tokens: u32,
}

/// What stands beyond the stable parts, as far as there is room for it.
pub(super) struct Beyond {
    note: Option<Text>,
    depth: usize,
    role: PromptRole,
    last: Option<Text>,
}

impl Beyond {
    pub(super) fn new(input: &PromptInput<'_>, has_last: bool, count: &dyn Fn(&str) -> u32) -> Self {
        let profile = input.profile;
        // The server says nothing of its own there.
        let mut expander = Expander::new(Env { original: Some(""), ..input.env() });
        let mut made = |text: &str, place| {
            let text = expander.expand_at(text.trim(), place).text.trim().to_owned();
            (!text.is_empty()).then(|| Text { tokens: count(&text) + TEMPLATE_TOKENS, text })
        };
        let note = made(&profile.depth_prompt.text, NOTE);
        let last = made(&profile.post_history_instructions, LAST).filter(|_| has_last);
        Self { note, depth: profile.depth_prompt.depth as usize, role: profile.depth_prompt.role, last }
    }

    /// The tokens of the note in the history.
    pub(super) fn note_tokens(&self) -> u32 {
        self.note.as_ref().map_or(0, |text| text.tokens)
    }

    /// The tokens of what stands last.
    pub(super) fn last_tokens(&self) -> u32 {
        self.last.as_ref().map_or(0, |text| text.tokens)
    }

    /// Leaves out what may be missing first, unless nothing is left to leave out.
    pub(super) fn shrink(&mut self) -> bool {
        self.note.take().or_else(|| self.last.take()).is_some()
    }

    /// The note: before which message of the prompt, and by whom. The instructions stand first.
    pub(super) fn note(&self, window: &[&Spoken]) -> Option<(usize, PromptRole, String)> {
        let text = self.note.as_ref()?.text.clone();
        Some((window.len().saturating_sub(self.depth) + 1, self.role, text))
    }

    /// What stands last.
    pub(super) fn last(&self) -> Option<PromptMessage> {
        let content = self.last.as_ref()?.text.clone();
        Some(PromptMessage { role: PromptRole::System, content })
    }
}
