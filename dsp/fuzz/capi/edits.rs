//! Sound of any samples, edited in any way.

use std::ptr;

use das::*;

use super::{bytes::Bytes, good};

/// Makes a sound of the bytes and edits it.
pub fn check(data: &[u8]) {
    let mut bytes = Bytes(data);
    let b = &mut bytes;
    let rate_hz = 100 + u32::from(b.u16());
    let (target, ceiling) = (b.u32() % 5, b.u32() % 4);
    // Levels that make sense, so that more than the check of numbers is reached.
    let (level, ceiling_level) = match b.u8() % 4 {
        0 => (b.f64(), b.f64()),
        _ => (f64::from(b.u8()) / -2.0, f64::from(b.u8()) / -4.0),
    };
    let fades = [(b.u32() % 5, any(b)), (b.u32() % 5, any(b))];
    let silence = das_silence {
        threshold_dbfs: if b.u8() == 0 { b.f64() } else { -f64::from(b.u8()) },
        gap_frames: any(b),
        hold_frames: any(b),
        padding_frames: any(b),
    };
    let (bits, shaping, seed) = (b.u32() % 27, b.u32() % 4, u64::from(b.u32()) << 32);
    let samples = b.samples(false);
    let mut sound = ptr::null_mut();
    // SAFETY: pointers to locals, handles that the library has made, each freed once.
    unsafe {
        assert!(good(das_sound_new(rate_hz, 2, samples.as_ptr(), samples.len() / 2, &raw mut sound)));
        let (mut normalized, mut gain) = (ptr::null_mut(), das_gain { gain_db: 7.0, short_db: 7.0 });
        let done = das_normalize(sound, target, level, ceiling, ceiling_level, &raw mut normalized, &raw mut gain);
        if good(done) {
            assert!(gain.gain_db.abs() <= 120.0 && gain.short_db >= 0.0);
            assert_eq!(shape(normalized), shape(sound));
            das_sound_free(normalized);
        } else {
            assert!(normalized.is_null() && gain.gain_db == 7.0);
        }
        assert!(!good(das_normalize(ptr::null(), target, level, ceiling, level, &raw mut normalized, &raw mut gain)));
        assert!(!good(das_normalize(sound, target, level, ceiling, level, ptr::null_mut(), &raw mut gain)));
        edited(sound, fades, &silence);
        rounded(sound, bits, shaping, seed);
        das_sound_free(sound);
    }
}

/// # Safety
///
/// A sound that the library has made, of two channels.
unsafe fn edited(sound: *const das_sound, fades: [(u32, u64); 2], silence: &das_silence) {
    let [(in_curve, in_frames), (out_curve, out_frames)] = fades;
    let (mut made, mut first, mut means) = (ptr::null_mut(), 7, [7.0; 2]);
    // SAFETY: pointers to locals, the caller's sound, and handles that the library has made, each freed once.
    unsafe {
        if good(das_fade(sound, in_curve, in_frames, out_curve, out_frames, &raw mut made)) {
            assert_eq!(shape(made), shape(sound));
            das_sound_free(made);
        }
        if good(das_trim(sound, silence, &raw mut made, &raw mut first)) {
            assert!(first + shape(made).frames <= shape(sound).frames);
            das_sound_free(made);
        } else {
            assert_eq!(first, 7);
        }
        assert!(good(das_remove_dc(sound, &raw mut made, means.as_mut_ptr(), 2)));
        assert_eq!(shape(made), shape(sound));
        das_sound_free(made);
        made = ptr::null_mut();
        let mut usual = *silence;
        assert!(
            good(das_silence_init(in_curve << 20, &raw mut usual)) && !good(das_silence_init(8_000, ptr::null_mut()))
        );
        assert!(!good(das_fade(ptr::null(), in_curve, in_frames, out_curve, out_frames, &raw mut made)));
        assert!(!good(das_trim(sound, silence, ptr::null_mut(), &raw mut first)));
        assert!(!good(das_remove_dc(sound, &raw mut made, means.as_mut_ptr(), 1)));
        assert!(!good(das_remove_dc(sound, &raw mut made, means.as_mut_ptr(), usize::MAX)));
        assert!(made.is_null());
    }
}

/// # Safety
///
/// A sound that the library has made.
unsafe fn rounded(sound: *const das_sound, bits: u32, shaping: u32, seed: u64) {
    let mut made = ptr::null_mut();
    // SAFETY: pointers to locals, the caller's sound, and a handle that the library has made, freed once.
    unsafe {
        assert!(!good(das_dither(sound, bits, shaping, seed, ptr::null_mut())));
        if !good(das_dither(sound, bits, shaping, seed, &raw mut made)) {
            assert!(made.is_null());
            return;
        }
        let mut samples = vec![7.0f32; shape(made).frames as usize];
        assert!(good(das_sound_read(made, 1, 0, samples.as_mut_ptr(), samples.len())));
        let steps = (1u32 << (bits - 1)) as f32;
        assert!(samples.iter().all(|x| (-1.0..1.0).contains(x) && (x * steps).fract() == 0.0));
        das_sound_free(made);
    }
}

/// A number of frames of such sounds, or any.
fn any(b: &mut Bytes<'_>) -> u64 {
    if b.u8() == 0 { (u64::from(b.u32()) << 32) | u64::from(b.u32()) } else { u64::from(b.u8()) }
}

/// The shape of a sound that the library has made.
fn shape(sound: *const das_sound) -> das_sound_shape {
    let mut shape = das_sound_shape { frames: 0, sample_rate_hz: 0, channels: 0 };
    // SAFETY: a sound, and a local.
    assert!(good(unsafe { das_sound_get_shape(sound, &raw mut shape) }));
    shape
}
