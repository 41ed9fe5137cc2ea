//! What people did, split in time, and how good a page is.

use std::collections::{BTreeMap, BTreeSet};

/// How long a page is.
pub const PAGE: usize = 10;

/// A number of a line of the file, as it stands there.
pub type Item = usize;

/// The events of a file: `user|item|rating|timestamp` with a header; each line is a like.
pub struct Data {
    /// What each person did first, in the order of (time, item): 80 % of it.
    pub known: BTreeMap<u32, Vec<(i64, Item)>>,
    /// What each did afterwards.
    pub asked: BTreeMap<u32, BTreeSet<Item>>,
    /// The greatest number of an item, and one.
    pub items: usize,
}

/// How good the pages of a method are.
pub struct Score {
    /// The share of what was asked for that is on a page, on the average of people.
    pub recall: f64,
    /// The same, with the weight of places.
    pub ndcg: f64,
    /// The share of all items that are on any page.
    pub coverage: f64,
}

impl Data {
    /// Reads a file.
    pub fn read(text: &str) -> Option<Self> {
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

    /// How many events are learned from.
    pub fn events(&self) -> usize {
        self.known.values().map(Vec::len).sum()
    }

    /// Judges the pages, one for each person.
    pub fn judge(&self, pages: &BTreeMap<u32, Vec<Item>>) -> Score {
        let (mut recall, mut ndcg, mut people) = (0.0, 0.0, 0.0);
        let gain = |rank: usize| 1.0 / (rank as f64 + 2.0).log2();
        for (person, asked) in self.asked.iter().filter(|(_, asked)| !asked.is_empty()) {
            let page = pages.get(person).map(Vec::as_slice).unwrap_or_default();
            let hits: Vec<usize> = page
                .iter()
                .take(PAGE)
                .enumerate()
                .filter(|(_, item)| asked.contains(item))
                .map(|(rank, _)| rank)
                .collect();
            let ideal: f64 = (0..asked.len().min(PAGE)).map(gain).sum();
            recall += hits.len() as f64 / asked.len() as f64;
            ndcg += hits.iter().map(|rank| gain(*rank)).sum::<f64>() / ideal;
            people += 1.0;
        }
        let shown: BTreeSet<Item> = pages.values().flatten().copied().collect();
        Score { recall: recall / people, ndcg: ndcg / people, coverage: shown.len() as f64 / self.items as f64 }
    }
}
