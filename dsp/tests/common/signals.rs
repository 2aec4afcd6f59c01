//! The signals of the references: the same formulas as in `dsp/reference/signals.py`, so that no sound is stored.
//!
//! Everything is computed in f64 and rounded once, to f32. Sample n lies at n / rate seconds. Noise is the same to the
//! last bit on both sides; sines differ by at most one unit in the last place of f32.

use std::f64::consts::TAU;

/// White noise, uniform in [-amplitude, amplitude): x = (state >> 8) / 2^23 - 1 with the generator
/// state <- state * 1664525 + 1013904223 (mod 2^32), stepped before each sample.
pub fn noise(length: usize, seed: u32, amplitude: f32) -> Vec<f32> {
    let mut state = seed;
    (0..length)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((state >> 8) as f32 / 8_388_608.0 - 1.0) * amplitude
        })
        .collect()
}

/// amplitude sin(2 pi f n / rate + phase).
pub fn sine(length: usize, rate_hz: f64, frequency_hz: f64, amplitude: f64, phase_rad: f64) -> Vec<f32> {
    (0..length).map(|n| (amplitude * (TAU * frequency_hz * n as f64 / rate_hz + phase_rad).sin()) as f32).collect()
}

/// Linear sweep over the whole length T: amplitude sin(2 pi (f0 t + (f1 - f0) t^2 / (2 T))).
pub fn chirp(length: usize, rate_hz: f64, from_hz: f64, to_hz: f64, amplitude: f64) -> Vec<f32> {
    let whole_s = length as f64 / rate_hz;
    let phase = |t: f64| from_hz * t + (to_hz - from_hz) * t * t / (2.0 * whole_s);
    (0..length).map(|n| (amplitude * (TAU * phase(n as f64 / rate_hz)).sin()) as f32).collect()
}

/// Exponential sweep (Farina 2000): amplitude sin(2 pi f0 T / L (exp(t L / T) - 1)) with L = ln(f1 / f0).
pub fn exponential_sweep(length: usize, rate_hz: f64, from_hz: f64, to_hz: f64, amplitude: f64) -> Vec<f32> {
    let whole_s = length as f64 / rate_hz;
    let octaves = (to_hz / from_hz).ln();
    let phase = |t: f64| from_hz * whole_s / octaves * ((t * octaves / whole_s).exp() - 1.0);
    (0..length).map(|n| (amplitude * (TAU * phase(n as f64 / rate_hz)).sin()) as f32).collect()
}

/// Sum over h = 1..=partials, below half the rate, of amplitude / h sin(2 pi h f n / rate).
pub fn harmonic_tone(length: usize, rate_hz: f64, fundamental_hz: f64, partials: u32, amplitude: f64) -> Vec<f32> {
    let sample = |n: usize| -> f64 {
        (1..=partials)
            .map(f64::from)
            .filter(|h| h * fundamental_hz < rate_hz / 2.0)
            .map(|h| amplitude / h * (TAU * h * fundamental_hz * n as f64 / rate_hz).sin())
            .sum()
    };
    (0..length).map(|n| sample(n) as f32).collect()
}

/// Single samples of `amplitude` every `period_frames`, the first at `first_frame`.
pub fn impulses(length: usize, period_frames: usize, first_frame: usize, amplitude: f32) -> Vec<f32> {
    let mut signal = vec![0.0; length];
    signal.iter_mut().skip(first_frame).step_by(period_frames).for_each(|x| *x = amplitude);
    signal
}

/// The shape of one click: amplitude exp(-t / decay) sin(2 pi f t), 10 decays long.
#[derive(Clone, Copy)]
pub struct Click {
    pub amplitude: f64,
    pub frequency_hz: f64,
    pub decay_s: f64,
}

impl Default for Click {
    fn default() -> Self {
        Self { amplitude: 1.0, frequency_hz: 1_000.0, decay_s: 0.005 }
    }
}

/// A click at each beat: beat b starts at frame floor((first + 60 b / tempo) rate + 1/2); clicks that meet add up.
pub fn click_track(length: usize, rate_hz: f64, tempo_bpm: f64, first_s: f64, click: Click) -> Vec<f32> {
    let mut signal = vec![0.0f64; length];
    let burst: Vec<f64> = (0..(10.0 * click.decay_s * rate_hz).ceil() as usize)
        .map(|n| n as f64 / rate_hz)
        .map(|t| click.amplitude * (-t / click.decay_s).exp() * (TAU * click.frequency_hz * t).sin())
        .collect();
    for beat in 0.. {
        let start = ((first_s + 60.0 * f64::from(beat) / tempo_bpm) * rate_hz + 0.5).floor() as usize;
        if start >= length {
            break;
        }
        signal[start..].iter_mut().zip(&burst).for_each(|(x, y)| *x += y);
    }
    signal.into_iter().map(|x| x as f32).collect()
}

/// The sum, sample by sample in f32 from left to right; the shortest gives the length.
pub fn mixed(signals: &[&[f32]]) -> Vec<f32> {
    let length = signals.iter().map(|signal| signal.len()).min().unwrap_or(0);
    (0..length).map(|n| signals.iter().fold(0.0, |sum, signal| sum + signal[n])).collect()
}
