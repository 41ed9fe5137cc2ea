//! A sum over records that does not depend on their order: stores sort texts and ids in their own ways.

use half::f16;
use sha2::{Digest, Sha256};

use super::Cell;

/// How many records were added, and the sum of their hashes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Checksum {
    /// How many.
    pub count: u64,
    sum: [u64; 4],
}

impl Checksum {
    /// Adds a record.
    pub fn add(&mut self, record: &[Cell]) {
        let mut hash = Sha256::new();
        for cell in record {
            take_in(&mut hash, cell);
        }
        let hash = hash.finalize();
        let (words, _) = hash.as_chunks::<8>();
        for (sum, word) in self.sum.iter_mut().zip(words) {
            *sum = sum.wrapping_add(u64::from_le_bytes(*word));
        }
        self.count += 1;
    }

    /// A part of the sum, for people to compare.
    #[must_use]
    pub fn short(&self) -> String {
        self.to_string().chars().take(16).collect()
    }
}

impl std::fmt::Display for Checksum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.sum.iter().try_for_each(|word| write!(f, "{word:016x}"))
    }
}

/// A value with its kind and its length, so that no two records read the same.
fn take_in(hash: &mut Sha256, cell: &Cell) {
    let mut part = |kind: u8, bytes: &[u8]| {
        hash.update([kind]);
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    };
    match cell {
        Cell::Null => part(0, &[]),
        Cell::Bool(value) => part(1, &[u8::from(*value)]),
        Cell::Int(value) => part(2, &value.to_le_bytes()),
        Cell::Text(value) => part(3, value.as_bytes()),
        Cell::Uuid(value) => part(4, value.as_bytes()),
        Cell::Bytes(value) => part(5, value),
        // As halves on every side: some stores keep no more of a number.
        Cell::Vector(value) => {
            let halves: Vec<u8> = value.iter().flat_map(|number| half(*number).to_le_bytes()).collect();
            part(6, &halves);
        }
    }
}

fn half(number: f32) -> f16 {
    f16::from_f32(number).clamp(f16::MIN, f16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(records: &[&[Cell]]) -> Checksum {
        let mut sum = Checksum::default();
        records.iter().for_each(|record| sum.add(record));
        sum
    }

    #[test]
    fn the_order_is_no_matter_and_everything_else_is() {
        let (a, b) = ([Cell::Int(1), Cell::Text("a".into())], [Cell::Int(2), Cell::Null]);
        assert_eq!(sum(&[&a, &b]), sum(&[&b, &a]));
        let others: [&[&[Cell]]; 6] = [
            &[&a],
            &[&a, &a],
            &[&a, &b, &b],
            &[&[Cell::Int(1), Cell::Text("b".into())], &b],
            &[&[Cell::Int(1), Cell::Bytes(b"a".to_vec())], &b],
            &[&a, &[Cell::Int(2), Cell::Bool(false)]],
        ];
        assert!(others.iter().all(|other| sum(other) != sum(&[&a, &b])));
        let moved = [Cell::Text("ab".into()), Cell::Text("c".into())];
        assert_ne!(sum(&[&moved]), sum(&[&[Cell::Text("a".into()), Cell::Text("bc".into())]]));
    }

    #[test]
    fn a_vector_is_what_a_half_holds_of_it() {
        let whole = 0.123_456_79_f32;
        let vector = |number| [Cell::Vector(vec![number])];
        assert_eq!(sum(&[&vector(whole)]), sum(&[&vector(f16::from_f32(whole).to_f32())]));
        assert_ne!(sum(&[&vector(whole)]), sum(&[&vector(0.124)]));
    }
}
