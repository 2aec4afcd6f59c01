//! The second-order filters of Robert Bristow-Johnson's "Cookbook formulae for audio EQ biquad filter coefficients".

use core::f64::consts::TAU;

use super::{Biquad, FilterError};
use crate::math;

/// What a second-order section does. Frequencies lie strictly between 0 and half the sample rate.
///
/// Q is a number above zero, up to 1e6; 1/√2 makes low- and high-pass maximally flat (Butterworth). Gains are within
/// ±120 dB. A shelf slope is a number above zero, up to 1, where the shelf is as steep as it gets without overshoot.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Shape {
    /// 0 dB at DC, 12 dB an octave above; the gain at the frequency is Q.
    LowPass {
        /// Corner.
        frequency_hz: f64,
        /// Quality factor.
        q: f64,
    },
    /// 0 dB at the Nyquist frequency, 12 dB an octave below; the gain at the frequency is Q.
    HighPass {
        /// Corner.
        frequency_hz: f64,
        /// Quality factor.
        q: f64,
    },
    /// Band-pass of constant skirt gain: the peak gain is Q.
    BandPassSkirt {
        /// Centre.
        frequency_hz: f64,
        /// Quality factor.
        q: f64,
    },
    /// Band-pass of constant 0 dB peak gain.
    BandPassPeak {
        /// Centre.
        frequency_hz: f64,
        /// Quality factor.
        q: f64,
    },
    /// Nothing at the frequency, 0 dB far from it.
    Notch {
        /// Centre.
        frequency_hz: f64,
        /// Quality factor.
        q: f64,
    },
    /// 0 dB everywhere; the phase is -180° at the frequency.
    AllPass {
        /// Centre.
        frequency_hz: f64,
        /// Quality factor.
        q: f64,
    },
    /// The gain at the frequency, 0 dB far from it.
    Peaking {
        /// Centre.
        frequency_hz: f64,
        /// Quality factor: of the boost, and of the cut that undoes it.
        q: f64,
        /// Gain at the centre.
        gain_db: f64,
    },
    /// The gain at DC, half of it (in dB) at the frequency, 0 dB at the Nyquist frequency.
    LowShelf {
        /// Middle of the slope.
        frequency_hz: f64,
        /// Steepness.
        slope: f64,
        /// Gain of the shelf.
        gain_db: f64,
    },
    /// The gain at the Nyquist frequency, half of it (in dB) at the frequency, 0 dB at DC.
    HighShelf {
        /// Middle of the slope.
        frequency_hz: f64,
        /// Steepness.
        slope: f64,
        /// Gain of the shelf.
        gain_db: f64,
    },
    /// One pole, for completeness: 0 dB at the Nyquist frequency, -3.01 dB at the frequency, 6 dB an octave below.
    FirstOrderHighPass {
        /// Corner.
        frequency_hz: f64,
    },
}

const MAX_Q: f64 = 1e6;
const MAX_GAIN_DB: f64 = 120.0;

impl Shape {
    /// The frequency that all shapes have.
    fn frequency_hz(self) -> f64 {
        match self {
            Self::LowPass { frequency_hz, .. }
            | Self::HighPass { frequency_hz, .. }
            | Self::BandPassSkirt { frequency_hz, .. }
            | Self::BandPassPeak { frequency_hz, .. }
            | Self::Notch { frequency_hz, .. }
            | Self::AllPass { frequency_hz, .. }
            | Self::Peaking { frequency_hz, .. }
            | Self::LowShelf { frequency_hz, .. }
            | Self::HighShelf { frequency_hz, .. }
            | Self::FirstOrderHighPass { frequency_hz } => frequency_hz,
        }
    }

