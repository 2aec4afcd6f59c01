//! The corpus of the fuzz targets, held to the same checks without a fuzzer. What a fuzzer has found lies there as
//! `found-...`; the corpus grows by `cargo xtask fuzz`.

#![allow(clippy::unwrap_used, missing_docs)]

use std::{fs, path::Path};

#[path = "../fuzz/checks/mod.rs"]
mod checks;

fn replay(target: &str, at_least: usize, check: impl Fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= at_least, "only {} files in {}", files.len(), folder.display());
    for file in files {
        // Printed only when a check fails: the last line names the file.
        println!("{}", file.display());
        check(&fs::read(&file).unwrap());
    }
}

#[test]
fn decode() {
    replay("decode", 24, checks::decode::check);
}

#[test]
fn grid() {
    replay("grid", 1, checks::grid::check);
}

#[test]
fn resample() {
    replay("resample", 1, checks::resample::check);
}

#[test]
fn transform() {
    replay("transform", 1, checks::transform::check);
}

#[test]
fn visualizer() {
    replay("visualizer", 1, checks::visualizer::check);
}
