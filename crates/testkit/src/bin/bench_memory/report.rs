//! The figures as people read them.

use std::time::Duration;

use crate::score::{FIGURES, Method, Scores};

/// The categories by their numbers; 0 is all of them.
const CATEGORIES: [&str; 5] = ["all", "several facts", "time", "open knowledge", "one fact"];

/// Prints every figure, by method and category.
pub fn print(scores: &Scores) {
    println!("\n{:<28}{:>10}{}", "", "questions", FIGURES.map(|figure| format!("{figure:>11}")).concat());
    for ((method, category), sums) in &scores.sums {
        let method = match method {
            Method::Talker => "Talker",
            Method::Words => "plain BM25",
            Method::Meaning => "plain cosine",
        };
        let category = CATEGORIES.get(usize::from(*category)).copied().unwrap_or("other");
        let means = sums.means().map(|mean| format!("{mean:>11.3}")).concat();
        println!("{:<28}{:>10}{means}", format!("{method}, {category}"), sums.questions);
    }
    println!();
}

/// The value below which this share of sorted values lies.
pub fn quantile(sorted: &[Duration], share: f64) -> Duration {
    let at = (share * (sorted.len().saturating_sub(1)) as f64).round();
    sorted.get(at as usize).copied().unwrap_or_default()
}
