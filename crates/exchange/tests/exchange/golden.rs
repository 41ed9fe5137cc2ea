//! Cards of every version and container, as they are in the world.

use domain::cards::{CardContainer, CardNotice, CardVersion};
use domain::characters::DepthPrompt;
use exchange::cards::{self, CardFields, CardFile, ImageKind, Versions};
use serde_json::Value;

use crate::making::{card, golden, plain_png};

fn file(name: &str) -> CardFile {
    cards::read(&golden(&format!("cards/{name}"))).unwrap()
}

fn notices(file: &CardFile) -> Vec<CardNotice> {
    file.card.warnings.iter().map(|warning| warning.notice).collect()
}

#[test]
fn a_flat_card_is_read_and_leaves_with_all_it_had() {
    let file = file("v1.json");
    assert_eq!((file.container, file.card.version), (CardContainer::Json, CardVersion::V1));
    assert_eq!(file.card.fields.name, "Iris");
    assert_eq!(file.card.fields.personality, "calm, curious");
    assert!(file.card.warnings.is_empty(), "{:?}", file.card.warnings);
    let out: Value = serde_json::from_slice(&cards::write_json(&file.card, Versions::V2, &[], None)).unwrap();
    assert_eq!(out["spec"], "chara_card_v2");
    assert_eq!(out["data"]["name"], "Iris");
    assert_eq!(out["metadata"]["tool"]["version"], "0.1");
    assert_eq!(out["data"]["alternate_greetings"], serde_json::json!([]));

    let old = card("v1_old_names");
    assert_eq!((old.fields.name.as_str(), old.fields.first_mes.as_str()), ("Iris", "Come in."));
}

#[test]
fn the_second_version_is_read_whole() {
    let file = file("v2.json");
    assert_eq!(file.card.version, CardVersion::V2);
    let expected = CardFields {
        name: "Iris".into(),
        nickname: String::new(),
        description: "{{char}} keeps the lighthouse.".into(),
        personality: "calm, curious".into(),
        scenario: "A storm at night.".into(),
        first_mes: "You are wet to the bone, {{user}}. Come in.".into(),
        mes_example: "<START>\n{{user}}: Is it far?\n{{char}}: Everything is, from here.".into(),
        creator_notes: "Be patient with her.".into(),
        system_prompt: "Answer as {{char}}. {{original}}".into(),
        post_history_instructions: "Keep the storm in mind.".into(),
        depth_prompt: DepthPrompt { text: "She is tired.".into(), ..DepthPrompt::default() },
        alternate_greetings: vec!["The lamp is out. Help me.".into(), "Good morning, {{user}}.".into()],
        group_only_greetings: Vec::new(),
        tags: vec!["Lighthouse".into(), "sea".into()],
        creator: "somebody".into(),
        character_version: "1.2".into(),
    };
    assert_eq!(file.card.fields, expected);
    assert_eq!(file.card.book_entries(), 1);
    let out: Value = serde_json::from_slice(&cards::write_json(&file.card, Versions::V2, &[], None)).unwrap();
    assert_eq!(out, Value::Object(file.card.raw));
}

#[test]
fn the_third_version_is_read_and_what_is_elsewhere_is_not_fetched() {
    let file = file("v3.json");
    assert_eq!(file.card.version, CardVersion::V3);
    assert_eq!(file.card.fields.nickname, "Iris");
    assert_eq!(file.card.fields.group_only_greetings, ["You are many tonight."]);
    assert_eq!((notices(&file), file.portrait.is_none()), (vec![CardNotice::RemoteAsset], true));
    let out: Value = serde_json::from_slice(&cards::write_json(&file.card, Versions::V3, &[], None)).unwrap();
    assert_eq!(out, Value::Object(file.card.raw.clone()));
    let dated: Value = serde_json::from_slice(&cards::write_json(&file.card, Versions::V3, &[], Some(42))).unwrap();
    assert_eq!(dated["data"]["modification_date"], 42);

    let newer = card("v3_newer");
    assert_eq!((newer.version, newer.warnings.len()), (CardVersion::V3, 0), "3.5 is of the third version");
}

#[test]
fn a_character_of_agnai_is_read_and_leaves_as_a_card() {
    let file = file("agnai.json");
    assert_eq!(file.card.version, CardVersion::Agnai);
    assert_eq!(file.card.fields.description, "Keeps the lighthouse.\nlikes: storms, tea");
    assert_eq!(file.card.fields.creator_notes, "Be patient with her.");
    assert_eq!(file.card.book_entries(), 1);
    let back = cards::read(&cards::write_json(&file.card, Versions::V3, &[], None)).unwrap().card;
    assert_eq!((back.version, &back.fields), (CardVersion::V3, &file.card.fields));
    assert_eq!(back.raw["culture"], "en-us");
}

