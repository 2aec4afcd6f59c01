//! wasm-opt, which makes the bundle smaller and faster. It comes from npm and runs on Node.

use std::{path::PathBuf, process::Command};

use anyhow::{Context, Result};

use super::{apt, cache::Cache, pinned};
use crate::{process, steps::Steps};

/// Makes wasm-opt available; answers the folder to put on PATH.
pub fn ensure(steps: &mut Steps, cache: &Cache) -> Result<Option<PathBuf>> {
    let title = format!("wasm-opt {}", pinned::BINARYEN);
    let name = format!("binaryen-{}", pinned::BINARYEN);
    let bin = cache.folder(&name).join("node_modules/.bin");
    let installed = bin.join("wasm-opt").exists();
    if installed && process::on_path("node").is_some() {
        steps.already(&title);
        return Ok(Some(bin));
    }
    if !installed && on_path() {
        steps.already(&title);
        return Ok(None);
    }
    if process::on_path("node").is_none() || process::on_path("npm").is_none() {
        steps.run("Node.js", "installing nodejs and npm with apt", || {
            apt::ensure(cache, &["nodejs", "npm"], "Node.js with npm")
        })?;
    }
    if !installed {
        steps.run(&title, "installing it with npm", || {
            cache.install(&name, |folder| {
                let mut command = Command::new("npm");
                command.current_dir(folder).args([
                    "install",
                    "--no-fund",
                    "--no-audit",
                    "--no-update-notifier",
                    "--prefix",
                    ".",
                ]);
                command.arg(format!("binaryen@{}", pinned::BINARYEN));
                process::logged(&mut command, &cache.log(&name), None).context("npm could not install binaryen")
            })
        })?;
    }
    Ok(Some(bin))
}

fn on_path() -> bool {
    process::answer(Command::new("wasm-opt").arg("--version"))
        .is_some_and(|answer| answer.split_whitespace().nth(2) == Some(pinned::BINARYEN))
}
