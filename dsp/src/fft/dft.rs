//! The discrete Fourier transform as its definition says, O(N^2): the oracle of the fast ones.

use alloc::vec::Vec;

use super::Complex64;
use crate::math;

/// exp(sign 2 pi i m / N) for m = 0..N.
fn roots(length: usize, sign: f64) -> Vec<Complex64> {
    (0..length)
        .map(|m| {
            let phase = core::f64::consts::TAU * m as f64 / length as f64;
            Complex64::new(math::cos(phase), sign * math::sin(phase))
        })
        .collect()
}

fn transform(values: &[Complex64], bins: usize, sign: f64) -> Vec<Complex64> {
    let length = values.len();
    let roots = roots(length, sign);
    (0..bins)
        .map(|k| {
            let mut sum = Complex64::ZERO;
            // k n mod N, without the product: it could overflow, and the root of a small index is the exact one.
            let mut index = 0;
            for value in values {
                sum += value * roots[index];
                index += k;
                if index >= length {
                    index -= length;
                }
            }
            sum
        })
        .collect()
}

/// X\[k\] = sum over n of x\[n\] exp(-2 pi i k n / N) for k = 0..N, unnormalized. Any length, also none.
pub fn forward(signal: &[Complex64]) -> Vec<Complex64> {
    transform(signal, signal.len(), -1.0)
}

/// x\[n\] = 1/N sum over k of X\[k\] exp(2 pi i k n / N) for n = 0..N: undoes [`forward`].
pub fn inverse(spectrum: &[Complex64]) -> Vec<Complex64> {
    let scale = 1.0 / spectrum.len().max(1) as f64;
    transform(spectrum, spectrum.len(), 1.0).into_iter().map(|x| x * scale).collect()
}

/// X\[k\] of real samples for k = 0..=N/2, unnormalized; the other half of the bins mirrors this one. No bins for no
/// samples.
pub fn real(signal: &[f32]) -> Vec<Complex64> {
    let bins = if signal.is_empty() { 0 } else { signal.len() / 2 + 1 };
    let values: Vec<Complex64> = signal.iter().map(|&x| Complex64::from(f64::from(x))).collect();
    transform(&values, bins, -1.0)
}

/// |X\[k\]|^2 of real samples for k = 0..=N/2, unnormalized.
pub fn power(signal: &[f32]) -> Vec<f64> {
    real(signal).iter().map(Complex64::norm_sqr).collect()
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    /// The oracle itself against what can be said without any sum: impulses, constants, single waves.
    #[test]
    fn known_transforms() {
        for length in [1usize, 2, 3, 7, 12, 31] {
            let mut impulse = vec![Complex64::ZERO; length];
            let at = length / 3;
            impulse[at] = Complex64::ONE;
            for (k, bin) in forward(&impulse).iter().enumerate() {
                let phase = -core::f64::consts::TAU * (k * at) as f64 / length as f64;
                assert!((bin - Complex64::new(math::cos(phase), math::sin(phase))).norm_sqr() < 1e-24);
            }
            let constant = vec![Complex64::new(1.0, -2.0); length];
            for (k, bin) in forward(&constant).iter().enumerate() {
                let expected = if k == 0 { constant[0] * length as f64 } else { Complex64::ZERO };
                assert!((bin - expected).norm_sqr() < 1e-24);
            }
            for (x, back) in impulse.iter().zip(inverse(&forward(&impulse))) {
                assert!((x - back).norm_sqr() < 1e-24);
            }
        }
        assert!(forward(&[]).is_empty() && inverse(&[]).is_empty() && power(&[]).is_empty());
    }
}
