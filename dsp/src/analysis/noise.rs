//! Section `noise`: noise floor and signal-to-noise ratio.

/// Estimates from the distribution of the level of 20 ms frames, all channels together, full-scale square wave 0 dBFS.
/// Definitions: [`crate::measure::short_term`].
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Noise {
    /// 10th percentile of the RMS of frames that are not digital silence. Where the sound never pauses, this is the
    /// level of its quietest passages: an upper bound of the noise.
    pub noise_floor_dbfs: Option<f64>,
    /// 95th percentile of the same.
    pub signal_dbfs: Option<f64>,
    /// Signal minus noise floor.
    pub snr_db: Option<f64>,
    /// Share of frames in which every sample is zero, 0 to 1.
    pub digital_silence: f64,
    /// Sign changes per second, mean of all channels; zero counts as positive.
    pub zero_crossings_per_s: f64,
}
