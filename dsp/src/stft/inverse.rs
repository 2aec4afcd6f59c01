//! From spectra back to sound.

use alloc::{vec, vec::Vec};

use super::{Framing, MIN_OVERLAP, StftError, Synthesis};
use crate::fft::{Complex32, RealFft};

/// Adds a stream of spectra, as [`super::ComplexStft`] hands them out, up to sound.
///
/// Every sample is divided by the sum of the weights that really reached it, so that the start and the end come back
/// as exactly as the middle. What was not changed in between comes back to single precision.
///
/// ```
/// use dsp::stft::{ComplexStft, Framing, InverseStft, StftError, Synthesis};
/// use dsp::window::Window;
///
/// // Everything above an eighth of the sample rate is taken away, in a stream.
/// let framing = Framing { window: Window::HannPeriodic, length_frames: 512, hop_frames: 128 };
/// let mut there = ComplexStft::prepare(&framing)?;
/// let mut back = InverseStft::prepare(&framing, Synthesis::LeastSquares)?;
/// let (mut spectra, mut sound) = (Vec::new(), Vec::new());
/// for block in [[0.5; 1000], [-0.5; 1000]] {
///     there.push(&block, |spectrum| spectra.push(spectrum.to_vec()))?;
/// }
/// there.finish(|spectrum| spectra.push(spectrum.to_vec()))?;
/// for spectrum in &mut spectra {
///     spectrum[64..].fill(Default::default());
///     back.push(spectrum, |samples| sound.extend_from_slice(samples))?;
/// }
/// back.finish(2000, |samples| sound.extend_from_slice(samples))?;
/// assert!(sound.len() == 2000 && (sound[500] - 0.5).abs() < 0.01);
///
/// // Hann windows that do not overlap leave gaps, and no sum could fill them.
/// let apart = Framing { hop_frames: 512, ..framing };
/// assert!(matches!(InverseStft::prepare(&apart, Synthesis::LeastSquares), Err(StftError::Gap { .. })));
/// # Ok::<(), StftError>(())
/// ```
pub struct InverseStft {
    fft: RealFft,
    hop: usize,
    /// What a frame is multiplied with: the window, or nothing.
    synthesis: Option<Vec<f32>>,
    /// What a frame adds to the weight of its samples: the window, or its square.
    weights: Vec<f32>,
    /// Least weight of a sample that is handed out.
    least: f32,
    spectrum: Vec<Complex32>,
    block: Vec<f32>,
    /// Sums of frames and weights, from the start of the next frame on.
    sums: Vec<f32>,
    sums_of_weights: Vec<f32>,
    /// Finished samples that may lie behind the end of the sound.
    held: Vec<f32>,
    /// Samples before the start of the sound that are still to be dropped.
    before: usize,
    frames: u64,
    handed: u64,
}

impl InverseStft {
    /// Plans the way back; refuses a framing that it could not undo ([`StftError::NotConstant`], [`StftError::Gap`]).
    pub fn prepare(framing: &Framing, synthesis: Synthesis) -> Result<Self, StftError> {
        framing.check_invertible(synthesis)?;
        let length = framing.length_frames;
        let fft = RealFft::new(length)?;
        let window = framing.window.coefficients(length);
        let (synthesis, weights) = match synthesis {
            Synthesis::OverlapAdd => (None, window),
            Synthesis::LeastSquares => {
                let squares = window.iter().map(|w| w * w).collect();
                (Some(window), squares)
            }
        };
        let largest = weights.iter().copied().fold(0.0f32, f32::max);
        Ok(Self {
            fft,
            hop: framing.hop_frames,
            synthesis,
            least: largest * (0.5 * MIN_OVERLAP) as f32,
            spectrum: vec![Complex32::ZERO; framing.bins()],
            block: vec![0.0; length],
            sums: vec![0.0; length],
            sums_of_weights: vec![0.0; length],
            held: Vec::with_capacity(2 * length),
            before: length / 2,
            frames: 0,
            handed: 0,
            weights,
        })
    }

    /// `samples` samples from all their spectra, frame after frame.
    pub fn of(
        spectra: &[Complex32],
        framing: &Framing,
        synthesis: Synthesis,
        samples: usize,
    ) -> Result<Vec<f32>, StftError> {
        let mut inverse = Self::prepare(framing, synthesis)?;
        let mut sound = Vec::new();
        for spectrum in spectra.chunks(framing.bins()) {
            inverse.push(spectrum, |part| sound.extend_from_slice(part))?;
        }
        inverse.finish(samples as u64, |part| sound.extend_from_slice(part))?;
        Ok(sound)
    }

    /// Takes one spectrum of N / 2 + 1 bins and calls `each` with the samples that no later spectrum can change, a hop
    /// before the centre of this frame at most.
    pub fn push(&mut self, spectrum: &[Complex32], mut each: impl FnMut(&[f32])) -> Result<(), StftError> {
        crate::fft::buffer::check(spectrum, self.spectrum.len())?;
        self.spectrum.copy_from_slice(spectrum);
        self.fft.inverse(&mut self.spectrum, &mut self.block)?;
        match &self.synthesis {
            Some(window) => {
                for ((sum, &x), &w) in self.sums.iter_mut().zip(&self.block).zip(window) {
                    *sum += x * w;
                }
            }
            None => self.sums.iter_mut().zip(&self.block).for_each(|(sum, &x)| *sum += x),
        }
        self.sums_of_weights.iter_mut().zip(&self.weights).for_each(|(sum, &w)| *sum += w);
        self.frames += 1;

        // Samples before the sound may have no weight at all: they are dropped before they are divided.
        let dropped = self.before.min(self.hop);
        self.before -= dropped;
        self.held.extend(divided(&self.sums, &self.sums_of_weights).skip(dropped).take(self.hop - dropped));
        for buffer in [&mut self.sums, &mut self.sums_of_weights] {
            buffer.copy_within(self.hop.., 0);
            let kept = buffer.len() - self.hop;
            buffer[kept..].fill(0.0);
        }
        // The sound may end anywhere behind the centre of the last frame but one.
        let certain = (self.frames.saturating_sub(2) * self.hop as u64).saturating_sub(self.handed);
        self.hand_out(certain, &mut each);
        Ok(())
    }

    /// Hands out the rest of `samples` samples in all. They may end anywhere up to the centre of the last frame, and
    /// beyond it as far as that frame's weight reaches.
    pub fn finish(&mut self, samples: u64, mut each: impl FnMut(&[f32])) -> Result<(), StftError> {
        let finished = self.handed + self.held.len() as u64;
        let tail = &self.sums_of_weights[self.before.min(self.sums_of_weights.len())..];
        let reached = tail.iter().position(|&weight| weight.abs() < self.least).unwrap_or(tail.len());
        let covered = if self.frames == 0 { 0 } else { finished + reached as u64 };
        if !(self.handed..=covered).contains(&samples) {
            return Err(StftError::Samples { asked: samples, covered });
        }
        let missing = samples.saturating_sub(finished) as usize;
        self.held.extend(divided(&self.sums, &self.sums_of_weights).skip(self.before).take(missing));
        self.hand_out(samples - self.handed, &mut each);
        Ok(())
    }

    fn hand_out(&mut self, samples: u64, each: &mut impl FnMut(&[f32])) {
        let count = samples.min(self.held.len() as u64) as usize;
        if count > 0 {
            each(&self.held[..count]);
            self.held.drain(..count);
            self.handed += count as u64;
        }
    }
}

fn divided(sums: &[f32], weights: &[f32]) -> impl Iterator<Item = f32> {
    sums.iter().zip(weights).map(|(sum, weight)| sum / weight)
}
