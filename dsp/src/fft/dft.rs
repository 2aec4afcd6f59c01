//! The discrete Fourier transform as its definition says, O(N^2): the oracle of the fast ones.

use alloc::vec::Vec;

use crate::math;

/// |X\[k\]|^2 for k = 0..=N/2 with X\[k\] = sum over n of x\[n\] exp(-2 pi i k n / N), unnormalized, in f64.
pub fn power(signal: &[f32]) -> Vec<f64> {
    let length = signal.len();
    (0..=length / 2)
        .map(|k| {
            let (mut re, mut im) = (0.0f64, 0.0f64);
            for (n, &x) in signal.iter().enumerate() {
                // k n mod N keeps the phase small, and with it the error of sine and cosine.
                let phase = core::f64::consts::TAU * ((k * n) % length) as f64 / length as f64;
                re += f64::from(x) * math::cos(phase);
                im -= f64::from(x) * math::sin(phase);
            }
            re * re + im * im
        })
        .collect()
}
