//! The fundamental period of one frame of sound.

use super::PitchError;
use crate::fft::{Complex32, FftError, RealFft};

/// Largest aperiodicity of a frame that counts as voiced; de Cheveigné and Kawahara have 0.1, see [`Yin`] for the reason.
pub const VOICED_BELOW: f32 = 0.15;
/// Seconds of sound in one frame: 2.2 periods of the lowest pitch.
const FRAME_S: f64 = 0.044;
/// Frames quieter than this (-70 dBFS RMS) have no pitch.
const SILENT_MEAN_SQUARE: f64 = 1e-7;
/// The period is refined at multiples of itself up to this lag, where an error of interpolation weighs less.
const REFINE_LAG: f64 = 128.0;
/// Samples that the shortest period has at least: with fewer, no lag comes close enough to it.
const MIN_PERIOD: f64 = 8.0;

/// What one frame sounds like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PitchFrame {
    /// Fundamental frequency; `None` where the frame is silent, not periodic, or its pitch lies outside the range.
    pub f0_hz: Option<f64>,
    /// Share of the power that does not repeat from period to period, 0 (a steady tone) to about 1 (noise);
    /// `None` where the frame is silent.
    pub aperiodicity: Option<f32>,
}

const SILENT: PitchFrame = PitchFrame { f0_hz: None, aperiodicity: None };

/// YIN (de Cheveigné and Kawahara, J. Acoust. Soc. Am. 111, 2002) with the difference function from an FFT.
///
/// For a frame of L samples without its mean, d(t) is the mean over j < L - t of (x\[j\] - x\[j + t\])^2, and
/// d'(t) = d(t) t / (d(1) + ... + d(t)). The period is the first minimum of d' below [`VOICED_BELOW`], interpolated by
/// the parabola through d and refined the same way at 2, 4, 8... periods; its d' is the aperiodicity. Where no minimum is so low, the
/// frame is unvoiced and the lowest d' is reported.
///
/// Differences from the paper: the window of integration shrinks with the lag instead of being fixed (all samples of the
/// frame are used, and one FFT fewer is needed); the threshold is 0.15 instead of 0.1, because d' at the period is the share
/// of noise and of other notes in the power, and recordings of music have more of them than the paper's speech (0.1 asks
/// for 9.5 dB of signal to noise, 0.15 for 7.5 dB; of white noise, still less than a frame in fifty is voiced); a first
/// minimum outside the range of pitches is not replaced by a multiple inside it; there is no search in neighbouring frames
/// (step 6).
///
/// ```
/// use dsp::pitch::Yin;
///
/// let mut yin = Yin::new(16_000.0, 50.0, 2_000.0)?;
/// let phase = |n: usize| std::f32::consts::TAU * 220.0 / 16_000.0 * n as f32;
/// let frame: Vec<f32> = (0..yin.frame_length()).map(|n| 0.3 * phase(n).sin() + 0.2 * (2.0 * phase(n)).sin()).collect();
/// let found = yin.estimate(&frame)?;
/// assert!((found.f0_hz.expect("a tone has a pitch") - 220.0).abs() < 0.1);
/// assert!(found.aperiodicity.expect("it sounds") < 0.01);
/// # Ok::<(), dsp::pitch::PitchError>(())
/// ```
pub struct Yin {
    sample_rate_hz: f64,
    frame_length: usize,
    min_lag: f64,
    max_lag: usize,
    fft: RealFft,
    centred: Vec<f32>,
    block: Vec<f32>,
    spectrum: Vec<Complex32>,
    difference: Vec<f32>,
    normalized: Vec<f32>,
}

impl Yin {
    /// Plans frames at `sample_rate_hz` for pitches from `min_hz` to `max_hz`, with
    /// 20 Hz <= `min_hz` < `max_hz` <= an eighth of the rate, which is at most 768,000 Hz.
    pub fn new(sample_rate_hz: f64, min_hz: f64, max_hz: f64) -> Result<Self, PitchError> {
        check_rate(sample_rate_hz)?;
        let limit_hz = max_pitch_hz(sample_rate_hz);
        if !(20.0 <= min_hz && min_hz < max_hz && max_hz <= limit_hz) {
            return Err(PitchError::Range { min_hz, max_hz, limit_hz });
        }
        let max_lag = (sample_rate_hz / min_hz).ceil() as usize + 1;
        let frame_length = ((sample_rate_hz * FRAME_S.max(2.2 / min_hz)) as usize).max(2 * max_lag);
        // Zeros behind the frame keep the circular correlation apart from its own images.
        let length = (frame_length + max_lag + 1).next_power_of_two();
        Ok(Self {
            sample_rate_hz,
            frame_length,
            // A pitch at the upper end of the range must not fall out of it by rounding.
            min_lag: sample_rate_hz / max_hz * 0.999,
            max_lag,
            fft: RealFft::new(length)?,
            centred: vec![0.0; frame_length],
            block: vec![0.0; length],
            spectrum: vec![Complex32::ZERO; length / 2 + 1],
            difference: vec![0.0; max_lag + 2],
            normalized: vec![1.0; max_lag + 2],
        })
    }

    /// Samples that one frame takes.
    pub fn frame_length(&self) -> usize {
        self.frame_length
    }

