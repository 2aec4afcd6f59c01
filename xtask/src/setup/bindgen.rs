//! wasm-bindgen, which writes the JavaScript between the page and the compiled crates.

use std::path::PathBuf;

use anyhow::Result;

use super::{cache::Cache, cargo_tool::CargoTool};
use crate::{steps::Steps, workspace};

/// Makes wasm-bindgen available in the version of Cargo.lock; answers the folder to put on PATH.
pub fn ensure(steps: &mut Steps, cache: &Cache) -> Result<Option<PathBuf>> {
    let version = workspace::locked_version("wasm-bindgen")?;
    let tool = CargoTool {
        package: "wasm-bindgen-cli",
        program: "wasm-bindgen",
        version: &version,
        locked: false,
        build_time: "2 to 4 minutes on 2 cores",
    };
    tool.ensure(steps, cache)
}
