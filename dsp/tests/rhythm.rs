//! Onsets, tempo and beats against sounds that keep time.

#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use common::signals::{self, Click};
use dsp::{
    Parameters,
    rhythm::{MAX_EVENTS, Rhythm, RhythmMeter, RhythmSeries},
    stft::Stft,
};
use proptest::prelude::*;

const RATE: f64 = 32_000.0;
/// A hop and a bit.
const CLOSE_S: f64 = 0.018;

fn measure_with(parameters: &Parameters, sound: &[f32], chunk: usize) -> (Rhythm, RhythmSeries) {
    let mut stft = Stft::prepare(parameters).unwrap();
    let mut meter = RhythmMeter::prepare(parameters, 512).unwrap();
    for part in sound.chunks(chunk.max(1)) {
        stft.push(part, |power| meter.push(power)).unwrap();
    }
    stft.finish(|power| meter.push(power)).unwrap();
    meter.finish().unwrap()
}

fn measure(sound: &[f32]) -> Rhythm {
    measure_with(&Parameters::default(), sound, 16_384).0
}

fn frames(seconds: f64) -> usize {
    (seconds * RATE) as usize
}

/// A sound with clicks of the given strengths at the given times.
fn clicks(seconds: f64, strokes: impl IntoIterator<Item = (f64, f64)>) -> Vec<f32> {
    let mut sound = vec![0.0; frames(seconds)];
    for (time_s, amplitude) in strokes {
        let at = (time_s * RATE + 0.5) as usize;
        let stroke = signals::click_track(1_600, RATE, 1.0, 0.0, Click { amplitude, ..Click::default() });
        sound.iter_mut().skip(at).zip(stroke).for_each(|(x, y)| *x += y);
    }
    sound
}

/// Shares of the expected events that are found, and of the found ones that are expected; each event counts once.
fn hits(found: &[f64], expected: &[f64], within_s: f64) -> (f64, f64) {
    let near = |list: &[f64], time: f64| list.iter().any(|t| (t - time).abs() <= within_s);
    let share = |of: &[f64], among: &[f64]| of.iter().filter(|&&t| near(among, t)).count() as f64 / of.len() as f64;
    (share(expected, found), share(found, expected))
}

fn beat_times(tempo_bpm: f64, first_s: f64, until_s: f64) -> Vec<f64> {
    let times = (0..).map(|beat| first_s + 60.0 * f64::from(beat) / tempo_bpm);
    times.take_while(|&t| t < until_s).collect()
}

#[test]
fn click_tracks_have_their_tempo_and_beats() {
    for tempo_bpm in [60.0, 66.6, 72.0, 83.3, 90.0, 100.0, 107.7, 120.0, 128.0, 140.0, 151.0, 160.0, 174.0, 180.0] {
        for seconds in [12.0, 47.0] {
            let expected = beat_times(tempo_bpm, 0.35, seconds - 1.0);
            let rhythm = measure(&clicks(seconds, expected.iter().map(|&t| (t, 1.0))));
            let tempo = rhythm.tempo.unwrap();
            assert!((tempo.bpm / tempo_bpm - 1.0).abs() < 0.004, "{tempo_bpm}: {tempo:?}");
            assert!(tempo.confidence > 0.6, "{tempo_bpm}: {tempo:?}");
            let found = &rhythm.beats.times_s;
            assert_eq!(hits(found, &expected, CLOSE_S), (1.0, 1.0), "{tempo_bpm}: {found:?}");
            assert_eq!(found.len(), expected.len(), "{tempo_bpm}");
            assert_eq!(hits(&rhythm.onsets.times_s, &expected, CLOSE_S), (1.0, 1.0));
            assert_eq!(rhythm.onsets.count, expected.len() as u64);
        }
    }
}

