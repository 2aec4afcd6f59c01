//! The engine against the GNU Octave model of the frequency visualizer in `dsp/reference/model`, cell by cell and number
//! by number, before anything is quantized. Run by `cargo xtask test octave`; needs `octave-cli`.

#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use common::signals;
use dsp::{
    Parameters,
    decibel::power_to_db,
    mix,
    parameters::Precision,
    spectrogram::PowerColumns,
    stft::Stft,
    visualizer::{Findings, SoundFormat, Visualizer},
    window::Window,
};
use serde_json::{Value, json};

const RATE_HZ: u32 = 32_000;
/// What the engine promises in double precision, above [`QUIET_DBFS`].
const TOLERANCE_DB: f64 = 1e-4;
const QUIET_DBFS: f64 = -100.0;
/// What it promises in single precision: amplitude error of a cell over the loudest amplitude of its column, and with it
/// [`TOLERANCE_DB`] this far below the loudest.
const SINGLE_ERROR: f64 = 5e-7;
const SINGLE_RANGE_DB: f64 = 30.0;

/// Spectra without a peak: which of the equally strong cells is the strongest is a matter of rounding.
const FLAT: [&str; 2] = ["impulses", "one_sample"];

struct Case {
    name: &'static str,
    channels: Vec<Vec<f32>>,
    parameters: Parameters,
    bits_per_sample: Option<u32>,
}

fn case(name: &'static str, channels: Vec<Vec<f32>>) -> Case {
    Case { name, channels, parameters: Parameters::default(), bits_per_sample: None }
}

fn cases() -> Vec<Case> {
    let rate = f64::from(RATE_HZ);
    let sine = |hz, amplitude| signals::sine(64_000, rate, hz, amplitude, 0.0);
    let noise = |seed, amplitude| signals::noise(64_000, seed, amplitude);
    let with = |case: Case, change: &dyn Fn(&mut Parameters)| {
        let mut case = case;
        change(&mut case.parameters);
        case
    };
    vec![
        case("sine_between_bins", vec![sine(997.3, 1.0)]),
        case("sine_on_a_bin", vec![sine(1_000.0, 0.5)]),
        case("loud_and_quiet_sine", vec![signals::mixed(&[&sine(3_003.0, 0.9), &sine(9_009.0, 1e-4)])]),
        case("noise", vec![noise(1, 1.0)]),
        case("quiet_noise", vec![noise(2, 1e-4)]),
        case("harmonic_tone", vec![signals::harmonic_tone(64_000, rate, 220.5, 70, 0.4)]),
        case("sweep", vec![signals::exponential_sweep(64_000, rate, 20.0, 15_900.0, 0.8)]),
        case("impulses", vec![signals::impulses(64_000, 4_567, 0, 1.0)]),
        case("direct_current", vec![noise(3, 0.25).iter().map(|x| x + 0.5).collect()]),
        case("stereo", vec![signals::mixed(&[&sine(440.0, 0.7), &noise(4, 0.1)]), noise(5, 0.3)]),
        case("three_channels", vec![sine(100.0, 0.9), sine(5_000.0, 0.01), noise(6, 0.001)]),
        case("square_wave_clipped", vec![sine(50.0, 4.0).iter().map(|x| x.clamp(-1.0, 1.0)).collect()]),
        Case { bits_per_sample: Some(8), ..case("eight_bits", vec![sine(333.0, 127.0 / 128.0)]) },
        case("shorter_than_a_window", vec![signals::noise(100, 7, 0.5)]),
        case("one_sample", vec![vec![0.5]]),
        case("half_a_hop_over", vec![signals::noise(10 * 512 + 256, 8, 0.5)]),
        case("silence", vec![vec![0.0; 10_000]]),
        case("silence_then_noise", vec![[vec![0.0; 20_000], signals::noise(20_001, 9, 0.2)].concat()]),
        with(case("merged_columns", vec![signals::mixed(&[&sine(700.0, 0.6), &noise(10, 0.05)])]), &|p| {
            (p.max_columns, p.max_buckets) = (8, 16);
        }),
        with(case("short_window_odd_hop", vec![signals::chirp(64_000, rate, 50.0, 12_000.0, 0.7)]), &|p| {
            (p.window_length_frames, p.hop_frames) = (256, 100);
        }),
        with(case("rectangular", vec![sine(2_000.7, 0.8)]), &|p| p.window = Window::Rectangular),
        with(case("hann_symmetric", vec![sine(2_000.7, 0.8)]), &|p| p.window = Window::HannSymmetric),
        with(case("hamming", vec![sine(2_000.7, 0.8)]), &|p| p.window = Window::HammingPeriodic),
        with(case("blackman", vec![sine(2_000.7, 0.8)]), &|p| p.window = Window::BlackmanPeriodic),
        with(case("blackman_harris", vec![sine(2_000.7, 0.8)]), &|p| p.window = Window::BlackmanHarrisPeriodic),
        with(case("flat_top", vec![sine(2_000.7, 0.8)]), &|p| p.window = Window::FlatTopPeriodic),
        with(case("kaiser", vec![sine(2_000.7, 0.8)]), &|p| p.window = Window::KaiserPeriodic { beta: 14.0 }),
        with(case("long_window", vec![signals::harmonic_tone(64_000, rate, 55.0, 200, 0.3)]), &|p| {
            (p.window_length_frames, p.hop_frames) = (16_384, 4_096);
        }),
    ]
}

