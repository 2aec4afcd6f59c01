//! Mean and spread of a stream of values.

use crate::{analysis::Statistics, math};

/// Collects [`Statistics`] in one pass (Welford 1962, "Note on a method for calculating corrected sums of squares").
///
/// ```
/// use dsp::measure::statistics::StatisticsMeter;
///
/// let mut meter = StatisticsMeter::default();
/// meter.push(1.0, 3.0);
/// meter.push(3.0, 1.0);
/// let found = meter.finish().expect("values");
/// assert_eq!((found.mean, found.weighted_mean, found.standard_deviation), (2.0, 1.5, 1.0));
/// ```
#[derive(Debug, Clone, Default)]
pub struct StatisticsMeter {
    count: u64,
    mean: f64,
    squares: f64,
    minimum: f64,
    maximum: f64,
    weighted: f64,
    weight: f64,
}

impl StatisticsMeter {
    /// Takes a value and its weight, which is not negative. A value that is not finite is left out.
    pub fn push(&mut self, value: f64, weight: f64) {
        if !(value.is_finite() && weight.is_finite()) {
            return;
        }
        if self.count == 0 {
            (self.minimum, self.maximum) = (value, value);
        }
        self.count += 1;
        let from_mean = value - self.mean;
        self.mean += from_mean / self.count as f64;
        self.squares += from_mean * (value - self.mean);
        self.minimum = self.minimum.min(value);
        self.maximum = self.maximum.max(value);
        self.weighted += weight * value;
        self.weight += weight;
    }

    /// The statistics over everything pushed; `None` without a value.
    pub fn finish(&self) -> Option<Statistics> {
        (self.count > 0).then(|| Statistics {
            weighted_mean: if self.weight > 0.0 { self.weighted / self.weight } else { self.mean },
            mean: self.mean,
            standard_deviation: math::sqrt((self.squares / self.count as f64).max(0.0)),
            minimum: self.minimum,
            maximum: self.maximum,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ramp_has_its_textbook_spread() {
        let mut meter = StatisticsMeter::default();
        (0..=100).for_each(|i| meter.push(f64::from(i), 1.0));
        meter.push(f64::NAN, 1.0);
        let found = meter.finish().expect("values");
        assert!((found.mean - 50.0).abs() < 1e-12 && (found.weighted_mean - 50.0).abs() < 1e-12);
        assert!((found.standard_deviation - (10_200.0f64 / 12.0).sqrt()).abs() < 1e-9);
        assert_eq!((found.minimum, found.maximum), (0.0, 100.0));
        assert_eq!(StatisticsMeter::default().finish(), None);
    }
}
