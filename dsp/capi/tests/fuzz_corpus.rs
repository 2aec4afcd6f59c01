//! The corpus of the fuzz targets `capi_*`, held to the same checks without a fuzzer. It grows by `cargo xtask fuzz capi`.

#![allow(clippy::unwrap_used, missing_docs)]

use std::{fs, path::Path};

#[path = "../../fuzz/capi/mod.rs"]
mod capi;
mod support;

fn hold(target: &str, check: impl Fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
    let mut inputs = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        println!("{}", path.display());
        check(&fs::read(&path).unwrap());
        inputs += 1;
    }
    assert!(inputs > 0, "{target} has no corpus");
    check(&[]);
}

#[test]
fn files() {
    hold("capi_files", capi::files::check);
}

#[test]
fn options() {
    hold("capi_options", capi::options::check);
}

#[test]
fn sound() {
    hold("capi_sound", capi::sound::check);
}

#[test]
fn streams() {
    hold("capi_streams", capi::streams::check);
}

#[test]
fn transforms() {
    hold("capi_transforms", capi::transforms::check);
}

#[test]
fn edits() {
    hold("capi_edits", capi::edits::check);
}

#[test]
fn systems() {
    hold("capi_systems", capi::systems::check);
}

#[test]
fn filters() {
    hold("capi_filters", capi::filters::check);
}

#[test]
fn spectra() {
    hold("capi_spectra", capi::spectra::check);
}

#[test]
fn bands() {
    hold("capi_bands", capi::bands::check);
}

#[test]
fn every_function_of_the_header_is_fuzzed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/capi");
    let sources: String =
        fs::read_dir(folder).unwrap().map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap()).collect();
    let (declared, called) = (support::declared(), support::words(&sources));
    assert!(declared.len() > 100, "{declared:?}");
    let missing: Vec<&String> = declared.iter().filter(|&name| !called.contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