#[test]
fn onsets_are_found_in_time() {
    let times: Vec<f64> = (0..60).map(|i| 0.5 + 0.2 * f64::from(i) + 0.00137 * f64::from(i)).collect();
    let clicks = clicks(14.0, times.iter().map(|&t| (t, 0.5)));
    // Out of silence half a hop early at most, in noise a little later: the window has to slide further over the attack.
    for (noise, least_ms, most_ms) in [(0.0, -4.0, 0.0), (0.001, -4.0, 1.0), (0.01, 0.0, 4.0), (0.1, 4.0, 9.0)] {
        let rhythm = measure(&signals::mixed(&[&clicks, &signals::noise(clicks.len(), 3, noise)]));
        // Noise itself begins with an onset.
        let found: Vec<f64> = rhythm.onsets.times_s.into_iter().filter(|&t| t > 0.3).collect();
        assert_eq!(found.len(), 60, "{noise}");
        let errors: Vec<f64> = found.iter().zip(&times).map(|(found, t)| 1e3 * (found - t)).collect();
        let mean_ms = errors.iter().sum::<f64>() / 60.0;
        assert!((least_ms..most_ms).contains(&mean_ms), "{noise}: {mean_ms} ms");
        assert!(errors.iter().all(|error| (error - mean_ms).abs() < 9.0), "{noise}: {errors:?}");
    }
}

#[test]
fn notes_begin_where_they_are_played_also_over_noise() {
    // A melody without rests: each note begins where the last one is cut off.
    let mut sound = Vec::new();
    let mut times = Vec::new();
    for (i, frequency) in [262.0, 294.0, 330.0, 349.0, 392.0, 440.0, 494.0, 523.0, 440.0, 349.0].into_iter().enumerate()
    {
        times.push(0.4 * i as f64);
        let tone = signals::harmonic_tone(frames(0.4), RATE, frequency, 12, 0.25);
        sound.extend(tone.iter().enumerate().map(|(n, x)| x * (-3.0 * n as f32 / RATE as f32).exp()));
    }
    let rhythm = measure(&signals::mixed(&[&sound, &signals::noise(sound.len(), 9, 0.003)]));
    // The first note begins with the sound: there is nothing before it to rise from.
    let (recall, precision) = hits(&rhythm.onsets.times_s, &times[1..], 0.03);
    assert!(recall == 1.0 && precision > 0.9, "{recall} {precision} {:?}", rhythm.onsets.times_s);
}

#[test]
fn accents_of_a_waltz_do_not_become_the_beat() {
    for tempo_bpm in [90.0, 120.0, 150.0, 180.0] {
        let times = beat_times(tempo_bpm, 0.2, 29.0);
        let accent = |beat: usize| if beat.is_multiple_of(3) { 0.9 } else { 0.3 };
        let rhythm = measure(&clicks(30.0, times.iter().enumerate().map(|(beat, &t)| (t, accent(beat)))));
        assert!((rhythm.tempo.unwrap().bpm / tempo_bpm - 1.0).abs() < 0.005, "{tempo_bpm}: {:?}", rhythm.tempo);
        assert_eq!(hits(&rhythm.beats.times_s, &times, CLOSE_S), (1.0, 1.0), "{tempo_bpm}");
    }
}

#[test]
fn swung_quavers_leave_the_beat_alone() {
    for tempo_bpm in [100.0, 120.0, 140.0] {
        let times = beat_times(tempo_bpm, 0.2, 29.0);
        let swung = times.iter().flat_map(|&t| [(t, 0.9), (t + 60.0 / tempo_bpm * 2.0 / 3.0, 0.2)]);
        let rhythm = measure(&signals::mixed(&[&clicks(30.0, swung), &signals::noise(frames(30.0), 4, 0.01)]));
        assert!((rhythm.tempo.unwrap().bpm / tempo_bpm - 1.0).abs() < 0.005, "{tempo_bpm}: {:?}", rhythm.tempo);
        let (recall, precision) = hits(&rhythm.beats.times_s, &times, CLOSE_S);
        assert!(recall > 0.95 && precision > 0.95, "{tempo_bpm}: {recall} {precision}");
    }
}

