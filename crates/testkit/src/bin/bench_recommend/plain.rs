//! The two plain methods beside which the product is put.

use std::collections::{BTreeMap, BTreeSet};

use crate::data::{Data, Item, PAGE};

/// How many neighbours of an item count.
const NEIGHBOURS: usize = 50;

type Pages = BTreeMap<u32, Vec<Item>>;

/// The most popular that one does not know.
pub fn popularity(data: &Data) -> Pages {
    let popularity = counts(data);
    data.known.iter().map(|(person, known)| (*person, best(&popularity, known))).collect()
}

/// What is nearest to what one knows, by the cosine of who knows both.
pub fn item_knn(data: &Data) -> Pages {
    let popularity = counts(data);
    let mut together = vec![vec![0.0_f32; data.items]; data.items];
    for known in data.known.values() {
        for (_, a) in known {
            for (_, b) in known {
                together[*a][*b] += 1.0;
            }
        }
    }
    let near: Vec<Vec<(Item, f32)>> = together
        .iter()
        .zip(&popularity)
        .enumerate()
        .map(|(a, (row, own))| {
            let cosine = row.iter().zip(&popularity).map(|(both, other)| both / (own * other).sqrt().max(1.0));
            let mut row: Vec<_> = cosine.enumerate().filter(|(b, cosine)| *b != a && *cosine > 0.0).collect();
            row.sort_by(|a, b| b.1.total_cmp(&a.1));
            row.truncate(NEIGHBOURS);
            row
        })
        .collect();
    let page = |known: &Vec<(i64, Item)>| {
        let mut scores = vec![0.0_f32; data.items];
        for (other, cosine) in known.iter().flat_map(|(_, item)| &near[*item]) {
            scores[*other] += cosine;
        }
        best(&scores, known)
    };
    data.known.iter().map(|(person, known)| (*person, page(known))).collect()
}

fn counts(data: &Data) -> Vec<f32> {
    let mut counts = vec![0.0; data.items];
    for known in data.known.values() {
        let items: BTreeSet<Item> = known.iter().map(|(_, item)| *item).collect();
        items.into_iter().for_each(|item| counts[item] += 1.0);
    }
    counts
}

fn best(scores: &[f32], known: &[(i64, Item)]) -> Vec<Item> {
    let known: BTreeSet<Item> = known.iter().map(|(_, item)| *item).collect();
    let mut order: Vec<Item> = (0..scores.len()).filter(|item| !known.contains(item)).collect();
    order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
    order.truncate(PAGE);
    order
}
