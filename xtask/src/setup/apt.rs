//! Debian's packages, where there is apt and somebody who may use it.

use std::{path::Path, process::Command, sync::OnceLock};

use anyhow::{Result, anyhow, bail};

use super::cache::Cache;
use crate::process;

/// How to become root: not at all, or through sudo without a question.
fn root_prefix() -> Option<Vec<&'static str>> {
    let id = process::answer(Command::new("id").arg("-u"))?;
    if id == "0" {
        return Some(Vec::new());
    }
    process::answer(Command::new("sudo").args(["-n", "true"])).map(|_| vec!["sudo", "-n"])
}

/// The installed version of a package.
pub fn version(package: &str) -> Option<String> {
    let format = "${db:Status-Status} ${Version}";
    let answer = process::answer(Command::new("dpkg-query").args(["--show", "--showformat", format, package]))?;
    answer.strip_prefix("installed ").map(str::to_owned)
}

/// Installs those of the packages that are missing. `purpose` completes "... is needed" in the error.
pub fn ensure(cache: &Cache, packages: &[&str], purpose: &str) -> Result<()> {
    let missing: Vec<_> = packages.iter().copied().filter(|package| version(package).is_none()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let by_hand = format!("sudo apt-get update && sudo apt-get install --no-install-recommends {}", missing.join(" "));
    if process::on_path("apt-get").is_none() {
        bail!("{purpose} is needed and cannot be installed here without apt; on Debian it is: {by_hand}");
    }
    let Some(prefix) = root_prefix() else {
        bail!("{purpose} is needed, and installing it takes root. Please run:\n  {by_hand}");
    };
    let apt = |log: &Path, arguments: &[&str]| -> Result<()> {
        // `env` passes the setting through sudo, which drops the environment.
        let mut words = prefix.clone();
        words.extend(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=600"]);
        words.extend(arguments);
        let (program, rest) = words.split_first().ok_or_else(|| anyhow!("no command"))?;
        process::logged(Command::new(program).args(rest), log, None)
    };
    let failed = |error: anyhow::Error| error.context(format!("{purpose} could not be installed. By hand: {by_hand}"));

    static UPDATED: OnceLock<()> = OnceLock::new();
    if UPDATED.get().is_none() {
        apt(&cache.log("apt-update"), &["update"]).map_err(failed)?;
        UPDATED.get_or_init(|| ());
    }
    // --no-remove: a package of the user's that is in the way is theirs to remove.
    let mut arguments = vec!["install", "--yes", "--no-install-recommends", "--no-remove"];
    arguments.extend(&missing);
    apt(&cache.log(&format!("apt-{}", missing.join("-"))), &arguments).map_err(failed)
}
