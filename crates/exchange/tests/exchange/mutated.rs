//! Every file of the corpus, and each with bytes changed, cut and doubled: nothing panics, and nothing takes long. The same
//! corpus feeds the fuzzers under `fuzz/`.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::entries::ENTRIES;
use crate::making::folder;

/// Files of each kind that are made of one file of the corpus.
const ROUNDS: u32 = 60;

/// The longest that one file may take, on a machine that does much else, without optimisation.
const LONGEST: Duration = Duration::from_secs(5);

fn corpus(folder: &Path) -> Vec<Vec<u8>> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

/// Numbers that look like chance and are the same every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % end.max(1)
    }
}

fn mutate(file: &[u8], other: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = file.to_vec();
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(bytes.len());
        match numbers.below(6) {
            0 => bytes[at] = u8::try_from(numbers.below(256)).unwrap(),
            1 => bytes[at] ^= 1 << numbers.below(8),
            2 => bytes.truncate(at.max(1)),
            3 => {
                let end = (at + numbers.below(64)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            4 => {
                let from = numbers.below(other.len());
                let end = (from + numbers.below(256)).min(other.len());
                bytes.splice(at..at, other[from..end].iter().copied());
            }
            _ => {
                let end = (at + 4).min(bytes.len());
                bytes[at..end].fill(0xff);
            }
        }
    }
    bytes
}

fn all(folder: &Path, read: fn(&[u8])) {
    let files = corpus(folder);
    assert!(!files.is_empty());
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    for (index, file) in files.iter().enumerate() {
        read(file);
        for _ in 0..ROUNDS {
            let other = &files[numbers.below(files.len())];
            let bytes = mutate(file, other, &mut numbers);
            let begun = Instant::now();
            read(&bytes);
            assert!(begun.elapsed() < LONGEST, "file {index} of {} bytes", bytes.len());
        }
    }
}

/// Reads the corpus of some folders with one of the entries.
fn try_all(name: &str, folders: &[&str]) {
    let (_, entry) = ENTRIES.into_iter().find(|(known, _)| *known == name).unwrap();
    for of in folders {
        all(&folder().join(of), entry);
    }
}

#[test]
fn no_card_breaks_the_reader_and_what_is_read_can_be_written() {
    try_all("cards", &["cards"]);
}

#[test]
fn no_chat_breaks_the_reader_and_what_is_read_can_be_written() {
    try_all("chats", &["chats"]);
}

#[test]
fn no_json_breaks_the_reader() {
    try_all("json", &["cards", "chats", "books"]);
}

#[test]
fn no_module_breaks_the_reader_and_what_is_read_leaves_as_it_came() {
    try_all("modules", &["modules"]);
}

#[test]
fn no_archive_of_an_account_breaks_the_reader() {
    try_all("accounts", &["accounts", "cards"]);
}

#[test]
fn no_book_breaks_the_reader_and_every_book_can_be_kept_and_searched() {
    try_all("books", &["books", "cards"]);
}

#[test]
fn no_text_holds_macros_that_do_not_end() {
    try_all("macros", &["macros", "books"]);
}
