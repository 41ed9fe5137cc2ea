//! The prompt of a reply: what the model is told, in an order that caches well, within a hard budget of tokens.
//!
//! Stable parts stand first (instructions, persona, scenario, examples, lore that always holds), then the history. The history's
//! window moves in steps of [`WINDOW_STEP`] messages, not with every message, so that the prefix of one turn is the prefix of the next.
//! What changes with every turn, the time, what she remembers and what lore the talk has come to, stands right before the last thing the
//! person said. What a character's maker wants behind the history stands behind it.

mod beyond;
mod instructions;
mod lore;
mod recalled;
mod window;

use std::borrow::Cow;

use time::{Duration, OffsetDateTime};

use self::beyond::Beyond;
use self::instructions::{OPENING, instructions};
use self::lore::{Lore, Slot};
use self::recalled::Recalled;
pub use self::window::WINDOW_STEP;
use self::window::window_start;
use crate::characters::CharacterProfile;
use crate::chats::Role;
use crate::ids::{LorebookId, MemoryId, MessageId};
use crate::lore::activation::Fired;
use crate::lore::decorators::UiPrompt;
use crate::macros::{CardTexts, Env, Expander, LastSaid, Names, Seeds, expand};
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
        /// What lorebooks say, wherever it stands.
        Lore = "lore",
        /// What the character remembers, and what time it is.
        Memories = "memories",
        /// How the two stand with each other.
        Bond = "bond",
        /// The scene that is played.
        Scene = "scene",
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
    /// What else her texts may speak of.
    pub beside: Beside<'a>,
}

/// What a prompt is made from besides: lore, and what macros stand for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Beside<'a> {
    /// The entries of lorebooks that fire, in their order.
    pub lore: &'a [Fired],
    /// Where the chance in macros comes from.
    pub seeds: Seeds,
    /// The model's name.
    pub model: &'a str,
    /// What time it is for the person.
    pub clock: Option<OffsetDateTime>,
    /// How long nothing was said.
    pub idle: Option<Duration>,
    /// How the two stand with each other, in words for the model; empty: nothing is told of it.
    pub bond: &'a str,
    /// Where the scene plays that the two are in, and what is to happen; empty: they are in none.
    pub scene: &'a str,
    /// Why she writes of her own accord, in words for the model; empty: she answers.
    pub cue: &'a str,
}

impl<'a> PromptInput<'a> {
    /// What macros stand for in texts of the character's maker and in lore. Chance in them is the same for the same reply.
    #[must_use]
    pub fn env(&self) -> Env<'a> {
        let said = |role: Option<Role>| {
            let mut newest = self.history.iter().rev().filter(|message| said(message));
            newest
                .find(|message| role.is_none_or(|role| message.role == role))
                .map_or("", |message| message.content.as_str())
        };
        let profile = self.profile;
        Env {
            char: &profile.name,
            user: self.user_name,
            company: self.company,
            card: CardTexts {
                description: &profile.persona,
                personality: "",
                scenario: &profile.scenario,
                examples: &profile.examples,
                first_message: &profile.greeting,
            },
            persona: "",
            last: LastSaid {
                message: said(None),
                by_user: said(Some(Role::User)),
                by_char: said(Some(Role::Character)),
            },
            model: self.beside.model,
            max_prompt: self.context_tokens.saturating_sub(self.reply_tokens),
            now: self.beside.clock,
            idle: self.beside.idle,
            original: None,
            outlets: None,
            seeds: self.beside.seeds,
        }
    }
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
    /// The entries of lorebooks for which there was no room.
    pub lore_left_out: Vec<(LorebookId, u32)>,
    /// All its tokens.
    pub tokens: u32,
}

impl Prompt {
    /// Whether it tells how the two stand.
    #[must_use]
    pub fn tells_bond(&self) -> bool {
        self.parts.iter().any(|(part, _)| *part == PromptPart::Bond)
    }
}

/// Character and last message do not fit the model, even without any history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PromptTooLong {
    /// The tokens that are needed.
    pub needed: u32,
    /// The tokens that there are.
    pub available: u32,
}

/// Tokens that a chat template puts around each message, at most.
pub const TEMPLATE_TOKENS: u32 = 8;

/// The largest share of the free tokens that the bond may take, and the scene: one in so many.
const ASIDE_SHARE: u32 = 4;

/// The prompt for `input`, counting with the model's own tokenizer, or an estimate that is not too low.
///
/// # Errors
/// When the character and the last message alone are longer than the budget.
pub fn assemble(input: PromptInput<'_>, count: &dyn Fn(&str) -> u32) -> Result<Prompt, PromptTooLong> {
    let lore = Lore::of(input.beside.lore);
    match assemble_with(&input, lore, count) {
        // Lore never drives the character out.
        Err(_) if !input.beside.lore.is_empty() => assemble_with(&input, Lore::none(input.beside.lore), count),
        made => made,
    }
}

