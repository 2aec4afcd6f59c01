//! Banks of triangular bands on a frequency scale: mel, Bark, ERB, logarithmic.

mod bank;
mod scale;
#[cfg(test)]
mod tests;
mod triangles;

pub use bank::FilterBank;
pub(crate) use bank::dot;
pub use scale::{MelScale, Scale};

/// Bands of one bank at most.
pub const MAX_BANDS: usize = 4_096;

/// What the triangles are scaled to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BandNorm {
    /// Area 1 in hertz: the height is 2 / (upper - lower edge in Hz), so that a flat power density stays flat. This is
    /// Slaney's normalization ("Auditory Toolbox", 1998) and librosa's default.
    #[default]
    Area,
    /// Peak 1: neighbouring triangles add up to 1, so that the bands add up to the power between the first and the last
    /// centre. This is HTK's and what librosa calls `norm=None`.
    Peak,
}

/// Which bands to make of which bins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BankParameters {
    /// Bins of the power spectra that will come in, DC included: N/2 + 1.
    pub bins: usize,
    /// Distance between two bins.
    pub bin_width_hz: f64,
    /// Number of bands, 1 to [`MAX_BANDS`].
    pub bands: usize,
    /// Lower edge of the first band.
    pub min_hz: f64,
    /// Upper edge of the last band, at most the frequency of the last bin.
    pub max_hz: f64,
    /// Scaling of the bands.
    pub norm: BandNorm,
}

impl BankParameters {
    /// Bands from 0 Hz to the last bin, scaled to unit area.
    pub fn new(bins: usize, bin_width_hz: f64, bands: usize) -> Self {
        let max_hz = bins.saturating_sub(1) as f64 * bin_width_hz;
        Self { bins, bin_width_hz, bands, min_hz: 0.0, max_hz, norm: BandNorm::default() }
    }
}

/// Which mel bands to make of which bins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MelParameters {
    /// Bins and bands.
    pub bank: BankParameters,
    /// Which of the two mel scales that are in use.
    pub scale: MelScale,
}

/// A bank that cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum FilterBankError {
    /// No spectrum: two bins, and a distance between them, are the least.
    #[error("{bins} bins at a distance of {bin_width_hz} Hz make no spectrum")]
    Bins {
        /// Number of bins.
        bins: usize,
        /// Distance between two.
        bin_width_hz: f64,
    },
    /// Too few or too many bands.
    #[error("{bands} bands: 1 to {MAX_BANDS} are possible")]
    Bands {
        /// Number of bands.
        bands: usize,
    },
    /// The edges are not in order, or outside of the spectrum or the scale.
    #[error("bands from {min_hz} to {max_hz} Hz: they must lie between {lowest_hz} and {highest_hz} Hz")]
    Range {
        /// Lower edge of the first band.
        min_hz: f64,
        /// Upper edge of the last band.
        max_hz: f64,
        /// Lowest frequency of the scale.
        lowest_hz: f64,
        /// Frequency of the last bin.
        highest_hz: f64,
    },
    /// A band is so narrow that no bin lies in it: fewer bands or longer windows are needed.
    #[error("band {band} at {center_hz} Hz lies between two bins at a distance of {bin_width_hz} Hz")]
    EmptyBand {
        /// Which band, from 0.
        band: usize,
        /// Its centre.
        center_hz: f64,
        /// Distance between two bins.
        bin_width_hz: f64,
    },
}
