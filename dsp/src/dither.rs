//! Reduction of the word length with dither, without `std`.

use alloc::{vec, vec::Vec};

use crate::math;

/// Fewest and most bits; 24 is what an `f32` can hold.
pub const BITS: core::ops::RangeInclusive<u32> = 2..=24;

/// Where the quantization noise goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Shaping {
    /// White noise: LSB² / 4, of which dither is two thirds.
    #[default]
    White,
    /// 1 - z⁻¹: 6 dB less noise in every octave downwards, 3 dB more in all.
    FirstOrder,
    /// Five taps that follow the threshold of hearing at 44.1 and 48 kHz (Lipshitz, Vanderkooy and Wannamaker 1991,
    /// "Minimally audible noise shaping", J. Audio Eng. Soc. 39): much less noise at 2 to 5 kHz, more above 12 kHz.
    Audibility,
}

impl Shaping {
    /// Weights of the errors of the last samples, latest first.
    fn feedback(self) -> &'static [f64] {
        match self {
            Self::White => &[],
            Self::FirstOrder => &[1.0],
            Self::Audibility => &[2.033, -2.165, 1.959, -1.590, 0.6149],
        }
    }
}

/// A number of bits that is not offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{actual} bits cannot be had: 2 to 24")]
pub struct BitsError {
    /// Bits that were asked for.
    pub actual: u32,
}

/// Rounds the samples of one channel to N bits, with triangular dither of ±1 LSB added before: the error has mean 0 and
/// a power that does not depend on the sound (Lipshitz, Wannamaker and Vanderkooy 1992, "Quantization and dither").
///
/// Samples become multiples of an LSB = 2^(1 - N), from -1 to 1 - LSB. The noise is a function of the seed alone: give
/// each channel its own. A sample that is not a number becomes 0; infinite ones are clipped.
///
/// ```
/// use dsp::dither::{Dither, Shaping};
///
/// let mut samples = [0.1, 0.2, -0.3];
/// Dither::new(16, Shaping::White, 1)?.process(&mut samples);
/// assert!(samples.iter().all(|x| (x * 32_768.0).fract() == 0.0));
/// # Ok::<(), dsp::dither::BitsError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Dither {
    steps: f64,
    feedback: &'static [f64],
    /// Errors of the last samples in LSB, latest first.
    errors: Vec<f64>,
    state: u64,
    seed: u64,
}

impl Dither {
    /// Plans a rounding to `bits` bits, 2 to 24.
    pub fn new(bits: u32, shaping: Shaping, seed: u64) -> Result<Self, BitsError> {
        if !BITS.contains(&bits) {
            return Err(BitsError { actual: bits });
        }
        let feedback = shaping.feedback();
        Ok(Self {
            steps: f64::from(1u32 << (bits - 1)),
            feedback,
            errors: vec![0.0; feedback.len()],
            state: seed,
            seed,
        })
    }

    /// Rounds the next samples of the channel in place.
    pub fn process(&mut self, samples: &mut [f32]) {
        for x in samples {
            let sample = if x.is_nan() { 0.0 } else { f64::from(x.clamp(-2.0, 2.0)) * self.steps };
            let shaped = sample - self.feedback.iter().zip(&self.errors).map(|(h, e)| h * e).sum::<f64>();
            let dithered = shaped + self.uniform() - self.uniform();
            let rounded = math::round(dithered);
            if let Some(last) = self.errors.len().checked_sub(1) {
                self.errors.copy_within(..last, 1);
                self.errors[0] = rounded - shaped;
            }
            // Clipping is no part of the error that is fed back: the loop would overflow.
            *x = (rounded.clamp(-self.steps, self.steps - 1.0) / self.steps) as f32;
        }
    }

    /// Begins anew with the same noise.
    pub fn reset(&mut self) {
        self.state = self.seed;
        self.errors.fill(0.0);
    }

