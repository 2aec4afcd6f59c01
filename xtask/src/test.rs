//! `cargo xtask test`: every check and every test, one after the other, with a summary at the end.

use std::process::Command;

use anyhow::{Result, bail};

use crate::{
    build::{self, Profile},
    deny, process,
    setup::{
        self, BundleTools, bindings,
        cache::Cache,
        chromium, octave,
        wasm_std::{BARE_TARGET, BROWSER_TARGET},
    },
    steps::{Done, Spoken, Steps},
    workspace,
};

/// Options of `cargo xtask test`.
#[derive(clap::Args)]
pub struct Options {
    /// Only checks whose name contains one of these, for example `clippy` or `tests`
    names: Vec<String>,
}

/// Which compiler a check runs with.
#[derive(Clone, Copy, PartialEq)]
enum Compiler {
    Native,
    /// Clippy for the browser where there is one for this toolchain, else `cargo check` with warnings denied, and then it is
    /// called that. What the browser gets is linted natively as well, but for `wasm`, whose programs are empty elsewhere.
    Wasm,
}

/// One cargo command.
struct Check {
    name: &'static str,
    compiler: Compiler,
    arguments: &'static [&'static str],
}

/// Cargo reports a check by its name only; `-D warnings` follows in [`command`].
const CHECKS: [Check; 20] = [
    native("Formatting", &["fmt", "--all", "--check"]),
    native("Clippy: whole workspace", &["clippy", "--locked", "--workspace", "--all-targets"]),
    native("Clippy: web with ssr alone", &["clippy", "--locked", "-p", "web", "--features", "ssr"]),
    native("Clippy: web with hydrate alone", &["clippy", "--locked", "-p", "web", "--features", "hydrate"]),
    wasm(
        "Clippy: web with hydrate alone, for the browser",
        &["-p", "web", "--features", "hydrate", "--target", BROWSER_TARGET],
    ),
    wasm("Clippy: wasm, for the browser", &["-p", "wasm", "--target", BROWSER_TARGET]),
    wasm(
        "Clippy: dsp without std, for a target without one",
        &["-p", "dsp", "--no-default-features", "--target", BARE_TARGET],
    ),
    native("Clippy: dsp without std", &["clippy", "--locked", "-p", "dsp", "--no-default-features"]),
    native(
        "Clippy: dsp with serde without std",
        &["clippy", "--locked", "-p", "dsp", "--no-default-features", "--features", "serde"],
    ),
    native("Clippy: dsp with std", &["clippy", "--locked", "-p", "dsp", "--no-default-features", "--features", "std"]),
    native(
        "Clippy: dsp with serde",
        &["clippy", "--locked", "-p", "dsp", "--no-default-features", "--features", "std,serde"],
    ),
    native(
        "Clippy: dsp with decode",
        &["clippy", "--locked", "-p", "dsp", "--no-default-features", "--features", "decode"],
    ),
    native("Clippy: dsp with png", &["clippy", "--locked", "-p", "dsp", "--no-default-features", "--features", "png"]),
    native(
        "Clippy: dsp with engine",
        &["clippy", "--locked", "-p", "dsp", "--no-default-features", "--features", "engine"],
    ),
    native("Tests: dsp without std", &["test", "--locked", "-p", "dsp", "--no-default-features", "--lib"]),
    native("Documentation", &["doc", "--locked", "--workspace", "--no-deps"]),
    native("Tests: unit, integration, end to end, browser", &["test", "--locked", "--workspace", "--no-fail-fast"]),
    // With the features of the whole workspace, so that nothing is compiled again.
    native(C_LIBRARY, &["test", "--locked", "--workspace", "--test", "c_library"]),
    native(RAKU_MODULE, &["test", "--locked", "--workspace", "--test", "raku_module"]),
    native(OCTAVE_MODEL, &["test", "--locked", "--workspace", "--test", "octave_model"]),
];

/// The C library from C, C++ and Python, plain, under valgrind and with sanitizers.
const C_LIBRARY: &str = "Tests: C library";
/// The Raku module over it, and its installation.
const RAKU_MODULE: &str = "Tests: Raku module";
/// The engine against its model, which needs a program that nothing else does.
const OCTAVE_MODEL: &str = "Tests: Octave model";

