//! How well the recommender foretells: `cargo run --release -p recommend --example movielens -- FILE`.
//!
//! FILE has lines `user|item|rating|timestamp` with a header. Each line is fed as a `like` event. Of each person's events in the
//! order of (time, item) the first 80 % are learned from and the rest asked for. Parameters are chosen within the first part alone.
#![expect(clippy::print_stdout, reason = "an example that prints figures")]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use domain::ids::{CharacterId, UserId};
use domain::recommendations::EventKind;
use recommend::{Character, Event, Model, Parameters, Profile, Request, Snapshot, Weights};
use time::OffsetDateTime;
use uuid::Uuid;

const PAGE: usize = 10;
const NEIGHBOURS: usize = 50;

type Item = usize;

/// What each person did, split in time: (time, item).
struct Data {
    known: BTreeMap<u32, Vec<(i64, Item)>>,
    asked: BTreeMap<u32, BTreeSet<Item>>,
    items: usize,
}

impl Data {
    fn read(text: &str) -> Option<Self> {
        let mut people: BTreeMap<u32, Vec<(i64, Item)>> = BTreeMap::new();
        for line in text.lines().skip(1).filter(|line| !line.is_empty()) {
            let mut cells = line.split('|');
            let (user, item, _, at) = (cells.next()?, cells.next()?, cells.next()?, cells.next()?);
            people.entry(user.parse().ok()?).or_default().push((at.parse().ok()?, item.parse().ok()?));
        }
        let items = people.values().flatten().map(|(_, item)| item + 1).max()?;
        let (mut known, mut asked) = (BTreeMap::new(), BTreeMap::new());
        for (person, mut events) in people {
            events.sort_unstable();
            let rest = events.split_off(events.len() * 4 / 5);
            asked.insert(person, rest.into_iter().map(|(_, item)| item).collect());
            known.insert(person, events);
        }
        Some(Self { known, asked, items })
    }

    /// Recall@10, nDCG@10 and coverage of the pages that somebody makes.
    fn judge(&self, name: &str, mut page: impl FnMut(u32, &[(i64, Item)]) -> Vec<Item>) {
        let (mut recall, mut ndcg, mut people, mut shown) = (0.0, 0.0, 0.0, BTreeSet::new());
        let gain = |rank: usize| 1.0 / (rank as f64 + 2.0).log2();
        for (person, known) in &self.known {
            let page = page(*person, known);
            shown.extend(page.iter().copied());
            let Some(asked) = self.asked.get(person).filter(|asked| !asked.is_empty()) else { continue };
            let hits: Vec<usize> =
                page.iter().enumerate().filter(|(_, item)| asked.contains(item)).map(|(rank, _)| rank).collect();
            recall += hits.len() as f64 / asked.len() as f64;
            ndcg +=
                hits.iter().map(|rank| gain(*rank)).sum::<f64>() / (0..asked.len().min(PAGE)).map(gain).sum::<f64>();
            people += 1.0;
        }
        let coverage = shown.len() as f64 / self.items as f64;
        println!("{name:<38} {:>9.4} {:>8.4} {coverage:>9.3}", recall / people, ndcg / people);
    }
}

fn best(scores: &[f32], known: &[(i64, Item)]) -> Vec<Item> {
    let mut order: Vec<Item> = (0..scores.len()).filter(|item| !known.iter().any(|(_, other)| other == item)).collect();
    let score = |item: &Item| scores.get(*item).copied().unwrap_or_default();
    order.sort_by(|a, b| score(b).total_cmp(&score(a)));
    order.truncate(PAGE);
    order
}

