//! The prompt of a reply: what the model is told, in an order that caches well, within a hard budget of tokens.
//!
//! Stable parts stand first (instructions, persona, scenario, examples), then the history. The history's window moves in
//! steps of [`WINDOW_STEP`] messages, not with every message, so that the prefix of one turn is the prefix of the next. What
//! changes with every turn, the time and what she remembers of it, stands right before the last thing the person said.

use std::borrow::Cow;

use crate::characters::CharacterProfile;
use time::OffsetDateTime;

use crate::chats::Role;
use crate::ids::{MemoryId, MessageId};
use crate::macros::{Names, expand, expand_over};
use crate::traces::MemoryOutcome;

closed_set! {
    /// Who speaks in a prompt.
    pub enum PromptRole {
        /// Instructions.
        System = "system",
        /// The person.
        User = "user",
        /// The character.
        Assistant = "assistant",
    }
}

closed_set! {
    /// The parts of a prompt, in their order.
    pub enum PromptPart {
        /// How to answer.
        Instructions = "instructions",
        /// Who the character is.
        Persona = "persona",
        /// Where the two meet.
        Scenario = "scenario",
        /// How the character talks.
        Examples = "examples",
        /// What the character remembers, and what time it is.
        Memories = "memories",
        /// What was said.
        History = "history",
    }
}

/// One message of a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptMessage {
    /// Who speaks.
    pub role: PromptRole,
    /// What is said.
    pub content: String,
}

/// Something that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// Its message.
    pub id: MessageId,
    /// How many messages stand above it.
    pub depth: u32,
    /// Who said it: the character who answers now, or anybody else.
    pub role: Role,
    /// The name of whoever said it, where several could and it was not the character who answers now.
    pub speaker: Option<String>,
    /// The words; may be blank, then nothing was said.
    pub content: String,
}

impl Spoken {
    /// What the model is shown: in a group with the name of whoever speaks.
    #[must_use]
    pub fn shown(&self) -> Cow<'_, str> {
        match &self.speaker {
            Some(speaker) if said(self) => Cow::Owned(format!("{speaker}: {}", self.content)),
            _ => Cow::Borrowed(&self.content),
        }
    }
}

/// Something the character remembers, in words for the model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemoryLine {
    /// Which memory.
    pub id: MemoryId,
    /// One line, with who and when.
    pub text: String,
    /// When it happened; lines stand in this order.
    pub at: OffsetDateTime,
    /// The messages it comes from: where the history holds all of these, the line is not needed.
    pub anchors: Vec<MessageId>,
}

/// What a prompt is made from.
#[derive(Debug, Clone, Copy)]
pub struct PromptInput<'a> {
    /// The character who answers.
    pub profile: &'a CharacterProfile,
    /// What she calls the person.
    pub user_name: &'a str,
    /// The names of the others, people and characters, in a group; empty where the two are alone.
    pub company: &'a [String],
    /// The way to the reply, oldest first, without the reply itself; may begin in the middle.
    pub history: &'a [Spoken],
    /// What the character remembers, the most wanted first.
    pub memories: &'a [MemoryLine],
    /// What time it is for the person, as a sentence; empty: she does not know.
    pub now: &'a str,
    /// What the reply begins with, when one is continued.
    pub continued: Option<&'a str>,
    /// How many tokens fit into prompt and reply together.
    pub context_tokens: u32,
    /// How many of them the reply may take.
    pub reply_tokens: u32,
    /// Whether the model is so small that long instructions confuse it.
    pub tiny: bool,
}

/// A prompt, and what went into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    /// What the model is told.
    pub messages: Vec<PromptMessage>,
    /// The tokens of each part.
    pub parts: Vec<(PromptPart, u32)>,
    /// The oldest message of the history that is in it.
    pub history_from: Option<MessageId>,
    /// How many messages of the history are in it.
    pub history_messages: u32,
    /// What became of each memory, in the order they were given.
    pub memories: Vec<MemoryOutcome>,
    /// All its tokens.
    pub tokens: u32,
}

/// Character and last message do not fit the model, even without any history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PromptTooLong {
    /// The tokens that are needed.
    pub needed: u32,
    /// The tokens that there are.
    pub available: u32,
}

/// How many messages the window of the history moves at a time.
pub const WINDOW_STEP: u32 = 16;

/// Tokens that a chat template puts around each message, at most.
pub const TEMPLATE_TOKENS: u32 = 8;

const INSTRUCTIONS: &str = "You are {{char}} in a private chat with {{user}}. Stay in character and answer as {{char}} would, in the language {{user}} writes. \
Speak in the first person, with feeling and detail; put actions between asterisks. Never write {{user}}'s words or actions. \
You are a character played by an AI: if {{user}} sincerely asks, do not deny it.";