    /// The pitch of one frame of [`Self::frame_length`] samples, full scale ±1.0.
    pub fn estimate(&mut self, frame: &[f32]) -> Result<PitchFrame, PitchError> {
        if frame.len() != self.frame_length {
            return Err(FftError::Buffer { expected: self.frame_length, actual: frame.len() }.into());
        }
        let length = frame.len() as f32;
        let mean = sum(frame, |x| x) / length;
        for (centred, &x) in self.centred.iter_mut().zip(frame) {
            *centred = x - mean;
        }
        let energy = sum(&self.centred, |x| x * x);
        // Also where the energy is not a number.
        let audible = f64::from(energy) > SILENT_MEAN_SQUARE * f64::from(length);
        if !audible || !energy.is_finite() {
            return Ok(SILENT);
        }
        self.correlate()?;
        Ok(self.search(energy))
    }

    /// Leaves the autocorrelation of the centred frame in `block`.
    fn correlate(&mut self) -> Result<(), FftError> {
        let (head, tail) = self.block.split_at_mut(self.frame_length);
        head.copy_from_slice(&self.centred);
        tail.fill(0.0);
        self.fft.forward(&mut self.block, &mut self.spectrum)?;
        for bin in &mut self.spectrum {
            *bin = Complex32::new(bin.re * bin.re + bin.im * bin.im, 0.0);
        }
        self.fft.inverse(&mut self.spectrum, &mut self.block)
    }

    /// Computes d and d' lag by lag and stops behind the first minimum that is low enough.
    fn search(&mut self, energy: f32) -> PitchFrame {
        let (mut energies, mut cumulated) = (2.0 * f64::from(energy), 0.0f64);
        let (mut lowest, mut candidate) = (1.0f32, None);
        let mut until = self.max_lag + 1;
        for lag in 1..=self.max_lag + 1 {
            let (last, first) = (self.centred[self.frame_length - lag], self.centred[lag - 1]);
            energies -= f64::from(last * last) + f64::from(first * first);
            let overlap = (self.frame_length - lag) as f64;
            let difference = ((energies - 2.0 * f64::from(self.block[lag])) / overlap).max(0.0);
            cumulated += difference;
            let normalized = if cumulated > 0.0 { (difference * lag as f64 / cumulated) as f32 } else { 1.0 };
            self.difference[lag] = difference as f32;
            self.normalized[lag] = normalized;
            if lag > until {
                break;
            }
            let previous = self.normalized[lag - 1];
            lowest = lowest.min(normalized);
            if candidate.is_none() && lag > 2 && previous < VOICED_BELOW && normalized >= previous {
                candidate = Some(lag - 1);
                // The refinement looks a little further.
                until = (lag + 1).max(REFINE_LAG as usize + 2).min(self.max_lag);
            }
        }
        let Some(lag) = candidate else { return PitchFrame { f0_hz: None, aperiodicity: Some(lowest) } };
        let period = self.refine(lag, until);
        let inside = (self.min_lag..=self.max_lag as f64).contains(&period);
        // Between two lags the difference is lower than at either.
        let (_, lowest) = self.minimum(lag);
        let share = (lowest / f64::from(self.difference[lag]).max(f64::MIN_POSITIVE)).clamp(0.0, 1.0);
        PitchFrame {
            f0_hz: inside.then(|| self.sample_rate_hz / period),
            aperiodicity: Some((self.normalized[lag] * share as f32).clamp(0.0, 1.0)),
        }
    }

    /// The period around `lag`, taken from ever higher multiples of it.
    fn refine(&self, lag: usize, computed: usize) -> f64 {
        let (mut period, _) = self.minimum(lag);
        let mut multiple = 2.0;
        while multiple * period < REFINE_LAG {
            let around = (multiple * period).round() as usize;
            let Some(near) = self.difference.get(around - 1..=around + 1).filter(|_| around + 2 <= computed) else {
                break;
            };
            let offset = near.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1)).map_or(1, |(at, _)| at);
            let refined = self.minimum(around + offset - 1).0 / multiple;
            // A multiple that has no minimum of its own near the expected place says nothing.
            if (refined - period).abs() * multiple > 1.0 {
                break;
            }
            period = refined;
            multiple *= 2.0;
        }
        period
    }

    /// Place and value of the vertex of the parabola through d around a lag, at most a lag away: the minima of d and d'
    /// need not fall on the same lag.
    fn minimum(&self, lag: usize) -> (f64, f64) {
        let at = |k: usize| f64::from(self.difference[k]);
        let (left, centre, right) = (at(lag - 1), at(lag), at(lag + 1));
        let curvature = left - 2.0 * centre + right;
        if curvature <= 0.0 {
            return (lag as f64, centre);
        }
        let shift = (0.5 * (left - right) / curvature).clamp(-1.0, 1.0);
        (lag as f64 + shift, centre - 0.25 * (left - right) * shift)
    }
}

/// Refuses what is no sample rate of sound.
pub(super) fn check_rate(sample_rate_hz: f64) -> Result<(), PitchError> {
    match (20.0..=768_000.0).contains(&sample_rate_hz) {
        true => Ok(()),
        false => Err(PitchError::SampleRate { sample_rate_hz }),
    }
}

/// The highest pitch that can be looked for at a sample rate: an eighth of it.
pub fn max_pitch_hz(sample_rate_hz: f64) -> f64 {
    sample_rate_hz / MIN_PERIOD
}

/// Sum over all samples in eight partial sums: wide, and in a fixed order.
fn sum(samples: &[f32], term: impl Fn(f32) -> f32) -> f32 {
    let mut lanes = [0.0f32; 8];
    let (runs, rest) = samples.as_chunks::<8>();
    for run in runs {
        for (lane, &x) in lanes.iter_mut().zip(run) {
            *lane += term(x);
        }
    }
    lanes.iter().sum::<f32>() + rest.iter().map(|&x| term(x)).sum::<f32>()
}
