//! Sections `spectral`, `spectral_frames` and `partials`: the mono mix at the analysis rate.

use alloc::vec::Vec;

/// Statistics of the power spectra of all STFT frames, each frame weighted by its power unless stated otherwise.
/// `None` where the recording is digital silence.
///
/// Where the source has a lower sample rate than the analysis, its band ends below that of the spectra: flatness, slope and
/// contrast are then told of the cells and octave bands up to 0.9 of the source's Nyquist frequency, which the conversion
/// leaves as they are.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Spectral {
    /// Centre of mass of the power spectrum.
    pub centroid_hz: Option<f64>,
    /// Standard deviation of the power spectrum around its centroid.
    pub bandwidth_hz: Option<f64>,
    /// Frequency below which 85 % of the power lies, in the mean spectrum.
    pub rolloff_85_hz: Option<f64>,
    /// Geometric over arithmetic mean of the power spectrum in the band that the source has, 0 (tone) to 1 (all cells alike;
    /// 0.56 for white noise, whose cells differ by chance); mean over frames that are not silent.
    pub flatness: Option<f64>,
    /// Frequency of the strongest partial of the mean spectrum, parabolic interpolation in decibels. Direct current is none
    /// beside any other.
    pub peak_frequency_hz: Option<f64>,
    /// Level of that partial: a sine of amplitude 1.0 is 0 dBFS.
    pub peak_level_dbfs: Option<f64>,
}

/// Mean and spread of a descriptor over all spectra that are not silent (mean power above -120 dBFS a cell).
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Statistics {
    /// Mean, every spectrum weighted by its power: what the loud parts are like.
    pub weighted_mean: f64,
    /// Mean, every spectrum alike.
    pub mean: f64,
    /// Standard deviation around `mean` (of the population).
    pub standard_deviation: f64,
    /// Smallest value.
    pub minimum: f64,
    /// Largest value.
    pub maximum: f64,
}

/// Descriptors of the single spectra. `None` where no spectrum has the descriptor. Definitions:
/// [`crate::measure::spectral`].
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SpectralFrames {
    /// Spectra that are not silent.
    pub sounding_frames: u64,
    /// Centre of mass of the power.
    pub centroid_hz: Option<Statistics>,
    /// Standard deviation of the power around its centroid.
    pub bandwidth_hz: Option<Statistics>,
    /// Frequency below which 85 % of the power lies.
    pub rolloff_85_hz: Option<Statistics>,
    /// Frequency below which 95 % of the power lies.
    pub rolloff_95_hz: Option<Statistics>,
    /// Geometric over arithmetic mean of the power, in the band that the source has.
    pub flatness: Option<Statistics>,
    /// Distance from the spectrum before, both scaled to the same power: 0 (no change) to 1.414 (nothing in common).
    pub flux: Option<Statistics>,
    /// Slope of the line through the levels of the octave bands that the source has: 0 for white noise, -3 for pink, -6
    /// for brown.
    pub slope_db_per_octave: Option<Statistics>,
    /// Peak over valley in each octave band that the source has: high where partials stand out of the noise between them.
    pub contrast: Vec<BandContrast>,
}

/// Spectral contrast of one octave band.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct BandContrast {
    /// Lower edge of the band.
    pub from_hz: f64,
    /// Upper edge of the band.
    pub to_hz: f64,
    /// Mean of the strongest 2 % of its cells over the mean of the weakest 2 %.
    pub contrast_db: Option<Statistics>,
}

/// A partial of the mean spectrum.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Partial {
    /// Its frequency, by parabolic interpolation in decibels.
    pub frequency_hz: f64,
    /// Its mean level: a sine of amplitude 1.0 that lasts all the time is 0 dBFS.
    pub level_dbfs: f64,
}
