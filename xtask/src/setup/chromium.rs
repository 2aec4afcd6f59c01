//! Chromium and its driver, for the tests in a real browser.

use anyhow::Result;

use super::{apt, cache::Cache};
use crate::{process, steps::Steps};

/// Makes `chromedriver` and a browser for it available.
pub fn ensure(steps: &mut Steps, cache: &Cache) -> Result<()> {
    let browser = ["chromium", "chromium-browser", "google-chrome"].iter().any(|name| process::on_path(name).is_some());
    if browser && process::on_path("chromedriver").is_some() {
        steps.already("Chromium with its driver");
        return Ok(());
    }
    steps.run("Chromium with its driver", "installing it with apt", || {
        apt::ensure(cache, &["chromium", "chromium-driver"], "Chromium with its driver")
    })
}
