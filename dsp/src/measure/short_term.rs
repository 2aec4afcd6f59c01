//! Level over time, noise floor, signal-to-noise ratio and zero crossings of the source samples.
//!
//! The sound is cut into frames of 20 ms that do not overlap (a whole number of samples, at least one; the last
//! incomplete frame does not count). The power of a frame is the mean of its squares over all channels.
//!
//! Noise floor and signal follow the histogram method of the NIST Speech Quality Assurance package (`stnr`, quick
//! method): powers of 20 ms frames, signal = 95th percentile. The noise is the 10th percentile, which is the minimum
//! statistic of Martin (2001, "Noise power spectral density estimation based on optimal smoothing and minimum
//! statistics") made robust. Both percentiles are sharp to 0.1 dB. Frames below -200 dBFS are no noise but digital
//! silence and are left out. The estimate assumes that at least a tenth of the sound is pause: see [`Noise`].

use alloc::{vec, vec::Vec};

use super::{
    histogram::PowerHistogram,
    level::largest_sample,
    series::{Merge, Series},
};
use crate::{
    analysis::{MAX_POINTS, Noise, TimeSeries},
    math,
};

/// Frames a second.
const FRAMES_PER_S: u32 = 50;
const NOISE_PERCENTILE: f64 = 0.10;
const SIGNAL_PERCENTILE: f64 = 0.95;
/// From below one bit of 32 up to the largest sample that is accepted.
const RANGE_DBFS: (f64, f64) = (-200.0, 180.0);
/// Frames below are digital silence.
const SILENT_POWER: f64 = 1e-20;
const RESOLUTION_DB: f64 = 0.1;
const LANES: usize = 8;

/// One channel: samples that wait for the rest of their frame, and the sign of the last one judged.
#[derive(Debug, Clone, Default)]
struct Channel {
    pending: Vec<f32>,
    negative: Option<bool>,
}

/// What a frame of one channel holds.
#[derive(Debug, Clone, Copy, Default)]
struct Frame {
    energy: f64,
    sum: f64,
    peak: f32,
    crossings: u32,
    clipped: u32,
}

impl Frame {
    fn of(samples: &[f32], negative_before: Option<bool>, clipped_from: f32) -> Self {
        // A frame may begin loud and end quiet, which single precision would not see.
        let (mut sums, mut means, mut peak) = ([0.0f64; LANES], [0.0f32; LANES], [0.0f32; LANES]);
        let (runs, rest) = samples.as_chunks::<LANES>();
        for run in runs {
            for lane in 0..LANES {
                let x = run[lane];
                sums[lane] += f64::from(x) * f64::from(x);
                means[lane] += x;
                peak[lane] = math::larger(peak[lane], x.abs());
            }
        }
        for (lane, &x) in rest.iter().enumerate() {
            sums[lane] += f64::from(x) * f64::from(x);
            means[lane] += x;
            peak[lane] = math::larger(peak[lane], x.abs());
        }
        let energy = sums.iter().sum();
        let changes = samples.windows(2).map(|pair| u32::from((pair[0] < 0.0) != (pair[1] < 0.0))).sum::<u32>();
        let first = samples.first().is_some_and(|&x| negative_before.is_some_and(|before| before != (x < 0.0)));
        let peak = peak.into_iter().fold(0.0, f32::max);
        // Most frames are far from full scale and need no second look.
        let clipped = match peak >= clipped_from {
            true => samples.iter().filter(|x| x.abs() >= clipped_from).count() as u32,
            false => 0,
        };
        let sum = means.iter().map(|&sum| f64::from(sum)).sum();
        Self { energy, sum, peak, crossings: changes + u32::from(first), clipped }
    }
}

/// Measures [`Noise`] and the series of levels over a stream of planar sound.
///
/// ```
/// use dsp::measure::short_term::ShortTermMeter;
///
/// // Half a second of faint noise, then half a second of a square wave of 100 Hz.
/// let sound: Vec<f32> = (0..8_000)
///     .map(|n| if n < 4_000 { 0.001 } else { 0.5 } * if n / 40 % 2 == 0 { 1.0 } else { -1.0 })
///     .collect();
/// let mut meter = ShortTermMeter::new(8_000, 1);
/// meter.push(&[sound]);
/// let (noise, _) = meter.finish();
/// assert!((noise.noise_floor_dbfs.unwrap() + 60.0).abs() < 0.1);
/// assert!((noise.snr_db.unwrap() - 53.98).abs() < 0.1);
/// assert!((noise.zero_crossings_per_s - 199.0).abs() < 1e-9);
/// ```
pub struct ShortTermMeter {
    rate_hz: u32,
    frame_length: usize,
    channels: Vec<Channel>,
    /// Samples of the frame that is not complete yet.
    filled: usize,
    frames: u64,
    silent_frames: u64,
    crossings: u64,
    powers: PowerHistogram,
    clipped_from: f32,
    rms: Series,
    peak: Series,
    floor: Series,
    mean: Series,
    clipped: Series,
    zero_crossings: Series,
}

