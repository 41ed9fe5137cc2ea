//! The prompt keeps its budget, its order and its prefix.

use domain::characters::{CharacterProfile, ContentRating, DepthPrompt, Visibility};
use domain::chats::Role;
use domain::ids::{MemoryId, MessageId};
use domain::prompt::{Beside, MemoryLine, Prompt, PromptInput, PromptPart, PromptRole, Spoken, WINDOW_STEP, assemble};
use domain::sampling::Sampling;
use domain::traces::MemoryOutcome;
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
        group_greetings: Vec::new(),
        examples: "<START>\n{{user}}: Hi\n{{char}}: Hm.".into(),
        system_prompt: String::new(),
        post_history_instructions: String::new(),
        depth_prompt: DepthPrompt::default(),
        creator_notes: "never in a prompt".into(),
        tags: vec!["never".into()],
        visibility: Visibility::Private,
        rating: ContentRating::General,
        model: None,
        sampling: Sampling::default(),
        bond: None,
        routine: None,
        translations: Vec::new(),
    }
}

fn message(depth: u32, content: &str) -> Spoken {
    let role = if depth.is_multiple_of(2) { Role::Character } else { Role::User };
    Spoken {
        id: MessageId(Uuid::from_u128(u128::from(depth) + 1)),
        depth,
        role,
        speaker: None,
        content: content.into(),
    }
}

fn memory(n: u32, text: &str, anchors: &[&Spoken]) -> MemoryLine {
    MemoryLine {
        id: MemoryId(Uuid::from_u128(u128::from(n))),
        text: text.into(),
        at: OffsetDateTime::UNIX_EPOCH + time::Duration::days(i64::from(n)),
        anchors: anchors.iter().map(|message| message.id).collect(),
    }
}

fn words(text: &str) -> u32 {
    u32::try_from(text.split_whitespace().count()).unwrap_or(u32::MAX)
}