/// Runs the model on all cases at once: starting Octave takes longer than its work.
fn run_model(folder: &Path, cases: &[Case]) {
    for Case { name, channels, parameters, bits_per_sample } in cases {
        let mut document = serde_json::Map::new();
        let (window, kaiser_beta) = match parameters.window {
            Window::Rectangular => ("rectangular", 0.0),
            Window::HannPeriodic => ("hann_periodic", 0.0),
            Window::HannSymmetric => ("hann_symmetric", 0.0),
            Window::HammingPeriodic => ("hamming_periodic", 0.0),
            Window::BlackmanPeriodic => ("blackman_periodic", 0.0),
            Window::BlackmanHarrisPeriodic => ("blackman_harris_periodic", 0.0),
            Window::FlatTopPeriodic => ("flat_top_periodic", 0.0),
            Window::KaiserPeriodic { beta } => ("kaiser_periodic", beta),
            other => panic!("{name}: no name for {other:?}"),
        };
        for (key, value) in [
            ("channels", json!(channels.len())),
            ("analysis_rate_hz", json!(parameters.analysis_rate_hz)),
            ("window_length_frames", json!(parameters.window_length_frames)),
            ("hop_frames", json!(parameters.hop_frames)),
            ("window", json!(window)),
            ("kaiser_beta", json!(kaiser_beta)),
            ("max_columns", json!(parameters.max_columns)),
            ("max_buckets", json!(parameters.max_buckets)),
            ("floor_dbfs", json!(parameters.floor_dbfs)),
            ("bits_per_sample", json!(bits_per_sample.unwrap_or(0))),
        ] {
            document.insert(key.to_owned(), value);
        }
        fs::write(folder.join(format!("{name}.json")), Value::Object(document).to_string()).unwrap();
        let samples: Vec<u8> = channels.iter().flatten().flat_map(|x| x.to_le_bytes()).collect();
        fs::write(folder.join(format!("{name}.f32")), samples).unwrap();
    }
    let model = Path::new(env!("CARGO_MANIFEST_DIR")).join("reference/model");
    let mut octave = Command::new("octave-cli");
    octave.args(["--norc", "--no-history", "--path"]).arg(model);
    octave.arg("--eval").arg(format!("run_model ('{}')", folder.display()));
    let output = octave.output().expect("octave-cli must be installed: sudo apt-get install octave");
    assert!(output.status.success(), "the model failed: {}", String::from_utf8_lossy(&output.stderr));
}