impl ShortTermMeter {
    /// A meter for `channels` channels at `rate_hz`, which is above zero.
    pub fn new(rate_hz: u32, channels: usize) -> Self {
        Self {
            rate_hz: rate_hz.max(1),
            frame_length: (rate_hz / FRAMES_PER_S).max(1) as usize,
            channels: vec![Channel::default(); channels],
            filled: 0,
            frames: 0,
            silent_frames: 0,
            crossings: 0,
            powers: PowerHistogram::new(RANGE_DBFS.0, RANGE_DBFS.1, RESOLUTION_DB),
            clipped_from: largest_sample(None),
            rms: Series::new(MAX_POINTS, Merge::Mean),
            peak: Series::new(MAX_POINTS, Merge::Maximum),
            floor: Series::new(MAX_POINTS, Merge::Minimum),
            mean: Series::new(MAX_POINTS, Merge::Mean),
            clipped: Series::new(MAX_POINTS, Merge::Mean),
            zero_crossings: Series::new(MAX_POINTS, Merge::Mean),
        }
    }

    /// Counts samples as clipped from this magnitude on; that of 16 bits where nothing is said. Before the first block.
    #[must_use]
    pub fn clipping_from(self, largest_sample: f32) -> Self {
        Self { clipped_from: largest_sample, ..self }
    }

    /// Takes a block: one slice per channel, equally long, any length; samples finite.
    pub fn push<C: AsRef<[f32]>>(&mut self, channels: &[C]) {
        let length = channels.iter().map(|c| c.as_ref().len()).min().unwrap_or(0);
        let mut at = 0;
        while at < length {
            let run = (self.frame_length - self.filled).min(length - at);
            let complete = self.filled + run == self.frame_length;
            let mut sum = Frame::default();
            for (meter, samples) in self.channels.iter_mut().zip(channels) {
                let samples = &samples.as_ref()[at..at + run];
                if !complete || self.filled > 0 {
                    meter.pending.extend_from_slice(samples);
                }
                if complete {
                    // Most frames lie whole in what came in.
                    let whole = if self.filled > 0 { meter.pending.as_slice() } else { samples };
                    let frame = Frame::of(whole, meter.negative, self.clipped_from);
                    meter.negative = whole.last().map(|&x| x < 0.0);
                    meter.pending.clear();
                    sum.energy += frame.energy;
                    sum.sum += frame.sum;
                    sum.clipped += frame.clipped;
                    sum.peak = sum.peak.max(frame.peak);
                    sum.crossings += frame.crossings;
                }
            }
            at += run;
            self.filled = if complete { 0 } else { self.filled + run };
            if complete {
                self.close(sum);
            }
        }
    }

    fn close(&mut self, frame: Frame) {
        let samples = (self.frame_length * self.channels.len().max(1)) as f64;
        let power = frame.energy / samples;
        self.frames += 1;
        self.silent_frames += u64::from(frame.peak == 0.0);
        self.crossings += u64::from(frame.crossings);
        self.powers.push(power);
        self.rms.push(Some(power as f32));
        self.peak.push(Some(frame.peak));
        self.floor.push(Some(power as f32).filter(|_| power > SILENT_POWER));
        self.mean.push(Some((frame.sum / samples) as f32));
        let frames_per_s = f64::from(self.rate_hz) / self.frame_length as f64;
        self.clipped.push(Some((f64::from(frame.clipped) * frames_per_s) as f32));
        self.zero_crossings.push(Some((f64::from(frame.crossings) * f64::from(self.rate_hz) / samples) as f32));
    }

