//! What every implementation does with its buffers.

use super::{Complex32, FftError};

/// A buffer of exactly `expected` values, or the error that tells both numbers.
pub(crate) fn check<T>(buffer: &[T], expected: usize) -> Result<(), FftError> {
    match buffer.len() {
        actual if actual == expected => Ok(()),
        actual => Err(FftError::Buffer { expected, actual }),
    }
}

/// |X|^2 of every bin.
pub(crate) fn square(spectrum: &[Complex32], power: &mut [f32]) {
    for (power, bin) in power.iter_mut().zip(spectrum) {
        *power = bin.re * bin.re + bin.im * bin.im;
    }
}
