//! Bringing sound to a level: measure it first, then multiply it by one gain. Without `std`.

mod meter;
#[cfg(test)]
mod tests;

pub use meter::NormalizationMeter;

use crate::{
    measure::{level::NotFinite, loudness::RateTooLow},
    mix::{ChannelMask, MAX_GAIN_DB, apply_gain},
};

/// The level that a sound shall have, -120 to 20 in its unit.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Target {
    /// Loudest sample of any channel; a full-scale square wave has 0 dBFS.
    PeakDbfs(f64),
    /// Loudest point between the samples of any channel, by [`measure::true_peak`](crate::measure::true_peak).
    TruePeakDbtp(f64),
    /// Root of the mean square of all samples of all channels; a full-scale square wave has 0 dBFS.
    RmsDbfs(f64),
    /// Integrated loudness by [`measure::loudness`](crate::measure::loudness); EBU R 128 wants -23 LUFS.
    LoudnessLufs(f64),
}

/// A peak that a result does not exceed, -120 to 20 in its unit.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Ceiling {
    /// Of the samples.
    PeakDbfs(f64),
    /// Of the sound between the samples; EBU R 128 wants -1 dBTP.
    TruePeakDbtp(f64),
}

/// What a first pass over the sound has found.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Measured {
    /// Level in the unit of the target; None for silence, and for loudness where nothing is above -70 LUFS or the sound is
    /// shorter than 0.4 s.
    pub level_db: Option<f64>,
    /// Peak in the unit of the ceiling; None for silence.
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
    /// The loudness of so low a sample rate is not defined.
    #[error(transparent)]
    Rate(#[from] RateTooLow),
}

/// A target, and a peak that the result shall not exceed.
///
/// Two passes: a [`NormalizationMeter`] hears the sound, [`gain`](Self::gain) tells the gain, and
/// [`apply_gain`] multiplies, block by block if need be. The ceiling lowers the gain for the whole
/// sound; nothing is limited or compressed.
///
/// ```
/// use dsp::normalize::{Ceiling, Normalization, Target};
///
/// let mut sound = [[0.1f32, -0.2, 0.05]];
/// let quiet = Normalization { target: Target::RmsDbfs(0.0), ceiling: Some(Ceiling::PeakDbfs(-6.0206)) };
/// let gain = quiet.apply_to(&mut sound, 48_000)?;
/// assert!((sound[0][1] + 0.5).abs() < 1e-5 && gain.short_db > 0.0);
/// # Ok::<(), dsp::normalize::NormalizeError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Normalization {
    /// Level of the result.
    pub target: Target,
    /// Highest peak of the result.
    pub ceiling: Option<Ceiling>,
}

impl Normalization {
    /// The gain for a sound that has been measured.
    pub fn gain(&self, measured: Measured) -> Result<Gain, NormalizeError> {
        let (Target::PeakDbfs(target)
        | Target::TruePeakDbtp(target)
        | Target::RmsDbfs(target)
        | Target::LoudnessLufs(target)) = self.target;
        let wanted = level(target)? - measured.level_db.ok_or(NormalizeError::Silence)?;
        let gain_db = match self.ceiling {
            Some(Ceiling::PeakDbfs(ceiling) | Ceiling::TruePeakDbtp(ceiling)) => {
                wanted.min(level(ceiling)? - measured.peak_db.ok_or(NormalizeError::Silence)?)
            }
            None => wanted,
        };
        match gain_db.abs() <= MAX_GAIN_DB {
            true => Ok(Gain { gain_db, short_db: wanted - gain_db }),
            false => Err(NormalizeError::Gain { actual_db: gain_db, limit_db: MAX_GAIN_DB }),
        }
    }

    /// Measures a whole sound, one slice per channel of equal length, and brings it to the level. On an error it is left
    /// as it was.
    pub fn apply_to<C: AsRef<[f32]> + AsMut<[f32]>>(
        &self,
        channels: &mut [C],
        sample_rate_hz: u32,
    ) -> Result<Gain, NormalizeError> {
        self.apply_with_mask(channels, sample_rate_hz, None)
    }

    /// The same for channels whose loudspeakers are known: the weights of loudness depend on them.
    pub fn apply_with_mask<C: AsRef<[f32]> + AsMut<[f32]>>(
        &self,
        channels: &mut [C],
        sample_rate_hz: u32,
        mask: Option<ChannelMask>,
    ) -> Result<Gain, NormalizeError> {
        let mut meter = NormalizationMeter::prepare_with_mask(self, sample_rate_hz, channels.len(), mask)?;
        meter.push(channels)?;
        let gain = self.gain(meter.finish())?;
        apply_gain(channels, gain.gain_db);
        Ok(gain)
    }
}

fn level(actual_db: f64) -> Result<f64, NormalizeError> {
    match (-120.0..=20.0).contains(&actual_db) {
        true => Ok(actual_db),
        false => Err(NormalizeError::Level { actual_db }),
    }
}
