//! Sparse rows: for each character, what liking it says for and against others.

/// For each source its targets, in their order, with a weight each.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Rows {
    starts: Vec<usize>,
    targets: Vec<u32>,
    weights: Vec<f32>,
}

impl Rows {
    pub(crate) fn new() -> Self {
        Self { starts: vec![0], ..Self::default() }
    }

    /// Appends the row of the next source: the `keep` heaviest of the entries, for or against.
    pub(crate) fn push(&mut self, entries: &mut Vec<(u32, f32)>, keep: usize) {
        entries.retain(|(_, weight)| weight.is_finite() && *weight != 0.0);
        if entries.len() > keep {
            // Among equals the lower slot, so that the same events make the same model.
            entries.select_nth_unstable_by(keep, |a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)));
            entries.truncate(keep);
        }
        entries.sort_unstable_by_key(|(target, _)| *target);
        self.targets.extend(entries.iter().map(|(target, _)| target));
        self.weights.extend(entries.iter().map(|(_, weight)| weight));
        self.starts.push(self.targets.len());
    }

    /// Appends all rows of another.
    pub(crate) fn append(&mut self, other: &Self) {
        let offset = self.targets.len();
        self.starts.extend(other.starts.iter().skip(1).map(|start| start + offset));
        self.targets.extend_from_slice(&other.targets);
        self.weights.extend_from_slice(&other.weights);
    }

    pub(crate) fn row(&self, source: u32) -> impl Iterator<Item = (u32, f32)> {
        let source = source as usize;
        let range = self.starts.get(source).zip(self.starts.get(source + 1)).map_or(0..0, |(&from, &to)| from..to);
        let targets = self.targets.get(range.clone()).unwrap_or_default();
        targets.iter().copied().zip(self.weights.get(range).unwrap_or_default().iter().copied())
    }

    /// Adds to each target's score what somebody's liking says of it.
    pub(crate) fn score(&self, liked: &[(u32, f32)], scores: &mut [f32]) {
        for &(source, liking) in liked {
            for (target, weight) in self.row(source) {
                if let Some(score) = scores.get_mut(target as usize) {
                    *score += liking * weight;
                }
            }
        }
    }

    /// The weighted sum of several, for `items` sources.
    pub(crate) fn sum(parts: &[(f32, &Self)], items: usize, keep: usize) -> Self {
        let (mut sum, mut entries, mut dense) = (Self::new(), Vec::new(), Gathered::new(items));
        for source in 0..items as u32 {
            for (factor, rows) in parts {
                rows.row(source).for_each(|(target, weight)| dense.add(target, factor * weight));
            }
            dense.drain(&mut entries);
            sum.push(&mut entries, keep);
        }
        sum
    }
}

/// One row in the making: dense, with a list of what was touched, so that clearing costs no more than filling.
#[derive(Debug)]
pub(crate) struct Gathered {
    values: Vec<f32>,
    touched: Vec<u32>,
}

impl Gathered {
    pub(crate) fn new(items: usize) -> Self {
        Self { values: vec![0.0; items], touched: Vec::new() }
    }

    pub(crate) fn add(&mut self, target: u32, value: f32) {
        if let Some(sum) = self.values.get_mut(target as usize) {
            if *sum == 0.0 {
                self.touched.push(target);
            }
            *sum += value;
        }
    }

    /// Moves what was gathered into `entries`, each target once.
    pub(crate) fn drain(&mut self, entries: &mut Vec<(u32, f32)>) {
        entries.clear();
        for target in self.touched.drain(..) {
            if let Some(value) = self.values.get_mut(target as usize)
                && *value != 0.0
            {
                entries.push((target, std::mem::take(value)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_are_kept_for_or_against() {
        let mut rows = Rows::new();
        rows.push(&mut vec![(9, 0.1), (3, -2.0), (1, 1.0), (7, f32::NAN)], 2);
        rows.push(&mut Vec::new(), 2);
        assert_eq!(rows.row(0).collect::<Vec<_>>(), [(1, 1.0), (3, -2.0)]);
        assert_eq!(rows.row(1).count() + rows.row(2).count(), 0);
    }

    #[test]
    fn a_sum_adds_row_by_row_and_names_each_target_once() {
        let (mut a, mut b) = (Rows::new(), Rows::new());
        a.push(&mut vec![(0, 1.0), (1, 1.0)], 9);
        b.push(&mut vec![(1, 2.0), (2, -1.0)], 9);
        let sum = Rows::sum(&[(1.0, &a), (0.5, &b)], 3, 9);
        assert_eq!(sum.row(0).collect::<Vec<_>>(), [(0, 1.0), (1, 2.0), (2, -0.5)]);
        let nothing = Rows::sum(&[(1.0, &a), (-1.0, &a)], 3, 9);
        assert_eq!(nothing.row(0).count(), 0);
    }
}
