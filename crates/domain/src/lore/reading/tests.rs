use serde_json::{Value, json};

use super::*;
use crate::lore::book::{Entry, LoreMode, LorePosition, LoreTrigger, ScanSource, SelectiveLogic};
use crate::prompt::PromptRole;

fn card() -> Value {
    json!({
        "name": "Harbour", "scan_depth": 3, "recursive_scanning": true, "x_theirs": [1, {"b": null}],
        "extensions": {"theirs": {"deep": [null, 1.5]}},
        "entries": [
            {
                "keys": ["lighthouse", "beacon"], "secondary_keys": ["night"], "selective": true, "content": "It is dark.",
                "enabled": true, "insertion_order": 7, "id": "L-1", "use_regex": true, "position": "after_char", "odd": {"a": []},
                "case_sensitive": null,
                "extensions": {
                    "position": 4, "depth": 2, "role": 2, "selectiveLogic": 3, "probability": "50", "useProbability": true,
                    "exclude_recursion": true, "delay_until_recursion": true, "group": "g", "group_weight": 5, "sticky": 3,
                    "cooldown": null, "match_scenario": true, "vectorized": true, "display_index": 4, "match_whole_words": null
                }
            },
            {"keys": "a, b", "content": "x", "enabled": 1, "insertion_order": "3", "extensions": {}}
        ]
    })
}

#[test]
fn a_card_s_book_is_read_with_every_setting() {
    let book = read(&card()).unwrap().checked().unwrap();
    assert_eq!((book.name.as_str(), book.scan_depth, book.recursive_scanning), ("Harbour", Some(3), Some(true)));
    let first = &book.entries[0];
    assert_eq!(first.position, LorePosition::AtDepth);
    assert_eq!((first.depth, first.role, first.logic), (2, PromptRole::Assistant, SelectiveLogic::AndAll));
    assert_eq!((first.probability, first.delay_until_recursion, first.group_weight, first.sticky), (50, 1, 5, 3));
    assert!(first.exclude_recursion && first.use_regex && first.selective);
    assert_eq!(first.sources, [ScanSource::Scenario]);
    assert!(first.vectorized && !book.entries[1].vectorized);
    let second = &book.entries[1];
    assert_eq!((second.keys.len(), second.enabled, second.insertion_order), (2, true, 3));
    assert_ne!(first.uid, second.uid);
}

#[test]
fn a_book_that_nobody_changed_is_written_as_it_was_read() {
    let mut given = card();
    // These two are required, and are written as what they mean.
    given["entries"][1]["keys"] = json!(["a", "b"]);
    given["entries"][1]["use_regex"] = json!(false);
    given["entries"][1]["id"] = json!(1);
    let book = read(&given).unwrap();
    assert_eq!(write(&book, LoreFormat::CharacterBook), given);
    let file = write(&book, LoreFormat::LorebookV3);
    assert_eq!(file["spec"], "lorebook_v3");
    assert_eq!(read(&file).unwrap(), book);
    let in_a_card = json!({"spec": "chara_card_v3", "data": {"name": "Mara", "character_book": given}});
    assert_eq!(read(&in_a_card).unwrap(), book);
}

#[test]
fn what_was_changed_is_written_and_all_else_stays() {
    let mut book = read(&card()).unwrap();
    book.mode = LoreMode::Risu;
    book.entries[0].position = LorePosition::BeforeChar;
    book.entries[0].sticky = 0;
    book.entries[0].enabled = false;
    let written = write(&book, LoreFormat::CharacterBook);
    let first = &written["entries"][0];
    assert_eq!(
        (&first["enabled"], &first["position"], &first["extensions"]["position"]),
        (&json!(false), &json!("before_char"), &json!(0))
    );
    assert_eq!(
        (&first["extensions"]["sticky"], &first["extensions"]["vectorized"], &first["odd"]),
        (&json!(0), &json!(true), &json!({"a": []}))
    );
    let again = read(&written).unwrap();
    assert_eq!((again.mode, &again.entries[0].enabled), (LoreMode::Risu, &false));
}

#[test]
fn triggers_are_those_that_are_known_and_leave_as_they_came() {
    let given = json!({"entries": [
        {"keys": ["a"], "content": "x", "extensions": {"triggers": ["swipe", "normal", "swipe", "odd"]}},
        {"keys": ["b"], "content": "y", "extensions": {"triggers": "quiet"}},
        {"keys": ["c"], "content": "z", "extensions": {"triggers": null}}
    ]});
    let book = read(&given).unwrap().checked().unwrap();
    let triggers: Vec<&[LoreTrigger]> = book.entries.iter().map(|entry| entry.triggers.as_slice()).collect();
    assert_eq!(triggers, [&[LoreTrigger::Normal, LoreTrigger::Swipe][..], &[LoreTrigger::Quiet], &[]]);
    let written = write(&book, LoreFormat::CharacterBook);
    assert_eq!(written["entries"][0]["extensions"]["triggers"], given["entries"][0]["extensions"]["triggers"]);
    let mut changed = book.clone();
    changed.entries[0].triggers = vec![LoreTrigger::Continue];
    changed.entries[2].vectorized = true;
    let written = write(&changed, LoreFormat::CharacterBook);
    assert_eq!(written["entries"][0]["extensions"]["triggers"], json!(["continue"]));
    assert_eq!(written["entries"][2]["extensions"], json!({"triggers": null, "vectorized": true}));
    let world = write(&changed, LoreFormat::World);
    assert_eq!(
        (&world["entries"]["0"]["triggers"], &world["entries"]["0"]["vectorized"]),
        (&json!(["continue"]), &json!(false))
    );
    assert!(read(&world).unwrap().entries[2].vectorized);
}

