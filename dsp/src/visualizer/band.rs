//! The band of the spectra that a source fills.

use crate::Parameters;

/// Every filter that converts up leaves this share of the band as it is (the table of [`crate::resample`]).
const FLAT_SHARE: f64 = 0.9;

/// A source with a lower rate than the analysis fills the lower part of its spectra.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct SourceBand {
    /// As far as what is found in the spectra is that of the source.
    pub(super) flat_hz: f64,
    /// As far as anything is.
    pub(super) nyquist_hz: f64,
}

impl SourceBand {
    pub(super) fn of(parameters: &Parameters, sample_rate_hz: u32) -> Self {
        let rate_hz = parameters.analysis_rate_hz.min(sample_rate_hz);
        let nyquist_hz = f64::from(rate_hz) / 2.0;
        let share = if sample_rate_hz < parameters.analysis_rate_hz { FLAT_SHARE } else { 1.0 };
        Self { flat_hz: share * nyquist_hz, nyquist_hz }
    }
}
