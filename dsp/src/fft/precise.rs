//! The real transform in double precision, for powers that are exact far below the loudest of their spectrum.

use super::{FftError, real::AnyRealFft};

/// A planned forward transform of real samples in f64 with its scratch memory.
pub struct PreciseRealFft(AnyRealFft<f64>);

impl PreciseRealFft {
    /// Plans a transform of `length` samples, 1 to [`super::MAX_LENGTH`].
    pub fn new(length: usize) -> Result<Self, FftError> {
        AnyRealFft::new(length).map(Self)
    }

    /// Writes |X\[k\]|^2 for k = 0..=N/2, unnormalized, rounded once to f32. `signal` has N samples.
    pub fn power(&mut self, signal: &mut [f64], power: &mut [f32]) -> Result<(), FftError> {
        self.0.power(signal, power)
    }

    /// Writes `scale` |X\[k\]|^2 of the samples times the window, N of each, for k = 0..=N/2, rounded once to f32.
    pub(crate) fn windowed_power(
        &mut self,
        samples: &[f32],
        window: &[f64],
        scale: f64,
        power: &mut [f32],
    ) -> Result<(), FftError> {
        self.0.windowed_power(samples, window, scale, power)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{fft::dft, math};

    #[test]
    fn agrees_with_the_definition_far_below_the_loudest() {
        for length in [512usize, 500, 499] {
            let signal: Vec<f32> = (0..length)
                .map(|n| core::f64::consts::TAU * n as f64 / length as f64)
                .map(|turn| (math::sin(20.0 * turn) + 1e-6 * math::sin(200.0 * turn)) as f32)
                .collect();
            let exact = dft::power(&signal);
            let mut power = vec![0.0; length / 2 + 1];
            let mut fft = PreciseRealFft::new(length).expect("planned");
            // A second run on dirty scratch must not differ.
            for _ in 0..2 {
                let mut scratch: Vec<f64> = signal.iter().map(|&x| f64::from(x)).collect();
                fft.power(&mut scratch, &mut power).expect("transformed");
                for bin in [20, 200] {
                    let error = f64::from(power[bin]) / exact[bin] - 1.0;
                    assert!(error.abs() < 1e-6, "length {length} bin {bin}: {error}");
                }
            }
        }
    }

    #[test]
    fn refuses_what_does_not_fit() {
        assert!(PreciseRealFft::new(0).is_err());
        let mut fft = PreciseRealFft::new(64).expect("planned");
        let wrong = fft.power(&mut [0.0; 63], &mut [0.0; 33]);
        assert_eq!(wrong, Err(FftError::Buffer { expected: 64, actual: 63 }));
        let wrong = fft.power(&mut [0.0; 64], &mut [0.0; 32]);
        assert_eq!(wrong, Err(FftError::Buffer { expected: 33, actual: 32 }));
    }
}
