//! Onset strength, tempo, beats, pitch and tuning against librosa: `dsp/reference/peers_rhythm_tone.py`.

#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use common::{
    numbers::{self, list, number},
    signals::{self, Click},
};
use dsp::{
    Parameters,
    pitch::{PitchFrame, PitchTracker},
    rhythm::{OnsetStrength, Rhythm, RhythmMeter},
    stft::Stft,
    tonal::TonalMeter,
};

const RATE: f64 = 32_000.0;

fn frames(seconds: f64) -> usize {
    (seconds * RATE) as usize
}

fn groove(tempo_bpm: f64, seconds: f64) -> Vec<f32> {
    let length = frames(seconds);
    let drum = Click { amplitude: 0.6, frequency_hz: 90.0, decay_s: 0.05 };
    let hat = Click { amplitude: 0.1, frequency_hz: 7_000.0, decay_s: 0.01 };
    signals::mixed(&[
        &signals::click_track(length, RATE, tempo_bpm, 0.25, drum),
        &signals::click_track(length, RATE, 2.0 * tempo_bpm, 0.25, hat),
        &signals::harmonic_tone(length, RATE, 220.0, 6, 0.05),
        &signals::noise(length, 5, 0.01),
    ])
}

fn each_spectrum(sound: &[f32], mut each: impl FnMut(&[f32])) {
    let mut stft = Stft::prepare(&Parameters::default()).unwrap();
    stft.push(sound, &mut each).unwrap();
    stft.finish(&mut each).unwrap();
}

fn strengths(sound: &[f32]) -> Vec<f64> {
    let mut strength = OnsetStrength::prepare(&Parameters::default()).unwrap();
    let mut all = Vec::new();
    each_spectrum(sound, |power| all.push(f64::from(strength.push(power))));
    all
}

fn rhythm(sound: &[f32]) -> Rhythm {
    let mut meter = RhythmMeter::prepare(&Parameters::default(), 512).unwrap();
    each_spectrum(sound, |power| meter.push(power));
    meter.finish().unwrap().0
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let count = a.len() as f64;
    let (mean_a, mean_b) = (a.iter().sum::<f64>() / count, b.iter().sum::<f64>() / count);
    let covariance: f64 = a.iter().zip(b).map(|(x, y)| (x - mean_a) * (y - mean_b)).sum();
    let spread = |values: &[f64], mean: f64| values.iter().map(|x| (x - mean).powi(2)).sum::<f64>().sqrt();
    covariance / (spread(a, mean_a) * spread(b, mean_b))
}

/// F-measure of two lists of events, as MIREX counts it.
fn agreement(found: &[f64], expected: &[f64], within_s: f64) -> f64 {
    let hits = expected.iter().filter(|&&t| found.iter().any(|f| (f - t).abs() <= within_s)).count() as f64;
    2.0 * hits / (found.len() + expected.len()) as f64
}

#[test]
fn onset_strength_is_that_of_librosa_on_the_same_levels() {
    let expected = list(&numbers::read("rhythm_tone")["onset_strength"]);
    let found = strengths(&groove(112.0, 6.0));
    assert_eq!(found.len(), expected.len());
    for (i, (found, expected)) in found.iter().zip(&expected).enumerate() {
        assert!((found - expected).abs() < 2e-3, "frame {i}: {found} dB, librosa {expected} dB");
    }
}

#[test]
fn rhythm_agrees_with_librosa_and_with_what_is_played() {
    for track in numbers::read("rhythm_tone")["rhythm"].as_array().unwrap() {
        let tempo_bpm = number(&track["tempo_bpm"]);
        let sound = groove(tempo_bpm, 20.0);
        let librosa = list(&track["librosa_envelope"]);
        let envelopes = correlation(&strengths(&sound)[..librosa.len()], &librosa);
        assert!(envelopes > 0.97, "{tempo_bpm}: correlation {envelopes}");

        let rhythm = rhythm(&sound);
        let found = rhythm.tempo.unwrap().bpm;
        assert!((found / tempo_bpm - 1.0).abs() < 0.003, "{tempo_bpm}: {found}");
        // librosa knows whole frames of lag only, and takes the quavers of the slowest track for its beat.
        let peer = number(&track["librosa_tempo_bpm"]);
        let octaves = (peer / found).log2();
        assert!((octaves - octaves.round()).abs() < 0.03, "{tempo_bpm}: {found}, librosa {peer}");

        let played: Vec<f64> =
            (0..).map(|beat| 0.25 + 60.0 * f64::from(beat) / tempo_bpm).take_while(|&t| t < 19.9).collect();
        let ours = agreement(&rhythm.beats.times_s, &played, 0.035);
        assert!(ours > 0.97, "{tempo_bpm}: {ours}");
        let beats = list(&track["librosa_beats_s"]);
        if octaves.abs() < 0.1 {
            let both = agreement(&rhythm.beats.times_s, &beats, 0.07);
            assert!(both > 0.94, "{tempo_bpm}: {both}");
        }
        let onsets = agreement(&rhythm.onsets.times_s, &list(&track["librosa_onsets_s"]), 0.035);
        assert!(onsets > 0.92, "{tempo_bpm}: {onsets}");
    }
}

