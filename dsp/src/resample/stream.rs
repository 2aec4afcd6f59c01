//! The resampler for any number of channels.

use super::{
    Quality, ResampleFailure,
    block::BlockStage,
    plan::Plan,
    quality::{Design, Interpolation},
    ratio::Ratio,
    sinc::SincStage,
};

/// Most channels of one sound.
pub const MAX_CHANNELS: usize = 256;
/// Largest ratio of the two rates, in either direction.
pub const MAX_RATIO: u32 = 256;

/// An engine that converts block by block.
pub(super) trait Stage: Send {
    /// Input frames that the next block takes in view.
    fn frames_needed(&self) -> usize;
    /// Converts one block of `input` from `start` on into `output`; returns by how many frames the input moves on.
    fn convert(&mut self, input: &[Vec<f32>], start: usize, output: &mut [Vec<f32>]) -> Result<usize, ResampleFailure>;
    /// Zeros before the first frame of a stream.
    fn pad_in(&self) -> usize;
    /// Frames at the beginning of the output that lie before the sound.
    fn skip_out(&self) -> usize;
    /// Forgets the stream.
    fn reset(&mut self) -> Result<(), ResampleFailure>;
}

/// Streaming resampler for planar sound of any number of channels.
///
/// N frames at `from_hz` become exactly ceil(N × to / from) frames at `to_hz`; the filter is linear-phase and its delay
/// is taken out. The gain of the pass-band is 1. A sample that is not a number spoils the block it lies in, in its
/// channel and in the one that is computed beside it, and nothing after.
///
/// ```
/// use dsp::resample::{Quality, Resampler};
///
/// let stereo = [vec![0.5; 44_100], vec![-0.5; 44_100]];
/// let converted = Resampler::convert(&stereo, 44_100.0, 32_000.0, Quality::Db120)?;
/// assert_eq!(converted[0].len(), 32_000);
/// assert!((converted[1][16_000] + 0.5).abs() < 1e-6);
/// # Ok::<(), dsp::resample::ResampleFailure>(())
/// ```
pub struct Resampler {
    stage: Option<Box<dyn Stage>>,
    ratio: Ratio,
    input: Vec<Vec<f32>>,
    output: Vec<Vec<f32>>,
    skip: usize,
    taken: u64,
    given: u64,
}

impl Resampler {
    /// Plans the conversion of `channels` channels (1 to [`MAX_CHANNELS`]) between two rates, whole or not, that are at
    /// most [`MAX_RATIO`] apart. Equal rates pass through untouched.
    ///
    /// Rates whose common block is short (all usual pairs) are converted exactly; any others by interpolation, which is
    /// some ten times slower. A ratio that is a fraction is best given as one: 1001 and 1000 rather than 1.001 and 1.
    pub fn prepare(from_hz: f64, to_hz: f64, channels: usize, quality: Quality) -> Result<Self, ResampleFailure> {
        Self::with_design(from_hz, to_hz, channels, &quality.design(), &quality.interpolation())
    }

    /// The same with another filter than that of a preset.
    pub(super) fn with_design(
        from_hz: f64,
        to_hz: f64,
        channels: usize,
        design: &Design,
        sinc: &Interpolation,
    ) -> Result<Self, ResampleFailure> {
        let ratio = Ratio::new(from_hz, to_hz)?;
        if !(1..=MAX_CHANNELS).contains(&channels) {
            return Err(ResampleFailure::Channels { expected: MAX_CHANNELS, actual: channels });
        }
        let stage: Option<Box<dyn Stage>> = if ratio.from == ratio.to {
            None
        } else if let Some(plan) = Plan::new(ratio, design) {
            Some(if design.double {
                Box::new(BlockStage::<f64>::new(plan, channels))
            } else {
                Box::new(BlockStage::<f32>::new(plan, channels))
            })
        } else {
            Some(if sinc.double {
                Box::new(SincStage::<f64>::new(ratio, channels, sinc)?)
            } else {
                Box::new(SincStage::<f32>::new(ratio, channels, sinc)?)
            })
        };
        let mut resampler = Self {
            stage,
            ratio,
            input: std::vec![Vec::new(); channels],
            output: std::vec![Vec::new(); channels],
            skip: 0,
            taken: 0,
            given: 0,
        };
        resampler.rewind();
        Ok(resampler)
    }

    /// Number of channels.
    pub fn channels(&self) -> usize {
        self.input.len()
    }

    /// Frames that a sound of `frames` frames has after conversion.
    pub fn output_frames(&self, frames: u64) -> u64 {
        self.ratio.length(frames)
    }

    /// Input frames that must have come before the first output frame goes out.
    pub fn latency_frames(&self) -> usize {
        self.stage.as_ref().map_or(0, |stage| stage.frames_needed().saturating_sub(stage.pad_in()))
    }

