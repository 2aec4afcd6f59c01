//! Sound of any samples through every operation in memory.

use std::ptr;

use das::*;

use super::{bytes::Bytes, good, is_document};

/// Makes a sound of the bytes and does everything with it.
pub fn check(data: &[u8]) {
    let mut bytes = Bytes(data);
    let b = &mut bytes;
    let (rate_hz, channels) = (8_000 + u32::from(b.u16()), u32::from(b.u8() % 9));
    let (to_hz, quality, to, scale) = (b.u16(), b.u8() % 5, b.u8() % 4, b.u8() % 3);
    let (gain_db, pan, start, ceiling) = (b.f64(), b.f64(), b.u16(), b.f64());
    let (channel, first) = (u32::from(b.u8() % 9), u64::from(b.u16()));
    let any_bits = b.u8() & 1 == 1;
    let samples = b.samples(any_bits);
    let frames = samples.len() / channels.max(1) as usize;
    let mut sound = ptr::null_mut();
    // SAFETY: pointers to locals, handles that the library has made, each freed once.
    unsafe {
        let made = das_sound_new(rate_hz, channels, samples.as_ptr(), frames, &raw mut sound);
        let fine = channels > 0 && samples[..frames * channels as usize].iter().all(|x| x.abs() <= 1e9);
        assert_eq!(good(made), fine, "{made:?}");
        if !fine {
            assert!(sound.is_null());
            return;
        }
        let mut shape = std::mem::MaybeUninit::<das_sound_shape>::uninit();
        assert!(good(das_sound_get_shape(sound, shape.as_mut_ptr())));
        assert_eq!(shape.assume_init(), das_sound_shape { frames: frames as u64, sample_rate_hz: rate_hz, channels });
        let mut part = [7.0f32; 32];
        if good(das_sound_read(sound, channel, first, part.as_mut_ptr(), 32)) {
            assert_eq!(part[0].to_bits(), samples[first as usize * channels as usize + channel as usize].to_bits());
        } else {
            assert_eq!(part, [7.0; 32]);
        }
        let (mut other, mut headroom_db) = (ptr::null_mut(), 7.0);
        if good(das_do_resampling(sound, u32::from(to_hz), u32::from(quality), &raw mut other)) {
            let mut shape = std::mem::MaybeUninit::<das_sound_shape>::uninit();
            assert!(good(das_sound_get_shape(other, shape.as_mut_ptr())));
            let expected = (frames as u64 * u64::from(to_hz)).div_ceil(rate_hz.into());
            assert_eq!(shape.assume_init().frames, expected);
            das_sound_free(other);
        }
        if good(das_do_mixing(sound, to.into(), scale.into(), &raw mut other)) {
            das_sound_free(other);
        }
        let track = das_track { sound, gain_db, pan, start_frame: start.into() };
        if good(das_mix_sounds([track, track].as_ptr(), 2, ceiling, &raw mut other, &raw mut headroom_db)) {
            assert!(headroom_db <= 0.0);
            das_sound_free(other);
        }
        let (mut spectra, mut json) = (ptr::null_mut(), ptr::null_mut());
        assert!(good(das_do_fft(sound, ptr::null(), &raw mut spectra)));
        let mut layout = std::mem::MaybeUninit::<das_spectra_shape>::uninit();
        assert!(good(das_spectra_get_shape(spectra, layout.as_mut_ptr())));
        let layout = layout.assume_init();
        assert_eq!(layout.frames, 1 + frames as u64 / 512);
        let mut power = vec![0.0; layout.bins as usize];
        assert_eq!(good(das_spectra_read(spectra, first, power.as_mut_ptr(), power.len())), first < layout.frames);
        assert!(good(das_do_analysis(spectra, &raw mut json)));
        is_document(json);
        das_spectra_free(spectra);
        if good(das_analyze_sound(sound, ptr::null(), &raw mut json)) {
            is_document(json);
        }
        das_sound_free(sound);
    }
}
