//! Section `third_octaves`: the long-term average spectrum.

use alloc::vec::Vec;

/// Long-term average spectrum of the mono mix in the third-octave bands of IEC 61260-1. Definitions:
/// [`crate::measure::third_octave`].
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ThirdOctaves {
    /// Bands below this are narrower than the main lobe of the window that they are measured with: their neighbours leak into
    /// them. Low bands have a window of their own, of about a second.
    pub resolved_from_hz: f64,
    /// The bands that lie whole below the Nyquist frequencies of the source and the analysis, from low to high.
    pub bands: Vec<ThirdOctave>,
}

/// One band.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ThirdOctave {
    /// Name of the band: its nominal frequency.
    pub nominal_hz: f64,
    /// Exact mid-band frequency, 1000 x 10^(x/10) for whole x.
    pub center_hz: f64,
    /// Mean power in the band: a sine of amplitude 1.0 in it is 0 dBFS. `None` without power.
    pub level_dbfs: Option<f64>,
}
