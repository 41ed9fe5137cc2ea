//! What is done with bytes that somebody sent, and what must hold then: the same for the corpus in these tests and for the fuzzers
//! under `fuzz/`.

use std::collections::BTreeSet;

use domain::ClosedSet;
use domain::imports::ChatFormat;
use domain::lore::fitting::fitted;
use domain::lore::matching::{Compiled, MatchDefaults};
use domain::lore::reading::{self, LoreFormat};
use domain::macros::{Names, expand};
use exchange::cards::{self, Asset, RisuModule, Versions};
use exchange::{account, chats, json};

/// Does one of them.
pub type Entry = fn(&[u8]);

/// A name for each, and what it does.
pub const ENTRIES: [(&str, Entry); 7] = [
    ("cards", card),
    ("chats", chat),
    ("json", text),
    ("modules", module),
    ("accounts", archive),
    ("books", book),
    ("macros", macros),
];

/// The smallest image that holds a card.
const IMAGE: &[u8] =
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x02\x08\0\0\0\0\x57\xdd\x52\xf8\0\0\0\0IEND\xaeB`\x82";

/// What is read can be written, and says the same then.
fn card(bytes: &[u8]) {
    let Ok(mut file) = cards::read(bytes) else { return };
    let written = cards::write_json(&file.card, Versions::V3, &[], None);
    if let Ok(again) = cards::read(&written) {
        assert!(again.card.fields == file.card.fields);
    }
    if let Ok(image) = cards::write_png(&file.card, IMAGE, &[], None) {
        assert!(cards::read(&image).is_ok_and(|again| again.card.fields == file.card.fields));
    }
    let kept: Vec<Asset> = file.beside().filter(|asset| asset.has_safe_path()).cloned().collect();
    assert!(cards::write_charx(&file.card, None, &kept, &[], None).is_ok());
    let keys = BTreeSet::from(["lamp", "rain"]);
    let pictures = file.take_pictures(&keys);
    let written = cards::write_charx(&file.card, None, &[], &pictures, None).and_then(|again| cards::read(&again));
    assert!(written.is_ok_and(|mut again| again.take_pictures(&keys) == pictures));
    if let Some(book) = file.card.book() {
        lore(&serde_json::Value::Object(book.clone()));
    }
}

/// What is read can be written; what is read of that again has as many messages.
fn chat(bytes: &[u8]) {
    for chat in chats::read(bytes).unwrap_or_default() {
        let said = chat.way().into_iter().filter(|at| !chat.nodes[*at].text.trim().is_empty()).count();
        for format in ChatFormat::ALL {
            let again = chats::read(chats::write(&chat, *format).as_bytes());
            assert!(again.is_ok() || *format != ChatFormat::SillyTavern);
            // What was as deep or as large as is taken may be more than that where other programs put it.
            if let (Ok(again), true) = (again, *format != ChatFormat::SillyTavern) {
                assert_eq!(again[0].nodes.len(), said);
            }
        }
    }
}

fn text(bytes: &[u8]) {
    drop(json::parse(bytes, 1024 * 1024));
}

/// What is read leaves as it came.
fn module(bytes: &[u8]) {
    if let Ok(module) = RisuModule::read(bytes) {
        assert!(RisuModule::read(&module.write()).is_ok_and(|again| again == module));
        if let Some(Ok(book)) = module.lorebook().map(|entries| reading::read_list(entries)) {
            assert!(fitted(book).book.checked().is_ok());
        }
    }
}

/// All of it is read within its bounds.
fn archive(bytes: &[u8]) {
    drop(account::read_all(bytes));
}

fn book(bytes: &[u8]) {
    if let Ok(parsed) = json::parse(bytes, 1024 * 1024) {
        lore(&parsed.value);
    }
}

/// A book can be kept and searched, and what nobody changed of it leaves as it came.
fn lore(value: &serde_json::Value) {
    let Ok(read) = reading::read(value) else { return };
    let kept = fitted(read).book;
    assert!(kept.clone().checked().is_ok());
    drop(reading::write(&kept, LoreFormat::World));
    if let Some(raw) = value.as_object().filter(|raw| raw.contains_key("entries")) {
        assert!(reading::laid_over(raw, &kept, &kept) == *raw);
        let mut changed = kept.clone();
        changed.entries.truncate(1);
        for entry in &mut changed.entries {
            entry.content.push('x');
        }
        assert!(reading::read_book(&reading::laid_over(raw, &kept, &changed)).is_ok());
    }
    drop(Compiled::new(kept, MatchDefaults { case_sensitive: false, whole_words: true }));
}

/// Macros of whatever kind end.
fn macros(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    assert!(expand(&text, Names { char: "Rin", user: "Aya" }).len() <= text.len() + 1024 * 1024);
}
