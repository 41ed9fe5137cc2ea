//! Lore in the prompt: in its places, within the budget, and so that what stands before the question stays.

use domain::characters::{CharacterProfile, ContentRating, DepthPrompt, Visibility};
use domain::chats::Role;
use domain::ids::{LorebookId, MessageId};
use domain::lore::activation::{Fired, LoreSettings, Place};
use domain::lore::book::{Book, Entry, LorePosition};
use domain::lore::matching::Compiled;
use domain::lore::{Line, LoreSource, LoreState, Scan, Shelf, activate};
use domain::macros::{Expander, Seeds};
use domain::prompt::{Beside, Prompt, PromptInput, PromptPart, PromptRole, Spoken, assemble};
use domain::sampling::Sampling;
use proptest::prelude::*;
use uuid::Uuid;

const BOOK: LorebookId = LorebookId(Uuid::from_u128(7));

fn words(text: &str) -> u32 {
    u32::try_from(text.split_whitespace().count()).unwrap_or(u32::MAX)
}

fn profile(persona: &str) -> CharacterProfile {
    CharacterProfile {
        name: "Rin".into(),
        tagline: String::new(),
        persona: persona.into(),
        scenario: "SCENARIO".into(),
        greeting: String::new(),
        alternate_greetings: vec![],
        group_greetings: Vec::new(),
        examples: "EXAMPLES".into(),
        system_prompt: String::new(),
        post_history_instructions: String::new(),
        depth_prompt: DepthPrompt::default(),
        creator_notes: String::new(),
        tags: vec![],
        visibility: Visibility::Private,
        rating: ContentRating::General,
        model: None,
        sampling: Sampling::default(),
        bond: None,
        routine: None,
        translations: Vec::new(),
    }
}

fn spoken(depth: u32, content: &str) -> Spoken {
    let role = if depth.is_multiple_of(2) { Role::User } else { Role::Character };
    Spoken {
        id: MessageId(Uuid::from_u128(u128::from(depth) + 1)),
        depth,
        role,
        speaker: None,
        content: content.into(),
    }
}

fn input<'a>(
    profile: &'a CharacterProfile,
    history: &'a [Spoken],
    lore: &'a [Fired],
    context_tokens: u32,
) -> PromptInput<'a> {
    PromptInput {
        profile,
        user_name: "Bo",
        company: &[],
        history,
        memories: &[],
        now: "It is Monday.",
        continued: None,
        context_tokens,
        reply_tokens: 100,
        tiny: false,
        beside: Beside { lore, seeds: Seeds { turn: 1, chat: 1 }, ..Beside::default() },
    }
}

fn fired(uid: u32, text: &str, place: Place, is_stable: bool) -> Fired {
    Fired { book: BOOK, uid, place, text: text.into(), tokens: words(text), is_stable, disables: None }
}

#[test]
fn lore_stands_in_its_places() {
    let at = Place::At;
    let lore = [
        fired(0, "BEFORE", at(LorePosition::BeforeChar), true),
        fired(1, "AFTER", at(LorePosition::AfterChar), true),
        fired(2, "TOP", at(LorePosition::ExamplesTop), true),
        fired(3, "WITH", Place::Scenario, true),
        fired(4, "KEYED", at(LorePosition::BeforeChar), false),
        fired(5, "NOTE", at(LorePosition::NoteTop), true),
        fired(6, "DEEP", Place::Depth(1, PromptRole::User), false),
        fired(7, "DEEPER", Place::Depth(1, PromptRole::User), false),
        fired(8, "FIRST", Place::FromStart(0, PromptRole::Assistant), false),
        fired(9, "LAST", Place::Depth(0, PromptRole::System), false),
        fired(10, "MAP", Place::Outlet("map".into()), true),
    ];
    let history = [spoken(0, "one"), spoken(1, "two"), spoken(2, "three")];
    let profile = profile("PERSONA {{outlet::map}}");
    let made = assemble(input(&profile, &history, &lore, 1_000), &words).unwrap();
    let order = ["Stay in character", "BEFORE", "PERSONA MAP", "AFTER", "SCENARIO", "WITH", "TOP", "EXAMPLES"];
    let system = &made.messages[0].content;
    let places: Vec<usize> =
        order.iter().map(|word| system.find(word).unwrap_or_else(|| panic!("{word} in {system}"))).collect();
    assert!(places.is_sorted(), "{system}");
    let rest: Vec<(PromptRole, &str)> =
        made.messages.iter().skip(1).map(|message| (message.role, message.content.as_str())).collect();
    use PromptRole::{Assistant, System, User};
    assert_eq!(
        rest,
        [
            (Assistant, "FIRST"),
            (User, "one"),
            (Assistant, "two"),
            (User, "DEEP\nDEEPER"),
            (System, "KEYED\nNOTE\nIt is Monday."),
            (User, "three"),
            (System, "LAST"),
        ]
    );
    assert!(made.parts.iter().any(|(part, tokens)| *part == PromptPart::Lore && *tokens > 0));
    assert!(made.lore_left_out.is_empty());
}

#[test]
fn lore_never_drives_the_character_out() {
    let long = "word ".repeat(400);
    let lore = [
        fired(0, &long, Place::At(LorePosition::BeforeChar), true),
        fired(1, "SHORT", Place::At(LorePosition::BeforeChar), true),
    ];
    let history = [spoken(0, "one")];
    let card = profile("PERSONA");
    let made = assemble(input(&card, &history, &lore, 420), &words).unwrap();
    assert_eq!(made.lore_left_out, [(BOOK, 0)]);
    assert!(made.messages[0].content.contains("SHORT"));
    let outlet = [fired(0, &long, Place::Outlet("map".into()), true)];
    let card = profile("PERSONA {{outlet::map}}");
    let made = assemble(input(&card, &history, &outlet, 420), &words).unwrap();
    assert_eq!(made.lore_left_out, [(BOOK, 0)]);
}

