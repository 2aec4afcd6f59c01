//! Section `loudness`: EBU R 128 and true peak of the source samples.

use alloc::vec::Vec;

/// Loudness by ITU-R BS.1770-4 and EBU R 128, true peak by BS.1770-4 Annex 2. Definitions:
/// [`crate::measure::loudness`]. Below [`MIN_RATE_HZ`](crate::measure::loudness::MIN_RATE_HZ), where K-weighting is not
/// defined, there are true peaks and no loudness.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Loudness {
    /// Gated loudness of the whole; `None` below 0.4 s and where nothing is louder than -70 LUFS.
    pub integrated_lufs: Option<f64>,
    /// Loudness range (EBU Tech 3342): distance of the two values below; `None` below 3 s.
    pub range_lu: Option<f64>,
    /// 10th percentile of the gated short-term loudness.
    pub range_low_lufs: Option<f64>,
    /// 95th percentile of the gated short-term loudness.
    pub range_high_lufs: Option<f64>,
    /// Loudest 400 ms.
    pub momentary_max_lufs: Option<f64>,
    /// Loudest 3 s.
    pub short_term_max_lufs: Option<f64>,
    /// Highest true peak of any channel.
    pub true_peak_dbtp: Option<f64>,
    /// True peak of every channel, in the order of the file.
    pub channel_true_peak_dbtp: Vec<Option<f64>>,
    /// Weight of every channel's power in the loudness, in the order of the file.
    pub channel_weights: Vec<f64>,
}
