//! Why a conversion is refused.

use rubato::{ResampleError, ResamplerConstructionError};

/// A conversion that cannot be planned or fed.
#[derive(Debug, thiserror::Error)]
pub enum ResampleFailure {
    /// A rate is not a number above zero, or the two are too far apart.
    #[error(
        "the sample rate cannot be converted from {from_hz} to {to_hz} Hz: both above zero, at most {limit} to one"
    )]
    Rates {
        /// Rate of the input.
        from_hz: f64,
        /// Rate of the output.
        to_hz: f64,
        /// Largest ratio of the two, in either direction.
        limit: u32,
    },
    /// The number of channels is out of range, or not what was planned.
    #[error("{actual} channels cannot be resampled: {expected} wanted")]
    Channels {
        /// Channels that were planned, or the most there may be.
        expected: usize,
        /// Channels that came.
        actual: usize,
    },
    /// The channels of a block are not equally long.
    #[error("channel {channel} holds {actual} frames, the first holds {expected}")]
    Frames {
        /// The channel that differs.
        channel: usize,
        /// Frames of the first channel.
        expected: usize,
        /// Frames of that channel.
        actual: usize,
    },
    /// A block could not be converted.
    #[error("a block of sound could not be resampled")]
    Block(#[from] ResampleError),
    /// The sinc filter for an irrational ratio could not be planned.
    #[error("the interpolation filter could not be planned")]
    Filter(#[from] ResamplerConstructionError),
}
