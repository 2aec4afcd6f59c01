//! The analysis document against its published JSON Schema.

#![allow(clippy::unwrap_used, missing_docs)]

use std::{fs::File, path::Path};

use dsp::{
    Parameters,
    analysis::Analysis,
    decode::Limits,
    job::{Identity, Job, Step},
    window::Window,
};
use serde_json::{Value, json};

fn analysis(fixture: &str) -> Analysis {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures").join(fixture);
    let mut job =
        Job::open(Box::new(File::open(path).unwrap()), Some(fixture), Parameters::default(), &Limits::default())
            .unwrap();
    while job.step().unwrap() == Step::More {}
    job.finish(Identity { sha256: "0123456789abcdef".repeat(4), size_bytes: 1 }, 12.5).unwrap().analysis
}

fn validator() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(include_str!("../schema/analysis-1.schema.json")).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

#[test]
fn documents_of_every_format_are_valid() {
    let validator = validator();
    for fixture in ["wav16.wav", "wavf32.wav", "flac16.flac", "mp3.mp3", "vorbis.ogg", "aac.m4a"] {
        let document = serde_json::to_value(analysis(fixture)).unwrap();
        if let Err(error) = validator.validate(&document) {
            panic!("{fixture}: {error} at {}", error.instance_path());
        }
    }
}

#[test]
fn the_schema_tells_documents_apart() {
    let validator = validator();
    let document = serde_json::to_value(analysis("wav16.wav")).unwrap();
    for (pointer, bad) in [
        ("/schema", json!(2)),
        ("/source/sha256", json!("ABC")),
        ("/source/channels", json!(0)),
        ("/level/peak_dbfs", json!("-6 dB")),
        ("/parameters/window", json!("hann")),
        ("/parameters/window", json!({})),
        ("/parameters/window", json!({ "kaiser_periodic": { "beta": -1.0 } })),
        ("/timing", json!({})),
    ] {
        let mut changed = document.clone();
        *changed.pointer_mut(pointer).unwrap() = bad;
        assert!(!validator.is_valid(&changed), "{pointer}");
    }
    let mut extra = document;
    extra["level"]["loudness"] = json!(-23.0);
    assert!(!validator.is_valid(&extra));
}

#[test]
fn every_window_can_stand_in_a_document() {
    let validator = validator();
    let mut document = serde_json::to_value(analysis("wav16.wav")).unwrap();
    for window in [
        Window::HannPeriodic,
        Window::HannSymmetric,
        Window::Rectangular,
        Window::HammingPeriodic,
        Window::HammingSymmetric,
        Window::BlackmanPeriodic,
        Window::BlackmanSymmetric,
        Window::BlackmanHarrisPeriodic,
        Window::BlackmanHarrisSymmetric,
        Window::FlatTopPeriodic,
        Window::FlatTopSymmetric,
        Window::KaiserPeriodic { beta: 8.6 },
        Window::KaiserSymmetric { beta: 14.0 },
    ] {
        document["parameters"]["window"] = serde_json::to_value(window).unwrap();
        assert!(validator.is_valid(&document), "{window:?}");
    }
}

#[test]
fn documents_survive_the_wire() {
    let analysis = analysis("wav16.wav");
    let text = serde_json::to_string(&analysis).unwrap();
    assert_eq!(serde_json::from_str::<Analysis>(&text).unwrap(), analysis);
}
