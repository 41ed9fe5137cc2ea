//! Systems of linear equations with a symmetric positive matrix, solved by Cholesky's method: enough linear algebra for
//! the closed forms, in sixty lines, with sums in one order on every processor.

use multiversion::multiversion;

/// Rows that are worked on together, so that each row of the factor is read once for all of them.
const TOGETHER: usize = 16;

/// A square matrix, row by row.
#[derive(Debug, Clone)]
pub(crate) struct Square {
    pub(crate) size: usize,
    pub(crate) cells: Vec<f32>,
}

impl Square {
    pub(crate) fn zero(size: usize) -> Self {
        Self { size, cells: vec![0.0; size * size] }
    }

    pub(crate) fn add(&mut self, row: usize, column: usize, value: f32) {
        if let Some(cell) = self.cells.get_mut(row * self.size + column) {
            *cell += value;
        }
    }

    pub(crate) fn add_to_diagonal(&mut self, value: f32) {
        let step = self.size + 1;
        self.cells.iter_mut().step_by(step).for_each(|cell| *cell += value);
    }

    pub(crate) fn identity(size: usize) -> Self {
        let mut one = Self::zero(size);
        one.add_to_diagonal(1.0);
        one
    }

    pub(crate) fn transpose(&mut self) {
        let size = self.size;
        for row in 0..size {
            for column in 0..row {
                self.cells.swap(row * size + column, column * size + row);
            }
        }
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = &[f32]> {
        self.cells.chunks_exact(self.size.max(1))
    }
}

/// Solves `A x = b` for each row `b` of `sides`, in its place. Of `matrix` the lower half is read; it is used up.
pub(crate) fn solve(mut matrix: Square, sides: &mut Square, threads: usize) {
    let size = matrix.size;
    if size == 0 || sides.size != size {
        return;
    }
    for begin in (0..size).step_by(TOGETHER) {
        let (done, rest) = matrix.cells.split_at_mut(begin * size);
        let rows = rest.len().min(TOGETHER * size);
        if let Some(block) = rest.get_mut(..rows) {
            factorise(done, block, size, begin);
        }
    }
    let factor = matrix.cells.as_slice();
    let share = size.div_ceil(threads.max(1)) * size;
    std::thread::scope(|scope| {
        for part in sides.cells.chunks_mut(share) {
            scope.spawn(move || part.chunks_mut(TOGETHER * size).for_each(|block| substitute(factor, block, size)));
        }
    });
}

/// The next rows of the factor, from those that are done.
#[multiversion(targets("x86_64+avx2", "aarch64+neon"))]
fn factorise(done: &[f32], block: &mut [f32], size: usize, begin: usize) {
    for (column, above) in done.chunks_exact(size).enumerate() {
        let (known, pivot) = (above.get(..column).unwrap_or_default(), above.get(column).copied().unwrap_or(1.0));
        for row in block.chunks_exact_mut(size) {
            let (left, right) = row.split_at_mut(column);
            if let Some(cell) = right.first_mut() {
                *cell = (*cell - dot(left, known)) / pivot;
            }
        }
    }
    for nth in 0..block.len() / size {
        let column = begin + nth;
        let (_, rest) = block.split_at_mut(nth * size);
        let (pivot_row, below) = rest.split_at_mut(size);
        let (left, right) = pivot_row.split_at_mut(column);
        let Some(cell) = right.first_mut() else { continue };
        // The penalty on the diagonal keeps this positive; the floor holds against rounding.
        *cell = (*cell - dot(left, left)).max(1e-6).sqrt();
        let pivot = *cell;
        for row in below.chunks_exact_mut(size) {
            let (known, rest) = row.split_at_mut(column);
            if let Some(cell) = rest.first_mut() {
                *cell = (*cell - dot(known, left)) / pivot;
            }
        }
    }
}

/// Forward with the factor, and back with its transpose.
#[multiversion(targets("x86_64+avx2", "aarch64+neon"))]
fn substitute(factor: &[f32], block: &mut [f32], size: usize) {
    for (nth, row) in factor.chunks_exact(size).enumerate() {
        let (known, pivot) = (row.get(..nth).unwrap_or_default(), row.get(nth).copied().unwrap_or(1.0));
        for side in block.chunks_exact_mut(size) {
            let (left, right) = side.split_at_mut(nth);
            if let Some(cell) = right.first_mut() {
                *cell = (*cell - dot(left, known)) / pivot;
            }
        }
    }
    for (nth, row) in factor.chunks_exact(size).enumerate().rev() {
        let (known, pivot) = (row.get(..nth).unwrap_or_default(), row.get(nth).copied().unwrap_or(1.0));
        for side in block.chunks_exact_mut(size) {
            let (left, right) = side.split_at_mut(nth);
            if let Some(cell) = right.first_mut() {
                *cell /= pivot;
                let by = *cell;
                left.iter_mut().zip(known).for_each(|(value, &factor)| *value -= by * factor);
            }
        }
    }
}

/// Sixteen sums side by side, so that the compiler makes wide instructions of them; always added in the same order.
#[inline(always)]
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 16];
    let (firsts, seconds) = (a.chunks_exact(16), b.chunks_exact(16));
    let rest: f32 = firsts.remainder().iter().zip(seconds.remainder()).map(|(x, y)| x * y).sum();
    for (first, second) in firsts.zip(seconds) {
        for ((sum, x), y) in sums.iter_mut().zip(first).zip(second) {
            *sum += x * y;
        }
    }
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Chance;

    #[test]
    fn the_solution_solves() {
        for size in [1, 2, 15, 16, 17, 70] {
            let mut chance = Chance::new(size as u64);
            let loose: Vec<f32> = (0..size * size).map(|_| chance.normal()).collect();
            let mut matrix = Square::zero(size);
            for row in 0..size {
                for column in 0..size {
                    let cell: f32 = (0..size).map(|k| loose[k * size + row] * loose[k * size + column]).sum();
                    matrix.add(row, column, cell);
                }
            }
            matrix.add_to_diagonal(1.0);
            let mut sides = Square::zero(size);
            sides.cells.iter_mut().for_each(|cell| *cell = chance.normal());
            let asked = sides.clone();
            solve(matrix.clone(), &mut sides, 3);
            for (solution, side) in sides.rows().zip(asked.rows()) {
                for (row, wanted) in matrix.rows().zip(side) {
                    let got: f32 = row.iter().zip(solution).map(|(a, x)| a * x).sum();
                    assert!((got - wanted).abs() < 0.02, "{got} instead of {wanted} with {size} unknowns");
                }
            }
        }
    }
}
