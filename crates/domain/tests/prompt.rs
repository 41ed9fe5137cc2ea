//! The prompt keeps its budget, its order and its prefix.

use domain::characters::{CharacterProfile, Visibility};
use domain::chats::{Message, MessageStatus, Role};
use domain::ids::{MessageId, SessionId};
use domain::prompt::{Prompt, PromptInput, PromptPart, PromptRole, WINDOW_STEP, assemble};
use domain::sampling::Sampling;
use proptest::prelude::*;
use time::OffsetDateTime;
use uuid::Uuid;

fn profile() -> CharacterProfile {
    CharacterProfile {
        name: "Rin".into(),
        tagline: String::new(),
        persona: "{{char}} keeps a lighthouse for {{user}}.".into(),
        scenario: "A storm.".into(),
        greeting: String::new(),
        alternate_greetings: vec![],
        examples: "<START>\n{{user}}: Hi\n{{char}}: Hm.".into(),
        system_prompt: String::new(),
        creator_notes: "never in a prompt".into(),
        tags: vec!["never".into()],
        visibility: Visibility::Private,
        model: None,
        sampling: Sampling::default(),
    }
}

fn message(depth: u32, content: &str) -> Message {
    Message {
        id: MessageId(Uuid::from_u128(u128::from(depth) + 1)),
        session_id: SessionId(Uuid::from_u128(1)),
        parent_id: None,
        depth,
        role: if depth.is_multiple_of(2) { Role::Character } else { Role::User },
        content: content.into(),
        status: MessageStatus::Complete,
        failure: None,
        client_message_id: None,
        model: None,
        finish_reason: None,
        usage: None,
        revision: 0,
        siblings: vec![],
        created_at: OffsetDateTime::UNIX_EPOCH,
        edited_at: None,
    }
}

fn words(text: &str) -> u32 {
    u32::try_from(text.split_whitespace().count()).unwrap_or(u32::MAX)
}

fn prompt(
    profile: &CharacterProfile,
    history: &[Message],
    context_tokens: u32,
) -> Result<Prompt, domain::prompt::PromptTooLong> {
    let input = PromptInput {
        profile,
        user_name: "Aya",
        history,
        continued: None,
        context_tokens,
        reply_tokens: 10,
        tiny: false,
    };
    assemble(input, &words)
}

#[test]
fn stable_parts_stand_first_and_only_what_belongs_is_in() {
    let history = [message(0, "Hello."), message(1, "{{char}}, hi!")];
    let made = prompt(&profile(), &history, 1_000).unwrap();
    let system = &made.messages[0];
    assert_eq!(system.role, PromptRole::System);
    let places: Vec<usize> = ["You are Rin", "Rin keeps a lighthouse for Aya.", "A storm.", "Rin: Hm."]
        .iter()
        .map(|part| system.content.find(part).unwrap())
        .collect();
    assert!(places.is_sorted(), "{}", system.content);
    assert!(!system.content.contains("never in a prompt") && !system.content.contains("<START>"));
    assert_eq!(made.messages[2].content, "{{char}}, hi!", "what a person says is not expanded");
    assert_eq!(made.parts.iter().map(|(part, _)| *part).collect::<Vec<_>>().last(), Some(&PromptPart::History));
}

#[test]
fn a_system_prompt_replaces_or_wraps_the_servers() {
    let own = CharacterProfile { system_prompt: "Speak in rhyme.".into(), ..profile() };
    assert!(prompt(&own, &[], 1_000).unwrap().messages[0].content.starts_with("Speak in rhyme."));
    let both = CharacterProfile { system_prompt: "{{original}} Rhyme.".into(), ..profile() };
    let content = prompt(&both, &[], 1_000).unwrap().messages.remove(0).content;
    assert!(content.starts_with("You are Rin in a private chat with Aya.") && content.contains(" Rhyme."));
}

#[test]
fn examples_go_first_and_too_long_is_said() {
    let long = CharacterProfile { examples: "word ".repeat(500), ..profile() };
    let made = prompt(&long, &[message(0, "Hi")], 300).unwrap();
    assert!(made.parts.iter().all(|(part, _)| *part != PromptPart::Examples));
    let impossible = CharacterProfile { persona: "word ".repeat(500), ..profile() };
    let error = prompt(&impossible, &[message(0, "Hi")], 300).unwrap_err();
    assert!(error.needed > error.available);
}

#[test]
fn what_was_never_said_is_left_out_and_nobody_speaking_asks_for_an_opening() {
    let empty = Message { status: MessageStatus::Failed, ..message(0, "  ") };
    let made = prompt(&profile(), &[empty], 1_000).unwrap();
    assert_eq!(made.messages.len(), 2);
    assert_eq!(
        (made.messages[1].role, made.messages[1].content.as_str()),
        (PromptRole::User, "(Write Rin's first message to Aya.)")
    );
}

#[test]
fn the_window_keeps_its_beginning_while_the_chat_grows() {
    let all: Vec<Message> = (0..400).map(|depth| message(depth, "one two three four")).collect();
    let mut changes = 0;
    let mut before = None;
    for length in 100..400 {
        let made = prompt(&profile(), &all[..length], 700).unwrap();
        if before.is_some() && before != made.history_from {
            changes += 1;
        }
        before = made.history_from;
    }
    assert!(changes <= 300 / WINDOW_STEP as usize + 1, "the window moved {changes} times in 300 messages");
}

proptest! {
    #[test]
    fn the_budget_is_never_exceeded_and_the_newest_is_always_in(
        lengths in prop::collection::vec(0_usize..60, 1..120), context in 60_u32..2_000, offset in 0_u32..50, continued in prop::option::of("[a-z ]{0,40}"),
    ) {
        let history: Vec<Message> = lengths.iter().enumerate().map(|(index, words)| message(offset + u32::try_from(index).unwrap(), &"w ".repeat(*words))).collect();
        let profile = profile();
        let input = PromptInput { profile: &profile, user_name: "Aya", history: &history, continued: continued.as_deref(), context_tokens: context, reply_tokens: 10, tiny: true };
        match assemble(input, &words) {
            Ok(made) => {
                let counted: u32 = made.messages.iter().map(|message| words(&message.content)).sum();
                prop_assert!(counted <= made.tokens && made.tokens <= context - 10, "{counted} {} {context}", made.tokens);
                let newest = history.iter().rev().find(|message| !message.content.trim().is_empty());
                if let Some(newest) = newest {
                    prop_assert!(made.messages.iter().any(|message| message.content == newest.content));
                }
                let spoken: Vec<&str> = made.messages[1..].iter().map(|message| message.content.as_str()).collect();
                let expected: Vec<&str> = history.iter().filter(|message| !message.content.trim().is_empty()).map(|message| message.content.as_str()).collect();
                let window: Vec<&str> = expected[expected.len() - spoken.len().min(expected.len())..].to_vec();
                prop_assert!(expected.is_empty() || continued.as_deref().is_some_and(|text| !text.is_empty()) || window == spoken, "the window is the end of the history");
            }
            Err(error) => prop_assert!(error.needed > error.available),
        }
    }
}
