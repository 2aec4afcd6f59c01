//! The seam to the Fourier transforms: realfft with `std`, microfft without, the naive DFT as oracle.

pub mod dft;
#[cfg(not(feature = "std"))]
mod embedded;
#[cfg(feature = "std")]
mod precise;
#[cfg(feature = "std")]
mod vectorized;
mod windowed;

#[cfg(not(feature = "std"))]
pub use embedded::{MAX_LENGTH, RealFft};
#[cfg(feature = "std")]
pub use precise::PreciseRealFft;
#[cfg(feature = "std")]
pub use vectorized::RealFft;
pub(crate) use windowed::WindowedFft;

/// A transform that cannot be planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FftError {
    /// The length is not supported by this build.
    #[error("no transform of length {length}: {allowed}")]
    Length {
        /// Length that was asked for.
        length: usize,
        /// What this build offers.
        allowed: &'static str,
    },
    /// A buffer does not fit the planned length.
    #[error("the buffer holds {actual} samples, the transform takes {expected}")]
    Buffer {
        /// Planned length.
        expected: usize,
        /// Length of the buffer.
        actual: usize,
    },
}

#[cfg(test)]
mod tests {
    use alloc::{vec, vec::Vec};

    use super::*;

    fn noise(length: usize) -> Vec<f32> {
        let mut state = 0x9e37_79b9u32;
        (0..length)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) as f32 / 8_388_608.0 - 1.0
            })
            .collect()
    }

    #[test]
    fn agrees_with_the_definition() {
        for length in [64usize, 256, 1024, 2048] {
            let signal = noise(length);
            let exact = dft::power(&signal);
            let mut fft = RealFft::new(length).expect("planned");
            let mut power = vec![0.0; length / 2 + 1];
            // A second run on dirty scratch must not differ.
            for _ in 0..2 {
                fft.power(&mut signal.clone(), &mut power).expect("transformed");
                for (k, (&fast, &slow)) in power.iter().zip(&exact).enumerate() {
                    let error = (f64::from(fast) - slow).abs();
                    assert!(error <= 2e-5 * (slow + length as f64 / 10.0), "length {length} bin {k}: {fast} != {slow}");
                }
            }
        }
    }

    #[test]
    fn keeps_the_energy() {
        // Parseval for real input: the inner bins stand for two.
        let length = 2048;
        let signal = noise(length);
        let mut power = vec![0.0; length / 2 + 1];
        RealFft::new(length).expect("planned").power(&mut signal.clone(), &mut power).expect("transformed");
        let time: f64 = signal.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
        let inner: f64 = power[1..length / 2].iter().map(|&p| 2.0 * f64::from(p)).sum();
        let frequency = (inner + f64::from(power[0]) + f64::from(power[length / 2])) / length as f64;
        assert!((time / frequency - 1.0).abs() < 1e-5);
    }

    #[test]
    fn refuses_what_does_not_fit() {
        assert!(matches!(RealFft::new(0), Err(FftError::Length { length: 0, .. })));
        let mut fft = RealFft::new(64).expect("planned");
        let wrong = fft.power(&mut [0.0; 63], &mut [0.0; 33]);
        assert_eq!(wrong, Err(FftError::Buffer { expected: 64, actual: 63 }));
        let wrong = fft.power(&mut [0.0; 64], &mut [0.0; 32]);
        assert_eq!(wrong, Err(FftError::Buffer { expected: 33, actual: 32 }));
    }
}
