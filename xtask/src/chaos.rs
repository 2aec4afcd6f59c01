//! `cargo xtask chaos`: more rounds of the chaos test than the suite has.

use anyhow::Result;

use crate::{build, process, setup, steps::Steps};

/// Options of `cargo xtask chaos`.
#[derive(clap::Args)]
pub struct Options {
    /// Kills
    #[arg(long, default_value_t = 1_000)]
    rounds: u32,
    /// The same seed draws the same orders and instants
    #[arg(long, default_value_t = 1)]
    seed: u32,
}

/// Builds the server and runs the test on it.
pub fn run(steps: &mut Steps, options: &Options) -> Result<()> {
    setup::for_bundle(steps)?;
    let das = build::server(steps, build::Profile::Tests)?;
    let mut command = process::cargo();
    command
        .args(["test", "--locked", "-p", "tests", "--test", "chaos", "--", "--nocapture"])
        .env("DAS_BIN", das)
        .env("DAS_CHAOS_ROUNDS", options.rounds.to_string())
        .env("DAS_CHAOS_SEED", options.seed.to_string());
    let typed = process::line(&command);
    steps.run("Chaos", &typed, || process::shown(&mut command))
}
