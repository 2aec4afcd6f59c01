//! Sound without the silence at its ends.

use dsp::{
    engine::Sound,
    trim::{self, SilenceParameters},
};

use crate::{
    boundary::{Caller, Failure, das_status, enter, set},
    sound::das_sound,
};

/// What counts as silence. Fill it with das_silence_init(); NULL means the defaults at the rate of the sound.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct das_silence {
    /// A frame is loud when a sample of any channel is above this, -200 to 0; default -60.
    pub threshold_dbfs: f64,
    /// Loud frames that are less than this apart belong to one event: a wave passes through zero; default 50 ms.
    pub gap_frames: u64,
    /// Events that are shorter than this, from their first to their last loud frame, are clicks and do not count; default 1 ms.
    pub hold_frames: u64,
    /// Silence that is kept before the first and after the last event; default 10 ms.
    pub padding_frames: u64,
}

/// Writes the defaults at a rate to *silence.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_silence_init(sample_rate_hz: u32, silence: *mut das_silence) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let SilenceParameters { threshold_dbfs, gap_frames, hold_frames, padding_frames } =
            SilenceParameters::usual(sample_rate_hz);
        caller.out(silence, "silence")?.set(das_silence { threshold_dbfs, gap_frames, hold_frames, padding_frames });
        Ok(())
    })
}

fn silence(caller: &Caller, given: *const das_silence, sample_rate_hz: u32) -> Result<SilenceParameters, Failure> {
    let Some(given) = caller.read(given, "silence")? else { return Ok(SilenceParameters::usual(sample_rate_hz)) };
    let das_silence { threshold_dbfs, gap_frames, hold_frames, padding_frames } = given;
    Ok(SilenceParameters { threshold_dbfs, gap_frames, hold_frames, padding_frames })
}

/// Makes a new sound without the silence at the ends of `sound`; one without frames where there is nothing else. The frame with
/// which it begins goes to *first_frame, unless that is NULL. `silence` may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_trim(
    sound: *const das_sound,
    silence: *const das_silence,
    trimmed: *mut *mut das_sound,
    first_frame: *mut u64,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let (sound, slot) = (caller.get(sound, "sound")?, caller.slot(trimmed, "trimmed")?);
        let out = caller.optional_out(first_frame, "first_frame")?;
        let kept = trim::trimmed(sound.channels(), self::silence(&caller, silence, sound.sample_rate_hz())?)?;
        let channels = sound.channels().iter().map(|channel| channel[kept.clone()].to_vec()).collect();
        let made = Sound::new(sound.sample_rate_hz(), channels)?.with_channel_mask(sound.channel_mask());
        set(out, kept.start as u64);
        slot.fill(made);
        Ok(())
    })
}
