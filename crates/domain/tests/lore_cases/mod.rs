//! Rules that one mode or one field has, by example.

use std::collections::HashSet;

use domain::ids::LorebookId;
use domain::lore::activation::{LoreSettings, LoreStrategy};
use domain::lore::book::{Book, CharacterFilter, Entry, LoreMode, LorePosition, LoreTrigger, ScanSource};
use domain::lore::matching::Compiled;
use domain::lore::{Activation, Line, LoreReason, LoreSource, LoreState, Place, Scan, Shelf, activate};
use domain::macros::{Env, Expander, Seeds};
use domain::prompt::PromptRole;
use uuid::Uuid;

const BOOK: LorebookId = LorebookId(Uuid::from_u128(7));

fn keyed(uid: u32, key: &str, content: &str) -> Entry {
    Entry { keys: vec![key.to_owned()], content: content.to_owned(), ..Entry::new(uid) }
}

struct Case {
    books: Vec<(LoreSource, Compiled)>,
    said: Vec<String>,
    settings: LoreSettings,
    budget: u32,
    seed: u64,
    own: u32,
    greeting: Option<u32>,
    state: LoreState,
    length: Option<u32>,
    triggers: Vec<LoreTrigger>,
    near: Option<HashSet<(LorebookId, u32)>>,
}

fn of(mode: LoreMode, entries: Vec<Entry>) -> Case {
    from(vec![(LoreSource::Character, Book { mode, entries, ..Book::default() })])
}

fn from(books: Vec<(LoreSource, Book)>) -> Case {
    let settings = LoreSettings::default();
    let books = books.into_iter().map(|(source, book)| (source, Compiled::new(book, settings.matching))).collect();
    Case {
        books,
        said: Vec::new(),
        settings,
        budget: 1_000,
        seed: 1,
        own: 0,
        greeting: None,
        state: LoreState::default(),
        length: None,
        triggers: vec![LoreTrigger::Normal],
        near: None,
    }
}

impl Case {
    fn said(self, said: &[&str]) -> Self {
        Self { said: said.iter().map(|said| (*said).to_owned()).collect(), ..self }
    }

    fn run(&self) -> Activation {
        let lines: Vec<Line<'_>> = self.said.iter().map(|text| Line { name: "Bo", text }).collect();
        let ids = (1..).map(|id| LorebookId(Uuid::from_u128(6 + id)));
        let books: Vec<Shelf<'_>> =
            self.books.iter().zip(ids).map(|((source, book), id)| Shelf { id, source: *source, book }).collect();
        let scan = Scan {
            books: &books,
            messages: &lines,
            sources: &[(ScanSource::Scenario, "A harbour in the fog.")],
            character: "Rin",
            tags: &["sailor".to_owned()],
            triggers: &self.triggers,
            near: self.near.as_ref(),
            length: self.length.unwrap_or(u32::try_from(lines.len()).unwrap()),
            own_messages: self.own,
            greeting: self.greeting,
            state: &self.state,
            settings: self.settings,
            budget: self.budget,
            seed: self.seed,
        };
        let env = Env { char: "Rin", user: "Bo", seeds: Seeds { turn: self.seed, chat: 1 }, ..Env::default() };
        activate(&scan, &mut Expander::new(env), &|text| u32::try_from(text.split_whitespace().count()).unwrap())
    }

    fn reasons(&self) -> Vec<LoreReason> {
        self.run().verdicts.iter().map(|verdict| verdict.reason).collect()
    }

    fn fired(&self) -> Vec<u32> {
        self.run().verdicts.iter().filter(|verdict| verdict.reason.fires()).map(|verdict| verdict.uid).collect()
    }
}

#[test]
fn keys_are_found_in_every_script() {
    let entries = vec![
        keyed(0, "灯台", "a"),
        keyed(1, "ミナト", "b"),
        keyed(2, "เมือง", "c"),
        keyed(3, "МАЯК", "d"),
        Entry { match_whole_words: Some(true), ..keyed(4, "灯", "e") },
        Entry { match_whole_words: Some(true), ..keyed(5, "мая", "f") },
        keyed(6, "İstanbul", "g"),
    ];
    let case = of(LoreMode::St, entries).said(&["古い灯台とミナトの話", "ไปเมืองท่า", "Старый маяк.", "İSTANBUL"]);
    assert_eq!(case.fired(), [0, 1, 2, 3, 4, 6]);
}

