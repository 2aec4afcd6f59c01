//! Removal of a DC offset.

use super::{Biquad, Cascade, FilterError, Shape};

/// Subtracts the mean of a whole sound from it and returns it: the offset is gone exactly, nothing else changes.
///
/// Samples that are not finite are left out of the mean and stay as they are.
pub fn remove_mean(samples: &mut [f32]) -> f64 {
    let finite = samples.iter().filter(|x| x.is_finite());
    let (count, sum) = finite.fold((0u64, 0.0f64), |(count, sum), &x| (count + 1, sum + f64::from(x)));
    let mean = if count == 0 { 0.0 } else { sum / count as f64 };
    samples.iter_mut().for_each(|x| *x = (f64::from(*x) - mean) as f32);
    mean
}

/// Removes the offset of a stream, which may wander, by a first-order high-pass: 0 dB at the Nyquist frequency,
/// -3.01 dB at the corner, nothing at DC (bilinear transform of s / (s + 2 pi f)).
///
/// An offset that begins falls to 1/e after 1 / (2 pi f) seconds: 16 ms at 10 Hz.
///
/// ```
/// use dsp::filter::DcBlocker;
///
/// let mut blocker = DcBlocker::new(10.0, 48_000.0)?;
/// let mut samples = vec![0.25; 48_000];
/// blocker.process(&mut samples);
/// assert!(samples[47_999].abs() < 1e-6);
/// # Ok::<(), dsp::filter::FilterError>(())
/// ```
#[derive(Debug, Clone)]
pub struct DcBlocker {
    filter: Cascade,
}

impl DcBlocker {
    /// Plans the filter with its corner between 0 and half the sample rate; 5 to 20 Hz are usual.
    pub fn new(corner_hz: f64, sample_rate_hz: f64) -> Result<Self, FilterError> {
        let section = Biquad::design(Shape::FirstOrderHighPass { frequency_hz: corner_hz }, sample_rate_hz)?;
        Ok(Self { filter: Cascade::new(&[section])? })
    }

    /// Filters the next samples of one channel in place.
    pub fn process(&mut self, samples: &mut [f32]) {
        self.filter.process(samples);
    }

    /// Forgets the stream.
    pub fn reset(&mut self) {
        self.filter.reset();
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;
    use crate::math;

    #[test]
    fn the_mean_is_gone_and_named() {
        let mut samples: Vec<f32> = (0..1000).map(|n| 0.25 + if n % 2 == 0 { 0.5 } else { -0.5 }).collect();
        assert_eq!(remove_mean(&mut samples), 0.25);
        assert_eq!((samples[0], samples[1]), (0.5, -0.5));
        assert_eq!(remove_mean(&mut [f32::NAN, 1.0]), 1.0);
        assert_eq!(remove_mean(&mut []), 0.0);
    }

    #[test]
    fn an_offset_falls_to_one_over_e_in_its_time() {
        let mut samples = [1.0; 4800];
        DcBlocker::new(10.0, 48_000.0).expect("designed").process(&mut samples);
        let after = (48_000.0 / (core::f64::consts::TAU * 10.0)) as usize;
        assert!((f64::from(samples[after]) - math::exp(-1.0)).abs() < 1e-3);
    }
}
