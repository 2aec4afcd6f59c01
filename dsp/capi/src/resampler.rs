//! The resampler as a stream.

use dsp::engine::SoundResampler;

use crate::{
    boundary::{Caller, Exclusive, Failure, Kind, das_status, enter, quietly},
    options::quality,
    pending::{Pending, elements, planar},
};

/// Converts the rate of sound that comes in pieces.
pub struct das_resampler(());

impl Kind for das_resampler {
    type Value = Resampling;
    const TAG: [u8; 8] = *b"das.resa";
}

pub(crate) struct Resampling {
    channels: usize,
    from_hz: u32,
    to_hz: u32,
    stream: Exclusive<Stream>,
}

pub(crate) struct Stream {
    resampler: SoundResampler,
    pending: Pending,
    finished: bool,
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
        let stream = Exclusive::new(Stream { resampler, pending: Pending::default(), finished: false });
        slot.fill(Resampling { channels, from_hz, to_hz, stream });
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
        let Resampling { channels, from_hz, to_hz, stream } = caller.get(resampler, "resampler")?;
        let samples = caller.slice(interleaved, elements(frames, *channels, "interleaved")?, "interleaved")?;
        stream.with(|stream| {
            stream.running()?;
            stream.pending.expect(samples.len() as u128 * u128::from(*to_hz) / u128::from(*from_hz))?;
            stream.resampler.push(&planar(samples, *channels), |out| {
                stream.pending.interleave(out);
                Ok(())
            })?;
            Ok(())
        })
    })
}

/// Ends the sound: the rest, up to the exact length ceil(frames x to / from), waits for das_resampler_read().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_resampler_finish(resampler: *mut das_resampler) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.get(resampler, "resampler")?.stream.with(|stream| {
            stream.running()?;
            stream.pending.expect(0)?;
            stream.resampler.finish(|out| {
                stream.pending.interleave(out);
                Ok(())
            })?;
            stream.finished = true;
            Ok(())
        })
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
        let Resampling { channels, stream, .. } = caller.get(resampler, "resampler")?;
        let room = elements(capacity, *channels, "interleaved")?;
        let (out, buffer) = (caller.out(frames, "frames")?, caller.slice_mut(interleaved, room, "interleaved")?);
        out.set(stream.with(|stream| Ok(stream.pending.read(buffer, *channels)))?);
        Ok(())
    })
}

impl Stream {
    fn running(&self) -> Result<(), Failure> {
        if self.finished { Err(Failure::state("the resampler is finished")) } else { Ok(()) }
    }
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
