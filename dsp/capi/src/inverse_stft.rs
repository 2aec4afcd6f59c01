//! From complex short-time spectra back to sound, as a stream.

use dsp::{
    fft::Complex32,
    stft::{InverseStft, Synthesis},
};

use crate::{
    boundary::{Caller, Exclusive, Failure, Kind, das_status, enter, quietly},
    complex_stft::framing,
    options::{choice, das_transform},
    pending::{Pending, elements},
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
    type Value = Transforming;
    const TAG: [u8; 8] = *b"das.istf";
}

pub(crate) struct Transforming {
    bins: usize,
    hop: usize,
    /// Samples that can become complete without a spectrum of their own.
    held: usize,
    stream: Exclusive<Stream>,
}

pub(crate) struct Stream {
    inverse: InverseStft,
    spectrum: Vec<Complex32>,
    pending: Pending,
    finished: bool,
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
        let (bins, hop, held) = (framing.bins(), framing.hop_frames, 2 * framing.length_frames);
        let (spectrum, pending) = (vec![Complex32::new(0.0, 0.0); bins], Pending::default());
        let stream = Exclusive::new(Stream { inverse, spectrum, pending, finished: false });
        slot.fill(Transforming { bins, hop, held, stream });
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
        let Transforming { bins, hop, held, stream } = caller.get(stft, "stft")?;
        let spectra = caller.slice(spectra, elements(frames, 2 * bins, "spectra")?, "spectra")?;
        stream.with(|stream| {
            stream.running()?;
            stream.pending.expect(frames as u128 * *hop as u128 + *held as u128)?;
            let Stream { inverse, spectrum, pending, .. } = stream;
            for values in spectra.chunks_exact(2 * bins) {
                for (bin, pair) in spectrum.iter_mut().zip(values.chunks_exact(2)) {
                    *bin = Complex32::new(pair[0], pair[1]);
                }
                inverse.push(spectrum, |samples| pending.extend(samples))?;
            }
            Ok(())
        })
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
        caller.get(stft, "stft")?.stream.with(|stream| {
            stream.running()?;
            stream.pending.expect(0)?;
            let Stream { inverse, pending, .. } = stream;
            inverse.finish(samples, |rest| pending.extend(rest))?;
            stream.finished = true;
            Ok(())
        })
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
        let Transforming { stream, .. } = caller.get(stft, "stft")?;
        let (out, buffer) = (caller.out(count, "count")?, caller.slice_mut(samples, capacity, "samples")?);
        out.set(stream.with(|stream| Ok(stream.pending.read(buffer, 1)))?);
        Ok(())
    })
}

impl Stream {
    fn running(&self) -> Result<(), Failure> {
        if self.finished { Err(Failure::state("the transform is finished")) } else { Ok(()) }
    }
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
