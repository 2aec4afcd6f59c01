//! Every column of the quality table, measured with sines, and the same measurements of soxr beside ours.
//!
//! `cargo test -p dsp --test resampler -- --nocapture` prints the table.

#![allow(clippy::unwrap_used, missing_docs)]

use std::f64::consts::TAU;

use dsp::resample::{Quality, ResampleFailure, Resampler};
use proptest::prelude::*;

/// A sine of amplitude one, 0.4 s long.
fn sine(frequency_hz: f64, rate_hz: f64) -> Vec<f32> {
    (0..(0.4 * rate_hz) as usize).map(|n| (TAU * frequency_hz * n as f64 / rate_hz).sin() as f32).collect()
}

fn decibels(amplitude: f64) -> f64 {
    20.0 * amplitude.max(1e-15).log10()
}

/// The middle 80 % of it: beyond the reach of all filters.
fn middle(samples: &[f32]) -> std::ops::Range<usize> {
    samples.len() / 10..samples.len() * 9 / 10
}

/// Level of all that is left, as that of a sine with the same power.
fn residue_db(samples: &[f32]) -> f64 {
    let part = &samples[middle(samples)];
    let power = part.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>() / part.len() as f64;
    decibels((2.0 * power).sqrt())
}

/// Amplitude, delay in frames, and the level of all that is not the sine (noise, images), of a converted sine.
fn fitted(samples: &[f32], frequency_hz: f64, rate_hz: f64) -> (f64, f64, f64) {
    let range = middle(samples);
    let phase = |n: usize| TAU * frequency_hz * n as f64 / rate_hz;
    // Least squares for a sin + b cos.
    let (mut ss, mut sc, mut cc, mut sy, mut cy) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for n in range.clone() {
        let ((s, c), y) = (phase(n).sin_cos(), f64::from(samples[n]));
        (ss, sc, cc, sy, cy) = (ss + s * s, sc + s * c, cc + c * c, sy + s * y, cy + c * y);
    }
    let det = ss * cc - sc * sc;
    let (a, b) = ((sy * cc - cy * sc) / det, (cy * ss - sy * sc) / det);
    let rest = range.clone().map(|n| {
        let (s, c) = phase(n).sin_cos();
        (f64::from(samples[n]) - a * s - b * c).powi(2)
    });
    let rest = rest.sum::<f64>() / range.len() as f64;
    (decibels(a.hypot(b)), -b.atan2(a) / TAU * rate_hz / frequency_hz, decibels((2.0 * rest).sqrt()))
}

/// What a conversion does to sines.
#[derive(Debug)]
struct Figures {
    /// Loudest residue of sines between the Nyquist frequencies; of images when the rate rises.
    stop_db: f64,
    /// Where the gain leaves ±0.1 dB, as a fraction of the lower Nyquist frequency.
    edge: f64,
    /// Largest deviation from 0 dB up to 0.85 of the lower Nyquist frequency.
    ripple_db: f64,
    /// Largest deviation from no delay, there too, in output frames.
    delay_frames: f64,
    /// Loudest residue in the pass-band, there too.
    noise_db: f64,
}

fn measure(from: f64, to: f64, convert: impl Fn(&[f32]) -> Vec<f32>) -> Figures {
    let nyquist = from.min(to) / 2.0;
    let mut figures = Figures {
        stop_db: f64::NEG_INFINITY,
        edge: 1.0,
        ripple_db: 0.0,
        delay_frames: 0.0,
        noise_db: f64::NEG_INFINITY,
    };
    if from > to {
        for step in 0..=24 {
            // Not on the very end, where a sampled sine may vanish.
            let frequency = nyquist + (from / 2.0 - nyquist) * (f64::from(step) / 24.0).powi(2).min(0.999);
            figures.stop_db = figures.stop_db.max(residue_db(&convert(&sine(frequency, from))));
        }
    }
    for step in 1..=17 {
        let frequency = nyquist * 0.05 * f64::from(step) + 0.37;
        let (gain, delay, noise) = fitted(&convert(&sine(frequency, from)), frequency, to);
        figures.ripple_db = figures.ripple_db.max(gain.abs());
        figures.delay_frames = figures.delay_frames.max(delay.abs());
        figures.noise_db = figures.noise_db.max(noise);
    }
    for step in (860..=995).step_by(5) {
        let frequency = nyquist * f64::from(step) / 1000.0;
        let (gain, ..) = fitted(&convert(&sine(frequency, from)), frequency, to);
        if gain.abs() > 0.1 {
            figures.edge = f64::from(step - 5) / 1000.0;
            break;
        }
    }
    if from < to {
        figures.stop_db = figures.noise_db;
    }
    figures
}

