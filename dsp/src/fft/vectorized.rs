//! Real transforms of any even length by realfft and rustfft (AVX, SSE, NEON, wasm SIMD).

use std::sync::Arc;

use realfft::{RealFftPlanner, RealToComplex, num_complex::Complex32};

use super::FftError;

/// A planned forward transform of real input with its scratch memory.
pub struct RealFft {
    plan: Arc<dyn RealToComplex<f32>>,
    spectrum: Vec<Complex32>,
    scratch: Vec<Complex32>,
}

impl RealFft {
    /// Plans a transform of `length` samples, an even number above zero.
    pub fn new(length: usize) -> Result<Self, FftError> {
        if length == 0 || !length.is_multiple_of(2) {
            return Err(FftError::Length { length, allowed: "an even length above zero is needed" });
        }
        let plan = RealFftPlanner::new().plan_fft_forward(length);
        let (spectrum, scratch) = (plan.make_output_vec(), plan.make_scratch_vec());
        Ok(Self { plan, spectrum, scratch })
    }

    /// Writes |X\[k\]|^2 for k = 0..=N/2, unnormalized. `signal` (N samples) is used as scratch.
    pub fn power(&mut self, signal: &mut [f32], power: &mut [f32]) -> Result<(), FftError> {
        let expected = self.spectrum.len();
        if power.len() != expected {
            return Err(FftError::Buffer { expected, actual: power.len() });
        }
        self.plan
            .process_with_scratch(signal, &mut self.spectrum, &mut self.scratch)
            .map_err(|_| FftError::Buffer { expected: self.plan.len(), actual: signal.len() })?;
        for (power, bin) in power.iter_mut().zip(&self.spectrum) {
            *power = bin.re * bin.re + bin.im * bin.im;
        }
        Ok(())
    }
}