fn prompt(
    profile: &CharacterProfile,
    history: &[Spoken],
    context_tokens: u32,
) -> Result<Prompt, domain::prompt::PromptTooLong> {
    let input = PromptInput {
        profile,
        user_name: "Aya",
        company: &[],
        history,
        memories: &[],
        now: "",
        continued: None,
        context_tokens,
        reply_tokens: 10,
        tiny: false,
        beside: Beside::default(),
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
    let made = prompt(&profile(), &[message(0, "  ")], 1_000).unwrap();
    assert_eq!(made.messages.len(), 2);
    assert_eq!(
        (made.messages[1].role, made.messages[1].content.as_str()),
        (PromptRole::User, "(Write Rin's first message to Aya.)")
    );
}

#[test]
fn the_window_keeps_its_beginning_while_the_chat_grows() {
    let all: Vec<Spoken> = (0..400).map(|depth| message(depth, "one two three four")).collect();
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

fn remembering(
    history: &[Spoken],
    memories: &[MemoryLine],
    context_tokens: u32,
) -> Result<Prompt, domain::prompt::PromptTooLong> {
    let profile = profile();
    let input = PromptInput {
        profile: &profile,
        user_name: "Aya",
        company: &[],
        history,
        memories,
        now: "It is Monday.",
        continued: None,
        context_tokens,
        reply_tokens: 10,
        tiny: false,
        beside: Beside::default(),
    };
    assemble(input, &words)
}

#[test]
fn memories_stand_before_the_question_in_the_order_of_time() {
    let history = [message(0, "Hello."), message(1, "Do you remember my cat?")];
    let memories = [memory(9, "she likes rain", &[]), memory(3, "her cat is Miso\nand old", &[])];
    let made = remembering(&history, &memories, 1_000).unwrap();
    let told = &made.messages[2];
    assert_eq!(told.role, PromptRole::System);
    assert!(told.content.starts_with("It is Monday.\nWhat Rin remembers of Aya"), "{}", told.content);
    assert!(told.content.ends_with("\n- her cat is Miso and old\n- she likes rain"), "{}", told.content);
    assert_eq!(made.messages[3].content, "Do you remember my cat?");
    assert_eq!(made.memories, [MemoryOutcome::Used, MemoryOutcome::Used]);
    assert!(made.parts.iter().any(|(part, tokens)| *part == PromptPart::Memories && *tokens > 0));
}

#[test]
fn what_the_history_holds_is_not_told_twice_and_the_most_wanted_get_the_room() {
    let history = [message(0, "Hello."), message(1, "My cat is Miso.")];
    let mut memories = vec![memory(1, "her cat is Miso", &[&history[1]])];
    memories.extend((2..200).map(|n| memory(n, "one two three four five six", &[])));
    let made = remembering(&history, &memories, 600).unwrap();
    assert_eq!(made.memories.len(), 199);
    assert_eq!(made.memories[..2], [MemoryOutcome::InHistory, MemoryOutcome::Used]);
    assert_eq!(made.memories.last(), Some(&MemoryOutcome::NoRoom));
    assert!(made.memories[1..].is_sorted_by_key(|outcome| *outcome == MemoryOutcome::NoRoom));
    let outside = remembering(&[message(4, "Hm."), message(5, "So?")], &memories[..1], 600).unwrap();
    assert_eq!(outside.memories, [MemoryOutcome::Used]);
}

#[test]
fn what_is_remembered_leaves_the_prefix_of_the_next_prompt_alone() {
    let history: Vec<Spoken> = (0..6).map(|depth| message(depth, "one two three")).collect();
    let first = remembering(&history[..4], &[memory(1, "this", &[])], 1_000).unwrap();
    let second = remembering(&history, &[memory(2, "that", &[])], 1_000).unwrap();
    let same = first.messages.iter().zip(&second.messages).take_while(|(one, two)| one == two).count();
    assert_eq!(same, 4, "system, and three of the history");
}

proptest! {
    #[test]
    fn the_budget_holds_with_memories_too(
        lengths in prop::collection::vec(1_usize..40, 1..40), lines in prop::collection::vec(0_usize..30, 0..40), context in 100_u32..1_500, tiny: bool,
    ) {
        let history: Vec<Spoken> = lengths.iter().enumerate().map(|(index, words)| message(u32::try_from(index).unwrap(), &"w ".repeat(*words))).collect();
        let memories: Vec<MemoryLine> = lines.iter().enumerate().map(|(n, words)| memory(u32::try_from(n).unwrap(), &"m ".repeat(*words), &[])).collect();
        let profile = profile();
        let input = PromptInput { profile: &profile, user_name: "Aya", company: &[], history: &history, memories: &memories, now: "It is Monday.", continued: None, context_tokens: context, reply_tokens: 10, tiny, beside: Beside::default() };
        if let Ok(made) = assemble(input, &words) {
            let counted: u32 = made.messages.iter().map(|message| words(&message.content)).sum();
            prop_assert!(counted <= made.tokens && made.tokens <= context - 10, "{counted} {} {context}", made.tokens);
            prop_assert_eq!(made.memories.len(), memories.len());
            let newest = &history.last().unwrap().content;
            prop_assert!(made.messages.iter().any(|message| message.content == *newest));
        }
    }

    #[test]
    fn the_budget_is_never_exceeded_and_the_newest_is_always_in(
        lengths in prop::collection::vec(0_usize..60, 1..120), context in 60_u32..2_000, offset in 0_u32..50, continued in prop::option::of("[a-z ]{0,40}"),
    ) {
        let history: Vec<Spoken> = lengths.iter().enumerate().map(|(index, words)| message(offset + u32::try_from(index).unwrap(), &"w ".repeat(*words))).collect();
        let profile = profile();
        let input = PromptInput { profile: &profile, user_name: "Aya", company: &[], history: &history, memories: &[], now: "", continued: continued.as_deref(), context_tokens: context, reply_tokens: 10, tiny: true, beside: Beside::default() };
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

#[test]
fn what_a_maker_wants_behind_the_history_and_in_it_stands_there_and_goes_before_the_character_does() {
    let wanting = CharacterProfile {
        post_history_instructions: "{{original}}Keep {{user}} dry.".into(),
        depth_prompt: DepthPrompt { text: "{{char}} is tired.".into(), depth: 1, role: PromptRole::User },
        ..profile()
    };
    let history = [message(0, "Hello."), message(1, "Hi!"), message(2, "Sit."), message(3, "Thanks.")];
    let made = prompt(&wanting, &history, 1_000).unwrap();
    let told: Vec<(PromptRole, &str)> = made.messages.iter().map(|one| (one.role, one.content.as_str())).collect();
    let expected = [
        (PromptRole::Assistant, "Hello."),
        (PromptRole::User, "Hi!"),
        (PromptRole::Assistant, "Sit."),
        (PromptRole::User, "Rin is tired."),
        (PromptRole::User, "Thanks."),
        (PromptRole::System, "Keep Aya dry."),
    ];
    assert_eq!(told[1..], expected);
    let plain = prompt(&profile(), &history, 1_000).unwrap();
    assert_eq!(made.tokens - plain.tokens, words("Rin is tired.") + words("Keep Aya dry.") + 16, "both are counted");
    // A reply that is continued still ends the prompt.
    let input = PromptInput {
        profile: &wanting,
        user_name: "Aya",
        company: &[],
        history: &history,
        memories: &[],
        now: "",
        continued: Some("And so"),
        context_tokens: 1_000,
        reply_tokens: 10,
        tiny: false,
        beside: Beside::default(),
    };
    let continued = assemble(input, &words).unwrap();
    assert_eq!(continued.messages.last().unwrap().content, "And so");
    // Where there is no room, the note goes first, then what stands last; she herself stays.
    let long = CharacterProfile {
        depth_prompt: DepthPrompt { text: "word ".repeat(300), ..DepthPrompt::default() },
        ..wanting.clone()
    };
    let made = prompt(&long, &history, 300).unwrap();
    assert_eq!(made.messages.last().unwrap().content, "Keep Aya dry.");
    assert!(made.messages.iter().all(|one| !one.content.contains("word word")));
}