    /// The coefficients at a sample rate.
    pub(super) fn design(self, sample_rate_hz: f64) -> Result<Biquad, FilterError> {
        let frequency_hz = self.frequency_hz();
        // Comparisons with NaN are false; beyond 1e9 frames per second there is no sound.
        if !(frequency_hz > 0.0 && frequency_hz < sample_rate_hz / 2.0 && sample_rate_hz <= 1e9) {
            return Err(FilterError::Frequency { frequency_hz, sample_rate_hz });
        }
        let phase = TAU * frequency_hz / sample_rate_hz;
        let (sin, cos) = (math::sin(phase), math::cos(phase));
        let alpha = |q: f64| match q > 0.0 && q <= MAX_Q {
            true => Ok(sin / (2.0 * q)),
            false => Err(FilterError::Figure { name: "Q", actual: q, allowed: "above 0, up to 1e6" }),
        };
        let section = match self {
            Self::LowPass { q, .. } => {
                let (alpha, b) = (alpha(q)?, 1.0 - cos);
                Biquad::normalized([b / 2.0, b, b / 2.0], [1.0 + alpha, -2.0 * cos, 1.0 - alpha])
            }
            Self::HighPass { q, .. } => {
                let (alpha, b) = (alpha(q)?, 1.0 + cos);
                Biquad::normalized([b / 2.0, -b, b / 2.0], [1.0 + alpha, -2.0 * cos, 1.0 - alpha])
            }
            Self::BandPassSkirt { q, .. } => {
                let alpha = alpha(q)?;
                Biquad::normalized([sin / 2.0, 0.0, -sin / 2.0], [1.0 + alpha, -2.0 * cos, 1.0 - alpha])
            }
            Self::BandPassPeak { q, .. } => {
                let alpha = alpha(q)?;
                Biquad::normalized([alpha, 0.0, -alpha], [1.0 + alpha, -2.0 * cos, 1.0 - alpha])
            }
            Self::Notch { q, .. } => {
                let alpha = alpha(q)?;
                Biquad::normalized([1.0, -2.0 * cos, 1.0], [1.0 + alpha, -2.0 * cos, 1.0 - alpha])
            }
            Self::AllPass { q, .. } => {
                let alpha = alpha(q)?;
                Biquad::normalized([1.0 - alpha, -2.0 * cos, 1.0 + alpha], [1.0 + alpha, -2.0 * cos, 1.0 - alpha])
            }
            Self::Peaking { q, gain_db, .. } => {
                let (alpha, a) = (alpha(q)?, root_gain(gain_db)?);
                let (over, under) = (alpha * a, alpha / a);
                Biquad::normalized([1.0 + over, -2.0 * cos, 1.0 - over], [1.0 + under, -2.0 * cos, 1.0 - under])
            }
            Self::LowShelf { slope, gain_db, .. } => shelf(cos, sin, slope, gain_db, 1.0)?,
            Self::HighShelf { slope, gain_db, .. } => shelf(cos, sin, slope, gain_db, -1.0)?,
            Self::FirstOrderHighPass { .. } => {
                let t = math::tan(phase / 2.0);
                Biquad::normalized([1.0, -1.0, 0.0], [1.0 + t, t - 1.0, 0.0])
            }
        };
        Ok(section)
    }
}

/// Both shelves: the high one is the low one seen from the Nyquist frequency, where cosines change their sign.
fn shelf(cos: f64, sin: f64, slope: f64, gain_db: f64, side: f64) -> Result<Biquad, FilterError> {
    if !(slope > 0.0 && slope <= 1.0) {
        return Err(FilterError::Figure { name: "slope", actual: slope, allowed: "above 0, up to 1" });
    }
    let a = root_gain(gain_db)?;
    let alpha = sin / 2.0 * math::sqrt((a + 1.0 / a) * (1.0 / slope - 1.0) + 2.0);
    let (c, root) = (side * cos, 2.0 * math::sqrt(a) * alpha);
    let (plus, minus) = (a + 1.0, a - 1.0);
    Ok(Biquad::normalized(
        [a * (plus - minus * c + root), side * 2.0 * a * (minus - plus * c), a * (plus - minus * c - root)],
        [plus + minus * c + root, side * -2.0 * (minus + plus * c), plus + minus * c - root],
    ))
}

/// The square root of a gain: A in the formulas.
fn root_gain(gain_db: f64) -> Result<f64, FilterError> {
    match gain_db.abs() <= MAX_GAIN_DB {
        true => Ok(math::pow(10.0, gain_db / 40.0)),
        false => Err(FilterError::Figure { name: "gain (dB)", actual: gain_db, allowed: "within ±120" }),
    }
}
