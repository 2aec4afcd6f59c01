//! The test signals of EBU Tech 3341 (2016) and Tech 3342 (2016), synthesized from their descriptions, with the
//! tolerances of the standards. The cases with authentic programmes (3341: 7 and 8; 3342: 5 and 6) cannot be
//! synthesized.

#![allow(clippy::unwrap_used, missing_docs)]

use std::f64::consts::TAU;

use dsp::{
    analysis::Loudness,
    measure::{
        loudness::{LoudnessMeter, LoudnessSeries},
        true_peak::TruePeakMeter,
    },
};

const RATE_HZ: u32 = 48_000;

/// Tones of 1 kHz one after another: seconds and peak level, silence below -200 dBFS.
fn tones(parts: &[(f64, f64)]) -> Vec<f32> {
    let mut samples = Vec::new();
    for &(seconds, level_dbfs) in parts {
        let amplitude = if level_dbfs < -200.0 { 0.0 } else { 10f64.powf(level_dbfs / 20.0) };
        let start = samples.len();
        let end = start + (seconds * f64::from(RATE_HZ)).round() as usize;
        samples.extend((start..end).map(|n| (amplitude * (TAU * (n % 48) as f64 / 48.0).sin()) as f32));
    }
    samples
}

const SILENCE: f64 = -1_000.0;

fn measure(channels: &[Vec<f32>]) -> (Loudness, LoudnessSeries) {
    let mut meter = LoudnessMeter::new(RATE_HZ, channels.len()).unwrap();
    // Blocks that fit neither steps nor windows.
    let length = channels[0].len();
    for start in (0..length).step_by(1_009) {
        let end = (start + 1_009).min(length);
        meter.push(&channels.iter().map(|channel| &channel[start..end]).collect::<Vec<_>>());
    }
    meter.finish(&[])
}

fn stereo(parts: &[(f64, f64)]) -> (Loudness, LoudnessSeries) {
    let channel = tones(parts);
    measure(&[channel.clone(), channel])
}

fn near(found: Option<f64>, expected: f64, tolerance: f64, case: &str) {
    let found = found.unwrap_or_else(|| panic!("{case}: nothing instead of {expected}"));
    assert!((found - expected).abs() <= tolerance, "{case}: {found} instead of {expected}");
}

#[test]
fn tech_3341_cases_1_to_5_stereo_tones() {
    for (case, parts, expected) in [
        ("1", &[(20.0, -23.0)][..], -23.0),
        ("2", &[(20.0, -33.0)], -33.0),
        ("3", &[(10.0, -36.0), (60.0, -23.0), (10.0, -36.0)], -23.0),
        ("4", &[(10.0, -72.0), (10.0, -36.0), (60.0, -23.0), (10.0, -36.0), (10.0, -72.0)], -23.0),
        ("5", &[(20.0, -26.0), (20.1, -20.0), (20.0, -26.0)], -23.0),
    ] {
        let (found, series) = stereo(parts);
        near(found.integrated_lufs, expected, 0.1, case);
        if parts.len() == 1 {
            near(found.momentary_max_lufs, expected, 0.1, case);
            near(found.short_term_max_lufs, expected, 0.1, case);
            let all = series.momentary_lufs.values.iter().chain(&series.short_term_lufs.values);
            all.for_each(|value| near(value.map(f64::from), expected, 0.1, case));
        }
    }
}

#[test]
fn tech_3341_case_6_five_channels() {
    let levels = [-28.0, -28.0, -24.0, -30.0, -30.0];
    let channels: Vec<Vec<f32>> = levels.iter().map(|&level| tones(&[(20.0, level)])).collect();
    near(measure(&channels).0.integrated_lufs, -23.0, 0.1, "5.0");
    // The same with a loud LFE channel, which does not count.
    let mut with_lfe = channels;
    with_lfe.insert(3, tones(&[(20.0, -10.0)]));
    near(measure(&with_lfe).0.integrated_lufs, -23.0, 0.1, "5.1");
}

#[test]
fn tech_3341_case_9_short_term_is_steady() {
    let parts: Vec<(f64, f64)> = [(1.34, -20.0), (1.66, -30.0)].repeat(5);
    let (found, series) = stereo(&parts);
    near(found.short_term_max_lufs, -23.0, 0.1, "9");
    assert!(series.short_term_lufs.values.len() > 100);
    series.short_term_lufs.values.iter().for_each(|value| near(value.map(f64::from), -23.0, 0.1, "9"));
}

#[test]
fn tech_3341_cases_10_and_11_short_term_maximum_wherever_it_begins() {
    for i in 0..20 {
        let offset_s = 0.15 * f64::from(i);
        let (found, _) = stereo(&[(offset_s, SILENCE), (3.0, -23.0), (1.0, SILENCE)]);
        near(found.short_term_max_lufs, -23.0, 0.1, &format!("10, segment {i}"));
    }
    // Segments of rising level, each measured when it has sounded; the meter is not reset between them.
    let mut parts = Vec::new();
    for i in 0..20 {
        let (offset_s, level) = (0.15 * f64::from(i), -38.0 + f64::from(i));
        parts.extend([(offset_s, SILENCE), (3.0, level), (3.0 - offset_s, SILENCE)]);
        if i % 5 == 4 {
            near(stereo(&parts).0.short_term_max_lufs, level, 0.1, &format!("11, segment {i}"));
        }
    }
}