    /// Evenly distributed in 0..1: the upper bits of SplitMix64 (Steele, Lea and Flood 2014).
    fn uniform(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LSB: f64 = 1.0 / 128.0;

    /// Errors of 8 bits in LSB for a constant.
    fn errors(level: f64, shaping: Shaping) -> Vec<f64> {
        let mut samples = vec![level as f32; 100_000];
        Dither::new(8, shaping, 7).expect("bits").process(&mut samples);
        samples.iter().map(|&y| (f64::from(y) - f64::from(level as f32)) / LSB).collect()
    }

    #[test]
    fn error_does_not_depend_on_the_sound() {
        // Without dither, these levels would all be rounded to the same value.
        for level in [0.0, 0.1 * LSB, 0.25 * LSB, 0.5 * LSB, -0.3] {
            let errors = errors(level, Shaping::White);
            let mean = errors.iter().sum::<f64>() / errors.len() as f64;
            let power = errors.iter().map(|e| e * e).sum::<f64>() / errors.len() as f64;
            assert!(mean.abs() < 0.006, "{level}: mean {mean}");
            assert!((power - 0.25).abs() < 0.005, "{level}: power {power}");
        }
    }

    #[test]
    fn shaping_moves_noise_upwards() {
        // The first-order error is e[n] - e[n-1] of a white one: twice the power, nothing at DC.
        let shaped = errors(0.2, Shaping::FirstOrder);
        let power = shaped.iter().map(|e| e * e).sum::<f64>() / shaped.len() as f64;
        assert!((power - 0.5).abs() < 0.01, "{power}");
        assert!((shaped.iter().sum::<f64>() / shaped.len() as f64).abs() < 1e-4);
        // Power of the shaped error by frequency, relative to white: at 3 kHz of 44.1 kHz |1 - H| is -15 dB.
        let density = |shaping, f: f64| {
            let errors = errors(0.2, shaping);
            let sections = errors.chunks_exact(1000).map(|part| {
                let (mut re, mut im) = (0.0, 0.0);
                for (n, e) in part.iter().enumerate() {
                    let phase = core::f64::consts::TAU * f * n as f64;
                    (re, im) = (re + e * math::cos(phase), im + e * math::sin(phase));
                }
                (re * re + im * im) / 1000.0
            });
            sections.sum::<f64>() / 100.0
        };
        let f = 0.068;
        assert!(density(Shaping::Audibility, f) < 0.1 * density(Shaping::White, f));
        assert!(density(Shaping::Audibility, 0.45) > 4.0 * density(Shaping::White, 0.45));
    }

    #[test]
    fn stays_on_the_grid_and_in_range_for_any_sample() {
        for shaping in [Shaping::White, Shaping::FirstOrder, Shaping::Audibility] {
            for bits in BITS {
                let mut samples = [1.0, -1.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 3e38, 0.3].repeat(50);
                Dither::new(bits, shaping, 0).expect("bits").process(&mut samples);
                let steps = f64::from(1u32 << (bits - 1));
                for y in samples.iter().map(|&y| f64::from(y) * steps) {
                    assert!(y.fract() == 0.0 && y >= -steps && y <= steps - 1.0, "{bits} {y}");
                }
            }
        }
    }

    #[test]
    fn same_seed_same_noise_for_any_chunks() {
        let sound = vec![0.1f32; 500];
        let mut dither = Dither::new(12, Shaping::Audibility, 3).expect("bits");
        let mut whole = sound.clone();
        dither.process(&mut whole);
        dither.reset();
        let mut parts = sound.clone();
        parts.chunks_mut(7).for_each(|part| dither.process(part));
        assert_eq!(parts, whole);
        let mut other = sound;
        Dither::new(12, Shaping::Audibility, 4).expect("bits").process(&mut other);
        assert_ne!(other, whole);
    }

    #[test]
    fn refuses_other_widths() {
        for bits in [0, 1, 25, u32::MAX] {
            assert_eq!(Dither::new(bits, Shaping::White, 0).err(), Some(BitsError { actual: bits }));
        }
    }
}
