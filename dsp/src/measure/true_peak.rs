//! True peak: the largest magnitude of the continuous signal behind the samples (ITU-R BS.1770-4, Annex 2).

use alloc::{vec, vec::Vec};

use super::series::{Merge, Series};
use crate::{
    analysis::{MAX_POINTS, TimeSeries},
    math,
};

/// Taps of one phase.
const TAPS: usize = 12;
const PHASES: usize = 4;
/// Samples that are judged at a time.
const BLOCK: usize = 256;
const LANES: usize = 8;

/// The interpolation filter of BS.1770-4, Annex 2: 48 taps in 4 phases. The other two phases are these backwards.
const OUTER: [f32; TAPS] = [
    0.001_708_984_4,
    0.010_986_328,
    -0.019_653_32,
    0.033_203_125,
    -0.059_448_242,
    0.137_329_1,
    0.972_167_97,
    -0.102_294_92,
    0.047_607_422,
    -0.026_611_328,
    0.014_892_578,
    -0.008_300_781,
];
const INNER: [f32; TAPS] = [
    -0.029_174_805,
    0.029_296_875,
    -0.051_757_813,
    0.089_111_33,
    -0.166_503_9,
    0.465_087_9,
    0.779_785_16,
    -0.200_317_38,
    0.101_562_5,
    -0.058_227_54,
    0.033_081_055,
    -0.018_920_898,
];

const fn backwards(taps: [f32; TAPS]) -> [f32; TAPS] {
    let mut turned = [0.0; TAPS];
    let mut k = 0;
    while k < TAPS {
        turned[k] = taps[TAPS - 1 - k];
        k += 1;
    }
    turned
}

const FILTER: [[f32; TAPS]; PHASES] = [OUTER, INNER, backwards(INNER), backwards(OUTER)];

/// No phase makes more of a sample than this: the largest sum of magnitudes of its taps, 2.023, rounded up.
const MAX_GAIN: f32 = 2.03;

/// Largest interpolated magnitude over `BLOCK` positions; `samples` starts `TAPS - 1` before the first.
fn interpolated_peak(samples: &[f32; TAPS - 1 + BLOCK]) -> f32 {
    let mut peak = [0.0f32; LANES];
    for start in (0..BLOCK).step_by(LANES) {
        let mut sums = [[0.0f32; LANES]; PHASES];
        for tap in 0..TAPS {
            let at = start + TAPS - 1 - tap;
            let run = &samples[at..at + LANES];
            for (sum, filter) in sums.iter_mut().zip(&FILTER) {
                for lane in 0..LANES {
                    sum[lane] += filter[tap] * run[lane];
                }
            }
        }
        for sum in &sums {
            for lane in 0..LANES {
                let magnitude = sum[lane].abs();
                peak[lane] = if magnitude > peak[lane] { magnitude } else { peak[lane] };
            }
        }
    }
    peak.into_iter().fold(0.0, math::larger)
}

fn sample_peak(samples: &[f32]) -> f32 {
    let mut peak = [0.0f32; LANES];
    for run in samples.chunks(LANES) {
        for (lane, x) in peak.iter_mut().zip(run) {
            *lane = if x.abs() > *lane { x.abs() } else { *lane };
        }
    }
    peak.into_iter().fold(0.0, math::larger)
}

#[derive(Debug, Clone)]
struct Channel {
    /// `TAPS - 1` samples from before, then up to `BLOCK` new ones.
    samples: [f32; TAPS - 1 + BLOCK],
    peak: f32,
}

impl Channel {
    const EMPTY: Self = Self { samples: [0.0; TAPS - 1 + BLOCK], peak: 0.0 };

    /// Peak of a full block, or at least its largest sample where it cannot pass what is known to be there: the peak of the
    /// whole, and `known`.
    fn judge(&mut self, known: f32) -> f32 {
        let mut peak = sample_peak(&self.samples);
        // Between samples nothing is higher than this, so most blocks need no second look.
        if peak * MAX_GAIN > self.peak.min(known) {
            peak = peak.max(interpolated_peak(&self.samples));
        }
        self.peak = self.peak.max(peak);
        self.samples.copy_within(BLOCK.., 0);
        peak
    }
}

