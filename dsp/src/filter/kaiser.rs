//! Sinc filters under a Kaiser window: any attenuation, as short as a window gets.
//!
//! Kaiser (1974), "Nonrecursive digital filter design using the I0-sinh window function"; the formulas stand in
//! Oppenheim and Schafer, "Discrete-Time Signal Processing", 7.6.

use core::f64::consts::PI;

use crate::{
    math,
    window::{MAX_KAISER_BETA, Window},
};

/// Odd number of taps for an attenuation and a transition width in radians per sample.
pub(crate) fn length(attenuation_db: f64, transition: f64) -> usize {
    let order = math::ceil((attenuation_db - 7.95).max(13.0) / (2.285 * transition));
    // The smallest odd number of taps with at least that order.
    (math::ceil(order / 2.0) as usize).saturating_mul(2).saturating_add(1)
}

/// The symmetric window for an attenuation.
pub(crate) fn window(attenuation_db: f64) -> Window {
    let beta = match attenuation_db {
        a if a > 50.0 => 0.1102 * (a - 8.7),
        a if a >= 21.0 => 0.5842 * math::pow(a - 21.0, 0.4) + 0.07886 * (a - 21.0),
        _ => 0.0,
    };
    Window::KaiserSymmetric { beta: beta.min(MAX_KAISER_BETA) }
}

/// sin(pi c t) / (pi t): the impulse response of an ideal low-pass at the fraction c of the Nyquist frequency.
pub(crate) fn ideal_low_pass(cutoff: f64, t: f64) -> f64 {
    if t == 0.0 { cutoff } else { math::sin(PI * cutoff * t) / (PI * t) }
}

/// Low-pass with `length` taps (odd) and the given cut-off (-6 dB) as a fraction of the Nyquist frequency; the taps
/// sum to one.
#[cfg(feature = "std")]
pub(crate) fn low_pass(length: usize, cutoff: f64, attenuation_db: f64) -> alloc::vec::Vec<f64> {
    let middle = (length as f64 - 1.0) / 2.0;
    let mut taps: alloc::vec::Vec<f64> = window(attenuation_db)
        .exact(length)
        .enumerate()
        .map(|(n, w)| w * ideal_low_pass(cutoff, n as f64 - middle))
        .collect();
    let sum: f64 = taps.iter().sum();
    taps.iter_mut().for_each(|tap| *tap /= sum);
    taps
}
