//! `cargo xtask bench`: the comparisons under `bench/` against real peers.

mod needs;
mod report;

use std::{
    ffi::OsStr,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

use self::needs::{Ready, Word};
use crate::{process, steps::Steps, workspace};

/// Options of `cargo xtask bench`.
#[derive(clap::Args)]
pub struct Options {
    /// Only scripts whose name contains one of these
    names: Vec<String>,
    /// Write the tables down in docs/bench.md, with machine and versions
    #[arg(long)]
    write: bool,
}

/// How a script is run, by its file name ending.
#[derive(Clone, Copy)]
enum Runner {
    Python,
    Node,
    Shell,
}

const RUNNERS: [(&str, Runner); 3] = [("py", Runner::Python), ("mjs", Runner::Node), ("sh", Runner::Shell)];
/// Python modules beside the scripts, which are no scripts.
const MODULES: [&str; 1] = ["tables.py"];

/// Builds in release what the scripts need and runs those whose peers are installed. A script says what it needs in a
/// line `needs: a b`.
pub fn run(steps: &mut Steps, options: &Options) -> Result<()> {
    let scripts = scripts(&options.names)?;
    if options.write && !options.names.is_empty() {
        bail!("docs/bench.md is written whole: leave out the names, or --write");
    }
    if scripts.is_empty() {
        bail!("no script under bench/ is called like that");
    }
    let mut ready = Ready::default();
    let (mut sections, mut left_out, mut failed) = (Vec::new(), Vec::new(), Vec::new());
    for (script, runner) in scripts {
        let name = script.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&script).with_context(|| format!("cannot read {}", script.display()))?;
        let words = needs::words(&text)?;
        let missing: Vec<_> = words.iter().filter_map(Word::missing).collect();
        if !missing.is_empty() {
            let note = format!("{name}: left out, {}", missing.join("; "));
            steps.note(&note);
            left_out.push(note);
            continue;
        }
        for word in &words {
            ready.prepare(*word, steps)?;
        }
        let outcome = steps.run(&name, "running", || output_of(&mut command(&script, runner, &ready)));
        match outcome {
            Ok(text) => sections.push(text),
            Err(error) => {
                steps.note(&format!("{error:#}"));
                failed.push(name);
            }
        }
    }
    if options.write && failed.is_empty() {
        let path = report::write(&sections, &left_out, ready.python.as_deref())?;
        steps.note(&format!("Written to {}", path.display()));
    }
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}

fn command(script: &Path, runner: Runner, ready: &Ready) -> Command {
    let python = || ready.python.clone().unwrap_or_else(|| "python3".into());
    let mut command = match runner {
        Runner::Python => Command::new(python()),
        Runner::Node => Command::new("node"),
        Runner::Shell => Command::new("sh"),
    };
    command.current_dir(workspace::root()).arg(script).env("PYTHONDONTWRITEBYTECODE", "1");
    command.env("DAS_DIST", workspace::root().join("dist"));
    for (name, path) in [("DAS_BIN", &ready.das), ("DAS_BENCH", &ready.engine), ("DAS_BENCH_WASM", &ready.wasm)] {
        if let Some(path) = path {
            command.env(name, path);
        }
    }
    command
}

/// Standard output of a script, shown while it comes.
fn output_of(command: &mut Command) -> Result<String> {
    let typed = process::line(command);
    let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start `{typed}`"))?;
    let mut text = String::new();
    if let Some(stdout) = child.stdout.take() {
        for line in BufReader::new(stdout).lines() {
            let line = line?;
            println!("{line}");
            text.push_str(&line);
            text.push('\n');
        }
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("`{typed}` failed ({status})");
    }
    Ok(text)
}

fn scripts(names: &[String]) -> Result<Vec<(PathBuf, Runner)>> {
    let folder = workspace::root().join("bench");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let wanted = names.is_empty() || names.iter().any(|part| name.contains(part.as_str()));
        if let Some((_, runner)) = RUNNERS.iter().find(|(known, _)| *known == ending)
            && wanted
            && !MODULES.contains(&name.as_ref())
        {
            found.push((path, *runner));
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(found)
}
