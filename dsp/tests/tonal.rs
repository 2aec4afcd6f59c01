//! Tuning and key against chords and scales that are known.

#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use common::signals;
use dsp::{
    Parameters,
    stft::Stft,
    tonal::{Key, Mode, PitchClass, Tonal, TonalMeter, TonalSeries},
};

const RATE: f64 = 32_000.0;

fn measure_all(sound: &[f32], chunk: usize) -> (Tonal, TonalSeries) {
    let parameters = Parameters::default();
    let mut stft = Stft::prepare(&parameters).unwrap();
    let mut meter = TonalMeter::prepare(&parameters, 512).unwrap();
    for part in sound.chunks(chunk) {
        meter.push_samples(part).unwrap();
        stft.push(part, |power| meter.push_power(power)).unwrap();
    }
    stft.finish(|power| meter.push_power(power)).unwrap();
    meter.finish().unwrap()
}

fn measure(sound: &[f32]) -> Tonal {
    measure_all(sound, 1 << 16).0
}

/// Notes by their MIDI numbers (69 is A4), together, `frames` long, in tune with `a4_hz`.
fn chord(notes: &[i32], frames: usize, a4_hz: f64) -> Vec<f32> {
    let tones: Vec<Vec<f32>> = notes
        .iter()
        .map(|&note| signals::harmonic_tone(frames, RATE, a4_hz * f64::from(note - 69).exp2_twelfth(), 8, 0.1))
        .collect();
    signals::mixed(&tones.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

trait Twelfth {
    fn exp2_twelfth(self) -> f64;
}

impl Twelfth for f64 {
    fn exp2_twelfth(self) -> f64 {
        (self / 12.0).exp2()
    }
}

/// Chords or notes one after the other, half a second each.
fn played(chords: &[&[i32]], transposed: i32, a4_hz: f64) -> Vec<f32> {
    chords
        .iter()
        .flat_map(|notes| {
            let notes: Vec<i32> = notes.iter().map(|note| note + transposed).collect();
            chord(&notes, 16_000, a4_hz)
        })
        .collect()
}

const MAJOR_SCALE: &[&[i32]] = &[&[60], &[62], &[64], &[65], &[67], &[69], &[71], &[72]];
const HARMONIC_MINOR_SCALE: &[&[i32]] = &[&[60], &[62], &[63], &[65], &[67], &[68], &[71], &[72]];
/// I IV V I, with the bass below.
const MAJOR_CADENCE: &[&[i32]] = &[&[48, 60, 64, 67], &[53, 60, 65, 69], &[55, 59, 62, 67], &[48, 60, 64, 67]];
/// i iv V i.
const MINOR_CADENCE: &[&[i32]] = &[&[48, 60, 63, 67], &[53, 60, 65, 68], &[55, 59, 62, 67], &[48, 60, 63, 67]];

#[test]
fn scales_and_cadences_have_their_key_in_all_24() {
    for (name, chords, mode) in [
        ("major scale", MAJOR_SCALE, Mode::Major),
        ("minor scale", HARMONIC_MINOR_SCALE, Mode::Minor),
        ("major cadence", MAJOR_CADENCE, Mode::Major),
        ("minor cadence", MINOR_CADENCE, Mode::Minor),
    ] {
        for transposed in 0..12 {
            let Key { best, second } = measure(&played(chords, transposed, 440.0)).key.unwrap();
            let tonic = PitchClass::ALL[transposed as usize];
            assert_eq!((best.tonic, best.mode), (tonic, mode), "{name} on {tonic:?}: {best:?} {second:?}");
            assert!(
                best.correlation > 0.75 && best.correlation > second.correlation + 0.02,
                "{name}: {best:?} {second:?}"
            );
        }
    }
}

#[test]
fn chroma_holds_the_notes_that_sound() {
    let chroma = measure(&chord(&[60, 64, 67], 64_000, 440.0)).chroma.unwrap();
    let sounding = [0, 4, 7];
    for (class, &weight) in chroma.iter().enumerate() {
        // B and D are partials of E and G.
        let most = if sounding.contains(&class) { 1.0 } else { 0.35 };
        assert!(weight <= most && (weight > 0.4 || !sounding.contains(&class)), "{class}: {weight} of {chroma:?}");
    }
}

#[test]
fn detuned_sound_has_its_tuning_and_keeps_its_key() {
    for deviation in [-45.0, -31.77, -20.0, -5.0, 0.0, 3.0, 12.0, 25.0, 38.0, 48.0f64] {
        let tonal = measure(&played(MAJOR_CADENCE, 2, 440.0 * (deviation / 1200.0).exp2()));
        let tuning = tonal.tuning.unwrap();
        assert!((tuning.deviation_cents - deviation).abs() < 3.0, "{deviation}: {tuning:?}");
        assert!(tuning.concentration > 0.3, "{tuning:?}");
        let best = tonal.key.unwrap().best;
        assert_eq!((best.tonic, best.mode), (PitchClass::D, Mode::Major), "{deviation}");
    }
}

#[test]
fn half_a_semitone_is_one_deviation_and_not_two() {
    let tuning = measure(&chord(&[57, 69, 76], 64_000, 440.0 * (0.5f64 / 12.0).exp2())).tuning.unwrap();
    assert!(tuning.deviation_cents.abs() > 47.0 && tuning.deviation_cents <= 50.0, "{tuning:?}");
    assert!(tuning.concentration > 0.5);
}

#[test]
fn noise_and_silence_have_no_key() {
    let noise = measure(&signals::noise(640_000, 11, 0.3));
    assert_eq!((noise.key, noise.tuning), (None, None), "{:?}", noise.chroma);
    let silence = measure(&[0.0; 64_000]);
    assert_eq!((silence.key, silence.tuning, silence.chroma), (None, None, None));
    let pitch = silence.pitch.unwrap();
    assert_eq!((pitch.median_hz, pitch.voiced_fraction, pitch.aperiodicity), (None, 0.0, None));
    let nothing = measure(&[]);
    assert_eq!((nothing.key, nothing.tuning), (None, None));
}

#[test]
fn series_keep_time() {
    let mut sound = vec![0.0f32; 32_000];
    sound.extend(signals::harmonic_tone(32_000, RATE, 330.0, 6, 0.3));
    let (_, series) = measure_all(&sound, 1 << 16);
    let voiced = |at_s: f64| {
        let index = ((at_s - series.f0_hz.start_s) / series.f0_hz.step_s).round() as usize;
        series.f0_hz.values[index]
    };
    assert_eq!(voiced(0.5), None);
    assert!((voiced(1.5).unwrap() - 330.0).abs() < 0.5);
    assert_eq!(series.f0_hz.values.len(), series.aperiodicity.values.len());
}

#[test]
fn chunks_do_not_matter() {
    let sound = signals::mixed(&[&played(MAJOR_CADENCE, 0, 440.0), &signals::noise(64_000, 2, 0.01)]);
    let whole = measure_all(&sound, sound.len());
    for chunk in [1, 511, 513, 4_096] {
        assert!(measure_all(&sound, chunk) == whole, "{chunk}");
    }
}

#[test]
fn any_parameters_are_taken() {
    for (analysis_rate_hz, window_length_frames, hop_frames) in
        [(1, 64, 64), (100, 64, 1), (199, 64, 1), (8_000, 64, 7), (768_000, 65_536, 3), (32_000, 65_536, 65_536)]
    {
        let parameters = Parameters { analysis_rate_hz, window_length_frames, hop_frames, ..Parameters::default() };
        let mut meter = TonalMeter::prepare(&parameters, 0).unwrap();
        for level in [0.0, 1e-3, f32::NAN, f32::INFINITY, -1.0, 1e30] {
            let mut power = vec![1e-4; parameters.bins()];
            power[parameters.bins() / 2] = level;
            meter.push_power(&power);
        }
        meter.push_power(&[]);
        meter.push_samples(&[0.5; 3_000]).unwrap();
        meter.finish().unwrap();
    }
}

#[test]
fn pitch_classes_and_tuning_follow_a_tone_that_steps() {
    // 1 s of A4, 1 s of silence, 1 s of an E5 that is 30 cents sharp.
    let mut sound = signals::harmonic_tone(32_000, 32_000.0, 440.0, 1, 0.3);
    sound.extend([0.0; 32_000]);
    let sharp_hz = 440.0 * 2f64.powf((700.0 + 30.0) / 1_200.0);
    sound.extend(signals::harmonic_tone(32_000, 32_000.0, sharp_hz, 1, 0.3));
    let (_, series) = measure_all(&sound, 10_000);
    let at = |time_s: f64| ((time_s - series.chroma.start_s) / series.chroma.step_s).round() as usize;
    for (time_s, expected) in [(0.5, Some((9, 0.0))), (1.5, None), (2.5, Some((4, 30.0)))] {
        let chroma: Vec<Option<f32>> = series.chroma.rows.iter().map(|row| row[at(time_s)]).collect();
        let cents = series.tuning_cents.values[at(time_s)];
        match expected {
            None => assert_eq!((chroma, cents), (vec![None; 12], None)),
            Some((class, deviation)) => {
                assert_eq!(chroma[class], Some(1.0), "{time_s}: {chroma:?}");
                assert_eq!(chroma.iter().flatten().filter(|weight| **weight > 0.05).count(), 1, "{time_s}: {chroma:?}");
                assert!((cents.unwrap() - deviation).abs() < 2.0, "{time_s}: {cents:?}");
            }
        }
    }
}
