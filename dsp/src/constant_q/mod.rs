//! The constant-Q transform: a spectrum whose bands lie at equal ratios and are as wide as their distance.

mod kernel;
#[cfg(test)]
mod tests;

use alloc::{vec, vec::Vec};

use kernel::{Kernel, Weights};

use crate::{
    fft::{Complex32, FftError, RealFft},
    filterbank::dot,
    math,
    stft::slices::Slices,
};

/// Longest window that is planned.
#[cfg(feature = "std")]
pub const MAX_WINDOW_FRAMES: usize = 1 << 20;
/// Longest window that is planned.
#[cfg(not(feature = "std"))]
pub const MAX_WINDOW_FRAMES: usize = crate::fft::MAX_LENGTH;

/// Bands of one transform at most.
pub const MAX_BANDS: usize = 2_048;

/// Which bands, and how often. The defaults are seven octaves of semitones from C1 on, as librosa's are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ConstantQParameters {
    /// Samples per second.
    pub sample_rate_hz: f64,
    /// Centre of the lowest band.
    pub min_hz: f64,
    /// Number of bands, 1 to [`MAX_BANDS`]. The highest must lie with its whole main lobe below half the sample rate.
    pub bands: usize,
    /// Bands in an octave, 3 to 192.
    pub bands_per_octave: usize,
    /// Samples from one spectrum to the next, 1 to the longest window.
    pub hop_frames: usize,
}

impl Default for ConstantQParameters {
    fn default() -> Self {
        Self {
            sample_rate_hz: 32_000.0,
            min_hz: 32.703_195_662_574_83,
            bands: 84,
            bands_per_octave: 12,
            hop_frames: 512,
        }
    }
}

/// A constant-Q transform that cannot be planned or fed.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ConstantQError {
    /// No bands, or too many.
    #[error("{bands} bands, {bands_per_octave} in an octave: 1 to {MAX_BANDS}, and 3 to 192 in an octave are possible")]
    Bands {
        /// Number of bands.
        bands: usize,
        /// Bands in an octave.
        bands_per_octave: usize,
    },
    /// A band does not lie between zero and half the sample rate.
    #[error("bands from {min_hz} to {max_hz} Hz, main lobe included, do not fit into samples at {sample_rate_hz} Hz")]
    Range {
        /// Centre of the lowest band.
        min_hz: f64,
        /// Upper end of the highest band's main lobe.
        max_hz: f64,
        /// Samples per second.
        sample_rate_hz: f64,
    },
    /// The lowest band needs a longer window than can be planned.
    #[error("a band at {min_hz} Hz needs a window of {frames} samples; {MAX_WINDOW_FRAMES} are possible")]
    Window {
        /// Centre of the lowest band.
        min_hz: f64,
        /// Length of its window.
        frames: f64,
    },
    /// The hop is zero, or longer than the longest window.
    #[error("a hop of {hop_frames} samples: 1 to {max_frames} are possible")]
    Hop {
        /// Distance from spectrum to spectrum.
        hop_frames: usize,
        /// Length of the transform.
        max_frames: usize,
    },
    /// The transform could not be planned.
    #[error(transparent)]
    Fft(#[from] FftError),
}

impl ConstantQParameters {
    /// Q = f / bandwidth = 1 / (2^(1/b) - 1), b bands in an octave: the distance to the next band is one bin of a
    /// transform as long as the window.
    pub fn q(&self) -> f64 {
        1.0 / (math::pow(2.0, 1.0 / self.bands_per_octave as f64) - 1.0)
    }

    /// Centre of band `band`.
    pub fn center_hz(&self, band: usize) -> f64 {
        self.min_hz * math::pow(2.0, band as f64 / self.bands_per_octave as f64)
    }

    /// Length of the window of band `band`: Q periods, not a whole number of samples.
    fn window_frames(&self, band: usize) -> f64 {
        self.q() * self.sample_rate_hz / self.center_hz(band)
    }

    fn check(&self) -> Result<(), ConstantQError> {
        let Self { sample_rate_hz, min_hz, bands, bands_per_octave, .. } = *self;
        if !(1..=MAX_BANDS).contains(&bands) || !(3..=192).contains(&bands_per_octave) {
            return Err(ConstantQError::Bands { bands, bands_per_octave });
        }
        let max_hz = self.center_hz(bands - 1) * (1.0 + 2.0 / self.q());
        if !(min_hz > 0.0 && max_hz <= sample_rate_hz / 2.0 && sample_rate_hz.is_finite()) {
            return Err(ConstantQError::Range { min_hz, max_hz, sample_rate_hz });
        }
        let frames = self.window_frames(0);
        if frames > MAX_WINDOW_FRAMES as f64 {
            return Err(ConstantQError::Window { min_hz, frames });
        }
        Ok(())
    }
}

