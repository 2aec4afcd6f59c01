//! One frequency of a stream, without a transform.

use core::f64::consts::{PI, TAU};

use crate::{fft::Complex64, math};

/// A frequency that the samples cannot hold.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("{frequency_hz} Hz cannot be told from samples at {sample_rate_hz} Hz: 0 to half the sample rate is possible")]
pub struct FrequencyError {
    /// Frequency that was asked for.
    pub frequency_hz: f64,
    /// Samples per second.
    pub sample_rate_hz: f64,
}

/// The spectrum of all samples so far at one frequency, on a bin or not: X = sum over n of x\[n\] exp(-i w n) with
/// w = 2 pi f / rate and n counted from the first sample.
///
/// Goertzel's recurrence (1958, "An algorithm for the evaluation of finite trigonometric series") in Reinsch's form,
/// which keeps its precision at frequencies near zero and near half the sample rate (Stoer and Bulirsch, "Introduction
/// to Numerical Analysis", 2.3.2); the generalization to any frequency is that of Sysel and Rajmic (2012). Two
/// multiplications a sample, double precision, no memory of the past; windows are for the caller to apply.
///
/// ```
/// use dsp::goertzel::Goertzel;
///
/// // The lower tone of the 5 key: 770 Hz, told from 50 ms.
/// let tone: Vec<f32> = (0..400).map(|n| 0.25 * (std::f32::consts::TAU * 770.0 * n as f32 / 8000.0).sin()).collect();
/// let mut at_770 = Goertzel::new(770.0, 8000.0)?;
/// let mut at_852 = Goertzel::new(852.0, 8000.0)?;
/// at_770.push(&tone);
/// at_852.push(&tone);
/// assert!((at_770.amplitude() - 0.25).abs() < 0.01 && at_852.amplitude() < 0.03);
/// # Ok::<(), dsp::goertzel::FrequencyError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Goertzel {
    /// Radians per sample, 0 to pi.
    step: f64,
    /// Below a quarter of the rate 4 sin^2(w/2), above it 4 cos^2(w/2): small where the plain recurrence is imprecise.
    lambda: f64,
    /// Below a quarter of the rate -1, above it 1.
    sign: f64,
    /// s\[n\] and s\[n\] + sign s\[n-1\] of the recurrence s\[n\] = x\[n\] + 2 cos w s\[n-1\] - s\[n-2\].
    state: f64,
    change: f64,
    samples: u64,
}

impl Goertzel {
    /// Listens to `frequency_hz`, 0 to half the sample rate.
    pub fn new(frequency_hz: f64, sample_rate_hz: f64) -> Result<Self, FrequencyError> {
        let possible = frequency_hz >= 0.0 && frequency_hz <= sample_rate_hz / 2.0 && sample_rate_hz.is_finite();
        if !possible || sample_rate_hz <= 0.0 {
            return Err(FrequencyError { frequency_hz, sample_rate_hz });
        }
        let step = TAU * (frequency_hz / sample_rate_hz);
        let low = step <= PI / 2.0;
        let root = 2.0 * if low { math::sin(step / 2.0) } else { math::cos(step / 2.0) };
        Ok(Self { step, lambda: root * root, sign: if low { -1.0 } else { 1.0 }, state: 0.0, change: 0.0, samples: 0 })
    }

    /// Takes any number of samples.
    pub fn push(&mut self, samples: &[f32]) {
        let Self { lambda, sign, mut state, mut change, .. } = *self;
        for &x in samples {
            // change[n] = s[n] + sign s[n-1]; 2 cos w = -sign (2 - lambda).
            change = f64::from(x) + sign * (lambda * state - change);
            state = change - sign * state;
        }
        (self.state, self.change) = (state, change);
        self.samples += samples.len() as u64;
    }

    /// Samples so far.
    pub fn samples(&self) -> u64 {
        self.samples
    }

    /// X of all samples so far, unnormalized.
    pub fn spectrum(&self) -> Complex64 {
        let Some(last) = self.samples.checked_sub(1) else { return Complex64::ZERO };
        let turn = |angle: f64| Complex64::new(math::cos(angle), math::sin(angle));
        // s[n] - exp(-i w) s[n-1] is the sum with n counted backwards from the last sample.
        let backwards = if self.sign < 0.0 {
            // 1 - exp(-i w) = 2 i sin(w/2) exp(-i w/2).
            let factor = Complex64::new(0.0, 2.0 * math::sin(self.step / 2.0)) * turn(-self.step / 2.0);
            factor * self.state + turn(-self.step) * self.change
        } else {
            // 1 + exp(-i w) = 2 cos(w/2) exp(-i w/2).
            let factor = turn(-self.step / 2.0) * (2.0 * math::cos(self.step / 2.0));
            factor * self.state - turn(-self.step) * self.change
        };
        // Whole turns are taken off before they cost precision.
        let turns = self.step / TAU * last as f64;
        backwards * turn(-TAU * (turns - math::floor(turns)))
    }