const fn native(name: &'static str, arguments: &'static [&'static str]) -> Check {
    Check { name, compiler: Compiler::Native, arguments }
}

const fn wasm(name: &'static str, arguments: &'static [&'static str]) -> Check {
    Check { name, compiler: Compiler::Wasm, arguments }
}

/// Sets up, builds the bundle, and runs the checks. A failed check does not keep the others from running.
pub fn run(steps: &mut Steps, options: &Options) -> Result<()> {
    let wanted = |name: &str| {
        options.names.is_empty() || options.names.iter().any(|part| name.to_lowercase().contains(&part.to_lowercase()))
    };
    let tools = setup::for_bundle(steps)?;
    let mut repeat = Vec::new();
    let mut das_bin = None;
    let has_clippy = tools.wasm.has_clippy();
    for check in CHECKS.iter().filter(|check| wanted(&check.title(has_clippy))) {
        if is_test_run(check) {
            chromium::ensure(steps, &Cache::open()?)?;
            // The browser tests run on the bundle, all end-to-end tests on the built server.
            let built = build::bundle(steps, &tools).and_then(|()| build::server(steps, Profile::Tests));
            match built {
                Ok(das) => das_bin = Some(das),
                Err(error) => {
                    eprintln!("{error:#}");
                    repeat.push("cargo xtask bundle && cargo test --workspace --no-run".to_owned());
                    continue;
                }
            }
        }
        match check.name {
            C_LIBRARY => bindings::ensure_c(steps, &Cache::open()?)?,
            RAKU_MODULE => bindings::ensure_raku(steps, &Cache::open()?)?,
            OCTAVE_MODEL => octave::ensure(steps, &Cache::open()?)?,
            _ => {}
        }
        let mut command = command(check, &tools)?;
        if let Some(das) = &das_bin {
            command.env("DAS_BIN", das);
        }
        let typed = process::line(&command);
        if let Err(error) = steps.run(&check.title(has_clippy), &typed, || process::shown(&mut command)) {
            eprintln!("{error:#}");
            repeat.push(typed);
        }
    }
    if wanted("deny: licences and banned crates") {
        if !deny::is_there()? {
            steps.note("Licences and banned crates: left out, cargo-deny is not installed; with it: cargo xtask deny");
        } else if let Err(error) = deny::run(steps) {
            eprintln!("{error:#}");
            repeat.push("cargo xtask deny".to_owned());
        }
    }
    summary(steps);
    if repeat.is_empty() {
        return Ok(());
    }
    bail!("Something failed. To repeat it:\n  {}", repeat.join("\n  "));
}

impl Check {
    /// What it is called, which is what it does: without clippy for the browser it only compiles.
    fn title(&self, has_clippy: bool) -> String {
        match self.name.strip_prefix("Clippy: ") {
            Some(what) if self.compiler == Compiler::Wasm && !has_clippy => format!("Compiler warnings: {what}"),
            _ => self.name.to_owned(),
        }
    }
}

/// The run that needs the bundle, the server and Chromium.
fn is_test_run(check: &Check) -> bool {
    check.arguments.first() == Some(&"test") && check.arguments.contains(&"--no-fail-fast")
}

fn command(check: &Check, tools: &BundleTools) -> Result<Command> {
    let mut command = match check.compiler {
        Compiler::Native => process::cargo(),
        Compiler::Wasm => tools.wasm.cargo()?,
    };
    if check.compiler == Compiler::Wasm {
        let clippy = tools.wasm.has_clippy();
        command.args([if clippy { "clippy" } else { "check" }, "--locked"]);
        // The bundle's profile: macros and build scripts are compiled once for both. What differs in RUSTFLAGS is kept
        // apart by cargo, so the bundle is not disturbed.
        command.args(["--profile", "wasm-release"]);
        command.env("RUSTFLAGS", if clippy { "" } else { "-D warnings" });
    }
    command.args(check.arguments);
    match command.get_args().next().and_then(|word| word.to_str()) {
        Some("clippy") => {
            command.args(["--", "-D", "warnings"]);
        }
        Some("doc") => {
            command.env("RUSTDOCFLAGS", "-D warnings");
        }
        Some("test") => {
            // A failed test tells its error; where it was made is in the test's name.
            command.env("DAS_DIST", workspace::root().join("dist")).env("RUST_LIB_BACKTRACE", "0");
        }
        _ => {}
    }
    Ok(command)
}

fn summary(steps: &Steps) {
    println!("\nSummary");
    for Done { name, time, passed } in steps.done() {
        println!("  {}  {:<50}{:>12}", if *passed { "passed" } else { "FAILED" }, name, Spoken(*time));
    }
    println!("  {:<58}{:>12}", "in all", steps.total());
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn checks_are_called_what_they_do() {
        for check in &CHECKS {
            assert_eq!(check.title(true), check.name);
            let without = check.title(false);
            assert_eq!(without.starts_with("Compiler"), check.compiler == Compiler::Wasm, "{without}");
        }
        let names: BTreeSet<_> = CHECKS.iter().map(|check| check.name).collect();
        assert_eq!(names.len(), CHECKS.len());
    }

    #[test]
    fn every_feature_of_the_engine_is_checked_by_itself() {
        let manifest = std::fs::read_to_string(workspace::root().join("dsp/Cargo.toml")).expect("dsp/Cargo.toml");
        let features =
            manifest.split("[features]").nth(1).and_then(|rest| rest.split("\n[").next()).unwrap_or_default();
        let names = features.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = "));
        for (feature, _) in names.filter(|(feature, _)| *feature != "default") {
            let alone = |check: &Check| check.arguments.ends_with(&["--no-default-features", "--features", feature]);
            // 128-bit registers are the browser's: the worker is built with them.
            assert!(feature == "wasm_simd" || CHECKS.iter().any(alone), "{feature}");
        }
    }
}
