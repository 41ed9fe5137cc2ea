//! Makes the binary files under `tests/golden`. `TALKER_GOLDEN=write` writes them.

use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use exchange::account::AccountWriter;
use exchange::cards::{self, Asset, Card, Picture};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

pub fn golden(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

pub fn card(name: &str) -> Card {
    Card::from_json(&golden(&format!("cards/{name}.json"))).unwrap()
}

pub fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut body = kind.to_vec();
    body.extend_from_slice(data);
    let mut whole = u32::try_from(data.len()).unwrap().to_be_bytes().to_vec();
    whole.extend_from_slice(&body);
    whole.extend_from_slice(&crc32fast::hash(&body).to_be_bytes());
    whole
}

/// A PNG of these chunks.
pub fn png_of(chunks: &[Vec<u8>]) -> Vec<u8> {
    let mut whole = b"\x89PNG\r\n\x1a\n".to_vec();
    chunks.iter().for_each(|chunk| whole.extend_from_slice(chunk));
    whole
}

/// Head and pixels of a grey image of 2 by 2, which every decoder takes.
pub fn pixels() -> [Vec<u8>; 2] {
    let head = [0, 0, 0, 2, 0, 0, 0, 2, 8, 0, 0, 0, 0];
    let rows: [u8; 6] = [0, 90, 120, 0, 150, 180];
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in rows {
        a = (a + u32::from(byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    // One block that is not packed.
    let mut data = vec![0x78, 0x01, 0x01, 6, 0, !6, !0];
    data.extend_from_slice(&rows);
    data.extend_from_slice(&(b << 16 | a).to_be_bytes());
    [chunk(b"IHDR", &head), chunk(b"IDAT", &data)]
}

pub fn plain_png() -> Vec<u8> {
    let [head, data] = pixels();
    png_of(&[head, data, chunk(b"IEND", b"")])
}

pub fn text(keyword: &str, value: &[u8]) -> Vec<u8> {
    use base64::Engine;
    let mut data = keyword.as_bytes().to_vec();
    data.push(0);
    data.extend_from_slice(base64::engine::general_purpose::STANDARD.encode(value).as_bytes());
    chunk(b"tEXt", &data)
}

/// A PNG with these texts, before the pixels.
pub fn png_with(texts: &[(&str, &[u8])]) -> Vec<u8> {
    let [head, data] = pixels();
    let mut chunks = vec![head];
    chunks.extend(texts.iter().map(|(keyword, value)| text(keyword, value)));
    chunks.push(data);
    chunks.push(chunk(b"IEND", b""));
    png_of(&chunks)
}

pub fn zip_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for (path, bytes) in entries {
        archive.start_file(*path, options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// The smallest thing that begins as a JPEG.
pub const JPEG: &[u8] = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9";

/// A card of the third version whose portrait is in its archive.
fn in_archive() -> Vec<u8> {
    let mut card = card("v3");
    let assets = serde_json::json!([
        {"type": "icon", "uri": "embeded://assets/icon/images/main.png", "name": "main", "ext": "png"},
        {"type": "emotion", "uri": "embedded://assets/emotion/images/joy.png", "name": "joy", "ext": "png"},
        {"type": "x-risu-asset", "uri": "__asset:assets/other/other/map.bin", "name": "map", "ext": "bin"}
    ]);
    card.raw["data"]["assets"] = assets;
    serde_json::to_vec(&card.raw).unwrap()
}

/// An account with a character and a chat.
fn account() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = AccountWriter::new(&mut bytes);
    for (path, content) in [
        (
            "talker.json",
            r#"{"program":"talker","version":1,"exported_at":1700000000000000,"person":"usr_018f0000000070008000000000000001"}"#,
        ),
        (
            "characters/a/character.json",
            r#"{"id":"chr_018f0000000070008000000000000002","name":"Iris","persona":"Keeps the light."}"#,
        ),
        (
            "chats/b/session.json",
            r#"{"id":"ses_018f0000000070008000000000000003","character":"chr_018f0000000070008000000000000002","created_at":1,"last_message_at":2}"#,
        ),
        (
            "chats/b/messages-0001.jsonl",
            "{\"id\":\"msg_018f0000000070008000000000000004\",\"parent\":null,\"depth\":0,\"role\":\"user\",\"content\":\"Hi\",\"created_at\":1}\n",
        ),
    ] {
        writer.begin(path).unwrap();
        writer.write(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap();
    bytes
}

/// Every binary file, by its name.
pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    let (second, third) = (golden("cards/v2.json"), golden("cards/v3.json"));
    let embedded = in_archive();
    let picture = plain_png();
    let files: [(&str, &[u8]); 4] = [
        ("card.json", &embedded),
        ("assets/icon/images/main.png", &picture),
        ("assets/emotion/images/joy.png", &picture),
        ("assets/other/other/map.bin", b"\x00\x01\x02"),
    ];
    let mut of_risu = files.to_vec();
    of_risu.push(("module.risum", b"\x6f\x00\x04\x00\x00\x00abcd\x00"));
    of_risu.push(("x_meta/main.json", br#"{"type":"PNG"}"#));
    let module = serde_json::json!({"type": "risuModule", "module": {
        "name": "Iris", "id": "m-1", "unknown": [null], "regex": [], "trigger": [],
        "lorebook": [
            {"key": "", "comment": "Folder", "content": "", "mode": "folder", "insertorder": 100, "alwaysActive": false, "secondkey": "", "selective": false},
            {"key": "storm, gale", "comment": "Storm", "content": "Of the module.", "mode": "normal", "insertorder": 100,
             "alwaysActive": false, "secondkey": "", "selective": false, "bookVersion": 2, "unknown": {"a": []}}
        ]
    }});
    let module = cards::RisuModule::new(module.as_object().unwrap().clone()).write();
    let mut with_module = files.to_vec();
    with_module.push(("module.risum", module.as_slice()));
    with_module.push(("x_meta/main.json", br#"{"type":"PNG"}"#));
    let [head, data] = pixels();
    let animated =
        png_of(&[head, chunk(b"acTL", &[0, 0, 0, 1, 0, 0, 0, 0]), text("ccv3", &third), data, chunk(b"IEND", b"")]);
    let polyglot = [JPEG, &zip_of(&of_risu)].concat();
    let ours = cards::write_png(&card("v3"), &picture, &[], None).unwrap();
    let asset = Asset { path: "assets/other/other/map.bin".into(), bytes: vec![0, 1, 2] };
    let icon = Some((picture.as_slice(), "png"));
    let pictures = ["lamp", "rain"].map(|key| Picture::new(key.to_owned(), picture.clone()).unwrap());
    let pictured = cards::write_png(&card("v2"), &picture, &pictures, None).unwrap();
    let pictured_archive = cards::write_charx(&card("v2"), icon, &[], &pictures, None).unwrap();
    let our_archive = cards::write_charx(&card("v2"), icon, &[asset], &[], Some(1_700_000_001)).unwrap();
    vec![
        ("cards/v2.png", png_with(&[("chara", &second)])),
        ("cards/both.png", png_with(&[("ccv3", &third), ("chara", &second)])),
        ("cards/both_shouting.png", png_with(&[("CHARA", &second), ("CcV3", &third)])),
        (
            "cards/assets.png",
            png_with(&[("chara", &second), ("chara-ext-asset_:0", b"a"), ("chara-ext-asset_Joy.png", b"b")]),
        ),
        ("cards/animated.png", animated),
        ("cards/ours.png", ours),
        ("cards/v3.charx", zip_of(&files)),
        ("cards/risu.charx", zip_of(&of_risu)),
        ("cards/risu_module.charx", zip_of(&with_module)),
        ("cards/ours.charx", our_archive),
        ("cards/pictures.png", pictured),
        ("cards/pictures.charx", pictured_archive),
        ("cards/polyglot.jpg", polyglot),
        ("modules/storm.risum", module),
        ("accounts/small.zip", account()),
    ]
}

#[test]
fn the_binary_files_are_those_made_here() {
    let writes = std::env::vars().any(|(name, value)| name == "TALKER_GOLDEN" && value == "write");
    for (name, made) in all() {
        if writes {
            let file = folder().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, &made).unwrap();
        }
        if !name.starts_with("cards/") {
            assert_eq!(golden(name), made, "{name}");
            continue;
        }
        // What is packed may be packed in another way one day.
        assert_eq!(cards::read(&golden(name)).unwrap().card, cards::read(&made).unwrap().card, "{name}");
    }
}
