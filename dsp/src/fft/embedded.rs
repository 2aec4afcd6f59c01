//! Transforms of power-of-two lengths by microfft, for targets without `std`.

use alloc::{vec, vec::Vec};

use microfft::{complex, inverse, real};

use super::{Complex32, FftError, buffer};
use crate::{math, window};

/// Longest transform of this build.
pub const MAX_LENGTH: usize = 4_096;

fn check_length(length: usize) -> Result<(), FftError> {
    if !length.is_power_of_two() || !(64..=MAX_LENGTH).contains(&length) {
        return Err(FftError::Length { length, allowed: "a power of two from 64 to 4096 is needed" });
    }
    Ok(())
}

/// Runs the transform of the slice's own length; microfft has one function for each.
macro_rules! by_length {
    ($block:expr, $($length:literal => $transform:path),* $(,)?) => {{
        let block = $block;
        match block.len() {
            $($length => <&mut [_; $length]>::try_from(block).ok().map(|block| &mut $transform(block)[..]),)*
            _ => None,
        }
    }};
}

/// The N/2 bins of N samples in their own memory; the Nyquist value is packed into the imaginary part of DC.
fn real_forward(signal: &mut [f32]) -> Option<&mut [Complex32]> {
    by_length! { signal,
        64 => real::rfft_64, 128 => real::rfft_128, 256 => real::rfft_256, 512 => real::rfft_512,
        1024 => real::rfft_1024, 2048 => real::rfft_2048, 4096 => real::rfft_4096,
    }
}

fn complex_forward(block: &mut [Complex32]) -> Option<&mut [Complex32]> {
    by_length! { block,
        64 => complex::cfft_64, 128 => complex::cfft_128, 256 => complex::cfft_256, 512 => complex::cfft_512,
        1024 => complex::cfft_1024, 2048 => complex::cfft_2048, 4096 => complex::cfft_4096,
    }
}

/// Scaled by 1/N.
fn complex_inverse(block: &mut [Complex32]) -> Option<&mut [Complex32]> {
    by_length! { block,
        32 => inverse::ifft_32, 64 => inverse::ifft_64, 128 => inverse::ifft_128, 256 => inverse::ifft_256,
        512 => inverse::ifft_512, 1024 => inverse::ifft_1024, 2048 => inverse::ifft_2048, 4096 => inverse::ifft_4096,
    }
}

/// A planned transform of real samples and its inverse. N samples have N/2 + 1 bins; bin k lies at k/N of the sample
/// rate, and the bins above are the complex conjugates of these.
pub struct RealFft {
    length: usize,
    /// exp(2 pi i k / N) for k = 0..=N/4: what the inverse needs to fold N real samples into N/2 complex ones.
    twiddles: Vec<Complex32>,
    /// Samples under a window.
    windowed: Vec<f32>,
}

impl RealFft {
    /// Plans transforms of `length` samples, a power of two from 64 to [`MAX_LENGTH`].
    pub fn new(length: usize) -> Result<Self, FftError> {
        check_length(length)?;
        let twiddles = (0..=length / 4)
            .map(|k| {
                let phase = core::f64::consts::TAU * k as f64 / length as f64;
                Complex32::new(math::cos(phase) as f32, math::sin(phase) as f32)
            })
            .collect();
        Ok(Self { length, twiddles, windowed: vec![0.0; length] })
    }

    /// Samples of one block.
    #[expect(clippy::len_without_is_empty, reason = "a planned length is never zero")]
    pub fn len(&self) -> usize {
        self.length
    }

    /// Writes |X\[k\]|^2 for k = 0..=N/2, unnormalized. `signal` (N samples) is used as scratch.
    pub fn power(&mut self, signal: &mut [f32], power: &mut [f32]) -> Result<(), FftError> {
        let half = self.length / 2;
        buffer::check_real(self.length, signal, power)?;
        if let Some(spectrum) = real_forward(signal) {
            buffer::square(spectrum, power);
            power[0] = spectrum[0].re * spectrum[0].re;
            power[half] = spectrum[0].im * spectrum[0].im;
        }
        Ok(())
    }