/// Mean powers of the columns, as they are before they become cells of a grid.
fn engine_powers(case: &Case, precision: Precision) -> Vec<f32> {
    let parameters = Parameters { precision, ..case.parameters.clone() };
    let mut mono = Vec::new();
    mix::to_mono(&case.channels, &mut mono);
    let mut columns = PowerColumns::new(parameters.bins(), parameters.max_columns as usize);
    let mut stft = Stft::prepare(&parameters).unwrap();
    stft.push(&mono, |power| columns.push(power)).unwrap();
    stft.finish(|power| columns.push(power)).unwrap();
    columns.iter().flat_map(|(sums, scale)| sums.iter().map(move |p| p * scale)).collect()
}

fn engine_findings(case: &Case) -> Findings {
    let parameters = Parameters { precision: Precision::Double, ..case.parameters.clone() };
    let format = SoundFormat {
        sample_rate_hz: RATE_HZ,
        channels: case.channels.len() as u32,
        bits_per_sample: case.bits_per_sample,
        channel_mask: None,
    };
    let mut visualizer = Visualizer::prepare(&parameters, format).unwrap();
    visualizer.push(&case.channels).unwrap();
    visualizer.finish().unwrap()
}

fn read_levels(folder: &Path, name: &str) -> Vec<f64> {
    let bytes = fs::read(folder.join(format!("{name}.db.f64"))).unwrap();
    bytes.as_chunks::<8>().0.iter().map(|&cell| f64::from_le_bytes(cell)).collect()
}

/// Largest difference in double precision above [`QUIET_DBFS`], in single precision within [`SINGLE_RANGE_DB`], and
/// largest amplitude error in single precision over the loudest of the column.
fn compare_cells(case: &Case, model: &[f64]) -> (f64, f64, f64) {
    let (double, single) = (engine_powers(case, Precision::Double), engine_powers(case, Precision::Single));
    assert_eq!((double.len(), single.len()), (model.len(), model.len()), "{}: cells", case.name);
    let level = |power: f32| f64::from(power_to_db(power, case.parameters.floor_dbfs));
    let amplitude = |db: f64| 10.0f64.powf(db / 20.0);
    let bins = case.parameters.bins();
    let (mut worst_double, mut worst_single, mut worst_error) = (0.0f64, 0.0f64, 0.0f64);
    for ((model, double), single) in model.chunks(bins).zip(double.chunks(bins)).zip(single.chunks(bins)) {
        let loudest = model.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        for ((&model, &double), &single) in model.iter().zip(double).zip(single) {
            if model > QUIET_DBFS {
                worst_double = worst_double.max((level(double) - model).abs());
                let error = f64::from(single).sqrt() - amplitude(model);
                worst_error = worst_error.max(error.abs() / amplitude(loudest));
                if model > loudest - SINGLE_RANGE_DB {
                    worst_single = worst_single.max((level(single) - model).abs());
                }
            }
        }
    }
    (worst_double, worst_single, worst_error)
}

fn assert_close(case: &str, name: &str, engine: Option<f64>, model: &Value, tolerance: f64) {
    match (engine, model.as_f64()) {
        (None, None) => {}
        (Some(engine), Some(model)) => {
            assert!((engine - model).abs() <= tolerance, "{case}: {name} is {engine}, in the model {model}");
        }
        (engine, _) => panic!("{case}: {name} is {engine:?}, in the model {model}"),
    }
}

/// Lists come as a number where they hold one.
fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().map_or_else(|| value.as_f64().into_iter().collect(), |_| common::numbers::list(value))
}

