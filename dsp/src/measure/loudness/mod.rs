//! Loudness by EBU R 128: ITU-R BS.1770-4, EBU Tech 3341 (momentary, short-term) and EBU Tech 3342 (range).
//!
//! - **Integrated**: mean power of the K-weighted channels over 400 ms blocks every 100 ms, those at or below -70 LUFS
//!   and then those at or below 10 LU under the mean of the rest left out; L = -0.691 + 10 log10 of the weighted sum.
//! - **Momentary and short-term maximum**: the loudest 400 ms and 3 s, looked for every 10 ms. Their series have a
//!   value every 100 ms.
//! - **Range**: distance of the 10th and 95th percentile of the short-term loudness taken every 100 ms, those at or
//!   below -70 LUFS and then those at or below 20 LU under their mean left out.
//!
//! Time is counted in steps of 10 ms, cut at the nearest frame below; a window's mean is taken over the frames that it
//! really has, so that rates that are no multiple of 100 Hz do not drift. Only whole windows count.
//!
//! The K-weighted power of each step is kept for 3 s; gating works on histograms with the exact sum of every bin of
//! 0.01 LU, so that memory does not grow and the result is exact but for blocks within 0.01 LU of a gate. The crate
//! `ebur128` (0.1.10) has the same measures; it sums the samples of 400 ms or 3 s again for every value of a series
//! that it is asked for, where a step here costs 340 additions whatever the rate, and it wants `std`.

mod layout;
mod matched;
mod weighting;

use alloc::vec::Vec;

pub use layout::{channel_weights, masked_channel_weights};
use weighting::{Coefficients, PairFilter};

use super::{
    histogram::PowerHistogram,
    series::{Merge, Series},
};
use crate::{
    analysis::{Loudness, MAX_POINTS, TimeSeries},
    math,
};

/// Lowest sample rate at which the K-weighting can be made: its shelf lies at 1.7 kHz. From here on the weighting of every
/// frequency is within 0.08 dB of that at 48 kHz, and within 0.03 dB from 8 kHz on.
pub const MIN_RATE_HZ: u32 = 4_000;

/// L = OFFSET + 10 log10(power), so that a sine of 997 Hz at 0 dBFS in one channel has -3.01 LUFS.
const OFFSET_DB: f64 = -0.691;
const ABSOLUTE_GATE_LUFS: f64 = -70.0;
const INTEGRATED_GATE_LU: f64 = -10.0;
const RANGE_GATE_LU: f64 = -20.0;
const RANGE_PERCENTILES: (f64, f64) = (0.10, 0.95);

/// Steps a second; a momentary window, a short-term window and the distance of two blocks in steps.
const STEPS_PER_S: u64 = 100;
const MOMENTARY: usize = 40;
const SHORT_TERM: usize = 300;
const HOP: u64 = 10;

/// A sample rate below [`MIN_RATE_HZ`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("loudness needs a sample rate of at least {MIN_RATE_HZ} Hz, not {actual_hz} Hz")]
pub struct RateTooLow {
    /// The rate.
    pub actual_hz: u32,
}

/// Loudness of a power that is already weighted and summed over the channels.
fn lufs(power: f64) -> Option<f64> {
    math::power_to_decibels(power).map(|level| level + OFFSET_DB)
}

fn power(lufs: f64) -> f64 {
    math::pow(10.0, (lufs - OFFSET_DB) / 10.0)
}

/// Measures loudness over a stream of planar sound.
///
/// ```
/// use dsp::measure::loudness::LoudnessMeter;
///
/// // EBU Tech 3341, case 1: a stereo sine of 1 kHz with a peak of -23 dBFS has -23 LUFS.
/// let sine: Vec<f32> = (0..48_000).map(|n| 0.0708 * (n as f32 * core::f32::consts::TAU / 48.0).sin()).collect();
/// let mut meter = LoudnessMeter::new(48_000, 2).unwrap();
/// meter.push(&[&sine, &sine]);
/// assert!((meter.integrated_lufs().unwrap() + 23.0).abs() < 0.1);
/// ```
pub struct LoudnessMeter {
    rate_hz: u32,
    weights: Vec<f64>,
    coefficients: Coefficients,
    pairs: Vec<PairFilter>,
    frames: u64,
    steps: u64,
    /// Weighted energy (sum over frames) of the last 3 s in steps, a ring.
    ring: [f64; SHORT_TERM],
    blocks: PowerHistogram,
    windows: PowerHistogram,
    momentary_max: f64,
    short_term_max: f64,
    momentary: Series,
    short_term: Series,
}

