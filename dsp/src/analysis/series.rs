//! Section `series`: what was measured, over time.

use alloc::vec::Vec;

/// A series has at most so many points, and at least half as many where the sound is long enough.
pub const MAX_POINTS: usize = 512;

/// Values at equal distances.
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct TimeSeries {
    /// Time of the middle of the first point.
    pub start_s: f64,
    /// Time from one point to the next.
    pub step_s: f64,
    /// The values, in the unit of the series' name; `None` where there is none, as in silence.
    pub values: Vec<Option<f32>>,
}

/// All series of an analysis. A point holds the mean over its time (for levels: of the power), `peak_dbfs` and
/// `onset_strength_db` the maximum.
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SeriesSet {
    /// Level of all channels together.
    pub rms_dbfs: TimeSeries,
    /// Largest magnitude in any channel.
    pub peak_dbfs: TimeSeries,
    /// Sign changes per second, mean of all channels.
    pub zero_crossings_per_s: TimeSeries,
    /// Loudness of 400 ms windows.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub momentary_lufs: Option<TimeSeries>,
    /// Loudness of 3 s windows.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub short_term_lufs: Option<TimeSeries>,
    /// Centre of mass of the spectrum.
    pub centroid_hz: TimeSeries,
    /// Standard deviation of the spectrum around its centroid.
    pub bandwidth_hz: TimeSeries,
    /// Frequency below which 85 % of the power lies.
    pub rolloff_85_hz: TimeSeries,
    /// Frequency below which 95 % of the power lies.
    pub rolloff_95_hz: TimeSeries,
    /// Spectral flatness.
    pub flatness: TimeSeries,
    /// Spectral flux.
    pub flux: TimeSeries,
    /// Spectral slope.
    pub slope_db_per_octave: TimeSeries,
    /// Spectral contrast, mean of all bands.
    pub contrast_db: TimeSeries,
    /// Onset strength; a point holds the maximum.
    pub onset_strength_db: TimeSeries,
    /// Tempo of the 8 s around each point; undefined where nothing repeats.
    pub tempo_bpm: TimeSeries,
    /// Fundamental frequency of the voiced frames.
    pub f0_hz: TimeSeries,
    /// Share of the power that does not repeat from period to period.
    pub aperiodicity: TimeSeries,
}
