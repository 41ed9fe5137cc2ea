//! How good a ranking is: recall, hits, reciprocal rank, discounted gain, by category.

use std::collections::{BTreeMap, HashSet};

use crate::data::Question;

/// Who ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// The product.
    Talker,
    /// Plain BM25.
    Words,
    /// Plain cosine.
    Meaning,
}

/// The figures, in the order of [`FIGURES`].
pub const FIGURES: [&str; 6] = ["Recall@5", "Recall@10", "Recall@20", "hit@10", "MRR@10", "nDCG@10"];

/// The sums of the figures of some questions.
#[derive(Debug, Clone, Default)]
pub struct Sums {
    /// How many questions.
    pub questions: f64,
    figures: [f64; FIGURES.len()],
}

impl Sums {
    /// The means.
    pub fn means(&self) -> [f64; FIGURES.len()] {
        self.figures.map(|sum| sum / self.questions.max(1.0))
    }

    fn add(&mut self, figures: [f64; FIGURES.len()]) {
        self.questions += 1.0;
        self.figures.iter_mut().zip(figures).for_each(|(sum, figure)| *sum += figure);
    }
}

/// All figures.
#[derive(Debug, Default)]
pub struct Scores {
    /// By method and category; 0 is all of them.
    pub sums: BTreeMap<(Method, u8), Sums>,
}

impl Scores {
    /// Takes in the ranking of one question.
    pub fn add(&mut self, method: Method, question: &Question, ranked: &[String]) {
        let figures = figures(question, ranked);
        for category in [0, question.category] {
            self.sums.entry((method, category)).or_default().add(figures);
        }
    }
}

fn figures(question: &Question, ranked: &[String]) -> [f64; FIGURES.len()] {
    let wanted: HashSet<&str> = question.evidence.iter().map(String::as_str).collect();
    let right: Vec<bool> = ranked.iter().map(|turn| wanted.contains(turn.as_str())).collect();
    let found = |k: usize| right.iter().take(k).filter(|right| **right).count() as f64;
    let recall = |k| found(k) / wanted.len().max(1) as f64;
    let first = right.iter().take(10).position(|right| *right).map_or(0.0, |at| 1.0 / (at as f64 + 1.0));
    let discount = |at: usize| 1.0 / (at as f64 + 2.0).log2();
    let gain: f64 = right.iter().take(10).enumerate().filter(|(_, right)| **right).map(|(at, _)| discount(at)).sum();
    let best: f64 = (0..wanted.len().min(10)).map(discount).sum();
    [
        recall(5),
        recall(10),
        recall(20),
        f64::from(u8::from(found(10) > 0.0)),
        first,
        if best > 0.0 { gain / best } else { 0.0 },
    ]
}
