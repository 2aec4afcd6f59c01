//! The exponential sine sweep.

use alloc::vec::Vec;
use core::f64::consts::TAU;

use crate::{ParameterError, math};

/// A sine whose frequency grows exponentially from f1 to f2 (Farina 2000, "Simultaneous measurement of impulse response
/// and distortion with a swept-sine technique"): x(t) = sin(2 pi f1 L e^(t / L)), with L = T / ln(f2 / f1) rounded so that
/// f1 L is a whole number (Novak, Lotton and Simon 2015, "Synchronized swept-sine"): the harmonics of a non-linear system
/// then keep their phase. The amplitude is 1.
///
/// ```
/// use dsp::transfer::Sweep;
///
/// let sweep = Sweep::new(20.0, 20_000.0, 1.0, 48_000.0)?;
/// let sound = sweep.samples();
/// // A system that delays by 100 frames and halves.
/// let recorded: Vec<f32> = [0.0; 100].into_iter().chain(sound.iter().map(|x| 0.5 * x)).collect();
/// let response = sweep.impulse_response(&recorded, 48_000.0)?;
/// assert_eq!(response.peak_frame(), 100);
/// # Ok::<(), dsp::transfer::TransferError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sweep {
    pub(super) start_hz: f64,
    pub(super) end_hz: f64,
    pub(super) sample_rate_hz: f64,
    /// L: seconds in which the frequency grows by the factor e.
    rate_s: f64,
}

/// Longest sweep.
const MAX_FRAMES: f64 = (1u32 << 24) as f64;

impl Sweep {
    /// Plans a sweep from f1 up to f2 (at most half the sample rate) in about `duration_s`, which is rounded so that
    /// f1 L is whole; at most 2^24 frames.
    pub fn new(start_hz: f64, end_hz: f64, duration_s: f64, sample_rate_hz: f64) -> Result<Self, ParameterError> {
        let refuse = |name, allowed, actual| Err(ParameterError { name, allowed, actual });
        if !(sample_rate_hz > 0.0 && sample_rate_hz <= 1e9) {
            return refuse("sample_rate_hz", "above 0, up to 1e9", sample_rate_hz);
        }
        if !(start_hz > 0.0 && start_hz < end_hz) {
            return refuse("start_hz", "above 0, below the end", start_hz);
        }
        if !(start_hz..=sample_rate_hz / 2.0).contains(&end_hz) {
            return refuse("end_hz", "at most half the sample rate", end_hz);
        }
        let octaves = math::ln(end_hz / start_hz);
        if !(duration_s > 0.0 && octaves > 1e-6) {
            return refuse("duration_s", "above 0", duration_s);
        }
        let rate_s = math::round(start_hz * duration_s / octaves).max(1.0) / start_hz;
        if !(0.0..=MAX_FRAMES).contains(&(rate_s * octaves * sample_rate_hz)) {
            return refuse("duration_s", "at most 16777216 frames", rate_s * octaves);
        }
        Ok(Self { start_hz, end_hz, sample_rate_hz, rate_s })
    }

    /// Frames of the sweep.
    pub fn frames(&self) -> usize {
        math::ceil(self.rate_s * math::ln(self.end_hz / self.start_hz) * self.sample_rate_hz) as usize
    }

    /// The sweep itself.
    pub fn samples(&self) -> Vec<f32> {
        let cycles = self.start_hz * self.rate_s;
        (0..self.frames())
            .map(|n| {
                let growth = math::exp(n as f64 / (self.sample_rate_hz * self.rate_s));
                // Whole cycles are taken off first: the sine of a large number is inexact.
                let phase = cycles * growth;
                math::sin(TAU * (phase - math::floor(phase))) as f32
            })
            .collect()
    }

    /// Farina's inverse filter: the sweep backwards, 6 dB quieter with every octave downwards. Convolved with the sweep it
    /// gives an impulse at frame [`frames`](Self::frames) - 1, of gain 1 between f1 and f2 but for ripples at both ends;
    /// convolved with a recording, the impulse response there, and that of the k-th harmonic
    /// [`harmonic_lead_s`](Self::harmonic_lead_s) before.
    pub fn inverse_filter(&self) -> Vec<f64> {
        // By stationary phase, |X(f)| of the sweep is rate / 2 sqrt(L / f): the product shall be 1.
        let scale = 4.0 * self.end_hz / (self.rate_s * self.sample_rate_hz * self.sample_rate_hz);
        let samples = self.samples();
        let last = self.rate_s * math::ln(self.end_hz / self.start_hz) * self.sample_rate_hz;
        let amplitude = |n: usize| math::exp((n as f64 - last) / (self.sample_rate_hz * self.rate_s));
        samples.iter().enumerate().rev().map(|(n, &x)| scale * amplitude(n) * f64::from(x)).collect()
    }

    /// Seconds by which the response of the k-th harmonic comes before the linear one: L ln k.
    pub fn harmonic_lead_s(&self, harmonic: u32) -> f64 {
        self.rate_s * math::ln(f64::from(harmonic.max(1)))
    }
}
