//! Section `level`: levels of the source samples.

use alloc::vec::Vec;

/// Levels over all channels; full scale is ±1.0 = 0 dBFS, also for RMS (a full-scale sine is -3.01 dBFS).
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Level {
    /// Largest magnitude of any sample.
    pub peak_dbfs: Option<f64>,
    /// Root mean square of all samples of all channels.
    pub rms_dbfs: Option<f64>,
    /// Peak minus RMS.
    pub crest_factor_db: Option<f64>,
    /// Mean of all samples, in full scales.
    pub dc_offset: f64,
    /// Smallest sample, in full scales.
    pub min: f64,
    /// Largest sample, in full scales.
    pub max: f64,
    /// Samples at or beyond the largest value of the source's samples: 127/128 with 8 bits, 32767/32768 with 16 or
    /// more, 32124/32768 with the mu-law and 32256/32768 with the A-law of telephones.
    pub clipped_samples: u64,
    /// Clipping heard as such: runs of at least [`MIN_RUN`](crate::measure::level::MIN_RUN) consecutive clipped samples
    /// of one channel, in all channels together.
    #[cfg_attr(feature = "serde", serde(default))]
    pub clipped_runs: u64,
    /// The longest of these runs, and the first of the longest ones.
    #[cfg_attr(feature = "serde", serde(default))]
    pub longest_clipped_run: Option<ClippedRun>,
    /// Where the first run begins.
    #[cfg_attr(feature = "serde", serde(default))]
    pub first_clipped_run: Option<ClippedRun>,
    /// The same of every channel by itself, in the order of the file.
    #[cfg_attr(feature = "serde", serde(default))]
    pub channels: Vec<ChannelLevel>,
}

/// One run of clipped samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ClippedRun {
    /// Its channel, from 0.
    pub channel: u32,
    /// Frame of its first sample.
    pub offset_frames: u64,
    /// Its length.
    pub length_frames: u64,
}

/// Levels of one channel, defined like those of [`Level`].
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ChannelLevel {
    /// Largest magnitude of any sample.
    pub peak_dbfs: Option<f64>,
    /// Root mean square.
    pub rms_dbfs: Option<f64>,
    /// Peak minus RMS.
    pub crest_factor_db: Option<f64>,
    /// Mean, in full scales.
    pub dc_offset: f64,
    /// Clipped samples.
    pub clipped_samples: u64,
    /// Runs of clipped samples.
    pub clipped_runs: u64,
}