#[test]
fn what_is_meant_counts_where_no_key_does_and_is_asked_for() {
    let entries = vec![
        Entry { vectorized: true, ..keyed(0, "gull", "a") },
        Entry { vectorized: true, ..keyed(1, "fog", "b") },
        keyed(2, "whale", "c"),
        Entry { vectorized: true, secondary_keys: vec!["night".into()], selective: true, ..keyed(3, "fog", "d") },
        Entry { vectorized: true, enabled: false, ..Entry::new(4) },
        Entry { vectorized: true, content: "@@exclude_keys fog\nx".into(), ..Entry::new(5) },
        Entry { vectorized: true, content: "@@additional_keys fog\nx".into(), ..Entry::new(6) },
        Entry { vectorized: true, content: "x".into(), ..Entry::new(7) },
    ];
    let mut case = of(LoreMode::St, entries).said(&["Look, the fog"]);
    use LoreReason as Reason;
    let (dark, near) = (Reason::NoVectors, Reason::Near);
    assert_eq!(case.reasons(), [dark, Reason::Key, Reason::NoKey, dark, Reason::Disabled, dark, dark, dark]);
    case.near = Some((0..7).map(|uid| (BOOK, uid)).collect());
    assert_eq!(
        case.reasons(),
        [near, Reason::Key, Reason::NoKey, near, Reason::Disabled, Reason::ExcludedKey, near, Reason::Far]
    );
    assert_eq!(case.fired(), [0, 1, 3, 6]);
}

#[test]
fn an_entry_with_triggers_is_for_these_alone() {
    let entry = |uid, triggers: &[LoreTrigger], constant| Entry {
        triggers: triggers.to_vec(),
        constant,
        sticky: 3,
        ..keyed(uid, "fog", "x")
    };
    let entries = vec![
        entry(0, &[], true),
        entry(1, &[LoreTrigger::Normal, LoreTrigger::Quiet], true),
        entry(2, &[LoreTrigger::Swipe], false),
        entry(3, &[LoreTrigger::Continue], true),
    ];
    let mut case = of(LoreMode::St, entries).said(&["Look, the fog"]);
    assert_eq!(case.fired(), [0, 1]);
    assert_eq!(case.reasons()[2..], [LoreReason::OtherTrigger, LoreReason::OtherTrigger]);
    for (triggers, fired) in [
        (&[LoreTrigger::Swipe, LoreTrigger::Regenerate][..], &[0, 2][..]),
        (&[LoreTrigger::Continue], &[0, 3]),
        (&[LoreTrigger::Impersonate], &[0]),
        (&[LoreTrigger::Quiet], &[0, 1]),
    ] {
        case.triggers = triggers.to_vec();
        assert_eq!(case.fired(), fired, "{triggers:?}");
    }
}

#[test]
fn modes_differ_where_the_budget_is_full() {
    let entries = || {
        let of = |uid, order, priority, words: usize| Entry {
            insertion_order: order,
            priority: Some(priority),
            constant: true,
            content: "w ".repeat(words),
            ..Entry::new(uid)
        };
        vec![of(0, 30, 1, 3), of(1, 20, 2, 9), of(2, 10, 3, 3)]
    };
    let fired = |mode| Case { budget: 10, ..of(mode, entries()) }.fired();
    assert_eq!(fired(LoreMode::St), [0], "the first that does not fit ends it");
    assert_eq!(fired(LoreMode::Risu), [0, 2], "it is passed over");
    assert_eq!(fired(LoreMode::V3), [0, 2]);
    let first = |mode| Case { budget: 6, ..of(mode, entries()) }.fired();
    assert_eq!((first(LoreMode::St), first(LoreMode::V3)), (vec![0], vec![2]), "in V3 priority says what stays");
}

