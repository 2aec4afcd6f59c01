//! Loudness and true peak beside the ebur128 filter of ffmpeg (`dsp/reference/peers_loudness.py`).

#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use common::{numbers, signals};
use dsp::measure::{loudness::LoudnessMeter, true_peak::TruePeakMeter};

const RATE: usize = 48_000;

fn steps(mut samples: Vec<f32>, gains: &[f32], seconds: usize) -> Vec<f32> {
    samples.truncate(gains.len() * seconds * RATE);
    for (part, gain) in samples.chunks_mut(seconds * RATE).zip(gains) {
        part.iter_mut().for_each(|x| *x *= gain);
    }
    samples
}

fn sounds() -> [(&'static str, Vec<Vec<f32>>); 4] {
    let rate = RATE as f64;
    let left = steps(signals::noise(24 * RATE, 1, 1.0), &[0.5, 0.05, 0.2, 0.01], 6);
    let right = steps(signals::noise(24 * RATE, 2, 1.0), &[0.1, 0.3, 0.02, 0.01], 6);
    [
        ("stereo noise", vec![left, right]),
        ("mono tone", vec![signals::harmonic_tone(10 * RATE, rate, 220.0, 40, 0.3)]),
        ("mono sweep", vec![signals::exponential_sweep(10 * RATE, rate, 20.0, 20_000.0, 0.7)]),
        ("5.1 noise", (0..6).map(|channel| signals::noise(8 * RATE, 3 + channel, 0.1)).collect()),
    ]
}

#[test]
fn loudness_is_that_of_ffmpeg() {
    let expected = numbers::read("loudness");
    for (name, channels) in sounds() {
        let mut loudness = LoudnessMeter::new(RATE as u32, channels.len()).unwrap();
        let mut true_peak = TruePeakMeter::new(channels.len());
        loudness.push(&channels);
        true_peak.push(&channels);
        let peaks = true_peak.finish();
        let (found, _) = loudness.finish(&peaks);
        let expected = &expected["ffmpeg"][name];
        for (key, found, tolerance) in [
            ("integrated_lufs", found.integrated_lufs, 0.02),
            // ffmpeg counts the windows of the first 3 s too, which are not full yet: its percentiles lie elsewhere on
            // the slope between two levels.
            ("range_lu", found.range_lu, 0.3),
            ("range_low_lufs", found.range_low_lufs, 0.3),
            ("range_high_lufs", found.range_high_lufs, 0.3),
            // ffmpeg looks every 100 ms, this meter every 10 ms: it may find a louder window.
            ("momentary_max_lufs", found.momentary_max_lufs, 0.1),
            ("short_term_max_lufs", found.short_term_max_lufs, 0.02),
        ] {
            let (found, expected) = (found.unwrap(), numbers::number(&expected[key]));
            assert!((found - expected).abs() <= tolerance, "{name}: {key} is {found}, ffmpeg says {expected}");
        }
        // Both oversample four times. The filter of the standard has a ripple of 0.24 dB up to 20 kHz and rolls off
        // above, where white noise still has power; that of ffmpeg is longer. ffmpeg writes three decimals.
        let tolerance_db = if name.contains("noise") { 1.0 } else { 0.25 };
        for (found, expected) in peaks.iter().zip(numbers::list(&expected["true_peaks"])) {
            let difference_db = 20.0 * (f64::from(*found) / expected).log10();
            assert!(difference_db.abs() <= tolerance_db, "{name}: {found} {expected}: {difference_db} dB");
        }
    }
}
