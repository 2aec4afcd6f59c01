//! Complex short-time spectra as a stream.

use dsp::stft::{ComplexStft, Framing};

use crate::{
    boundary::{Caller, Failure, Kind, das_status, enter, quietly},
    options::{das_transform, transform},
    pending::Pending,
    stft::Windows,
    stream::{Process, Stream, Widths},
};

/// Complex spectra of one channel that comes in pieces.
pub struct das_complex_stft(());

impl Kind for das_complex_stft {
    type Value = Stream<Transforming>;
    const TAG: [u8; 8] = *b"das.cstf";
}

pub(crate) struct Transforming {
    stft: ComplexStft,
    windows: Windows,
}

impl Process for Transforming {
    const NAME: &'static str = "the transform";
    type End = ();

    fn most(&self, frames: usize) -> u128 {
        self.windows.most(frames)
    }

    fn push(&mut self, input: &[f32], out: &mut Pending) -> Result<(), Failure> {
        Ok(self.stft.push(input, |spectrum| out.extend_complex(spectrum))?)
    }

    fn finish(&mut self, (): (), out: &mut Pending) -> Result<(), Failure> {
        self.stft.finish(|spectrum| out.extend_complex(spectrum))?;
        Ok(())
    }
}

/// Longest window.
const MAX_LENGTH: usize = 65_536;

/// Windows and hops of a transform that has a way back: every length from 2 to 65536.
pub(crate) fn framing(caller: &Caller, given: *const das_transform) -> Result<Framing, Failure> {
    let request = transform(caller, given)?;
    let (length_frames, hop_frames) = (request.window_length_frames as usize, request.hop_frames as usize);
    if !(2..=MAX_LENGTH).contains(&length_frames) {
        return Err(Failure::argument(format!("a window of {length_frames} frames; 2 to {MAX_LENGTH} are possible")));
    }
    let framing = Framing { window: request.window, length_frames, hop_frames };
    framing.check()?;
    Ok(framing)
}

/// Plans the transform. `transform` may be NULL; its window may have any number of frames from 2 to 65536 here. A window and hop
/// whose last frames would take more than 536870912 values are DAS_STATUS_TOO_LARGE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_complex_stft_new(
    transform: *const das_transform,
    stft: *mut *mut das_complex_stft,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let slot = caller.slot(stft, "stft")?;
        let framing = framing(&caller, transform)?;
        // Two for every bin.
        let values = 2 * framing.bins();
        let windows = Windows::new(framing.length_frames, framing.hop_frames, values)?;
        let process = Transforming { stft: ComplexStft::prepare(&framing)?, windows };
        slot.fill(Stream::new(process, Widths { input: 1, output: values }));
        Ok(())
    })
}

/// Takes `length` samples; spectra that became complete wait for das_complex_stft_read(). Samples are not checked: NaN in is NaN
/// out. While more than 16777216 values are unread it is DAS_STATUS_STATE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_complex_stft_push(
    stft: *mut das_complex_stft,
    samples: *const f32,
    length: usize,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.get(stft, "stft")?.push(&caller, (samples, "samples"), length)
    })
}

/// Ends the sound: the remaining spectra, 1 + samples / hop in all, rounded up, wait for das_complex_stft_read(). Where the hop
/// does not divide the length that is one more than of das_stft, so that the sound can be recovered to its end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_complex_stft_finish(stft: *mut das_complex_stft) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.get(stft, "stft")?.finish(())
    })
}

/// Moves up to `capacity` spectra to `spectra`, which has room for `length` numbers, and writes their number to *frames: 0 where
/// more must be pushed first, and after the end. A spectrum is X[k] = sum of w[n] x[n] exp(-2 pi i k n / N) for k = 0 to N / 2,
/// unnormalized, n counted from the start of the frame: real and imaginary part of one bin after the other, 2 (N / 2 + 1)
/// numbers; `length` must be that times `capacity`. Frame i is centred on sample i x hop.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_complex_stft_read(
    stft: *mut das_complex_stft,
    spectra: *mut f32,
    length: usize,
    capacity: usize,
    frames: *mut usize,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let stream = caller.get(stft, "stft")?;
        stream.read_spectra(&caller, (spectra, "spectra"), length, capacity, (frames, "frames"))
    })
}

/// Gives a transform back.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_complex_stft_free(stft: *mut das_complex_stft) {
    quietly(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.take_back(stft, "stft")
    });
}
