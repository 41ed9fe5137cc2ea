//! Two item-item models in closed form, each a ridge regression over the best known characters.
//!
//! - [`ease`]: which characters are liked together, whatever the order. EASE^R (Steck, WWW 2019).
//! - [`slist`]: which come next, from the near past to the near future. The transition part of SLIST (Choe et al., WWW 2021).
//!
//! Both cost the cube of the number of characters and its square in space, so only the best known take part; for the others
//! co-occurrence has to do.

use crate::linear::{Square, solve};
use crate::parameters::Parameters;
use crate::rows::Rows;
use crate::sequences::{Sequences, Step};

/// How far a step of a sequence looks back and forward.
const REACH: usize = 30;
/// At most so many people are learned from, evenly chosen: beyond that, more of them change little but the time it takes.
const PEOPLE: usize = 200_000;
/// Of one person at most so many characters, the newest.
const HISTORY: usize = 400;

/// The characters that take part, and their place among themselves.
pub(crate) struct Head {
    members: Vec<u32>,
    places: Vec<Option<u32>>,
}

impl Head {
    /// The best liked, at most as many as the parameters allow.
    pub(crate) fn of(sequences: &Sequences, parameters: &Parameters) -> Self {
        let liking = sequences.liking();
        let mut ranked: Vec<_> = liking.iter().enumerate().filter(|(_, liking)| **liking > 0.0).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(a.1).then(a.0.cmp(&b.0)));
        let mut members: Vec<u32> = ranked.iter().take(parameters.head).map(|(slot, _)| *slot as u32).collect();
        members.sort_unstable();
        let mut places = vec![None; sequences.items()];
        for (place, &member) in members.iter().enumerate() {
            if let Some(slot) = places.get_mut(member as usize) {
                *slot = Some(place as u32);
            }
        }
        Self { members, places }
    }

    /// A person's newest steps within the head: place and strength.
    fn steps(&self, steps: &[Step]) -> Vec<(usize, f32)> {
        let from = steps.len().saturating_sub(HISTORY);
        let newest = steps.iter().skip(from);
        newest
            .filter_map(|step| Some(((*self.places.get(step.item as usize)?)? as usize, step.strength.min(1.0))))
            .collect()
    }

    /// Rows over all characters from a dense matrix over the head.
    fn rows(&self, matrix: &Square, keep: usize) -> Rows {
        let (mut rows, mut entries) = (Rows::new(), Vec::new());
        let mut dense = matrix.rows();
        for place in &self.places {
            entries.clear();
            if let Some(own) = place
                && let Some(row) = dense.next()
            {
                let others = self.members.iter().zip(row).enumerate().filter(|(at, _)| *at != *own as usize);
                entries.extend(others.map(|(_, (&member, &weight))| (member, weight)));
            }
            rows.push(&mut entries, keep);
        }
        rows
    }
}

/// What is liked together: `B = I - P / diag(P)` with `P` the inverse of the penalised Gram matrix.
pub(crate) fn ease(sequences: &Sequences, head: &Head, penalty: f32, parameters: &Parameters, keep: usize) -> Rows {
    let size = head.members.len();
    let mut gram = Square::zero(size);
    for steps in sequences.sample(PEOPLE) {
        let steps = head.steps(steps);
        for &(row, first) in &steps {
            for &(column, second) in &steps {
                if column <= row {
                    gram.add(row, column, first * second);
                }
            }
        }
    }
    gram.add_to_diagonal(penalty);
    let mut inverse = Square::identity(size);
    solve(gram, &mut inverse, parameters.threads);
    let diagonal: Vec<f32> = inverse.cells.iter().step_by(size + 1).copied().collect();
    for row in inverse.cells.chunks_exact_mut(size.max(1)) {
        row.iter_mut().zip(&diagonal).for_each(|(cell, own)| *cell /= -own.max(1e-9));
    }
    head.rows(&inverse, keep)
}

/// What comes next: the ridge regression of the near future on the near past, at each step of each sequence.
pub(crate) fn slist(sequences: &Sequences, head: &Head, penalty: f32, parameters: &Parameters, keep: usize) -> Rows {
    let size = head.members.len();
    // The sides stand target by target, so that each is solved in its place.
    let (mut gram, mut sides) = (Square::zero(size), Square::zero(size));
    for steps in sequences.sample(PEOPLE) {
        let steps = head.steps(steps);
        for now in 1..steps.len() {
            let (before, after) = steps.split_at(now);
            let past = || before.iter().rev().take(REACH).enumerate().map(weighed(0.5));
            let future = || after.iter().take(REACH).enumerate().map(weighed(1.0));
            for (row, first) in past() {
                for (column, second) in past() {
                    if column <= row {
                        gram.add(row, column, first * second);
                    }
                }
                for (target, second) in future() {
                    sides.add(target, row, first * second);
                }
            }
        }
    }
    gram.add_to_diagonal(penalty);
    solve(gram, &mut sides, parameters.threads);
    sides.transpose();
    head.rows(&sides, keep)
}

/// The further away, the less it weighs.
fn weighed(power: f32) -> impl Fn((usize, &(usize, f32))) -> (usize, f32) {
    move |(distance, &(place, strength))| (place, strength * (1.0 + distance as f32).powf(-power))
}
