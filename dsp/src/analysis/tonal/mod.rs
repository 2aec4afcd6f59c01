//! Section `tonal`: tuning, key and pitch.

mod key;
mod pitch;

pub use key::{Key, KeyMatch, Mode, PitchClass};
pub use pitch::Pitch;

/// What a recording is tuned to and what it sounds in. Definitions: `dsp::tonal` and `dsp::pitch`.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Tonal {
    /// Concert pitch; `None` where the partials lie anywhere (noise, speech, silence).
    pub tuning: Option<Tuning>,
    /// Key of the whole recording; `None` where no pitch class stands out.
    pub key: Option<Key>,
    /// Weight of the twelve pitch classes from C on, in the recording's own tuning, the largest 1; `None` in silence.
    pub chroma: Option<[f64; 12]>,
    /// The fundamental frequency, which means something where one voice sounds; `None` where the analysis rate is too low
    /// to look for it.
    pub pitch: Option<Pitch>,
}

/// How far the notes of a recording lie from those of the equal temperament on A = 440 Hz.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Tuning {
    /// Most frequent deviation of the partials from the nearest note, -50 (excluded) to 50.
    pub deviation_cents: f64,
    /// Length of the mean of all deviations as angles, 0 (partials anywhere) to 1 (all deviate alike).
    pub concentration: f64,
}

impl Tuning {
    /// Frequency of the A near 440 Hz.
    ///
    /// ```
    /// let baroque = dsp::analysis::Tuning { deviation_cents: -31.77, concentration: 0.8 };
    /// assert!((baroque.a4_hz() - 432.0).abs() < 0.01);
    /// ```
    pub fn a4_hz(&self) -> f64 {
        440.0 * crate::math::exp2(self.deviation_cents / 1_200.0)
    }
}
