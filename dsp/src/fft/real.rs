//! The transform of any number of real samples, in either precision: lengths are checked here, once for both.

use rustfft::num_complex::Complex;

use super::{FftError, buffer, float::Float, halved::HalvedFft, odd::OddFft};

/// Longest transform: 2^26 samples, 23 minutes at 48 kHz in one block. Planning one takes up to 2 GiB.
pub const MAX_LENGTH: usize = 1 << 26;

pub(super) fn check_length(length: usize) -> Result<(), FftError> {
    match length {
        1..=MAX_LENGTH => Ok(()),
        _ => Err(FftError::Length { length, allowed: "1 to 67108864 samples can be transformed" }),
    }
}

/// A planned transform of N real samples and its inverse, with their memory.
pub(super) enum AnyRealFft<T> {
    Even(HalvedFft<T>),
    Odd(OddFft<T>),
}

impl<T: Float> AnyRealFft<T> {
    /// Plans transforms of `length` samples, 1 to [`MAX_LENGTH`].
    pub fn new(length: usize) -> Result<Self, FftError> {
        check_length(length)?;
        Ok(match length.is_multiple_of(2) {
            true => Self::Even(HalvedFft::new(length)),
            false => Self::Odd(OddFft::new(length)),
        })
    }

    /// Samples of one block.
    pub fn len(&self) -> usize {
        match self {
            Self::Even(fft) => fft.len(),
            Self::Odd(fft) => fft.len(),
        }
    }

    /// Writes |X\[k\]|^2 of N samples for k = 0..=N/2, rounded once to f32.
    pub fn power(&mut self, signal: &[T], power: &mut [f32]) -> Result<(), FftError> {
        buffer::check_real(self.len(), signal, power)?;
        match self {
            Self::Even(fft) => {
                fft.transform(signal.as_chunks::<2>().0.iter().copied());
                fft.power(T::one(), power);
            }
            Self::Odd(fft) => fft.power(signal.iter().copied(), T::one(), power),
        }
        Ok(())
    }

    /// Writes `scale` |X\[k\]|^2 of the samples times the window, N of each, for k = 0..=N/2, rounded once to f32.
    pub fn windowed_power(
        &mut self,
        samples: &[f32],
        window: &[T],
        scale: T,
        power: &mut [f32],
    ) -> Result<(), FftError> {
        buffer::check(window, self.len())?;
        buffer::check_real(self.len(), samples, power)?;
        match self {
            Self::Even(fft) => {
                let pairs = samples.as_chunks::<2>().0.iter().zip(window.as_chunks::<2>().0);
                fft.transform(pairs.map(|(x, w)| [T::widen(x[0]) * w[0], T::widen(x[1]) * w[1]]));
                fft.power(scale, power);
            }
            Self::Odd(fft) => fft.power(samples.iter().zip(window).map(|(&x, &w)| T::widen(x) * w), scale, power),
        }
        Ok(())
    }

    /// Writes X\[k\] for k = 0..=N/2. `signal` (N samples) is used as scratch.
    pub fn forward(&mut self, signal: &mut [T], spectrum: &mut [Complex<T>]) -> Result<(), FftError> {
        buffer::check_real(self.len(), signal, spectrum)?;
        match self {
            Self::Even(fft) => {
                fft.transform(signal.as_chunks::<2>().0.iter().copied());
                fft.spectrum(spectrum);
            }
            Self::Odd(fft) => fft.forward(signal, spectrum),
        }
        Ok(())
    }

    /// Writes the N samples whose bins 0..=N/2 are given, times `scale`. `spectrum` is used as scratch; imaginary parts at
    /// DC and Nyquist are taken as zero.
    pub fn inverse(&mut self, spectrum: &mut [Complex<T>], scale: T, signal: &mut [T]) -> Result<(), FftError> {
        buffer::check_real(self.len(), signal, spectrum)?;
        match self {
            Self::Even(fft) => fft.inverse(spectrum, scale, signal),
            Self::Odd(fft) => fft.inverse(spectrum, scale, signal),
        }
        Ok(())
    }
}
