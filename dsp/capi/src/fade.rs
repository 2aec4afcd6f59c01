//! Sound that begins and ends softly.

use dsp::fade::{Curve, Fade};

use crate::{
    boundary::{Caller, Failure, das_status, enter},
    options::choice,
    sound::{das_sound, edited},
};

/// How the gain of a fade in rises from 0 (at t = 0) to 1 (at t = 1); a fade out is the same backwards.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum das_curve {
    /// t. A cross-fade of equal sounds keeps their amplitude.
    Linear = 0,
    /// sin(pi t / 2). A cross-fade of unrelated sounds keeps their power.
    EqualPower = 1,
    /// (1 - cos(pi t)) / 2. Keeps amplitude like the linear one, without corners at its ends.
    RaisedCosine = 2,
    /// From -60 dB on by the same number of decibels in every moment, and 0 at t = 0 itself.
    Exponential = 3,
}

fn curve(number: u32) -> Result<Curve, Failure> {
    choice(&[Curve::Linear, Curve::EqualPower, Curve::RaisedCosine, Curve::Exponential], number, "curve")
}

/// Makes a new sound that is faded in over its first `in_frames` frames, by the das_curve `in_curve`, and out over its last
/// `out_frames`; 0 for none. The gain of frame n of a fade in of N frames is that of t = n / N: the first frame is silent, the
/// first behind it whole; the last frame of a fade out is silent. A fade that is longer than the sound is
/// DAS_STATUS_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_fade(
    sound: *const das_sound,
    in_curve: u32,
    in_frames: u64,
    out_curve: u32,
    out_frames: u64,
    faded: *mut *mut das_sound,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let (sound, slot) = (caller.get(sound, "sound")?, caller.slot(faded, "faded")?);
        let (rising, falling) = (curve(in_curve)?, curve(out_curve)?);
        let frames = sound.frames() as u64;
        let start = frames.checked_sub(out_frames).filter(|_| in_frames <= frames);
        let start = start.ok_or_else(|| {
            Failure::argument(format!("fades of {in_frames} and {out_frames} frames in a sound of {frames}"))
        })?;
        let (made, ()) = edited(sound, |channels| {
            Fade::fade_in(rising, 0, in_frames).process(channels);
            Fade::fade_out(falling, start, out_frames).process(channels);
            Ok(())
        })?;
        slot.fill(made);
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_enumeration() {
        for (number, expected) in [
            (das_curve::Linear, Curve::Linear),
            (das_curve::EqualPower, Curve::EqualPower),
            (das_curve::RaisedCosine, Curve::RaisedCosine),
            (das_curve::Exponential, Curve::Exponential),
        ] {
            assert_eq!(curve(number as u32).expect("a curve"), expected);
        }
        assert!(curve(4).is_err());
    }
}
