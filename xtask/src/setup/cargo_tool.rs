//! Tools that are built from their published sources into the cache.

use std::{path::PathBuf, process::Command};

use anyhow::Result;

use super::cache::{self, Cache};
use crate::{process, steps::Steps};

/// A published program in one exact version.
pub struct CargoTool<'a> {
    /// Name of the crate.
    pub package: &'a str,
    /// Name of the program.
    pub program: &'a str,
    /// The version that is wanted.
    pub version: &'a str,
    /// Whether the crate's own lock file is used; it can lag behind the newest release of its own dependencies.
    pub locked: bool,
    /// How long building takes, for people.
    pub build_time: &'a str,
}

/// These tools run for seconds: compiling them quickly matters more than their speed.
const LIGHT_PROFILE: [(&str, &str); 4] = [
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "false"),
];

/// Settings of the surrounding build that must not reach a tool's own build.
const FOREIGN_SETTINGS: [&str; 5] =
    ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET", "CARGO_TARGET_DIR", "RUSTC_WRAPPER"];

impl CargoTool<'_> {
    /// Makes the tool available; answers the folder to put on PATH, `None` if PATH has it already.
    pub fn ensure(&self, steps: &mut Steps, cache: &Cache) -> Result<Option<PathBuf>> {
        let title = format!("{} {}", self.package, self.version);
        let (name, bin) = (self.name(), self.bin(cache));
        if bin.join(self.program).is_file() {
            steps.already(&title);
            return Ok(Some(bin));
        }
        if self.on_path() {
            steps.already(&title);
            return Ok(None);
        }
        let doing = format!("building it from source once, {}", self.build_time);
        steps.run(&title, &doing, || {
            cache.install(&name, |folder| {
                let build = folder.join("build");
                let mut command = process::cargo();
                command.current_dir(folder).args(["install", self.package, "--version", self.version]);
                command.args(if self.locked { &["--locked"][..] } else { &[] });
                command.arg("--root").arg(folder).arg("--no-track");
                for name in FOREIGN_SETTINGS {
                    command.env_remove(name);
                }
                command.envs(LIGHT_PROFILE).env("CARGO_TARGET_DIR", &build);
                process::logged(&mut command, &cache.log(&name), None)?;
                cache::remove(&build)
            })
        })?;
        Ok(Some(bin))
    }

    /// Whether the tool is installed in this version, in the cache or on PATH.
    pub fn is_there(&self, cache: &Cache) -> bool {
        self.bin(cache).join(self.program).is_file() || self.on_path()
    }

    fn name(&self) -> String {
        format!("{}-{}", self.package, self.version)
    }

    fn bin(&self, cache: &Cache) -> PathBuf {
        cache.folder(&self.name()).join("bin")
    }

    fn on_path(&self) -> bool {
        process::answer(Command::new(self.program).arg("--version"))
            .is_some_and(|answer| answer.split_whitespace().nth(1) == Some(self.version))
    }
}
