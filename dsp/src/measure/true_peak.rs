//! True peak: the largest magnitude of the continuous signal behind the samples (ITU-R BS.1770-4, Annex 2).

use alloc::{vec, vec::Vec};

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
    peak.into_iter().fold(0.0, crate::math::larger)
}

fn sample_peak(samples: &[f32]) -> f32 {
    let mut peak = [0.0f32; LANES];
    for run in samples.chunks(LANES) {
        for (lane, x) in peak.iter_mut().zip(run) {
            *lane = if x.abs() > *lane { x.abs() } else { *lane };
        }
    }
    peak.into_iter().fold(0.0, crate::math::larger)
}

#[derive(Debug, Clone)]
struct Channel {
    /// `TAPS - 1` samples from before, then up to `BLOCK` new ones.
    samples: [f32; TAPS - 1 + BLOCK],
    filled: usize,
    peak: f32,
}

impl Channel {
    const EMPTY: Self = Self { samples: [0.0; TAPS - 1 + BLOCK], filled: 0, peak: 0.0 };

    fn push(&mut self, mut samples: &[f32]) {
        while !samples.is_empty() {
            let (head, tail) = samples.split_at((BLOCK - self.filled).min(samples.len()));
            let at = TAPS - 1 + self.filled;
            self.samples[at..at + head.len()].copy_from_slice(head);
            self.filled += head.len();
            samples = tail;
            if self.filled == BLOCK {
                self.judge();
            }
        }
    }

    fn judge(&mut self) {
        let reach = sample_peak(&self.samples);
        // Between samples nothing is higher than this, so most blocks need no second look.
        if reach * MAX_GAIN > self.peak {
            self.peak = self.peak.max(reach).max(interpolated_peak(&self.samples));
        }
        self.samples.copy_within(BLOCK.., 0);
        self.filled = 0;
    }

    /// The samples still on their way, followed by silence.
    fn flush(&mut self) {
        self.push(&[0.0; BLOCK][..BLOCK - self.filled]);
        self.push(&[0.0; BLOCK]);
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
}

impl TruePeakMeter {
    /// A meter for `channels` channels.
    pub fn new(channels: usize) -> Self {
        Self { channels: vec![Channel::EMPTY; channels] }
    }

    /// Takes a block: one slice per channel, any length; samples finite.
    pub fn push<C: AsRef<[f32]>>(&mut self, channels: &[C]) {
        for (meter, samples) in self.channels.iter_mut().zip(channels) {
            meter.push(samples.as_ref());
        }
    }

    /// The true peak of each channel over everything pushed, as a magnitude: full scale is 1.0 (0 dBTP).
    pub fn finish(mut self) -> Vec<f32> {
        self.channels.iter_mut().for_each(Channel::flush);
        self.channels.into_iter().map(|channel| channel.peak).collect()
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
}
