//! How fast a page is where many are about: 2,000 characters in themes, 20,000 people who like within a few of them.

use std::time::{Duration, Instant};

use domain::ids::EventId;
use domain::pages::PageRequest;
use domain::recommendations::{Event, RecommendationEventType};
use service::clock::Clock;
use service::mint::Mint;
use service::recommendations::Weights;
use store::recommendations::NewEvent;

use crate::quality::print_times;
use crate::world::{Learning, World, character, person};

const CHARACTERS: usize = 2_000;
const PEOPLE: usize = 20_000;
const THEMES: usize = 40;
const EVENTS: usize = 20;
const PAGES: usize = 4_000;
const KINDS: [RecommendationEventType; 4] = [
    RecommendationEventType::Click,
    RecommendationEventType::ChatStarted,
    RecommendationEventType::MessageSent,
    RecommendationEventType::Share,
];

/// A small generator (Marsaglia's xorshift), so that every run measures the same.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % bound
    }
}

/// Measures and prints.
pub async fn measure() {
    let world = World::new(0..PEOPLE, CHARACTERS).await;
    let (mut chance, mint) = (Chance(0x9E37_79B9_7F4A_7C15), Mint::new(world.clock.clone()));
    let (tastes, now) = (world.store.stores().tastes, world.clock.now());
    let began = Instant::now();
    for crowd in (0..PEOPLE).collect::<Vec<_>>().chunks(25) {
        let mut events = Vec::new();
        for who in crowd {
            let themes = [chance.below(THEMES), chance.below(THEMES), chance.below(THEMES)];
            for n in 0..EVENTS {
                // The first of a theme are liked most.
                let rank = chance.below(CHARACTERS / THEMES).min(chance.below(CHARACTERS / THEMES));
                let whom = rank * THEMES + themes[chance.below(3)];
                let at = now - Duration::from_secs((chance.below(60) * 86_400 + n * 60) as u64);
                let kind = KINDS[chance.below(KINDS.len())];
                let event = Event { person: person(*who), character: character(whom), kind, at };
                events.push(NewEvent { id: mint.id::<EventId>().to_string(), event, surface: None });
            }
        }
        tastes.record_events(&events).await.expect("they are kept");
    }
    println!(
        "{CHARACTERS} characters, {PEOPLE} people, {} events, kept in {:.1} s",
        PEOPLE * EVENTS,
        began.elapsed().as_secs_f64()
    );
    let app = world.app(Learning::On, Weights::default());
    println!("learning {:.1} s", world.learned(&app).await.as_secs_f64());
    let mut times = Vec::with_capacity(PAGES);
    let request = PageRequest { cursor: None, limit: 30 };
    for _ in 0..PAGES {
        let who = person(chance.below(PEOPLE));
        let began = Instant::now();
        let page = app.recommendations.page(who, &request).await.expect("a page");
        times.push(began.elapsed());
        assert_eq!(page.items.len(), 30);
    }
    print_times("a page of 30, with all reads of the store", &mut times);
    app.shutdown(Duration::from_secs(5)).await;
}
