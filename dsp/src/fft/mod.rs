//! The seam to the Fourier transforms: rustfft with `std` (and realfft for odd numbers of real samples), microfft without,
//! the naive DFT as oracle.
//!
//! X\[k\] = sum over n of x\[n\] exp(-2 pi i k n / N) forward, unnormalized; x\[n\] = 1/N sum over k of
//! X\[k\] exp(2 pi i k n / N) inverse, so that the inverse of the forward transform is the signal itself. With `std`
//! every length from 1 to [`MAX_LENGTH`] is taken, primes too (Bluestein, Rader); without it powers of two.

pub(crate) mod buffer;
pub mod dft;
#[cfg(not(feature = "std"))]
mod embedded;
#[cfg(feature = "std")]
pub(crate) mod float;
#[cfg(feature = "std")]
mod halved;
#[cfg(all(feature = "std", any(test, all(target_arch = "wasm32", target_feature = "simd128"))))]
mod number;
#[cfg(feature = "std")]
mod odd;
#[cfg(feature = "std")]
mod precise;
#[cfg(all(feature = "std", any(test, all(target_arch = "wasm32", target_feature = "simd128"))))]
mod quarters;
#[cfg(feature = "std")]
mod real;
#[cfg(test)]
mod tests;
#[cfg(feature = "std")]
pub(crate) mod transform;
#[cfg(feature = "std")]
mod vectorized;
mod windowed;

#[cfg(not(feature = "std"))]
pub use embedded::{ComplexFft, MAX_LENGTH, RealFft};
pub use num_complex::{Complex32, Complex64};
#[cfg(feature = "std")]
pub use precise::PreciseRealFft;
#[cfg(feature = "std")]
pub use real::MAX_LENGTH;
#[cfg(feature = "std")]
pub use vectorized::{ComplexFft, RealFft};
pub(crate) use windowed::WindowedFft;

/// A transform that cannot be planned or fed.
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
    #[error("the buffer holds {actual} values, the transform takes {expected}")]
    Buffer {
        /// Planned length.
        expected: usize,
        /// Length of the buffer.
        actual: usize,
    },
}