    /// |X|^2, unnormalized.
    pub fn power(&self) -> f64 {
        self.spectrum().norm_sqr()
    }

    /// Amplitude of a steady sine of this frequency: 2 |X| / N, at 0 Hz and half the sample rate |X| / N, where there
    /// is no mirror image. 0 for no samples.
    pub fn amplitude(&self) -> f64 {
        let mirrored = if self.step > 0.0 && self.step < PI { 2.0 } else { 1.0 };
        mirrored * math::sqrt(self.power()) / self.samples.max(1) as f64
    }

    /// Forgets all samples.
    pub fn reset(&mut self) {
        (self.state, self.change, self.samples) = (0.0, 0.0, 0);
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::*;
    use crate::fft::dft;

    fn noise(length: usize, seed: u32) -> Vec<f32> {
        let mut state = seed;
        (0..length)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) as f32 / 8_388_608.0 - 1.0
            })
            .collect()
    }

    fn definition(samples: &[f32], step: f64) -> Complex64 {
        samples.iter().enumerate().fold(Complex64::ZERO, |sum, (n, &x)| {
            let phase = -step * n as f64;
            sum + Complex64::new(math::cos(phase), math::sin(phase)) * f64::from(x)
        })
    }

    #[test]
    fn every_bin_is_that_of_the_transform() {
        for length in [1usize, 2, 7, 64, 205] {
            let samples = noise(length, 1);
            for (k, exact) in dft::real(&samples).into_iter().enumerate() {
                let mut goertzel = Goertzel::new(k as f64, length as f64).expect("possible");
                goertzel.push(&samples);
                assert!((goertzel.spectrum() - exact).norm_sqr() < 1e-20, "{length} {k}");
            }
        }
    }

    /// Where the textbook recurrence has lost most of its digits.
    #[test]
    fn extreme_frequencies_keep_their_precision() {
        let samples = noise(200_000, 2);
        for frequency in [0.0, 1e-7, 1e-4, 0.25, 0.2500001, 0.4999, 0.499_999_9, 0.5] {
            let mut goertzel = Goertzel::new(frequency, 1.0).expect("possible");
            goertzel.push(&samples);
            let exact = definition(&samples, TAU * frequency);
            let error = (goertzel.spectrum() - exact).norm_sqr().sqrt();
            assert!(error < 1e-7, "{frequency}: {error}");
        }
    }

    #[test]
    fn amplitudes_are_those_of_sines() {
        for frequency in [50.0, 1234.5, 3999.0] {
            let samples: Vec<f32> =
                (0..80_000).map(|n| (0.5 * math::sin(TAU * frequency / 8000.0 * f64::from(n) + 0.3)) as f32).collect();
            let mut goertzel = Goertzel::new(frequency, 8000.0).expect("possible");
            goertzel.push(&samples);
            assert!((goertzel.amplitude() - 0.5).abs() < 1e-5, "{frequency}");
        }
        let mut direct = Goertzel::new(0.0, 8000.0).expect("possible");
        assert_eq!(direct.amplitude(), 0.0);
        direct.push(&[0.5; 100]);
        assert!((direct.amplitude() - 0.5).abs() < 1e-12);
        direct.reset();
        assert_eq!((direct.samples(), direct.power()), (0, 0.0));
        let mut nyquist = Goertzel::new(4000.0, 8000.0).expect("possible");
        nyquist.push(&[0.5, -0.5].repeat(50));
        assert!((nyquist.amplitude() - 0.5).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn chunks_do_not_matter(cut in 0usize..500, frequency in 0.0f64..4000.0, seed: u32) {
            let samples = noise(500, seed);
            let mut whole = Goertzel::new(frequency, 8000.0).expect("possible");
            whole.push(&samples);
            let mut parts = Goertzel::new(frequency, 8000.0).expect("possible");
            parts.push(&samples[..cut]);
            parts.push(&samples[cut..]);
            prop_assert_eq!(whole.spectrum(), parts.spectrum());
            let exact = definition(&samples, TAU * frequency / 8000.0);
            prop_assert!((whole.spectrum() - exact).norm_sqr() < 1e-18);
        }
    }

    #[test]
    fn impossible_frequencies_are_refused() {
        for (frequency, rate) in [
            (-1.0, 8000.0),
            (4001.0, 8000.0),
            (f64::NAN, 8000.0),
            (1.0, 0.0),
            (0.0, 0.0),
            (1.0, f64::INFINITY),
            (0.0, f64::NAN),
        ] {
            assert!(Goertzel::new(frequency, rate).is_err(), "{frequency} {rate}");
        }
        let mut goertzel = Goertzel::new(1.0, 8000.0).expect("possible");
        goertzel.push(&[f32::INFINITY, f32::NAN]);
        assert!(!goertzel.power().is_finite());
    }
}
