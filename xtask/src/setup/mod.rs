//! Finding and installing what DAS is built and tested with.

pub mod apt;
pub mod bindgen;
pub mod bindings;
pub mod cache;
pub mod cargo_tool;
pub mod chromium;
pub mod octave;
pub mod python;
pub mod trunk;
pub mod wasm_opt;
pub mod wasm_std;

use std::path::PathBuf;

use anyhow::Result;

use self::{cache::Cache, wasm_std::WasmToolchain};
use crate::steps::Steps;

/// The pinned versions. wasm-bindgen-cli has no line of its own: it must be the version in Cargo.lock.
pub mod pinned {
    /// Builds the browser bundle. 0.22 wants a newer compiler than `rust-version`.
    pub const TRUNK: &str = "0.21.14";
    /// npm's binaryen, for wasm-opt; Debian's is too old for what rustc writes today.
    pub const BINARYEN: &str = "132";
    /// Licences and banned crates.
    pub const CARGO_DENY: &str = "0.20.2";
    /// Runs the fuzz targets.
    pub const CARGO_FUZZ: &str = "0.13.2";
}

/// Options of `cargo xtask setup`.
#[derive(clap::Args)]
pub struct Options {
    /// Also set up what only the tests need: Chromium with its driver, Octave, what the C library is tested with, Raku
    #[arg(long)]
    tests: bool,
}

/// What the browser bundle is built with.
pub struct BundleTools {
    /// The compiler with a standard library for the browser.
    pub wasm: WasmToolchain,
    /// Folders of trunk, wasm-bindgen and wasm-opt, for PATH.
    pub bin_folders: Vec<PathBuf>,
}

/// `cargo xtask setup`.
pub fn run(steps: &mut Steps, options: &Options) -> Result<()> {
    for_bundle(steps)?;
    if options.tests {
        let cache = Cache::open()?;
        for ensure in [chromium::ensure, octave::ensure, bindings::ensure_c, bindings::ensure_raku] {
            ensure(steps, &cache)?;
        }
    }
    steps.note(&format!("Everything is set up, after {}.", steps.total()));
    Ok(())
}

/// Sets up what the bundle is built with.
pub fn for_bundle(steps: &mut Steps) -> Result<BundleTools> {
    let cache = Cache::open()?;
    let wasm = wasm_std::ensure(steps, &cache)?;
    let bin_folders = [trunk::ensure, bindgen::ensure, wasm_opt::ensure]
        .into_iter()
        .filter_map(|ensure| ensure(steps, &cache).transpose())
        .collect::<Result<_>>()?;
    Ok(BundleTools { wasm, bin_folders })
}