proptest! {
    #[test]
    fn the_budget_holds_with_lore(
        lengths in prop::collection::vec((1_usize..60, 0_u32..6, any::<bool>()), 0..12),
        said in prop::collection::vec(1_usize..30, 1..40),
        context in 200_u32..1_200,
    ) {
        let place = |which: u32| match which {
            0 => Place::At(LorePosition::BeforeChar),
            1 => Place::At(LorePosition::NoteBottom),
            2 => Place::Depth(3, PromptRole::System),
            3 => Place::FromStart(2, PromptRole::User),
            4 => Place::Scenario,
            _ => Place::Outlet("map".into()),
        };
        let lore: Vec<Fired> = (0..).zip(&lengths).map(|(uid, (length, which, stable))| fired(uid, &"w ".repeat(*length), place(*which), *stable)).collect();
        let history: Vec<Spoken> = (0..).zip(&said).map(|(depth, length)| spoken(depth, &"s ".repeat(*length))).collect();
        let card = profile("PERSONA {{outlet::map}}");
        if let Ok(made) = assemble(input(&card, &history, &lore, context), &words) {
            prop_assert!(made.tokens <= context - 100);
            let real: u32 = made.messages.iter().map(|message| words(&message.content)).sum();
            prop_assert!(real <= made.tokens, "{real} of {}", made.tokens);
            let newest = &history.last().unwrap().content;
            prop_assert!(made.messages.iter().any(|message| &message.content == newest));
        }
    }
}

/// What of `after` a model that has read `before` need not read again, in tokens.
fn kept(before: &Prompt, after: &Prompt) -> u32 {
    let mut kept = 0;
    for (one, other) in before.messages.iter().zip(&after.messages) {
        if one == other {
            kept += words(&other.content);
            continue;
        }
        let same = one.content.chars().zip(other.content.chars()).take_while(|(one, other)| one == other).count();
        return kept + words(&other.content.chars().take(same).collect::<String>());
    }
    kept
}

/// The share of the tokens of all prompts of a long chat that stand in the prefix the prompt before had, too.
fn prefix_share(context: u32) -> f64 {
    const TOPICS: [&str; 8] = ["harbour", "lamp", "storm", "keeper", "island", "ferry", "market", "chapel"];
    let entry = |uid: u32| Entry {
        keys: vec![format!("{}{}", TOPICS[uid as usize % 8], uid / 8)],
        content: format!(
            "Of {}{}: {}",
            TOPICS[uid as usize % 8],
            uid / 8,
            "what is known of it and told by few ".repeat(3)
        ),
        constant: uid < 12,
        position: if uid.is_multiple_of(3) { LorePosition::AfterChar } else { LorePosition::BeforeChar },
        sticky: if uid >= 12 && uid.is_multiple_of(5) { 4 } else { 0 },
        ..Entry::new(uid)
    };
    let settings = LoreSettings::default();
    let book = Compiled::new(Book { entries: (0..300).map(entry).collect(), ..Book::default() }, settings.matching);
    let card = profile(&"She keeps the light and a diary of every ship. ".repeat(40));
    let (mut history, mut state): (Vec<Spoken>, LoreState) = (Vec::new(), LoreState::default());
    let (mut all, mut same) = (0_u64, 0_u64);
    let mut before: Option<Prompt> = None;
    let mut keyed = 0;
    for turn in 0..400_u32 {
        let topic = format!("{}{}", TOPICS[turn as usize % 8], turn * 7 % 37);
        history.push(spoken(
            turn * 2,
            &format!("{} And the {topic}, what of it?", "Tell me how the evening went for you there. ".repeat(2)),
        ));
        let lines: Vec<Line<'_>> = history.iter().map(|said| Line { name: "Bo", text: &said.content }).collect();
        let shelf = [Shelf { id: BOOK, source: LoreSource::Character, book: &book }];
        let scan = Scan {
            books: &shelf,
            messages: &lines,
            sources: &[],
            character: "Rin",
            tags: &[],
            triggers: &[domain::lore::book::LoreTrigger::Normal],
            near: None,
            length: turn * 2 + 1,
            own_messages: turn,
            greeting: None,
            state: &state,
            settings,
            budget: context / 4,
            seed: u64::from(turn),
        };
        let found = activate(&scan, &mut Expander::new(input(&card, &history, &[], context).env()), &words);
        let made = assemble(input(&card, &history, &found.fired, context), &words).unwrap();
        assert_eq!(found.fired.iter().filter(|fired| fired.is_stable).count(), 12);
        keyed += found.fired.len() - 12;
        if let Some(before) = &before {
            all += u64::from(made.messages.iter().map(|message| words(&message.content)).sum::<u32>());
            same += u64::from(kept(before, &made));
        }
        before = Some(made);
        state = found.state;
        history.push(spoken(
            turn * 2 + 1,
            &format!("She looks up. {}", "It was quiet, and the light went round as it does. ".repeat(3)),
        ));
    }
    assert!(keyed > 600, "the talk comes to lore: {keyed}");
    same as f64 / all as f64
}

#[test]
fn nearly_all_of_a_prompt_is_the_prompt_before() {
    for context in [16_384, 32_768] {
        let share = prefix_share(context);
        println!("context {context}: {:.1} % of a prompt stay in the prefix", share * 100.0);
        assert!(share >= 0.95, "{share} of {context}");
    }
}
