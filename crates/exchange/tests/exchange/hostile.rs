//! Files that lie. Each ends in an error that says what and where, and takes neither long nor much.

use std::io::{Cursor, Write};

use domain::cards::CardNotice;
use exchange::cards::{self, Card};
use exchange::{Fault, chats};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::making::{chunk, golden, pixels, plain_png, png_of, png_with, zip_of};

fn fault(bytes: &[u8]) -> (Fault, String) {
    let error = cards::read(bytes).unwrap_err();
    (error.fault, error.place)
}

fn with_length(mut chunk: Vec<u8>, length: u32) -> Vec<u8> {
    chunk[..4].copy_from_slice(&length.to_be_bytes());
    chunk
}

#[test]
fn lengths_of_chunks_are_not_believed() {
    let [head, data] = pixels();
    for length in [u32::MAX, 0x7fff_ffff, 1_000] {
        let image = png_of(&[head.clone(), with_length(data.clone(), length)]);
        assert_eq!(fault(&image), (Fault::Broken, "chunk 1".to_owned()), "{length}");
    }
    let image = plain_png();
    for end in 8..image.len() - 1 {
        assert_eq!(fault(&image[..end]).0, Fault::Broken, "{end}");
    }
    assert_eq!(fault(&image).0, Fault::Empty);
    let many = png_of(&vec![chunk(b"abCd", b""); exchange::limits::PNG_CHUNKS + 1]);
    assert_eq!(fault(&many).0, Fault::TooMany);
}

#[test]
fn a_card_with_a_wrong_checksum_is_not_read() {
    let mut image = golden("cards/v2.png");
    let at = image.windows(4).position(|window| window == b"tEXt").unwrap();
    image[at + 20] ^= 1;
    assert_eq!(fault(&image), (Fault::Checksum, "chunk 1".to_owned()));
    assert_eq!(fault(&png_with(&[("chara", b"")])).0, Fault::NotJson);
    let [head, data] = pixels();
    let garbled = png_of(&[head, data, chunk(b"tEXt", b"chara\0%%%"), chunk(b"IEND", b"")]);
    assert_eq!(fault(&garbled), (Fault::NotText, "chunk 2".to_owned()));
}

#[test]
fn an_archive_that_unpacks_to_far_more_is_a_bomb() {
    let bomb = vec![0_u8; 8 * 1024 * 1024];
    let archive = zip_of(&[("card.json", b"{}"), ("a.bin", &bomb)]);
    assert!(archive.len() < 64 * 1024);
    assert_eq!(fault(&archive), (Fault::Bomb, "entry 1".to_owned()));
}

#[test]
fn the_size_and_the_number_of_entries_are_bounded_in_all() {
    // Each is small enough to be packed well.
    let zeros = vec![0_u8; 1024 * 1024];
    let names: Vec<String> = (0..97).map(|index| format!("{index}")).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), zeros.as_slice())).collect();
    assert_eq!(fault(&zip_of(&many)), (Fault::TooLarge, "entry 96".to_owned()));

    let names: Vec<String> = (0..=exchange::limits::ARCHIVE_ENTRIES).map(|index| format!("{index}")).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"".as_slice())).collect();
    assert_eq!(fault(&zip_of(&many)), (Fault::TooMany, "the archive".to_owned()));

    // A list that is as long as the file lets it be.
    let mut listed = b"PK\x03\x04".to_vec();
    listed.extend(b"PK\x01\x02".repeat(1_000_000));
    assert_eq!(fault(&listed), (Fault::TooMany, "the archive".to_owned()));
}

#[test]
fn no_path_leads_out_of_an_archive() {
    for path in ["../card.json", "/etc/passwd", "a/../../b", "C:/x.json", "..\\up.json", "a\\..\\b.json"] {
        let stand_in = "x".repeat(path.len());
        let mut archive = zip_of(&[("card.json", b"{}"), (&stand_in, b"data")]);
        let places: Vec<usize> = archive
            .windows(path.len())
            .enumerate()
            .filter(|(_, window)| *window == stand_in.as_bytes())
            .map(|(at, _)| at)
            .collect();
        assert_eq!(places.len(), 2, "the name stands twice");
        for at in places {
            archive[at..at + path.len()].copy_from_slice(path.as_bytes());
        }
        let (fault, place) = fault(&archive);
        assert!(matches!(fault, Fault::UnsafePath | Fault::Broken), "{path}: {fault:?}");
        assert!(fault != Fault::UnsafePath || place == "entry 1", "{path}: {place}");
    }
}

