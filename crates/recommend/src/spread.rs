//! How far apart a method's scores lie, so that methods of different scales can be added.

use crate::parameters::Recency;
use crate::rows::Rows;
use crate::sequences::Sequences;
use crate::tune::newest;

/// People whose scores are looked at.
const PEOPLE: usize = 500;

/// The standard deviation of one person's scores over all characters, on the average of people. Never nought.
pub(crate) fn spread(rows: &Rows, sequences: &Sequences, recency: Recency) -> f32 {
    let (mut sum, mut people) = (0.0_f64, 0);
    let mut scores = vec![0.0_f32; sequences.items()];
    for steps in sequences.sample(PEOPLE).filter(|steps| !steps.is_empty()) {
        scores.fill(0.0);
        rows.score(&newest(steps, recency), &mut scores);
        let count = scores.len() as f64;
        let mean = scores.iter().map(|score| f64::from(*score)).sum::<f64>() / count;
        sum += (scores.iter().map(|score| (f64::from(*score) - mean).powi(2)).sum::<f64>() / count).sqrt();
        people += 1;
    }
    let mean = (sum / f64::from(people.max(1))) as f32;
    if mean > 0.0 { mean } else { 1.0 }
}
