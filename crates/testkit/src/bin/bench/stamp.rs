//! Tokens that say when they were sent, and the model that sends them. A person's words say what to send.

use std::sync::Arc;

use domain::prompt::{PromptMessage, PromptRole};
use domain::sampling::Sampling;
use llm::ChatRequest;
use llm::scripted::{Script, ScriptedModel};
use rustix::time::{ClockId, clock_gettime};

const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// Nanoseconds on a clock that all processes of the machine share.
pub fn now() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}

/// A token: a space and the nanoseconds since `epoch`. With one digit for five bits it is as short as words are.
fn token(epoch: u64) -> String {
    let mut left = now() - epoch;
    let mut digits = [b' '; 14];
    let mut at = digits.len();
    while left > 0 || at == digits.len() {
        at -= 1;
        digits[at] = DIGITS[(left % 36) as usize];
        left /= 36;
    }
    String::from_utf8_lossy(&digits[at - 1..]).into_owned()
}

/// Calls `each` with the time of every token in `text`; how many there are.
pub fn read(text: &[u8], epoch: u64, mut each: impl FnMut(u64)) -> u64 {
    let mut count = 0;
    for token in text.split(|byte| *byte == b' ').filter(|token| !token.is_empty()) {
        let value = token.iter().fold(0_u64, |value, byte| {
            let digit = if byte.is_ascii_digit() { byte - b'0' } else { byte.saturating_sub(b'a') + 10 };
            value * 36 + u64::from(digit)
        });
        each(epoch + value);
        count += 1;
    }
    count
}

/// What is to be sent.
#[derive(Debug, Clone, Copy)]
pub enum Wish {
    /// One word, at once.
    Once,
    /// So many tokens: so many a second, or as fast as they go.
    Tokens(u32, Option<f64>),
}

impl Wish {
    /// The wish as a person's words.
    pub fn words(self) -> String {
        match self {
            Self::Once => "once".to_owned(),
            Self::Tokens(tokens, None) => format!("tokens {tokens}"),
            Self::Tokens(tokens, Some(rate)) => format!("tokens {tokens} {rate}"),
        }
    }

    fn read(words: &str) -> Self {
        let mut words = words.split_whitespace().skip(1);
        match words.next().and_then(|tokens| tokens.parse().ok()) {
            Some(tokens) => Self::Tokens(tokens, words.next().and_then(|rate| rate.parse().ok())),
            None => Self::Once,
        }
    }
}

/// A model that does what the person's last words wish.
pub fn model(epoch: u64) -> ScriptedModel {
    ScriptedModel::new().otherwise(move |request| {
        let said = request.messages.iter().rev().find(|message| message.role == PromptRole::User);
        match Wish::read(said.map_or("", |message| &message.content)) {
            Wish::Once => Script::say(token(epoch)),
            Wish::Tokens(tokens, rate) => Script::new().paced(tokens, rate, Arc::new(move |_| token(epoch))),
        }
    })
}

/// The words alone, as a request: what a server without a memory would ask.
pub fn request(words: &str) -> ChatRequest {
    let message = PromptMessage { role: PromptRole::User, content: words.to_owned() };
    ChatRequest {
        cache_key: 0,
        messages: vec![message],
        continue_last: false,
        sampling: Sampling::default(),
        format: None,
    }
}