#[test]
fn tech_3341_case_12_momentary_is_steady() {
    let parts: Vec<(f64, f64)> = [(0.18, -20.0), (0.22, -30.0)].repeat(25);
    let (found, series) = stereo(&parts);
    near(found.momentary_max_lufs, -23.0, 0.1, "12");
    series.momentary_lufs.values.iter().skip(6).for_each(|value| near(value.map(f64::from), -23.0, 0.1, "12"));
}

#[test]
fn tech_3341_cases_13_and_14_momentary_maximum_wherever_it_begins() {
    let mut parts = Vec::new();
    for i in 0..20 {
        let offset_s = 0.02 * f64::from(i);
        let (found, _) = stereo(&[(offset_s, SILENCE), (0.4, -23.0), (1.0, SILENCE)]);
        near(found.momentary_max_lufs, -23.0, 0.1, &format!("13, segment {i}"));
        let level = -38.0 + f64::from(i);
        parts.extend([(offset_s, SILENCE), (0.4, level), (0.4 - offset_s, SILENCE)]);
        near(stereo(&parts).0.momentary_max_lufs, level, 0.1, &format!("14, segment {i}"));
    }
}

fn dbtp(samples: &[f32]) -> f64 {
    let mut meter = TruePeakMeter::new(2);
    meter.push(&[samples, samples]);
    let peaks = meter.finish();
    assert_eq!(peaks[0], peaks[1]);
    20.0 * f64::from(peaks[0]).log10()
}

fn within_true_peak_tolerance(found: f64, expected: f64, case: &str) {
    assert!((expected - 0.4..=expected + 0.2).contains(&found), "{case}: {found} dBTP instead of {expected}");
}

#[test]
fn tech_3341_cases_15_to_19_true_peak_of_sines_between_samples() {
    for (case, divisor, phase_deg, amplitude, expected) in [
        ("15", 4.0, 0.0f64, 0.5, -6.0),
        ("16", 4.0, 45.0, 0.5, -6.0),
        ("17", 6.0, 60.0, 0.5, -6.0),
        ("18", 8.0, 67.5, 0.5, -6.0),
        ("19", 4.0, 45.0, 1.41, 3.0),
    ] {
        let sine: Vec<f32> = (0..RATE_HZ)
            .map(|n| (amplitude * (TAU * f64::from(n) / divisor + phase_deg.to_radians()).sin()) as f32)
            .map(|x| x.clamp(-2.0, 2.0))
            .collect();
        // The tone fades in and out, so that its ends are no clicks with peaks of their own.
        let faded: Vec<f32> =
            sine.iter().enumerate().map(|(n, x)| x * (n.min(sine.len() - 1 - n) as f32 / 480.0).min(1.0)).collect();
        within_true_peak_tolerance(dbtp(&faded), expected, case);
    }
}

/// A sine of a sixth of the rate with one period of twice the amplitude, at four times the rate, low-passed at 20 kHz
/// and scaled so that its largest sample there is 1.0; then every fourth sample, from the first, second, third or
/// fourth on.
#[test]
fn tech_3341_cases_20_to_23_true_peak_of_a_burst_between_samples() {
    let (length, middle) = (9_600i32, 4_800i32);
    let burst: Vec<f64> = (0..length)
        .map(|n| {
            let amplitude = if (0..24).contains(&(n - middle)) { 1.0 } else { 0.5 };
            amplitude * (TAU * f64::from(n - middle) / 24.0).sin()
        })
        .collect();
    let half = 96;
    let cutoff = 20_000.0 / (4.0 * f64::from(RATE_HZ));
    let low_pass: Vec<f64> = (-half..=half)
        .map(|k| {
            let x = TAU * cutoff * f64::from(k);
            let sinc = if k == 0 { 1.0 } else { x.sin() / x };
            2.0 * cutoff * sinc * (0.5 + 0.5 * (TAU * f64::from(k) / f64::from(2 * half + 2)).cos())
        })
        .collect();
    let filtered: Vec<f64> = (0..length)
        .map(|n| {
            let taps = low_pass.iter().zip(-half..);
            taps.map(|(tap, k)| tap * burst.get((n + k) as usize).copied().unwrap_or(0.0)).sum()
        })
        .collect();
    let peak = filtered.iter().fold(0.0f64, |peak, x| peak.max(x.abs()));
    for (case, offset) in [("20", 0), ("21", 1), ("22", 2), ("23", 3)] {
        let samples: Vec<f32> = filtered.iter().skip(offset).step_by(4).map(|x| (x / peak) as f32).collect();
        within_true_peak_tolerance(dbtp(&samples), 0.0, case);
    }
}

#[test]
fn tech_3342_cases_1_to_4_loudness_range() {
    for (case, levels, expected) in [
        ("1", &[-20.0, -30.0][..], 10.0),
        ("2", &[-20.0, -15.0], 5.0),
        ("3", &[-40.0, -20.0], 20.0),
        ("4", &[-50.0, -35.0, -20.0, -35.0, -50.0], 15.0),
    ] {
        let parts: Vec<(f64, f64)> = levels.iter().map(|&level| (20.0, level)).collect();
        near(stereo(&parts).0.range_lu, expected, 1.0, case);
    }
}
