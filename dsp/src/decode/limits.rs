//! What is accepted of a file.

use super::{DecodeError, StreamInfo};

/// Below this, a spectrogram shows nothing.
const MIN_SAMPLE_RATE_HZ: u32 = 100;

/// What is accepted. The defaults only keep a header from promising nonsense; a server has tighter ones in its
/// configuration.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Limits {
    /// Largest file.
    pub max_bytes: u64,
    /// Longest recording.
    pub max_duration_s: f64,
    /// Most channels.
    pub max_channels: u32,
    /// Highest sample rate.
    pub max_sample_rate_hz: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 4 << 30, max_duration_s: 24.0 * 3600.0, max_channels: 32, max_sample_rate_hz: 768_000 }
    }
}

pub(super) fn check_rate_and_channels(actual_hz: u32, channels: u32, limits: &Limits) -> Result<(), DecodeError> {
    let (limit_hz, limit) = (limits.max_sample_rate_hz, limits.max_channels);
    if !(MIN_SAMPLE_RATE_HZ..=limit_hz).contains(&actual_hz) {
        return Err(DecodeError::SampleRate { limit_hz, actual_hz });
    }
    if channels == 0 {
        return Err(DecodeError::UnsupportedCodec { reason: "no channels".into() });
    }
    if channels > limit {
        return Err(DecodeError::TooManyChannels { limit, actual: channels });
    }
    Ok(())
}

/// Holds a header to the limits.
pub(super) fn check(info: &StreamInfo, limits: &Limits) -> Result<(), DecodeError> {
    check_rate_and_channels(info.sample_rate_hz, info.channels, limits)?;
    match info.duration_s() {
        Some(actual_s) if actual_s > limits.max_duration_s => {
            Err(DecodeError::TooLong { limit_s: limits.max_duration_s, actual_s })
        }
        _ => Ok(()),
    }
}