/// Cuts a stream into frames and hands out their constant-Q spectra.
///
/// Band k of frame i is C\[k\] = 2 / sum w * sum over m of w\[m\] x\[i hop + m\] exp(-2 pi i f\[k\] m / rate), with
/// f\[k\] = f\[0\] 2^(k/b) and a Hann window over Q periods of f\[k\]: a sine of amplitude 1.0 at f\[k\] has magnitude 1.0,
/// half of it in the neighbouring bands, 4 % and less in those beyond. Phases count from the middle of the
/// window. N samples give 1 + N / hop frames, with silence before the start and after the end, as [`crate::stft::Stft`]
/// has it.
///
/// The sums are taken in the frequency domain, with one transform as long as the longest window and sparse kernels
/// (Brown and Puckette 1992, "An efficient algorithm for the calculation of a constant Q transform"); what is left out of
/// the kernels lies 100 dB below their peak. librosa's `cqt` decimates octave by octave instead, which is faster and
/// less exact, and scales by 1/sqrt(window) unless told otherwise.
///
/// ```
/// use dsp::constant_q::{ConstantQ, ConstantQParameters};
///
/// let parameters = ConstantQParameters { min_hz: 220.0, bands: 36, ..ConstantQParameters::default() };
/// let a4: Vec<f32> = (0..16_000).map(|n| 0.5 * (std::f32::consts::TAU * 440.0 * n as f32 / 32_000.0).sin()).collect();
/// let mut levels = Vec::new();
/// ConstantQ::prepare(&parameters)?.push(&a4, |bands| levels.push(bands[12].norm_sqr().sqrt()))?;
/// assert!((levels[10] - 0.5).abs() < 1e-3);
/// # Ok::<(), dsp::constant_q::ConstantQError>(())
/// ```
pub struct ConstantQ {
    parameters: ConstantQParameters,
    slices: Slices,
    engine: Engine,
}

/// Everything behind the slicing.
struct Engine {
    fft: RealFft,
    kernel: Kernel,
    spectrum: Vec<Complex32>,
    /// Real and imaginary parts apart, so that both sums run over neighbours.
    re: Vec<f32>,
    im: Vec<f32>,
    bands: Vec<Complex32>,
}

impl ConstantQ {
    /// Plans the transform.
    pub fn prepare(parameters: &ConstantQParameters) -> Result<Self, ConstantQError> {
        parameters.check()?;
        // The shortest transform of the build without std has 64 samples.
        let length = (libm::ceil(parameters.window_frames(0)) as usize).max(64).next_power_of_two();
        let (hop_frames, max_frames) = (parameters.hop_frames, length);
        if !(1..=length).contains(&hop_frames) {
            return Err(ConstantQError::Hop { hop_frames, max_frames });
        }
        let mut fft = RealFft::new(length)?;
        let kernel = Kernel::new(parameters, &mut fft)?;
        let bins = length / 2 + 1;
        let engine = Engine {
            fft,
            kernel,
            spectrum: vec![Complex32::ZERO; bins],
            re: vec![0.0; bins],
            im: vec![0.0; bins],
            bands: vec![Complex32::ZERO; parameters.bands],
        };
        Ok(Self { parameters: *parameters, slices: Slices::new(vec![1.0; length], hop_frames), engine })
    }

    /// What it was planned with.
    pub fn parameters(&self) -> &ConstantQParameters {
        &self.parameters
    }

    /// Takes any number of samples and calls `each` with every spectrum (one value per band) that became complete.
    pub fn push(&mut self, samples: &[f32], mut each: impl FnMut(&[Complex32])) -> Result<(), ConstantQError> {
        let Self { slices, engine, .. } = self;
        slices.push(samples, |frame| engine.transform(frame).map(&mut each))
    }

    /// Pads the end with zeros and hands out the remaining spectra. Returns the number of all frames.
    pub fn finish(&mut self, mut each: impl FnMut(&[Complex32])) -> Result<u64, ConstantQError> {
        let Self { slices, engine, .. } = self;
        let frames = 1 + slices.pushed() / slices.hop() as u64;
        slices.finish(frames, |frame| engine.transform(frame).map(&mut each))?;
        Ok(frames)
    }
}

impl Engine {
    fn transform(&mut self, frame: &mut [f32]) -> Result<&[Complex32], ConstantQError> {
        self.fft.forward(frame, &mut self.spectrum)?;
        for ((re, im), bin) in self.re.iter_mut().zip(&mut self.im).zip(&self.spectrum) {
            (*re, *im) = (bin.re, bin.im);
        }
        for (value, Weights { first, re, im }) in self.bands.iter_mut().zip(self.kernel.rows()) {
            // cos meets the real part of the spectrum, sin its imaginary part.
            *value = Complex32::new(dot(re, &self.re[first..]), dot(im, &self.im[first..]));
        }
        Ok(&self.bands)
    }
}
