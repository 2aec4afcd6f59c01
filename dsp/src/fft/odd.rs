//! The transform of an odd number of real samples, by realfft.

use std::sync::Arc;

use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use rustfft::num_complex::Complex;

use super::float::Float;

/// A planned transform of N real samples, N odd, its inverse, and their memory.
pub(super) struct OddFft<T> {
    forward: Arc<dyn RealToComplex<T>>,
    inverse: Arc<dyn ComplexToReal<T>>,
    block: Vec<T>,
    spectrum: Vec<Complex<T>>,
    scratch: Vec<Complex<T>>,
}

impl<T: Float> OddFft<T> {
    /// Plans transforms of `length` samples.
    pub fn new(length: usize) -> Self {
        let mut planner = RealFftPlanner::new();
        let (forward, inverse) = (planner.plan_fft_forward(length), planner.plan_fft_inverse(length));
        let scratch = forward.get_scratch_len().max(inverse.get_scratch_len());
        Self {
            block: forward.make_input_vec(),
            spectrum: forward.make_output_vec(),
            scratch: vec![Complex::new(T::zero(), T::zero()); scratch],
            forward,
            inverse,
        }
    }

    /// Samples of one block.
    pub fn len(&self) -> usize {
        self.block.len()
    }

    /// Writes `scale` |X\[k\]|^2 of N samples for k = 0..=N/2.
    pub fn power(&mut self, samples: impl Iterator<Item = T>, scale: T, power: &mut [f32]) {
        self.block.iter_mut().zip(samples).for_each(|(to, sample)| *to = sample);
        run(self.forward.process_with_scratch(&mut self.block, &mut self.spectrum, &mut self.scratch));
        for (power, bin) in power.iter_mut().zip(&self.spectrum) {
            *power = ((bin.re * bin.re + bin.im * bin.im) * scale).narrow();
        }
    }

    /// Writes X\[k\] for k = 0..=N/2. `signal` (N samples) is used as scratch.
    pub fn forward(&mut self, signal: &mut [T], spectrum: &mut [Complex<T>]) {
        run(self.forward.process_with_scratch(signal, spectrum, &mut self.scratch));
    }

    /// Writes the N samples whose bins 0..=N/2 are given, times `scale`. `spectrum` is used as scratch; its imaginary part
    /// at DC is taken as zero.
    pub fn inverse(&mut self, spectrum: &mut [Complex<T>], scale: T, signal: &mut [T]) {
        if let Some(dc) = spectrum.first_mut() {
            dc.im = T::zero();
        }
        run(self.inverse.process_with_scratch(spectrum, signal, &mut self.scratch));
        signal.iter_mut().for_each(|x| *x = *x * scale);
    }
}

/// The outcome of a transform whose buffers have been checked: nothing is left that realfft could refuse.
fn run(outcome: Result<(), realfft::FftError>) {
    debug_assert!(outcome.is_ok(), "{outcome:?}");
}
