//! The real transform in double precision, for powers that are exact far below the loudest of their spectrum.

use super::{FftError, buffer, halved::HalvedFft, odd::OddFft, vectorized};

/// A planned forward transform of real samples in f64 with its scratch memory.
pub struct PreciseRealFft {
    engine: Engine,
}

enum Engine {
    Even(HalvedFft<f64>),
    Odd(OddFft<f64>),
}

impl PreciseRealFft {
    /// Plans a transform of `length` samples, 1 to [`super::MAX_LENGTH`].
    pub fn new(length: usize) -> Result<Self, FftError> {
        vectorized::check_length(length)?;
        let engine = match length.is_multiple_of(2) {
            true => Engine::Even(HalvedFft::new(length)),
            false => Engine::Odd(OddFft::new(length)),
        };
        Ok(Self { engine })
    }

    fn len(&self) -> usize {
        match &self.engine {
            Engine::Even(fft) => fft.len(),
            Engine::Odd(fft) => fft.len(),
        }
    }

    /// Writes |X\[k\]|^2 for k = 0..=N/2, unnormalized, rounded once to f32. `signal` has N samples.
    pub fn power(&mut self, signal: &mut [f64], power: &mut [f32]) -> Result<(), FftError> {
        buffer::check(power, self.len() / 2 + 1)?;
        buffer::check(signal, self.len())?;
        match &mut self.engine {
            Engine::Even(fft) => {
                fft.transform(signal.as_chunks::<2>().0.iter().copied());
                fft.power(1.0, power);
            }
            Engine::Odd(fft) => fft.power(signal.iter().copied(), 1.0, power),
        }
        Ok(())
    }

    /// Writes `scale` |X\[k\]|^2 of the samples times the window, N of each, for k = 0..=N/2, rounded once to f32.
    pub(crate) fn windowed_power(
        &mut self,
        samples: &[f32],
        window: &[f64],
        scale: f64,
        power: &mut [f32],
    ) -> Result<(), FftError> {
        buffer::check(window, self.len())?;
        buffer::check(power, self.len() / 2 + 1)?;
        buffer::check(samples, self.len())?;
        match &mut self.engine {
            Engine::Even(fft) => {
                let pairs = samples.as_chunks::<2>().0.iter().zip(window.as_chunks::<2>().0);
                fft.transform(pairs.map(|(x, w)| [f64::from(x[0]) * w[0], f64::from(x[1]) * w[1]]));
                fft.power(scale, power);
            }
            Engine::Odd(fft) => fft.power(samples.iter().zip(window).map(|(&x, w)| f64::from(x) * w), scale, power),
        }
        Ok(())
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
