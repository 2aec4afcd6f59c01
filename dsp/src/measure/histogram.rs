//! Distribution of powers over decibels, in memory that does not grow.

use alloc::{vec, vec::Vec};

use crate::math;

/// Counts powers in bins of equal width in decibels, and keeps the exact sum of each bin.
///
/// Means over whole ranges are exact; a limit or a percentile is sharp to one bin.
///
/// ```
/// use dsp::measure::histogram::PowerHistogram;
///
/// let mut histogram = PowerHistogram::new(-100.0, 0.0, 0.1);
/// for i in 1..=100 {
///     histogram.push(f64::from(i) / 100.0);
/// }
/// assert!((histogram.mean_above(0.0).unwrap() - 0.505).abs() < 1e-12);
/// assert!((histogram.percentile_above(0.0, 0.1).unwrap() - 0.11).abs() < 0.002);
/// ```
#[derive(Debug, Clone)]
pub struct PowerHistogram {
    lowest_db: f64,
    step_db: f64,
    counts: Vec<u64>,
    sums: Vec<f64>,
}

impl PowerHistogram {
    /// An empty histogram over `lowest_db..highest_db` (10 log10 of the power) in bins of `step_db`; at most a million.
    pub fn new(lowest_db: f64, highest_db: f64, step_db: f64) -> Self {
        let bins = math::ceil((highest_db - lowest_db) / step_db).clamp(1.0, 1e6) as usize;
        Self { lowest_db, step_db, counts: vec![0; bins], sums: vec![0.0; bins] }
    }

    /// Counts a power. One that is not above the lowest level (or is NaN) is left out, which `false` says; one above
    /// the highest counts in the last bin.
    pub fn push(&mut self, power: f64) -> bool {
        let Some(level_db) = math::power_to_decibels(power).filter(|&level| level > self.lowest_db) else {
            return false;
        };
        let bin = (((level_db - self.lowest_db) / self.step_db) as usize).min(self.counts.len() - 1);
        self.counts[bin] += 1;
        self.sums[bin] += power;
        true
    }

    /// Count and mean power of the bins whose mean is above `power`.
    fn bins_above(&self, power: f64) -> impl Iterator<Item = (u64, f64)> + '_ {
        let occupied = self.counts.iter().zip(&self.sums).filter(|(count, _)| **count > 0);
        occupied.map(|(&count, &sum)| (count, sum / count as f64)).filter(move |&(_, mean)| mean > power)
    }

    /// Mean of all powers above `power`; `None` without any.
    pub fn mean_above(&self, power: f64) -> Option<f64> {
        let (count, sum) =
            self.bins_above(power).fold((0, 0.0), |(n, total), (count, mean)| (n + count, total + mean * count as f64));
        (count > 0).then(|| sum / count as f64)
    }

    /// The power below which the share `quantile` (0 to 1) of all powers above `power` lies, by nearest rank.
    pub fn percentile_above(&self, power: f64, quantile: f64) -> Option<f64> {
        let count: u64 = self.bins_above(power).map(|(count, _)| count).sum();
        let rank = math::round(count.saturating_sub(1) as f64 * quantile.clamp(0.0, 1.0)) as u64;
        let mut seen = 0;
        self.bins_above(power)
            .find(|(count, _)| {
                seen += count;
                seen > rank
            })
            .map(|(_, mean)| mean)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_has_no_mean() {
        let mut histogram = PowerHistogram::new(-70.0, 0.0, 0.01);
        for power in [0.0, -1.0, f64::NAN, 1e-8, f64::INFINITY] {
            assert!(!histogram.push(power), "{power}");
        }
        assert_eq!((histogram.mean_above(0.0), histogram.percentile_above(0.0, 0.5)), (None, None));
    }

    #[test]
    fn what_is_louder_than_the_range_counts() {
        let mut histogram = PowerHistogram::new(-70.0, 0.0, 0.01);
        assert!(histogram.push(100.0) && histogram.push(0.5));
        assert_eq!(histogram.percentile_above(0.0, 1.0), Some(100.0));
        assert_eq!(histogram.mean_above(1.0), Some(100.0));
    }
}
