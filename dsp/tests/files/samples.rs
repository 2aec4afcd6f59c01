//! Samples that are no numbers, none at all, or known beforehand.

use crate::support::{analyse, wav};

#[test]
fn samples_beyond_all_recordings_are_refused() {
    for (rate, bad) in [(44_100u32, 3e38f32), (32_000, 1.7e38), (8_000, -1e10)] {
        let mut bytes = wav(rate, 1, 4_000, &[]);
        bytes[20] = 3;
        bytes[32] = 4;
        bytes[34] = 32;
        bytes.extend((0..1_000).flat_map(|n| (if n == 77 { bad } else { 0.1f32 }).to_le_bytes()));
        let error = analyse("huge.wav", bytes).unwrap_err();
        assert_eq!((error.code(), error.offset_frames()), ("not_finite", Some(77)), "{error}");
    }
}

#[test]
fn samples_that_are_no_numbers_are_refused_with_their_place() {
    for bad in [f32::NAN, f32::INFINITY] {
        let mut bytes = wav(8_000, 1, 32_000, &[]);
        bytes[20] = 3; // IEEE float
        bytes[32] = 4;
        bytes[34] = 32;
        let samples = (0..8_000).map(|n| if n == 4_321 { bad } else { 0.1 });
        bytes.extend(samples.flat_map(f32::to_le_bytes));
        let error = analyse("nan.wav", bytes).unwrap_err();
        assert_eq!((error.code(), error.offset_frames()), ("not_finite", Some(4_321)), "{error}");
    }
}

#[test]
fn silence_is_sound() {
    let outcome = analyse("silence.wav", wav(8_000, 1, 16_000, &vec![0; 16_000])).unwrap();
    assert_eq!(outcome.analysis.level.peak_dbfs, None);
    assert_eq!(outcome.grid.level_at(0.5, 1000.0), Some(-120.0));
    assert_eq!(outcome.analysis.spectral.centroid_hz, None);
}

#[test]
fn the_time_axis_is_centred_on_the_frames() {
    // A click at 0.512 s is the centre of frame 32; it shows there and as much before as after.
    let mut bytes = wav(32_000, 1, 64_000, &[]);
    bytes.extend((0..32_000).flat_map(|n| (if n == 16_384 { 30_000i16 } else { 0 }).to_le_bytes()));
    let grid = analyse("click.wav", bytes).unwrap().grid;
    let level = |offset_s: f64| grid.level_at(0.512 + offset_s, 5_000.0).unwrap();
    assert_eq!(level(0.0), level(0.0079));
    assert_eq!(level(0.0), level(-0.0079));
    assert_eq!(level(0.016), level(-0.016));
    assert!(level(0.0) > level(0.016));
}

#[test]
fn the_demo_sound_is_a_clean_file() {
    let bytes = dsp::demo::wav();
    assert_eq!(bytes, dsp::demo::wav());
    let outcome = analyse("demo.wav", bytes).unwrap();
    assert_eq!(outcome.analysis.source.duration_s, 6.0);
    let level = &outcome.analysis.level;
    assert_eq!(level.clipped_samples, 0);
    assert!(level.peak_dbfs.unwrap() < -1.0 && level.peak_dbfs.unwrap() > -9.0, "{level:?}");
}
