//! Files that may be chats. What must hold is said with the tests of the corpus.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../crates/exchange/tests/exchange/entries.rs"]
mod entries;

fuzz_target!(|bytes: &[u8]| {
    for (name, entry) in entries::ENTRIES {
        if name == "chats" {
            entry(bytes);
        }
    }
});
