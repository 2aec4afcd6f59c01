//! Sound at a level.

use dsp::normalize::{Ceiling, Normalization, Target};

use crate::{
    boundary::{Caller, Failure, das_status, enter, set},
    sound::{das_sound, edited},
};

/// Which level a sound is brought to.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum das_target {
    /// Loudest sample of any channel; a full-scale square wave has 0 dBFS.
    PeakDbfs = 0,
    /// Loudest point between the samples of any channel, by ITU-R BS.1770.
    TruePeakDbtp = 1,
    /// Root of the mean square of all samples of all channels; a full-scale square wave has 0 dBFS.
    RmsDbfs = 2,
    /// Integrated loudness by EBU R 128, which wants -23 LUFS.
    LoudnessLufs = 3,
}

/// Which peak a sound does not pass.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum das_ceiling {
    /// There is no ceiling.
    None = 0,
    /// Loudest sample of any channel.
    PeakDbfs = 1,
    /// Loudest point between the samples of any channel; EBU R 128 wants -1 dBTP.
    TruePeakDbtp = 2,
}

/// What a sound was multiplied by.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct das_gain {
    /// The gain.
    pub gain_db: f64,
    /// How far the ceiling keeps the sound below the target; 0 where it does not.
    pub short_db: f64,
}

fn target(number: u32, level: f64) -> Result<Target, Failure> {
    Ok(match number {
        0 => Target::PeakDbfs(level),
        1 => Target::TruePeakDbtp(level),
        2 => Target::RmsDbfs(level),
        3 => Target::LoudnessLufs(level),
        _ => return Err(Failure::argument(format!("there is no target {number}"))),
    })
}

fn ceiling(number: u32, level: f64) -> Result<Option<Ceiling>, Failure> {
    Ok(match number {
        0 => None,
        1 => Some(Ceiling::PeakDbfs(level)),
        2 => Some(Ceiling::TruePeakDbtp(level)),
        _ => return Err(Failure::argument(format!("there is no ceiling {number}"))),
    })
}

/// Makes a new sound that has the level `level` in the unit of the das_target `target`, or less where its peak would pass
/// `ceiling_level` in the unit of the das_ceiling `ceiling`. One gain for the whole sound, nothing is limited or compressed.
/// Levels are -120 to 20; `ceiling_level` is ignored without a ceiling. The gain goes to *gain, unless that is NULL. Silence
/// (for loudness: nothing above -70 LUFS, or less than 0.4 s), a gain of more than 120 dB either way, and loudness below a
/// rate of 4000 Hz are DAS_STATUS_REFUSED; a result above 1e9 is DAS_STATUS_NOT_FINITE.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_normalize(
    sound: *const das_sound,
    target: u32,
    level: f64,
    ceiling: u32,
    ceiling_level: f64,
    normalized: *mut *mut das_sound,
    gain: *mut das_gain,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let (sound, slot) = (caller.get(sound, "sound")?, caller.slot(normalized, "normalized")?);
        let out = caller.optional_out(gain, "gain")?;
        let normalization =
            Normalization { target: self::target(target, level)?, ceiling: self::ceiling(ceiling, ceiling_level)? };
        let (rate_hz, mask) = (sound.sample_rate_hz(), sound.channel_mask());
        let (made, applied) = edited(sound, |channels| Ok(normalization.apply_with_mask(channels, rate_hz, mask)?))?;
        set(out, das_gain { gain_db: applied.gain_db, short_db: applied.short_db });
        slot.fill(made);
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_enumerations() {
        assert_eq!(target(das_target::PeakDbfs as u32, 1.0).expect("one"), Target::PeakDbfs(1.0));
        assert_eq!(target(das_target::TruePeakDbtp as u32, 1.0).expect("one"), Target::TruePeakDbtp(1.0));
        assert_eq!(target(das_target::RmsDbfs as u32, 1.0).expect("one"), Target::RmsDbfs(1.0));
        assert_eq!(target(das_target::LoudnessLufs as u32, 1.0).expect("one"), Target::LoudnessLufs(1.0));
        assert_eq!(ceiling(das_ceiling::None as u32, f64::NAN).expect("none"), None);
        assert_eq!(ceiling(das_ceiling::PeakDbfs as u32, 1.0).expect("one"), Some(Ceiling::PeakDbfs(1.0)));
        assert_eq!(ceiling(das_ceiling::TruePeakDbtp as u32, 1.0).expect("one"), Some(Ceiling::TruePeakDbtp(1.0)));
        assert!(target(4, 0.0).is_err() && ceiling(3, 0.0).is_err() && ceiling(u32::MAX, 0.0).is_err());
    }
}
