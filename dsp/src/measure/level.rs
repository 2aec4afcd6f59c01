//! Levels of the samples as they come from the file.

use alloc::vec::Vec;

use crate::{analysis::Level, math};

/// From here on a sample counts as clipped: the largest value of 16-bit sound.
pub const CLIPPED_FROM: f32 = 32_767.0 / 32_768.0;

/// Sums are taken in f32 over this many samples and in f64 over blocks of them, in a fixed order.
const BLOCK: usize = 256;
const LANES: usize = 8;

/// A sample that is not a number or infinite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("sample {offset_frames} of channel {channel} is not a finite number")]
pub struct NotFinite {
    /// Frame in which it stands, from the start of the sound.
    pub offset_frames: u64,
    /// Its channel, from 0.
    pub channel: usize,
}

#[derive(Clone)]
struct Channel {
    pending: [f32; BLOCK],
    pending_length: usize,
    min: f32,
    max: f32,
    sum: f64,
    energy: f64,
    clipped: u64,
    frames: u64,
}

impl Channel {
    fn close_block(&mut self) {
        let block = &self.pending[..self.pending_length];
        let (mut sum, mut energy) = ([0.0f32; LANES], [0.0f32; LANES]);
        let (mut min, mut max) = ([f32::INFINITY; LANES], [f32::NEG_INFINITY; LANES]);
        let mut clipped = [0u32; LANES];
        for samples in block.chunks(LANES) {
            for (lane, &x) in samples.iter().enumerate() {
                sum[lane] += x;
                energy[lane] += x * x;
                min[lane] = min[lane].min(x);
                max[lane] = max[lane].max(x);
                clipped[lane] += u32::from(x.abs() >= CLIPPED_FROM);
            }
        }
        self.sum += f64::from(sum.iter().sum::<f32>());
        self.energy += f64::from(energy.iter().sum::<f32>());
        self.min = min.into_iter().fold(self.min, f32::min);
        self.max = max.into_iter().fold(self.max, f32::max);
        self.clipped += u64::from(clipped.iter().sum::<u32>());
        self.frames += block.len() as u64;
        self.pending_length = 0;
    }
}

/// Measures [`Level`] over any number of channels.
pub struct LevelMeter {
    channels: Vec<Channel>,
}

impl LevelMeter {
    /// A meter for `channels` channels.
    pub fn new(channels: usize) -> Self {
        let empty = Channel {
            pending: [0.0; BLOCK],
            pending_length: 0,
            min: f32::INFINITY,
            max: f32::NEG_INFINITY,
            sum: 0.0,
            energy: 0.0,
            clipped: 0,
            frames: 0,
        };
        Self { channels: alloc::vec![empty; channels] }
    }

    /// Takes a block: one slice per channel. A sample that is not finite is refused with its place.
    pub fn push<C: AsRef<[f32]>>(&mut self, channels: &[C]) -> Result<(), NotFinite> {
        for (channel, (meter, samples)) in self.channels.iter_mut().zip(channels).enumerate() {
            let mut samples = samples.as_ref();
            // x - x is zero for every finite x and NaN otherwise.
            if samples.iter().map(|&x| x - x).sum::<f32>() != 0.0 {
                let at = samples.iter().position(|x| !x.is_finite()).unwrap_or(0) as u64;
                let before = meter.frames + meter.pending_length as u64;
                return Err(NotFinite { offset_frames: before + at, channel });
            }
            while !samples.is_empty() {
                let take = (BLOCK - meter.pending_length).min(samples.len());
                let (head, tail) = samples.split_at(take);
                meter.pending[meter.pending_length..meter.pending_length + take].copy_from_slice(head);
                meter.pending_length += take;
                samples = tail;
                if meter.pending_length == BLOCK {
                    meter.close_block();
                }
            }
        }
        Ok(())
    }

    /// The levels over everything pushed.
    pub fn finish(mut self) -> Level {
        self.channels.iter_mut().filter(|c| c.pending_length > 0).for_each(Channel::close_block);
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
        let mut meter = LevelMeter::new(channels.len());
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
    fn silence_has_no_level() {
        let level = measure(&[vec![0.0; 5000]]);
        assert_eq!((level.peak_dbfs, level.rms_dbfs, level.crest_factor_db), (None, None, None));
        assert_eq!(measure(&[vec![]]).min, 0.0);
    }

    #[test]
    fn names_the_place_of_a_bad_sample() {
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let mut meter = LevelMeter::new(2);
            meter.push(&[vec![0.0; 300], vec![0.0; 300]]).expect("finite");
            let mut second = vec![0.0; 300];
            second[7] = bad;
            assert_eq!(meter.push(&[vec![0.0; 300], second]), Err(NotFinite { offset_frames: 307, channel: 1 }));
        }
    }
}