const INSTRUCTIONS_GROUP: &str = "You are {{char}} in a group chat. With you are: {{company}}. Each of their lines begins with the name of who says it. \
Stay in character and answer as {{char}} would, in the language that is spoken. Speak in the first person, with feeling and detail; put actions between \
asterisks. Say only what {{char}} says and does, without a name before it; never write anybody else's words or actions. \
You are a character played by an AI: if somebody sincerely asks, do not deny it.";

const INSTRUCTIONS_GROUP_TINY: &str =
    "You are {{char}} in a group chat with {{company}}. Answer as {{char}} in one to three short sentences.";

const INSTRUCTIONS_TINY: &str =
    "You are {{char}}. You talk with {{user}}. Answer as {{char}} in one to three short sentences.";

const REMEMBERED: &str =
    "What {{char}} remembers of {{user}} and their time together (to be used where it fits, not recited):";

const OPENING: &str = "(Write {{char}}'s first message to {{user}}.)";

/// The prompt for `input`, counting with the model's own tokenizer, or an estimate that is not too low.
///
/// # Errors
/// When the character and the last message alone are longer than the budget.
pub fn assemble(input: PromptInput<'_>, count: &dyn Fn(&str) -> u32) -> Result<Prompt, PromptTooLong> {
    let names = Names { char: &input.profile.name, user: input.user_name };
    let available = input.context_tokens.saturating_sub(input.reply_tokens);
    let mut parts = fixed_parts(&input, names, count);
    let tail = tail(&input, names);
    let cost = |content: &str| count(content) + TEMPLATE_TOKENS;
    let tail_tokens: u32 = tail.iter().map(|message| cost(&message.content)).sum();
    let needed = |parts: &[Part]| TEMPLATE_TOKENS + tail_tokens + parts.iter().map(|part| part.tokens).sum::<u32>();

    // Examples are the first to go: the history shows how she talks.
    let spoken: Vec<&Spoken> = input.history.iter().filter(|message| said(message)).collect();
    let last = spoken.last().map_or(0, |message| cost(&message.shown()));
    if needed(&parts) + last > available {
        parts.retain(|part| part.kind != PromptPart::Examples);
    }
    let fixed = needed(&parts);
    if fixed + last > available {
        return Err(PromptTooLong { needed: fixed + last, available });
    }

    let mut recalled = Recalled::new(&input, names, available - fixed - last, count);
    let costs: Vec<u32> = spoken.iter().map(|message| cost(&message.shown())).collect();
    let start = window_start(&spoken, &costs, available - fixed - recalled.reserved());
    let window = spoken.get(start..).unwrap_or_default();
    let history_tokens = costs.iter().skip(start).sum::<u32>() + tail_tokens;
    let told = recalled.tell(window);

    let system = parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join("\n\n");
    let mut messages = vec![PromptMessage { role: PromptRole::System, content: system }];
    messages.extend(
        window
            .iter()
            .map(|message| PromptMessage { role: prompt_role(message.role), content: message.shown().into_owned() }),
    );
    messages.extend(tail);
    let mut counted: Vec<(PromptPart, u32)> = parts.iter().map(|part| (part.kind, part.tokens)).collect();
    if let Some((text, tokens)) = told {
        insert_before_the_question(&mut messages, text);
        counted.push((PromptPart::Memories, tokens));
    }
    counted.push((PromptPart::History, history_tokens));
    let tokens = TEMPLATE_TOKENS + counted.iter().map(|(_, tokens)| tokens).sum::<u32>();
    Ok(Prompt {
        messages,
        parts: counted,
        history_from: window.first().map(|message| message.id),
        history_messages: u32::try_from(window.len()).unwrap_or(u32::MAX),
        memories: recalled.outcomes,
        tokens,
    })
}

/// Puts what changes with every turn as far back as it may stand: all before it stays a prefix of the next prompt.
fn insert_before_the_question(messages: &mut Vec<PromptMessage>, content: String) {
    let question = messages.iter().rposition(|message| message.role == PromptRole::User);
    let at = question.unwrap_or(messages.len()).max(1);
    messages.insert(at, PromptMessage { role: PromptRole::System, content });
}

/// What is remembered, within its own budget: a share of what the character leaves, so that a long past never drives the
/// present out.
struct Recalled<'a> {
    input: &'a PromptInput<'a>,
    head: String,
    head_tokens: u32,
    lines: Vec<(String, u32)>,
    budget: u32,
    outcomes: Vec<MemoryOutcome>,
}

/// The largest share of the free tokens that memories may take: one in so many.
const MEMORY_SHARE: u32 = 4;

/// The most tokens that memories may take.
const MEMORY_TOKENS: u32 = 1_200;

/// The same for a tiny model, which takes a long list for the conversation.
const MEMORY_TOKENS_TINY: u32 = 120;

