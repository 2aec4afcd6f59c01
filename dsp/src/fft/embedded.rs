//! Real transforms of power-of-two lengths by microfft, for targets without `std`.

use microfft::real;

use super::FftError;

/// Longest transform of this build.
pub const MAX_LENGTH: usize = 4_096;

/// A planned forward transform of real input.
pub struct RealFft {
    length: usize,
}

impl RealFft {
    /// Plans a transform of `length` samples, a power of two from 64 to [`MAX_LENGTH`].
    pub fn new(length: usize) -> Result<Self, FftError> {
        if !length.is_power_of_two() || !(64..=MAX_LENGTH).contains(&length) {
            return Err(FftError::Length { length, allowed: "a power of two from 64 to 4096 is needed" });
        }
        Ok(Self { length })
    }

    /// Writes |X\[k\]|^2 for k = 0..=N/2, unnormalized. `signal` (N samples) is used as scratch.
    pub fn power(&mut self, signal: &mut [f32], power: &mut [f32]) -> Result<(), FftError> {
        let half = self.length / 2;
        if power.len() != half + 1 {
            return Err(FftError::Buffer { expected: half + 1, actual: power.len() });
        }
        let actual = signal.len();
        macro_rules! by_length {
            ($($length:literal => $transform:path),* $(,)?) => {
                match self.length {
                    $($length => <&mut [f32; $length]>::try_from(signal).ok().map(|block| &$transform(block)[..]),)*
                    _ => None,
                }
            };
        }
        let spectrum = by_length! {
            64 => real::rfft_64, 128 => real::rfft_128, 256 => real::rfft_256, 512 => real::rfft_512,
            1024 => real::rfft_1024, 2048 => real::rfft_2048, 4096 => real::rfft_4096,
        }
        .ok_or(FftError::Buffer { expected: self.length, actual })?;
        for (power, bin) in power.iter_mut().zip(spectrum) {
            *power = bin.re * bin.re + bin.im * bin.im;
        }
        // microfft packs the real Nyquist value into the imaginary part of DC.
        if let Some(dc) = spectrum.first() {
            power[0] = dc.re * dc.re;
            power[half] = dc.im * dc.im;
        }
        Ok(())
    }
}
