//! Complex spectra of a stream.

use alloc::{vec, vec::Vec};

use super::{Framing, StftError, slices::Slices};
use crate::{
    fft::{Complex32, FftError, RealFft},
    window::apply,
};

/// Cuts a stream of samples into overlapping windows and hands out their complex spectra, unnormalized:
/// X\[k\] = sum over n of w\[n\] x\[n\] exp(-2 pi i k n / N), n counted from the start of the frame.
///
/// N samples give 1 + N / hop frames, rounded up: where the hop does not divide the length that is one more than of
/// [`super::Stft`] and librosa, so that the last frame is centred behind the last sample and
/// [`super::InverseStft`] can recover the sound to its end.
///
/// ```
/// use dsp::stft::{ComplexStft, Framing, InverseStft, Synthesis};
/// use dsp::window::Window;
///
/// let framing = Framing { window: Window::HannPeriodic, length_frames: 256, hop_frames: 64 };
/// let sound: Vec<f32> = (0..1000).map(|n| (n as f32 * 0.1).sin()).collect();
/// let spectra = ComplexStft::of(&sound, &framing)?;
/// assert_eq!(spectra.len(), 129 * (1 + 1000usize.div_ceil(64)));
/// let again = InverseStft::of(&spectra, &framing, Synthesis::LeastSquares, 1000)?;
/// assert!(sound.iter().zip(&again).all(|(x, y)| (x - y).abs() < 1e-5));
/// # Ok::<(), dsp::stft::StftError>(())
/// ```
pub struct ComplexStft {
    framing: Framing,
    slices: Slices,
    window: Vec<f32>,
    windowed: Vec<f32>,
    fft: RealFft,
    spectrum: Vec<Complex32>,
}

impl ComplexStft {
    /// Plans the transform.
    pub fn prepare(framing: &Framing) -> Result<Self, StftError> {
        framing.check()?;
        let fft = RealFft::new(framing.length_frames)?;
        Ok(Self {
            framing: *framing,
            slices: Slices::new(framing.length_frames, framing.hop_frames),
            window: framing.window.coefficients(framing.length_frames),
            windowed: vec![0.0; framing.length_frames],
            fft,
            spectrum: vec![Complex32::ZERO; framing.bins()],
        })
    }

    /// All spectra of a whole sound, frame after frame.
    pub fn of(samples: &[f32], framing: &Framing) -> Result<Vec<Complex32>, StftError> {
        let mut stft = Self::prepare(framing)?;
        let mut spectra = Vec::new();
        stft.push(samples, |spectrum| spectra.extend_from_slice(spectrum))?;
        stft.finish(|spectrum| spectra.extend_from_slice(spectrum))?;
        Ok(spectra)
    }

    /// Takes any number of samples and calls `each` with every spectrum (N / 2 + 1 bins) that became complete.
    pub fn push(&mut self, samples: &[f32], mut each: impl FnMut(&[Complex32])) -> Result<(), StftError> {
        let Self { slices, window, windowed, fft, spectrum, .. } = self;
        let outcome: Result<(), FftError> = slices.push(samples, |frame| {
            apply(window, frame, windowed);
            fft.forward(windowed, spectrum).map(|()| each(spectrum))
        });
        Ok(outcome?)
    }

    /// Pads the end with zeros and hands out the remaining spectra. Returns the number of all frames.
    pub fn finish(&mut self, mut each: impl FnMut(&[Complex32])) -> Result<u64, StftError> {
        let Self { slices, window, windowed, fft, spectrum, framing } = self;
        let frames = framing.frames(slices.pushed());
        let outcome: Result<(), FftError> = slices.finish(frames, |frame| {
            apply(window, frame, windowed);
            fft.forward(windowed, spectrum).map(|()| each(spectrum))
        });
        outcome?;
        Ok(frames)
    }
}
