//! A compiler with a standard library for the browser: the one in use, if its wasm32 target is there or rustup can add
//! it, else Debian's with a standard library built from Debian's sources.

mod debian;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result, anyhow, bail};

use super::cache::{self, Cache};
use crate::{process, steps::Steps, workspace};

/// The browser.
pub const BROWSER_TARGET: &str = "wasm32-unknown-unknown";
/// A target without a standard library and without floating-point environment: what proves that `dsp` needs neither.
pub const BARE_TARGET: &str = "wasm32v1-none";

/// How long rustup may try: where it is cut off from its server it can hang.
const RUSTUP_LIMIT: Duration = Duration::from_secs(180);

/// The compiler to use for the browser.
pub enum WasmToolchain {
    /// The one that runs this program.
    InUse,
    /// A toolchain folder in the cache, with `bin/rustc` and `bin/cargo`. The user's rustup is left as it is.
    Folder(PathBuf),
}

impl WasmToolchain {
    /// A cargo command for this toolchain, with its own target folder.
    pub fn cargo(&self) -> Result<Command> {
        let mut command = match self {
            Self::InUse => process::cargo(),
            Self::Folder(folder) => {
                let mut command = Command::new(folder.join("bin/cargo"));
                command.current_dir(workspace::root());
                command
            }
        };
        self.apply(&mut command, &[])?;
        Ok(command)
    }

    /// Lets a command use this toolchain and the programs in `bin_folders`.
    pub fn apply(&self, command: &mut Command, bin_folders: &[PathBuf]) -> Result<()> {
        let mut front = bin_folders.to_vec();
        if let Self::Folder(folder) = self {
            let bin = folder.join("bin");
            command.env("RUSTC", bin.join("rustc")).env_remove("RUSTUP_TOOLCHAIN").env_remove("CARGO");
            command.env_remove("LD_LIBRARY_PATH").env_remove("RUSTC_WRAPPER");
            front.insert(0, bin);
        }
        command.env("PATH", process::path_with(&front)?);
        command.env("CARGO_TARGET_DIR", workspace::wasm_target());
        Ok(())
    }

    /// Whether `cargo clippy` works with it; Debian's compiler comes without.
    pub fn has_clippy(&self) -> bool {
        matches!(self, Self::InUse)
    }

    /// What the wasm target folder was built with.
    fn identity(&self) -> Result<String> {
        let (program, place) = match self {
            Self::InUse => (OsString::from("rustc"), String::from("in use")),
            Self::Folder(folder) => (folder.join("bin/rustc").into_os_string(), folder.display().to_string()),
        };
        let version = process::answer(Command::new(&program).arg("-vV"))
            .with_context(|| format!("{} does not start", program.display()))?;
        Ok(format!("{place}\n{version}\n"))
    }
}

/// Makes the targets available. `DAS_WASM_STD` chooses the way: `rustup`, `debian`, or (default) what works.
pub fn ensure(steps: &mut Steps, cache: &Cache) -> Result<WasmToolchain> {
    let way = std::env::var("DAS_WASM_STD").unwrap_or_default();
    let toolchain = match way.as_str() {
        "" => in_use(steps, cache)
            .or_else(|reason| debian::ensure(steps, cache).map_err(|error| neither(&reason, &error))),
        "rustup" => in_use(steps, cache),
        "debian" => debian::ensure(steps, cache),
        other => bail!("DAS_WASM_STD is `{other}`; it can be `rustup` or `debian`"),
    }?;
    forget_other_builds(&toolchain)?;
    Ok(toolchain)
}

fn neither(with_rustup: &anyhow::Error, with_debian: &anyhow::Error) -> anyhow::Error {
    anyhow!(
        "There is no standard library for {BROWSER_TARGET}, and neither way to it works here.\n\n\
         With rustup, where it can download: rustup target add {BROWSER_TARGET} {BARE_TARGET}\n{with_rustup:#}\n\n\
         With Debian's packages: {with_debian:#}"
    )
}

/// The compiler in use, with the targets added by rustup if they are missing.
fn in_use(steps: &mut Steps, cache: &Cache) -> Result<WasmToolchain> {
    let title = format!("Browser target {BROWSER_TARGET}");
    let missing: Vec<_> = [BROWSER_TARGET, BARE_TARGET].into_iter().filter(|target| !has_std(target)).collect();
    if missing.is_empty() {
        steps.already(&title);
        return Ok(WasmToolchain::InUse);
    }
    if process::on_path("rustup").is_none() {
        return Err(anyhow!("the compiler in use lacks it and there is no rustup to add it"));
    }
    let add = || {
        let mut command = Command::new("rustup");
        command.args(["target", "add"]).args(&missing);
        process::logged(&mut command, &cache.log("rustup-target-add"), Some(RUSTUP_LIMIT))?;
        match missing.iter().find(|target| !has_std(target)) {
            Some(target) => Err(anyhow!("rustup added {target} to another toolchain than the one in use")),
            None => Ok(WasmToolchain::InUse),
        }
    };
    steps.attempt(&title, "adding it with rustup", add)
}

/// Whether the compiler in use has a library for a target.
fn has_std(target: &str) -> bool {
    let folder = process::answer(Command::new("rustc").args(["--print", "target-libdir", "--target", target]));
    let entries = folder.and_then(|folder| std::fs::read_dir(folder).ok());
    entries.is_some_and(|entries| {
        entries.flatten().any(|entry| {
            let name = entry.file_name();
            Path::new(&name).extension().is_some_and(|ending| ending == "rlib")
                && name.to_string_lossy().starts_with("libcore-")
        })
    })
}

/// Cargo does not notice when the standard library of a toolchain folder was built anew: its builds are thrown away.
fn forget_other_builds(toolchain: &WasmToolchain) -> Result<()> {
    let target = workspace::wasm_target();
    let stamp = target.join(".das-toolchain");
    let identity = toolchain.identity()?;
    if std::fs::read_to_string(&stamp).is_ok_and(|known| known == identity) {
        return Ok(());
    }
    if stamp.exists() {
        cache::remove(&target)?;
    }
    std::fs::create_dir_all(&target).with_context(|| format!("cannot create {}", target.display()))?;
    std::fs::write(&stamp, identity).with_context(|| format!("cannot write {}", stamp.display()))
}
