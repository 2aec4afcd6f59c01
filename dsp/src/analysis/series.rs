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

/// Several series at the same times.
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct MatrixSeries {
    /// Time of the middle of the first point.
    pub start_s: f64,
    /// Time from one point to the next.
    pub step_s: f64,
    /// One row for each band or pitch class, in it a value for each point, rounded to 0.01; `None` where there is none.
    pub rows: Vec<Vec<Option<f32>>>,
}

/// All series of an analysis. A point holds the mean over its time (for levels: of the power), `peak_dbfs`,
/// `true_peak_dbtp` and `onset_strength_db` the maximum, `noise_floor_dbfs` the minimum.
///
/// What is said of a recording as a whole has no series: integrated loudness and loudness range (gated over all of it),
/// the signal-to-noise ratio (its two levels lie at different times), the key (its profile needs many notes; see `chroma`), the
/// strongest partials (see the spectrogram), and onsets and beats, which are times themselves. Those that came later are
/// absent in documents of earlier engines.
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SeriesSet {
    /// Level of all channels together.
    pub rms_dbfs: TimeSeries,
    /// Largest magnitude in any channel.
    pub peak_dbfs: TimeSeries,
    /// Largest magnitude between the samples of any channel, by ITU-R BS.1770.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub true_peak_dbtp: Option<TimeSeries>,
    /// Peak of a point minus its RMS.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub crest_factor_db: Option<TimeSeries>,
    /// Mean of all samples, in full scales.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub dc_offset: Option<TimeSeries>,
    /// Clipped samples per second, of all channels together.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub clipped_samples_per_s: Option<TimeSeries>,
    /// Level of the quietest 20 ms that are not digital silence: the noise floor wherever there is a pause within a point.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub noise_floor_dbfs: Option<TimeSeries>,
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
    /// Spectral contrast of each octave band, rows as in `spectral_frames.contrast`.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub band_contrast_db: Option<MatrixSeries>,
    /// Level of each third octave, rows as in `third_octaves.bands`, but all of them measured with the window of the analysis:
    /// with the usual one, those below 271 Hz leak into their neighbours.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub third_octaves_dbfs: Option<MatrixSeries>,
    /// Weight of the twelve pitch classes from C on, in the recording's own tuning, the largest of each point 1.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub chroma: Option<MatrixSeries>,
    /// Mean deviation of the partials from the notes of A = 440 Hz, -50 to 50; undefined where they lie anywhere.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub tuning_cents: Option<TimeSeries>,
    /// Onset strength; a point holds the maximum.
    pub onset_strength_db: TimeSeries,
    /// Tempo of the 8 s around each point; undefined where nothing repeats.
    pub tempo_bpm: TimeSeries,
    /// Fundamental frequency of the voiced frames.
    pub f0_hz: TimeSeries,
    /// Share of the power that does not repeat from period to period.
    pub aperiodicity: TimeSeries,
}
