//! `cargo xtask deny`: licences and banned crates, after deny.toml.

use anyhow::Result;

use crate::{
    process,
    setup::{cache::Cache, cargo_tool::CargoTool, pinned},
    steps::Steps,
};

/// Makes cargo-deny available and runs the checks that need no network.
pub fn run(steps: &mut Steps) -> Result<()> {
    let tool = CargoTool {
        package: "cargo-deny",
        program: "cargo-deny",
        version: pinned::CARGO_DENY,
        locked: true,
        build_time: "some minutes",
    };
    let bin = tool.ensure(steps, &Cache::open()?)?;
    steps.run("cargo deny", "checking bans, licences and sources", || {
        let mut command = process::cargo();
        command.args(["deny", "--offline", "check", "bans", "licenses", "sources"]);
        command.env("PATH", process::path_with(bin.as_slice())?);
        process::shown(&mut command)
    })
}
