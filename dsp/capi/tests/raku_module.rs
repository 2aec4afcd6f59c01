//! The Raku module over the library. Needs rakudo, and zef for its installation; runs by `cargo xtask test raku`.

#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use std::{fs, path::PathBuf, process::Command};

use support::{exported, fixtures, libraries, package, run};

fn module() -> PathBuf {
    package("../raku").canonicalize().unwrap()
}

fn raku() -> Command {
    let mut raku = Command::new("raku");
    raku.env("DAS_LIBRARY", libraries().join("libdas.so")).current_dir(module());
    raku
}

#[test]
fn every_symbol_is_bound() {
    let native = fs::read_to_string(module().join("lib/DAS/Engine/Native.rakumod")).unwrap();
    for name in exported() {
        let bound = native.contains(&format!("sub {name}(")) || native.contains(&format!("symbol('{name}')"));
        assert!(bound, "{name} is not bound");
    }
}

#[test]
fn the_modules_own_tests_pass() {
    let mut tests: Vec<PathBuf> =
        fs::read_dir(module().join("t")).unwrap().map(|entry| entry.unwrap().path()).collect();
    tests.sort();
    assert!(tests.len() >= 4);
    for test in tests {
        let said = run(raku().arg("-Ilib").arg(test));
        assert!(said.contains("1..") && !said.lines().any(|line| line.starts_with("not ok")), "{said}");
    }
}

#[test]
fn the_example_runs() {
    let folder = tempfile::tempdir().unwrap();
    let said =
        run(raku().args(["-Ilib", "examples/visualize.raku"]).arg(fixtures().join("wav16.wav")).arg(folder.path()));
    assert!(said.starts_with("1.5 s, peak -6.0 dBFS, 94 spectra"), "{said}");
    let json = fs::read_to_string(folder.path().join("wav16.wav.json")).unwrap();
    assert!(json.contains("\"centroid_hz\""), "{json}");
    assert!(fs::read(folder.path().join("wav16.wav.png")).unwrap().starts_with(b"\x89PNG"));
}

#[test]
fn zef_installs_it() {
    let folder = tempfile::tempdir().unwrap();
    let to = format!("inst#{}", folder.path().join("raku").display());
    let mut zef = Command::new("zef");
    zef.env("DAS_LIBRARY", libraries().join("libdas.so")).env("HOME", folder.path());
    // Nothing is fetched: the module depends on nothing, and its tests have run.
    zef.args(["install", "--/test", "--/depends", "--/test-depends", "--/build-depends"]);
    run(zef.arg(format!("--to={to}")).arg(module()));
    let said = run(raku().current_dir(folder.path()).arg("-I").arg(&to).args([
        "-MDAS::Engine",
        "-e",
        "print DAS::Engine.version",
    ]));
    assert_eq!(said, env!("CARGO_PKG_VERSION"));
}