fn ours(from: f64, to: f64, quality: Quality) -> Figures {
    measure(from, to, |samples| Resampler::convert(&[samples], from, to, quality).unwrap().remove(0))
}

/// Rates of the exact engine: down, down, up; and of the interpolating one: down and up.
const PAIRS: [(f64, f64); 5] =
    [(44_100.0, 32_000.0), (48_000.0, 32_000.0), (22_050.0, 32_000.0), (44_100.0, 31_999.7), (22_050.0, 32_000.3)];

/// The table in the documentation of `dsp::resample`.
fn promised(quality: Quality, exact: bool) -> Figures {
    let (edge, ripple_db) = match (quality, exact) {
        (Quality::Db80, true) => (0.9, 1e-3),
        (Quality::Db100, true) => (0.925, 1e-4),
        (Quality::Db120, true) => (0.935, 1e-5),
        (Quality::Db140, true) => (0.94, 1e-5),
        (Quality::Db80, false) => (0.86, 1e-2),
        (Quality::Db100, false) => (0.915, 1e-4),
        (Quality::Db120, false) => (0.915, 1e-4),
        (Quality::Db140, false) => (0.94, 1e-5),
    };
    let stop_db = -quality.stop_band_db();
    Figures { stop_db, edge, ripple_db, delay_frames: 1e-6, noise_db: stop_db }
}

fn keeps(quality: Quality) {
    for (from, to) in PAIRS {
        let figures = ours(from, to, quality);
        let promised = promised(quality, from.fract() + to.fract() == 0.0);
        println!("{from} -> {to} {quality:?}: {figures:?}");
        assert!(figures.stop_db <= promised.stop_db, "{from} -> {to} {quality:?}: {figures:?}");
        assert!(figures.edge >= promised.edge, "{from} -> {to} {quality:?}: {figures:?}");
        assert!(figures.ripple_db <= promised.ripple_db, "{from} -> {to} {quality:?}: {figures:?}");
        assert!(figures.delay_frames <= promised.delay_frames, "{from} -> {to} {quality:?}: {figures:?}");
        assert!(figures.noise_db <= promised.noise_db, "{from} -> {to} {quality:?}: {figures:?}");
    }
}

#[test]
fn db80_keeps_what_its_name_says() {
    keeps(Quality::Db80);
}

#[test]
fn db100_keeps_what_its_name_says() {
    keeps(Quality::Db100);
}

#[test]
fn db120_keeps_what_its_name_says() {
    keeps(Quality::Db120);
}

#[test]
fn db140_keeps_what_its_name_says() {
    keeps(Quality::Db140);
}

#[test]
fn is_not_worse_than_the_peer() {
    let numbers: serde_json::Value = serde_json::from_str(include_str!("../reference/numbers/resample.json")).unwrap();
    for row in numbers["measured"].as_array().unwrap() {
        let figure = |name: &str| row[name].as_f64().unwrap();
        // Sums in single precision are compared with its HQ, in double precision with its VHQ.
        let quality = match row["quality"].as_str().unwrap() {
            "VHQ" => Quality::Db140,
            "HQ" => Quality::Db120,
            _ => continue,
        };
        let figures = ours(figure("from_hz"), figure("to_hz"), quality);
        // Around -150 dB both have only the rounding of the 32-bit samples left, which is not the same to the last tenth.
        assert!(figures.stop_db <= figure("stop_db") + 0.3, "{row} {figures:?}");
        assert!(figures.noise_db <= figure("noise_db") + 0.3, "{row} {figures:?}");
        assert!(figures.edge >= figure("edge"), "{row} {figures:?}");
        // 1e-5 dB is one part in a million.
        assert!(figures.ripple_db <= figure("ripple_db").max(1e-5), "{row} {figures:?}");
    }
}

fn streamed(sound: &[Vec<f32>], from: f64, to: f64, quality: Quality, cuts: &[usize]) -> Vec<Vec<f32>> {
    let mut resampler = Resampler::prepare(from, to, sound.len(), quality).unwrap();
    let mut last = Vec::new();
    // The second time after a finished first sound: nothing of it may be left.
    for _ in 0..2 {
        let mut all = vec![Vec::new(); sound.len()];
        let mut each = |block: &[Vec<f32>]| -> Result<(), ResampleFailure> {
            all.iter_mut().zip(block).for_each(|(all, part)| all.extend_from_slice(part));
            Ok(())
        };
        let (mut start, mut cuts) = (0, cuts.iter().cycle());
        while start < sound[0].len() {
            let end = (start + cuts.next().unwrap()).min(sound[0].len());
            let block: Vec<&[f32]> = sound.iter().map(|channel| &channel[start..end]).collect();
            resampler.push(&block, &mut each).unwrap();
            start = end;
        }
        resampler.finish(&mut each).unwrap();
        last = all;
    }
    last
}

