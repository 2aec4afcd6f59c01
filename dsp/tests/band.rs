//! Sources with a lower rate than the analysis: what is said of their spectra is said of the band that they have.

#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use common::signals::{self, Click};
use dsp::{
    Measures, Parameters,
    visualizer::{Findings, Full, SoundFormat, Visualizer},
};

fn analyse(sample_rate_hz: u32, sound: &[f32]) -> (Findings, Full) {
    let parameters = Parameters { measures: Measures::Full, ..Parameters::default() };
    let format = SoundFormat { sample_rate_hz, channels: 1, bits_per_sample: None, channel_mask: None };
    let mut visualizer = Visualizer::prepare(&parameters, format).unwrap();
    visualizer.push(&[sound]).unwrap();
    let mut findings = visualizer.finish().unwrap();
    let full = findings.full.take().unwrap();
    (findings, full)
}

/// Mean of the geometric over the arithmetic mean of exponentially distributed powers, exp(-0.5772), and what the
/// overlap of neighbouring cells changes in it.
const FLATNESS: std::ops::Range<f64> = 0.54..0.59;

#[test]
fn white_noise_is_white_at_every_rate() {
    for (rate_hz, octaves_to_hz, third_octaves_to_hz) in [
        (4_000, 1_600.0, 1_600.0),
        (8_000, 3_200.0, 3_150.0),
        (11_025, 3_200.0, 4_000.0),
        (16_000, 6_400.0, 6_300.0),
        (22_050, 6_400.0, 8_000.0),
        (24_000, 6_400.0, 10_000.0),
        (31_999, 12_800.0, 12_500.0),
        (32_000, 12_800.0, 12_500.0),
        (48_000, 12_800.0, 12_500.0),
    ] {
        let (found, full) = analyse(rate_hz, &signals::noise(10 * rate_hz as usize, 1, 0.5));
        let flatness = found.spectral.flatness.unwrap();
        // The flank of the filter from 48 kHz down is part of the analysed band.
        let lowest = if rate_hz > 32_000 { 0.4 } else { FLATNESS.start };
        assert!((lowest..FLATNESS.end).contains(&flatness), "{rate_hz} Hz: flatness {flatness}");
        assert!((full.spectral_frames.flatness.unwrap().mean - flatness).abs() < 1e-9);
        let slope = full.spectral_frames.slope_db_per_octave.unwrap().mean;
        assert!(slope.abs() < 0.2, "{rate_hz} Hz: {slope} dB per octave");
        assert_eq!(full.spectral_frames.contrast.last().unwrap().to_hz, octaves_to_hz, "{rate_hz} Hz");
        let bands = &full.third_octaves.bands;
        assert_eq!(bands.last().unwrap().nominal_hz, third_octaves_to_hz, "{rate_hz} Hz");
        for pair in bands.windows(2).filter(|pair| pair[0].nominal_hz >= 500.0) {
            let rise_db = pair[1].level_dbfs.unwrap() - pair[0].level_dbfs.unwrap();
            assert!((rise_db - 1.0).abs() < 0.8, "{rate_hz} Hz, {} Hz: {rise_db} dB", pair[1].nominal_hz);
        }
    }
}

#[test]
fn the_lowest_rates_have_few_bands_and_finite_numbers() {
    for rate_hz in [100, 124, 125, 1_000] {
        let (found, full) = analyse(rate_hz, &signals::noise(60 * rate_hz as usize, 1, 0.5));
        let limit_hz = f64::from(rate_hz) / 2.0;
        assert!(full.third_octaves.bands.iter().all(|band| band.center_hz < limit_hz));
        assert!(full.spectral_frames.contrast.iter().all(|band| band.to_hz <= limit_hz));
        let flatness = found.spectral.flatness.unwrap();
        assert!((0.3..=1.0).contains(&flatness), "{rate_hz} Hz: {flatness}");
    }
}

#[test]
fn onsets_are_as_strong_at_every_rate() {
    // Noise that becomes 20 dB louder at 2 s.
    let strongest = |rate_hz: u32| {
        let mut sound = signals::noise(4 * rate_hz as usize, 1, 0.5);
        sound[..2 * rate_hz as usize].iter_mut().for_each(|x| *x *= 0.1);
        let (_, full) = analyse(rate_hz, &sound);
        let loud = full.rhythm.onsets.times_s.iter().any(|time_s| (time_s - 2.0).abs() < 0.018);
        assert!(loud, "{rate_hz} Hz: {:?}", full.rhythm.onsets);
        full.series.onset_strength_db.values.iter().flatten().copied().fold(0.0, f32::max)
    };
    let expected = strongest(32_000);
    // The mean of few bands varies more.
    for (rate_hz, within) in [
        (100, 0.25),
        (500, 0.25),
        (1_000, 0.25),
        (2_000, 0.08),
        (4_000, 0.08),
        (8_000, 0.08),
        (16_000, 0.08),
        (24_000, 0.08),
        (31_999, 0.08),
        (48_000, 0.08),
    ] {
        let found = strongest(rate_hz);
        assert!((found / expected - 1.0).abs() < within, "{rate_hz} Hz: {found} dB, at 32 kHz {expected}");
    }
}