fn assemble_with(
    input: &PromptInput<'_>,
    mut lore: Lore<'_>,
    count: &dyn Fn(&str) -> u32,
) -> Result<Prompt, PromptTooLong> {
    let names = Names { char: &input.profile.name, user: input.user_name };
    let available = input.context_tokens.saturating_sub(input.reply_tokens);
    let mut parts = fixed_parts(input, &lore, count);
    let mut beyond = Beyond::new(input, !lore.disables(UiPrompt::PostHistoryInstructions), count);
    let (opening, begun) = (opening(input, names), begun(input));
    let cost = |content: &str| count(content) + TEMPLATE_TOKENS;
    let tail_tokens: u32 = opening.iter().chain(&begun).map(|message| cost(&message.content)).sum();
    let needed = |parts: &[Part], beyond: &Beyond| {
        let beyond = beyond.note_tokens() + beyond.last_tokens();
        TEMPLATE_TOKENS + tail_tokens + beyond + parts.iter().map(|part| part.tokens).sum::<u32>()
    };

    // Examples are the first to go: the history shows how she talks.
    let spoken: Vec<&Spoken> = input.history.iter().filter(|message| said(message)).collect();
    let last = spoken.last().map_or(0, |message| cost(&message.shown()));
    if needed(&parts, &beyond) + last > available {
        parts.retain(|part| part.kind != PromptPart::Examples);
    }
    while needed(&parts, &beyond) + last > available && beyond.shrink() {}
    let fixed = needed(&parts, &beyond);
    if fixed + last > available {
        return Err(PromptTooLong { needed: fixed + last, available });
    }
    let lore_tokens = lore.fit(available - fixed - last, count);

    let fixed = fixed + lore_tokens;
    let (scene, scene_tokens) = aside(input.beside.scene, names, available - fixed - last, count);
    let fixed = fixed + scene_tokens;
    let (bond, bond_tokens) = aside(input.beside.bond, names, available - fixed - last, count);
    let fixed = fixed + bond_tokens;
    let mut recalled = Recalled::new(input, names, available - fixed - last, count);
    let costs: Vec<u32> = spoken.iter().map(|message| cost(&message.shown())).collect();
    let start = window_start(&spoken, &costs, available - fixed - recalled.reserved());
    let window = spoken.get(start..).unwrap_or_default();
    let history_tokens = costs.iter().skip(start).sum::<u32>() + tail_tokens;
    let told = recalled.tell(window);

    let mut messages = vec![PromptMessage { role: PromptRole::System, content: system(&parts, &lore) }];
    messages.extend(
        window
            .iter()
            .map(|message| PromptMessage { role: prompt_role(message.role), content: message.shown().into_owned() }),
    );
    messages.extend(opening.into_iter().chain(beyond.last()).chain(begun));
    let mut counted = counted(&parts, &beyond);
    if lore_tokens > 0 {
        counted.push((PromptPart::Lore, lore_tokens));
    }
    let memories = told.map(|(text, tokens)| {
        counted.push((PromptPart::Memories, tokens));
        text
    });
    if bond_tokens > 0 {
        counted.push((PromptPart::Bond, bond_tokens));
    }
    if scene_tokens > 0 {
        counted.push((PromptPart::Scene, scene_tokens));
    }
    let mut deep = lore.deep(window);
    deep.extend(beyond.note(window));
    insert_what_changes(&mut messages, &lore, deep, [memories.as_deref(), bond.as_deref(), scene.as_deref()]);
    counted.push((PromptPart::History, history_tokens));
    let tokens = TEMPLATE_TOKENS + counted.iter().map(|(_, tokens)| tokens).sum::<u32>();
    Ok(Prompt {
        messages,
        parts: counted,
        history_from: window.first().map(|message| message.id),
        history_messages: u32::try_from(window.len()).unwrap_or(u32::MAX),
        memories: recalled.outcomes,
        lore_left_out: lore.left_out(),
        tokens,
    })
}

/// The stable parts, with the lore that always holds in its places.
fn system(parts: &[Part], lore: &Lore<'_>) -> String {
    let mut texts: Vec<&str> = Vec::new();
    let of = |kind: PromptPart| parts.iter().filter(move |part| part.kind == kind).map(|part| part.text.as_str());
    texts.extend(of(PromptPart::Instructions));
    texts.extend(lore.stable(Slot::BeforeChar));
    texts.extend(of(PromptPart::Persona));
    texts.extend(lore.stable(Slot::AfterChar));
    texts.extend(of(PromptPart::Scenario));
    texts.extend(lore.stable(Slot::Scenario));
    texts.extend(lore.stable(Slot::ExamplesTop));
    texts.extend(of(PromptPart::Examples));
    texts.extend(lore.stable(Slot::ExamplesBottom));
    texts.join("\n\n")
}

