//! Convolution as a stream.

use dsp::filter::{Convolver, FilterError, MAX_TAPS};

use crate::{
    boundary::{Caller, Failure, Kind, das_status, enter, quietly},
    pending::Pending,
    stream::{Process, Stream, Widths},
};

/// Convolves one channel that comes in pieces with fixed taps.
pub struct das_convolver(());

impl Kind for das_convolver {
    type Value = Stream<Convolving>;
    const TAG: [u8; 8] = *b"das.conv";
}

pub(crate) struct Convolving {
    convolver: Convolver,
    /// Samples that can become complete without as many new ones.
    held: usize,
}

impl Process for Convolving {
    const NAME: &'static str = "the convolver";
    type End = ();

    fn most(&self, frames: usize) -> u128 {
        frames as u128 + self.held as u128
    }

    fn push(&mut self, input: &[f32], out: &mut Pending) -> Result<(), Failure> {
        Ok(self.convolver.push(input, |samples| out.extend(samples))?)
    }

    fn finish(&mut self, (): (), out: &mut Pending) -> Result<(), Failure> {
        Ok(self.convolver.finish(|samples| out.extend(samples))?)
    }
}

/// Plans the convolution with `count` taps, 1 to 4194304: the first has no delay. Few are summed up, many go through
/// transforms.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_convolver_new(
    taps: *const f64,
    count: usize,
    convolver: *mut *mut das_convolver,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let slot = caller.slot(convolver, "convolver")?;
        // Before so many are looked at.
        if count > MAX_TAPS {
            return Err(FilterError::Taps { actual: count, limit: MAX_TAPS }.into());
        }
        let convolver = Convolver::new(caller.slice(taps, count, "taps")?)?;
        slot.fill(Stream::new(Convolving { convolver, held: 8 * count }, Widths { input: 1, output: 1 }));
        Ok(())
    })
}

/// Takes `length` samples; what became complete waits for das_convolver_read(). Samples are not checked: NaN in is NaN out, for
/// as long as the filter. While more than 16777216 samples are unread it is DAS_STATUS_STATE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_convolver_push(
    convolver: *mut das_convolver,
    samples: *const f32,
    length: usize,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.get(convolver, "convolver")?.push(&caller, (samples, "samples"), length)
    })
}

/// Ends the sound: the rest waits for das_convolver_read(). N samples and L taps give N + L - 1 samples in all, and none for
/// none. A linear-phase filter delays by (L - 1) / 2 frames: leave out as many at the start, and keep N, to stay aligned.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_convolver_finish(convolver: *mut das_convolver) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.get(convolver, "convolver")?.finish(())
    })
}

/// Moves up to `capacity` samples to `samples` and writes their number to *count: 0 where more must be pushed first, and after
/// the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_convolver_read(
    convolver: *mut das_convolver,
    samples: *mut f32,
    capacity: usize,
    count: *mut usize,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.get(convolver, "convolver")?.read(&caller, (samples, "samples"), capacity, (count, "count"))
    })
}

/// Gives a convolver back.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_convolver_free(convolver: *mut das_convolver) {
    quietly(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.take_back(convolver, "convolver")
    });
}