#[test]
fn in_images_the_third_version_wins_whatever_stands_first() {
    for name in ["both.png", "both_shouting.png", "animated.png", "ours.png"] {
        let file = file(name);
        assert_eq!((file.container, file.card.version), (CardContainer::Png, CardVersion::V3), "{name}");
        assert_eq!(file.card.fields, card("v3").fields, "{name}");
    }
    let second = file("v2.png");
    assert_eq!(second.card, card("v2"));
    assert_eq!(second.portrait.unwrap().kind, ImageKind::Png);
    let assets = file("assets.png").assets;
    let named: Vec<&str> = assets.iter().map(|asset| asset.path.as_str()).collect();
    assert_eq!(named, ["0", "Joy.png"]);
}

#[test]
fn our_images_hold_both_versions_and_no_older_card() {
    let first = cards::write_png(&card("v2"), &plain_png(), &[], None).unwrap();
    let second = cards::write_png(&card("v3"), &first, &[], None).unwrap();
    let marks = |needle: &[u8]| second.windows(needle.len()).filter(|window| *window == needle).count();
    assert_eq!((marks(b"tEXtchara\0"), marks(b"tEXtccv3\0"), marks(b"IEND")), (1, 1, 1));
    assert!(second.ends_with(b"IEND\xaeB`\x82"));
    assert_eq!(cards::read(&second).unwrap().card.fields, card("v3").fields);

    // Who knows the second version only is told, and finds no decorators; here the warning is no note of the maker.
    let at = second.windows(4).position(|window| window == b"ccv3").unwrap();
    let mut only_second = second.clone();
    only_second[at..at + 4].copy_from_slice(b"xxxx");
    let crc_at = at - 4 + usize::try_from(u32::from_be_bytes(second[at - 8..at - 4].try_into().unwrap())).unwrap() + 4;
    let crc = crc32fast::hash(&only_second[at - 4..crc_at]);
    only_second[crc_at..crc_at + 4].copy_from_slice(&crc.to_be_bytes());
    let old = cards::read(&only_second).unwrap().card;
    assert_eq!(old.version, CardVersion::V2);
    assert_eq!(old.fields.creator_notes, "Notes.");
    assert_eq!(old.raw["data"]["character_book"]["entries"][0]["content"], "Storms last for days.");
}

#[test]
fn archives_give_card_portrait_and_files() {
    for (name, container) in [
        ("v3.charx", CardContainer::Charx),
        ("risu.charx", CardContainer::Charx),
        ("polyglot.jpg", CardContainer::JpegCharx),
    ] {
        let file = file(name);
        assert_eq!(file.container, container, "{name}");
        assert_eq!(file.card.fields, card("v3").fields, "{name}");
        assert_eq!(file.portrait.as_ref().map(|portrait| &portrait.bytes), Some(&plain_png()), "{name}");
        let expected = if name == "v3.charx" { vec![] } else { vec![CardNotice::ModuleNotRead] };
        assert_eq!(notices(&file), expected, "{name}");
    }
    let module = file("risu_module.charx");
    assert_eq!((notices(&module), module.card.fields), (vec![], card("v3").fields));
    let module = module.module.unwrap();
    assert_eq!(module.lorebook().unwrap()[1]["content"], "Of the module.");
    let risu = file("risu.charx");
    assert_eq!(risu.module, None, "what cannot be read is kept as it is");
    let icon = Some((plain_png(), "png"));
    let icon = icon.as_ref().map(|(bytes, extension)| (bytes.as_slice(), *extension));
    let again = cards::read(&cards::write_charx(&risu.card, icon, &risu.assets, &[], None).unwrap()).unwrap();
    assert_eq!(again.card.raw, risu.card.raw);
    let sorted = |mut assets: Vec<cards::Asset>| {
        assets.sort_by(|a, b| a.path.cmp(&b.path));
        assets
    };
    assert_eq!(sorted(again.assets), sorted(risu.assets));
}

#[test]
fn an_archive_of_ours_names_the_picture_and_only_what_is_in_it() {
    let file = file("ours.charx");
    assert_eq!(file.card.raw["data"]["assets"][0]["uri"], "embeded://assets/icon/images/main.png");
    assert_eq!(file.portrait.unwrap().kind, ImageKind::Png);
    let risu = cards::read(&golden("cards/risu.charx")).unwrap();
    let bare: Value = serde_json::from_slice(&cards::write_json(&risu.card, Versions::V3, &[], None)).unwrap();
    assert_eq!(bare["data"].get("assets"), None, "what was in the archive is not in the JSON");
}
