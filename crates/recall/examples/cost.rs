//! What a search costs: `cargo run --release -p recall --example cost`.
//!
//! Memories are made of a word list with Zipf frequencies and of vectors around random themes; one in ten is a fact.
#![expect(clippy::print_stdout, reason = "an example that prints figures")]

use std::time::{Duration, Instant};

use domain::chats::Role;
use domain::ids::{CharacterId, MemoryId, SessionId, UserId};
use domain::memories::{EpisodePlace, FactSubject, Memory, MemoryKind, Scope};
use recall::{Entry, Index, Names, Question};
use time::OffsetDateTime;
use time::macros::datetime;
use uuid::Uuid;

const LENGTH: usize = 384;
const VOCABULARY: usize = 20_000;
const QUESTIONS: usize = 2_000;
const BEGINNING: OffsetDateTime = datetime!(2023-01-01 08:00 UTC);

/// A small generator (Marsaglia's xorshift), so that every run measures the same.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() * bound as f64) as usize
    }

    /// A word by its rank, the rarer the higher (Zipf): the commonest are real ones, stop words among them.
    fn word(&mut self) -> String {
        const COMMON: &[&str] = &[
            "the", "I", "to", "and", "a", "you", "it", "of", "that", "my", "in", "was", "so", "for", "is", "we",
            "have", "on", "with", "really", "like", "time", "just", "love", "new", "know", "think", "good", "day",
            "friend", "work", "went", "last", "week", "family", "feel", "home", "great", "help", "old",
        ];
        let rank = (VOCABULARY as f64).powf(self.next()) as usize - 1;
        COMMON
            .get(rank)
            .map_or_else(|| format!("{}{}", syllable(rank), syllable(rank / 23 + 7)), |word| (*word).to_owned())
    }

    fn text(&mut self, words: usize) -> String {
        (0..words).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }

    fn vector(&mut self) -> Vec<f32> {
        (0..LENGTH).map(|_| (self.next() - 0.5) as f32).collect()
    }
}

fn syllable(rank: usize) -> String {
    const ONSETS: &[u8] = b"bcdfghklmnprstvwz";
    const VOWELS: &[u8] = b"aeiou";
    let at = |letters: &[u8], index: usize| char::from(*letters.get(index % letters.len()).unwrap_or(&b'x'));
    [at(ONSETS, rank), at(VOWELS, rank / 17), at(ONSETS, rank / 85), at(VOWELS, rank / 1445)].iter().collect()
}

fn entry(number: usize, chance: &mut Chance) -> Entry {
    let (fact, words) = (chance.below(10) == 0, 8 + chance.below(30));
    let at = BEGINNING + Duration::from_secs(number as u64 * 1_800);
    let memory = Memory {
        id: MemoryId(Uuid::from_u128(number as u128)),
        scope: Scope { user: UserId(Uuid::nil()), character: CharacterId(Uuid::nil()) },
        kind: if fact { MemoryKind::Fact } else { MemoryKind::Episode },
        subject: fact.then_some(FactSubject::Person),
        scale: None,
        speaker: (!fact).then_some(if number.is_multiple_of(2) { Role::User } else { Role::Character }),
        author: None,
        place: (!fact).then_some(EpisodePlace { depth: number as u32, part: 0 }),
        text: chance.text(words),
        importance: 1 + chance.below(5) as u8,
        pinned: false,
        happened_at: at,
        ended: None,
        session_id: Some(SessionId(Uuid::from_u128(number as u128 / 25))),
        sources: Vec::new(),
        model: None,
        created_at: at,
    };
    Entry { memory, vector: Some(chance.vector()) }
}

fn main() {
    for size in [1_000, 10_000, 50_000] {
        let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
        let mut index = Index::new(Names { person: "Ben".to_owned(), character: "Mia".to_owned() });
        let entries: Vec<Entry> = (0..size).map(|number| entry(number, &mut chance)).collect();
        let text: usize = entries.iter().map(|entry| entry.memory.text.len()).sum();
        let begun = Instant::now();
        entries.into_iter().for_each(|entry| index.insert(entry));
        let built = begun.elapsed();
        // Each question thrice, and the best of it: what other processes take is not ours to count.
        let mut times: Vec<Duration> = (0..QUESTIONS)
            .map(|_| {
                let words = 6 + chance.below(10);
                let (text, vector) = (chance.text(words), chance.vector());
                let question = Question {
                    text: &text,
                    before: None,
                    vector: Some(&vector),
                    now: BEGINNING + Duration::from_secs(size as u64 * 1_800),
                    asked_by: Some(Role::User),
                    ended: false,
                    keep: &|_| true,
                };
                let took = (0..3).map(|_| {
                    let begun = Instant::now();
                    let hits = index.search(&question, 50);
                    let took = begun.elapsed();
                    assert!(!hits.is_empty());
                    took
                });
                took.min().unwrap_or_default()
            })
            .collect();
        times.sort();
        let at = |share: f64| times.get((QUESTIONS as f64 * share) as usize).copied().unwrap_or_default();
        println!(
            "{size:6} memories of {} bytes of text: p50 {:?}, p99 {:?}; {} bytes each; built in {:?}",
            text / size,
            at(0.5),
            at(0.99),
            index.bytes() / size,
            built
        );
    }
}
