//! What a scan costs: `cargo run --release -p domain --example lore`. A book of 2,000 entries over a chat of 2,000 messages.

use std::time::Instant;

use domain::ids::LorebookId;
use domain::lore::activation::LoreSettings;
use domain::lore::book::{Book, Entry};
use domain::lore::matching::Compiled;
use domain::lore::{Line, LoreSource, LoreState, Scan, Shelf, activate};
use domain::macros::{Env, Expander};

const ENTRIES: u32 = 2_000;
const MESSAGES: u32 = 2_000;

#[expect(clippy::print_stdout, clippy::indexing_slicing, reason = "what it is for")]
fn main() {
    let word =
        |n: u32| format!("{}{}", ["lamp", "tower", "harbour", "keeper", "tide", "灯台", "gull"][n as usize % 7], n / 7);
    let entry = |uid: u32| Entry {
        keys: vec![word(uid), format!("the {}", word(uid + 1)), word(uid * 3)],
        secondary_keys: vec![word(uid + 2)],
        selective: uid.is_multiple_of(3),
        match_whole_words: Some(uid.is_multiple_of(2)),
        content: format!("What is known of {}: it is old, and nobody speaks of it.", word(uid)),
        scan_depth: Some(MESSAGES),
        ..Entry::new(uid)
    };
    let book = Book { entries: (0..ENTRIES).map(entry).collect(), ..Book::default() };
    let settings = LoreSettings { recursive: true, ..LoreSettings::default() };
    let began = Instant::now();
    let compiled = Compiled::new(book, settings.matching);
    println!("made ready in {:.2} ms", began.elapsed().as_secs_f64() * 1e3);
    let said: Vec<String> = (0..MESSAGES)
        .map(|n| format!("And then we walked on past the {} until the evening came, and somebody sang of the sea and of what it takes.", word(n * 11 % 20_000)))
        .collect();
    let bytes: usize = said.iter().map(String::len).sum();
    let lines: Vec<Line<'_>> = said.iter().map(|text| Line { name: "Bo", text }).collect();
    for (what, depth) in [("all 2,000 messages", MESSAGES), ("the newest 4", 4)] {
        let shallow;
        let book = if depth == MESSAGES {
            &compiled
        } else {
            let entries =
                compiled.book().entries.iter().map(|entry| Entry { scan_depth: Some(depth), ..entry.clone() });
            shallow = Compiled::new(Book { entries: entries.collect(), ..Book::default() }, settings.matching);
            &shallow
        };
        let scan = Scan {
            books: &[Shelf { id: LorebookId(uuid::Uuid::from_u128(1)), source: LoreSource::Character, book }],
            messages: &lines,
            sources: &[],
            character: "Rin",
            tags: &[],
            triggers: &[domain::lore::book::LoreTrigger::Normal],
            near: None,
            length: MESSAGES,
            own_messages: MESSAGES / 2,
            greeting: None,
            state: &LoreState::default(),
            settings,
            budget: 4_000,
            seed: 1,
        };
        let mut times: Vec<f64> = (0..50)
            .map(|_| {
                let began = Instant::now();
                let found = activate(&scan, &mut Expander::new(Env::default()), &|text| {
                    u32::try_from(text.len() / 4).unwrap_or(u32::MAX)
                });
                assert!(!found.verdicts.is_empty());
                began.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        times.sort_by(f64::total_cmp);
        println!("{what} ({bytes} bytes in all): p50 {:.2} ms, worst {:.2} ms", times[25], times[49]);
    }
}
