//! `cargo xtask deny`: licences and banned crates, after deny.toml.

use anyhow::Result;

use crate::{
    process,
    setup::{cache::Cache, cargo_tool::CargoTool, pinned},
    steps::Steps,
};

const TOOL: CargoTool<'static> = CargoTool {
    package: "cargo-deny",
    program: "cargo-deny",
    version: pinned::CARGO_DENY,
    locked: true,
    build_time: "3 to 5 minutes on 2 cores",
};

/// Whether the check can run without building the tool first.
pub fn is_there() -> Result<bool> {
    Ok(TOOL.is_there(&Cache::open()?))
}

/// Makes cargo-deny available and runs the checks that need no network.
pub fn run(steps: &mut Steps) -> Result<()> {
    let bin = TOOL.ensure(steps, &Cache::open()?)?;
    steps.run("Licences and banned crates", "cargo deny check bans licenses sources", || {
        let mut command = process::cargo();
        command.args(["deny", "--offline", "check", "bans", "licenses", "sources"]);
        command.env("PATH", process::path_with(bin.as_slice())?);
        process::shown(&mut command)
    })
}
