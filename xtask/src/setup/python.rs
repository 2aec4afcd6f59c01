//! Python with the peers that the references and comparisons run against, in a virtual environment in the cache.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    path::PathBuf,
    process::Command,
};

use anyhow::{Context, Result};

use super::{apt, cache::Cache};
use crate::{process, steps::Steps, workspace};

/// Where the versions stand.
const REQUIREMENTS: &str = "dsp/reference/requirements.txt";
/// Debian has the module that makes virtual environments in a package of its own.
const DEBIAN: [&str; 2] = ["python3", "python3-venv"];

/// Makes the peers available; answers the Python that has them.
pub fn ensure(steps: &mut Steps, cache: &Cache) -> Result<PathBuf> {
    let name = folder_name()?;
    let python = cache.folder(&name).join("bin/python");
    if python.is_file() {
        steps.already("Python with the peers");
        return Ok(python);
    }
    steps.run("Python with the peers", "installing librosa, scipy and soxr with pip, about 2 minutes", || {
        if process::answer(Command::new("python3").args(["-c", "import ensurepip, venv"])).is_none() {
            apt::ensure(cache, &DEBIAN, "Python with virtual environments")?;
        }
        cache.install(&name, |folder| {
            let log = cache.log(&name);
            process::logged(Command::new("python3").args(["-m", "venv"]).arg(folder), &log, None)?;
            // By the program of the environment: the scripts beside it name the folder as it is called now.
            let mut pip = Command::new(folder.join("bin/python"));
            pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--no-cache-dir", "--requirement"]);
            process::logged(pip.arg(workspace::root().join(REQUIREMENTS)), &log, None)
        })
    })?;
    Ok(python)
}

/// Other versions, another folder.
fn folder_name() -> Result<String> {
    let path = workspace::root().join(REQUIREMENTS);
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut hasher = DefaultHasher::new();
    text.lines().filter(|line| !line.starts_with('#')).for_each(|line| line.trim().hash(&mut hasher));
    Ok(format!("peers-{:08x}", hasher.finish() as u32))
}