impl LoudnessMeter {
    /// A meter for `channels` channels at `rate_hz`, weighted by [`channel_weights`].
    pub fn new(rate_hz: u32, channels: usize) -> Result<Self, RateTooLow> {
        Self::with_weights(rate_hz, channel_weights(channels))
    }

    /// A meter with a weight of its own for the power of each channel: 0.0 leaves a channel out (LFE).
    pub fn with_weights(rate_hz: u32, weights: Vec<f64>) -> Result<Self, RateTooLow> {
        if rate_hz < MIN_RATE_HZ {
            return Err(RateTooLow { actual_hz: rate_hz });
        }
        // Louder than +70 LUFS nothing is told apart; sums stay exact.
        let histogram = || PowerHistogram::new(ABSOLUTE_GATE_LUFS - OFFSET_DB, 70.0, 0.01);
        Ok(Self {
            rate_hz,
            coefficients: Coefficients::new(f64::from(rate_hz)),
            pairs: alloc::vec![PairFilter::default(); weights.len().div_ceil(2)],
            weights,
            frames: 0,
            steps: 0,
            ring: [0.0; SHORT_TERM],
            blocks: histogram(),
            windows: histogram(),
            momentary_max: 0.0,
            short_term_max: 0.0,
            momentary: Series::new(MAX_POINTS, Merge::Mean),
            short_term: Series::new(MAX_POINTS, Merge::Mean),
        })
    }

    /// Takes a block of planar sound: one slice per channel, equally long, any length; samples finite.
    pub fn push<C: AsRef<[f32]>>(&mut self, channels: &[C]) {
        let length = channels.iter().map(|c| c.as_ref().len()).min().unwrap_or(0);
        let mut at = 0;
        while at < length {
            let end = self.boundary(self.steps + 1);
            let run = usize::try_from(end - self.frames).unwrap_or(usize::MAX).min(length - at);
            for (pair, filter) in channels.chunks(2).zip(&mut self.pairs) {
                // An odd last channel goes through both lanes; the second has no weight.
                if let (Some(left), Some(right)) = (pair.first(), pair.last()) {
                    let part = at..at + run;
                    filter.push(&self.coefficients, &left.as_ref()[part.clone()], &right.as_ref()[part]);
                }
            }
            at += run;
            self.frames += run as u64;
            if self.frames == end {
                self.close_step();
            }
        }
    }

    /// First frame of a step.
    fn boundary(&self, step: u64) -> u64 {
        (u128::from(step) * u128::from(self.rate_hz) / u128::from(STEPS_PER_S)) as u64
    }

    fn close_step(&mut self) {
        let pairs = self.pairs.iter_mut().map(PairFilter::take_energies);
        let energy = pairs.zip(self.weights.chunks(2)).map(|(energies, weights)| {
            weights.iter().zip(energies).map(|(weight, energy)| weight * energy).sum::<f64>()
        });
        self.ring[(self.steps % SHORT_TERM as u64) as usize] = energy.sum();
        self.steps += 1;
        let at_hop = self.steps.is_multiple_of(HOP);
        let momentary = self.window(MOMENTARY);
        if let Some(power) = momentary {
            self.momentary_max = self.momentary_max.max(power);
        }
        let short_term = self.window(SHORT_TERM);
        if let Some(power) = short_term {
            self.short_term_max = self.short_term_max.max(power);
        }
        if let Some(power) = momentary.filter(|_| at_hop) {
            self.blocks.push(power);
            self.momentary.push(Some(power as f32));
        }
        if let Some(power) = short_term.filter(|_| at_hop) {
            self.windows.push(power);
            self.short_term.push(Some(power as f32));
        }
    }

