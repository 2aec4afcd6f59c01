//! The first pass.

use super::{Ceiling, Measured, Normalization, NormalizeError, Target};
use crate::{
    math,
    measure::{
        level::LevelMeter,
        loudness::{LoudnessMeter, masked_channel_weights},
        true_peak::TruePeakMeter,
    },
    mix::ChannelMask,
};

/// Hears a stream of planar sound and measures what a [`Normalization`] asks for, and no more.
pub struct NormalizationMeter {
    normalization: Normalization,
    /// Always there: it also refuses what is not a number.
    level: LevelMeter,
    true_peak: Option<TruePeakMeter>,
    loudness: Option<LoudnessMeter>,
}

impl NormalizationMeter {
    /// A meter for `channels` channels in the usual layout of so many.
    pub fn prepare(
        normalization: &Normalization,
        sample_rate_hz: u32,
        channels: usize,
    ) -> Result<Self, NormalizeError> {
        Self::prepare_with_mask(normalization, sample_rate_hz, channels, None)
    }

    /// The same for channels whose loudspeakers are known: the weights of loudness depend on them.
    pub fn prepare_with_mask(
        normalization: &Normalization,
        sample_rate_hz: u32,
        channels: usize,
        mask: Option<ChannelMask>,
    ) -> Result<Self, NormalizeError> {
        let Normalization { target, ceiling } = normalization;
        let between = matches!(target, Target::TruePeakDbtp(_)) || matches!(ceiling, Some(Ceiling::TruePeakDbtp(_)));
        Ok(Self {
            normalization: *normalization,
            level: LevelMeter::new(channels, None),
            true_peak: between.then(|| TruePeakMeter::new(channels)),
            loudness: match target {
                Target::LoudnessLufs(_) => {
                    Some(LoudnessMeter::with_weights(sample_rate_hz, masked_channel_weights(channels, mask))?)
                }
                _ => None,
            },
        })
    }

    /// Takes a block: one slice per channel, equally long, any length.
    pub fn push<C: AsRef<[f32]>>(&mut self, channels: &[C]) -> Result<(), NormalizeError> {
        self.level.push(channels)?;
        if let Some(true_peak) = &mut self.true_peak {
            true_peak.push(channels);
        }
        if let Some(loudness) = &mut self.loudness {
            loudness.push(channels);
        }
        Ok(())
    }

    /// What was heard.
    pub fn finish(self) -> Measured {
        let level = self.level.finish();
        let true_peak = self.true_peak.and_then(|meter| {
            let peak = f64::from(meter.finish().into_iter().fold(0.0, f32::max));
            math::power_to_decibels(peak * peak)
        });
        Measured {
            level_db: match self.normalization.target {
                Target::PeakDbfs(_) => level.peak_dbfs,
                Target::TruePeakDbtp(_) => true_peak,
                Target::RmsDbfs(_) => level.rms_dbfs,
                Target::LoudnessLufs(_) => self.loudness.and_then(|meter| meter.integrated_lufs()),
            },
            peak_db: match self.normalization.ceiling {
                Some(Ceiling::TruePeakDbtp(_)) => true_peak,
                Some(Ceiling::PeakDbfs(_)) | None => level.peak_dbfs,
            },
        }
    }
}