#[test]
fn a_change_of_tempo_is_followed() {
    let mut times = beat_times(100.0, 0.2, 40.0);
    times.extend(beat_times(140.0, times.last().unwrap() + 60.0 / 140.0, 79.0));
    let sound = clicks(80.0, times.iter().map(|&t| (t, 0.5)));
    let (rhythm, series) = measure_with(&Parameters::default(), &sound, 4_096);
    let (recall, precision) = hits(&rhythm.beats.times_s, &times, CLOSE_S);
    assert!(recall > 0.93 && precision > 0.93, "{recall} {precision}");
    let series = series.tempo_bpm;
    for (i, bpm) in series.values.iter().enumerate() {
        let time_s = series.start_s + i as f64 * series.step_s;
        let expected = if time_s < 40.0 { 100.0 } else { 140.0 };
        if !(36.0..50.0).contains(&time_s) {
            assert!((f64::from(bpm.unwrap()) / expected - 1.0).abs() < 0.01, "{time_s} s: {bpm:?}");
        }
    }
}

#[test]
fn beats_go_on_through_a_gap_but_not_beyond_the_ends() {
    let times: Vec<f64> = beat_times(120.0, 5.0, 40.0);
    let played = times.iter().filter(|&&t| !(20.0..22.4).contains(&t)).map(|&t| (t, 0.5));
    let rhythm = measure(&clicks(60.0, played));
    assert_eq!(hits(&rhythm.beats.times_s, &times, 0.06), (1.0, 1.0), "{:?}", rhythm.beats);
    assert_eq!(rhythm.beats.count, 70);
    assert_eq!(rhythm.onsets.count, 65);
}

#[test]
fn silence_and_noise_keep_no_time() {
    let (silence, series) = measure_with(&Parameters::default(), &vec![0.0; frames(20.0)], 4_096);
    assert_eq!((silence.tempo, silence.onsets.count, silence.beats.count), (None, 0, 0));
    assert!(series.tempo_bpm.values.iter().all(Option::is_none));
    for (seconds, seeds) in [(10.0, 24), (30.0, 16), (60.0, 8)] {
        for seed in 1..=seeds {
            let noise = signals::noise(frames(seconds), seed, 0.3);
            let (noise, series) = measure_with(&Parameters::default(), &noise, 16_384);
            assert_eq!((noise.tempo, noise.beats.count), (None, 0), "{seconds} s, seed {seed}: {:?}", noise.onsets);
            assert!(noise.beats.times_s.is_empty() && series.tempo_bpm.values.iter().all(Option::is_none));
            assert!(noise.onsets.count <= 1, "{:?}", noise.onsets);
        }
    }
    // Windows that overlap less, and spectra of fewer bands, let the strength of noise vary more.
    for (window_length_frames, hop_frames) in [(1_024, 256), (2_048, 64), (2_048, 2_048), (512, 512)] {
        let parameters = Parameters { window_length_frames, hop_frames, ..Parameters::default() };
        for (seconds, seeds) in [(5.0, 12), (10.0, 12), (30.0, 6)] {
            for seed in 1..=seeds {
                let (noise, _) = measure_with(&parameters, &signals::noise(frames(seconds), seed, 0.3), 16_384);
                assert_eq!((noise.tempo, noise.beats.count), (None, 0), "{parameters:?}: {seconds} s, seed {seed}");
            }
        }
    }
    for frequency_hz in [50.0, 440.0, 1_234.5, 7_000.0] {
        for decay_per_s in [0.0f32, 0.1, 0.5] {
            let sine = signals::sine(frames(20.0), RATE, frequency_hz, 0.5, 0.0);
            let tone = sine.iter().enumerate().map(|(n, x)| x * (-decay_per_s * n as f32 / RATE as f32).exp());
            let tone = measure(&tone.collect::<Vec<f32>>());
            assert_eq!((tone.tempo, tone.beats.count), (None, 0), "{frequency_hz} Hz, {decay_per_s}/s");
            // Its beginning is one.
            assert!(tone.onsets.count <= 2, "{:?}", tone.onsets);
        }
    }
    let short = measure(&signals::click_track(frames(3.9), RATE, 120.0, 0.0, Click::default()));
    assert_eq!((short.tempo, short.beats.count), (None, 0));
    assert_eq!(measure(&[]).onsets.count, 0);
}