    /// Takes a block of planar sound (one slice per channel, equally long, any length) and calls `each` with the
    /// converted channels, equally long, as they become complete.
    pub fn push<C: AsRef<[f32]>, E: From<ResampleFailure>>(
        &mut self,
        channels: &[C],
        mut each: impl FnMut(&[Vec<f32>]) -> Result<(), E>,
    ) -> Result<(), E> {
        let frames = self.check(channels)?;
        self.taken += frames as u64;
        if self.stage.is_none() {
            self.given = self.taken;
            for (out, channel) in self.output.iter_mut().zip(channels) {
                out.clear();
                out.extend_from_slice(channel.as_ref());
            }
            return each(&self.output);
        }
        for (pending, channel) in self.input.iter_mut().zip(channels) {
            pending.extend_from_slice(channel.as_ref());
        }
        self.drain(u64::MAX, &mut each)
    }

    /// Flushes the filter, up to the exact length, and makes ready for the next sound.
    pub fn finish<E: From<ResampleFailure>>(
        &mut self,
        mut each: impl FnMut(&[Vec<f32>]) -> Result<(), E>,
    ) -> Result<(), E> {
        let expected = self.ratio.length(self.taken);
        while self.given < expected {
            let Some(stage) = &self.stage else { break };
            let needed = stage.frames_needed();
            self.input.iter_mut().for_each(|pending| pending.resize(needed, 0.0));
            self.drain(expected, &mut each)?;
        }
        Ok(self.reset()?)
    }

    /// Forgets the sound so far.
    pub fn reset(&mut self) -> Result<(), ResampleFailure> {
        if let Some(stage) = &mut self.stage {
            stage.reset()?;
        }
        self.rewind();
        Ok(())
    }

    /// Converts a whole sound.
    pub fn convert<C: AsRef<[f32]>>(
        channels: &[C],
        from_hz: f64,
        to_hz: f64,
        quality: Quality,
    ) -> Result<Vec<Vec<f32>>, ResampleFailure> {
        let mut resampler = Self::prepare(from_hz, to_hz, channels.len(), quality)?;
        let frames = channels.first().map_or(0, |channel| channel.as_ref().len());
        let expected = usize::try_from(resampler.output_frames(frames as u64)).unwrap_or(0);
        let mut converted: Vec<_> = channels.iter().map(|_| Vec::with_capacity(expected)).collect();
        let mut collect = |block: &[Vec<f32>]| -> Result<(), ResampleFailure> {
            converted.iter_mut().zip(block).for_each(|(all, part)| all.extend_from_slice(part));
            Ok(())
        };
        resampler.push(channels, &mut collect)?;
        resampler.finish(&mut collect)?;
        Ok(converted)
    }

    fn check<C: AsRef<[f32]>>(&self, channels: &[C]) -> Result<usize, ResampleFailure> {
        if channels.len() != self.input.len() {
            return Err(ResampleFailure::Channels { expected: self.input.len(), actual: channels.len() });
        }
        let expected = channels.first().map_or(0, |channel| channel.as_ref().len());
        match channels.iter().map(|channel| channel.as_ref().len()).enumerate().find(|&(_, frames)| frames != expected)
        {
            Some((channel, actual)) => Err(ResampleFailure::Frames { channel, expected, actual }),
            None => Ok(expected),
        }
    }

    /// Converts what is pending, up to `limit` frames of output in all.
    fn drain<E: From<ResampleFailure>>(
        &mut self,
        limit: u64,
        each: &mut impl FnMut(&[Vec<f32>]) -> Result<(), E>,
    ) -> Result<(), E> {
        let Some(stage) = &mut self.stage else { return Ok(()) };
        let mut start = 0;
        while self.given < limit && self.input.first().is_some_and(|x| x.len() - start >= stage.frames_needed()) {
            start += stage.convert(&self.input, start, &mut self.output)?;
            let made = self.output.first().map_or(0, Vec::len);
            let skip = self.skip.min(made);
            self.skip -= skip;
            let left = usize::try_from(limit - self.given).unwrap_or(usize::MAX).min(made - skip);
            if left == 0 {
                continue;
            }
            if left < made {
                for out in &mut self.output {
                    out.copy_within(skip..skip + left, 0);
                    out.truncate(left);
                }
            }
            self.given += left as u64;
            each(&self.output)?;
        }
        self.input.iter_mut().for_each(|pending| drop(pending.drain(..start.min(pending.len()))));
        Ok(())
    }

    fn rewind(&mut self) {
        let (pad, skip) = self.stage.as_ref().map_or((0, 0), |stage| (stage.pad_in(), stage.skip_out()));
        for pending in &mut self.input {
            pending.clear();
            pending.resize(pad, 0.0);
        }
        (self.skip, self.taken, self.given) = (skip, 0, 0);
    }
}