    /// Mean weighted power of the last `steps` steps, when there were as many.
    fn window(&self, steps: usize) -> Option<f64> {
        let first = self.steps.checked_sub(steps as u64)?;
        let frames = self.boundary(self.steps) - self.boundary(first);
        let energy: f64 = (first..self.steps).map(|step| self.ring[(step % SHORT_TERM as u64) as usize]).sum();
        Some(energy / frames as f64)
    }

    /// Gated loudness of everything so far; `None` below 0.4 s and where nothing is above -70 LUFS.
    pub fn integrated_lufs(&self) -> Option<f64> {
        let gate = self.blocks.mean_above(0.0)? * math::pow(10.0, INTEGRATED_GATE_LU / 10.0);
        lufs(self.blocks.mean_above(gate)?)
    }

    /// Lower and upper end of the loudness range; `None` below 3 s and where nothing is above -70 LUFS.
    fn range(&self) -> Option<(f64, f64)> {
        let gate = self.windows.mean_above(0.0)? * math::pow(10.0, RANGE_GATE_LU / 10.0);
        let at = |quantile| self.windows.percentile_above(gate, quantile).and_then(lufs);
        at(RANGE_PERCENTILES.0).zip(at(RANGE_PERCENTILES.1))
    }

    /// The loudness of everything pushed. `true_peaks` are linear, one per channel, from
    /// [`TruePeakMeter`](super::true_peak::TruePeakMeter); none leaves the true peak undefined.
    pub fn finish(self, true_peaks: &[f32]) -> (Loudness, LoudnessSeries) {
        let range = self.range();
        let loudness = Loudness {
            integrated_lufs: self.integrated_lufs(),
            range_lu: range.map(|(low, high)| high - low),
            range_low_lufs: range.map(|(low, _)| low),
            range_high_lufs: range.map(|(_, high)| high),
            momentary_max_lufs: lufs(self.momentary_max),
            short_term_max_lufs: lufs(self.short_term_max),
            ..true_peaks_only(true_peaks, self.weights)
        };
        let lowest = power(ABSOLUTE_GATE_LUFS);
        let convert = |power: f32| {
            let power = f64::from(power);
            if power > lowest { lufs(power).map(|level| level as f32) } else { None }
        };
        let hop_s = HOP as f64 / STEPS_PER_S as f64;
        let window_s = |steps: usize| steps as f64 / STEPS_PER_S as f64;
        let series = LoudnessSeries {
            momentary_lufs: self.momentary.to_time_series(0.5 * window_s(MOMENTARY), hop_s, convert),
            short_term_lufs: self.short_term.to_time_series(0.5 * window_s(SHORT_TERM), hop_s, convert),
        };
        (loudness, series)
    }
}

/// True peaks without loudness, as of sound whose rate is too low for it. `true_peaks` are linear, one per channel, from
/// [`TruePeakMeter`](super::true_peak::TruePeakMeter).
pub fn true_peaks_only(true_peaks: &[f32], channel_weights: Vec<f64>) -> Loudness {
    let dbtp = |peak: f32| math::power_to_decibels(f64::from(peak) * f64::from(peak));
    Loudness {
        integrated_lufs: None,
        range_lu: None,
        range_low_lufs: None,
        range_high_lufs: None,
        momentary_max_lufs: None,
        short_term_max_lufs: None,
        true_peak_dbtp: dbtp(true_peaks.iter().copied().fold(0.0, f32::max)),
        channel_true_peak_dbtp: true_peaks.iter().map(|&peak| dbtp(peak)).collect(),
        channel_weights,
    }
}