#[test]
fn what_was_kept_before_there_were_fields_counts() {
    let of_card = Entry {
        extensions: json!({"vectorized": true, "triggers": ["swipe"]}).as_object().unwrap().clone(),
        ..Entry::new(0)
    };
    let of_world = Entry { extra: json!({"vectorized": true, "odd": 1}).as_object().unwrap().clone(), ..Entry::new(1) };
    let book =
        Book { entries: vec![of_card.clone(), of_world, Entry::new(2)], ..Book::default() }.with_later_settings();
    let [card, world, plain] = &book.entries[..] else { panic!() };
    assert_eq!(
        (card.vectorized, card.triggers.as_slice(), &card.extensions),
        (true, &[LoreTrigger::Swipe][..], &of_card.extensions)
    );
    assert_eq!((world.vectorized, world.extra.len()), (true, 1));
    assert_eq!(plain, &Entry::new(2));
}

#[test]
fn a_world_file_goes_there_and_back() {
    let world = json!({
        "entries": {
            "0": {"uid": 0, "key": ["sea"], "keysecondary": [], "comment": "Sea", "content": "Salt.", "constant": false, "selective": true,
                  "order": 10, "position": 0, "disable": true, "depth": 4, "probability": 100, "addMemo": true, "automationId": "",
                  "caseSensitive": null, "sticky": null, "characterFilter": {"isExclude": true, "names": ["Bo"], "tags": []}},
            "2": {"uid": 2, "key": [], "content": "c", "constant": true, "outletName": "map", "position": 7}
        },
        "originalData": {"keep": 1}
    });
    let book = read(&world).unwrap().checked().unwrap();
    assert_eq!(book.entries.iter().map(|entry| entry.uid).collect::<Vec<_>>(), [0, 2]);
    assert!(!book.entries[0].enabled && book.entries[0].filter.is_exclude);
    assert_eq!((book.entries[1].position, book.entries[1].outlet.as_str()), (LorePosition::Outlet, "map"));
    let written = write(&book, LoreFormat::World);
    for (path, value) in [
        ("/originalData/keep", json!(1)),
        ("/entries/0/automationId", json!("")),
        ("/entries/0/addMemo", json!(true)),
        ("/entries/0/disable", json!(true)),
        ("/entries/0/order", json!(10)),
        ("/entries/2/outletName", json!("map")),
        ("/entries/2/groupWeight", json!(100)),
    ] {
        assert_eq!(written.pointer(path), Some(&value), "{path}");
    }
    let again = read(&written).unwrap();
    let bare =
        |book: &Book| book.entries.iter().map(|entry| Entry { extra: Map::new(), ..entry.clone() }).collect::<Vec<_>>();
    assert_eq!(bare(&again), bare(&book));
    assert_eq!(again.entries[0].extra, book.entries[0].extra);
}

#[test]
fn a_book_of_one_format_keeps_its_meaning_in_another() {
    let book = read(&card()).unwrap();
    let again = read(&write(&book, LoreFormat::World)).unwrap();
    let meaning = |entry: &Entry| {
        (
            entry.keys.clone(),
            entry.content.clone(),
            entry.position,
            entry.logic,
            entry.sticky,
            entry.enabled,
            entry.constant,
            entry.probability,
        )
    };
    assert_eq!(
        again.entries.iter().map(meaning).collect::<Vec<_>>(),
        book.entries.iter().map(meaning).collect::<Vec<_>>()
    );
}

#[test]
fn lists_of_risu_are_read() {
    let given = json!({"type": "risu", "ver": 1, "data": [
        {"key": "cat, dog", "secondkey": "", "insertorder": 9, "comment": "Pets", "content": "Two.", "mode": "normal", "alwaysActive": false, "selective": false},
        {"key": "", "comment": "folder", "content": "", "mode": "folder"}
    ]});
    let book = read(&given).unwrap();
    assert_eq!((book.mode, book.entries.len()), (LoreMode::Risu, 1));
    assert_eq!(book.entries[0].keys, ["cat", "dog"]);
}

#[test]
fn what_is_no_book_is_refused() {
    for given in [
        json!(null),
        json!([]),
        json!({}),
        json!({"entries": 3}),
        json!({"data": {"character_book": null}}),
        json!({"type": "risu", "data": {}}),
    ] {
        assert!(read(&given).is_err(), "{given}");
    }
    let entry = json!({"keys": [], "content": "", "extensions": {}});
    let many = json!({"entries": vec![entry; limits::LORE_ENTRIES + 1]});
    assert_eq!(read(&many).unwrap_err().field, "entries");
    let long = json!({"entries": [{"keys": ["k".repeat(limits::LORE_KEY + 1)], "content": ""}]});
    assert_eq!(read(&long).unwrap().checked().unwrap_err().field, "entries.0.keys.0");
}
