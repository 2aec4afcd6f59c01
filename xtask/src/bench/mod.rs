//! `cargo xtask bench`: the comparisons under `bench/` against real peers.

use std::{ffi::OsStr, path::PathBuf, process::Command};

use anyhow::{Context, Result, bail};

use crate::{build, process, setup, steps::Steps, workspace};

/// Options of `cargo xtask bench`.
#[derive(clap::Args)]
pub struct Options {
    /// Only scripts whose name contains one of these
    names: Vec<String>,
}

/// A peer that a script compares with, and how to get it.
struct Peer {
    /// The word after `needs:` in a script.
    name: &'static str,
    /// A command that succeeds where the peer is installed.
    probe: &'static [&'static str],
    /// The command that installs it.
    install: &'static str,
}

const PEERS: [Peer; 6] = [
    Peer { name: "sox", probe: &["sox", "--version"], install: "sudo apt-get install sox" },
    Peer { name: "ffmpeg", probe: &["ffmpeg", "-version"], install: "sudo apt-get install ffmpeg" },
    Peer { name: "python3", probe: &["python3", "--version"], install: "sudo apt-get install python3" },
    Peer {
        name: "librosa",
        probe: &["python3", "-c", "import librosa, matplotlib"],
        install: "pip install librosa matplotlib",
    },
    Peer { name: "node", probe: &["node", "--version"], install: "sudo apt-get install nodejs npm" },
    Peer {
        name: "chromium",
        probe: &["chromium", "--version"],
        install: "sudo apt-get install chromium chromium-driver",
    },
];

/// Programs that run the scripts, by file name ending.
const RUNNERS: [(&str, &str); 3] = [("sh", "bash"), ("py", "python3"), ("mjs", "node")];

/// Builds in release and runs every script whose peers are installed. A script names them in a line `needs: a b`.
pub fn run(steps: &mut Steps, options: &Options) -> Result<()> {
    let scripts = scripts(&options.names)?;
    let tools = setup::for_bundle(steps)?;
    build::bundle(steps, &tools)?;
    let das = build::server(steps, build::Profile::Release)?;
    let mut failed = 0;
    for (script, runner) in scripts {
        let name = script.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&script).with_context(|| format!("cannot read {}", script.display()))?;
        let missing: Vec<_> = needed(&text).filter(|peer| !installed(peer)).collect();
        if !missing.is_empty() {
            for peer in missing {
                steps.note(&format!(
                    "{name}: left out, {} is not installed; to install it: {}",
                    peer.name, peer.install
                ));
            }
            continue;
        }
        let outcome = steps.run(&name, "running", || {
            let mut command = Command::new(runner);
            command.current_dir(workspace::root()).arg(&script);
            process::shown(command.env("DAS_BIN", &das).env("DAS_DIST", workspace::root().join("dist")))
        });
        if let Err(error) = outcome {
            steps.note(&format!("{error:#}"));
            failed += 1;
        }
    }
    if failed > 0 {
        bail!("{failed} of the scripts failed");
    }
    Ok(())
}

fn scripts(names: &[String]) -> Result<Vec<(PathBuf, &'static str)>> {
    let folder = workspace::root().join("bench");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let wanted = names.is_empty() || names.iter().any(|part| name.contains(part.as_str()));
        if let Some((_, runner)) = RUNNERS.iter().find(|(known, _)| *known == ending)
            && wanted
        {
            found.push((path, *runner));
        }
    }
    found.sort();
    Ok(found)
}

fn needed(script: &str) -> impl Iterator<Item = &'static Peer> {
    let words: Vec<_> = script
        .lines()
        .filter_map(|line| line.split_once("needs:"))
        .flat_map(|(_, words)| words.split_whitespace().map(str::to_owned))
        .collect();
    PEERS.iter().filter(move |peer| words.iter().any(|word| word == peer.name))
}

fn installed(peer: &Peer) -> bool {
    peer.probe.split_first().is_some_and(|(program, rest)| process::answer(Command::new(program).args(rest)).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_names_its_peers() {
        let names: Vec<_> = needed("#!/bin/bash\n# needs: sox librosa\n").map(|peer| peer.name).collect();
        assert_eq!(names, ["sox", "librosa"]);
    }
}
