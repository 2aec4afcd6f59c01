//! `cargo xtask serve`: from whatever is there to a running server.

use std::{ffi::OsString, os::unix::process::CommandExt, process::Command};

use anyhow::{Context, Result};

use crate::{
    build::{self, Profile},
    setup,
    steps::Steps,
    workspace,
};

/// Options of `cargo xtask serve`.
#[derive(clap::Args)]
pub struct Options {
    /// Port on 127.0.0.1; 0 picks a free one
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// Build the server with the dev profile: builds sooner, works slower
    #[arg(long)]
    dev: bool,
    /// Passed to `das serve`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<OsString>,
}

/// Sets up, builds, and becomes the server.
pub fn run(steps: &mut Steps, options: &Options) -> Result<()> {
    let tools = setup::for_bundle(steps)?;
    build::bundle(steps, &tools)?;
    let profile = if options.dev { Profile::Dev } else { Profile::Release };
    let das = build::server(steps, profile)?;
    steps.note(&format!("Set up and built, after {}. Starting das; Ctrl-C stops it.", steps.total()));
    let mut command = Command::new(&das);
    command.current_dir(workspace::root()).arg("serve").arg("--port").arg(options.port.to_string()).args(&options.rest);
    // From here on this process is the server: signals reach it without a middleman.
    Err(command.exec()).with_context(|| format!("cannot start {}", das.display()))
}
