//! Pictures of the story that a character carries, in every container; and assets that only say that they are such.

use std::collections::BTreeSet;

use domain::cards::CardNotice;
use domain::limits::ROUTE_IMAGES;
use exchange::cards::{self, Asset, Card, CardFile, ImageKind, Picture, Versions};
use serde_json::{Value, json};

use crate::making::{JPEG, card, plain_png, png_with, zip_of};

fn pictures() -> [Picture; 2] {
    let picture = |key: &str, bytes: Vec<u8>| Picture::new(key.to_owned(), bytes).unwrap();
    [picture("lamp", plain_png()), picture("rain", JPEG.to_vec())]
}

fn taken(file: &mut CardFile, keys: &[&str]) -> Vec<Picture> {
    file.take_pictures(&keys.iter().copied().collect())
}

/// A card of the third version that names these assets.
fn naming(assets: &Value) -> Vec<u8> {
    let card = json!({"spec": "chara_card_v3", "spec_version": "3.0", "data": {"name": "A", "assets": assets}});
    card.to_string().into_bytes()
}

fn asset(key: &str, uri: &str) -> Value {
    json!({"type": "x_talker_picture", "uri": uri, "name": key, "ext": "png"})
}

#[test]
fn every_container_of_the_third_version_gives_them_back() {
    let (card, pictures, image) = (card("v2"), pictures(), plain_png());
    let icon = Some((image.as_slice(), "png"));
    for written in [
        cards::write_json(&card, Versions::V3, &pictures, None),
        cards::write_png(&card, &image, &pictures, None).unwrap(),
        cards::write_charx(&card, icon, &[], &pictures, None).unwrap(),
        cards::write_charx(&card, None, &[], &pictures, None).unwrap(),
    ] {
        let mut file = cards::read(&written).unwrap();
        let (container, assets) = (file.container, file.assets.len());
        assert!(file.card.warnings.is_empty(), "{container:?}: {:?}", file.card.warnings);
        assert_eq!(file.card.fields, card.fields, "{container:?}");
        assert_eq!(taken(&mut file, &["lamp", "other"]), pictures[..1], "{container:?}");
        assert_eq!(taken(&mut file, &["lamp", "rain"]), pictures[1..], "{container:?}, each once");
        assert_eq!(file.assets.len(), assets.saturating_sub(2), "{container:?}");
        assert!(!Value::Object(file.card.raw).to_string().contains("x_talker_picture"), "{container:?}");
    }
    let second = cards::read(&cards::write_json(&card, Versions::V2, &pictures, None)).unwrap();
    assert_eq!(Value::Object(second.card.raw), Value::Object(card.raw), "the second version has no place for them");
}

#[test]
fn a_portrait_is_not_larger_for_what_stands_beside_it() {
    let image = plain_png();
    let file = cards::read(&cards::write_png(&card("v3"), &image, &pictures(), None).unwrap()).unwrap();
    assert_eq!(file.portrait.map(|portrait| portrait.bytes), Some(image));
}

#[test]
fn the_images_of_now_stand_in_place_of_those_before() {
    let file = zip_of(&[
        (
            "card.json",
            &naming(&json!([
                asset("lamp", "embeded://assets/x_talker_picture/images/lamp.png"),
                asset("old", "embeded://old.bin")
            ])),
        ),
        ("assets/x_talker_picture/images/lamp.png", b"no image"),
        ("old.bin", b"nor this"),
    ]);
    let mut kept = cards::read(&file).unwrap();
    assert!(taken(&mut kept, &["lamp"]).is_empty());
    assert_eq!(kept.assets.len(), 2, "what is no image is a file like any other");
    let again = cards::write_charx(&kept.card, None, &kept.assets, &pictures()[..1], None).unwrap();
    let mut again = cards::read(&again).unwrap();
    assert_eq!(taken(&mut again, &["lamp", "old"]), pictures()[..1]);
    assert_eq!(again.assets, [Asset { path: "old.bin".into(), bytes: b"nor this".to_vec() }]);
    assert_eq!(again.card.raw["data"]["assets"], json!([asset("old", "embeded://old.bin")]));
}

#[test]
fn what_an_asset_says_of_itself_is_not_believed() {
    let svg: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let picture = plain_png();
    let assets = json!([
        asset("svg", "embeded://a.png"),
        asset("inline", "data:image/png;base64,PHN2Zy8+"),
        asset("broken", "data:image/png;base64,%%%"),
        asset("remote", "https://example.org/a.png"),
        asset("gone", "embeded://gone.png"),
        asset("out", "embeded://../../etc/passwd"),
        asset("container", "ccdefault:"),
        {"type": "emotion", "uri": "embeded://b.png", "name": "joy", "ext": "png"},
        {"type": "x_talker_picture", "uri": "embeded://b.png"},
        {"type": "x_talker_picture", "uri": ["embeded://b.png"], "name": "joy"},
        {"type": "x_talker_picture", "uri": "embeded://b.png", "name": {"lamp": "lamp"}},
        "x_talker_picture", null,
        asset("lamp", "embeded://b.png"),
        asset("lamp", "embeded://a.png"),
        asset("another", "embeded://b.png"),
    ]);
    let mut file =
        cards::read(&zip_of(&[("card.json", &naming(&assets)), ("a.png", svg), ("b.png", &picture)])).unwrap();
    let keys = ["svg", "inline", "broken", "remote", "gone", "out", "container", "joy", "lamp"];
    let lamp = Picture { key: "lamp".into(), kind: ImageKind::Png, bytes: picture.clone() };
    assert_eq!(taken(&mut file, &keys), [lamp], "of two the first counts, and nobody asked for another");
    assert_eq!(file.assets.len(), 2, "others name the same file");
    let notices: Vec<CardNotice> = file.card.warnings.iter().map(|warning| warning.notice).collect();
    assert_eq!(notices, [CardNotice::RemoteAsset, CardNotice::AssetMissing]);
    // A flat card has its list beside its fields, and one of nothing but a list has none then.
    let flat = json!({"name": "A", "description": "B", "assets": [asset("lamp", "__asset:0")]}).to_string();
    let mut file = cards::read(&png_with(&[("chara", flat.as_bytes()), ("chara-ext-asset_:0", &picture)])).unwrap();
    assert_eq!((taken(&mut file, &["lamp"]).len(), file.assets.len()), (1, 0));
    assert_eq!(file.card.raw.get("assets"), None);
    assert!(Card::from_object(file.card.raw).is_ok());
}

#[test]
fn they_are_bounded_in_number_and_size() {
    let keys: Vec<String> = (0..2_000).map(|n| format!("k{n}")).collect();
    let wanted: BTreeSet<&str> = keys.iter().map(String::as_str).collect();
    let assets: Vec<Value> = keys.iter().map(|key| asset(key, "embeded://a.png")).collect();
    let card = naming(&Value::Array(assets));
    let mut file = cards::read(&zip_of(&[("card.json", &card), ("a.png", &plain_png())])).unwrap();
    assert_eq!(file.take_pictures(&wanted).len() as u64, ROUTE_IMAGES);
    // One file under many names is as much as it would be many times.
    let mut large = plain_png();
    large.resize(900 * 1024, 0);
    let mut file = cards::read(&zip_of(&[("card.json", &card), ("a.png", &large)])).unwrap();
    let taken = file.take_pictures(&wanted);
    assert_eq!(taken.len(), exchange::limits::CARD_FILE / large.len());
}
