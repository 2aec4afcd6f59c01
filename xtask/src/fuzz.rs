//! `cargo xtask fuzz`: the targets of `dsp/fuzz`, one after the other.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{
    process,
    setup::{
        cache::{self, Cache},
        cargo_tool::CargoTool,
        pinned,
    },
    steps::Steps,
    workspace,
};

const TOOL: CargoTool<'static> = CargoTool {
    package: "cargo-fuzz",
    program: "cargo-fuzz",
    version: pinned::CARGO_FUZZ,
    locked: true,
    build_time: "1 minute on 2 cores",
};

/// Longest input: a few blocks of every format, short enough for thousands of runs a second.
const MAX_INPUT_BYTES: u32 = 32 * 1024;
/// A small file must not make the engine take more than this, in one piece and in all. The second number has the
/// bookkeeping of AddressSanitizer in it.
const MAX_ALLOCATION_MIB: u32 = 64;
const MAX_RESIDENT_MIB: u32 = 768;
/// A single input may take this long, with AddressSanitizer and its checks.
const MAX_INPUT_S: u32 = 10;

/// Options of `cargo xtask fuzz`.
#[derive(clap::Args)]
pub struct Options {
    /// Only targets called like one of these, or whose name contains it where none is
    names: Vec<String>,
    /// Minutes for each target
    #[arg(long, default_value_t = 10)]
    minutes: u32,
    /// Afterwards, keep the inputs in dsp/fuzz/corpus that reach something new
    #[arg(long)]
    keep: bool,
}

/// Builds the targets and runs each for the given time. What is found stays in `dsp/fuzz/artifacts`.
pub fn run(steps: &mut Steps, options: &Options) -> Result<()> {
    let bin = TOOL.ensure(steps, &Cache::open()?)?;
    let targets = targets(&options.names)?;
    steps.run("Fuzz targets", "building them with AddressSanitizer, about 4 minutes the first time", || {
        process::shown(&mut cargo_fuzz(bin.as_deref(), &["build"])?)
    })?;
    let mut found = Vec::new();
    for target in targets {
        let work = workspace::target().join("fuzz-corpus").join(&target);
        fs::create_dir_all(&work).with_context(|| format!("cannot create {}", work.display()))?;
        let kept = corpus().join(&target);
        fs::create_dir_all(&kept).with_context(|| format!("cannot create {}", kept.display()))?;
        let doing = format!("fuzzing for {} minutes", options.minutes);
        let outcome = steps.run(&format!("Fuzzing: {target}"), &doing, || {
            let mut command = cargo_fuzz(bin.as_deref(), &["run", &target])?;
            // New inputs go to the first folder.
            command.args([&work, &kept]).arg("--").args(limits());
            command.arg(format!("-max_total_time={}", 60 * options.minutes));
            process::shown(&mut command)
        });
        if let Err(error) = outcome {
            eprintln!("{error:#}");
            found.push(target.clone());
        }
        if options.keep {
            steps.run(&format!("Corpus: {target}"), "keeping what reaches something new", || {
                keep(bin.as_deref(), &target, &work, &kept)
            })?;
        }
    }
    if !found.is_empty() {
        bail!("findings in dsp/fuzz/artifacts for: {}", found.join(", "));
    }
    Ok(())
}

/// Merges new inputs into the kept corpus, the smallest that reach the same.
fn keep(bin: Option<&Path>, target: &str, work: &Path, kept: &Path) -> Result<()> {
    let merged = work.with_extension("merged");
    cache::remove(&merged)?;
    fs::create_dir_all(&merged)?;
    let mut command = cargo_fuzz(bin, &["run", target])?;
    command.args([&merged, kept, work]).arg("--").args(limits()).arg("-merge=1");
    process::shown(&mut command)?;
    // Seeds and findings have names of their own, and stay.
    for entry in fs::read_dir(kept)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !name.starts_with("seed-") && !name.starts_with("found-") {
            fs::remove_file(&path)?;
        }
    }
    for entry in fs::read_dir(&merged)? {
        let entry = entry?;
        if !is_named_copy(&entry.path(), kept)? {
            fs::rename(entry.path(), kept.join(entry.file_name()))?;
        }
    }
    cache::remove(&merged)
}

/// Whether a file with the same bytes is kept under another name.
fn is_named_copy(path: &Path, kept: &Path) -> Result<bool> {
    let bytes = fs::read(path)?;
    for entry in fs::read_dir(kept)? {
        if fs::read(entry?.path())? == bytes {
            return Ok(true);
        }
    }
    Ok(false)
}

fn limits() -> [String; 7] {
    [
        format!("-max_len={MAX_INPUT_BYTES}"),
        format!("-malloc_limit_mb={MAX_ALLOCATION_MIB}"),
        format!("-rss_limit_mb={MAX_RESIDENT_MIB}"),
        format!("-timeout={MAX_INPUT_S}"),
        "-print_final_stats=1".to_owned(),
        "-verbosity=0".to_owned(),
        "-print_funcs=0".to_owned(),
    ]
}

fn targets(names: &[String]) -> Result<Vec<String>> {
    let folder = folder().join("fuzz_targets");
    let mut all = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        all.push(path.file_stem().unwrap_or_default().to_string_lossy().into_owned());
    }
    all.sort();
    let found = chosen(&all, names);
    if found.is_empty() {
        bail!("no target in {} is called like that", folder.display());
    }
    Ok(found)
}

/// Those of `all` that are asked for: all without names, else what is called like a name, or contains one that is
/// nobody's.
fn chosen(all: &[String], names: &[String]) -> Vec<String> {
    let asked = |target: &String, name: &String| match all.contains(name) {
        true => target == name,
        false => target.contains(name.as_str()),
    };
    all.iter().filter(|target| names.is_empty() || names.iter().any(|name| asked(target, name))).cloned().collect()
}

fn folder() -> PathBuf {
    workspace::root().join("dsp/fuzz")
}

fn corpus() -> PathBuf {
    folder().join("corpus")
}

/// `cargo fuzz` with the compiler in use. Sanitizers are of the nightly kind; this variable lets the compiler take their
/// switch, so that no second one is needed and the product's own is what is tested.
fn cargo_fuzz(bin: Option<&Path>, words: &[&str]) -> Result<Command> {
    let mut command = process::cargo();
    command.arg("fuzz").args(words.first()).arg("--fuzz-dir").arg(folder()).args(words.get(1..).unwrap_or_default());
    command.env("PATH", process::path_with(bin.as_slice())?).env("RUSTC_BOOTSTRAP", "1");
    command.env("CARGO_TARGET_DIR", workspace::target().join("fuzz"));
    // Freed memory that AddressSanitizer holds back would count as the engine's.
    command.env("ASAN_OPTIONS", "quarantine_size_mb=32");
    command.env_remove("RUSTFLAGS");
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::chosen;

    #[test]
    fn a_whole_name_is_that_target_and_a_part_is_all_that_contain_it() {
        let all = ["capi_files", "capi_transforms", "transform"].map(str::to_owned);
        let asked = |names: &[&str]| chosen(&all, &names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>());
        assert_eq!(asked(&["transform"]), ["transform"]);
        assert_eq!(asked(&["capi"]), ["capi_files", "capi_transforms"]);
        assert_eq!(asked(&["transform", "files"]), ["capi_files", "transform"]);
        assert_eq!(asked(&[]), all);
        assert!(asked(&["none"]).is_empty());
    }
}