/// Measures the true peak of each channel of a stream of planar sound.
///
/// Four times oversampling by the filter of the standard, whatever the rate: up to 0.42 of the rate (20 kHz at 48 kHz)
/// its gain is within 0.24 dB of 1, which bounds what a reading can be wrong by, together with the 0.7 dB that a peak
/// may lie between two of the finer samples at the highest frequencies. A sample that is larger than everything
/// interpolated counts itself. In single precision; the standard's own attenuation by 12.04 dB serves integers only.
///
/// ```
/// use dsp::measure::true_peak::TruePeakMeter;
///
/// // A sine of a quarter of the sample rate, met at 45 degrees: all samples are 3 dB below its peak.
/// let half = core::f32::consts::FRAC_1_SQRT_2;
/// let sine: Vec<f32> = [half, half, -half, -half].repeat(100);
/// let mut meter = TruePeakMeter::new(1);
/// meter.push(&[sine]);
/// assert!((meter.finish()[0] - 1.0).abs() < 0.02);
/// ```
#[derive(Debug, Clone)]
pub struct TruePeakMeter {
    channels: Vec<Channel>,
    /// New samples of each channel.
    filled: usize,
    /// Peak of each block in any channel, where it is asked for.
    series: Option<Series>,
}

impl TruePeakMeter {
    /// A meter for `channels` channels.
    pub fn new(channels: usize) -> Self {
        Self { channels: vec![Channel::EMPTY; channels], filled: 0, series: None }
    }

    /// A meter that also keeps the peak over time, which costs about as much again.
    pub fn over_time(channels: usize) -> Self {
        Self { series: Some(Series::new(MAX_POINTS, Merge::Maximum)), ..Self::new(channels) }
    }

    /// Takes a block: one slice per channel, equally long, any length; samples finite.
    pub fn push<C: AsRef<[f32]>>(&mut self, channels: &[C]) {
        let length = channels.iter().map(|c| c.as_ref().len()).min().unwrap_or(0);
        let mut at = 0;
        while at < length {
            let run = (BLOCK - self.filled).min(length - at);
            let to = TAPS - 1 + self.filled;
            for (meter, samples) in self.channels.iter_mut().zip(channels) {
                meter.samples[to..to + run].copy_from_slice(&samples.as_ref()[at..at + run]);
            }
            at += run;
            self.filled += run;
            if self.filled == BLOCK {
                let loudest = self.judge();
                if let Some(series) = &mut self.series {
                    series.push(Some(loudest));
                }
            }
        }
    }

    /// The loudest of the channels in the block that is full.
    fn judge(&mut self) -> f32 {
        self.filled = 0;
        let known = match &self.series {
            Some(series) => series.unfinished().unwrap_or(0.0),
            None => f32::INFINITY,
        };
        self.channels.iter_mut().fold(0.0, |loudest: f32, channel| loudest.max(channel.judge(known.max(loudest))))
    }

    /// The samples still on their way, followed by silence.
    fn flush(&mut self) {
        let begun = self.filled > 0;
        let mut loudest = 0.0f32;
        // What rings on belongs to the last block.
        for _ in 0..2 {
            let from = TAPS - 1 + self.filled;
            self.channels.iter_mut().for_each(|channel| channel.samples[from..].fill(0.0));
            loudest = loudest.max(self.judge());
        }
        if let Some(series) = self.series.as_mut().filter(|_| begun) {
            series.push(Some(loudest));
        }
    }

    /// The true peak of each channel over everything pushed, as a magnitude: full scale is 1.0 (0 dBTP).
    pub fn finish(mut self) -> Vec<f32> {
        self.flush();
        self.peaks()
    }

    /// The same, and the peak over time in dBTP, of all channels together; a point reaches 12 samples further back than it
    /// says. `None` unless the meter is one [`over_time`](Self::over_time).
    pub fn finish_over_time(mut self, rate_hz: u32) -> (Vec<f32>, Option<TimeSeries>) {
        self.flush();
        let step_s = BLOCK as f64 / f64::from(rate_hz.max(1));
        let level = |peak| math::power_to_decibels(f64::from(peak) * f64::from(peak)).map(|level| level as f32);
        let series = self.series.take().map(|series| series.to_time_series(0.5 * step_s, step_s, level));
        (self.peaks(), series)
    }