fn noise(channels: usize, frames: usize) -> Vec<Vec<f32>> {
    let mut state = 7u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 8_388_608.0 - 1.0
    };
    (0..channels).map(|_| (0..frames).map(|_| next()).collect()).collect()
}

const RATES: [f64; 9] = [8000.0, 22_050.0, 32_000.0, 44_100.0, 44_101.0, 48_000.0, 31_999.5, 96_000.0, 44_056.943];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn length_is_exact_and_chunks_do_not_matter(
        from in 0usize..9,
        to in 0usize..9,
        channels in 1usize..4,
        frames in 0usize..6000,
        quality in 0usize..4,
        cuts in proptest::collection::vec(1usize..3000, 1..5),
    ) {
        let (from, to, quality) = (RATES[from], RATES[to], Quality::ALL[quality]);
        let sound = noise(channels, frames);
        let whole = Resampler::convert(&sound, from, to, quality).unwrap();
        prop_assert_eq!(whole[0].len() as f64, (frames as f64 * to / from - 1e-9).ceil());
        prop_assert!(streamed(&sound, from, to, quality, &cuts) == whole);
    }
}

#[test]
fn channels_do_not_mix() {
    // Three channels: one of them is paired with a later block of another.
    let mut sound = noise(3, 20_000);
    sound[1].fill(0.0);
    let converted = Resampler::convert(&sound, 44_100.0, 32_000.0, Quality::Db120).unwrap();
    assert!(converted[1].iter().all(|&x| x == 0.0));
    for channel in [0, 2] {
        let alone = Resampler::convert(&sound[channel..=channel], 44_100.0, 32_000.0, Quality::Db120).unwrap();
        let worst = converted[channel].iter().zip(&alone[0]).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 1e-6, "{channel}: {worst}");
    }
}

#[test]
fn there_and_back_keeps_what_is_in_the_band() {
    for quality in Quality::ALL {
        let sound = [sine(997.0, 44_100.0)];
        let there = Resampler::convert(&sound, 44_100.0, 48_000.0, quality).unwrap();
        let back = Resampler::convert(&there, 48_000.0, 44_100.0, quality).unwrap();
        let range = middle(&sound[0]);
        let worst = range.map(|n| (back[0][n] - sound[0][n]).abs()).fold(0.0, f32::max);
        assert!(worst < 1e-4, "{quality:?}: {worst}");
    }
}

#[test]
fn refuses_what_it_cannot_convert() {
    for (from, to) in [(0.0, 1.0), (f64::NAN, 1.0), (1.0, f64::INFINITY), (-44_100.0, 32_000.0), (1.0, 1000.0)] {
        assert!(matches!(Resampler::prepare(from, to, 1, Quality::Db80), Err(ResampleFailure::Rates { .. })));
    }
    for channels in [0, 257] {
        let refused = Resampler::prepare(44_100.0, 32_000.0, channels, Quality::Db80);
        assert!(matches!(refused, Err(ResampleFailure::Channels { expected: 256, actual }) if actual == channels));
    }
    let mut stereo = Resampler::prepare(44_100.0, 32_000.0, 2, Quality::Db80).unwrap();
    let each = |_: &[Vec<f32>]| Ok::<_, ResampleFailure>(());
    assert!(matches!(stereo.push(&[[0.0; 4]], each), Err(ResampleFailure::Channels { expected: 2, actual: 1 })));
    let uneven = stereo.push(&[vec![0.0; 4], vec![0.0; 5]], each);
    assert!(matches!(uneven, Err(ResampleFailure::Frames { channel: 1, expected: 4, actual: 5 })));
}

#[test]
fn a_bad_sample_does_not_spoil_what_comes_long_after() {
    let mut sound = noise(2, 60_000);
    sound[0][1000] = f32::NAN;
    sound[1][1500] = f32::INFINITY;
    let converted = Resampler::convert(&sound, 44_100.0, 32_000.0, Quality::Db120).unwrap();
    assert!(converted.iter().all(|channel| channel[10_000..].iter().all(|x| x.is_finite())));
}
