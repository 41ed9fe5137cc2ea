//! Chance from a seed: the same seed, the same page.

/// `SplitMix64` (Steele, Lea and Flood, 2014): tiny, and every seed is a good one.
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Between nought and one, neither of them.
    pub(crate) fn unit(&mut self) -> f32 {
        ((self.next() >> 41) as f32 + 0.5) / (1_u64 << 23) as f32
    }

    /// Below a bound; nought if there is nothing below it.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.next()) * bound as u128) >> 64) as usize
    }

    /// From the normal distribution (Box and Muller, 1958).
    pub(crate) fn normal(&mut self) -> f32 {
        (-2.0 * self.unit().ln()).sqrt() * (std::f32::consts::TAU * self.unit()).cos()
    }

    /// From the beta distribution, for shapes of at least one.
    pub(crate) fn beta(&mut self, a: f32, b: f32) -> f32 {
        let (first, second) = (self.gamma(a), self.gamma(b));
        first / (first + second)
    }

    /// From the gamma distribution with a shape of at least one (Marsaglia and Tsang, 2000).
    fn gamma(&mut self, shape: f32) -> f32 {
        let d = shape.max(1.0) - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        // More than 95 of 100 tries succeed, so the bound is never met; it stands for whoever feeds in nonsense.
        for _ in 0..64 {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && self.unit().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
        d
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beta_distribution_has_its_mean() {
        let mut chance = Chance::new(7);
        for (a, b) in [(1.0, 1.0), (2.0, 6.0), (40.0, 10.0)] {
            let mean = (0..20_000).map(|_| chance.beta(a, b)).sum::<f32>() / 20_000.0;
            assert!((mean - a / (a + b)).abs() < 0.01, "{mean} for {a} and {b}");
        }
    }
}