/// Loudness over time; a point is the middle of its windows, at or below -70 LUFS it is undefined.
#[derive(Debug, Clone, PartialEq)]
pub struct LoudnessSeries {
    /// Windows of 400 ms.
    pub momentary_lufs: TimeSeries,
    /// Windows of 3 s.
    pub short_term_lufs: TimeSeries,
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn low_rates_are_refused() {
        assert_eq!(LoudnessMeter::new(3_999, 2).err(), Some(RateTooLow { actual_hz: 3_999 }));
        assert!(LoudnessMeter::new(MIN_RATE_HZ, 0).is_ok());
    }

    #[test]
    fn a_full_scale_sine_of_997_hz_in_one_channel_has_minus_3() {
        for rate in [4_000u32, 8_000, 11_025, 22_050, 44_100, 48_000, 96_000, 192_000] {
            let sine: Vec<f32> = (0..4 * rate)
                .map(|n| math::sin(core::f64::consts::TAU * 997.0 * f64::from(n) / f64::from(rate)) as f32)
                .collect();
            let mut meter = LoudnessMeter::new(rate, 1).expect("rate");
            meter.push(&[sine]);
            let (found, _) = meter.finish(&[]);
            let tolerance = if rate < 16_000 { 0.1 } else { 0.04 };
            assert!((found.integrated_lufs.expect("sound") + 3.01).abs() < tolerance, "{rate}: {found:?}");
            assert!((found.short_term_max_lufs.expect("sound") + 3.01).abs() < tolerance, "{rate}: {found:?}");
        }
    }

    #[cfg(feature = "std")]
    fn loudness(rate_hz: u32, sound: &[f32]) -> f64 {
        let mut meter = LoudnessMeter::new(rate_hz, 1).expect("rate");
        meter.push(&[sound]);
        meter.integrated_lufs().expect("sound")
    }

    /// The table of the standard is one of 48 kHz: the same sound must be as loud at every other rate.
    #[cfg(feature = "std")]
    #[test]
    fn the_rate_does_not_matter() {
        use crate::resample::{Quality, Resampler};

        for rate in [4_000u32, 4_800, 6_000, 8_000, 11_025, 16_000, 22_050, 31_999, 32_000, 44_100, 96_000, 192_000] {
            for hz in [100.0, 200.0, 500.0] {
                let sine = |rate: u32| -> Vec<f32> {
                    let phase = |n: u32| core::f64::consts::TAU * hz * f64::from(n) / f64::from(rate);
                    (0..4 * rate).map(|n| 0.5 * math::sin(phase(n)) as f32).collect()
                };
                let difference = loudness(rate, &sine(rate)) - loudness(48_000, &sine(48_000));
                assert!(difference.abs() < 0.1, "{rate} Hz, sine of {hz} Hz: {difference:.3} LU");
            }
            // White noise that both rates can hold.
            let base = 0.75 * f64::from(rate.min(48_000));
            let mut state = 1u32;
            let noise: Vec<f32> = (0..(4.0 * base) as usize)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    0.5 * ((state >> 8) as f32 / 8_388_608.0 - 1.0)
                })
                .collect();
            let at = |rate: u32| {
                let converted = Resampler::convert(&[&noise], base, f64::from(rate), Quality::Db120).expect("rates");
                loudness(rate, &converted[0])
            };
            let difference = at(rate) - at(48_000);
            assert!(difference.abs() < 0.1, "{rate} Hz, white noise: {difference:.3} LU");
        }
    }

    #[test]
    fn silence_and_short_sounds_have_no_loudness() {
        for (frames, value) in [(0, 0.5), (19_199, 0.5), (480_000, 0.0)] {
            let mut meter = LoudnessMeter::new(48_000, 2).expect("rate");
            meter.push(&[vec![value; frames], vec![-value; frames]]);
            let (found, series) = meter.finish(&[0.0, 0.0]);
            assert_eq!((found.integrated_lufs, found.range_lu, found.momentary_max_lufs), (None, None, None));
            assert_eq!(found.true_peak_dbtp, None);
            assert!(series.momentary_lufs.values.iter().all(Option::is_none));
        }
    }
}
