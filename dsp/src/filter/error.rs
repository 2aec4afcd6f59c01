//! Why a filter is refused.

use crate::{ParameterError, fft::FftError};

/// A filter that cannot be designed or run.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FilterError {
    /// A frequency is not between 0 and half the sample rate, or the band it ends is empty.
    #[error("no filter at {frequency_hz} Hz with {sample_rate_hz} frames per second")]
    Frequency {
        /// The frequency.
        frequency_hz: f64,
        /// Frames per second.
        sample_rate_hz: f64,
    },
    /// A figure of the filter is out of range.
    #[error("a filter with {name} {actual}: {allowed}")]
    Figure {
        /// Which one.
        name: &'static str,
        /// Its value.
        actual: f64,
        /// What it may be.
        allowed: &'static str,
    },
    /// A pole is on or outside of the unit circle, or a coefficient is not a number.
    #[error("section {section} is not stable")]
    Unstable {
        /// Place in the cascade, from zero.
        section: usize,
    },
    /// The number of taps is out of range, or even where a filter needs a middle.
    #[error("a filter of {actual} taps: 1 to {limit}, an odd number for a design")]
    Taps {
        /// Taps that were asked for.
        actual: usize,
        /// The most there may be.
        limit: usize,
    },
    /// The window is out of range.
    #[error(transparent)]
    Window(#[from] ParameterError),
    /// The transform for fast convolution could not be planned or run.
    #[error(transparent)]
    Fft(#[from] FftError),
}
