//! What holds for every card and every chat: what nobody here knows leaves as it came.

use domain::imports::{ChatFormat, ChatSource};
use exchange::cards::{self, Card, Versions};
use exchange::chats::{self, Chat, Node, Speaker};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use crate::making::plain_png;

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        // As people write them: the last digit of seventeen is not worth a slower reader of all JSON.
        (any::<i32>(), 0..4_u32)
            .prop_map(|(number, places)| Value::from(f64::from(number) / f64::from(10_u32.pow(places)))),
        "\\PC{0,12}".prop_map(Value::from),
    ]
}

/// Any value, under keys that no format has.
fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("x_[a-z]{1,6}", inner), 0..4)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

fn unknown() -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::vec(("x_[a-z]{1,6}", value()), 0..4).prop_map(|pairs| pairs.into_iter().collect())
}

fn with(base: Value, unknown: Map<String, Value>) -> Value {
    let Value::Object(mut object) = base else { unreachable!("all bases are objects") };
    object.extend(unknown);
    Value::Object(object)
}

prop_compose! {
    /// A card of the second or third version with unknown keys at every level.
    fn any_card()(
        root in unknown(), data in unknown(), extensions in unknown(), book in unknown(), entry in unknown(),
        texts in prop::collection::vec("\\PC{0,20}", 12), greetings in prop::collection::vec("\\PC{0,20}", 0..4),
        third in any::<bool>(),
    ) -> Value {
        let entry = with(json!({"keys": ["a"], "content": "b", "extensions": {}, "enabled": true, "insertion_order": 0}), entry);
        let book = with(json!({"entries": [entry], "extensions": {}}), book);
        let mut data = with(json!({
            "name": texts[0], "description": texts[1], "personality": texts[2], "scenario": texts[3], "first_mes": texts[4],
            "mes_example": texts[5], "creator_notes": texts[6], "system_prompt": texts[7],
            "post_history_instructions": texts[8], "creator": texts[9], "character_version": texts[10],
            "alternate_greetings": greetings, "tags": ["a"], "character_book": book, "extensions": extensions,
        }), data);
        if third {
            data["group_only_greetings"] = json!([]);
            data["nickname"] = json!(texts[11]);
        }
        let (spec, version) = if third { ("chara_card_v3", "3.0") } else { ("chara_card_v2", "2.0") };
        with(json!({"spec": spec, "spec_version": version, "data": data}), root)
    }
}

fn versions(card: &Value) -> Versions {
    if card["spec"] == "chara_card_v3" { Versions::V3 } else { Versions::V2 }
}

prop_compose! {
    fn any_row()(
        extra in unknown(), row in unknown(), info in unknown(), text in "\\PC{0,20}", swipes in prop::collection::vec("\\PC{0,20}", 0..4),
        chosen in any::<prop::sample::Index>(), user in any::<bool>(), system in any::<bool>(), infos in any::<bool>(),
    ) -> Value {
        let mut whole = json!({"name": "N", "is_user": user, "is_system": system, "send_date": 1_727_536_920_000_i64, "mes": text, "extra": extra});
        if !swipes.is_empty() {
            let chosen = chosen.index(swipes.len());
            whole["mes"] = json!(swipes[chosen]);
            whole["swipe_id"] = json!(chosen);
            whole["swipes"] = json!(swipes);
            if infos {
                whole["swipe_info"] = swipes.iter().map(|_| Value::Object(info.clone())).collect();
            }
        }
        with(whole, row)
    }
}

prop_compose! {
    /// Something that was said, and its time to the millisecond.
    fn any_node()(
        user in any::<bool>(), hidden in any::<bool>(), text in "[a-z]\\PC{0,20}",
        at in prop::option::of(1_000_000_000_000..4_000_000_000_000_i64),
    ) -> Node {
        let (speaker, name) = if user { (Speaker::Person, "Mara") } else { (Speaker::Character, "Iris") };
        let at = at.map(|at| OffsetDateTime::from_unix_timestamp_nanos(i128::from(at) * 1_000_000).unwrap());
        Node { parent: None, speaker, name: name.to_owned(), text, hidden, at, row: Map::new(), swipe: None }
    }
}