impl<'a> Recalled<'a> {
    fn new(input: &'a PromptInput<'a>, names: Names<'_>, free: u32, count: &dyn Fn(&str) -> u32) -> Self {
        let lines: Vec<(String, u32)> = input
            .memories
            .iter()
            .map(|memory| {
                let text = format!("- {}", memory.text.replace(['\n', '\r'], " "));
                let tokens = count(&text) + 1;
                (text, tokens)
            })
            .collect();
        let head = match (input.now, lines.is_empty()) {
            ("", true) => String::new(),
            (now, true) => now.to_owned(),
            ("", false) => expand(REMEMBERED, names),
            (now, false) => format!("{now}\n{}", expand(REMEMBERED, names)),
        };
        let head_tokens = if head.is_empty() { 0 } else { count(&head) + TEMPLATE_TOKENS };
        let most = if input.tiny { MEMORY_TOKENS_TINY } else { MEMORY_TOKENS };
        let budget = (free / MEMORY_SHARE).min(most);
        Self { input, head, head_tokens, lines, budget, outcomes: Vec::new() }
    }

    /// The tokens that are kept free for it.
    fn reserved(&self) -> u32 {
        let wanted = self.head_tokens + self.lines.iter().map(|(_, tokens)| tokens).sum::<u32>();
        wanted.min(self.budget)
    }

    /// The lines that fit and that `window` does not hold already, in the order of time, and their tokens.
    fn tell(&mut self, window: &[&Spoken]) -> Option<(String, u32)> {
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

struct Part {
    kind: PromptPart,
    text: String,
    tokens: u32,
}

/// How to answer, where the character does not say it herself.
fn instructions(input: &PromptInput<'_>) -> Cow<'static, str> {
    let group = |text: &str| Cow::Owned(text.replace("{{company}}", &input.company.join(", ")));
    match (input.company.is_empty(), input.tiny) {
        (true, false) => Cow::Borrowed(INSTRUCTIONS),
        (true, true) => Cow::Borrowed(INSTRUCTIONS_TINY),
        (false, false) => group(INSTRUCTIONS_GROUP),
        (false, true) => group(INSTRUCTIONS_GROUP_TINY),
    }
}

/// What stays the same from turn to turn.
fn fixed_parts(input: &PromptInput<'_>, names: Names<'_>, count: &dyn Fn(&str) -> u32) -> Vec<Part> {
    let profile = input.profile;
    let default = instructions(input);
    let default = default.as_ref();
    let own = profile.system_prompt.trim();
    let instructions = if own.is_empty() { expand(default, names) } else { expand_over(own, default, names) };
    let titled = |title: &str, text: &str| match text.trim() {
        "" => String::new(),
        text => format!("{title}\n{}", expand(text, names)),
    };
    [
        (PromptPart::Instructions, instructions),
        (PromptPart::Persona, titled(&format!("About {}:", names.char), &profile.persona)),
        (PromptPart::Scenario, titled("The situation:", &profile.scenario)),
        (
            PromptPart::Examples,
            titled(&format!("How {} talks:", names.char), &profile.examples.replace("<START>", "---")),
        ),
    ]
    .into_iter()
    // A tiny model takes examples for what has happened.
    .filter(|(kind, _)| *kind != PromptPart::Examples || !input.tiny)
    .filter(|(_, text)| !text.is_empty())
    .map(|(kind, text)| Part { kind, tokens: count(&text) + 2, text })
    .collect()
}

/// What follows the history: an invitation when nobody has spoken, and the beginning of a continued reply.
fn tail(input: &PromptInput<'_>, names: Names<'_>) -> Vec<PromptMessage> {
    let mut tail = Vec::new();
    if !input.history.iter().any(said) {
        tail.push(PromptMessage { role: PromptRole::User, content: expand(OPENING, names) });
    }
    if let Some(begun) = input.continued.filter(|text| !text.is_empty()) {
        tail.push(PromptMessage { role: PromptRole::Assistant, content: begun.to_owned() });
    }
    tail
}

/// Whether a message was said: a reply that failed before its first word was not.
fn said(message: &Spoken) -> bool {
    !message.content.trim().is_empty()
}

/// Where the window of the history begins: as early as the budget allows; when not at the very start, at a multiple of
/// [`WINDOW_STEP`] in depth, unless that would leave less than half of what fits.
fn window_start(spoken: &[&Spoken], costs: &[u32], budget: u32) -> usize {
    let mut used = 0_u32;
    let fitting = costs.iter().rev().take_while(|cost| {
        used = used.saturating_add(**cost);
        used <= budget
    });
    let earliest = spoken.len() - fitting.count();
    let at_the_root = spoken.first().is_none_or(|message| message.depth == 0);
    if earliest == 0 && at_the_root {
        return 0;
    }
    let stepped = spoken
        .iter()
        .enumerate()
        .skip(earliest)
        .find(|(_, message)| message.depth.is_multiple_of(WINDOW_STEP))
        .map(|(index, _)| index);
    match stepped {
        Some(index) if (index - earliest) * 2 <= spoken.len() - earliest => index,
        _ => earliest,
    }
}

fn prompt_role(role: Role) -> PromptRole {
    match role {
        Role::User => PromptRole::User,
        Role::Character => PromptRole::Assistant,
    }
}
