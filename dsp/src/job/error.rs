//! Why a recording has no result, in words and numbers that travel.

use crate::{decode::DecodeError, visualizer::VisualizerError};

/// Why a recording has no result.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The file is not acceptable.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The samples are not.
    #[error("The sound cannot be analysed: {0}.")]
    Visualizer(#[from] VisualizerError),
}

impl JobError {
    /// Stable machine-readable name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Decode(error) => error.code(),
            Self::Visualizer(VisualizerError::NotFinite(_)) => "not_finite",
            Self::Visualizer(VisualizerError::Parameter(_)) => "bad_request",
            Self::Visualizer(VisualizerError::Format { .. }) => "unsupported_codec",
            Self::Visualizer(
                VisualizerError::Fft(_)
                | VisualizerError::Resample(_)
                | VisualizerError::Rhythm(_)
                | VisualizerError::Pitch(_),
            ) => "internal",
        }
    }

    /// The limit that was passed, where there is one.
    pub fn limit(&self) -> Option<f64> {
        match self {
            Self::Decode(error) => error.limit(),
            Self::Visualizer(_) => None,
        }
    }

    /// The value that was found, where there is one.
    pub fn actual(&self) -> Option<f64> {
        match self {
            Self::Decode(error) => error.actual(),
            Self::Visualizer(_) => None,
        }
    }

    /// Frame at which the damage lies, where it is known.
    pub fn offset_frames(&self) -> Option<u64> {
        match self {
            Self::Decode(error) => error.offset_frames(),
            Self::Visualizer(VisualizerError::NotFinite(place)) => Some(place.offset_frames),
            Self::Visualizer(_) => None,
        }
    }
}
