//! Pitch against sounds whose pitch is known.

#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use common::signals;
use dsp::pitch::{MAX_HZ, MIN_HZ, PitchError, PitchFrame, PitchStatistics, PitchTracker, Yin, max_pitch_hz};
use proptest::prelude::*;

const RATE: f64 = 32_000.0;

fn track_at(rate_hz: f64, sound: &[f32]) -> Vec<PitchFrame> {
    let mut tracker = PitchTracker::prepare(rate_hz, MIN_HZ, MAX_HZ.min(max_pitch_hz(rate_hz)), 0.016).unwrap();
    let mut frames = Vec::new();
    tracker.push(sound, |frame| frames.push(frame)).unwrap();
    let count = tracker.finish(|frame| frames.push(frame)).unwrap();
    assert_eq!(count, frames.len() as u64);
    frames
}

fn track(sound: &[f32]) -> Vec<PitchFrame> {
    track_at(RATE, sound)
}

fn cents(found: f64, expected: f64) -> f64 {
    1200.0 * (found / expected).log2()
}

/// Largest error of the frames that lie wholly inside of the sound.
fn worst(frames: &[PitchFrame], expected_hz: f64) -> f64 {
    let inner = &frames[3..frames.len() - 3];
    inner.iter().map(|frame| cents(frame.f0_hz.unwrap_or(1.0), expected_hz).abs()).fold(0.0, f64::max)
}

/// Frequencies from `low` to `high`, `count` of them.
fn ladder(low: f64, high: f64, count: u32) -> impl Iterator<Item = f64> {
    (0..count).map(move |step| low * (high / low).powf(f64::from(step) / f64::from(count - 1)))
}

#[test]
fn sines_are_found_to_within_cents() {
    for frequency in ladder(50.5, 1_990.0, 150) {
        let error = worst(&track(&signals::sine(16_000, RATE, frequency, 0.5, 0.3)), frequency);
        assert!(error < 2.0, "{frequency} Hz: {error} cents");
    }
}

#[test]
fn rich_tones_are_found_to_within_cents() {
    for frequency in ladder(50.5, 1_990.0, 150) {
        let error = worst(&track(&signals::harmonic_tone(16_000, RATE, frequency, 40, 0.3)), frequency);
        assert!(error < 2.0, "{frequency} Hz: {error} cents");
    }
}

#[test]
fn other_rates_change_nothing() {
    for rate_hz in [8_000.0, 11_025.0, 16_000.0, 22_050.0, 44_100.0, 48_000.0, 96_000.0, 192_000.0] {
        for frequency in [55.0, 220.0, 880.0, 1_760.0].into_iter().filter(|&f| f < max_pitch_hz(rate_hz)) {
            let sound = signals::harmonic_tone((rate_hz * 0.4) as usize, rate_hz, frequency, 20, 0.3);
            let error = worst(&track_at(rate_hz, &sound), frequency);
            assert!(error < 3.0, "{frequency} Hz at {rate_hz}: {error} cents");
        }
    }
}

