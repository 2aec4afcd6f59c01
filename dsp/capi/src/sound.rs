//! Sound in memory.

use std::ffi::c_char;

use dsp::{decode::Limits, engine::Sound};

use crate::{
    boundary::{Caller, Failure, Kind, das_status, elements, enter, quietly, set},
    options::{das_limits, encoding, limits},
};

/// Sound in memory: a rate and 1 to 64 channels of equal length. It never changes.
pub struct das_sound(());

impl Kind for das_sound {
    type Value = Sound;
    const TAG: [u8; 8] = *b"das.soun";
}

/// Shape of a das_sound.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct das_sound_shape {
    /// Frames of every channel.
    pub frames: u64,
    /// Frames per second.
    pub sample_rate_hz: u32,
    /// Number of channels.
    pub channels: u32,
}

/// Copies `frames` frames of interleaved sound (frames x channels samples, full scale +-1.0) into a new das_sound. `frames`
/// may be 0. A sample that is NaN, infinite or above 1e9 is DAS_STATUS_NOT_FINITE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_sound_new(
    sample_rate_hz: u32,
    channels: u32,
    interleaved: *const f32,
    frames: usize,
    sound: *mut *mut das_sound,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let slot = caller.slot(sound, "sound")?;
        let samples = caller.slice(interleaved, elements(frames, channels as usize, "interleaved")?, "interleaved")?;
        slot.fill(Sound::from_interleaved(sample_rate_hz, channels as usize, samples)?);
        Ok(())
    })
}

/// Decodes the whole file `path` (WAV, AIFF, FLAC, MP3, Ogg Vorbis, AAC, ALAC) into a new das_sound. A damaged file is
/// DAS_STATUS_REFUSED, not sound with a gap; one of more than 536870912 samples is DAS_STATUS_TOO_LARGE. `limits` may be
/// NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_sound_load(
    path: *const c_char,
    limits: *const das_limits,
    sound: *mut *mut das_sound,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let slot = caller.slot(sound, "sound")?;
        let limits: Limits = self::limits(&caller, limits)?;
        slot.fill(Sound::load(caller.path(path, "path")?, &limits)?);
        Ok(())
    })
}

/// Writes the sound as WAV file `path`, in a das_encoding. Where a file is there, it is replaced when the new one is whole.
/// Samples that integers do not hold are limited; their number goes to *limited_samples, unless that is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_sound_save(
    sound: *const das_sound,
    path: *const c_char,
    encoding: u32,
    limited_samples: *mut u64,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let out = caller.optional_out(limited_samples, "limited_samples")?;
        let (sound, encoding) = (caller.get(sound, "sound")?, self::encoding(encoding)?);
        let summary = sound.save(caller.path(path, "path")?, encoding)?;
        set(out, summary.limited_samples);
        Ok(())
    })
}

/// Writes rate, channels and frames to *shape.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_sound_get_shape(sound: *const das_sound, shape: *mut das_sound_shape) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let (sound, out) = (caller.get(sound, "sound")?, caller.out(shape, "shape")?);
        out.set(das_sound_shape {
            frames: sound.frames() as u64,
            sample_rate_hz: sound.sample_rate_hz(),
            channels: sound.channels().len() as u32,
        });
        Ok(())
    })
}

/// Copies `frames` samples of one channel, from 0, beginning at frame `first`, to `samples`. All of them must be there:
/// first + frames <= frames of the sound.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_sound_read(
    sound: *const das_sound,
    channel: u32,
    first: u64,
    samples: *mut f32,
    frames: usize,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let sound = caller.get(sound, "sound")?;
        let from = self::channel(sound, channel)?;
        let part = usize::try_from(first).ok().and_then(|first| from.get(first..first.checked_add(frames)?));
        let part = part.ok_or_else(|| {
            Failure::argument(format!("{frames} frames from {first} on are not in a sound of {}", from.len()))
        })?;
        caller.slice_mut(samples, frames, "samples")?.copy_from_slice(part);
        Ok(())
    })
}

/// A copy of a sound, changed by `edit`, and what that has found.
pub(crate) fn edited<T>(
    sound: &Sound,
    edit: impl FnOnce(&mut [Vec<f32>]) -> Result<T, Failure>,
) -> Result<(Sound, T), Failure> {
    let mut channels = sound.channels().to_vec();
    let found = edit(&mut channels)?;
    Ok((Sound::new(sound.sample_rate_hz(), channels)?.with_channel_mask(sound.channel_mask()), found))
}

/// One channel of a sound.
pub(crate) fn channel(sound: &Sound, channel: u32) -> Result<&[f32], Failure> {
    let channels = sound.channels();
    let found = channels.get(channel as usize).map(Vec::as_slice);
    found.ok_or_else(|| Failure::argument(format!("there is no channel {channel}; the sound has {}", channels.len())))
}

/// Gives a sound back.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_sound_free(sound: *mut das_sound) {
    quietly(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        caller.take_back(sound, "sound")
    });
}