    /// The estimates and the series over everything pushed.
    pub fn finish(self) -> (Noise, LevelSeries) {
        let level = |quantile| self.powers.percentile_above(0.0, quantile).and_then(math::power_to_decibels);
        let (noise_floor_dbfs, signal_dbfs) = (level(NOISE_PERCENTILE), level(SIGNAL_PERCENTILE));
        let samples = self.frames as f64 * (self.frame_length * self.channels.len()) as f64;
        let noise = Noise {
            noise_floor_dbfs,
            signal_dbfs,
            snr_db: signal_dbfs.zip(noise_floor_dbfs).map(|(signal, noise)| signal - noise),
            digital_silence: if self.frames > 0 { self.silent_frames as f64 / self.frames as f64 } else { 0.0 },
            zero_crossings_per_s: if samples > 0.0 {
                self.crossings as f64 * f64::from(self.rate_hz) / samples
            } else {
                0.0
            },
        };
        let step_s = self.frame_length as f64 / f64::from(self.rate_hz);
        let decibels = |power: f64| math::power_to_decibels(power).map(|level| level as f32);
        let made = |series: &Series, convert: &dyn Fn(f32) -> Option<f32>| {
            series.to_time_series(0.5 * step_s, step_s, convert)
        };
        let mut series = LevelSeries {
            rms_dbfs: made(&self.rms, &|power| decibels(f64::from(power))),
            peak_dbfs: made(&self.peak, &|peak| decibels(f64::from(peak) * f64::from(peak))),
            crest_factor_db: made(&self.rms, &|_| None),
            dc_offset: made(&self.mean, &Some),
            clipped_samples_per_s: made(&self.clipped, &Some),
            noise_floor_dbfs: made(&self.floor, &|power| decibels(f64::from(power))),
            zero_crossings_per_s: made(&self.zero_crossings, &Some),
        };
        let levels = series.peak_dbfs.values.iter().zip(&series.rms_dbfs.values);
        series.crest_factor_db.values =
            levels.map(|(peak, rms)| peak.zip(*rms).map(|(peak, rms)| peak - rms)).collect();
        (noise, series)
    }
}

