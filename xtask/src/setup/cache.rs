//! The folder that tools are installed into: one folder for each version, put in place whole or not at all.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// The cache folder.
pub struct Cache {
    root: PathBuf,
}

impl Cache {
    /// `$DAS_CACHE`, else `$XDG_CACHE_HOME/das`, else `~/.cache/das`.
    pub fn open() -> Result<Self> {
        let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let root = variable("DAS_CACHE")
            .or_else(|| variable("XDG_CACHE_HOME").map(|folder| folder.join("das")))
            .or_else(|| variable("HOME").map(|folder| folder.join(".cache/das")))
            .context("no folder for tools: set DAS_CACHE to one that may be written")?;
        fs::create_dir_all(&root).with_context(|| {
            format!("cannot create {}: set DAS_CACHE to a folder that may be written", root.display())
        })?;
        let root = root.canonicalize().with_context(|| format!("cannot open {}", root.display()))?;
        Ok(Self { root })
    }

    /// The folder of one version of a tool, whether it is there or not.
    pub fn folder(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// The file that a tool's installation writes its output to.
    pub fn log(&self, name: &str) -> PathBuf {
        self.root.join("logs").join(format!("{name}.log"))
    }

    /// Waits for other runs that install the same thing.
    pub fn lock(&self, name: &str) -> Result<File> {
        let folder = self.root.join("locks");
        fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
        let path = folder.join(name);
        let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        file.lock().with_context(|| format!("cannot lock {}", path.display()))?;
        Ok(file)
    }

    /// Installs into a folder beside the final one and renames it, so that an interrupted run leaves nothing half done.
    /// `install` gets the folder to fill.
    pub fn install(&self, name: &str, install: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
        let folder = self.folder(name);
        let _lock = self.lock(name)?;
        if folder.exists() {
            return Ok(folder);
        }
        // Under the lock nobody else works on this name: what is there was interrupted.
        let partial = self.root.join(format!("{name}.partial"));
        remove(&partial)?;
        fs::create_dir_all(&partial).with_context(|| format!("cannot create {}", partial.display()))?;
        install(&partial)?;
        fs::rename(&partial, &folder).with_context(|| format!("cannot put {} in place", folder.display()))?;
        Ok(folder)
    }
}

/// Removes a folder if it is there.
pub fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}
