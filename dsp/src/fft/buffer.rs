//! What every implementation does with its buffers.

#[cfg(not(feature = "std"))]
use super::Complex32;
use super::FftError;

/// A buffer of exactly `expected` values, or the error that tells both numbers.
pub(crate) fn check<T>(buffer: &[T], expected: usize) -> Result<(), FftError> {
    let actual = buffer.len();
    if actual == expected { Ok(()) } else { Err(FftError::Buffer { expected, actual }) }
}

/// The two buffers of a transform of `length` real samples: so many, and one value for each of the bins 0..=N/2.
pub(super) fn check_real<S, B>(length: usize, samples: &[S], bins: &[B]) -> Result<(), FftError> {
    check(bins, length / 2 + 1)?;
    check(samples, length)
}

/// |X|^2 of every bin.
#[cfg(not(feature = "std"))]
pub(crate) fn square(spectrum: &[Complex32], power: &mut [f32]) {
    for (power, bin) in power.iter_mut().zip(spectrum) {
        *power = bin.re * bin.re + bin.im * bin.im;
    }
}
