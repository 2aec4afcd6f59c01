//! Quantiles of pitches in bounded memory.

use crate::math;

/// Width of one class.
const CLASS_CENTS: f64 = 5.0;

/// A histogram of frequencies in classes of 5 cents that remembers the mean of each class.
pub(super) struct PitchDistribution {
    min_hz: f64,
    counts: Vec<u64>,
    sums_hz: Vec<f64>,
    total: u64,
}

impl PitchDistribution {
    pub(super) fn new(min_hz: f64, max_hz: f64) -> Self {
        let classes = (cents(max_hz / min_hz) / CLASS_CENTS) as usize + 2;
        Self { min_hz, counts: vec![0; classes], sums_hz: vec![0.0; classes], total: 0 }
    }

    pub(super) fn push(&mut self, frequency_hz: f64) {
        let class = (cents(frequency_hz / self.min_hz) / CLASS_CENTS).max(0.0) as usize;
        let class = class.min(self.counts.len() - 1);
        self.counts[class] += 1;
        self.sums_hz[class] += frequency_hz;
        self.total += 1;
    }

    pub(super) fn total(&self) -> u64 {
        self.total
    }

    /// The frequency below which the share `quantile` (0 to 1) of all lies, within one class.
    pub(super) fn quantile(&self, quantile: f64) -> Option<f64> {
        let rank = (quantile * self.total as f64).ceil().max(1.0) as u64;
        let mut below = 0;
        self.counts.iter().zip(&self.sums_hz).find_map(|(&count, &sum)| {
            below += count;
            (count > 0 && below >= rank).then(|| sum / count as f64)
        })
    }
}

/// 1200 log2(ratio).
fn cents(ratio: f64) -> f64 {
    1200.0 * math::log2(ratio)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_frequency_is_every_quantile() {
        let mut distribution = PitchDistribution::new(50.0, 2000.0);
        assert_eq!(distribution.quantile(0.5), None);
        (0..7).for_each(|_| distribution.push(441.0));
        for quantile in [0.0, 0.05, 0.5, 0.95, 1.0] {
            assert!((distribution.quantile(quantile).expect("pushed") - 441.0).abs() < 1e-9);
        }
    }

    #[test]
    fn quantiles_are_within_a_class() {
        let mut distribution = PitchDistribution::new(50.0, 2000.0);
        // 101 frequencies, one octave, evenly spread in cents; and two at and beyond the ends.
        (0..=100).for_each(|k| distribution.push(100.0 * math::exp2(f64::from(k) / 100.0)));
        for (quantile, octaves) in [(0.05, 0.05), (0.5, 0.5), (0.95, 0.95)] {
            let found = distribution.quantile(quantile).expect("pushed");
            assert!((cents(found / 100.0) - 1200.0 * octaves).abs() < 12.0 + CLASS_CENTS, "{quantile}: {found}");
        }
        distribution.push(1.0);
        distribution.push(1e9);
        assert_eq!(distribution.total(), 103);
    }
}
