//! What a script needs: programs that are installed or not, and parts that are built or installed here.

use std::{path::PathBuf, process::Command};

use anyhow::{Context, Result, bail};

use crate::{
    build, process,
    setup::{self, cache::Cache, python, wasm_std::BROWSER_TARGET},
    steps::Steps,
    workspace,
};

/// A word after `needs:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// A foreign program.
    Program(&'static Program),
    /// Python with librosa, scipy and soxr, installed into the cache.
    Peers,
    /// The program `das`.
    Das,
    /// The browser bundle.
    Bundle,
    /// `dsp/examples/bench_engine`.
    Engine,
    /// `wasm/src/bin/bench.rs`.
    Wasm,
}

/// A foreign program, and how to get it.
#[derive(Debug, PartialEq, Eq)]
pub struct Program {
    name: &'static str,
    /// A command that succeeds where it is installed.
    probe: &'static [&'static str],
    /// The command that installs it.
    install: &'static str,
}

const PROGRAMS: [Program; 4] = [
    Program { name: "sox", probe: &["sox", "--version"], install: "sudo apt-get install sox" },
    Program { name: "ffmpeg", probe: &["ffmpeg", "-version"], install: "sudo apt-get install ffmpeg" },
    Program { name: "node", probe: &["node", "--version"], install: "sudo apt-get install nodejs npm" },
    Program {
        name: "chromium",
        probe: &["chromium", "--version"],
        install: "sudo apt-get install chromium chromium-driver",
    },
];

const PARTS: [(&str, Word); 5] = [
    ("peers", Word::Peers),
    ("das", Word::Das),
    ("bundle", Word::Bundle),
    ("engine", Word::Engine),
    ("wasm", Word::Wasm),
];

impl Word {
    /// Says how to get a program that is not installed.
    pub fn missing(&self) -> Option<String> {
        let Self::Program(Program { name, probe, install }) = self else { return None };
        let (program, rest) = probe.split_first()?;
        let there = process::answer(Command::new(program).args(rest)).is_some();
        (!there).then(|| format!("{name} is not installed; to install it: {install}"))
    }
}

/// The words after `needs:` in a script.
pub fn words(script: &str) -> Result<Vec<Word>> {
    let words =
        script.lines().filter_map(|line| line.split_once("needs:")).flat_map(|(_, words)| words.split_whitespace());
    words
        .map(|name| {
            let program = PROGRAMS.iter().find(|program| program.name == name).map(Word::Program);
            let part = || PARTS.iter().find(|(known, _)| *known == name).map(|(_, word)| *word);
            program.or_else(part).with_context(|| format!("no program or part is called `{name}`"))
        })
        .collect()
}

/// What has been made ready so far.
#[derive(Default)]
pub struct Ready {
    /// Python with the peers.
    pub python: Option<PathBuf>,
    /// The program `das`.
    pub das: Option<PathBuf>,
    /// The engine's side of the comparisons.
    pub engine: Option<PathBuf>,
    /// The same as a WebAssembly module.
    pub wasm: Option<PathBuf>,
    bundle: bool,
}

impl Ready {
    /// Builds or installs what a word stands for, once.
    pub fn prepare(&mut self, word: Word, steps: &mut Steps) -> Result<()> {
        match word {
            Word::Peers if self.python.is_none() => self.python = Some(python::ensure(steps, &Cache::open()?)?),
            Word::Das if self.das.is_none() => self.das = Some(build::server(steps, build::Profile::Release)?),
            Word::Bundle if !self.bundle => {
                let tools = setup::for_bundle(steps)?;
                build::bundle(steps, &tools)?;
                self.bundle = true;
            }
            Word::Engine if self.engine.is_none() => self.engine = Some(engine(steps)?),
            Word::Wasm if self.wasm.is_none() => self.wasm = Some(wasm(steps)?),
            _ => {}
        }
        Ok(())
    }
}

fn engine(steps: &mut Steps) -> Result<PathBuf> {
    let arguments =
        ["build", "--release", "--locked", "-p", "dsp", "--features", "decode,png,serde", "--example", "bench_engine"];
    steps
        .run("Engine's side", "building bench_engine (release)", || process::shown(process::cargo().args(arguments)))?;
    Ok(workspace::target().join("release/examples/bench_engine"))
}

/// With the profile, the flags and the optimizer of the browser bundle.
fn wasm(steps: &mut Steps) -> Result<PathBuf> {
    let tools = setup::for_bundle(steps)?;
    let built = workspace::wasm_target().join(BROWSER_TARGET).join("wasm-release/bench.wasm");
    let optimized = built.with_file_name("bench-optimized.wasm");
    steps.run("Engine's side for WebAssembly", "building bench.wasm", || {
        let mut cargo = tools.wasm.cargo()?;
        cargo.args(["build", "--locked", "-p", "wasm", "--bin", "bench", "--profile", "wasm-release"]);
        cargo.args(["--target", BROWSER_TARGET]).env("RUSTFLAGS", build::BUNDLE_RUSTFLAGS);
        process::shown(&mut cargo)?;
        let mut wasm_opt = Command::new("wasm-opt");
        wasm_opt.env("PATH", process::path_with(&tools.bin_folders)?).args(wasm_opt_flags()?);
        process::shown(wasm_opt.arg("-o").arg(&optimized).arg(&built))
    })?;
    Ok(optimized)
}

/// The flags that trunk gives to wasm-opt for the worker, from `index.html`.
fn wasm_opt_flags() -> Result<Vec<String>> {
    let path = workspace::root().join("index.html");
    let page = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let worker = page.split("<link").find(|link| link.contains("data-bin=\"worker\"")).unwrap_or_default();
    let attribute = |name: &str| worker.split_once(name)?.1.split('"').nth(1).map(str::to_owned);
    let (Some(level), Some(parameters)) = (attribute("data-wasm-opt="), attribute("data-wasm-opt-params=")) else {
        bail!("{} does not say how the worker is optimized", path.display());
    };
    Ok(std::iter::once(format!("-O{level}")).chain(parameters.split_whitespace().map(str::to_owned)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_names_what_it_needs() {
        let found = words("#!/usr/bin/env python3\n# needs: sox peers\n").expect("known words");
        assert_eq!(found, [Word::Program(&PROGRAMS[0]), Word::Peers]);
        assert!(words("needs: nonsense").is_err());
    }

    #[test]
    fn every_script_needs_what_there_is() {
        let folder = workspace::root().join("bench");
        for entry in std::fs::read_dir(folder).expect("scripts") {
            let text = std::fs::read_to_string(entry.expect("entry").path()).expect("text");
            words(&text).expect("known words");
        }
    }

    #[test]
    fn the_worker_says_how_it_is_optimized() {
        let flags = wasm_opt_flags().expect("flags");
        assert!(flags.iter().any(|flag| flag == "--enable-simd"), "{flags:?}");
    }
}