#[test]
fn a_missing_fundamental_is_heard() {
    for frequency in [70.0, 110.0, 196.0, 311.1] {
        let partials: Vec<Vec<f32>> =
            [2.0, 3.0, 4.0, 5.0, 6.0].map(|h| signals::sine(16_000, RATE, h * frequency, 0.15, h)).to_vec();
        let sound = signals::mixed(&partials.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let error = worst(&track(&sound), frequency);
        assert!(error < 3.0, "{frequency} Hz: {error} cents");
    }
}

#[test]
fn odd_partials_hold_the_octave_until_they_are_11_decibels_below_the_even_ones() {
    // The even partials alone are an octave higher. At half the period, d' is the share of the power that changes sign
    // there, twice that of the odd partials: 2 w^2 / (1 + w^2), which passes the threshold of 0.15 at w = 0.28.
    for (weak, expected) in [(0.15, 300.0), (0.25, 300.0), (0.3, 150.0), (0.5, 150.0)] {
        let partials: Vec<Vec<f32>> = (1..=8)
            .map(|h| signals::sine(16_000, RATE, 150.0 * f64::from(h), if h % 2 == 1 { weak * 0.3 } else { 0.3 }, 0.0))
            .collect();
        let sound = signals::mixed(&partials.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let frames = track(&sound);
        let error = worst(&frames, expected);
        assert!(error < 5.0, "{weak}: {error} cents");
    }
}

#[test]
fn what_lies_outside_of_the_range_is_no_pitch() {
    for frequency in [20.0, 35.0, 2_050.0, 2_500.0, 3_000.0, 3_456.7, 5_000.0, 7_000.0] {
        let frames = track(&signals::sine(16_000, RATE, frequency, 0.5, 0.0));
        let voiced = frames[3..frames.len() - 3].iter().filter(|frame| frame.f0_hz.is_some()).count();
        assert_eq!(voiced, 0, "{frequency} Hz");
    }
}

#[test]
fn a_sweep_is_followed() {
    let (seconds, from_hz, to_hz) = (4.0f64, 80.0f64, 1_600.0f64);
    let sound = signals::exponential_sweep((seconds * RATE) as usize, RATE, from_hz, to_hz, 0.5);
    let frames = track(&sound);
    for (i, frame) in frames.iter().enumerate().take(frames.len() - 3).skip(3) {
        let expected = from_hz * (to_hz / from_hz).powf(i as f64 * 0.016 / seconds);
        let error = cents(frame.f0_hz.unwrap_or(1.0), expected).abs();
        assert!(error < 10.0, "{} s: {error} cents from {expected} Hz", i as f64 * 0.016);
    }
}

#[test]
fn noise_is_hardly_periodic_and_adds_to_aperiodicity() {
    let noise = signals::noise(64_000, 3, 0.3);
    let frames = track(&noise);
    assert!(frames.iter().filter(|frame| frame.f0_hz.is_some()).count() < frames.len() / 50);
    assert!(frames.iter().all(|frame| frame.aperiodicity.unwrap() > 0.1));
    // The aperiodicity is the share of the noise in the power; half of its band is kept.
    for amplitude in [0.05f32, 0.15, 0.25] {
        let tone = signals::sine(64_000, RATE, 220.0, 0.5, 0.0);
        let frames = track(&signals::mixed(&[&tone, &signals::noise(64_000, 3, amplitude)]));
        let mut statistics = PitchStatistics::new(MIN_HZ, MAX_HZ);
        frames[3..frames.len() - 3].iter().for_each(|&frame| statistics.push(frame));
        let pitch = statistics.finish();
        let noise_power = f64::from(amplitude * amplitude) / 3.0 / 2.0;
        let expected = noise_power / (noise_power + 0.125);
        assert!((pitch.aperiodicity.unwrap() / expected - 1.0).abs() < 0.15, "{expected}: {pitch:?}");
        assert!(cents(pitch.median_hz.unwrap(), 220.0).abs() < 3.0, "{amplitude}: {pitch:?}");
    }
}

#[test]
fn silence_has_neither_pitch_nor_aperiodicity() {
    for constant in [0.0, 1e-5, 0.25, -1.0] {
        let frames = track(&vec![constant; 32_000]);
        assert_eq!(frames.len(), 63);
        assert!(frames[3..60].iter().all(|frame| frame.f0_hz.is_none() && frame.aperiodicity.is_none()), "{constant}");
    }
    let quiet = track(&signals::sine(32_000, RATE, 440.0, 4e-4, 0.0));
    assert!(quiet.iter().all(|frame| frame.f0_hz.is_none()));
    let audible = track(&signals::sine(32_000, RATE, 440.0, 5e-4, 0.0));
    assert!(audible[3..60].iter().all(|frame| frame.f0_hz.is_some()));
}

#[test]
fn a_melody_has_its_statistics() {
    // One second each: three notes, a rest, noise.
    let mut sound = Vec::new();
    for frequency in [220.0, 246.94, 277.18] {
        sound.extend(signals::harmonic_tone(32_000, RATE, frequency, 10, 0.3));
    }
    sound.extend([0.0f32; 32_000]);
    sound.extend(signals::noise(32_000, 5, 0.3));
    let mut statistics = PitchStatistics::new(MIN_HZ, MAX_HZ);
    track(&sound).into_iter().for_each(|frame| statistics.push(frame));
    let pitch = statistics.finish();
    assert!((pitch.voiced_fraction - 0.6).abs() < 0.03, "{pitch:?}");
    for (found, expected) in [(pitch.low_hz, 220.0), (pitch.median_hz, 246.94), (pitch.high_hz, 277.18)] {
        assert!(cents(found.unwrap(), expected).abs() < 3.0, "{pitch:?}");
    }
}

#[test]
fn bad_plans_are_refused_and_bad_samples_harm_nothing() {
    for rate_hz in [0.0, -1.0, 19.0, 1e6, f64::NAN, f64::INFINITY] {
        assert!(
            matches!(PitchTracker::prepare(rate_hz, 50.0, 2_000.0, 0.016), Err(PitchError::SampleRate { .. })),
            "{rate_hz}"
        );
    }
    for (min_hz, max_hz) in [(0.0, 100.0), (100.0, 100.0), (50.0, 4_001.0), (f64::NAN, 100.0), (50.0, f64::NAN)] {
        assert!(matches!(Yin::new(32_000.0, min_hz, max_hz), Err(PitchError::Range { .. })), "{min_hz} to {max_hz}");
    }
    for hop_s in [0.0, 0.05, f64::NAN] {
        assert!(matches!(PitchTracker::prepare(RATE, 50.0, 2_000.0, hop_s), Err(PitchError::Hop { .. })));
    }
    let mut yin = Yin::new(16_000.0, 50.0, 2_000.0).unwrap();
    assert!(matches!(yin.estimate(&[0.0; 3]), Err(PitchError::Fft(_))));
    for bad in [f32::NAN, f32::INFINITY, f32::MAX, -1e30, 1e-40] {
        let mut frame = signals::sine(yin.frame_length(), 16_000.0, 300.0, 0.5, 0.0);
        frame[17] = bad;
        yin.estimate(&frame).unwrap();
        frame[17] = 0.0;
        assert!((yin.estimate(&frame).unwrap().f0_hz.unwrap() - 300.0).abs() < 1.0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn chunks_do_not_matter(
        length in 0usize..9_000,
        cuts in prop::collection::vec(1usize..2_000, 1..8),
        rate in prop::sample::select(vec![16_000.0f64, 32_000.0, 44_100.0, 96_000.0]),
        seed: u32,
    ) {
        let tone = signals::harmonic_tone(length, rate, 300.0, 5, 0.3);
        let sound = signals::mixed(&[&tone, &signals::noise(length, seed, 0.05)]);
        let whole = track_at(rate, &sound);
        let mut tracker = PitchTracker::prepare(rate, MIN_HZ, MAX_HZ, 0.016).unwrap();
        let (mut parts, mut start) = (Vec::new(), 0);
        let mut cuts = cuts.iter().cycle();
        while start < length {
            let end = (start + cuts.next().unwrap()).min(length);
            tracker.push(&sound[start..end], |frame| parts.push(frame)).unwrap();
            start = end;
        }
        tracker.finish(|frame| parts.push(frame)).unwrap();
        prop_assert!(whole == parts);
    }
}
