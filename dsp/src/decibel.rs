//! Decibels of whole spectra: a logarithm that the compiler can vectorize.

use core::f32::consts::SQRT_2;

use crate::lanes::{Eight, Lanes};

/// Largest absolute error of [`power_to_db`] against the exact value, for powers in `1e-13..=1e6`.
pub const MAX_ERROR_DB: f32 = 2e-5;

/// 10 log10(2): decibels per octave of power.
const DB_PER_LOG2: f32 = 3.010_3;
/// 2 / ln(2), the factor of the series below.
const TWO_LOG2_E: f32 = 2.885_39;

/// The bits of 1/sqrt 2: subtracting them moves the border between two exponents there.
const LEAST_MANTISSA: u32 = 0x3f35_04f3;

/// Base-2 logarithm of a positive normal number.
///
/// x = 2^e m with m in [1/sqrt 2, sqrt 2); log2 m = 2/ln 2 atanh((m-1)/(m+1)), the series cut after the ninth power
/// (remainder below 1e-9). Zero, negative and subnormal input gives a large negative number, never NaN.
#[inline(always)]
pub fn log2(x: f32) -> f32 {
    let bits = crate::math::larger(f32::MIN_POSITIVE, x).to_bits();
    let shifted = bits.wrapping_sub(LEAST_MANTISSA) as i32;
    let exponent = shifted >> 23;
    let mantissa = f32::from_bits((bits as i32).wrapping_sub(exponent << 23) as u32);
    debug_assert!((0.707..SQRT_2 + 1e-3).contains(&mantissa));
    let s = (mantissa - 1.0) / (mantissa + 1.0);
    let s2 = s * s;
    let series = 1.0 + s2 * (1.0 / 3.0 + s2 * (1.0 / 5.0 + s2 * (1.0 / 7.0 + s2 * (1.0 / 9.0))));
    exponent as f32 + TWO_LOG2_E * s * series
}

/// 10 log10(power), not lower than `floor_db`.
#[inline(always)]
pub fn power_to_db(power: f32, floor_db: f32) -> f32 {
    crate::math::larger(floor_db, DB_PER_LOG2 * log2(power))
}

/// [`log2`] of four numbers, the same to the last bit.
#[inline(always)]
fn log2_of_lanes(x: Lanes) -> Lanes {
    let number = Lanes::splat;
    let (exponent, mantissa) = number(f32::MIN_POSITIVE).larger(x).split(LEAST_MANTISSA);
    let s = (mantissa - number(1.0)) / (mantissa + number(1.0));
    let s2 = s * s;
    let series = number(1.0 / 5.0) + s2 * (number(1.0 / 7.0) + s2 * number(1.0 / 9.0));
    let series = number(1.0) + s2 * (number(1.0 / 3.0) + s2 * series);
    exponent + number(TWO_LOG2_E) * s * series
}

/// [`power_to_db`] of four powers.
#[cfg(feature = "std")]
#[inline(always)]
pub(crate) fn lanes_to_db(powers: Lanes, floor_db: f32) -> Lanes {
    Lanes::splat(floor_db).larger(Lanes::splat(DB_PER_LOG2) * log2_of_lanes(powers))
}

/// Sum of the base-2 logarithms of `powers`, each raised by `offset` so that zero has a logarithm.
///
/// Eight partial sums in a fixed order: the result is the same whatever vector width the machine has.
pub fn sum_log2(powers: &[f32], offset: f32) -> f32 {
    let (runs, rest) = powers.as_chunks::<8>();
    let mut sums = Eight::ZERO;
    for run in runs {
        let Eight(halves) = Eight::new(run) + Eight::splat(offset);
        sums = sums + Eight(halves.map(log2_of_lanes));
    }
    let mut sums = sums.get();
    for (sum, &power) in sums.iter_mut().zip(rest) {
        *sum += log2(power + offset);
    }
    sums.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_within_the_stated_error() {
        let mut worst = 0.0f64;
        let mut power = 1e-13f64;
        while power <= 1e6 {
            let rounded = power as f32;
            let exact = 10.0 * libm::log10(f64::from(rounded));
            worst = worst.max((f64::from(power_to_db(rounded, -200.0)) - exact).abs());
            power *= 1.000_13;
        }
        assert!(worst <= f64::from(MAX_ERROR_DB), "worst error {worst} dB");
    }

    #[test]
    fn zero_negative_and_nan_meet_the_floor() {
        for power in [0.0, -0.0, -1.0, f32::NAN, f32::MIN_POSITIVE / 4.0] {
            assert_eq!(power_to_db(power, -120.0), -120.0);
        }
    }

    #[test]
    fn lanes_are_the_single_numbers() {
        let mut power = 1e-30f32;
        while power < 1e30 {
            let powers = [power, 1.7 * power, -power, if power > 1.0 { f32::NAN } else { 0.0 }];
            assert_eq!(log2_of_lanes(Lanes::new(powers)).get(), powers.map(log2));
            power *= 1.01;
        }
    }

    #[test]
    fn sums_logarithms_of_any_length() {
        for length in [0usize, 1, 7, 8, 9, 1025] {
            let powers: alloc::vec::Vec<f32> = (0..length).map(|k| 0.5 + k as f32).collect();
            let exact: f64 = powers.iter().map(|&p| libm::log2(f64::from(p))).sum();
            assert!((f64::from(sum_log2(&powers, 0.0)) - exact).abs() <= 1e-5 * exact.abs().max(1.0));
        }
    }
}
