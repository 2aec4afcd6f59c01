//! Decibels of whole spectra: a logarithm that the compiler can vectorize.

use core::f32::consts::SQRT_2;

/// Largest absolute error of [`power_to_db`] against the exact value, for powers in `1e-13..=1e6`.
pub const MAX_ERROR_DB: f32 = 2e-5;

/// 10 log10(2): decibels per octave of power.
const DB_PER_LOG2: f32 = 3.010_3;
/// 2 / ln(2), the factor of the series below.
const TWO_LOG2_E: f32 = 2.885_39;

/// Base-2 logarithm of a positive normal number.
///
/// x = 2^e m with m in [1/sqrt 2, sqrt 2); log2 m = 2/ln 2 atanh((m-1)/(m+1)), the series cut after the ninth power
/// (remainder below 1e-9). Zero, negative and subnormal input gives a large negative number, never NaN.
#[inline(always)]
pub fn log2(x: f32) -> f32 {
    let bits = crate::math::larger(f32::MIN_POSITIVE, x).to_bits();
    // Subtracting the bits of 1/sqrt 2 moves the border between two exponents there.
    let shifted = bits.wrapping_sub(0x3f35_04f3) as i32;
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

/// Sum of the base-2 logarithms of `powers`, each raised by `offset` so that zero has a logarithm.
///
/// Eight partial sums in a fixed order: the result is the same whatever vector width the machine has.
pub fn sum_log2(powers: &[f32], offset: f32) -> f32 {
    let mut sums = [0.0f32; 8];
    let mut chunks = powers.chunks_exact(8);
    for chunk in &mut chunks {
        for (sum, &power) in sums.iter_mut().zip(chunk) {
            *sum += log2(power + offset);
        }
    }
    for (sum, &power) in sums.iter_mut().zip(chunks.remainder()) {
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
    fn sums_logarithms_of_any_length() {
        for length in [0usize, 1, 7, 8, 9, 1025] {
            let powers: alloc::vec::Vec<f32> = (0..length).map(|k| 0.5 + k as f32).collect();
            let exact: f64 = powers.iter().map(|&p| libm::log2(f64::from(p))).sum();
            assert!((f64::from(sum_log2(&powers, 0.0)) - exact).abs() <= 1e-5 * exact.abs().max(1.0));
        }
    }
}
