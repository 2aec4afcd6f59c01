//! The analysis document against its published JSON Schema.

#![allow(clippy::unwrap_used, missing_docs)]

use std::{fs::File, path::Path};

use dsp::{
    Measures, Parameters,
    analysis::{Analysis, MAX_POINTS, MatrixSeries},
    decode::Limits,
    job::{Identity, Job, Step},
    window::Window,
};
use serde_json::{Value, json};

fn analysis(fixture: &str, measures: Measures) -> Analysis {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures").join(fixture);
    let parameters = Parameters { measures, ..Parameters::default() };
    let mut job =
        Job::open(Box::new(File::open(path).unwrap()), Some(fixture), parameters, &Limits::default()).unwrap();
    while job.step().unwrap() == Step::More {}
    job.finish(Identity { sha256: "0123456789abcdef".repeat(4), size_bytes: 1 }, 12.5).unwrap().analysis
}

fn document(measures: Measures) -> Value {
    serde_json::to_value(analysis("wav16.wav", measures)).unwrap()
}

fn validator(schema: &str) -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(schema).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

fn current() -> jsonschema::Validator {
    validator(include_str!("../schema/analysis-2.schema.json"))
}

#[test]
fn documents_of_every_format_are_valid() {
    let validator = current();
    for fixture in ["wav16.wav", "wavf32.wav", "flac16.flac", "mp3.mp3", "vorbis.ogg", "aac.m4a"] {
        for measures in [Measures::Overview, Measures::Full] {
            let document = serde_json::to_value(analysis(fixture, measures)).unwrap();
            if let Err(error) = validator.validate(&document) {
                panic!("{fixture}: {error} at {}", error.instance_path());
            }
        }
    }
}

#[test]
fn the_schema_tells_documents_apart() {
    let validator = current();
    let document = document(Measures::Full);
    for (pointer, bad) in [
        ("/schema", json!(1)),
        ("/source/sha256", json!("ABC")),
        ("/source/channels", json!(0)),
        ("/level/peak_dbfs", json!("-6 dB")),
        ("/level/channels", json!([])),
        ("/level/first_clipped_run", json!({ "channel": 0, "offset_frames": 1, "length_frames": 2 })),
        ("/parameters/window", json!("hann")),
        ("/parameters/window", json!({})),
        ("/parameters/window", json!({ "kaiser_periodic": { "beta": -1.0 } })),
        ("/parameters/measures", json!("overview")),
        ("/loudness/integrated_lufs", json!(-70.5)),
        ("/loudness/channel_weights", json!([3.0])),
        ("/noise/digital_silence", json!(1.5)),
        ("/spectral_frames/flux/standard_deviation", json!(-1.0)),
        ("/third_octaves/bands/0/nominal_hz", json!(0)),
        ("/partials/0/frequency_hz", json!(null)),
        ("/rhythm/tempo", json!({ "bpm": 500.0, "confidence": 0.5 })),
        ("/rhythm/onsets/count", json!(-1)),
        ("/tonal/tuning/deviation_cents", json!(51.0)),
        ("/tonal/key/best/tonic", json!("H")),
        ("/tonal/chroma", json!([1.0])),
        ("/tonal/pitch/voiced_fraction", json!(1.5)),
        ("/series/rms_dbfs/values", json!(vec![0.0; MAX_POINTS + 1])),
        ("/series/flux/step_s", json!(0)),
        ("/timing", json!({})),
    ] {
        let mut changed = document.clone();
        *changed.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer} in {document}")) = bad;
        assert!(!validator.is_valid(&changed), "{pointer}");
    }
    for section in ["level", "loudness", "noise", "spectral_frames", "rhythm", "tonal", "series"] {
        let mut extra = document.clone();
        extra[section]["more"] = json!(-23.0);
        assert!(!validator.is_valid(&extra), "{section}");
    }
}

#[test]
fn full_documents_have_every_section_and_overviews_none_of_them() {
    let (full, overview) = (document(Measures::Full), document(Measures::Overview));
    let mut short = full.clone();
    for section in ["loudness", "noise", "spectral_frames", "third_octaves", "partials", "rhythm", "tonal", "series"] {
        assert!(full.get(section).is_some_and(|value| !value.is_null()), "{section}");
        assert!(overview.get(section).is_none(), "{section}");
        short.as_object_mut().unwrap().remove(section);
    }
    // Beside these sections the two are the same.
    short["parameters"]["measures"] = json!("overview");
    assert_eq!(short, overview);
    assert!(!current().is_valid(&{
        let mut missing = full;
        missing.as_object_mut().unwrap().remove("noise");
        missing
    }));
}