#[test]
fn a_book_s_own_settings_count_but_for_sillytavern() {
    let book = |mode, depth| Book {
        mode,
        scan_depth: Some(depth),
        token_budget: Some(3),
        entries: vec![keyed(0, "sea", "a b"), keyed(1, "sea", "c d")],
        ..Book::default()
    };
    let fired = |mode, depth| from(vec![(LoreSource::Character, book(mode, depth))]).said(&["sea", "-", "-"]).fired();
    assert_eq!((fired(LoreMode::V3, 2), fired(LoreMode::V3, 3)), (vec![], vec![0]));
    assert_eq!(fired(LoreMode::St, 2), [0, 1]);
}

#[test]
fn risu_recurses_by_itself_and_spaces_do_not_count() {
    let entries = || vec![keyed(0, "light house", "the tower"), keyed(1, "tower", "x")];
    let fired = |mode| of(mode, entries()).said(&["The lighthouse!"]).fired();
    assert_eq!((fired(LoreMode::Risu), fired(LoreMode::St)), (vec![0, 1], vec![]));
}

#[test]
fn in_v3_all_keys_of_an_entry_may_be_expressions() {
    let entries = || {
        vec![
            Entry { use_regex: true, ..keyed(0, "l.mp", "a") },
            Entry { use_regex: true, constant: true, ..keyed(1, "(", "b") },
            keyed(2, "/l[ao]mp/", "c"),
            keyed(3, "/(?=l)amp/", "d"),
        ]
    };
    assert_eq!(of(LoreMode::V3, entries()).said(&["A LAMP and a lomp"]).fired(), [0, 1, 2]);
    let st = of(LoreMode::St, entries()).said(&["A LAMP and a lomp"]);
    assert_eq!(st.reasons(), [LoreReason::NoKey, LoreReason::Constant, LoreReason::Key, LoreReason::BadPattern]);
}

#[test]
fn an_expression_reads_only_as_far_as_its_entry_and_costs_no_more_than_is_bearable() {
    let entries = vec![
        Entry { scan_depth: Some(1), ..keyed(0, "/sea/", "a") },
        Entry { scan_depth: Some(2), ..keyed(1, "/sea/", "b") },
    ];
    assert_eq!(of(LoreMode::St, entries).said(&["sea", "land"]).fired(), [1]);
    let hostile: Vec<Entry> = (0..400)
        .map(|uid| Entry { scan_depth: Some(900), ..keyed(uid, &format!("/(x+x+)+y{uid}[a-z]{{200}}/"), "c") })
        .collect();
    let text = "x".repeat(1_000);
    let case = of(LoreMode::St, hostile).said(&vec![text.as_str(); 100]);
    assert!(case.reasons().contains(&LoreReason::TooCostly));
}

#[test]
fn decorators_say_when() {
    let with = |uid, decorators: &str| keyed(uid, "sea", &format!("{decorators}\nx"));
    let case = |own, greeting| Case {
        own,
        greeting,
        ..of(
            LoreMode::St,
            vec![
                with(0, "@@activate_only_after 3"),
                with(1, "@@activate_only_every 2"),
                with(2, "@@is_greeting 1"),
                with(3, "@@dont_activate\n@@activate"),
                with(4, "@@dont_activate"),
                with(5, "@@additional_keys fog, lamp"),
                with(6, "@@exclude_keys gull"),
                with(7, "@@scan_depth 0"),
                with(8, "@@probability 0"),
            ],
        )
    };
    use LoreReason::{
        Activated, AdditionalKeys, Deactivated, ExcludedKey, Key, NoKey, OtherGreeting, OtherMessage, RolledOut,
    };
    let calm = case(3, Some(1)).said(&["sea and fog"]);
    assert_eq!(calm.reasons(), [Key, OtherMessage, Key, Activated, Deactivated, Key, Key, NoKey, RolledOut]);
    let other = case(2, Some(0)).said(&["a gull at sea"]);
    assert_eq!(
        other.reasons(),
        [OtherMessage, Key, OtherGreeting, Activated, Deactivated, AdditionalKeys, ExcludedKey, NoKey, RolledOut]
    );
}

