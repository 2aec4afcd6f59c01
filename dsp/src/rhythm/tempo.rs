//! From autocorrelation to tempo.

use crate::{analysis::Tempo, math};

/// Slowest tempo that is looked for.
pub const MIN_BPM: f64 = 30.0;
/// Fastest tempo that is looked for.
pub const MAX_BPM: f64 = 300.0;
/// Tempo that is preferred where the sound leaves a choice.
pub const PREFERRED_BPM: f64 = 120.0;
/// Standard deviation of the preference, in octaves.
pub const PREFERENCE_OCTAVES: f64 = 1.0;
/// A periodicity below this is taken for chance.
pub const MIN_CONFIDENCE: f64 = 0.1;
/// Multiples of the period weigh this much in the choice of the beat.
const MULTIPLE_WEIGHT: f64 = 0.5;

/// The tempo that an autocorrelation speaks for, `None` where nothing repeats: where the period it would have is not above
/// `chance`, see [`Chance`], and [`MIN_CONFIDENCE`].
///
/// The period is the lag t with the highest max(T2, T3), Tm(t) = p(t) r(t) + 0.5 p(m t) r(m t) (Ellis 2007, section
/// 3.2: a beat has a metre above it), with r cut at 0, the highest of three neighbours at multiples, and the log-normal preference
/// p = exp(-1/2 (log2(bpm / 120) / 1 octave)^2). Parabolas through ever higher multiples of the period refine it.
pub(super) fn estimate(autocorrelation: &[f32], frames_per_s: f64, chance: f64) -> Option<Tempo> {
    let lag_of = |bpm: f64| 60.0 * frames_per_s / bpm;
    let last = autocorrelation.len().checked_sub(2)?;
    let (shortest, longest) = ((lag_of(MAX_BPM).ceil() as usize).max(2), (lag_of(MIN_BPM) as usize).min(last));
    let r = |lag: usize| autocorrelation.get(lag).map_or(0.0, |&r| f64::from(r).max(0.0));
    let preference = |lag: usize| {
        let octaves = math::log2(lag_of(PREFERRED_BPM) / lag as f64) / PREFERENCE_OCTAVES;
        math::exp(-0.5 * octaves * octaves)
    };
    let metre = |lag: usize, multiple: usize| {
        let lag = lag * multiple;
        preference(lag) * r(lag - 1).max(r(lag)).max(r(lag + 1))
    };
    let score = |lag: usize| preference(lag) * r(lag) + MULTIPLE_WEIGHT * metre(lag, 2).max(metre(lag, 3));
    let best = (shortest..=longest).map(|lag| (lag, score(lag))).max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
    let (lag, _) = best?;
    let (period, confidence) = vertex(autocorrelation, lag);
    if confidence < chance.max(MIN_CONFIDENCE) {
        return None;
    }
    let bpm = 60.0 * frames_per_s / refine(autocorrelation, period, confidence);
    Some(Tempo { bpm: bpm.clamp(MIN_BPM, MAX_BPM), confidence: confidence.min(1.0) })
}

/// How periodic noise is by chance.
///
/// The autocorrelation of noise under a Hann window has a standard deviation of 1.5 / sqrt(frames) at the lags of a beat,
/// and 1.4 times that after the smoothing of its strengths; the highest of all lags is rarely over four of these. Sound
/// whose strength varies more than that of any noise does not come near it by chance.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chance {
    /// No noise varies more.
    noise_variance: f32,
}

/// Four standard deviations.
const HIGHEST: f64 = 8.4;
/// Rise from one frame to the next of a single cell of noise without overlap: the positive part of the difference of two
/// levels with 5.57 dB of deviation each has 4.6 dB, and 2.8 dB after smoothing. Twice that is no noise any more.
const NOISE_DB: f32 = 5.6;

impl Chance {
    /// Of noise whose strength is the mean over so many bands.
    pub(super) fn of(bands: usize) -> Self {
        Self { noise_variance: NOISE_DB * NOISE_DB / bands.max(1) as f32 }
    }

    /// The periodicity that strengths of this variance may have by chance in so many frames.
    pub(super) fn highest(self, variance: f32, frames: f64) -> f64 {
        if variance > self.noise_variance { 0.0 } else { HIGHEST / math::sqrt(frames.max(1.0)) }
    }
}

/// The period from the highest multiple at which it can be followed: an error there weighs less.
fn refine(autocorrelation: &[f32], mut period: f64, confidence: f64) -> f64 {
    for multiple in 2.. {
        let around = math::round(f64::from(multiple) * period) as usize;
        if around + 2 >= autocorrelation.len() {
            break;
        }
        let highest = (around - 1..=around + 1).max_by(|&a, &b| autocorrelation[a].total_cmp(&autocorrelation[b]));
        let (at, height) = vertex(autocorrelation, highest.unwrap_or(around));
        let refined = at / f64::from(multiple);
        if height < 0.5 * confidence || (refined - period).abs() > 0.02 * period {
            break;
        }
        period = refined;
    }
    period
}

/// Place and height of the parabola through a lag and its neighbours; the lag itself where it is no maximum.
fn vertex(autocorrelation: &[f32], lag: usize) -> (f64, f64) {
    let at = |k: usize| autocorrelation.get(k).map_or(0.0, |&r| f64::from(r));
    let (left, centre, right) = (at(lag - 1), at(lag), at(lag + 1));
    let curvature = left - 2.0 * centre + right;
    if curvature >= 0.0 || centre < left || centre < right {
        return (lag as f64, centre);
    }
    let shift = 0.5 * (left - right) / curvature;
    (lag as f64 + shift, centre - 0.25 * (left - right) * shift)
}
