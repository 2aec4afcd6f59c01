//! Transforms of any length: rustfft (AVX, SSE, NEON, wasm SIMD), with realfft for odd numbers of real samples.

use std::sync::Arc;

use rustfft::{Fft, FftPlanner};

use super::{
    Complex32, FftError, buffer,
    real::{self, AnyRealFft},
};

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
pub struct RealFft(AnyRealFft<f32>);

impl RealFft {
    /// Plans transforms of `length` samples, 1 to [`super::MAX_LENGTH`].
    pub fn new(length: usize) -> Result<Self, FftError> {
        AnyRealFft::new(length).map(Self)
    }

    /// Samples of one block.
    #[expect(clippy::len_without_is_empty, reason = "a planned length is never zero")]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Writes |X\[k\]|^2 for k = 0..=N/2, unnormalized. `signal` (N samples) is used as scratch.
    pub fn power(&mut self, signal: &mut [f32], power: &mut [f32]) -> Result<(), FftError> {
        self.0.power(signal, power)
    }

    /// Writes `scale` |X\[k\]|^2 of the samples times the window, N of each, for k = 0..=N/2.
    pub(crate) fn windowed_power(
        &mut self,
        samples: &[f32],
        window: &[f32],
        scale: f32,
        power: &mut [f32],
    ) -> Result<(), FftError> {
        self.0.windowed_power(samples, window, scale, power)
    }

    /// Writes X\[k\] for k = 0..=N/2, unnormalized. `signal` (N samples) is used as scratch.
    pub fn forward(&mut self, signal: &mut [f32], spectrum: &mut [Complex32]) -> Result<(), FftError> {
        self.0.forward(signal, spectrum)
    }

    /// Writes the N samples whose bins 0..=N/2 are given, scaled by 1/N: undoes [`Self::forward`]. `spectrum` is used
    /// as scratch. The imaginary parts at DC and (for even N) Nyquist are taken as zero, as real samples have them.
    pub fn inverse(&mut self, spectrum: &mut [Complex32], signal: &mut [f32]) -> Result<(), FftError> {
        self.0.inverse(spectrum, 1.0 / signal.len() as f32, signal)
    }
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
    /// Plans transforms of `length` samples, 1 to [`super::MAX_LENGTH`].
    pub fn new(length: usize) -> Result<Self, FftError> {
        real::check_length(length)?;
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