#[test]
fn places_are_the_entry_s_unless_a_decorator_knows_better() {
    let at = |uid, order, content: &str| Entry { constant: true, insertion_order: order, ..keyed(uid, "", content) };
    let entries = vec![
        Entry { position: LorePosition::AtDepth, depth: 2, role: PromptRole::User, ..at(0, 5, "a") },
        at(1, 4, "@@depth 1\n@@role assistant\nb"),
        at(2, 3, "@@position scenario\n@@depth 1\nc"),
        at(3, 2, "@@reverse_depth 3\nd"),
        Entry { position: LorePosition::Outlet, outlet: " map ".to_owned(), ..at(4, 1, "e") },
        Entry { position: LorePosition::AfterChar, ..at(5, 0, "{{char}} and {{user}}") },
    ];
    let found = of(LoreMode::St, entries).run();
    let places: Vec<(u32, Place)> = found.fired.iter().map(|fired| (fired.uid, fired.place.clone())).collect();
    assert_eq!(
        places,
        [
            (5, Place::At(LorePosition::AfterChar)),
            (4, Place::Outlet("map".to_owned())),
            (3, Place::FromStart(3, PromptRole::System)),
            (2, Place::Scenario),
            (1, Place::Depth(1, PromptRole::Assistant)),
            (0, Place::Depth(2, PromptRole::User)),
        ]
    );
    assert_eq!(found.fired[0].text, "Rin and Bo");
    assert!(found.fired.iter().all(|fired| fired.is_stable));
}

#[test]
fn what_changes_is_not_stable() {
    let constant = |uid, content: &str| Entry { constant: true, ..keyed(uid, "", content) };
    let entries = vec![
        constant(0, "a"),
        constant(1, "{{random::a::b}}"),
        constant(2, "{{pick::a::b}}"),
        Entry { probability: 99, ..constant(3, "c") },
        Entry { sticky: 2, ..constant(4, "d") },
        Entry { group: "g".to_owned(), ..constant(5, "e") },
        keyed(6, "sea", "f"),
    ];
    let found = Case { seed: 3, ..of(LoreMode::St, entries) }.said(&["sea"]).run();
    let stable: Vec<u32> = found.fired.iter().filter(|fired| fired.is_stable).map(|fired| fired.uid).collect();
    assert_eq!(stable, [0, 2]);
}

#[test]
fn chance_is_as_likely_as_it_says_and_the_same_for_the_same_reply() {
    let often = |probability| {
        let case =
            |seed| Case { seed, ..of(LoreMode::St, vec![Entry { constant: true, probability, ..keyed(0, "", "x") }]) };
        (0..1_000).filter(|seed| !case(*seed).fired().is_empty()).count()
    };
    assert_eq!((often(0), often(100)), (0, 1_000));
    assert!((200..400).contains(&often(30)), "{}", often(30));
    let weights = |seed| {
        let of_weight =
            |uid, group_weight| Entry { group: "g".to_owned(), group_weight, constant: true, ..keyed(uid, "", "x") };
        Case { seed, ..of(LoreMode::St, vec![of_weight(0, 300), of_weight(1, 100), of_weight(2, 0)]) }.fired()
    };
    let won = |uid| (0..1_000).filter(|seed| weights(*seed) == [uid]).count();
    assert!((650..850).contains(&won(0)) && won(2) == 0 && won(0) + won(1) == 1_000, "{}", won(0));
    assert_eq!(weights(9), weights(9));
}

#[test]
fn in_a_group_that_counts_most_keys_win() {
    let scored = |uid, keys: &[&str]| Entry {
        keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        group: "g, h".to_owned(),
        use_group_scoring: Some(true),
        ..keyed(uid, "", "x")
    };
    let case = of(
        LoreMode::St,
        vec![scored(0, &["sea"]), scored(1, &["sea", "fog"]), Entry { group: "h".to_owned(), ..keyed(2, "sea", "y") }],
    )
    .said(&["sea and fog"]);
    let fired = case.fired();
    assert!(fired == [1] || fired == [2], "{fired:?}");
    assert_eq!(case.reasons()[0], LoreReason::LostGroup);
}

