//! GNU Octave, which runs the model of the frequency visualizer.

use anyhow::Result;

use super::{apt, cache::Cache};
use crate::{process, steps::Steps};

/// Makes `octave-cli` available.
pub fn ensure(steps: &mut Steps, cache: &Cache) -> Result<()> {
    if process::on_path("octave-cli").is_some() {
        steps.already("GNU Octave");
        return Ok(());
    }
    steps.run("GNU Octave", "installing it with apt", || apt::ensure(cache, &["octave"], "GNU Octave"))
}