fn track(sound: &[f32]) -> Vec<PitchFrame> {
    let mut tracker = PitchTracker::prepare(RATE, 50.0, 2_000.0, 0.016).unwrap();
    let mut all = Vec::new();
    tracker.push(sound, |frame| all.push(frame)).unwrap();
    tracker.finish(|frame| all.push(frame)).unwrap();
    all
}

fn cents(found: f64, expected: f64) -> f64 {
    1200.0 * (found / expected).log2()
}

#[test]
fn pitch_is_that_of_librosa_and_no_further_from_the_truth() {
    let pitch = &numbers::read("rhythm_tone")["pitch"];
    for tone in pitch["tones"].as_array().unwrap() {
        let (frequency_hz, librosa_hz) = (number(&tone["frequency_hz"]), number(&tone["librosa_hz"]));
        let found = track(&signals::harmonic_tone(frames(0.5), RATE, frequency_hz, 12, 0.3));
        let f0_hz = found[15].f0_hz.unwrap();
        assert!(cents(f0_hz, librosa_hz).abs() < 8.0, "{frequency_hz}: {f0_hz}, librosa {librosa_hz}");
        let (ours, theirs) = (cents(f0_hz, frequency_hz).abs(), cents(librosa_hz, frequency_hz).abs());
        assert!(ours < theirs.max(1.0), "{frequency_hz}: {ours} cents, librosa {theirs} cents");
    }
    let librosa = list(&pitch["sweep_hz"]);
    let found = track(&signals::exponential_sweep(frames(3.0), RATE, 90.0, 900.0, 0.5));
    assert_eq!(found.len(), librosa.len());
    // Both look at a stretch of a sound that moves by 21 cents from frame to frame.
    let apart: Vec<f64> =
        found.iter().zip(&librosa).map(|(frame, hz)| cents(frame.f0_hz.unwrap_or(1.0), *hz).abs()).collect();
    let mut apart = apart[4..apart.len() - 4].to_vec();
    apart.sort_by(f64::total_cmp);
    let (median, most) = (apart[apart.len() / 2], apart[apart.len() * 19 / 20]);
    assert!(median < 4.0 && most < 12.0, "half within {median}, 95 % within {most} cents");
}

#[test]
fn tuning_is_that_of_librosa_and_no_further_from_the_truth() {
    for chord in numbers::read("rhythm_tone")["tuning"].as_array().unwrap() {
        let (deviation, librosa) = (number(&chord["deviation_cents"]), number(&chord["librosa_cents"]));
        let a4_hz = 440.0 * (deviation / 1200.0).exp2();
        let tones = [-9.0, -5.0, -2.0, 3.0f64]
            .map(|note| signals::harmonic_tone(frames(2.0), RATE, a4_hz * (note / 12.0).exp2(), 6, 0.1));
        let sound = signals::mixed(&tones.each_ref().map(Vec::as_slice));
        let mut meter = TonalMeter::prepare(&Parameters::default(), 512).unwrap();
        each_spectrum(&sound, |power| meter.push_power(power));
        let tuning = meter.finish().unwrap().0.tuning.unwrap();
        assert!((tuning.deviation_cents - deviation).abs() < 2.5, "{deviation}: {tuning:?}");
        assert!((tuning.deviation_cents - librosa).abs() < 5.0, "{deviation}: {tuning:?}, librosa {librosa}");
    }
}
