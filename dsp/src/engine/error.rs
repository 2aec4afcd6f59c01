//! Everything that an operation can fail with.

use std::{io, path::PathBuf};

use crate::{
    ParameterError, decode::DecodeError, fft::FftError, grid::PngError, job::JobError, measure::level::NotFinite,
    mix::MixError, resample::ResampleFailure, visualizer::VisualizerError, wav::WavError,
};

/// Why an operation has no outcome. [`EngineError::code`] is stable; the sentence is for people.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The recording is not acceptable.
    #[error(transparent)]
    Job(#[from] JobError),
    /// A field of the request is out of range.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// There is no sound to work on.
    #[error("the sound has no frames")]
    Empty,
    /// A sample is NaN, infinite or absurdly large.
    #[error(transparent)]
    NotFinite(#[from] NotFinite),
    /// Channels of different length, or samples that are not a whole number of frames.
    #[error("channel {channel} has {actual} samples, the first has {expected}")]
    Ragged {
        /// Channel that differs, from 0.
        channel: usize,
        /// Length of the first channel.
        expected: usize,
        /// Length of this one.
        actual: usize,
    },
    /// More samples than are kept in memory.
    #[error("{actual} samples are more than the {limit} that are kept in memory; work on the file instead")]
    TooManySamples {
        /// Most samples over all channels.
        limit: u64,
        /// What was asked for.
        actual: u64,
    },
    /// The transform cannot be planned or fed.
    #[error(transparent)]
    Fft(#[from] FftError),
    /// The rate cannot be converted.
    #[error(transparent)]
    Resample(#[from] ResampleFailure),
    /// The sounds cannot be mixed.
    #[error(transparent)]
    Mix(#[from] MixError),
    /// The picture cannot be painted.
    #[error(transparent)]
    Picture(#[from] PngError),
    /// The sound cannot be written as WAV.
    #[error(transparent)]
    Wav(#[from] WavError),
    /// A file cannot be read.
    #[error("{} cannot be read", path.display())]
    Input {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file cannot be written.
    #[error("{} cannot be written", path.display())]
    Output {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The document cannot be written as JSON.
    #[error("the document cannot be written as JSON")]
    Json(#[from] serde_json::Error),
    /// The caller has stopped the work.
    #[error("the work was cancelled")]
    Cancelled,
    /// A bug in the engine, caught so that other work goes on.
    #[error("the engine gave up on this file")]
    Internal,
}

impl EngineError {
    /// Stable machine-readable name; those of recordings are [`JobError::code`].
    pub fn code(&self) -> &'static str {
        match self {
            Self::Job(error) => error.code(),
            Self::Parameter(_) | Self::Ragged { .. } => "bad_request",
            Self::Picture(PngError::Paint(_)) | Self::Wav(WavError::Format { .. } | WavError::Block { .. }) => {
                "bad_request"
            }
            Self::Fft(_) | Self::Mix(_) => "bad_request",
            Self::Resample(
                ResampleFailure::Rates { .. } | ResampleFailure::Channels { .. } | ResampleFailure::Frames { .. },
            ) => "bad_request",
            Self::Empty => "empty",
            Self::NotFinite(_) => "not_finite",
            Self::TooManySamples { .. } | Self::Wav(WavError::TooLong { .. }) => "too_large",
            Self::Output { source, .. } | Self::Wav(WavError::Io(source))
                if matches!(source.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) =>
            {
                "disk_full"
            }
            Self::Input { .. } => "unreadable",
            Self::Output { .. } | Self::Wav(WavError::Io(_)) => "unwritable",
            Self::Cancelled => "cancelled",
            Self::Resample(_) | Self::Picture(PngError::Encode(_)) | Self::Json(_) | Self::Internal => "internal",
        }
    }

    /// The sentence with the reasons behind it, for a log or a message without `source`.
    pub fn explained(&self) -> String {
        let mut text = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(error) = source {
            let reason = error.to_string();
            // Transparent errors repeat themselves.
            if !text.ends_with(&reason) {
                text = format!("{text}: {reason}");
            }
            source = error.source();
        }
        text
    }
}

impl From<DecodeError> for EngineError {
    fn from(error: DecodeError) -> Self {
        Self::Job(error.into())
    }
}

impl From<VisualizerError> for EngineError {
    fn from(error: VisualizerError) -> Self {
        Self::Job(error.into())
    }
}
