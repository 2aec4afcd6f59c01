//! The resampler as a stream.

use dsp::engine::SoundResampler;

use crate::{
    boundary::{Caller, Failure, Kind, das_status, enter, quietly},
    options::quality,
    pending::{Pending, planar},
    stream::{Process, Stream, Widths},
};

/// Converts the rate of sound that comes in pieces.
pub struct das_resampler(());

impl Kind for das_resampler {
    type Value = Stream<Resampling>;
    const TAG: [u8; 8] = *b"das.resa";
}

pub(crate) struct Resampling {
    resampler: SoundResampler,
    channels: usize,
    from_hz: u32,
    to_hz: u32,
}

impl Process for Resampling {
    const NAME: &'static str = "the resampler";
    type End = ();

    fn most(&self, frames: usize) -> u128 {
        (frames * self.channels) as u128 * u128::from(self.to_hz) / u128::from(self.from_hz)
    }

    fn push(&mut self, input: &[f32], out: &mut Pending) -> Result<(), Failure> {
        Ok(self.resampler.push(&planar(input, self.channels), |block| {
            out.interleave(block);
            Ok(())
        })?)
    }

    fn finish(&mut self, (): (), out: &mut Pending) -> Result<(), Failure> {
        Ok(self.resampler.finish(|block| {
            out.interleave(block);
            Ok(())
        })?)
    }
}

/// Plans the conversion of sound with that number of channels; rates are 100 to 768000 and at most 256 times apart. `quality`
/// is a das_quality.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_resampler_new(
    from_hz: u32,
    to_hz: u32,
    channels: u32,
    quality: u32,
    resampler: *mut *mut das_resampler,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let (slot, channels) = (caller.slot(resampler, "resampler")?, channels as usize);
        let resampler = SoundResampler::prepare(from_hz, to_hz, channels, self::quality(quality)?)?;
        let process = Resampling { resampler, channels, from_hz, to_hz };
        slot.fill(Stream::new(process, Widths { input: channels, output: channels }));
        Ok(())
    })
}

/// Takes `frames` frames of interleaved sound; what became complete waits for das_resampler_read(). Samples are not checked:
/// NaN in is NaN out, for as long as the filter. While more than 16777216 samples are unread it is DAS_STATUS_STATE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_resampler_push(
    resampler: *mut das_resampler,
    interleaved: *const f32,
    frames: usize,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.get(resampler, "resampler")?.push(&caller, (interleaved, "interleaved"), frames)
    })
}

/// Ends the sound: the rest, up to the exact length ceil(frames x to / from), waits for das_resampler_read().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_resampler_finish(resampler: *mut das_resampler) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.get(resampler, "resampler")?.finish(())
    })
}

/// Moves up to `capacity` frames of converted sound to `interleaved` (room for capacity x channels samples) and writes their
/// number to *frames: 0 where more must be pushed first, and after the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_resampler_read(
    resampler: *mut das_resampler,
    interleaved: *mut f32,
    capacity: usize,
    frames: *mut usize,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let stream = caller.get(resampler, "resampler")?;
        stream.read(&caller, (interleaved, "interleaved"), capacity, (frames, "frames"))
    })
}

/// Gives a resampler back.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_resampler_free(resampler: *mut das_resampler) {
    quietly(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.take_back(resampler, "resampler")
    });
}
