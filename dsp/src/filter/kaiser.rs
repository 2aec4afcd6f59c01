//! Sinc filters under a Kaiser window: any attenuation, as short as a window gets.
//!
//! Kaiser and Schafer (1980), "On the use of the I0-sinh window for spectrum analysis"; formulas as in Oppenheim and
//! Schafer, "Discrete-Time Signal Processing", 7.6.

use alloc::vec::Vec;
use core::f64::consts::PI;

use crate::math;

/// Odd number of taps for an attenuation and a transition width in radians per sample.
pub(crate) fn length(attenuation_db: f64, transition: f64) -> usize {
    let order = ((attenuation_db - 7.95).max(13.0) / (2.285 * transition)).ceil();
    // The smallest odd number of taps with at least that order.
    2 * (order / 2.0).ceil() as usize + 1
}

/// Shape parameter for an attenuation.
pub(crate) fn beta(attenuation_db: f64) -> f64 {
    match attenuation_db {
        a if a > 50.0 => 0.1102 * (a - 8.7),
        a if a >= 21.0 => 0.5842 * math::pow(a - 21.0, 0.4) + 0.07886 * (a - 21.0),
        _ => 0.0,
    }
}

/// Low-pass with `length` taps (odd) and the given cut-off (-6 dB) as a fraction of the Nyquist frequency; the taps
/// sum to one.
pub(crate) fn low_pass(length: usize, cutoff: f64, attenuation_db: f64) -> Vec<f64> {
    let middle = (length as f64 - 1.0) / 2.0;
    let beta = beta(attenuation_db);
    let mut taps: Vec<f64> = (0..length)
        .map(|n| {
            let t = n as f64 - middle;
            let place = if middle > 0.0 { t / middle } else { 0.0 };
            let window = bessel_i0(beta * math::sqrt((1.0 - place * place).max(0.0)));
            let sinc = if t == 0.0 { cutoff } else { math::sin(PI * cutoff * t) / (PI * t) };
            window * sinc
        })
        .collect();
    let sum: f64 = taps.iter().sum();
    taps.iter_mut().for_each(|tap| *tap /= sum);
    taps
}

/// Modified Bessel function of the first kind, order zero, by its power series.
pub(crate) fn bessel_i0(x: f64) -> f64 {
    let quarter = x * x / 4.0;
    let (mut term, mut sum, mut k) = (1.0, 1.0, 1.0);
    while term > sum * 1e-17 && k < 1000.0 {
        term *= quarter / (k * k);
        sum += term;
        k += 1.0;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bessel_has_its_tabulated_values() {
        // Abramowitz and Stegun, table 9.8 (times e^x).
        for (x, value) in
            [(0.0, 1.0), (1.0, 1.266_065_877_752_008_4), (5.0, 27.239_871_823_604_44), (10.0, 2_815.716_628_466_254)]
        {
            assert!((bessel_i0(x) / value - 1.0).abs() < 1e-14, "{x}");
        }
    }
}
