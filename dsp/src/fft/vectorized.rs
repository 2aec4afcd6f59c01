//! Transforms of any length: rustfft (AVX, SSE, NEON, wasm SIMD), with realfft for odd numbers of real samples.

use std::sync::Arc;

use rustfft::{Fft, FftPlanner};

use super::{Complex32, FftError, buffer, halved::HalvedFft, odd::OddFft};

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
    engine: Engine,
}

enum Engine {
    Even(HalvedFft<f32>),
    Odd(OddFft<f32>),
}

impl RealFft {
    /// Plans transforms of `length` samples, 1 to [`MAX_LENGTH`].
    pub fn new(length: usize) -> Result<Self, FftError> {
        check_length(length)?;
        let engine = match length.is_multiple_of(2) {
            true => Engine::Even(HalvedFft::new(length)),
            false => Engine::Odd(OddFft::new(length)),
        };
        Ok(Self { engine })
    }

    /// Samples of one block.
    #[expect(clippy::len_without_is_empty, reason = "a planned length is never zero")]
    pub fn len(&self) -> usize {
        match &self.engine {
            Engine::Even(fft) => fft.len(),
            Engine::Odd(fft) => fft.len(),
        }
    }

    /// Writes |X\[k\]|^2 for k = 0..=N/2, unnormalized. `signal` (N samples) is used as scratch.
    pub fn power(&mut self, signal: &mut [f32], power: &mut [f32]) -> Result<(), FftError> {
        self.check(signal.len(), power.len())?;
        match &mut self.engine {
            Engine::Even(fft) => {
                fft.transform(signal.as_chunks::<2>().0.iter().copied());
                fft.power(1.0, power);
            }
            Engine::Odd(fft) => fft.power(signal.iter().copied(), 1.0, power),
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
        buffer::check(window, self.len())?;
        self.check(samples.len(), power.len())?;
        match &mut self.engine {
            Engine::Even(fft) => {
                let pairs = samples.as_chunks::<2>().0.iter().zip(window.as_chunks::<2>().0);
                fft.transform(pairs.map(|(x, w)| [x[0] * w[0], x[1] * w[1]]));
                fft.power(scale, power);
            }
            Engine::Odd(fft) => fft.power(samples.iter().zip(window).map(|(x, w)| x * w), scale, power),
        }
        Ok(())
    }

    /// Writes X\[k\] for k = 0..=N/2, unnormalized. `signal` (N samples) is used as scratch.
    pub fn forward(&mut self, signal: &mut [f32], spectrum: &mut [Complex32]) -> Result<(), FftError> {
        self.check(signal.len(), spectrum.len())?;
        match &mut self.engine {
            Engine::Even(fft) => {
                fft.transform(signal.as_chunks::<2>().0.iter().copied());
                fft.spectrum(spectrum);
            }
            Engine::Odd(fft) => fft.forward(signal, spectrum),
        }
        Ok(())
    }

    /// Writes the N samples whose bins 0..=N/2 are given, scaled by 1/N: undoes [`Self::forward`]. `spectrum` is used
    /// as scratch. The imaginary parts at DC and (for even N) Nyquist are taken as zero, as real samples have them.
    pub fn inverse(&mut self, spectrum: &mut [Complex32], signal: &mut [f32]) -> Result<(), FftError> {
        self.check(signal.len(), spectrum.len())?;
        let scale = 1.0 / signal.len() as f32;
        match &mut self.engine {
            Engine::Even(fft) => fft.inverse(spectrum, scale, signal),
            Engine::Odd(fft) => fft.inverse(spectrum, scale, signal),
        }
        Ok(())
    }

    /// Refuses other numbers of samples and bins than planned.
    fn check(&self, samples: usize, bins: usize) -> Result<(), FftError> {
        let length = self.len();
        buffer::check_count(bins, length / 2 + 1)?;
        buffer::check_count(samples, length)
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