#[test]
fn an_entry_stays_rests_and_comes_back_and_a_swipe_changes_nothing() {
    let entries = || {
        vec![
            Entry { sticky: 3, cooldown: 3, ..keyed(0, "sea", "x") },
            keyed(1, "sea", "@@dont_activate_after_match\ny"),
            keyed(2, "sea", "@@keep_activate_after_match\nz"),
        ]
    };
    let first = Case { length: Some(1), ..of(LoreMode::St, entries()).said(&["sea"]) };
    let state = first.run().state;
    assert_eq!(first.fired(), [0, 1, 2]);
    let later = |length, said: &str| Case {
        length: Some(length),
        state: state.clone(),
        ..of(LoreMode::St, entries()).said(&[said])
    };
    use LoreReason::{CoolingDown, Kept, Key, NoKey, Spent, Sticky};
    assert_eq!(later(1, "sea").reasons(), [Key, Key, Key], "made again");
    assert_eq!(later(3, "-").reasons(), [Sticky, Spent, Kept]);
    assert_eq!(later(5, "sea").reasons(), [CoolingDown, Spent, Kept]);
    assert_eq!(later(7, "sea").reasons(), [Key, Spent, Kept]);
    assert_eq!(later(9, "-").reasons(), [NoKey, Spent, Kept]);
    assert_eq!(later(5, "sea").run().state, state, "it goes on from when it fired");
    assert_eq!(later(7, "sea").run().state.find(BOOK, 0, state.0[0].hash), Some(7));
    let changed = Case {
        length: Some(3),
        state,
        ..of(LoreMode::St, vec![Entry { sticky: 3, ..keyed(0, "sea", "another") }]).said(&["-"])
    };
    assert_eq!(changed.reasons(), [NoKey], "a changed entry begins anew");
}

#[test]
fn filters_sources_macros_and_hidden_keys() {
    let filter = |is_exclude, names: &[&str], tags: &[&str]| CharacterFilter {
        is_exclude,
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
    };
    let entries = vec![
        Entry { filter: filter(false, &["rin"], &[]), ..keyed(0, "sea", "a") },
        Entry { filter: filter(true, &["Rin"], &[]), ..keyed(1, "sea", "b") },
        Entry { filter: filter(false, &[], &["Sailor"]), ..keyed(2, "sea", "c") },
        Entry { sources: vec![ScanSource::Scenario], ..keyed(3, "harbour", "d") },
        keyed(4, "harbour", "e"),
        keyed(5, "hi {{char}}", "f"),
        keyed(6, "Bo:", "g"),
        keyed(7, "sea", "{{hidden_key:secret}}{{comment:word}}{{// other}}h"),
        keyed(8, "secret", "i"),
        keyed(9, "word", "j"),
        Entry { scan_depth: Some(1), ..keyed(10, "<USER>", "k") },
    ];
    let case =
        Case { settings: LoreSettings { recursive: true, ..LoreSettings::default() }, ..of(LoreMode::St, entries) };
    let case = case.said(&["the sea", "Hi Rin!"]);
    assert_eq!(case.fired(), [0, 2, 3, 5, 6, 7, 8, 10]);
    let told = case.run().fired;
    assert!(told.iter().any(|fired| fired.uid == 7 && fired.text == "h"));
}

#[test]
fn books_are_asked_in_the_order_of_their_sources() {
    let book = |order, words: usize| Book {
        entries: vec![Entry { constant: true, insertion_order: order, content: "w ".repeat(words), ..Entry::new(0) }],
        ..Book::default()
    };
    let case = |strategy| {
        let books = vec![
            (LoreSource::Global, book(90, 4)),
            (LoreSource::Character, book(80, 4)),
            (LoreSource::Person, book(2, 4)),
            (LoreSource::Session, book(1, 4)),
        ];
        let settings = LoreSettings { strategy, ..LoreSettings::default() };
        Case { budget: 17, settings, ..from(books) }
            .run()
            .verdicts
            .iter()
            .map(|verdict| verdict.reason.fires())
            .collect::<Vec<_>>()
    };
    assert_eq!(case(LoreStrategy::Evenly), [true, false, true, true]);
    assert_eq!(case(LoreStrategy::CharacterFirst), [false, true, true, true]);
    assert_eq!(case(LoreStrategy::GlobalFirst), [true, false, true, true]);
}
