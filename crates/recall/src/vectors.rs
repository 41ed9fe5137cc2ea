//! What memories mean: vectors in eight bits each, compared with the question one by one.
//!
//! Eight bits with a scale of its own for each vector change no figure of recall in the fourth digit, take a quarter of
//! the space, and integers are added up in any order, so that the compiler makes wide instructions of it.

use std::collections::BTreeMap;

use multiversion::multiversion;

/// Eight bits for a memory, more for the question: it is one, and its rounding would come on top.
const MEMORY_STEPS: f32 = 127.0;
const QUESTION_STEPS: f32 = 8_192.0;

/// How many memories without any likeness to the question are thought to be there besides, for the mean of a small scope.
const IMAGINED: f32 = 8.0;

/// All vectors of a scope, by their length: after a change of the embedder there may be two, and a question only compares
/// with its own.
#[derive(Debug, Default)]
pub(crate) struct Vectors {
    by_length: BTreeMap<usize, Matrix>,
}

/// Vectors of one length.
#[derive(Debug, Default)]
struct Matrix {
    slots: Vec<u32>,
    scales: Vec<f32>,
    codes: Vec<i8>,
}

impl Vectors {
    /// Keeps the vector of a slot; one that points nowhere (empty, zero, not finite) is none.
    pub(crate) fn insert(&mut self, slot: u32, vector: &[f32]) {
        if let Some((scale, codes)) = quantised(vector, MEMORY_STEPS) {
            let matrix = self.by_length.entry(vector.len()).or_default();
            matrix.slots.push(slot);
            matrix.scales.push(scale);
            matrix.codes.extend(codes.map(|code| code as i8));
        }
    }

    /// Drops the vector of a slot.
    pub(crate) fn remove(&mut self, slot: u32) {
        for (&length, matrix) in &mut self.by_length {
            if let Some(row) = matrix.slots.iter().position(|&other| other == slot) {
                matrix.slots.swap_remove(row);
                matrix.scales.swap_remove(row);
                let last = matrix.codes.len().saturating_sub(length);
                matrix.codes.copy_within(last.., row * length);
                matrix.codes.truncate(last);
            }
        }
        self.by_length.retain(|_, matrix| !matrix.slots.is_empty());
    }

    /// How many vectors there are.
    pub(crate) fn len(&self) -> usize {
        self.by_length.values().map(|matrix| matrix.slots.len()).sum()
    }

    /// How much more alike each slot is to the question than memories of this scope are on the whole: cosine less mean
    /// cosine. Embedders differ in where their cosines lie, and this makes them comparable. Slots without a vector are as
    /// the mean.
    pub(crate) fn likeness(&self, question: &[f32], slots: usize) -> Vec<f32> {
        let mut likeness = vec![0.0_f32; slots];
        let (Some(matrix), Some((scale, codes))) =
            (self.by_length.get(&question.len()), quantised(question, QUESTION_STEPS))
        else {
            return likeness;
        };
        let question: Vec<i16> = codes.map(|code| code as i16).collect();
        let mut dots = vec![0; matrix.slots.len()];
        dot_products(&matrix.codes, &question, &mut dots);
        let cosines: Vec<f32> =
            dots.iter().zip(&matrix.scales).map(|(&dot, row_scale)| dot as f32 * scale * row_scale).collect();
        // In whole numbers, so that the sum does not depend on the order of the rows.
        let sum: i64 = cosines.iter().map(|cosine| (cosine * 1e6) as i64).sum();
        let mean = sum as f32 / 1e6 / (cosines.len() as f32 + IMAGINED);
        for (cosine, &slot) in cosines.iter().zip(&matrix.slots) {
            if let Some(value) = likeness.get_mut(slot as usize) {
                *value = cosine - mean;
            }
        }
        likeness
    }

    /// Roughly the bytes it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.by_length
            .values()
            .map(|matrix| matrix.codes.capacity() + matrix.slots.capacity() * 4 + matrix.scales.capacity() * 4)
            .sum()
    }
}

/// The dot product of each row with the question: half of the time of a search, so it is built for wider registers too, and
/// the processor at hand chooses.
#[multiversion(targets("x86_64+avx2", "aarch64+neon"))]
fn dot_products(rows: &[i8], question: &[i16], dots: &mut [i32]) {
    for (row, dot) in rows.chunks_exact(question.len()).zip(dots) {
        *dot = row.iter().zip(question).map(|(&a, &b)| i32::from(i16::from(a)) * i32::from(b)).sum();
    }
}

/// A vector of length one in whole steps, and how long a step is.
fn quantised(vector: &[f32], steps: f32) -> Option<(f32, impl Iterator<Item = i32>)> {
    let largest = vector.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
    // Scaled before squaring, so that neither large nor tiny numbers overflow.
    let norm = vector.iter().map(|value| (value / largest).powi(2)).sum::<f32>().sqrt();
    (largest.is_normal() && norm.is_finite())
        .then(|| (1.0 / (steps * norm), vector.iter().map(move |value| (value / largest * steps).round() as i32)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(seed: f32) -> Vec<f32> {
        (0..384).map(|i| (i as f32 * seed).sin()).collect()
    }

    #[test]
    fn eight_bits_tell_the_cosine_to_the_third_digit() {
        let (a, b) = (wave(0.7), wave(0.71));
        let exact = {
            let dot: f32 = a.iter().zip(&b).map(|(x, y)| x * y).sum();
            let norm = |v: &[f32]| v.iter().map(|x| x * x).sum::<f32>().sqrt();
            dot / norm(&a) / norm(&b)
        };
        let mut vectors = Vectors::default();
        vectors.insert(0, &a);
        let found = vectors.likeness(&b, 1)[0] * (1.0 + IMAGINED) / IMAGINED;
        assert!((found - exact).abs() < 2e-3, "{found} {exact}");
    }

    #[test]
    fn vectors_of_another_length_or_without_direction_are_ignored() {
        let mut vectors = Vectors::default();
        vectors.insert(0, &[1.0, 0.0]);
        vectors.insert(1, &[1.0, 0.0, 0.0]);
        vectors.insert(2, &[0.0, 0.0]);
        vectors.insert(3, &[f32::NAN, 1.0]);
        vectors.insert(4, &[f32::INFINITY, 1.0]);
        vectors.insert(5, &[]);
        assert_eq!(vectors.len(), 2);
        let likeness = vectors.likeness(&[1.0, 0.0], 6);
        assert!(likeness[0] > 0.5);
        assert_eq!(likeness[1..], [0.0; 5]);
        assert_eq!(vectors.likeness(&[], 2), [0.0; 2]);
        vectors.remove(0);
        assert_eq!(vectors.len(), 1);
    }
}
