//! What every implementation does with its buffers.

#[cfg(not(feature = "std"))]
use super::Complex32;
use super::FftError;

/// A buffer of exactly `expected` values, or the error that tells both numbers.
pub(crate) fn check<T>(buffer: &[T], expected: usize) -> Result<(), FftError> {
    check_count(buffer.len(), expected)
}

/// The same where the number is known.
pub(crate) fn check_count(actual: usize, expected: usize) -> Result<(), FftError> {
    if actual == expected { Ok(()) } else { Err(FftError::Buffer { expected, actual }) }
}

/// |X|^2 of every bin.
#[cfg(not(feature = "std"))]
pub(crate) fn square(spectrum: &[Complex32], power: &mut [f32]) {
    for (power, bin) in power.iter_mut().zip(spectrum) {
        *power = bin.re * bin.re + bin.im * bin.im;
    }
}
