//! The fundamental frequency of a recording.

/// Statistics of the pitch of a recording; by YIN, defined in `dsp::pitch`.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Pitch {
    /// Half of the voiced frames lie below, within 5 cents; `None` where nothing is voiced.
    pub median_hz: Option<f64>,
    /// 5 % of the voiced frames lie below.
    pub low_hz: Option<f64>,
    /// 5 % of the voiced frames lie above.
    pub high_hz: Option<f64>,
    /// Share of all frames that are voiced, 0 to 1.
    pub voiced_fraction: f64,
    /// Mean aperiodicity of the frames that are not silent, 0 (steady tones) to about 1 (noise).
    pub aperiodicity: Option<f64>,
}