#[test]
fn a_narrow_band_has_its_clicks_and_no_more() {
    for rate_hz in [500, 1_000, 2_000, 4_000, 8_000, 16_000] {
        let rate = f64::from(rate_hz);
        let click = Click { amplitude: 0.3, frequency_hz: rate / 8.0, ..Click::default() };
        let clicks = signals::click_track(20 * rate_hz as usize, rate, 100.0, 0.35, click);
        let (_, full) = analyse(rate_hz, &signals::mixed(&[&clicks, &signals::noise(clicks.len(), 3, 0.02)]));
        let (tempo, rhythm) = (full.rhythm.tempo.unwrap(), full.rhythm);
        assert!((tempo.bpm - 100.0).abs() < 0.02 && rhythm.beats.count == 33, "{rate_hz} Hz: {rhythm:?}");
        // One more where the noise begins.
        assert!((33..=34).contains(&rhythm.onsets.count), "{rate_hz} Hz: {:?}", rhythm.onsets);
    }
    for rate_hz in [100, 500, 1_000, 2_000, 4_000, 8_000, 16_000] {
        for seed in 1..4 {
            let (_, noise) = analyse(rate_hz, &signals::noise(30 * rate_hz as usize, seed, 0.3));
            let rhythm = noise.rhythm;
            assert_eq!((rhythm.tempo, rhythm.beats.count), (None, 0), "{rate_hz} Hz, seed {seed}: {rhythm:?}");
            assert!(rhythm.onsets.count <= 4, "{rate_hz} Hz, seed {seed}: {:?}", rhythm.onsets);
        }
    }
}

#[test]
fn silence_below_the_analysis_rate_stays_silence() {
    let (found, full) = analyse(8_000, &vec![0.0; 16_000]);
    assert_eq!((found.spectral.flatness, full.spectral_frames.sounding_frames), (None, 0));
    assert!(full.third_octaves.bands.iter().all(|band| band.level_dbfs.is_none()));
}

#[test]
fn below_the_lowest_rate_of_loudness_there_is_a_true_peak() {
    // A sine of a quarter of the rate, met at 45 degrees: its samples are 3 dB below its peak.
    let half = std::f32::consts::FRAC_1_SQRT_2 / 2.0;
    for (rate_hz, loud) in [(2_000, false), (3_999, false), (4_000, true)] {
        let (_, full) = analyse(rate_hz, &[half, half, -half, -half].repeat(rate_hz as usize));
        assert!((full.loudness.true_peak_dbtp.unwrap() + 6.02).abs() < 0.2, "{rate_hz} Hz: {:?}", full.loudness);
        assert_eq!(full.loudness.channel_true_peak_dbtp, [full.loudness.true_peak_dbtp]);
        assert_eq!((full.loudness.integrated_lufs.is_some(), full.loudness.channel_weights.len()), (loud, 1));
        assert_eq!(full.series.momentary_lufs.is_some(), loud, "{rate_hz} Hz");
    }
}

#[test]
fn low_bands_have_their_tones_to_themselves() {
    let names = [20.0, 25.0, 31.5, 40.0, 50.0, 63.0, 80.0, 100.0, 125.0, 160.0, 200.0, 250.0, 315.0, 400.0];
    for rate_hz in [32_000, 44_100, 4_000] {
        for (index, name) in names.into_iter().enumerate() {
            let hz = 1_000.0 * 10f64.powf((index as f64 - 17.0) / 10.0);
            // A whole number of seconds, and one that is shorter than two windows.
            for frames in [10 * rate_hz as usize, 3 * rate_hz as usize / 2] {
                let (_, full) = analyse(rate_hz, &signals::sine(frames, f64::from(rate_hz), hz, 0.5, 0.3));
                let octaves = &full.third_octaves;
                assert!(octaves.resolved_from_hz < 20.0, "{rate_hz} Hz: {}", octaves.resolved_from_hz);
                let loudest =
                    octaves.bands.iter().max_by(|a, b| a.level_dbfs.partial_cmp(&b.level_dbfs).unwrap()).unwrap();
                let level = loudest.level_dbfs.unwrap();
                assert_eq!(loudest.nominal_hz, name, "{rate_hz} Hz, {frames}");
                assert!((level + 6.02).abs() < 0.2, "{rate_hz} Hz, {name} Hz, {frames}: {level}");
            }
        }
    }
}

#[test]
fn low_bands_of_noise_have_the_power_of_their_width() {
    let (_, full) = analyse(32_000, &signals::noise(120 * 32_000, 1, 0.5));
    for band in full.third_octaves.bands.iter().take(14) {
        // Uniform noise of amplitude a has a mean square of a^2 / 3, spread over 16 kHz; a sine of 0 dBFS has 1/2.
        let width_hz = band.center_hz * (10f64.powf(0.05) - 10f64.powf(-0.05));
        let expected = 10.0 * (2.0 * 0.25 / 3.0 * width_hz / 16_000.0).log10();
        // Four standard deviations, and half a window that is lost to overlap.
        let within = 4.0 * 4.34 / (width_hz * 120.0).sqrt() * 1.1;
        let found = band.level_dbfs.unwrap();
        assert!((found - expected).abs() < within, "{} Hz: {found} {expected}", band.nominal_hz);
    }
}
