//! What a page costs: `cargo run --release -p recommend --example cost`.
//!
//! A hundred thousand characters in themes, with vectors, tags and Zipf popularity; people who like within a few themes; and one
//! who asks with a thousand events behind her.
#![expect(clippy::print_stdout, reason = "an example that prints figures")]

use std::time::{Duration, Instant};

use domain::ids::{CharacterId, UserId};
use domain::recommendations::RecommendationEventType;
use recommend::{Character, Event, Model, Parameters, Profile, Request, Snapshot, SnapshotError, Weights};
use time::OffsetDateTime;
use time::macros::datetime;
use uuid::Uuid;

const CHARACTERS: usize = 100_000;
const THEMES: usize = 500;
const PEOPLE: usize = 60_000;
const EVENTS: usize = 50;
const LENGTH: usize = 384;
const HEAD: usize = 2_048;
const PAGES: usize = 3_000;
const BEGINNING: OffsetDateTime = datetime!(2026-01-01 08:00 UTC);

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

    /// A character of one of the themes, by its rank there (Zipf): the commonest are liked most.
    fn character(&mut self, themes: &[usize]) -> usize {
        let theme = themes.get(self.below(themes.len())).copied().unwrap_or_default();
        let rank = ((CHARACTERS / THEMES) as f64).powf(self.next()) as usize - 1;
        rank * THEMES + theme
    }

    fn vector(&mut self) -> Vec<f32> {
        (0..LENGTH).map(|_| (self.next() - 0.5) as f32).collect()
    }
}

fn id(number: usize) -> CharacterId {
    CharacterId(Uuid::from_u128(number as u128))
}

fn events(person: usize, count: usize, themes: usize, chance: &mut Chance) -> Vec<Event> {
    const KINDS: [RecommendationEventType; 4] = [
        RecommendationEventType::Like,
        RecommendationEventType::ChatStarted,
        RecommendationEventType::MessageSent,
        RecommendationEventType::Click,
    ];
    let own: Vec<usize> = (0..themes).map(|_| chance.below(THEMES)).collect();
    (0..count)
        .map(|nth| Event {
            person: UserId(Uuid::from_u128(person as u128)),
            character: id(chance.character(&own)),
            kind: KINDS.get(chance.below(KINDS.len())).copied().unwrap_or(RecommendationEventType::Like),
            at: BEGINNING + Duration::from_secs((person % 1_000 * 600 + nth * 900) as u64),
        })
        .collect()
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let result = work();
    println!("{what:<34} {:>9.2} s", begun.elapsed().as_secs_f64());
    result
}

fn main() -> Result<(), SnapshotError> {
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    let themes: Vec<Vec<f32>> = (0..THEMES).map(|_| chance.vector()).collect();
    let catalogue: Vec<Character> = (0..CHARACTERS)
        .map(|number| {
            let theme = themes.get(number % THEMES).map(Vec::as_slice).unwrap_or_default();
            let vector = chance.vector().iter().zip(theme).map(|(own, theme)| own + theme).collect();
            let tags = vec![format!("theme-{}", number % THEMES), format!("tag-{}", chance.below(40))];
            let created_at = Some(BEGINNING - Duration::from_secs(chance.below(300 * 86_400) as u64));
            Character { id: id(number), created_at, tags, vector: Some(vector) }
        })
        .collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut model = Model::new(Parameters { threads, head: HEAD, ..Parameters::default() });
    println!("{CHARACTERS} characters, {PEOPLE} people, {} events, {threads} threads", PEOPLE * EVENTS);
    timed("taking the events in", || {
        (0..PEOPLE).for_each(|person| model.update(&events(person, EVENTS, 3, &mut chance)));
    });
    timed("training", || model.train());
    timed("refreshing", || model.refresh());
    let made = timed("making a snapshot", || model.snapshot(&catalogue));
    let bytes = timed("writing it", || made.to_bytes());
    let snapshot = timed("reading it", || Snapshot::from_bytes(&bytes))?;
    println!("{} bytes; pages for somebody with 1,000 events:", bytes.len());

    let now = BEGINNING + Duration::from_secs(1_200_000);
    let weights = Weights::default();
    let mut milliseconds: Vec<f64> = (0..PAGES)
        .map(|page| {
            let profile = Profile::of(&events(PEOPLE + page % 20, 1_000, 12, &mut chance))
                .with_tags(vec!["tag-7".to_owned(), "theme-9".to_owned()]);
            let may_be_shown = |character: CharacterId| !character.0.as_u128().is_multiple_of(50);
            let request = Request { now, count: 30, seed: page as u64, may_be_shown: &may_be_shown, weights: &weights };
            let begun = Instant::now();
            let shown = snapshot.recommend(&profile, &request);
            let elapsed = begun.elapsed().as_secs_f64() * 1_000.0;
            if shown.len() == 30 { elapsed } else { f64::INFINITY }
        })
        .collect();
    milliseconds.sort_by(f64::total_cmp);
    let at = |share: f64| milliseconds.get((PAGES as f64 * share) as usize).copied().unwrap_or_default();
    println!("{:.3} ms p50, {:.3} ms p99, {:.3} ms p99.9", at(0.5), at(0.99), at(0.999));
    Ok(())
}