/// The two plain methods beside which the recommender is put.
fn judge_plain(data: &Data) {
    let mut people_of = vec![BTreeSet::new(); data.items];
    for (person, known) in &data.known {
        for (_, item) in known {
            people_of.get_mut(*item).map(|people| people.insert(*person));
        }
    }
    let popularity: Vec<f32> = people_of.iter().map(|people| people.len() as f32).collect();
    data.judge("popularity", |_, known| best(&popularity, known));

    let mut together = vec![vec![0.0_f32; data.items]; data.items];
    for known in data.known.values() {
        for (_, a) in known {
            for (_, b) in known {
                if let Some(cell) = together.get_mut(*a).and_then(|row| row.get_mut(*b)) {
                    *cell += 1.0;
                }
            }
        }
    }
    let near: Vec<Vec<(Item, f32)>> = together
        .iter()
        .zip(&popularity)
        .map(|(row, own)| {
            let cosine = row.iter().zip(&popularity).map(|(both, other)| both / (own * other).sqrt().max(1.0));
            let mut row: Vec<_> = cosine.enumerate().filter(|(_, cosine)| *cosine > 0.0).collect();
            row.sort_by(|a, b| b.1.total_cmp(&a.1));
            row.truncate(NEIGHBOURS);
            row
        })
        .collect();
    data.judge("item-kNN, cosine, K=50", |_, known| {
        let mut scores = vec![0.0_f32; data.items];
        for (other, cosine) in known.iter().filter_map(|(_, item)| near.get(*item)).flatten() {
            if let Some(score) = scores.get_mut(*other) {
                *score += cosine;
            }
        }
        best(&scores, known)
    });
}

fn event(person: u32, at: i64, item: Item) -> Event {
    Event {
        person: UserId(Uuid::from_u128(u128::from(person))),
        character: CharacterId(Uuid::from_u128(item as u128)),
        kind: EventKind::Like,
        at: OffsetDateTime::from_unix_timestamp(at).unwrap_or(OffsetDateTime::UNIX_EPOCH),
    }
}

fn judge_own(name: &str, data: &Data, snapshot: &Snapshot, weights: &Weights) -> Vec<f64> {
    let mut milliseconds = Vec::new();
    data.judge(name, |person, known| {
        let events: Vec<Event> = known.iter().map(|(at, item)| event(person, *at, *item)).collect();
        let now = events.last().map_or(OffsetDateTime::UNIX_EPOCH, |event| event.at);
        let begun = Instant::now();
        let request = Request { now, count: PAGE, seed: u64::from(person), may_be_shown: &|_| true, weights };
        let page = snapshot.recommend(&Profile::of(&events), &request);
        milliseconds.push(begun.elapsed().as_secs_f64() * 1_000.0);
        page.iter().map(|recommended| recommended.character.0.as_u128() as usize).collect()
    });
    milliseconds.sort_by(f64::total_cmp);
    milliseconds
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).ok_or("name the file with the events")?;
    let data = Data::read(&std::fs::read_to_string(file)?).ok_or("not lines of user|item|rating|timestamp")?;
    let mut events: Vec<Event> = Vec::new();
    for (person, known) in &data.known {
        events.extend(known.iter().map(|(at, item)| event(*person, *at, *item)));
    }
    println!("{} people, {} events to learn from", data.known.len(), events.len());
    println!("{:<38} {:>9} {:>8} {:>9}", "", "Recall@10", "nDCG@10", "coverage");
    judge_plain(&data);

    let catalogue: Vec<Character> =
        (0..data.items).map(|item| Character::bare(CharacterId(Uuid::from_u128(item as u128)))).collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut model = Model::new(Parameters { threads, ..Parameters::default() });
    model.update(&events);
    let timed = |work: &mut dyn FnMut()| {
        let begun = Instant::now();
        work();
        begun.elapsed().as_secs_f64()
    };
    let trained = timed(&mut || model.train());
    let alone = Weights::default().relevance_alone();
    judge_own("Talker, default parameters", &data, &model.snapshot(&catalogue), &alone);
    let tuned = timed(&mut || model.tune());
    model.train();
    let snapshot = model.snapshot(&catalogue);
    let times = judge_own("Talker, tuned within the known part", &data, &snapshot, &alone);
    judge_own("  with exploration and diversity", &data, &snapshot, &Weights::default());
    let refreshed = timed(&mut || model.refresh());
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).copied().unwrap_or_default();
    println!("{:?}", model.parameters());
    println!("training {trained:.2} s, tuning {tuned:.2} s, refreshing {refreshed:.2} s, on {threads} threads");
    println!("a page {:.3} ms p50, {:.3} ms p99; snapshot of {} bytes", at(0.5), at(0.99), snapshot.to_bytes().len());
    Ok(())
}