/// Levels over time.
#[derive(Debug, Clone, PartialEq)]
pub struct LevelSeries {
    /// Level of all channels together; a point holds the mean power of its time.
    pub rms_dbfs: TimeSeries,
    /// Largest magnitude in any channel during the time of a point.
    pub peak_dbfs: TimeSeries,
    /// The second minus the first.
    pub crest_factor_db: TimeSeries,
    /// Mean of all samples of all channels.
    pub dc_offset: TimeSeries,
    /// Clipped samples per second, of all channels together.
    pub clipped_samples_per_s: TimeSeries,
    /// Level of the quietest frame that is not below -200 dBFS.
    pub noise_floor_dbfs: TimeSeries,
    /// Sign changes per second, mean of all channels.
    pub zero_crossings_per_s: TimeSeries,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(length: usize, gain: f32, seed: u32) -> Vec<f32> {
        let mut state = seed;
        (0..length)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                gain * ((state >> 8) as f32 / 8_388_608.0 - 1.0)
            })
            .collect()
    }

    #[test]
    fn a_tone_over_noise_has_its_ratio() {
        let mut sound = noise(48_000 * 4, 0.001, 1);
        for (n, x) in sound.iter_mut().enumerate().skip(48_000).take(96_000) {
            *x += math::sin(core::f64::consts::TAU * 1_000.0 * n as f64 / 48_000.0) as f32 * 0.5;
        }
        let mut meter = ShortTermMeter::new(48_000, 1);
        meter.push(&[sound]);
        let (found, series) = meter.finish();
        // Uniform noise of amplitude a has an RMS of a / sqrt 3.
        assert!((found.noise_floor_dbfs.expect("noise") + 64.77).abs() < 0.4, "{found:?}");
        assert!((found.signal_dbfs.expect("signal") + 9.03).abs() < 0.1, "{found:?}");
        assert!((found.snr_db.expect("ratio") - 55.74).abs() < 0.5, "{found:?}");
        assert_eq!(series.rms_dbfs.values.len(), 200);
    }

    #[test]
    fn what_is_quiet_beside_loud_samples_counts() {
        // The square of 2^-13 is lost beside 1 in single precision, whichever comes first.
        for quiet_first in [false, true] {
            let mut sound = vec![2f32.powi(-13); 960];
            let loud = if quiet_first { 952..960 } else { 0..8 };
            sound[loud].fill(1.0);
            assert_eq!(Frame::of(&sound, None, 1.0).energy, 8.0 + 952.0 * 2f64.powi(-26), "{quiet_first}");
        }
    }

    #[test]
    fn energies_are_exact_to_double_precision() {
        for length in [1usize, 7, 8, 127, 160, 882, 960] {
            let sound = noise(length, 0.7, 5);
            let exact: f64 = sound.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
            let found = Frame::of(&sound, None, 1.0).energy;
            assert!((found / exact - 1.0).abs() < 1e-14, "{length}: {found} {exact}");
        }
    }

    #[test]
    fn digital_silence_is_no_noise_floor() {
        let mut sound = vec![0.0f32; 24_000];
        sound.extend(noise(24_000, 0.1, 2));
        let mut meter = ShortTermMeter::new(48_000, 2);
        meter.push(&[&sound, &sound]);
        let (found, _) = meter.finish();
        assert_eq!(found.digital_silence, 0.5);
        assert!((found.noise_floor_dbfs.expect("noise") + 24.77).abs() < 0.3);
        let mut meter = ShortTermMeter::new(48_000, 1);
        meter.push(&[vec![0.0; 48_000]]);
        let (found, series) = meter.finish();
        assert_eq!((found.noise_floor_dbfs, found.snr_db, found.digital_silence), (None, None, 1.0));
        assert!(series.peak_dbfs.values.iter().all(Option::is_none));
    }

    #[test]
    fn a_sine_that_steps_has_the_levels_of_each_step() {
        // 100 Hz has whole periods in 20 ms. Then the same louder and clipped, off its zero line, and silence.
        let sine = |n: usize| math::sin(core::f64::consts::TAU * n as f64 / 80.0) as f32;
        let mut sound: Vec<f32> = (0..8_000).map(|n| 0.1 * sine(n)).collect();
        sound.extend((0..8_000).map(|n| (2.0 * sine(n)).clamp(-1.0, 1.0)));
        sound.extend((0..8_000).map(|n| 0.25 + 0.05 * sine(n)));
        sound.extend([0.0; 8_000]);
        let mut meter = ShortTermMeter::new(8_000, 2);
        meter.push(&[&sound, &sound]);
        let (_, series) = meter.finish();
        let near =
            |found: &TimeSeries, at: usize, expected: Option<f32>, within: f32| match (found.values[at], expected) {
                (Some(found), Some(expected)) => assert!((found - expected).abs() < within, "{at}: {found} {expected}"),
                (found, expected) => assert_eq!(found, expected, "{at}"),
            };
        assert_eq!(series.rms_dbfs.values.len(), 200);
        for at in 0..50 {
            near(&series.crest_factor_db, at, Some(3.01), 0.01);
            near(&series.noise_floor_dbfs, at, Some(-23.01), 0.01);
            near(&series.dc_offset, at, Some(0.0), 1e-6);
            near(&series.clipped_samples_per_s, at, Some(0.0), 1e-6);
            // |2 sin| is at least 1 in 54 of the 80 samples of a period, 100 periods a second, two channels.
            near(&series.clipped_samples_per_s, 50 + at, Some(54.0 * 200.0), 0.5);
            near(&series.dc_offset, 100 + at, Some(0.25), 1e-6);
            near(&series.crest_factor_db, 150 + at, None, 0.0);
            near(&series.noise_floor_dbfs, 150 + at, None, 0.0);
        }
    }

    #[test]
    fn the_floor_of_a_point_is_its_quietest_frame() {
        // 512 points of two frames each, one of which is a pause.
        let sound: Vec<f32> = (0..1_024 * 160).map(|n| if n / 160 % 2 == 0 { 0.5 } else { 0.001 }).collect();
        let mut meter = ShortTermMeter::new(8_000, 1);
        meter.push(&[sound]);
        let (_, series) = meter.finish();
        assert_eq!(series.noise_floor_dbfs.values.len(), 512);
        assert!(series.noise_floor_dbfs.values.iter().flatten().all(|level| (level + 60.0).abs() < 0.01));
        assert!(series.rms_dbfs.values.iter().flatten().all(|level| (level + 9.03).abs() < 0.01));
    }

    #[test]
    fn chunks_do_not_matter() {
        let sound = [noise(10_000, 0.5, 3), noise(10_000, 0.25, 4)];
        let measure = |chunk: usize| {
            let mut meter = ShortTermMeter::new(11_127, 2);
            for start in (0..10_000).step_by(chunk) {
                let end = (start + chunk).min(10_000);
                meter.push(&[&sound[0][start..end], &sound[1][start..end]]);
            }
            meter.finish()
        };
        let whole = measure(10_000);
        for chunk in [1usize, 100, 221, 222, 223, 4_000] {
            assert!(measure(chunk) == whole, "{chunk}");
        }
    }

    #[test]
    fn any_format_is_taken() {
        for (rate, channels) in [(1u32, 1usize), (49, 3), (768_000, 0)] {
            let mut meter = ShortTermMeter::new(rate, channels);
            meter.push(&vec![vec![0.1f32; 100]; channels]);
            meter.finish();
        }
    }
}
