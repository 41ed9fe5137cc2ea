//! What characters are like, by their embedded texts: eight bits for each number, and a signature to find the nearest by.
//!
//! A signature is 256 signs of sparse random projections (Charikar, STOC 2002; Achlioptas, PODS 2001): the fewer signs differ, the
//! smaller the angle. A hundred thousand of them are compared faster than one page of memory is read from a disk; the best
//! are then compared in full.

use multiversion::multiversion;

use crate::chance::Chance;

/// Bits of a signature, in words of 64.
const WORDS: usize = 4;
/// Numbers of a vector that one bit looks at.
const LOOKED_AT: usize = 32;
/// The seed of the projections: part of the format, as signatures are kept.
const SEED: u64 = 0x7461_6C6B_6572;

/// A signature.
pub(crate) type Signature = [u64; WORDS];

/// The vectors of all characters, of one length.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Content {
    /// The length of each; nought as long as there is none.
    pub(crate) length: usize,
    pub(crate) codes: Vec<i8>,
    /// How long a step of the codes is; nought where a character has no vector.
    pub(crate) scales: Vec<f32>,
    pub(crate) signatures: Vec<Signature>,
}

impl Content {
    /// Appends the vector of the next character. One that points nowhere, or is of another length than the first, is none.
    pub(crate) fn push(&mut self, vector: Option<&[f32]>, projections: &mut Projections) {
        let usable = vector.and_then(unit).filter(|vector| self.length == 0 || vector.len() == self.length);
        if let Some(vector) = &usable
            && self.length == 0
        {
            self.length = vector.len();
            self.codes.resize(self.scales.len() * self.length, 0);
        }
        match usable {
            Some(vector) => {
                let largest = vector.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
                let scale = largest / 127.0;
                self.codes.extend(vector.iter().map(|value| (value / scale).round() as i8));
                self.scales.push(scale);
                self.signatures.push(projections.signature(&vector));
            }
            None => {
                self.codes.resize(self.codes.len() + self.length, 0);
                self.scales.push(0.0);
                self.signatures.push([0; WORDS]);
            }
        }
    }

    fn row(&self, slot: u32) -> Option<(&[i8], f32)> {
        let from = slot as usize * self.length;
        let scale = self.scales.get(slot as usize).copied().filter(|scale| *scale > 0.0)?;
        Some((self.codes.get(from..from + self.length)?, scale))
    }

    /// The cosine between two characters.
    pub(crate) fn between(&self, one: u32, other: u32) -> Option<f32> {
        let ((a, first), (b, second)) = (self.row(one)?, self.row(other)?);
        let dot: i32 = a.iter().zip(b).map(|(&a, &b)| i32::from(a) * i32::from(b)).sum();
        Some(dot as f32 * first * second)
    }

    /// The cosine between a character and a vector of length one.
    pub(crate) fn with(&self, slot: u32, taste: &[f32]) -> Option<f32> {
        let (row, scale) = self.row(slot)?;
        (row.len() == taste.len())
            .then(|| row.iter().zip(taste).map(|(&code, value)| f32::from(code) * value).sum::<f32>() * scale)
    }

    /// Adds a character's vector to a sum.
    pub(crate) fn add_to(&self, slot: u32, weight: f32, sum: &mut [f32]) -> bool {
        let Some((row, scale)) = self.row(slot) else { return false };
        sum.iter_mut().zip(row).for_each(|(sum, &code)| *sum += weight * scale * f32::from(code));
        true
    }

