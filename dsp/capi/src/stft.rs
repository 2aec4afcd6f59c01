//! The short-time Fourier transform as a stream.

use dsp::{Parameters, stft::Stft};

use crate::{
    boundary::{Caller, Exclusive, Failure, Kind, MAX_ELEMENTS, das_status, enter, quietly},
    options::{das_transform, transform},
    pending::Pending,
};

/// Power spectra of one channel that comes in pieces.
pub struct das_stft(());

impl Kind for das_stft {
    type Value = Transforming;
    const TAG: [u8; 8] = *b"das.stft";
}

pub(crate) struct Transforming {
    bins: usize,
    hop: usize,
    /// Windows that can become complete without a whole hop of new samples.
    overlap: usize,
    stream: Exclusive<Stream>,
}

pub(crate) struct Stream {
    stft: Stft,
    pending: Pending,
    finished: bool,
}

/// Plans the transform. `transform` may be NULL. A window and hop whose last frames would take more than 536870912 cells are
/// DAS_STATUS_TOO_LARGE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_stft_new(transform: *const das_transform, stft: *mut *mut das_stft) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let slot = caller.slot(stft, "stft")?;
        let request = self::transform(&caller, transform)?;
        let (window_length_frames, hop_frames, window) =
            (request.window_length_frames, request.hop_frames, request.window);
        let parameters = Parameters { window_length_frames, hop_frames, window, ..Parameters::default() };
        parameters.check()?;
        let (bins, hop) = (request.bins(), hop_frames as usize);
        let overlap = window_length_frames as usize / hop + 2;
        if overlap * bins > MAX_ELEMENTS {
            return Err(Failure::too_large(format!("{overlap} overlapping windows of {bins} cells")));
        }
        let stream = Stream { stft: Stft::prepare(&parameters)?, pending: Pending::default(), finished: false };
        slot.fill(Transforming { bins, hop, overlap, stream: Exclusive::new(stream) });
        Ok(())
    })
}

/// Takes `length` samples; spectra that became complete wait for das_stft_read(). Samples are not checked: NaN in is NaN out.
/// While more than 16777216 cells are unread it is DAS_STATUS_STATE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_stft_push(stft: *mut das_stft, samples: *const f32, length: usize) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let Transforming { bins, hop, overlap, stream } = caller.get(stft, "stft")?;
        let samples = caller.slice(samples, length, "samples")?;
        stream.with(|stream| {
            stream.running()?;
            stream.pending.expect((samples.len() / hop + overlap) as u128 * *bins as u128)?;
            let Stream { stft, pending, .. } = stream;
            Ok(stft.push(samples, |power| pending.extend(power))?)
        })
    })
}

/// Ends the sound: the remaining spectra, 1 + samples / hop in all, wait for das_stft_read().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_stft_finish(stft: *mut das_stft) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.get(stft, "stft")?.stream.with(|stream| {
            stream.running()?;
            stream.pending.expect(0)?;
            let Stream { stft, pending, .. } = stream;
            stft.finish(|power| pending.extend(power))?;
            stream.finished = true;
            Ok(())
        })
    })
}

/// Moves up to `capacity` spectra to `power`, which has room for `length` cells, and writes their number to *frames: 0 where
/// more must be pushed first, and after the end. A spectrum has window length / 2 + 1 cells, scaled as das_spectra_read()
/// says; `length` must be that times `capacity`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_stft_read(
    stft: *mut das_stft,
    power: *mut f32,
    length: usize,
    capacity: usize,
    frames: *mut usize,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let Transforming { bins, stream, .. } = caller.get(stft, "stft")?;
        if capacity.checked_mul(*bins) != Some(length) {
            return Err(Failure::argument(format!("{capacity} spectra of {bins} cells do not have {length} cells")));
        }
        let (out, buffer) = (caller.out(frames, "frames")?, caller.slice_mut(power, length, "power")?);
        out.set(stream.with(|stream| Ok(stream.pending.read(buffer, *bins)))?);
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
pub unsafe extern "C" fn das_stft_free(stft: *mut das_stft) {
    quietly(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.take_back(stft, "stft")
    });
}
