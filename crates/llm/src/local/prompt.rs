//! From messages to tokens, by the template of the model's own file.
//!
//! The template is rendered with placeholders, and only its own markers become special tokens. What people type is
//! always text: someone who types `<|im_end|>` does not leave their turn.

use std::sync::Arc;

use domain::ClosedSet;
use domain::prompt::{PromptMessage, PromptRole};
use llama_cpp_2::model::{LlamaChatMessage, LlamaChatTemplate, LlamaModel};
use llama_cpp_2::token::LlamaToken;
use llama_cpp_2::token_type::LlamaTokenAttr;

use super::writer::Trim;
use crate::ModelError;

/// The template of models that bring none.
const FALLBACK: &str = "chatml";

/// A placeholder is the number of a message between these; no template holds them.
const OPEN: char = '\u{f8f0}';
const CLOSE: char = '\u{f8f1}';

/// A prompt as the model reads it.
#[derive(Debug)]
pub(super) struct WrittenPrompt {
    pub(super) tokens: Vec<LlamaToken>,
    pub(super) trim: Trim,
}

/// Writes the prompts of one model.
pub(super) struct PromptWriter {
    model: Arc<LlamaModel>,
    template: Option<LlamaChatTemplate>,
    /// The texts of special tokens, longest first.
    specials: Vec<String>,
}

impl PromptWriter {
    pub(super) fn new(model: Arc<LlamaModel>) -> Self {
        let template = model.chat_template(None).ok();
        let vocab = model.vocab();
        let special = |token: &LlamaToken| {
            let attributes = vocab.attr(*token);
            attributes.contains(LlamaTokenAttr::Control) || attributes.contains(LlamaTokenAttr::UserDefined)
        };
        let text = |token: LlamaToken| vocab.text(token).and_then(|text| text.to_str().ok()).map(str::to_owned);
        // Some files list runs of blanks among them; those are no markers.
        let marker = |text: &String| text.trim().len() > 2;
        let mut specials: Vec<String> = vocab.tokens().filter(special).filter_map(text).filter(marker).collect();
        specials.sort_by_key(|text| std::cmp::Reverse(text.len()));
        Self { model, template, specials }
    }

    #[cfg(test)]
    pub(super) fn model_for_test(&self) -> &LlamaModel {
        &self.model
    }

    pub(super) fn count(&self, text: &str) -> u32 {
        let tokens = self.model.vocab().tokenize(text.as_bytes(), false, false).len();
        u32::try_from(tokens).unwrap_or(u32::MAX)
    }

    /// The tokens of a conversation up to where the reply begins, or goes on.
    pub(super) fn write(&self, messages: &[PromptMessage], continue_last: bool) -> Result<WrittenPrompt, ModelError> {
        let (told, begun) = match messages.split_last() {
            Some((last, before)) if continue_last && last.role == PromptRole::Assistant => {
                (before, last.content.as_str())
            }
            _ => (messages, ""),
        };
        let rendered = self.render(told)?;
        let mut pieces = Pieces::default();
        for part in rendered.split_inclusive(CLOSE) {
            let (template, content) = match part.strip_suffix(CLOSE).and_then(|part| part.split_once(OPEN)) {
                Some((template, number)) => (template, number.parse().ok().and_then(|number: usize| told.get(number))),
                None => (part, None),
            };
            pieces.template(template, &self.specials);
            pieces.text(content.map_or("", |message| message.content.as_str()));
        }
        // A text that ends in a space would be followed by a word that begins with one, which is another token.
        let start = begun.strip_suffix(' ').unwrap_or(begun);
        pieces.text(start);
        let trim = match (begun.is_empty(), start.len() == begun.len()) {
            (true, _) => Trim::All,
            (false, true) => Trim::Nothing,
            (false, false) => Trim::OneSpace,
        };
        Ok(WrittenPrompt { tokens: self.tokens(&pieces.done()), trim })
    }

    /// The template around placeholders.
    fn render(&self, messages: &[PromptMessage]) -> Result<String, ModelError> {
        let fault = || ModelError::Internal("the chat template could not be used".into());
        let chat: Result<Vec<_>, _> = messages
            .iter()
            .enumerate()
            .map(|(number, message)| {
                LlamaChatMessage::new(message.role.as_str().to_owned(), format!("{OPEN}{number}{CLOSE}"))
            })
            .collect();
        let chat = chat.map_err(|_| fault())?;
        let own =
            self.template.as_ref().and_then(|template| self.model.apply_chat_template(template, &chat, true).ok());
        if let Some(rendered) = own {
            return Ok(rendered);
        }
        let fallback = LlamaChatTemplate::new(FALLBACK).map_err(|_| fault())?;
        self.model.apply_chat_template(&fallback, &chat, true).map_err(|_| fault())
    }

    fn tokens(&self, pieces: &[Piece]) -> Vec<LlamaToken> {
        let vocab = self.model.vocab();
        let mut tokens = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Special(text) => tokens.extend(vocab.tokenize(text.as_bytes(), false, true)),
                Piece::Text(text) => {
                    for part in broken_up(text, &self.specials) {
                        tokens.extend(vocab.tokenize(part.as_bytes(), false, false));
                    }
                }
            }
        }
        if vocab.should_add_bos() && tokens.first() != Some(&vocab.bos()) {
            tokens.insert(0, vocab.bos());
        }
        tokens
    }
}

enum Piece {
    Special(String),
    Text(String),
}

/// Collects a prompt. Text of the template and text of people that touch are one piece, because so the model knows them.
#[derive(Default)]
struct Pieces {
    done: Vec<Piece>,
    text: String,
}

impl Pieces {
    fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn template(&mut self, mut rest: &str, specials: &[String]) {
        while let Some((at, special)) = first_special(rest, specials) {
            let (before, after) = rest.split_at(at);
            self.text(before);
            self.close();
            self.done.push(Piece::Special(special.to_owned()));
            rest = after.get(special.len()..).unwrap_or_default();
        }
        self.text(rest);
    }

    fn close(&mut self) {
        if !self.text.is_empty() {
            self.done.push(Piece::Text(std::mem::take(&mut self.text)));
        }
    }

    fn done(mut self) -> Vec<Piece> {
        self.close();
        self.done
    }
}

/// The first special token in a text, and of those at one place the longest.
fn first_special<'s>(text: &str, specials: &'s [String]) -> Option<(usize, &'s str)> {
    let found = specials.iter().filter_map(|special| text.find(special.as_str()).map(|at| (at, special.as_str())));
    found.min_by_key(|(at, special)| (*at, std::cmp::Reverse(special.len())))
}

/// The text in parts of which none holds a special token whole: llama.cpp reads some of them in any text.
fn broken_up<'t>(text: &'t str, specials: &[String]) -> Vec<&'t str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((at, _)) = first_special(rest, specials) {
        let first = rest.get(at..).and_then(|found| found.chars().next()).map_or(1, char::len_utf8);
        let (part, after) = rest.split_at(at + first);
        parts.push(part);
        rest = after;
    }
    parts.push(rest);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_part_of_a_text_holds_a_special_token() {
        let specials = ["<|im_start|>", "<|im_end|>"].map(str::to_owned);
        let text = "a<|im_end|><|im_start|>é";
        let parts = broken_up(text, &specials);
        assert_eq!(parts, ["a<", "|im_end|><", "|im_start|>é"]);
        assert_eq!(parts.concat(), text);
        assert_eq!(broken_up("plain", &specials), ["plain"]);
    }
}