fn compare_findings(case: &Case, model: &Value, levels: &[f64]) {
    let (name, found) = (case.name, engine_findings(case));
    let geometry = found.grid.geometry();
    assert_eq!(Some(geometry.stft_frames), model["stft_frames"].as_u64(), "{name}");
    assert_eq!(Some(geometry.stft_frames_per_column), model["frames_per_column"].as_u64(), "{name}");

    let level = &model["level"];
    let close = |key: &str, engine, tolerance| assert_close(name, key, engine, &level[key], tolerance);
    close("peak_dbfs", found.level.peak_dbfs, 1e-9);
    close("rms_dbfs", found.level.rms_dbfs, 1e-5);
    close("crest_factor_db", found.level.crest_factor_db, 1e-5);
    close("dc_offset", Some(found.level.dc_offset), 1e-7);
    close("min", Some(found.level.min), 0.0);
    close("max", Some(found.level.max), 0.0);
    close("clipped_samples", Some(found.level.clipped_samples as f64), 0.0);

    let spectral = &model["spectral"];
    let close = |key: &str, engine, tolerance| assert_close(name, key, engine, &spectral[key], tolerance);
    close("centroid_hz", found.spectral.centroid_hz, 1e-3);
    close("bandwidth_hz", found.spectral.bandwidth_hz, 1e-3);
    close("rolloff_85_hz", found.spectral.rolloff_85_hz, 1e-9);
    close("flatness", found.spectral.flatness, 1e-5);
    if !FLAT.contains(&name) {
        close("peak_frequency_hz", found.spectral.peak_frequency_hz, 1e-3);
        close("peak_level_dbfs", found.spectral.peak_level_dbfs, 1e-5);
    }

    let waveform = &model["waveform"];
    assert_close(name, "bucket", Some(found.waveform.bucket_duration_s), &waveform["bucket_duration_s"], 1e-12);
    for (key, engine) in [("min", &found.waveform.min), ("max", &found.waveform.max), ("rms", &found.waveform.rms)] {
        let model = numbers(&waveform[key]);
        assert_eq!(engine.len(), model.len(), "{name}: {key}");
        let worst = engine.iter().zip(&model).map(|(&a, &b)| (f64::from(a) - b).abs()).fold(0.0, f64::max);
        assert!(worst <= 1e-6, "{name}: {key} differs by {worst}");
    }

    // The cells of the finished grid, which are steps of 1/128 dB.
    let bins = case.parameters.bins();
    for (column, cells) in levels.chunks(bins).enumerate() {
        let time_s = column as f64 * geometry.column_duration_s;
        for (bin, &model) in cells.iter().enumerate().filter(|(_, level)| **level > QUIET_DBFS) {
            let cell = f64::from(found.grid.level_at(time_s, bin as f64 * geometry.bin_width_hz).unwrap());
            assert!((cell - model).abs() <= 0.5 / 128.0 + TOLERANCE_DB, "{name}: column {column} bin {bin}");
        }
    }
}

#[test]
fn engine_and_model_agree() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("octave-model");
    fs::create_dir_all(&folder).unwrap();
    let cases = cases();
    run_model(&folder, &cases);
    println!("{:<24}{:>10}{:>18}{:>18}{:>22}", "case", "cells", "double dB", "single dB", "single/loudest");
    let mut failed = Vec::new();
    for case in &cases {
        let levels = read_levels(&folder, case.name);
        let (double, single, error) = compare_cells(case, &levels);
        println!("{:<24}{:>10}{double:>18.2e}{single:>18.2e}{error:>22.2e}", case.name, levels.len());
        if double > TOLERANCE_DB || single > TOLERANCE_DB || error > SINGLE_ERROR {
            failed.push(case.name);
        }
        let text = fs::read_to_string(folder.join(format!("{}.result.json", case.name))).unwrap();
        compare_findings(case, &serde_json::from_str(&text).unwrap(), &levels);
    }
    assert!(failed.is_empty(), "out of tolerance: {failed:?}");
    fs::remove_dir_all(&folder).unwrap();
}
