//! Levels of the samples as they come from the file.

mod channel;
mod clipping;

use alloc::vec::Vec;

use channel::Channel;
pub use clipping::MIN_RUN;

use crate::{
    analysis::{ChannelLevel, ClippedRun, Level},
    math,
};

/// Samples beyond this (+180 dBFS) are refused like infinity: nobody has recorded them, and their squares overflow.
pub const MAX_SAMPLE: f32 = 1e9;

/// The largest positive value of samples with so many bits, with 16 where they are finer or unknown: from here on a sample
/// counts as clipped.
pub fn largest_sample(bits_per_sample: Option<u32>) -> f32 {
    let bits = bits_per_sample.unwrap_or(16).clamp(2, 16);
    1.0 - 1.0 / (1u32 << (bits - 1)) as f32
}

const LANES: usize = 8;

/// A sample that is not a number, infinite, or beyond [`MAX_SAMPLE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "sample {offset_frames} of channel {channel} is not a number that a recording can hold (NaN, infinite or above 1e9)"
)]
pub struct NotFinite {
    /// Frame in which it stands, from the start of the sound.
    pub offset_frames: u64,
    /// Its channel, from 0.
    pub channel: usize,
}

/// The place of the first sample that is refused.
pub(crate) fn first_refused(samples: &[f32]) -> Option<usize> {
    // NaN is not within anything.
    let refused = |x: f32| !(-MAX_SAMPLE..=MAX_SAMPLE).contains(&x);
    // Lanes let the check run at full width.
    let mut lanes = [false; LANES];
    let (runs, rest) = samples.as_chunks::<LANES>();
    for run in runs {
        for lane in 0..LANES {
            lanes[lane] |= refused(run[lane]);
        }
    }
    let any = lanes.contains(&true) || rest.iter().any(|&x| refused(x));
    if any { samples.iter().position(|&x| refused(x)) } else { None }
}

/// Measures [`Level`] over any number of channels.
///
/// ```
/// use dsp::measure::level::LevelMeter;
///
/// let mut meter = LevelMeter::new(2, Some(16));
/// meter.push(&[[0.5, -0.5], [1.0, 1.0]]).unwrap();
/// let level = meter.finish();
/// assert_eq!((level.peak_dbfs, level.clipped_samples), (Some(0.0), 2));
/// assert_eq!(level.channels[1].dc_offset, 1.0);
/// ```
pub struct LevelMeter {
    channels: Vec<Channel>,
}

impl LevelMeter {
    /// A meter for `channels` channels of samples with so many bits, where that is known.
    pub fn new(channels: usize, bits_per_sample: Option<u32>) -> Self {
        Self::clipping_from(channels, largest_sample(bits_per_sample))
    }

    /// A meter for `channels` channels in which a sample counts as clipped from this magnitude on.
    pub fn clipping_from(channels: usize, largest_sample: f32) -> Self {
        Self { channels: alloc::vec![Channel::new(largest_sample); channels] }
    }

    /// Takes a block: one slice per channel. A sample that is not finite is refused with its place.
    pub fn push<C: AsRef<[f32]>>(&mut self, channels: &[C]) -> Result<(), NotFinite> {
        for (channel, (meter, samples)) in self.channels.iter_mut().zip(channels).enumerate() {
            let samples = samples.as_ref();
            if let Some(at) = first_refused(samples) {
                let offset_frames = meter.taken() + at as u64;
                return Err(NotFinite { offset_frames, channel });
            }
            meter.push(samples);
        }
        Ok(())
    }

    /// The levels over everything pushed.
    pub fn finish(mut self) -> Level {
        self.channels.iter_mut().for_each(Channel::flush);
        let samples: u64 = self.channels.iter().map(|c| c.frames).sum();
        let mean = |total: f64| if samples == 0 { 0.0 } else { total / samples as f64 };
        let energy = mean(self.channels.iter().map(|c| c.energy).sum());
        let (min, max) = match samples {
            0 => (0.0, 0.0),
            _ => self
                .channels
                .iter()
                .fold((f32::INFINITY, f32::NEG_INFINITY), |(min, max), c| (min.min(c.min), max.max(c.max))),
        };
        let peak = f64::from(max.max(-min));
        let peak_dbfs = math::power_to_decibels(peak * peak);
        let rms_dbfs = math::power_to_decibels(energy);
        Level {
            peak_dbfs,
            rms_dbfs,
            crest_factor_db: peak_dbfs.zip(rms_dbfs).map(|(peak, rms)| peak - rms),
            dc_offset: mean(self.channels.iter().map(|c| c.sum).sum()),
            min: f64::from(min),
            max: f64::from(max),
            clipped_samples: self.channels.iter().map(|c| c.clipped).sum(),
            clipped_runs: self.channels.iter().map(|c| c.runs.count).sum(),
            longest_clipped_run: self
                .clipped_runs(|c| c.runs.longest)
                .max_by(|a, b| a.length_frames.cmp(&b.length_frames).then(b.offset_frames.cmp(&a.offset_frames))),
            first_clipped_run: self.clipped_runs(|c| c.runs.first).min_by_key(|run| run.offset_frames),
            channels: self.channels.iter().map(Channel::level).collect::<Vec<ChannelLevel>>(),
        }
    }

