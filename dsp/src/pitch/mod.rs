//! Fundamental frequency of monophonic sound: YIN on single frames, tracking over a stream, statistics.

mod decimate;
mod distribution;
mod statistics;
mod tracker;
mod yin;

pub use statistics::PitchStatistics;
pub use tracker::PitchTracker;
pub use yin::{PitchFrame, VOICED_BELOW, Yin, max_pitch_hz};

pub use crate::analysis::Pitch;
use crate::fft::FftError;

/// Lowest pitch that the analysis looks for, a little above G1.
pub const MIN_HZ: f64 = 50.0;
/// Highest pitch that the analysis looks for, a little above B6.
pub const MAX_HZ: f64 = 2_000.0;
/// Time between two frames of the analysis.
pub const HOP_S: f64 = 0.016;

/// Why pitch cannot be looked for.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum PitchError {
    /// The sample rate is no rate of sound.
    #[error("pitch at a sample rate of {sample_rate_hz} Hz; 20 to 768000 Hz are possible")]
    SampleRate {
        /// The rate that was asked for.
        sample_rate_hz: f64,
    },
    /// The range of pitches is empty, or does not fit the sample rate.
    #[error("pitch from {min_hz} to {max_hz} Hz; a range within 20 and {limit_hz} Hz is needed")]
    Range {
        /// Lower end that was asked for.
        min_hz: f64,
        /// Upper end that was asked for.
        max_hz: f64,
        /// The highest upper end at this rate, an eighth of it.
        limit_hz: f64,
    },
    /// The frames would be too close or leave gaps.
    #[error("a pitch every {hop_s} s; 0.001 to 0.04 s are possible")]
    Hop {
        /// Time between frames that was asked for.
        hop_s: f64,
    },
    /// A frame does not have the planned length, or no transform of that length exists.
    #[error(transparent)]
    Fft(#[from] FftError),
}
