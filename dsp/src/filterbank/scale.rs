//! Frequency scales.

use crate::math;

/// One of the two mel scales in use (they differ by more than a constant).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MelScale {
    /// Linear to 1 kHz (3 mel = 200 Hz), logarithmic above (27 mel for a factor of 6.4): Slaney, "Auditory Toolbox"
    /// (1998); librosa's default.
    #[default]
    Slaney,
    /// 2595 log10(1 + f / 700 Hz): O'Shaughnessy (1987), the HTK book.
    Htk,
}

/// A frequency scale that grows with frequency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Mel, equal steps of pitch.
    Mel(MelScale),
    /// Bark, critical bands: z = 26.81 f / (1960 Hz + f) - 0.53, corrected to z + 0.15 (2 - z) below 2 and to
    /// z + 0.22 (z - 20.1) above 20.1: Traunmueller (1990), "Analytical expressions for the tonotopic sensory scale",
    /// within 0.05 Bark of Zwicker's table. 0 Hz lies at -0.15.
    Bark,
    /// Number of equivalent rectangular bandwidths below f, 21.4 log10(1 + 0.00437 f / Hz): Glasberg and Moore (1990),
    /// "Derivation of auditory filter shapes from notched-noise data".
    Erb,
    /// Octaves above 1 Hz: log2(f / Hz). Has no place for 0 Hz.
    Octave,
}

/// Slaney's scale is linear up to here.
const SLANEY_KNEE_HZ: f64 = 1_000.0;
const SLANEY_HZ_PER_MEL: f64 = 200.0 / 3.0;
const SLANEY_KNEE_MEL: f64 = SLANEY_KNEE_HZ / SLANEY_HZ_PER_MEL;

/// ln 6.4 / 27.
fn slaney_log_step() -> f64 {
    math::ln(6.4) / 27.0
}

impl Scale {
    /// Where a frequency lies on the scale. Frequencies below zero are no frequencies: the result is meaningless.
    pub fn from_hz(self, hz: f64) -> f64 {
        match self {
            Self::Mel(MelScale::Slaney) if hz < SLANEY_KNEE_HZ => hz / SLANEY_HZ_PER_MEL,
            Self::Mel(MelScale::Slaney) => SLANEY_KNEE_MEL + math::ln(hz / SLANEY_KNEE_HZ) / slaney_log_step(),
            Self::Mel(MelScale::Htk) => 2595.0 * math::log10(1.0 + hz / 700.0),
            Self::Bark => match 26.81 * hz / (1960.0 + hz) - 0.53 {
                z if z < 2.0 => z + 0.15 * (2.0 - z),
                z if z > 20.1 => z + 0.22 * (z - 20.1),
                z => z,
            },
            Self::Erb => 21.4 * math::log10(1.0 + 0.00437 * hz),
            Self::Octave => math::log2(hz),
        }
    }

    /// The frequency at a place on the scale: undoes [`Self::from_hz`].
    pub fn to_hz(self, place: f64) -> f64 {
        match self {
            Self::Mel(MelScale::Slaney) if place < SLANEY_KNEE_MEL => place * SLANEY_HZ_PER_MEL,
            Self::Mel(MelScale::Slaney) => SLANEY_KNEE_HZ * math::exp((place - SLANEY_KNEE_MEL) * slaney_log_step()),
            Self::Mel(MelScale::Htk) => 700.0 * (math::pow(10.0, place / 2595.0) - 1.0),
            Self::Bark => {
                let z = match place {
                    z if z < 2.0 => (z - 0.3) / 0.85,
                    z if z > 20.1 => (z + 0.22 * 20.1) / 1.22,
                    z => z,
                };
                1960.0 * (z + 0.53) / (26.28 - z)
            }
            Self::Erb => (math::pow(10.0, place / 21.4) - 1.0) / 0.00437,
            Self::Octave => math::pow(2.0, place),
        }
    }
}