prop_compose! {
    /// A chat without swipes.
    fn any_plain_chat()(title in "\\PC{0,20}", mut nodes in prop::collection::vec(any_node(), 1..6)) -> Chat {
        for (index, node) in nodes.iter_mut().enumerate() {
            node.parent = index.checked_sub(1);
        }
        let name_of = |speaker: Speaker| {
            let first = nodes.iter().find(|node| node.speaker == speaker);
            first.map_or_else(String::new, |node| node.name.clone())
        };
        Chat {
            source: ChatSource::Talker,
            title,
            user_name: name_of(Speaker::Person),
            character_name: name_of(Speaker::Character),
            header: None,
            leaf: nodes.len().checked_sub(1),
            nodes,
        }
    }
}

/// All that a program can hold of such a chat.
fn as_held(chat: &Chat, format: ChatFormat) -> Chat {
    let mut held = chat.clone();
    held.source = match format {
        ChatFormat::SillyTavern => unreachable!("it holds more"),
        ChatFormat::Agnai => ChatSource::Agnai,
        ChatFormat::Risu => ChatSource::Risu,
        ChatFormat::CharacterAi => ChatSource::CaiTools,
    };
    if format == ChatFormat::CharacterAi {
        held.title.clear();
        held.nodes.iter_mut().for_each(|node| node.hidden = false);
    }
    held
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_card_leaves_as_it_came(given in any_card()) {
        let card = Card::from_json(given.to_string().as_bytes()).unwrap();
        let out: Value = serde_json::from_slice(&cards::write_json(&card, versions(&given), &[], None)).unwrap();
        prop_assert_eq!(&out, &given);
        // The keys stand in their order, too.
        prop_assert_eq!(out.to_string(), given.to_string());
    }

    #[test]
    fn what_is_written_is_read_as_the_same(given in any_card()) {
        let card = Card::from_json(given.to_string().as_bytes()).unwrap();
        let png = cards::read(&cards::write_png(&card, &plain_png(), &[], None).unwrap()).unwrap();
        prop_assert_eq!(&png.card.fields, &card.fields);
        let image = plain_png();
        let charx = cards::write_charx(&card, Some((&image, "png")), &[], &[], None).unwrap();
        let charx = cards::read(&charx).unwrap();
        prop_assert_eq!(&charx.card.fields, &card.fields);
        let body = |card: &Card| {
            let mut body = card.body().clone();
            for ours in ["assets", "group_only_greetings"] {
                body.shift_remove(ours);
            }
            body
        };
        prop_assert_eq!(body(&png.card), body(&card));
        prop_assert_eq!(body(&charx.card), body(&card));
    }

    #[test]
    fn nothing_changed_changes_nothing(given in any_card()) {
        let card = Card::from_json(given.to_string().as_bytes()).unwrap();
        let fields = card.fields.clone();
        prop_assert_eq!(Value::Object(card.laid_over(&fields, &fields).raw), given);
    }

    #[test]
    fn a_chat_leaves_as_it_came(head in unknown(), rows in prop::collection::vec(any_row(), 1..6)) {
        let head = with(json!({"user_name": "U", "character_name": "C"}), with(json!({"chat_metadata": head.clone()}), head).as_object().unwrap().clone());
        let lines: Vec<Value> = std::iter::once(head).chain(rows).collect();
        let text = lines.iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
        let chat = chats::read(text.as_bytes()).unwrap().remove(0);
        prop_assert_eq!(chats::write(&chat, ChatFormat::SillyTavern), text);
    }

    #[test]
    fn a_chat_comes_back_from_every_program(chat in any_plain_chat()) {
        for format in [ChatFormat::Agnai, ChatFormat::Risu, ChatFormat::CharacterAi] {
            let text = chats::write(&chat, format);
            let mut again = chats::read(text.as_bytes()).unwrap().remove(0);
            // What the program said of its messages is said again.
            let value = |text: &str| -> Value { serde_json::from_str(text).unwrap() };
            prop_assert_eq!(value(&chats::write(&again, format)), value(&text));
            again.nodes.iter_mut().for_each(|node| node.row = Map::new());
            prop_assert_eq!(again, as_held(&chat, format));
        }
    }
}
