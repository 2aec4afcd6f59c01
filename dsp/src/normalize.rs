//! Bringing sound to a level: measure it first, then multiply it by one gain. Without `std`.

use crate::{measure::level::NotFinite, mix::MAX_GAIN_DB};

/// The level that a sound shall have.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Target {
    /// Loudest sample of any channel; a full-scale square wave has 0 dBFS.
    PeakDbfs(f64),
    /// Loudest point between the samples (ITU-R BS.1770, annex 2), in dBTP.
    TruePeakDbtp(f64),
    /// Root of the mean square of all samples of all channels; a full-scale square wave has 0 dBFS.
    RmsDbfs(f64),
    /// Integrated loudness (EBU R 128: -23 LUFS), in LUFS.
    LoudnessLufs(f64),
}

impl Target {
    /// The level as a number, in the unit of its kind.
    pub fn level_db(self) -> f64 {
        match self {
            Self::PeakDbfs(level) | Self::TruePeakDbtp(level) | Self::RmsDbfs(level) | Self::LoudnessLufs(level) => {
                level
            }
        }
    }
}

/// What a first pass over the sound has found.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Measured {
    /// Level of the sound in the unit of the target; None for silence (for loudness: nothing above -70 LUFS).
    pub level_db: Option<f64>,
    /// Its peak in the unit of the ceiling: dBTP where the true peak was measured, else dBFS. None for silence.
    pub peak_db: Option<f64>,
}

/// A gain, and whether the target is reached with it.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Gain {
    /// What the sound is to be multiplied by.
    pub gain_db: f64,
    /// How far the ceiling keeps the sound below the target; 0 where it does not.
    pub short_db: f64,
}

/// Why a sound cannot be brought to a level.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum NormalizeError {
    /// The sound has no level.
    #[error("silence cannot be brought to a level")]
    Silence,
    /// Target or ceiling is not a level.
    #[error("a level of {actual_db} dB: -120 to 20")]
    Level {
        /// The level that was asked for.
        actual_db: f64,
    },
    /// The sound is so far from the target that it must be a mistake.
    #[error("a gain of {actual_db} dB would be needed: {limit_db} at most")]
    Gain {
        /// Gain that would be needed.
        actual_db: f64,
        /// Largest gain.
        limit_db: f64,
    },
    /// A sample is not a number.
    #[error(transparent)]
    NotFinite(#[from] NotFinite),
}

/// A target, and a peak that the result shall not exceed.
///
/// Two passes: measure (any meters, or [`peak_and_rms`] for whole sounds), ask for the [`gain`](Self::gain), apply it. The
/// ceiling lowers the gain for the whole sound; nothing is limited or compressed.
///
/// ```
/// use dsp::normalize::{Normalization, Target};
///
/// let mut sound = [[0.1f32, -0.2, 0.05]];
/// let gain = Normalization { target: Target::PeakDbfs(-6.0206), ceiling_db: None }.apply_to(&mut sound)?;
/// assert!((sound[0][1] + 0.5).abs() < 1e-5 && (gain.gain_db - 7.9588).abs() < 1e-4);
/// # Ok::<(), dsp::normalize::NormalizeError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Normalization {
    /// Level of the result, -120 to 20 in its unit.
    pub target: Target,
    /// Highest peak of the result, -120 to 20, in the unit in which [`Measured::peak_db`] is given.
    pub ceiling_db: Option<f64>,
}

impl Normalization {
    /// The gain for a sound that has been measured.
    pub fn gain(&self, measured: Measured) -> Result<Gain, NormalizeError> {
        let wanted = level(self.target.level_db())? - measured.level_db.ok_or(NormalizeError::Silence)?;
        let gain_db = match self.ceiling_db {
            Some(ceiling) => wanted.min(level(ceiling)? - measured.peak_db.ok_or(NormalizeError::Silence)?),
            None => wanted,
        };
        match gain_db.abs() <= MAX_GAIN_DB {
            true => Ok(Gain { gain_db, short_db: wanted - gain_db }),
            false => Err(NormalizeError::Gain { actual_db: gain_db, limit_db: MAX_GAIN_DB }),
        }
    }
}

fn level(actual_db: f64) -> Result<f64, NormalizeError> {
    match (-120.0..=20.0).contains(&actual_db) {
        true => Ok(actual_db),
        false => Err(NormalizeError::Level { actual_db }),
    }
}
