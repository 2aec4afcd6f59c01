//! The short-time Fourier transform as a stream.

use dsp::{Parameters, stft::Stft};

use crate::{
    boundary::{Caller, Failure, Kind, MAX_ELEMENTS, das_status, enter, quietly},
    options::{das_transform, transform},
    pending::Pending,
    stream::{Process, Stream, Widths},
};

/// Power spectra of one channel that comes in pieces.
pub struct das_stft(());

impl Kind for das_stft {
    type Value = Stream<Transforming>;
    const TAG: [u8; 8] = *b"das.stft";
}

pub(crate) struct Transforming {
    stft: Stft,
    windows: Windows,
}

impl Process for Transforming {
    const NAME: &'static str = "the transform";
    type End = ();

    fn most(&self, frames: usize) -> u128 {
        self.windows.most(frames)
    }

    fn push(&mut self, input: &[f32], out: &mut Pending) -> Result<(), Failure> {
        Ok(self.stft.push(input, |power| out.extend(power))?)
    }

    fn finish(&mut self, (): (), out: &mut Pending) -> Result<(), Failure> {
        self.stft.finish(|power| out.extend(power))?;
        Ok(())
    }
}

/// How much output windows over a stream can make.
pub(crate) struct Windows {
    hop: usize,
    /// Windows that can become complete without a whole hop of new samples.
    overlap: usize,
    /// Of the spectrum of one window.
    values: usize,
}

impl Windows {
    /// Refuses windows of which the last ones together are more than a call may make.
    pub(crate) fn new(length: usize, hop: usize, values: usize) -> Result<Self, Failure> {
        let overlap = length / hop + 2;
        if overlap * values > MAX_ELEMENTS {
            return Err(Failure::too_large(format!("{overlap} overlapping windows of {values} values")));
        }
        Ok(Self { hop, overlap, values })
    }

    /// Most values that can become complete with so many samples.
    pub(crate) fn most(&self, samples: usize) -> u128 {
        (samples / self.hop + self.overlap) as u128 * self.values as u128
    }
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
        let bins = request.bins();
        let windows = Windows::new(window_length_frames as usize, hop_frames as usize, bins)?;
        let process = Transforming { stft: Stft::prepare(&parameters)?, windows };
        slot.fill(Stream::new(process, Widths { input: 1, output: bins }));
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
        caller.get(stft, "stft")?.push(&caller, (samples, "samples"), length)
    })
}

/// Ends the sound: the remaining spectra, 1 + samples / hop in all, wait for das_stft_read().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_stft_finish(stft: *mut das_stft) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.get(stft, "stft")?.finish(())
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
        let stream = caller.get(stft, "stft")?;
        stream.read_spectra(&caller, (power, "power"), length, capacity, (frames, "frames"))
    })
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
