//! Why no transfer function can be told.

use crate::{ParameterError, fft::FftError};

/// One of the two recordings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recording {
    /// What went in.
    Reference,
    /// What came out.
    Response,
}

/// Two recordings that have no transfer function, or parameters that make none.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TransferError {
    /// The recordings have different sample rates.
    #[error("the reference has {reference_hz} frames per second, the response {response_hz}")]
    Rates {
        /// Rate of the reference.
        reference_hz: f64,
        /// Rate of the response.
        response_hz: f64,
    },
    /// The blocks of the two recordings are not equally long.
    #[error("a block of {reference} frames of the reference came with {response} of the response")]
    Frames {
        /// Frames of the reference.
        reference: usize,
        /// Frames of the response.
        response: usize,
    },
    /// There is not enough sound for two segments.
    #[error("{actual} frames are too short: {expected} needed")]
    TooShort {
        /// Frames that are needed.
        expected: u64,
        /// Frames that came.
        actual: u64,
    },
    /// One of the recordings is silent.
    #[error("the {0:?} is silent")]
    Silent(Recording),
    /// A sample is not a number.
    #[error("frame {frame} of the {recording:?} is not a finite number")]
    NotFinite {
        /// Where it stands.
        recording: Recording,
        /// Frame of the stream.
        frame: u64,
    },
    /// A parameter is out of range.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// The transform could not be planned or run.
    #[error(transparent)]
    Fft(#[from] FftError),
}