    /// One run of each channel that has any.
    fn clipped_runs(&self, which: impl Fn(&Channel) -> Option<clipping::Run>) -> impl Iterator<Item = ClippedRun> {
        self.channels.iter().zip(0..).filter_map(move |(meter, channel)| {
            which(meter).map(|run| ClippedRun { channel, offset_frames: run.start, length_frames: run.length })
        })
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    fn measure(channels: &[Vec<f32>]) -> Level {
        let mut meter = LevelMeter::new(channels.len(), None);
        meter.push(channels).expect("finite");
        meter.finish()
    }

    #[test]
    fn a_full_scale_sine_has_its_textbook_levels() {
        let sine: Vec<f32> =
            (0..48_000).map(|n| math::sin(core::f64::consts::TAU * f64::from(n) / 48.0) as f32).collect();
        let level = measure(&[sine]);
        assert!(level.peak_dbfs.expect("peak").abs() < 1e-6);
        assert!((level.rms_dbfs.expect("rms") + 3.0103).abs() < 1e-4);
        assert!((level.crest_factor_db.expect("crest") - 3.0103).abs() < 1e-4);
        assert!(level.dc_offset.abs() < 1e-7);
        assert_eq!(level.clipped_samples, 2000);
    }

    #[test]
    fn direct_current_shows() {
        let level = measure(&[vec![0.25; 1000], vec![-0.75; 1000]]);
        assert_eq!((level.min, level.max, level.dc_offset), (-0.75, 0.25, -0.25));
        assert!((level.rms_dbfs.expect("rms") - 10.0 * math::log10((0.0625 + 0.5625) / 2.0)).abs() < 1e-9);
    }

    #[test]
    fn both_rails_of_coarse_samples_are_clipped() {
        let rails = vec![127.0 / 128.0, -1.0, 126.0 / 128.0, 0.0];
        for (bits, clipped) in [(Some(8), 2), (Some(16), 1), (Some(24), 1), (None, 1)] {
            let mut meter = LevelMeter::new(1, bits);
            meter.push(std::slice::from_ref(&rails)).expect("numbers");
            assert_eq!(meter.finish().clipped_samples, clipped, "{bits:?}");
        }
    }

    #[test]
    fn runs_of_clipped_samples_are_found_across_blocks() {
        let mut sound = [vec![0.0f32; 1_000], vec![0.0; 1_000]];
        sound[0][10] = 1.0;
        sound[0][100..102].fill(1.0);
        sound[0][126..130].fill(-1.0);
        sound[1][50..53].fill(1.0);
        sound[1][900..1_000].fill(1.0);
        for chunk in [1usize, 5, 127, 128, 1_000] {
            let mut meter = LevelMeter::new(2, None);
            for start in (0..1_000).step_by(chunk) {
                let end = (start + chunk).min(1_000);
                meter.push(&[&sound[0][start..end], &sound[1][start..end]]).expect("numbers");
            }
            let level = meter.finish();
            assert_eq!((level.clipped_samples, level.clipped_runs), (110, 3));
            let run =
                |channel, offset_frames, length_frames| Some(ClippedRun { channel, offset_frames, length_frames });
            assert_eq!(level.longest_clipped_run, run(1, 900, 100));
            assert_eq!(level.first_clipped_run, run(1, 50, 3));
            assert_eq!(level.channels.iter().map(|c| c.clipped_runs).collect::<Vec<_>>(), [1, 2]);
        }
    }

    #[test]
    fn channels_have_their_own_levels() {
        let level = measure(&[vec![0.25; 1000], vec![-0.5; 1000], vec![0.0; 1000]]);
        assert_eq!(level.channels.iter().map(|c| c.dc_offset).collect::<Vec<_>>(), [0.25, -0.5, 0.0]);
        assert_eq!(level.channels[1].crest_factor_db, Some(0.0));
        assert_eq!(level.channels[2].peak_dbfs, None);
    }

    #[test]
    fn the_quietest_sound_has_a_level() {
        for exponent in [10, 15, 16, 20, 30, 38] {
            let amplitude = 10f32.powi(-exponent);
            let level = measure(&[vec![amplitude; 1_000]]);
            let expected = -20.0 * f64::from(exponent);
            assert!((level.peak_dbfs.expect("peak") - expected).abs() < 1e-3, "{exponent}: {level:?}");
            assert!((level.rms_dbfs.expect("rms") - expected).abs() < 1e-3, "{exponent}: {level:?}");
            assert!(level.channels[0].crest_factor_db.expect("crest").abs() < 1e-3, "{exponent}: {level:?}");
        }
    }

    #[test]
    fn silence_has_no_level() {
        let level = measure(&[vec![0.0; 5000]]);
        assert_eq!((level.peak_dbfs, level.rms_dbfs, level.crest_factor_db), (None, None, None));
        assert_eq!(measure(&[vec![]]).min, 0.0);
    }

    #[test]
    fn names_the_place_of_a_bad_sample() {
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 3e38, -1.1e9] {
            let mut meter = LevelMeter::new(2, None);
            meter.push(&[vec![0.0; 300], vec![0.0; 300]]).expect("finite");
            let mut second = vec![0.0; 300];
            second[7] = bad;
            assert_eq!(meter.push(&[vec![0.0; 300], second]), Err(NotFinite { offset_frames: 307, channel: 1 }));
        }
    }
}