#[test]
fn level_does_not_matter() {
    let click = |amplitude| Click { amplitude, ..Click::default() };
    let loud = measure(&signals::click_track(frames(20.0), RATE, 110.0, 0.2, click(0.9)));
    let quiet = measure(&signals::click_track(frames(20.0), RATE, 110.0, 0.2, click(0.009)));
    assert_eq!(loud.onsets.count, quiet.onsets.count);
    assert_eq!(hits(&loud.onsets.times_s, &quiet.onsets.times_s, CLOSE_S), (1.0, 1.0));
    assert_eq!(hits(&loud.beats.times_s, &quiet.beats.times_s, CLOSE_S), (1.0, 1.0));
    assert!((loud.tempo.unwrap().bpm - quiet.tempo.unwrap().bpm).abs() < 0.2);
}

#[test]
fn hours_are_measured_in_bounded_memory() {
    // Spectra by hand: two hours of one flash of sound every 40 frames, 93.75 BPM.
    let parameters = Parameters::default();
    let (quiet, loud) = (vec![1e-8; parameters.bins()], vec![1e-4; parameters.bins()]);
    let mut meter = RhythmMeter::prepare(&parameters, 512).unwrap();
    for frame in 0..450_000 {
        meter.push(if frame % 40 == 0 { &loud } else { &quiet });
    }
    let (rhythm, series) = meter.finish().unwrap();
    assert!((rhythm.tempo.unwrap().bpm - 93.75).abs() < 0.01, "{:?}", rhythm.tempo);
    assert!((11_248..=11_250).contains(&rhythm.onsets.count), "{}", rhythm.onsets.count);
    assert!((11_240..=11_250).contains(&rhythm.beats.count), "{}", rhythm.beats.count);
    assert_eq!((rhythm.onsets.times_s.len(), rhythm.beats.times_s.len()), (MAX_EVENTS, MAX_EVENTS));
    assert!(series.onset_strength_db.values.len() <= 512 && series.tempo_bpm.values.len() <= 512);
}

#[test]
fn other_parameters_find_the_same() {
    for (analysis_rate_hz, window_length_frames, hop_frames) in
        [(32_000, 1_024, 256), (32_000, 2_048, 64), (48_000, 4_096, 1_024), (16_000, 1_024, 100), (22_050, 512, 512)]
    {
        let parameters = Parameters { analysis_rate_hz, window_length_frames, hop_frames, ..Parameters::default() };
        let rate = f64::from(analysis_rate_hz);
        let sound = signals::click_track((20.0 * rate) as usize, rate, 132.0, 0.25, Click::default());
        let (rhythm, _) = measure_with(&parameters, &sound, 4_096);
        assert!((rhythm.tempo.unwrap().bpm - 132.0).abs() < 0.6, "{parameters:?}: {:?}", rhythm.tempo);
        let expected = beat_times(132.0, 0.25, 19.95);
        assert_eq!(hits(&rhythm.beats.times_s, &expected, 0.04), (1.0, 1.0), "{parameters:?}: {:?}", rhythm.beats);
        assert_eq!(hits(&rhythm.onsets.times_s, &expected, 0.04), (1.0, 1.0), "{parameters:?}");
    }
}

#[test]
fn any_parameters_are_taken() {
    for (analysis_rate_hz, window_length_frames, hop_frames) in
        [(1, 64, 64), (100, 64, 1), (8_000, 64, 7), (768_000, 65_536, 1), (768_000, 64, 1), (1, 65_536, 65_536)]
    {
        let parameters = Parameters { analysis_rate_hz, window_length_frames, hop_frames, ..Parameters::default() };
        let mut meter = RhythmMeter::prepare(&parameters, 0).unwrap();
        for frame in 0..300 {
            let level = [0.0, 1e-3, 1.0, f32::NAN, f32::INFINITY, -1.0, 1e30][frame % 7];
            meter.push(&vec![level; parameters.bins()]);
        }
        meter.finish().unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn chunks_do_not_matter(
        seconds in 0.0f64..24.0,
        tempo_bpm in 50.0f64..200.0,
        chunk in 1usize..50_000,
        seed: u32,
    ) {
        let track = signals::click_track(frames(seconds), RATE, tempo_bpm, 0.1, Click::default());
        let sound = signals::mixed(&[&track, &signals::noise(frames(seconds), seed, 0.02)]);
        prop_assert!(measure_with(&Parameters::default(), &sound, usize::MAX) == measure_with(&Parameters::default(), &sound, chunk));
    }
}
