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
        das_sound_free(sound);
    }
}

/// The shape of a sound that the library has made.
fn shape(sound: *const das_sound) -> das_sound_shape {
    let mut shape = das_sound_shape { frames: 0, sample_rate_hz: 0, channels: 0 };
    // SAFETY: a sound, and a local.
    assert!(good(unsafe { das_sound_get_shape(sound, &raw mut shape) }));
    shape
}
