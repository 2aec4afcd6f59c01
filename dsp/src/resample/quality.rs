//! Presets by measured stop-band.

use rubato::WindowFunction;

/// How much of what does not fit under the lower Nyquist frequency is removed. The table of the
/// [module](crate::resample) has all figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Quality {
    /// 80 dB: shortest filter, for previews.
    Db80,
    /// 100 dB: better than the noise of 16-bit sound.
    Db100,
    /// 120 dB: for sound that is measured afterwards.
    #[default]
    Db120,
    /// 140 dB: below the rounding of 24-bit sound; computed in `f64`.
    Db140,
}

/// Design of the exact (rational) filter: a sinc under a Kaiser window.
pub(super) struct Design {
    /// Attenuation the window is made for. Not the stop-band: aliases are cut by the shorter transform on top of it, and
    /// rounding is added.
    pub attenuation_db: f64,
    /// End of the pass-band as a fraction of the lower Nyquist frequency; the stop-band begins at 1.
    pub pass: f64,
    /// Sums in `f64`.
    pub double: bool,
}

/// The steep filter of [`MonoResampler`](super::MonoResampler): a spectrum shall reach close to its end.
pub(super) const STEEP: Design = Design { attenuation_db: 164.0, pass: 0.977, double: false };

/// Design of rubato's interpolated sinc, for ratios without a common block.
pub(super) struct Interpolation {
    /// Taps at the lower of the two rates.
    pub taps: usize,
    /// Stored phases per sample, between which a cubic is laid. Its error is below (pi / n)^4 / 43.
    pub phases: usize,
    pub window: WindowFunction,
    pub double: bool,
}

impl Quality {
    /// All presets, weakest first.
    pub const ALL: [Self; 4] = [Self::Db80, Self::Db100, Self::Db120, Self::Db140];

    /// The stop-band that is promised, in decibels below full scale.
    pub fn stop_band_db(self) -> f64 {
        match self {
            Self::Db80 => 80.0,
            Self::Db100 => 100.0,
            Self::Db120 => 120.0,
            Self::Db140 => 140.0,
        }
    }

    pub(super) fn design(self) -> Design {
        match self {
            Self::Db80 => Design { attenuation_db: 77.0, pass: 0.9, double: false },
            Self::Db100 => Design { attenuation_db: 107.0, pass: 0.92, double: false },
            Self::Db120 => Design { attenuation_db: 138.0, pass: 0.93, double: false },
            Self::Db140 => Design { attenuation_db: 174.0, pass: 0.925, double: true },
        }
    }

    pub(super) fn interpolation(self) -> Interpolation {
        let (taps, phases, window, double) = match self {
            Self::Db80 => (96, 32, WindowFunction::BlackmanHarris, false),
            Self::Db100 => (192, 64, WindowFunction::Blackman2, false),
            Self::Db120 => (256, 96, WindowFunction::BlackmanHarris2, false),
            Self::Db140 => (384, 192, WindowFunction::BlackmanHarris2, true),
        };
        Interpolation { taps, phases, window, double }
    }
}
