//! However a sound is cut into pieces, the result is the same.

#![allow(clippy::unwrap_used, missing_docs)]

use dsp::{
    Measures, Parameters,
    visualizer::{Findings, SoundFormat, Visualizer},
};
use proptest::prelude::*;

fn sound(channels: usize, frames: usize, seed: u32) -> Vec<Vec<f32>> {
    (0..channels)
        .map(|c| {
            let mut state = seed.wrapping_add(c as u32).wrapping_mul(2_654_435_761) | 1;
            (0..frames)
                .map(|n| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    let noise = (state >> 8) as f32 / 8_388_608.0 - 1.0;
                    0.5 * (n as f32 * 0.05 * (c + 1) as f32).sin() + 0.1 * noise
                })
                .collect()
        })
        .collect()
}

fn findings(parameters: &Parameters, rate: u32, sound: &[Vec<f32>], cuts: &[usize]) -> Findings {
    let frames = sound[0].len();
    let mut visualizer = Visualizer::prepare(
        parameters,
        SoundFormat { sample_rate_hz: rate, channels: sound.len() as u32, bits_per_sample: None, channel_mask: None },
    )
    .unwrap();
    let mut start = 0;
    let mut cuts = cuts.iter().cycle();
    while start < frames {
        let end = (start + cuts.next().unwrap()).min(frames);
        let block: Vec<&[f32]> = sound.iter().map(|channel| &channel[start..end]).collect();
        visualizer.push(&block).unwrap();
        // Looking must not change what is seen.
        if start.is_multiple_of(7) {
            visualizer.grid();
            visualizer.waveform();
        }
        start = end;
    }
    visualizer.finish().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_chunking_gives_the_one_shot_result(
        rate in prop::sample::select(vec![8_000u32, 22_050, 32_000, 44_100, 48_000, 96_000, 11_127]),
        channels in 1usize..=4,
        frames in 1usize..40_000,
        cuts in prop::collection::vec(1usize..9_000, 1..12),
        window_exponent in 6u32..=11,
        max_columns in prop::sample::select(vec![2u32, 8, 64, 2_048]),
        measures in prop::sample::select(vec![Measures::Overview, Measures::Full]),
        seed: u32,
    ) {
        let window = 1 << window_exponent;
        let parameters = Parameters {
            window_length_frames: window,
            hop_frames: (window / 4).max(16),
            max_columns,
            max_buckets: 32,
            measures,
            ..Parameters::default()
        };
        let sound = sound(channels, frames, seed);
        let whole = findings(&parameters, rate, &sound, &[frames]);
        let parts = findings(&parameters, rate, &sound, &cuts);
        prop_assert!(whole == parts);
        // And the amount of everything follows from the length alone.
        let analysed = (frames as u64 * 32_000).div_ceil(u64::from(rate));
        prop_assert_eq!(whole.grid.geometry().stft_frames, 1 + analysed / u64::from(parameters.hop_frames));
        prop_assert_eq!(whole.frames, frames as u64);
        // What is measured beside the overview does not touch it.
        prop_assert_eq!(whole.full.is_some(), measures == Measures::Full);
        let overview = Parameters { measures: Measures::Overview, ..parameters };
        let overview = findings(&overview, rate, &sound, &[frames]);
        prop_assert!(overview.level == whole.level && overview.spectral == whole.spectral);
    }
}

#[test]
fn a_chirp_rises_through_the_spectrogram() {
    let rate = 44_100u32;
    let (seconds, from_hz, to_hz) = (4.0f64, 200.0f64, 12_000.0f64);
    let sweep = |t: f64| from_hz + (to_hz - from_hz) * t / seconds;
    let chirp: Vec<f32> = (0..(seconds * f64::from(rate)) as usize)
        .map(|n| {
            let t = n as f64 / f64::from(rate);
            (0.5 * (std::f64::consts::TAU * (from_hz * t + (to_hz - from_hz) * t * t / (2.0 * seconds))).sin()) as f32
        })
        .collect();
    let found = findings(&Parameters::default(), rate, &[chirp], &[4096]);
    let grid = &found.grid;
    for tenth in 2..38 {
        let t = f64::from(tenth) / 10.0;
        let loudest = (0..1025)
            .map(|k| f64::from(k) * grid.geometry().bin_width_hz)
            .max_by(|a, b| grid.level_at(t, *a).unwrap().total_cmp(&grid.level_at(t, *b).unwrap()))
            .unwrap();
        // One column (16 ms) of a chirp of 2,950 Hz/s, and one bin.
        assert!((loudest - sweep(t)).abs() < 0.016 * 2950.0 + 16.0, "{t} s: {loudest} instead of {}", sweep(t));
    }
    assert!((found.spectral.centroid_hz.unwrap() - 6_100.0).abs() < 30.0);
}
