//! Sound of fewer bits.

use dsp::dither::{Dither, Shaping};

use crate::{
    boundary::{Caller, Failure, das_status, enter},
    options::choice,
    sound::{das_sound, edited},
};

/// Where the noise of a rounding goes.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum das_shaping {
    /// White noise of a power of LSB^2 / 4.
    White = 0,
    /// 1 - 1/z: 6 dB less noise in every octave downwards, 3 dB more in all.
    FirstOrder = 1,
    /// By the threshold of hearing at 44.1 and 48 kHz (Lipshitz, Vanderkooy and Wannamaker 1991): much less noise at 2 to 5 kHz,
    /// more above 12 kHz.
    Audibility = 2,
}

fn shaping(number: u32) -> Result<Shaping, Failure> {
    choice(&[Shaping::White, Shaping::FirstOrder, Shaping::Audibility], number, "shaping")
}

/// Makes a new sound whose samples are rounded to `bits` bits, 2 to 24, with triangular dither of +-1 LSB added before: the error
/// has mean 0 and a power that does not depend on the sound. Samples become multiples of an LSB = 2^(1 - bits), from -1 to 1 -
/// LSB, which das_sound_save() writes with so many bits as they are. `shaping` is a das_shaping. The noise is a function of
/// `seed` alone; channel c has the seed `seed` + c.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn das_dither(
    sound: *const das_sound,
    bits: u32,
    shaping: u32,
    seed: u64,
    dithered: *mut *mut das_sound,
) -> das_status {
    enter(|| {
        // SAFETY: the caller keeps what das.h asks for.
        let caller = unsafe { Caller::trusted() };
        let (sound, slot) = (caller.get(sound, "sound")?, caller.slot(dithered, "dithered")?);
        let shaping = self::shaping(shaping)?;
        // Refused before the sound is copied.
        Dither::new(bits, shaping, seed)?;
        let (made, ()) = edited(sound, |channels| {
            for (channel, seed) in channels.iter_mut().zip((0..).map(|channel| seed.wrapping_add(channel))) {
                Dither::new(bits, shaping, seed)?.process(channel);
            }
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
        assert_eq!(shaping(das_shaping::White as u32).expect("one"), Shaping::White);
        assert_eq!(shaping(das_shaping::FirstOrder as u32).expect("one"), Shaping::FirstOrder);
        assert_eq!(shaping(das_shaping::Audibility as u32).expect("one"), Shaping::Audibility);
        assert!(shaping(3).is_err());
    }
}