    /// Writes `scale` |X\[k\]|^2 of the samples times the window, N of each, for k = 0..=N/2.
    pub(crate) fn windowed_power(
        &mut self,
        samples: &[f32],
        window: &[f32],
        scale: f32,
        power: &mut [f32],
    ) -> Result<(), FftError> {
        buffer::check(window, self.length)?;
        buffer::check_real(self.length, samples, power)?;
        let mut windowed = core::mem::take(&mut self.windowed);
        window::apply(window, samples, &mut windowed);
        let outcome = self.power(&mut windowed, power);
        self.windowed = windowed;
        power.iter_mut().for_each(|power| *power *= scale);
        outcome
    }

    /// Writes X\[k\] for k = 0..=N/2, unnormalized. `signal` (N samples) is used as scratch.
    pub fn forward(&mut self, signal: &mut [f32], spectrum: &mut [Complex32]) -> Result<(), FftError> {
        let half = self.length / 2;
        buffer::check_real(self.length, signal, spectrum)?;
        if let Some(packed) = real_forward(signal) {
            spectrum[..half].copy_from_slice(packed);
            spectrum[half] = Complex32::new(spectrum[0].im, 0.0);
            spectrum[0].im = 0.0;
        }
        Ok(())
    }

    /// Writes the N samples whose bins 0..=N/2 are given, scaled by 1/N: undoes [`Self::forward`]. `spectrum` is used
    /// as scratch. The imaginary parts at DC and Nyquist are taken as zero, as real samples have them.
    pub fn inverse(&mut self, spectrum: &mut [Complex32], signal: &mut [f32]) -> Result<(), FftError> {
        let half = self.length / 2;
        buffer::check_real(self.length, signal, spectrum)?;
        // Even samples as real and odd ones as imaginary parts make N/2 complex samples, whose bins are
        // Z[k] = E[k] + i O[k] with 2 E[k] = X[k] + X[N/2-k]* and 2 O[k] = (X[k] - X[N/2-k]*) exp(2 pi i k / N).
        let (dc, nyquist) = (spectrum[0].re, spectrum[half].re);
        spectrum[0] = Complex32::new(0.5 * (dc + nyquist), 0.5 * (dc - nyquist));
        for k in 1..=half / 2 {
            let (low, high) = (spectrum[k], spectrum[half - k].conj());
            let even = (low + high) * 0.5;
            let odd = (low - high) * self.twiddles[k] * 0.5;
            let turned = Complex32::new(-odd.im, odd.re);
            spectrum[k] = even + turned;
            spectrum[half - k] = (even - turned).conj();
        }
        if let Some(samples) = complex_inverse(&mut spectrum[..half]) {
            for (pair, sample) in signal.as_chunks_mut::<2>().0.iter_mut().zip(samples) {
                *pair = [sample.re, sample.im];
            }
        }
        Ok(())
    }
}

/// A planned transform of complex samples and its inverse.
pub struct ComplexFft {
    length: usize,
}

impl ComplexFft {
    /// Plans transforms of `length` samples, a power of two from 64 to [`MAX_LENGTH`].
    pub fn new(length: usize) -> Result<Self, FftError> {
        check_length(length)?;
        Ok(Self { length })
    }

    /// Samples of one block.
    #[expect(clippy::len_without_is_empty, reason = "a planned length is never zero")]
    pub fn len(&self) -> usize {
        self.length
    }

    /// Replaces N samples by X\[k\], k = 0..N, unnormalized.
    pub fn forward(&mut self, block: &mut [Complex32]) -> Result<(), FftError> {
        buffer::check(block, self.length)?;
        complex_forward(block);
        Ok(())
    }

    /// Replaces N bins by their samples, scaled by 1/N: undoes [`Self::forward`].
    pub fn inverse(&mut self, block: &mut [Complex32]) -> Result<(), FftError> {
        buffer::check(block, self.length)?;
        complex_inverse(block);
        Ok(())
    }
}