/// Puts what changes with every turn as far back as it may stand: all before it stays a prefix of the next prompt. What wants a
/// depth of its own stands there.
fn insert_what_changes(
    messages: &mut Vec<PromptMessage>,
    lore: &Lore<'_>,
    deep: Vec<(usize, PromptRole, String)>,
    besides: [Option<&str>; 3],
) {
    let question = messages.iter().rposition(|message| message.role == PromptRole::User);
    let at = question.unwrap_or(messages.len()).max(1);
    let late: Vec<&str> = lore.late().chain(besides.into_iter().flatten()).collect();
    let mut inserts = deep;
    if !late.is_empty() {
        inserts.push((at, PromptRole::System, late.join("\n")));
    }
    // From the end on, so that the places before stay what they are; of the same place the last stands last.
    inserts.sort_by_key(|(at, ..)| *at);
    for (at, role, content) in inserts.into_iter().rev() {
        messages.insert(at.min(messages.len()), PromptMessage { role, content });
    }
}

/// How the two stand, or the scene that they are in, where there is room to tell it, and its tokens.
fn aside(text: &str, names: Names<'_>, free: u32, count: &dyn Fn(&str) -> u32) -> (Option<String>, u32) {
    let text = expand(text, names);
    if text.is_empty() {
        return (None, 0);
    }
    let tokens = count(&text) + TEMPLATE_TOKENS;
    if tokens > free / ASIDE_SHARE { (None, 0) } else { (Some(text), tokens) }
}

struct Part {
    kind: PromptPart,
    text: String,
    tokens: u32,
}

/// What stays the same from turn to turn.
fn fixed_parts(input: &PromptInput<'_>, lore: &Lore<'_>, count: &dyn Fn(&str) -> u32) -> Vec<Part> {
    let profile = input.profile;
    let default = instructions(input);
    let outlets = lore.outlets();
    let env = Env { original: Some(default), outlets: Some(&outlets), ..input.env() };
    let mut expander = Expander::new(env);
    let own = profile.system_prompt.trim();
    let instructions = expander.expand(if own.is_empty() { default } else { own }).text;
    expander.forget_original();
    let mut titled = |title: &str, text: &str, place| match text.trim() {
        "" => String::new(),
        text => format!("{title}\n{}", expander.expand_at(text, place).text),
    };
    let persona = titled(&format!("About {}:", profile.name), &profile.persona, 1);
    let scenario = titled("The situation:", &profile.scenario, 2);
    let examples = titled(&format!("How {} talks:", profile.name), &profile.examples.replace("<START>", "---"), 3);
    [
        (PromptPart::Instructions, instructions),
        (PromptPart::Persona, persona),
        (PromptPart::Scenario, scenario),
        (PromptPart::Examples, examples),
    ]
    .into_iter()
    // A tiny model takes examples for what has happened.
    .filter(|(kind, _)| *kind != PromptPart::Examples || !input.tiny)
    .filter(|(_, text)| !text.is_empty())
    .map(|(kind, text)| Part { kind, tokens: count(&text) + 2, text })
    .collect()
}

/// An invitation to begin, when nobody has spoken; or why she writes of her own accord.
fn opening(input: &PromptInput<'_>, names: Names<'_>) -> Option<PromptMessage> {
    let content = match (input.history.iter().any(said), input.beside.cue) {
        (false, _) => expand(OPENING, names),
        (true, "") => return None,
        (true, cue) => cue.to_owned(),
    };
    Some(PromptMessage { role: PromptRole::User, content })
}

/// The beginning of a continued reply.
fn begun(input: &PromptInput<'_>) -> Option<PromptMessage> {
    let begun = input.continued.filter(|text| !text.is_empty())?;
    Some(PromptMessage { role: PromptRole::Assistant, content: begun.to_owned() })
}

/// The tokens of the parts; what stands beyond counts with what it is a part of.
fn counted(parts: &[Part], beyond: &Beyond) -> Vec<(PromptPart, u32)> {
    let mut counted: Vec<(PromptPart, u32)> = parts.iter().map(|part| (part.kind, part.tokens)).collect();
    for (kind, tokens) in
        [(PromptPart::Instructions, beyond.last_tokens()), (PromptPart::Persona, beyond.note_tokens())]
    {
        match counted.iter_mut().find(|(known, _)| *known == kind) {
            _ if tokens == 0 => {}
            Some((_, known)) => *known += tokens,
            None => counted.insert(1.min(counted.len()), (kind, tokens)),
        }
    }
    counted
}

/// Whether a message was said: a reply that failed before its first word was not.
fn said(message: &Spoken) -> bool {
    !message.content.trim().is_empty()
}

fn prompt_role(role: Role) -> PromptRole {
    match role {
        Role::User => PromptRole::User,
        Role::Character => PromptRole::Assistant,
    }
}