#[test]
fn archives_that_are_broken_or_locked_are_refused() {
    let archive = golden("cards/v3.charx");
    for end in (4..archive.len()).step_by(7) {
        assert!(cards::read(&archive[..end]).is_err(), "{end}");
    }
    let mut locked = zip_of(&[("card.json", b"{}")]);
    let list = locked.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    locked[6] |= 1;
    locked[list + 8] |= 1;
    assert_eq!(fault(&locked), (Fault::Unsupported, "entry 0".to_owned()));
    assert_eq!(fault(&zip_of(&[("other.json", b"{}")])).0, Fault::Empty);
    // Another archive in the archive is a file like any other.
    let nested = zip_of(&[("card.json", &golden("cards/v2.json")), ("inner.zip", &archive)]);
    assert_eq!(cards::read(&nested).unwrap().assets.len(), 1);
}

#[test]
fn what_is_stored_and_said_to_be_small_is_counted() {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    archive.start_file("card.json", options).unwrap();
    archive.write_all(&golden("cards/v2.json")).unwrap();
    let mut bytes = archive.finish().unwrap().into_inner();
    let list = bytes.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    bytes[list + 20..list + 28].copy_from_slice(&[0xff; 8]);
    assert!(cards::read(&bytes).is_err());
}

#[test]
fn json_is_bounded_in_every_container() {
    let deep = format!("{{\"data\":{}1{}}}", "[".repeat(5_000), "]".repeat(5_000));
    assert_eq!(fault(deep.as_bytes()).0, Fault::TooDeep);
    assert_eq!(fault(&png_with(&[("chara", deep.as_bytes())])).0, Fault::TooDeep);
    assert_eq!(fault(&zip_of(&[("card.json", deep.as_bytes())])), {
        let error = Card::from_json(deep.as_bytes()).unwrap_err();
        (Fault::TooDeep, format!("card.json, {}", error.place))
    });
    let million = format!("{{\"data\":{{\"tags\":[{}0]}}}}", "0,".repeat(1_000_000));
    assert_eq!(fault(million.as_bytes()).0, Fault::TooMany);
    let large = vec![b' '; exchange::limits::CARD_FILE + 1];
    assert_eq!(fault(&large).0, Fault::TooLarge);
    assert_eq!(fault(&[b"{".as_slice(), &vec![b' '; exchange::limits::CARD_JSON]].concat()).0, Fault::TooLarge);
}

#[test]
fn a_picture_with_scripts_is_no_portrait() {
    let svg = br#"<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>"#;
    let card = serde_json::json!({"spec": "chara_card_v3", "spec_version": "3.0", "data": {
        "name": "A", "assets": [{"type": "icon", "name": "main", "uri": "embeded://main.svg", "ext": "svg"}]}});
    let file = cards::read(&zip_of(&[("card.json", card.to_string().as_bytes()), ("main.svg", svg)])).unwrap();
    assert_eq!(file.portrait, None);
    assert_eq!(file.card.warnings[0].notice, CardNotice::PortraitNotTaken);
}

#[test]
fn two_files_in_one_are_what_their_first_bytes_say() {
    // A PNG with an archive behind it is the PNG.
    let file = cards::read(&[golden("cards/v2.png"), golden("cards/v3.charx")].concat()).unwrap();
    assert_eq!(file.card.fields.name, "Iris");
    assert_eq!(file.container, domain::cards::CardContainer::Png);
    assert_eq!(fault(crate::making::JPEG).0, Fault::Empty);
}

#[test]
fn an_error_says_the_line_and_not_the_text() {
    let secret = "{\"mes\": \"a\"}\n{\"mes\": 1, \"secret\": \"words\"}";
    let error = chats::read(secret.as_bytes()).unwrap_err();
    assert_eq!((error.fault, error.place.as_str()), (Fault::Form, "line 2"));
    let error = chats::read(b"{\"mes\": \"a\"}\n{\"mes\": \"secret words").unwrap_err();
    assert_eq!((error.fault, error.place.as_str()), (Fault::NotJson, "line 2, line 1, column 21"));
    assert!(!error.to_string().contains("secret"));
}

#[test]
fn chats_are_bounded() {
    let row = "{\"mes\":\"a\"}\n";
    assert_eq!(chats::read(row.repeat(exchange::limits::CHAT_NODES + 1).as_bytes()).unwrap_err().fault, Fault::TooMany);
    let swipes = format!("{{\"mes\":\"a\",\"swipes\":[{}\"a\"]}}\n", "\"b\",".repeat(999));
    let many = swipes.repeat(exchange::limits::CHAT_NODES / 1_000 + 1);
    assert_eq!(chats::read(many.as_bytes()).unwrap_err().fault, Fault::TooMany);
    let circle = br#"{"chat":{"history":{"currentId":"a","messages":{"a":{"parentId":"b","content":"x"},"b":{"parentId":"a","content":"y"}}}}}"#;
    assert_eq!(chats::read(circle).unwrap_err().fault, Fault::Empty);
}
