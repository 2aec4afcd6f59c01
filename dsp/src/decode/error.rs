//! Everything that can be wrong with a file, named.

use std::io;

use symphonia::core::errors::Error as SymphoniaError;

/// Why a file cannot be decoded. [`DecodeError::code`] is stable; the sentence is for people.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// No bytes, or a container without a single frame of sound.
    #[error("The file holds no sound.")]
    Empty,
    /// More bytes than allowed.
    #[error("The file has {actual_bytes} bytes; at most {limit_bytes} are accepted.")]
    TooLarge {
        /// Largest allowed length.
        limit_bytes: u64,
        /// Length of the file.
        actual_bytes: u64,
    },
    /// Longer than allowed, by its header or while decoding.
    #[error("The recording is {actual_s:.1} s long; at most {limit_s:.1} s are accepted.")]
    TooLong {
        /// Longest allowed duration.
        limit_s: f64,
        /// Duration that was found.
        actual_s: f64,
    },
    /// More channels than allowed.
    #[error("The recording has {actual} channels; at most {limit} are accepted.")]
    TooManyChannels {
        /// Most channels allowed.
        limit: u32,
        /// Channels that were found.
        actual: u32,
    },
    /// A sample rate below 100 Hz or above the limit.
    #[error("The sample rate is {actual_hz} Hz; 100 to {limit_hz} Hz are accepted.")]
    SampleRate {
        /// Highest rate allowed.
        limit_hz: u32,
        /// Rate that was found.
        actual_hz: u32,
    },
    /// No known container.
    #[error("This is not a sound file of a format that is known here.")]
    NotAudio {
        /// What the reader says.
        reason: String,
    },
    /// A known container with a codec that this build does not decode.
    #[error("The sound is coded in a way that is not supported ({reason}).")]
    UnsupportedCodec {
        /// What the reader says.
        reason: String,
    },
    /// The file ends before the sound that its header promises.
    #[error("{}", cut_off(*.expected_frames, *.actual_frames))]
    Truncated {
        /// Frames that the header promises, where it says.
        expected_frames: Option<u64>,
        /// Frames that are there, where that is known: not in a file whose index, at its end, is what is missing.
        actual_frames: Option<u64>,
    },
    /// Damaged data.
    #[error("The file is damaged near frame {offset_frames} ({reason}).")]
    Corrupt {
        /// Frames that were decoded before the damage.
        offset_frames: u64,
        /// What the decoder says.
        reason: String,
    },
    /// The bytes could not be read.
    #[error("The file could not be read.")]
    Io(#[source] io::Error),
}

/// What [`DecodeError::Corrupt`] gives as reason when the decoder library panicked.
pub const PANIC_REASON: &str = "the decoder gave up";

fn cut_off(expected_frames: Option<u64>, actual_frames: Option<u64>) -> String {
    match (expected_frames, actual_frames) {
        (_, None) => "The file is cut off.".into(),
        (None, Some(actual)) => format!("The file is cut off after {actual} frames of sound."),
        (Some(expected), Some(actual)) => {
            format!("The file is cut off: {actual} of {expected} promised frames are there.")
        }
    }
}

impl DecodeError {
    /// Stable machine-readable name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge { .. } => "too_large",
            Self::TooLong { .. } => "too_long",
            Self::TooManyChannels { .. } => "too_many_channels",
            Self::SampleRate { .. } => "sample_rate",
            Self::NotAudio { .. } => "not_audio",
            Self::UnsupportedCodec { .. } => "unsupported_codec",
            Self::Truncated { .. } => "truncated",
            Self::Corrupt { .. } => "corrupt",
            Self::Io(_) => "internal",
        }
    }

    /// The limit that was passed, where there is one.
    pub fn limit(&self) -> Option<f64> {
        match *self {
            Self::TooLarge { limit_bytes, .. } => Some(limit_bytes as f64),
            Self::TooLong { limit_s, .. } => Some(limit_s),
            Self::TooManyChannels { limit, .. } => Some(f64::from(limit)),
            Self::SampleRate { limit_hz, .. } => Some(f64::from(limit_hz)),
            Self::Truncated { expected_frames, .. } => expected_frames.map(|frames| frames as f64),
            _ => None,
        }
    }

    /// The value that was found, where there is one.
    pub fn actual(&self) -> Option<f64> {
        match *self {
            Self::TooLarge { actual_bytes, .. } => Some(actual_bytes as f64),
            Self::TooLong { actual_s, .. } => Some(actual_s),
            Self::TooManyChannels { actual, .. } => Some(f64::from(actual)),
            Self::SampleRate { actual_hz, .. } => Some(f64::from(actual_hz)),
            Self::Truncated { actual_frames, .. } => actual_frames.map(|frames| frames as f64),
            _ => None,
        }
    }

    /// Frame at which the damage lies, where it is known.
    pub fn offset_frames(&self) -> Option<u64> {
        match *self {
            Self::Truncated { actual_frames, .. } => actual_frames,
            Self::Corrupt { offset_frames, .. } => Some(offset_frames),
            _ => None,
        }
    }

    /// What symphonia says while it looks for a container.
    pub(super) fn while_probing(error: SymphoniaError) -> Self {
        match error {
            SymphoniaError::IoError(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                Self::Truncated { expected_frames: None, actual_frames: None }
            }
            SymphoniaError::IoError(error) if is_medium(error.kind()) => Self::Io(error),
            SymphoniaError::IoError(error) if error.kind() != io::ErrorKind::Other => {
                Self::Corrupt { offset_frames: 0, reason: error.to_string() }
            }
            // Where the index of an MP4 file is missing, so is its end.
            SymphoniaError::Unsupported(reason) if reason.contains("missing moov") => {
                Self::Truncated { expected_frames: None, actual_frames: None }
            }
            // A reader has recognized its container, but not what is in it.
            SymphoniaError::Unsupported(reason) if !reason.contains("probe") => {
                Self::UnsupportedCodec { reason: reason.into() }
            }
            SymphoniaError::DecodeError(reason) => Self::Corrupt { offset_frames: 0, reason: reason.into() },
            SymphoniaError::LimitError(reason) => Self::Corrupt { offset_frames: 0, reason: reason.into() },
            other => Self::NotAudio { reason: other.to_string() },
        }
    }

    /// What symphonia says while it decodes, `offset_frames` into the sound.
    pub(super) fn while_decoding(error: SymphoniaError, offset_frames: u64, expected_frames: Option<u64>) -> Self {
        match error {
            SymphoniaError::IoError(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                Self::Truncated { expected_frames, actual_frames: Some(offset_frames) }
            }
            SymphoniaError::IoError(error) if is_medium(error.kind()) => Self::Io(error),
            SymphoniaError::Unsupported(reason) => Self::UnsupportedCodec { reason: reason.into() },
            SymphoniaError::DecodeError(reason) => Self::Corrupt { offset_frames, reason: reason.into() },
            other => Self::Corrupt { offset_frames, reason: other.to_string() },
        }
    }

    /// A decoder that gave up in a way it should not have.
    pub(crate) fn panicked(offset_frames: u64) -> Self {
        Self::Corrupt { offset_frames, reason: PANIC_REASON.into() }
    }
}

/// Whether an I/O error is one of the medium. Symphonia reports the end of the stream and failures of its readers as I/O
/// errors too, and a file whose header sends the reader to an impossible place makes the system refuse the request: that
/// is damage to the file, which trying again does not mend.
fn is_medium(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{InvalidData, InvalidInput, Other, UnexpectedEof, Unsupported};
    !matches!(kind, InvalidData | InvalidInput | Other | UnexpectedEof | Unsupported)
}
