//! Spectral descriptors beside those of librosa (`dsp/reference/peers_spectral.py`).

#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use common::{numbers, signals};
use dsp::{
    Measures, Parameters,
    visualizer::{Full, SoundFormat, Visualizer},
};

const RATE: usize = 32_000;
const LENGTH: usize = 3 * RATE;

fn sounds() -> [(&'static str, Vec<f32>); 3] {
    let rate = RATE as f64;
    let noise = signals::noise(LENGTH, 11, 0.1);
    let faint: Vec<f32> = noise.iter().map(|x| x * 0.05).collect();
    let tone = signals::harmonic_tone(LENGTH, rate, 441.0, 20, 0.2);
    let sweep = signals::exponential_sweep(LENGTH, rate, 50.0, 14_000.0, 0.5);
    [
        ("noise", noise),
        ("tone in noise", signals::mixed(&[&tone, &faint])),
        ("sweep in noise", signals::mixed(&[&sweep, &faint])),
    ]
}

fn measure(sound: &[f32]) -> Full {
    let parameters = Parameters { measures: Measures::Full, ..Parameters::default() };
    let format = SoundFormat { sample_rate_hz: RATE as u32, channels: 1, bits_per_sample: None, channel_mask: None };
    let mut visualizer = Visualizer::prepare(&parameters, format).unwrap();
    visualizer.push(&[sound]).unwrap();
    visualizer.finish().unwrap().full.unwrap()
}

#[test]
fn descriptors_are_those_of_librosa() {
    let reference = numbers::read("spectral");
    for (name, sound) in sounds() {
        let (found, expected) = (measure(&sound), &reference["librosa"][name]);
        let (frames, series) = (&found.spectral_frames, &found.series);
        for (key, statistics, series) in [
            ("centroid_hz", frames.centroid_hz, &series.centroid_hz),
            ("bandwidth_hz", frames.bandwidth_hz, &series.bandwidth_hz),
            ("rolloff_85_hz", frames.rolloff_85_hz, &series.rolloff_85_hz),
            ("rolloff_95_hz", frames.rolloff_95_hz, &series.rolloff_95_hz),
            ("flatness", frames.flatness, &series.flatness),
        ] {
            let mean = numbers::number(&expected["mean"][key]);
            let ratio = statistics.unwrap().mean / mean;
            assert!((ratio - 1.0).abs() < 2e-4, "{name}: mean {key} is {} instead of {mean}", ratio * mean);
            // Nothing has been merged: a point is a frame.
            let middle = numbers::number(&expected["middle"][key]);
            let ratio = f64::from(series.values[series.values.len() / 2].unwrap()) / middle;
            assert!((ratio - 1.0).abs() < 2e-4, "{name}: {key} is {} instead of {middle}", ratio * middle);
        }
        let crossings = found.noise.zero_crossings_per_s * (LENGTH / RATE) as f64;
        assert!((crossings - numbers::number(&expected["zero_crossings"])).abs() < 0.5, "{name}: {crossings}");
    }
}

#[test]
fn contrast_is_near_that_of_librosa() {
    let reference = numbers::read("spectral");
    for (name, sound) in sounds() {
        let (found, expected) = (measure(&sound), numbers::list(&reference["librosa"][name]["contrast_db"]));
        let bands = &found.spectral_frames.contrast;
        assert_eq!(bands.len(), expected.len());
        // The bands are not quite the same: librosa's begin one cell lower, end one cell lower, and the last one goes
        // up to Nyquist instead of 12.8 kHz.
        for (band, expected) in bands.iter().zip(expected) {
            let found = band.contrast_db.unwrap().mean;
            if name == "tone in noise" && band.to_hz == 400.0 {
                // The cell that only our band has catches the side of the partial at 441 Hz.
                assert!(found > expected);
                continue;
            }
            assert!((found - expected).abs() < 2.5, "{name}, {} Hz: {found} instead of {expected}", band.from_hz);
        }
    }
}