/// What the fixtures hold is known: 2 s of a tone.
#[test]
fn the_sections_agree_with_each_other() {
    let analysis = analysis("wav16.wav", Measures::Full);
    let loudness = analysis.loudness.unwrap();
    let (peak, true_peak) = (analysis.level.peak_dbfs.unwrap(), loudness.true_peak_dbtp.unwrap());
    assert!(true_peak >= peak - 1e-9 && true_peak < peak + 3.0, "{true_peak} {peak}");
    assert_eq!(loudness.channel_true_peak_dbtp.len(), analysis.level.channels.len());
    let partial = analysis.partials.unwrap()[0];
    assert!((partial.frequency_hz - analysis.spectral.peak_frequency_hz.unwrap()).abs() < 1e-6);
    let frames = analysis.spectral_frames.unwrap();
    let centroid = frames.centroid_hz.unwrap().weighted_mean;
    assert!((centroid - analysis.spectral.centroid_hz.unwrap()).abs() < 0.01 * centroid);
    assert!((frames.flatness.unwrap().mean - analysis.spectral.flatness.unwrap()).abs() < 1e-9);
    // The tone, 1 kHz, is a B that is 21 cents sharp; a sweep in the same sound bends its period a little.
    let tonal = analysis.tonal.unwrap();
    let cents = 1200.0 * (tonal.pitch.unwrap().median_hz.unwrap() / partial.frequency_hz).log2();
    assert!(cents.abs() < 15.0, "{cents}");
    assert!((tonal.tuning.unwrap().deviation_cents - 21.3).abs() < 3.0, "{:?}", tonal.tuning);
    assert_eq!(tonal.chroma.unwrap()[11], 1.0);
    let series = analysis.series.unwrap();
    let loudest = series.true_peak_dbtp.as_ref().unwrap().values.iter().flatten().copied().fold(f32::MIN, f32::max);
    assert!((f64::from(loudest) - true_peak).abs() < 1e-4, "{loudest} {true_peak}");
    let rows = |matrix: &Option<MatrixSeries>| matrix.as_ref().unwrap().rows.len();
    assert_eq!(rows(&series.chroma), 12);
    assert_eq!(rows(&series.third_octaves_dbfs), analysis.third_octaves.unwrap().bands.len());
    assert_eq!(rows(&series.band_contrast_db), frames.contrast.len());
    let clipped = series.clipped_samples_per_s.unwrap();
    let counted: f64 = clipped.values.iter().flatten().map(|rate| f64::from(*rate) * clipped.step_s).sum();
    assert!((counted - analysis.level.clipped_samples as f64).abs() < 1.0, "{counted}");
    for (series, hop_s) in [
        (&series.rms_dbfs, 0.02),
        (series.true_peak_dbtp.as_ref().unwrap(), 256.0 / 44_100.0),
        (series.crest_factor_db.as_ref().unwrap(), 0.02),
        (series.noise_floor_dbfs.as_ref().unwrap(), 0.02),
        (series.tuning_cents.as_ref().unwrap(), 0.016),
        (&series.centroid_hz, 0.016),
        (&series.onset_strength_db, 0.016),
        (&series.f0_hz, 0.016),
        (&series.aperiodicity, 0.016),
    ] {
        let end_s = series.start_s + series.step_s * (series.values.len() as f64 - 0.5);
        assert!((end_s - analysis.source.duration_s).abs() <= series.step_s + hop_s, "{end_s}");
    }
}

#[test]
fn documents_of_schema_1_can_still_be_read() {
    let mut old = document(Measures::Overview);
    old["schema"] = json!(1);
    old["parameters"].as_object_mut().unwrap().remove("measures");
    for key in ["clipped_runs", "longest_clipped_run", "first_clipped_run", "channels"] {
        old["level"].as_object_mut().unwrap().remove(key);
    }
    assert!(validator(include_str!("../schema/analysis-1.schema.json")).is_valid(&old), "{old}");
    let read: Analysis = serde_json::from_value(old).unwrap();
    assert_eq!((read.schema, read.parameters.measures), (1, Measures::Overview));
}

#[test]
fn every_window_can_stand_in_a_document() {
    let validator = current();
    let mut document = document(Measures::Overview);
    for window in Window::all(8.6) {
        document["parameters"]["window"] = serde_json::to_value(window).unwrap();
        assert!(validator.is_valid(&document), "{window:?}");
    }
}

#[test]
fn documents_survive_the_wire() {
    let analysis = analysis("wav16.wav", Measures::Full);
    let text = serde_json::to_string(&analysis).unwrap();
    assert_eq!(serde_json::from_str::<Analysis>(&text).unwrap(), analysis);
}
