//! Cards that are not what the specifications say, and come in all the same; and what a change of a field does to them.

use domain::cards::{CardNotice, CardVersion};
use exchange::Fault;
use exchange::cards::{self, Card, CardFields, Versions};
use serde_json::{Value, json};

use crate::making::card;

fn read(value: &Value) -> Card {
    Card::from_json(value.to_string().as_bytes()).unwrap()
}

#[test]
fn what_is_awkward_is_mended_and_said() {
    let card = card("v2_awkward");
    let expected = CardFields {
        description: "Two\nlines".into(),
        scenario: "Only here.".into(),
        first_mes: "Hello \u{fffd}".into(),
        mes_example: "7".into(),
        alternate_greetings: vec!["Only one.".into()],
        tags: vec!["sea".into(), " Night ".into(), "lamp".into()],
        ..CardFields::default()
    };
    assert_eq!(card.fields, expected);
    let fields: Vec<(CardNotice, &str)> =
        card.warnings.iter().map(|warning| (warning.notice, warning.field.as_str())).collect();
    for expected in [
        (CardNotice::NameMissing, "name"),
        (CardNotice::TypeMended, "description"),
        (CardNotice::TypeMended, "mes_example"),
        (CardNotice::TypeMended, "alternate_greetings"),
        (CardNotice::TypeMended, "tags"),
        (CardNotice::TypeMended, "creator"),
        (CardNotice::TextMended, ""),
    ] {
        assert!(fields.contains(&expected), "{expected:?} in {fields:?}");
    }
    // What others read afterwards has the types it should have.
    let out: Value = serde_json::from_slice(&cards::write_json(&card, Versions::V2, &[], None)).unwrap();
    assert_eq!(out["data"]["alternate_greetings"], json!(["Only one."]));
    assert_eq!(out["data"]["extensions"], json!({}));
    assert_eq!(out["data"].get("character_book"), None);
    assert_eq!(out["data"]["personality"], "");
    assert_eq!(out["description"], "Flat, and older.", "what stands beside stays");
}

#[test]
fn versions_are_what_they_mean() {
    let with =
        |spec: Value, version: Value| read(&json!({"spec": spec, "spec_version": version, "data": {"name": "A"}}));
    assert_eq!(with(json!("chara_card_v3"), json!(3)).version, CardVersion::V3);
    assert_eq!(with(json!("chara_card_v3"), json!("3.0")).warnings, vec![]);
    let newer = with(json!("chara_card_v4"), json!("4.0"));
    assert_eq!((newer.version, newer.warnings[0].notice), (CardVersion::V3, CardNotice::VersionNewer));
    let none = with(Value::Null, Value::Null);
    assert_eq!((none.version, none.warnings[0].notice), (CardVersion::V2, CardNotice::VersionMissing));
}

#[test]
fn what_is_no_card_is_said_to_be_none() {
    for none in [json!({}), json!({"name": "a package", "version": "1"}), json!({"spec": "lorebook_v3", "data": {}})] {
        assert_eq!(Card::from_json(none.to_string().as_bytes()).unwrap_err().fault, Fault::Empty, "{none}");
    }
    assert_eq!(Card::from_json(b"[]").unwrap_err().fault, Fault::Form);
    assert_eq!(cards::read(b"hello").unwrap_err().fault, Fault::Unrecognised);
    assert_eq!(cards::read(b"").unwrap_err().fault, Fault::Unrecognised);
}

#[test]
fn a_change_touches_its_field_alone() {
    let card = card("v2");
    let before = card.fields.clone();
    let mut now = before.clone();
    now.scenario = "Calm sea.".into();
    now.tags = vec!["sea".into()];
    let mut expected = Value::Object(card.raw.clone());
    expected["data"]["scenario"] = json!("Calm sea.");
    expected["data"]["tags"] = json!(["sea"]);
    let changed = card.laid_over(&before, &now);
    assert_eq!(Value::Object(changed.raw.clone()), expected);
    let out: Value = serde_json::from_slice(&cards::write_json(&changed, Versions::V2, &[], None)).unwrap();
    assert_eq!(out, expected);
}

#[test]
fn a_change_reaches_the_flat_fields_that_stand_beside() {
    let card = card("v1");
    let before = card.fields.clone();
    let now = CardFields { name: "Irena".into(), ..before.clone() };
    let changed = card.laid_over(&before, &now);
    assert_eq!((&changed.raw["name"], &changed.raw["data"]["name"]), (&json!("Irena"), &json!("Irena")));
    assert_eq!(changed.raw["description"], "{{char}} keeps the lighthouse.");
}

#[test]
fn a_character_from_nowhere_leaves_as_a_whole_card() {
    let fields = CardFields { name: "New".into(), first_mes: "Hello.".into(), ..CardFields::default() };
    let out = cards::write_json(&Card::new(fields.clone()), Versions::V3, &[], Some(1));
    assert_eq!(cards::read(&out).unwrap().card.fields, fields);
    let value: Value = serde_json::from_slice(&out).unwrap();
    assert_eq!((&value["spec_version"], &value["data"]["group_only_greetings"]), (&json!("3.0"), &json!([])));
}

#[test]
fn what_has_the_name_of_a_field_elsewhere_does_not_become_one() {
    // Agnai knows neither a nickname nor greetings for groups: they are kept as they are, and she has none afterwards.
    let card = card("agnai_nickname");
    assert_eq!(card.fields.nickname, "");
    for versions in [Versions::V2, Versions::V3] {
        let again = cards::read(&cards::write_json(&card, versions, &[], None)).unwrap().card;
        assert_eq!(again.fields, card.fields);
        assert_eq!(again.raw["nickname"], "The keeper");
    }
}
