//! From complex short-time spectra back to sound, as a stream.

use dsp::{
    fft::Complex32,
    stft::{InverseStft, Synthesis},
};

use crate::{
    boundary::{Caller, Failure, Kind, das_status, enter, quietly},
    complex_stft::framing,
    options::{choice, das_transform},
    pending::Pending,
    stream::{Process, Stream, Widths},
};

/// How frames are added up to sound again.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum das_synthesis {
    /// Frames are windowed once more and divided by the sum of squared windows: of all sounds, the one whose spectra come
    /// closest to the given ones, also when these were changed (Griffin and Lim 1984). Needs windows whose squares leave no
    /// gap (NOLA).
    LeastSquares = 0,
    /// Frames are added as they are and divided by the sum of windows (Allen and Rabiner 1977). Needs windows that add up to a
    /// constant (COLA).
    OverlapAdd = 1,
}

/// Adds complex spectra that come in pieces up to sound.
pub struct das_inverse_stft(());

impl Kind for das_inverse_stft {
    type Value = Stream<Transforming>;
    const TAG: [u8; 8] = *b"das.istf";
}

pub(crate) struct Transforming {
    inverse: InverseStft,
    spectrum: Vec<Complex32>,
    hop: usize,
    /// Samples that can become complete without a spectrum of their own.
    held: usize,
}

impl Process for Transforming {
    const NAME: &'static str = "the transform";
    /// Length of the sound.
    type End = u64;

    fn most(&self, frames: usize) -> u128 {
        frames as u128 * self.hop as u128 + self.held as u128
    }

    fn push(&mut self, input: &[f32], out: &mut Pending) -> Result<(), Failure> {
        for values in input.chunks_exact(2 * self.spectrum.len()) {
            for (bin, &[re, im]) in self.spectrum.iter_mut().zip(values.as_chunks::<2>().0) {
                *bin = Complex32::new(re, im);
            }
            self.inverse.push(&self.spectrum, |samples| out.extend(samples))?;
        }
        Ok(())
    }

    fn finish(&mut self, samples: u64, out: &mut Pending) -> Result<(), Failure> {
        Ok(self.inverse.finish(samples, |rest| out.extend(rest))?)
    }
}

/// Plans the way back from what das_complex_stft makes with the same `transform`, which may be NULL. `synthesis` is a
/// das_synthesis. Windows and hops that it cannot undo are DAS_STATUS_INVALID_ARGUMENT: for DAS_SYNTHESIS_OVERLAP_ADD a sum of
/// windows that varies by more than 1e-5 of its mean, for both samples of less than 1e-4 of the largest weight.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_inverse_stft_new(
    transform: *const das_transform,
    synthesis: u32,
    stft: *mut *mut das_inverse_stft,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let slot = caller.slot(stft, "stft")?;
        let framing = framing(&caller, transform)?;
        let synthesis = choice(&[Synthesis::LeastSquares, Synthesis::OverlapAdd], synthesis, "synthesis")?;
        let inverse = InverseStft::prepare(&framing, synthesis)?;
        let (hop, held) = (framing.hop_frames, 2 * framing.length_frames);
        let process = Transforming { inverse, spectrum: vec![Complex32::ZERO; framing.bins()], hop, held };
        slot.fill(Stream::new(process, Widths { input: 2 * framing.bins(), output: 1 }));
        Ok(())
    })
}

/// Takes `frames` spectra as das_complex_stft_read() writes them, 2 (N / 2 + 1) numbers each; samples that no later spectrum can
/// change wait for das_inverse_stft_read(). Numbers are not checked: NaN in is NaN out, for as long as the window. While more
/// than 16777216 samples are unread it is DAS_STATUS_STATE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_inverse_stft_push(
    stft: *mut das_inverse_stft,
    spectra: *const f32,
    frames: usize,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.get(stft, "stft")?.push(&caller, (spectra, "spectra"), frames)
    })
}

/// Ends the sound: the rest of `samples` samples in all waits for das_inverse_stft_read(). They may end anywhere up to the
/// centre of the last frame, and behind it as far as its window has weight. A number that the spectra do not hold, or of which
/// more has become complete, is DAS_STATUS_INVALID_ARGUMENT and changes nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_inverse_stft_finish(stft: *mut das_inverse_stft, samples: u64) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.get(stft, "stft")?.finish(samples)
    })
}

/// Moves up to `capacity` samples to `samples` and writes their number to *count: 0 where more must be pushed first, and after
/// the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_inverse_stft_read(
    stft: *mut das_inverse_stft,
    samples: *mut f32,
    capacity: usize,
    count: *mut usize,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.get(stft, "stft")?.read(&caller, (samples, "samples"), capacity, (count, "count"))
    })
}

/// Gives a transform back.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_inverse_stft_free(stft: *mut das_inverse_stft) {
    quietly(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.take_back(stft, "stft")
    });
}
