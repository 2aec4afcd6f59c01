//! What a window does to levels.

use crate::math;

/// Figures of merit of a window, as defined by Harris (1978), table I.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// Mean of the coefficients: a sine of amplitude A on a bin has |X| = A N / 2 times this.
    pub coherent_gain: f64,
    /// Equivalent noise bandwidth in bins, N sum w^2 / (sum w)^2: how many bins of white noise one bin collects. To
    /// make a density in 1/Hz of powers scaled for sines, divide by this and by the width of a bin.
    pub noise_bandwidth_bins: f64,
    /// How much lower a sine half way between two bins appears than one on a bin.
    pub scalloping_loss_db: f64,
}

impl Figures {
    /// Measures a window of any origin. All figures are zero for no coefficients, infinite or NaN for a sum of zero.
    pub fn of(window: &[f32]) -> Self {
        if window.is_empty() {
            return Self { coherent_gain: 0.0, noise_bandwidth_bins: 0.0, scalloping_loss_db: 0.0 };
        }
        let length = window.len() as f64;
        let (mut sum, mut squares, mut re, mut im) = (0.0, 0.0, 0.0, 0.0);
        for (n, &w) in window.iter().enumerate() {
            let (w, phase) = (f64::from(w), core::f64::consts::PI * n as f64 / length);
            sum += w;
            squares += w * w;
            re += w * math::cos(phase);
            im += w * math::sin(phase);
        }
        Self {
            coherent_gain: sum / length,
            noise_bandwidth_bins: length * squares / (sum * sum),
            scalloping_loss_db: 10.0 * math::log10(sum * sum / (re * re + im * im)),
        }
    }
}
