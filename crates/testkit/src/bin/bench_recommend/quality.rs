//! How well the product foretells: the past is told to it, event by event, and learned by its job; then everybody asks for a page.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use domain::limits;
use domain::pages::PageRequest;
use domain::recommendations::RecommendationEventType;
use service::App;
use service::clock::Clock;
use service::recommendations::{ToldEvent, Weights};
use time::OffsetDateTime;

use crate::data::{Data, Item, PAGE, Score};
use crate::plain;
use crate::world::{Learning, World, character, number, person};

const DAY: i64 = 86_400;

/// Measures and prints.
pub async fn measure(data: &Data) {
    println!("{} people, {} items, {} events to learn from", data.known.len(), data.items, data.events());
    println!("{:<44} {:>9} {:>8} {:>9}", "", "Recall@10", "nDCG@10", "coverage");
    print("popularity", &data.judge(&plain::popularity(data)));
    print("item-kNN, cosine, K=50", &data.judge(&plain::item_knn(data)));

    let world = World::new(data.known.keys().map(|number| *number as usize), data.items).await;
    let began = Instant::now();
    let app = world.app(Learning::Off, Weights::default());
    tell(&world, &app, data).await;
    let told = began.elapsed();
    app.shutdown(Duration::from_secs(5)).await;

    let app = world.app(Learning::On, Weights::default());
    let learned = world.learned(&app).await;
    let mut times = Vec::new();
    print("Talker", &data.judge(&pages(&app, data, &mut times).await));
    app.shutdown(Duration::from_secs(5)).await;

    let app = world.app(Learning::Off, Weights::default().relevance_alone());
    world.learned(&app).await;
    print("  without exploration and diversity", &data.judge(&pages(&app, data, &mut Vec::new()).await));
    app.shutdown(Duration::from_secs(5)).await;
    println!("telling {:.1} s, learning {:.1} s", told.as_secs_f64(), learned.as_secs_f64());
    print_times("a page, with all reads of the store", &mut times);
}

fn print(name: &str, score: &Score) {
    println!("{name:<44} {:>9.4} {:>8.4} {:>9.3}", score.recall, score.ndcg, score.coverage);
}

/// Prints how long something took.
pub fn print_times(what: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1_000.0;
    println!("{what}: {:.2} ms p50, {:.2} ms p99", at(0.5), at(0.99));
}

/// Tells the past in its order, day by day, each person their own events. The clock goes along.
async fn tell(world: &World, app: &App, data: &Data) {
    let first = data.known.values().flatten().map(|(at, _)| *at).min().unwrap_or_default();
    // The clock begins where the past does.
    let shift = world.clock.now().unix_timestamp() + 1 - first;
    let mut days: BTreeMap<(i64, u32), Vec<(i64, Item)>> = BTreeMap::new();
    for (person, known) in &data.known {
        for (at, item) in known {
            days.entry(((at + shift) / DAY, *person)).or_default().push((at + shift, *item));
        }
    }
    let mut told = 0;
    for ((day, who), events) in days {
        let end = OffsetDateTime::from_unix_timestamp((day + 1) * DAY).expect("a time");
        world.clock.advance(Duration::try_from(end - world.clock.now()).unwrap_or_default());
        for batch in events.chunks(limits::EVENTS) {
            let batch: Vec<ToldEvent> = batch
                .iter()
                .map(|(at, item)| {
                    told += 1;
                    let (id, at) = (format!("e{told}"), OffsetDateTime::from_unix_timestamp(*at).ok());
                    ToldEvent {
                        id,
                        kind: RecommendationEventType::Like,
                        character: character(*item),
                        at,
                        surface: None,
                    }
                })
                .collect();
            let count = batch.len();
            let recorded = app.recommendations.record(person(who as usize), batch).await.expect("they are kept");
            assert_eq!(recorded.kept, count, "every event is kept");
        }
    }
}

/// The first page of everybody.
async fn pages(app: &App, data: &Data, times: &mut Vec<Duration>) -> BTreeMap<u32, Vec<Item>> {
    let mut pages = BTreeMap::new();
    for who in data.known.keys() {
        let request = PageRequest { cursor: None, limit: PAGE as u32 };
        let began = Instant::now();
        let page = app.recommendations.page(person(*who as usize), &request).await.expect("a page");
        times.push(began.elapsed());
        let shown = page.items.iter().map(|one| number(one.character.character.id)).collect();
        pages.insert(*who, shown);
    }
    pages
}