    fn peaks(&self) -> Vec<f32> {
        self.channels.iter().map(|channel| channel.peak).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition: every sample through every phase.
    fn naive(samples: &[f32]) -> f32 {
        let at = |n: isize| usize::try_from(n).ok().and_then(|n| samples.get(n)).copied().unwrap_or(0.0);
        let mut peak = samples.iter().fold(0.0f32, |peak, x| peak.max(x.abs()));
        for n in 0..(samples.len() + TAPS) as isize {
            for filter in &FILTER {
                let sum: f32 = filter.iter().enumerate().map(|(k, tap)| tap * at(n - k as isize)).sum();
                peak = peak.max(sum.abs());
            }
        }
        peak
    }

    fn noise(length: usize, seed: u32) -> Vec<f32> {
        let mut state = seed;
        (0..length)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) as f32 / 8_388_608.0 - 1.0
            })
            .collect()
    }

    #[test]
    fn no_phase_amplifies_more_than_stated() {
        for filter in &FILTER {
            assert!(filter.iter().map(|tap| tap.abs()).sum::<f32>() < MAX_GAIN - 0.001);
        }
    }

    #[test]
    fn equals_the_definition_for_any_length_and_chunking() {
        for length in [0usize, 1, 5, 11, 12, 255, 256, 257, 1000, 5000] {
            let mut samples = noise(length, length as u32);
            // The highest peak at the very end, where only the flush finds it.
            if let [.., a, b] = samples.as_mut_slice() {
                (*a, *b) = (1.3, 1.3);
            }
            let expected = naive(&samples);
            for chunk in [1usize, 7, 256, 10_000] {
                let mut meter = TruePeakMeter::new(1);
                samples.chunks(chunk).for_each(|part| meter.push(&[part]));
                let found = meter.finish()[0];
                assert!((found - expected).abs() <= 2e-6 * expected, "{length} in {chunk}: {found} {expected}");
            }
        }
    }

    #[test]
    fn the_peak_over_time_is_that_of_each_stretch() {
        // A quarter of the rate at 45 degrees, 3 dB above its samples, at four levels of 256 x 512 samples each.
        let levels = [0.1f32, 0.8, 0.05, 0.4];
        let stretch = BLOCK * 512;
        let sound: Vec<f32> = levels
            .iter()
            .flat_map(|level| {
                [1.0f32, 1.0, -1.0, -1.0].map(|x| level * core::f32::consts::FRAC_1_SQRT_2 * x).repeat(stretch / 4)
            })
            .collect();
        for chunk in [1_000usize, 256, sound.len()] {
            let mut meter = TruePeakMeter::over_time(2);
            sound.chunks(chunk).for_each(|part| meter.push(&[part.to_vec(), vec![0.0; part.len()]]));
            let (peaks, series) = meter.finish_over_time(25_600);
            let series = series.expect("asked for");
            assert!((peaks[0] - 0.8).abs() < 0.01 && peaks[1] == 0.0, "{peaks:?}");
            // Four times as many blocks as points.
            assert_eq!((series.values.len(), series.start_s, series.step_s), (512, 0.02, 0.04));
            for (n, value) in series.values.iter().enumerate() {
                // A point at the edge of a stretch hears the end of the one before.
                let expected = if n % 128 == 0 { continue } else { 20.0 * levels[n / 128].log10() };
                assert!((value.expect("sound") - expected).abs() < 0.15, "{n}: {value:?} {expected}");
            }
        }
    }

    #[test]
    fn every_point_equals_the_definition() {
        let samples = noise(20_000, 9);
        let mut meter = TruePeakMeter::over_time(1);
        meter.push(&[&samples]);
        let (_, series) = meter.finish_over_time(256);
        for (n, value) in series.expect("asked for").values.iter().enumerate() {
            let (from, to) = (n * BLOCK, ((n + 1) * BLOCK).min(samples.len()));
            // What came before rings into the block.
            let before = from.saturating_sub(TAPS - 1);
            let expected = naive_between(&samples[before..to], from - before, n + 1 == 79);
            let found = 10f32.powf(value.expect("sound") / 20.0);
            assert!((found / expected - 1.0).abs() < 1e-5, "{n}: {found} {expected}");
        }
    }

    /// The definition for the samples from `first` on, and for what rings on behind the last where it is `last`.
    fn naive_between(samples: &[f32], first: usize, last: bool) -> f32 {
        let at = |n: isize| usize::try_from(n).ok().and_then(|n| samples.get(n)).copied().unwrap_or(0.0);
        let mut peak = samples.iter().fold(0.0f32, |peak, x| peak.max(x.abs()));
        for n in first..samples.len() + if last { TAPS } else { 0 } {
            for filter in &FILTER {
                let sum: f32 = filter.iter().enumerate().map(|(k, tap)| tap * at(n as isize - k as isize)).sum();
                peak = peak.max(sum.abs());
            }
        }
        peak
    }
}
