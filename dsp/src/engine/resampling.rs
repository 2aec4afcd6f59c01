//! `do_resampling`: sound at another rate.

use super::{EngineError, Sound, sound};
use crate::{
    resample::{Quality, Resampler},
    wav::Encoding,
};

/// What [`do_resampling`] is asked for.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ResamplingRequest {
    /// Rate of the result, 100 to 768,000 Hz.
    pub rate_hz: u32,
    /// Stop-band.
    pub quality: Quality,
    /// How the samples are written, where the result is a file.
    pub encoding: Encoding,
}

impl Default for ResamplingRequest {
    fn default() -> Self {
        Self { rate_hz: 32_000, quality: Quality::default(), encoding: Encoding::default() }
    }
}

impl ResamplingRequest {
    /// Checks the rate.
    pub fn check(&self) -> Result<(), EngineError> {
        Ok(sound::check_rate("rate_hz", self.rate_hz)?)
    }
}

/// Converts the sample rate. F frames become exactly ceil(F x to / from), without delay; see [`Resampler`] for the
/// filter and [`Quality`] for its stop-band. The same rate gives the same samples.
pub fn do_resampling(sound: &Sound, request: &ResamplingRequest) -> Result<Sound, EngineError> {
    let (from_hz, count) = (sound.sample_rate_hz(), sound.channels().len());
    let mut resampler = SoundResampler::prepare(from_hz, request.rate_hz, count, request.quality)?;
    let frames = (sound.frames() as u64 * u64::from(request.rate_hz)).div_ceil(u64::from(from_hz));
    sound::check_size(count, frames)?;
    let mut channels = vec![Vec::with_capacity(frames as usize); count];
    let mut take = |block: &[Vec<f32>]| {
        channels.iter_mut().zip(block).for_each(|(all, block)| all.extend_from_slice(block));
        Ok(())
    };
    resampler.push(sound.channels(), &mut take)?;
    resampler.finish(&mut take)?;
    Ok(Sound::new(request.rate_hz, channels)?.with_channel_mask(sound.channel_mask()))
}

/// Streaming conversion of all channels of a sound: [`Resampler`] within the limits of [`Sound`].
pub struct SoundResampler(Resampler);

impl SoundResampler {
    /// Plans the conversion of `channels` channels; rates are 100 to 768,000 Hz and at most
    /// [`crate::resample::MAX_RATIO`] apart.
    pub fn prepare(from_hz: u32, to_hz: u32, channels: usize, quality: Quality) -> Result<Self, EngineError> {
        sound::check_format(from_hz, channels)?;
        sound::check_rate("rate_hz", to_hz)?;
        Ok(Self(Resampler::prepare(f64::from(from_hz), f64::from(to_hz), channels, quality)?))
    }

    /// Takes a block of planar sound, one slice per channel, and hands on what became complete.
    pub fn push<C: AsRef<[f32]>>(
        &mut self,
        block: &[C],
        each: impl FnMut(&[Vec<f32>]) -> Result<(), EngineError>,
    ) -> Result<(), EngineError> {
        self.0.push(block, each)
    }

    /// Hands on the rest, up to the exact length.
    pub fn finish(&mut self, each: impl FnMut(&[Vec<f32>]) -> Result<(), EngineError>) -> Result<(), EngineError> {
        self.0.finish(each)
    }
}