    /// The characters whose signatures are nearest, in no order.
    pub(crate) fn nearest(&self, taste: &[f32], count: usize) -> Vec<u32> {
        if self.length == 0 || taste.len() != self.length {
            return Vec::new();
        }
        let wanted = Projections::new(self.length).signature(taste);
        let mut far = vec![0_u16; self.signatures.len()];
        differences(&self.signatures, &wanted, &mut far);
        for (far, scale) in far.iter_mut().zip(&self.scales) {
            if *scale == 0.0 {
                *far = u16::MAX;
            }
        }
        // There are few different distances: counting them finds the limit faster than sorting would.
        let mut counts = [0_usize; WORDS * 64 + 1];
        for far in &far {
            if let Some(within) = counts.get_mut(usize::from(*far)) {
                *within += 1;
            }
        }
        let mut sum = 0;
        let limit = counts.iter().position(|at| {
            sum += at;
            sum >= count
        });
        let limit = limit.unwrap_or(WORDS * 64);
        let at = |within: std::ops::Range<usize>| {
            far.iter()
                .enumerate()
                .filter(move |(_, far)| within.contains(&usize::from(**far)))
                .map(|(slot, _)| slot as u32)
        };
        // Those at the limit may be many; they are as good as each other.
        at(0..limit).chain(at(limit..limit + 1)).take(count).collect()
    }
}

/// How many signs differ, for each signature. Built for processors that count bits in one instruction as well as for others.
#[multiversion(targets("x86_64+avx2+popcnt", "x86_64+popcnt", "aarch64+neon"))]
fn differences(signatures: &[Signature], wanted: &Signature, far: &mut [u16]) {
    for (signature, far) in signatures.iter().zip(far) {
        *far = signature.iter().zip(wanted).map(|(a, b)| (a ^ b).count_ones() as u16).sum();
    }
}

/// Which numbers each bit looks at, and with which sign.
#[derive(Debug, Clone, Default)]
pub(crate) struct Projections {
    length: usize,
    looks: Vec<(u32, f32)>,
}

impl Projections {
    pub(crate) fn new(length: usize) -> Self {
        let mut chance = Chance::new(SEED);
        let mut look = || (chance.below(length) as u32, if chance.next() >> 63 == 0 { 1.0 } else { -1.0 });
        Self { length, looks: (0..WORDS * 64 * LOOKED_AT).map(|_| look()).collect() }
    }

    fn signature(&mut self, vector: &[f32]) -> Signature {
        if self.length != vector.len() {
            *self = Self::new(vector.len());
        }
        let mut signature = [0; WORDS];
        let mut bits = self.looks.chunks_exact(LOOKED_AT).map(|looks| {
            looks.iter().map(|&(at, sign)| vector.get(at as usize).map_or(0.0, |value| value * sign)).sum::<f32>() > 0.0
        });
        for word in &mut signature {
            *word = bits.by_ref().take(64).fold(0, |word, bit| word << 1 | u64::from(bit));
        }
        signature
    }
}

/// The same direction with length one; `None` where there is no direction.
pub(crate) fn unit(vector: &[f32]) -> Option<Vec<f32>> {
    let largest = vector.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
    // Scaled before squaring, so that neither large nor tiny numbers overflow.
    let norm = vector.iter().map(|value| (value / largest).powi(2)).sum::<f32>().sqrt();
    let sound = largest.is_normal() && norm.is_finite();
    sound.then(|| vector.iter().map(|value| value / largest / norm).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn random(chance: &mut Chance) -> Vec<f32> {
        (0..64).map(|_| chance.normal()).collect()
    }

    #[test]
    fn the_nearest_are_among_the_found() {
        let (mut chance, mut content, mut projections) = (Chance::new(1), Content::default(), Projections::default());
        let centre = random(&mut chance);
        content.push(None, &mut projections);
        content.push(Some(&[f32::NAN; 64]), &mut projections);
        for nth in 0..1_000 {
            let mut vector = random(&mut chance);
            if nth % 100 == 0 {
                vector.iter_mut().zip(&centre).for_each(|(value, centre)| *value = *value * 0.3 + centre);
            }
            content.push(Some(&vector), &mut projections);
        }
        content.push(Some(&[1.0; 3]), &mut projections);
        let found = content.nearest(&unit(&centre).unwrap(), 40);
        for nth in (0..1_000).step_by(100) {
            assert!(found.contains(&(nth + 2)), "{nth}");
        }
        assert_eq!(content.scales.len() * content.length, content.codes.len());
        assert!(content.between(0, 2).is_none() && content.between(1, 2).is_none());
        assert!((content.between(2, 2).unwrap() - 1.0).abs() < 0.02);
    }
}
