//! Transforms of any length by realfft and rustfft (AVX, SSE, NEON, wasm SIMD).

use std::sync::Arc;

use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use rustfft::{Fft, FftPlanner};

use super::{Complex32, FftError, buffer};

/// Longest transform: 2^26 samples, 23 minutes at 48 kHz in one block. Planning one takes up to 2 GiB.
pub const MAX_LENGTH: usize = 1 << 26;

pub(super) fn check_length(length: usize) -> Result<(), FftError> {
    match length {
        1..=MAX_LENGTH => Ok(()),
        _ => Err(FftError::Length { length, allowed: "1 to 67108864 samples can be transformed" }),
    }
}

/// A planned transform of real samples and its inverse, with their scratch memory.
///
/// N samples have N/2 + 1 bins (N/2 rounded down); bin k lies at k/N of the sample rate, and the bins above are the
/// complex conjugates of these.
///
/// ```
/// use dsp::fft::{Complex32, RealFft};
///
/// // One period of a cosine lies in bin 1, with N/2 of its amplitude.
/// let signal: Vec<f32> = (0..64).map(|n| (std::f32::consts::TAU * n as f32 / 64.0).cos()).collect();
/// let mut fft = RealFft::new(64)?;
/// let mut spectrum = [Complex32::ZERO; 33];
/// fft.forward(&mut signal.clone(), &mut spectrum)?;
/// assert!((spectrum[1].re - 32.0).abs() < 1e-4 && spectrum[2].norm_sqr() < 1e-9);
///
/// let mut again = [0.0; 64];
/// fft.inverse(&mut spectrum, &mut again)?;
/// assert!(signal.iter().zip(&again).all(|(x, y)| (x - y).abs() < 1e-6));
/// # Ok::<(), dsp::fft::FftError>(())
/// ```
pub struct RealFft {
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
    spectrum: Vec<Complex32>,
    scratch: Vec<Complex32>,
}

impl RealFft {
    /// Plans transforms of `length` samples, 1 to [`MAX_LENGTH`].
    pub fn new(length: usize) -> Result<Self, FftError> {
        check_length(length)?;
        let mut planner = RealFftPlanner::new();
        let (forward, inverse) = (planner.plan_fft_forward(length), planner.plan_fft_inverse(length));
        let scratch = vec![Complex32::ZERO; forward.get_scratch_len().max(inverse.get_scratch_len())];
        Ok(Self { spectrum: forward.make_output_vec(), scratch, forward, inverse })
    }

    /// Samples of one block.
    #[expect(clippy::len_without_is_empty, reason = "a planned length is never zero")]
    pub fn len(&self) -> usize {
        self.forward.len()
    }

    /// Writes |X\[k\]|^2 for k = 0..=N/2, unnormalized. `signal` (N samples) is used as scratch.
    pub fn power(&mut self, signal: &mut [f32], power: &mut [f32]) -> Result<(), FftError> {
        buffer::check(power, self.spectrum.len())?;
        buffer::check(signal, self.forward.len())?;
        run(|| self.forward.process_with_scratch(signal, &mut self.spectrum, &mut self.scratch));
        buffer::square(&self.spectrum, power);
        Ok(())
    }

    /// Writes X\[k\] for k = 0..=N/2, unnormalized. `signal` (N samples) is used as scratch.
    pub fn forward(&mut self, signal: &mut [f32], spectrum: &mut [Complex32]) -> Result<(), FftError> {
        buffer::check(spectrum, self.spectrum.len())?;
        buffer::check(signal, self.forward.len())?;
        run(|| self.forward.process_with_scratch(signal, spectrum, &mut self.scratch));
        Ok(())
    }

    /// Writes the N samples whose bins 0..=N/2 are given, scaled by 1/N: undoes [`Self::forward`]. `spectrum` is used
    /// as scratch. The imaginary parts at DC and (for even N) Nyquist are taken as zero, as real samples have them.
    pub fn inverse(&mut self, spectrum: &mut [Complex32], signal: &mut [f32]) -> Result<(), FftError> {
        buffer::check(spectrum, self.spectrum.len())?;
        buffer::check(signal, self.inverse.len())?;
        spectrum[0].im = 0.0;
        if self.inverse.len().is_multiple_of(2) {
            spectrum[self.spectrum.len() - 1].im = 0.0;
        }
        run(|| self.inverse.process_with_scratch(spectrum, signal, &mut self.scratch));
        let scale = 1.0 / signal.len() as f32;
        signal.iter_mut().for_each(|x| *x *= scale);
        Ok(())
    }
}

/// Runs a transform whose buffers have been checked: nothing is left that realfft could refuse.
pub(super) fn run(transform: impl FnOnce() -> Result<(), realfft::FftError>) {
    let outcome = transform();
    debug_assert!(outcome.is_ok(), "{outcome:?}");
}

/// A planned transform of complex samples and its inverse, with their scratch memory.
///
/// ```
/// use dsp::fft::{Complex32, ComplexFft};
///
/// let mut fft = ComplexFft::new(3)?;
/// let mut block = [Complex32::ONE; 3];
/// fft.forward(&mut block)?;
/// assert!((block[0] - 3.0).norm_sqr() < 1e-12 && block[1].norm_sqr() < 1e-12);
/// fft.inverse(&mut block)?;
/// assert!((block[2] - 1.0).norm_sqr() < 1e-12);
/// # Ok::<(), dsp::fft::FftError>(())
/// ```
pub struct ComplexFft {
    forward: Arc<dyn Fft<f32>>,
    inverse: Arc<dyn Fft<f32>>,
    scratch: Vec<Complex32>,
}

impl ComplexFft {
    /// Plans transforms of `length` samples, 1 to [`MAX_LENGTH`].
    pub fn new(length: usize) -> Result<Self, FftError> {
        check_length(length)?;
        let mut planner = FftPlanner::new();
        let (forward, inverse) = (planner.plan_fft_forward(length), planner.plan_fft_inverse(length));
        let scratch = forward.get_inplace_scratch_len().max(inverse.get_inplace_scratch_len());
        Ok(Self { forward, inverse, scratch: vec![Complex32::ZERO; scratch] })
    }

    /// Samples of one block.
    #[expect(clippy::len_without_is_empty, reason = "a planned length is never zero")]
    pub fn len(&self) -> usize {
        self.forward.len()
    }

    /// Replaces N samples by X\[k\], k = 0..N, unnormalized.
    pub fn forward(&mut self, block: &mut [Complex32]) -> Result<(), FftError> {
        buffer::check(block, self.forward.len())?;
        self.forward.process_with_scratch(block, &mut self.scratch);
        Ok(())
    }

    /// Replaces N bins by their samples, scaled by 1/N: undoes [`Self::forward`].
    pub fn inverse(&mut self, block: &mut [Complex32]) -> Result<(), FftError> {
        buffer::check(block, self.inverse.len())?;
        self.inverse.process_with_scratch(block, &mut self.scratch);
        let scale = 1.0 / block.len() as f32;
        block.iter_mut().for_each(|x| *x *= scale);
        Ok(())
    }
}
