//! Trunk, which builds the browser bundle.

use std::path::PathBuf;

use anyhow::Result;

use super::{cache::Cache, cargo_tool::CargoTool, pinned};
use crate::steps::Steps;

/// Makes trunk available; answers the folder to put on PATH.
pub fn ensure(steps: &mut Steps, cache: &Cache) -> Result<Option<PathBuf>> {
    let tool = CargoTool {
        package: "trunk",
        program: "trunk",
        version: pinned::TRUNK,
        locked: true,
        build_time: "6 to 10 minutes on 2 cores",
    };
    tool.ensure(steps, cache)
}
