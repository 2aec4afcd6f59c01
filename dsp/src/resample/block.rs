//! Exact conversion between rates with a common block: overlap-save in the frequency domain.
//!
//! A block is transformed, its spectrum is cut or extended to the length of the output block, and transformed back. Two
//! real channels travel as real and imaginary part of one complex signal: the response is real and even, so they never
//! meet (but for rounding, 140 dB below the louder one in `f32`). An odd number of channels takes two blocks at once.

use rustfft::{FftDirection, num_complex::Complex};

use super::{ResampleFailure, plan::Plan, stream::Stage};
use crate::fft::{float::Float, transform::Transform};

/// Overlap-save of all channels; see [`Plan`] for the numbers.
pub(super) struct BlockStage<T> {
    plan: Plan,
    /// At the bins 0..=n, and at -n..=-1.
    response: Vec<T>,
    mirrored: Vec<T>,
    forward: Box<dyn Transform<T>>,
    inverse: Box<dyn Transform<T>>,
    block: Vec<Complex<T>>,
    spectrum: Vec<Complex<T>>,
    spectrum_out: Vec<Complex<T>>,
    block_out: Vec<Complex<T>>,
    /// Blocks that are converted at once.
    blocks: usize,
}

impl<T: Float> BlockStage<T> {
    pub fn new(plan: Plan, channels: usize) -> Self {
        let zero = Complex::new(T::zero(), T::zero());
        let response: Vec<T> = plan.response.iter().map(|&h| T::round(h)).collect();
        Self {
            mirrored: response.iter().skip(1).rev().copied().collect(),
            response,
            block: std::vec![zero; plan.block_in],
            spectrum: std::vec![zero; plan.block_in],
            spectrum_out: std::vec![zero; plan.block_out],
            block_out: std::vec![zero; plan.block_out],
            blocks: if channels.is_multiple_of(2) { 1 } else { 2 },
            forward: T::plan(plan.block_in, FftDirection::Forward),
            inverse: T::plan(plan.block_out, FftDirection::Inverse),
            plan,
        }
    }

    /// Converts the two signals in `block` to `block_out`.
    fn transform(&mut self) {
        self.forward.run(&mut self.block, &mut self.spectrum);
        let kept = self.response.len();
        let (low, rest) = self.spectrum_out.split_at_mut(kept);
        let (middle, high) = rest.split_at_mut(rest.len() + 1 - kept);
        filter(low, &self.spectrum, &self.response);
        middle.fill(Complex::new(T::zero(), T::zero()));
        filter(high, &self.spectrum[self.spectrum.len() + 1 - kept..], &self.mirrored);
        self.inverse.run(&mut self.spectrum_out, &mut self.block_out);
    }
}

/// Writes the bins times the response.
fn filter<T: Float>(to: &mut [Complex<T>], bins: &[Complex<T>], response: &[T]) {
    for ((to, bin), &h) in to.iter_mut().zip(bins).zip(response) {
        *to = bin.scale(h);
    }
}

impl<T: Float> Stage for BlockStage<T> {
    fn frames_needed(&self) -> usize {
        self.plan.block_in + (self.blocks - 1) * self.plan.step_in
    }

    fn convert(&mut self, input: &[Vec<f32>], start: usize, output: &mut [Vec<f32>]) -> Result<usize, ResampleFailure> {
        let channels = input.len();
        output.iter_mut().for_each(|out| out.resize(self.blocks * self.plan.step_out, 0.0));
        for pair in 0..channels * self.blocks / 2 {
            let lanes = [2 * pair, 2 * pair + 1].map(|lane| (lane % channels, lane / channels));
            let [re, im] = lanes.map(|(channel, block)| {
                let from = start + block * self.plan.step_in;
                &input[channel][from..from + self.plan.block_in]
            });
            for ((z, &re), &im) in self.block.iter_mut().zip(re).zip(im) {
                *z = Complex::new(T::widen(re), T::widen(im));
            }
            // Silence beside sound shall not take on the rounding of its neighbour.
            let silent = [re, im].map(|lane| lane.iter().all(|&x| x == 0.0));
            self.transform();
            let valid = &self.block_out[self.plan.valid_out..self.plan.valid_out + self.plan.step_out];
            for (part, ((channel, block), silent)) in lanes.into_iter().zip(silent).enumerate() {
                let out = &mut output[channel][block * self.plan.step_out..][..self.plan.step_out];
                match (silent, part) {
                    (true, _) => out.fill(0.0),
                    (false, 0) => out.iter_mut().zip(valid).for_each(|(out, z)| *out = z.re.narrow()),
                    (false, _) => out.iter_mut().zip(valid).for_each(|(out, z)| *out = z.im.narrow()),
                }
            }
        }
        Ok(self.blocks * self.plan.step_in)
    }

    fn pad_in(&self) -> usize {
        self.plan.pad_in
    }

    fn skip_out(&self) -> usize {
        self.plan.skip_out
    }

    fn reset(&mut self) -> Result<(), ResampleFailure> {
        Ok(())
    }
}
