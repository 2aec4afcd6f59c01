//! Levels of the samples as they come from the file.

use alloc::vec::Vec;

use crate::{analysis::Level, math};

/// Samples beyond this (+180 dBFS) are refused like infinity: nobody has recorded them, and their squares overflow.
pub const MAX_SAMPLE: f32 = 1e9;

/// From here on a sample counts as clipped: the largest positive value of the source's samples, with 16 bits where they
/// are finer or unknown.
fn clipped_from(bits_per_sample: Option<u32>) -> f32 {
    let bits = bits_per_sample.unwrap_or(16).clamp(2, 16);
    1.0 - 1.0 / (1u32 << (bits - 1)) as f32
}

/// Sums are taken in f32 over this many samples and in f64 over blocks of them, in a fixed order. The packets of most
/// decoders are whole numbers of blocks.
const BLOCK: usize = 128;
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

#[derive(Clone)]
struct Channel {
    clipped_from: f32,
    pending: Vec<f32>,
    min: f32,
    max: f32,
    sum: f64,
    energy: f64,
    clipped: u64,
    frames: u64,
}

impl Channel {
    fn new(clipped_from: f32) -> Self {
        Self {
            clipped_from,
            pending: Vec::with_capacity(BLOCK),
            min: f32::INFINITY,
            max: f32::NEG_INFINITY,
            sum: 0.0,
            energy: 0.0,
            clipped: 0,
            frames: 0,
        }
    }

    fn push(&mut self, mut samples: &[f32]) {
        if !self.pending.is_empty() {
            let (head, tail) = samples.split_at((BLOCK - self.pending.len()).min(samples.len()));
            self.pending.extend_from_slice(head);
            samples = tail;
            if self.pending.len() == BLOCK {
                self.flush();
            }
        }
        let (blocks, rest) = samples.as_chunks::<BLOCK>();
        blocks.iter().for_each(|block| self.add(block));
        self.pending.extend_from_slice(rest);
    }

    fn flush(&mut self) {
        let block = core::mem::take(&mut self.pending);
        self.add(&block);
        self.pending = block;
        self.pending.clear();
    }

    /// Comparisons instead of `f32::min` and `max`: the samples are known to be numbers, and these become one
    /// instruction each.
    fn add(&mut self, block: &[f32]) {
        let (mut sum, mut energy) = ([0.0f32; LANES], [0.0f32; LANES]);
        let (mut min, mut max) = ([f32::INFINITY; LANES], [f32::NEG_INFINITY; LANES]);
        let (runs, rest) = block.as_chunks::<LANES>();
        for run in runs {
            for lane in 0..LANES {
                let x = run[lane];
                sum[lane] += x;
                energy[lane] += x * x;
                min[lane] = if x < min[lane] { x } else { min[lane] };
                max[lane] = if x > max[lane] { x } else { max[lane] };
            }
        }
        for (lane, &x) in rest.iter().enumerate() {
            sum[lane] += x;
            energy[lane] += x * x;
            min[lane] = min[lane].min(x);
            max[lane] = max[lane].max(x);
        }
        self.sum += f64::from(sum.iter().sum::<f32>());
        self.energy += f64::from(energy.iter().sum::<f32>());
        let (low, high) = (min.into_iter().fold(f32::INFINITY, f32::min), max.into_iter().fold(f32::MIN, f32::max));
        // Most blocks are far from full scale and need no second look.
        if high >= self.clipped_from || low <= -self.clipped_from {
            self.clipped += block.iter().filter(|x| x.abs() >= self.clipped_from).count() as u64;
        }
        self.min = self.min.min(low);
        self.max = self.max.max(high);
        self.frames += block.len() as u64;
    }
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
pub struct LevelMeter {
    channels: Vec<Channel>,
}

impl LevelMeter {
    /// A meter for `channels` channels of samples with so many bits, where that is known.
    pub fn new(channels: usize, bits_per_sample: Option<u32>) -> Self {
        Self { channels: alloc::vec![Channel::new(clipped_from(bits_per_sample)); channels] }
    }

    /// Takes a block: one slice per channel. A sample that is not finite is refused with its place.
    pub fn push<C: AsRef<[f32]>>(&mut self, channels: &[C]) -> Result<(), NotFinite> {
        for (channel, (meter, samples)) in self.channels.iter_mut().zip(channels).enumerate() {
            let samples = samples.as_ref();
            if let Some(at) = first_refused(samples) {
                let offset_frames = meter.frames + (meter.pending.len() + at) as u64;
                return Err(NotFinite { offset_frames, channel });
            }
            meter.push(samples);
        }
        Ok(())
    }

    /// The levels over everything pushed.
    pub fn finish(mut self) -> Level {
        self.channels.iter_mut().filter(|c| !c.pending.is_empty()).for_each(Channel::flush);
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
        }
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
