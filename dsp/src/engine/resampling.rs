//! `do_resampling`: sound at another rate.

use super::{EngineError, Sound, sound};
use crate::resample::{MonoResampler, ResampleFailure};

/// What [`do_resampling`] is asked for.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ResamplingRequest {
    /// Rate of the result, 100 to 768,000 Hz.
    pub rate_hz: u32,
    /// How the samples are written, where the result is a file.
    pub encoding: crate::wav::Encoding,
}

impl Default for ResamplingRequest {
    fn default() -> Self {
        Self { rate_hz: 32_000, encoding: crate::wav::Encoding::default() }
    }
}

impl ResamplingRequest {
    /// Checks the rate.
    pub fn check(&self) -> Result<(), EngineError> {
        Ok(sound::check_rate("rate_hz", self.rate_hz)?)
    }
}

/// Converts the sample rate. F frames become exactly ceil(F x to / from), without delay; see [`MonoResampler`] for the
/// filter. The same rate gives the same samples.
pub fn do_resampling(sound: &Sound, request: &ResamplingRequest) -> Result<Sound, EngineError> {
    let (from_hz, count) = (sound.sample_rate_hz(), sound.channels().len());
    let mut resampler = SoundResampler::prepare(from_hz, request.rate_hz, count)?;
    let frames = (sound.frames() as u64 * u64::from(request.rate_hz)).div_ceil(u64::from(from_hz));
    sound::check_size(count, frames)?;
    let mut channels = vec![Vec::with_capacity(frames as usize); count];
    let mut take = |block: &[Vec<f32>]| {
        channels.iter_mut().zip(block).for_each(|(all, block)| all.extend_from_slice(block));
        Ok(())
    };
    resampler.push(sound.channels(), &mut take)?;
    resampler.finish(&mut take)?;
    Sound::new(request.rate_hz, channels)
}

/// Streaming conversion of all channels of a sound.
pub struct SoundResampler {
    channels: Vec<MonoResampler>,
    out: Vec<Vec<f32>>,
}

impl SoundResampler {
    /// Plans the conversion of `channels` channels; rates are 100 to 768,000 Hz.
    pub fn prepare(from_hz: u32, to_hz: u32, channels: usize) -> Result<Self, EngineError> {
        sound::check_format(from_hz, channels)?;
        sound::check_rate("rate_hz", to_hz)?;
        let resamplers = (0..channels).map(|_| MonoResampler::prepare(from_hz, to_hz)).collect::<Result<_, _>>()?;
        Ok(Self { channels: resamplers, out: vec![Vec::new(); channels] })
    }

    /// Takes a block of planar sound, one slice per channel, and hands on what became complete.
    pub fn push<C: AsRef<[f32]>>(
        &mut self,
        block: &[C],
        each: impl FnOnce(&[Vec<f32>]) -> Result<(), EngineError>,
    ) -> Result<(), EngineError> {
        for ((resampler, out), samples) in self.channels.iter_mut().zip(&mut self.out).zip(block) {
            out.clear();
            resampler.push::<ResampleFailure>(samples.as_ref(), |samples| {
                out.extend_from_slice(samples);
                Ok(())
            })?;
        }
        each(&self.out)
    }

    /// Hands on the rest, up to the exact length.
    pub fn finish(&mut self, each: impl FnOnce(&[Vec<f32>]) -> Result<(), EngineError>) -> Result<(), EngineError> {
        for (resampler, out) in self.channels.iter_mut().zip(&mut self.out) {
            out.clear();
            resampler.finish::<ResampleFailure>(|samples| {
                out.extend_from_slice(samples);
                Ok(())
            })?;
        }
        each(&self.out)
    }
}
